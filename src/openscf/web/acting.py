"""Commands from forms, and the second proof that money asks for."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from openscf import portal
from openscf.access import NOT_SIGNED_IN, STEP_UP_NEEDED
from openscf.kernel.errors import Refusal
from openscf.portal import OPERATIONS, Given, House, Operation
from openscf.web import demo, guard
from openscf.web.delivered import MOST_TOLD, not_taken, summed
from openscf.web.doing import carry_out, given_of, note_of, operation_of, shown_once, uploads_of
from openscf.web.rendering import FRAGMENT, Renderer, note, words_of
from openscf.web.visit import Visit, read, visit_of

_OURS = ("token", "login", "password", "code")


class Acting:
    """Takes forms.

    Args:
        house: Where they are carried out.
        renderer: Shows what was refused.
    """

    def __init__(self, house: House, renderer: Renderer) -> None:
        self._house, self._renderer = house, renderer

    def act(self, request: Request, form: FormData) -> Response:
        """Carry out the command of a form.

        Raises:
            Refusal: `not_signed_in`, `form_not_ours`, `no_such_act`, `form_not_readable`.
        """
        visit = self._visit(request)
        guard.check_form(request, visit.secret, str(form.get("token", "")))
        return self._carried_out(visit, request.path_params["operation"], form)

    def step_up(self, request: Request, form: FormData) -> Response:
        """Take the second proof, then carry out what waited for it.

        Raises:
            Refusal: As `act`.
        """
        visit = self._visit(request)
        guard.check_form(request, visit.secret, str(form.get("token", "")))
        said = {name: str(form.get(name, "")) for name in ("login", "password", "code") if form.get(name)}
        operation, token = str(form.get("waiting.operation", "")), None
        try:
            if form.get("demo"):
                token = demo.enter(self._house, str(visit.desk.principal.person), str(visit.desk.party))
            else:
                proof = Given(body=read(_proof(), said), key=visit.key())
                portal.perform(visit.desk, OPERATIONS["step_up"], proof)
        except Refusal as refused:
            return self._ask(visit, operation, _waiting(form), refused=refused)
        waiting = FormData([(name.removeprefix("waiting."), value) for name, value in _waiting(form)])
        response = self._carried_out(self._visit(request, token), operation, waiting)
        if token is not None:
            guard.set_cookie(request, response, guard.SESSION, value=token)
        return response

    def _visit(self, request: Request, token: str | None = None) -> Visit:
        visit = visit_of(self._house, request, words_of(request), token=token)
        if visit is None:
            raise NOT_SIGNED_IN()
        return visit

    def _carried_out(self, visit: Visit, name: str, form: FormData) -> Response:
        operation = operation_of(name)
        try:
            given = given_of(operation, form, uploads_of(form))
            following, record = carry_out(visit, operation, given, following=str(form.get("next", "/")))
        except Refusal as refused:
            if refused.code == STEP_UP_NEEDED.code:
                fields = [(key, str(value)) for key, value in form.multi_items() if key not in _OURS]
                return self._ask(visit, name, [(f"waiting.{key}", value) for key, value in fields], refused=None)
            return self._renderer.refused(
                visit.request, refused, visit, back=guard.local_path(str(form.get("back", "")))
            )
        once = shown_once(operation, record)
        if once:
            return self._shown(visit, "shown_once.html", {"once": once, "operation": operation, "following": following})
        if not_taken(operation.id, record):
            return self._not_taken(visit, operation, record, following=following)
        response: Response
        if visit.request.headers.get(FRAGMENT):
            response = JSONResponse({"go": following})
        else:
            response = RedirectResponse(following, 303)
        note(visit.request, response, note_of(operation, record))
        return response

    def _not_taken(self, visit: Visit, operation: Operation, record: Any, *, following: str) -> Response:
        """Files that were refused whole are told at once, for they are in no list."""
        refused, taken = not_taken(operation.id, record), summed(record)
        told = {"refused": refused, "taken": taken, "most": MOST_TOLD, "operation": operation, "following": following}
        return self._shown(visit, "not_taken.html", told)

    def _shown(self, visit: Visit, name: str, context: Mapping[str, Any]) -> Response:
        """What is told in the answer itself, and nowhere else: it travels in no cookie and in no address."""
        fragment = bool(visit.request.headers.get(FRAGMENT))
        told = {"visit": visit, "title": "", **context}
        response = self._renderer.page(visit.request, f"parts/{name}" if fragment else name, told)
        if fragment:
            response = JSONResponse({"show": bytes(response.body).decode()})
        response.headers["Cache-Control"] = "no-store"
        return response

    def _ask(
        self, visit: Visit, operation: str, waiting: list[tuple[str, str]], *, refused: Refusal | None
    ) -> Response:
        name = "parts/step_up.html" if visit.request.headers.get(FRAGMENT) else "step_up.html"
        fields = [(key, value) for key, value in waiting if key != "waiting.operation"]
        context = {
            "visit": visit, "title": "", "refused": refused, "operation": operation_of(operation),
            "demo": self._house.platform.settings.demo and visit.desk.principal.ahead is not None,
            "waiting": [("waiting.operation", operation), *fields],
        }  # fmt: skip
        status = STEP_UP_NEEDED.status if refused is None else refused.kind.status
        return self._renderer.page(visit.request, name, context, status=status)


def _proof() -> type[BaseModel]:
    """What a second proof is told."""
    model = OPERATIONS["step_up"].body
    assert model is not None, "a proof says something"
    return model


def _waiting(form: FormData) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in form.multi_items() if name.startswith("waiting.")]


__all__ = ["Acting"]
