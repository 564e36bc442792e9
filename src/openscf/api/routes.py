"""A route for each operation of the portal: parse, call, render. No rules."""

import base64
import collections
import functools
import inspect
import typing
from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import File, Header, Path, Query, Request, Response, Security, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from openscf import portal
from openscf.access import NOT_SIGNED_IN
from openscf.api.reference import responses
from openscf.kernel.errors import Language
from openscf.kernel.ids import RequestId
from openscf.portal import Desk, FileView, Given, House, Needs, Operation, Page, Upload, sheets

JSON: Final = "application/json"
SHEETS: Final = {"csv": sheets.CSV, "xlsx": sheets.XLSX}
BEARER = HTTPBearer(auto_error=False, description="A session's token or an API key.")


@functools.cache
def route_of(operation: Operation) -> APIRoute:
    """The route of an operation, made once: its house stands in the state of the application that serves it."""
    return APIRoute(
        operation.path,
        _endpoint(operation),
        methods=[operation.method],
        operation_id=operation.id,
        summary=operation.summary.en,
        description=f"{inspect.getdoc(operation.run)}\n\n{operation.summary.zh}",
        tags=[operation.group],
        status_code=operation.status,
        response_model=operation.answer,
        responses=responses(operation),
        openapi_extra={
            "x-offices": sorted(office.value for office in operation.offices),
            "x-needs": operation.needs.value,
            "x-sandbox": operation.sandbox,
            "x-cli": operation.cli,
        },
    )


def desk_of(house: House, request: Request) -> Desk:
    """The desk at which a request is served.

    Raises:
        Refusal: `not_signed_in`.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NOT_SIGNED_IN()
    identity = RequestId.parse(request.scope["openscf_request_id"])
    return Desk(house, house.principal(token.strip()), identity, language_of(request))


def language_of(request: Request) -> Language:
    """Chinese for whoever prefers it, English for all others."""
    first = request.headers.get("accept-language", "").split(",")[0].strip().lower()
    return "zh" if first.startswith("zh") else "en"


def _endpoint(operation: Operation) -> Callable[..., Response]:
    def call(**said: Any) -> Response:
        request: Request = said["request"]
        house: House = request.app.state.house
        _check_said_once(request, operation)
        given = _given(operation, said)
        if operation.needs is Needs.NOTHING:
            answer = portal.admit(house, operation, given)
            return Response(answer.model_dump_json(), operation.status, media_type=JSON)
        reply = portal.perform(desk_of(house, request), operation, given)
        headers = {"Idempotent-Replayed": "true"} if reply.replayed else {}
        if issubclass(operation.answer, FileView) and _wants_bytes(request):
            return _as_bytes(operation.answer.model_validate_json(reply.content), operation.status)
        if issubclass(operation.answer, Page) and (kind := _sheet_wanted(request)):
            return _as_sheet(operation, operation.answer.model_validate_json(reply.content), kind, request=request)
        return Response(reply.content, operation.status, headers, media_type=JSON)

    call.__signature__ = inspect.Signature(_parameters(operation))  # type: ignore[attr-defined]
    call.__name__ = operation.id
    return call


def _check_said_once(request: Request, operation: Operation) -> None:
    """Refuse a query that says one thing twice: which of them was meant, nobody can tell.

    Raises:
        RequestValidationError: With each name that stands there more than once and takes one value.
    """
    said = collections.Counter(name for name, _ in request.query_params.multi_items())
    fields = {} if operation.query is None else operation.query.model_fields
    many = {name for name, field in fields.items() if _takes_many(field.annotation)}
    twice = sorted(name for name, count in said.items() if count > 1 and name not in many)
    if twice:
        wrong = [{"type": "repeated", "loc": ("query", name), "msg": "is said more than once"} for name in twice]
        raise RequestValidationError(wrong)


def _takes_many(kind: Any) -> bool:
    return typing.get_origin(kind) in (list, tuple) or any(map(_takes_many, typing.get_args(kind)))


def _wants_bytes(request: Request) -> bool:
    return JSON not in request.headers.get("accept", JSON) and "*/*" not in request.headers.get("accept", JSON)


def _as_bytes(file: FileView, status: int) -> Response:
    """The file itself; its name is told in a form in which no header can be broken by it."""
    name = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {"Content-Disposition": name, "X-Content-SHA256": file.sha256}
    return Response(base64.b64decode(file.content), status, headers, media_type=file.media_type)


def _sheet_wanted(request: Request) -> str | None:
    """As which kind of spreadsheet a list is wanted; None: as JSON."""
    accepted = request.headers.get("accept", JSON) if _wants_bytes(request) else JSON
    return next((kind for kind, media in SHEETS.items() if media.partition(";")[0] in accepted), None)


def _as_sheet(operation: Operation, page: Page[Any], kind: str, *, request: Request) -> Response:
    """The items as a file; where the list goes on stands in the header (RFC 8288)."""
    headings, rows = sheets.sheet_of(page)
    name = operation.id
    content = sheets.as_csv(headings, rows) if kind == "csv" else sheets.as_xlsx(name, headings, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if page.next is not None:
        headers["Link"] = f'<{request.url.include_query_params(cursor=page.next)}>; rel="next"'
    return Response(content, operation.status, headers, media_type=SHEETS[kind])


def _given(operation: Operation, said: dict[str, Any]) -> Given:
    return Given(
        path={name: said[name] for name in operation.path_names},
        query=said.get("query"),
        body=said.get("body"),
        files=tuple(Upload(file.filename or "", file.file.read()) for file in said.get("files") or ()),
        key=said.get("idempotency_key"),
        version=said.get("if_match"),
    )


def _parameters(operation: Operation) -> list[inspect.Parameter]:
    told = inspect.signature(operation.run).parameters
    found: dict[str, Any] = {"request": Request}
    for name in operation.path_names:
        found[name] = Annotated[str, Path(max_length=200)]
    if operation.query is not None:
        found["query"] = Annotated[operation.query, Query()]
    if operation.body is not None:
        found["body"] = operation.body
    if operation.uploads:
        found["files"] = Annotated[list[UploadFile], File(description="One file or more.")]
    defaults: dict[str, Any] = {}
    if operation.writes and operation.needs is not Needs.NOTHING:
        # Optional here, so that its absence is refused with our own code and sentence.
        found["idempotency_key"] = Annotated[str | None, Header(max_length=255, description="Required; see the guide.")]
        defaults["idempotency_key"] = None
    if "version" in told:
        found["if_match"] = Annotated[int | None, Header(description="The version that you have seen.")]
        defaults["if_match"] = None
    if operation.needs is not Needs.NOTHING:
        found["bearer"] = Annotated[Any, Security(BEARER)]
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind,
                          default=defaults.get(name, inspect.Parameter.empty))
        for name, kind in found.items()
    ]  # fmt: skip
