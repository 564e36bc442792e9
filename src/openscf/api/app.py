"""The application: every operation of the portal, health, metrics, and the OpenAPI document."""

from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from openscf import portal
from openscf.api import problems
from openscf.api.metrics import Meters
from openscf.api.reference import as_problems
from openscf.api.routes import desk_of, route_of
from openscf.db import CommitUnknownError
from openscf.db.database import is_unavailable
from openscf.kernel.errors import Refusal
from openscf.portal import House, Needs

TITLE = "openscf"
ABOUT = """The open supply-chain-finance platform.

Writes need an `Idempotency-Key`: the same key with the same content is carried out once and answered the same, byte
for byte. Updates need `If-Match`. Refusals are RFC 9457 problem documents with a stable `code`. Amounts are strings
with the currency's decimals. Instants are UTC; business dates are those of the book's calendar.
"""


def create_api(house: House) -> FastAPI:
    """The API of an installation."""
    app = FastAPI(title=TITLE, version="1", description=ABOUT, docs_url=None, redoc_url=None)
    meters = Meters()
    app.state.house, app.state.meters = house, meters
    app.router.routes += [route_of(operation) for operation in portal.OPERATIONS.values()]
    _add_watch(app, house, meters)
    _add_handlers(app, house)
    _add_document(app)
    return app


def _add_document(app: FastAPI) -> None:
    made = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = as_problems(made())
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _add_watch(app: FastAPI, house: House, meters: Meters) -> None:
    @app.get("/healthz", include_in_schema=False)
    def healthz() -> dict[str, str]:
        house.database.ping()
        return {"status": "ok"}

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(meters.page(), media_type="text/plain; version=0.0.4")


def _add_handlers(app: FastAPI, house: House) -> None:
    log = structlog.get_logger("openscf.api")

    @app.exception_handler(Refusal)
    def refused(request: Request, error: Refusal) -> Response:
        return problems.of_refusal(error, request)

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        # Whoever is nobody learns nothing of the form either.
        wanted = portal.OPERATIONS.get(getattr(request.scope.get("route"), "operation_id", None) or "")
        if wanted is not None and wanted.needs is not Needs.NOTHING:
            try:
                desk_of(house, request)
            except Refusal as nobody:
                return problems.of_refusal(nobody, request)
        return problems.of_validation(error, request)

    @app.exception_handler(HTTPException)
    def unknown(request: Request, error: HTTPException) -> Response:
        return problems.of_http(error, request)

    @app.exception_handler(CommitUnknownError)
    def unclear(request: Request, _error: CommitUnknownError) -> Response:
        return problems.of_accident(
            request, "outcome_unknown", status=503, en="The database went away during the commit; send the same command"
            " with the same key again: it answers what was decided.",
            zh="提交时数据库连接中断，请用同一幂等键重发，即可获知结果。",
        )  # fmt: skip

    @app.exception_handler(Exception)
    def accident(request: Request, error: Exception) -> Response:
        if is_unavailable(error):
            return problems.of_accident(
                request, "database_unavailable", status=503, en="The database can't be reached at the moment.",
                zh="暂时无法连接数据库。",
            )  # fmt: skip
        log.error("accident", request_id=problems.request_id(request), exc_info=error)
        return problems.of_accident(
            request, "internal_error", status=500, en="Something went wrong on our side; nothing was done.",
            zh="系统内部错误，操作未执行。",
        )  # fmt: skip


__all__ = ["create_api"]
