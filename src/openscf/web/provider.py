"""Signing in with the installation's identity provider: the way there, and the way back in the same browser.

The way there is a link, not a form: the policy of our pages lets no form lead to another site. What the provider must
bring back lies in a cookie of this browser meanwhile, so that nobody is let in who did not begin here.
"""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openscf import portal
from openscf.kernel.errors import Refusal, refusal
from openscf.portal import OPERATIONS, Given, House
from openscf.web import guard
from openscf.web.visit import read

CALLBACK: Final = "/oidc/callback"
FLOW: Final = "openscf-provider"
PATIENCE_S: Final = 600  # as long as the platform remembers a sign-in that was begun

PROVIDER_DECLINED = refusal(
    "provider_declined",
    en="The identity provider did not let you in ({why}).",
    zh="身份提供方未允许登录（{why}）。",
    fix_en="Try again, or sign in with login name and password.",
    fix_zh="请重试，或使用用户名和密码登录。",
    status=401,
)
BEGUN_ELSEWHERE = refusal(
    "begun_elsewhere",
    en="This sign-in was not begun in this browser, or more than ten minutes ago.",
    zh="该登录并非从本浏览器发起，或已超过十分钟。",
    fix_en="Sign in again from here.",
    fix_zh="请从本页重新登录。",
    status=401,
)

LetIn = Callable[[Request, str, str], Response]
"""Gives somebody a session and sends him where he wanted to go: the request, its token, the path."""
Door = Callable[[Request, FormData, Refusal], Response]
"""Shows the door with what was refused."""


class ThroughProvider:
    """Lets people in through the identity provider.

    Args:
        house: What lies behind.
        let_in: What is done with who is let in.
        door: What is shown to who is not.
    """

    def __init__(self, house: House, let_in: LetIn, door: Door) -> None:
        self._house, self._let_in, self._door = house, let_in, door

    def begin(self, request: Request, form: FormData) -> Response:
        """Send somebody to the provider."""
        tenant, following = (request.query_params.get(name, "") for name in ("tenant", "next"))
        try:
            begun = self._told("start_oidc", {"tenant": tenant} if tenant else {})
        except Refusal as refused:
            return self._door(request, form, refused)
        response = RedirectResponse(begun["url"], 303)
        kept = [begun["state"], tenant, guard.local_path(following)]
        value = base64.urlsafe_b64encode(json.dumps(kept).encode()).decode()
        guard.set_cookie(request, response, FLOW, value=value, keep_s=PATIENCE_S)
        return response

    def back(self, request: Request, form: FormData) -> Response:
        """Let somebody in who came back."""
        kept = form
        try:
            state, tenant, following = self._begun(request)
            kept = FormData({"next": following, "tenant": tenant})
            body = {"state": state, "code": self._code(request)} | ({"tenant": tenant} if tenant else {})
            token = self._told("finish_oidc", body)["token"]
        except Refusal as refused:
            response = self._door(request, kept, refused)
        else:
            response = self._let_in(request, token, following)
        guard.drop_cookie(request, response, FLOW)
        return response

    def _begun(self, request: Request) -> tuple[str, str, str]:
        """What this browser began: state, book, where to go afterwards."""
        try:
            state, tenant, following = json.loads(base64.urlsafe_b64decode(guard.cookie(request, FLOW) or ""))
        except (TypeError, ValueError):
            raise BEGUN_ELSEWHERE() from None
        if not hmac.compare_digest(str(state).encode(), request.query_params.get("state", "").encode()):
            raise BEGUN_ELSEWHERE()
        return str(state), str(tenant), str(following)

    def _code(self, request: Request) -> str:
        code, why = request.query_params.get("code"), request.query_params.get("error", "no code")
        if not code:
            raise PROVIDER_DECLINED(why="".join(one for one in why if one.isprintable())[:80])
        return code

    def _told(self, name: str, said: dict[str, Any]) -> dict[str, Any]:
        operation = OPERATIONS[name]
        assert operation.body is not None, "it is told something"
        answer: dict[str, Any] = portal.admit(
            self._house, operation, Given(body=read(operation.body, said))
        ).model_dump()
        return answer
