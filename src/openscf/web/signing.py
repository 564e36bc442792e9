"""Signing in and out, the reader's language, and the one-click sign-in of a demonstration."""

from urllib.parse import quote

from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openscf import portal
from openscf.kernel.errors import Refusal
from openscf.portal import OPERATIONS, Given, House
from openscf.web import demo, guard
from openscf.web.provider import ThroughProvider
from openscf.web.rendering import Renderer, words_of
from openscf.web.visit import read, visit_of

YEAR_S = 366 * 86_400


def ask(request: Request) -> Response:
    """Send somebody to the door, and back afterwards."""
    if request.method != "GET":
        return RedirectResponse("/sign-in", 303)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse("/sign-in" if here == "/" else f"/sign-in?next={quote(here)}", 303)


def _credentials() -> type[BaseModel]:
    """What signing in is told."""
    model = OPERATIONS["sign_in"].body
    assert model is not None, "somebody says who he is"
    return model


class Signing:
    """The door.

    Args:
        house: What lies behind.
        renderer: Shows it.
    """

    def __init__(self, house: House, renderer: Renderer) -> None:
        self._house, self._renderer = house, renderer
        self.provider = ThroughProvider(house, self._in, self.form)

    def form(self, request: Request, form: FormData, refused: Refusal | None = None) -> Response:
        """The page with the form."""
        secret = guard.cookie(request, guard.VISITOR) or self._house.entropy(16).hex()
        context = {
            "title": words_of(request)("Sign in", "登录"), "refused": refused, "login": str(form.get("login", "")),
            "token": guard.form_token(secret, self._house.entropy), "tenant": self._tenant(request, form),
            "next": guard.local_path(str(form.get("next", "") or request.query_params.get("next", ""))),
            "faces": demo.faces(self._house), "provider": self._house.platform.settings.oidc is not None,
        }  # fmt: skip
        response = self._renderer.page(
            request, "sign_in.html", context, status=200 if refused is None else refused.kind.status
        )
        guard.set_cookie(request, response, guard.VISITOR, value=secret)
        return response

    def sign_in(self, request: Request, form: FormData) -> Response:
        """Let somebody in who knows the password."""
        try:
            guard.check_form(request, guard.cookie(request, guard.VISITOR), str(form.get("token", "")))
            said = {name: str(form.get(name)) for name in ("login", "password", "code", "tenant") if form.get(name)}
            signed = portal.admit(self._house, OPERATIONS["sign_in"], Given(body=read(_credentials(), said)))
        except Refusal as refused:
            return self.form(request, form, refused)
        return self._in(request, signed.model_dump()["token"], str(form.get("next", "")))

    def demo(self, request: Request, form: FormData) -> Response:
        """Let somebody in as one of the people of a demonstration; only in a sandbox, only where it is switched on."""
        guard.check_form(request, guard.cookie(request, guard.VISITOR), str(form.get("token", "")))
        token = demo.enter(self._house, str(form.get("person", "")), str(form.get("party", "")))
        return self._in(request, token, str(form.get("next", "")))

    def sign_out(self, request: Request, form: FormData) -> Response:
        """End the session."""
        response = RedirectResponse("/sign-in", 303)
        visit = visit_of(self._house, request, words_of(request))
        if visit is not None:
            guard.check_form(request, visit.secret, str(form.get("token", "")))
            portal.perform(visit.desk, OPERATIONS["sign_out"], Given(key=visit.key()))
        guard.drop_cookie(request, response, guard.SESSION)
        return response

    def language(self, request: Request, _form: FormData) -> Response:
        """Speak another language from now on."""
        following = guard.local_path(request.query_params.get("next"))
        response = RedirectResponse(following, 303)
        chosen = request.path_params["language"]
        if chosen in {"en", "zh"}:
            guard.set_cookie(request, response, guard.LANGUAGE, value=chosen, keep_s=YEAR_S)
        return response

    def _in(self, request: Request, token: str, following: str) -> Response:
        response = RedirectResponse(guard.local_path(following), 303)
        guard.set_cookie(request, response, guard.SESSION, value=token)
        guard.drop_cookie(request, response, guard.VISITOR)
        return response

    def _tenant(self, request: Request, form: FormData) -> str:
        return str(form.get("tenant", "") or request.query_params.get("tenant", ""))[:60]


__all__ = ["Signing", "ask"]
