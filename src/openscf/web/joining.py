"""Taking up an invitation: who was handed its token chooses a password, and signs in with it."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openscf import portal
from openscf.kernel.errors import Refusal
from openscf.portal import OPERATIONS, Given, House
from openscf.web import guard
from openscf.web.rendering import Renderer, words_of
from openscf.web.visit import read


class Joining:
    """The door for who comes in for the first time.

    Args:
        house: What lies behind.
        renderer: Shows it.
    """

    def __init__(self, house: House, renderer: Renderer) -> None:
        self._house, self._renderer = house, renderer

    def form(self, request: Request, _form: FormData, refused: Refusal | None = None) -> Response:
        """The page with the form; the token is entered, for an address would be kept by browsers and proxies."""
        secret = guard.cookie(request, guard.VISITOR) or self._house.entropy(16).hex()
        context: dict[str, Any] = {
            "title": words_of(request)("Take up an invitation", "接受邀请"), "refused": refused,
            "token": guard.form_token(secret, self._house.entropy), "faces": [],
        }  # fmt: skip
        status = 200 if refused is None else refused.kind.status
        response = self._renderer.page(request, "invitation.html", context, status=status)
        guard.set_cookie(request, response, guard.VISITOR, value=secret)
        return response

    def accept(self, request: Request, form: FormData) -> Response:
        """Set the password, and go to the door."""
        try:
            guard.check_form(request, guard.cookie(request, guard.VISITOR), str(form.get("token", "")))
            operation = OPERATIONS["accept_invitation"]
            assert operation.body is not None, "it is told something"
            said = {"token": str(form.get("invitation", "")).strip(), "password": str(form.get("password", ""))}
            portal.admit(self._house, operation, Given(body=read(operation.body, said)))
        except Refusal as refused:
            return self.form(request, form, refused)
        return RedirectResponse("/sign-in?joined=1", 303)
