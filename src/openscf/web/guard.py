"""Cookies and the token that shows that a form is ours.

The session's token lies in a cookie that no script reads; behind https its name says that it belongs to this host alone
(`__Host-`). Forms carry a token made from that secret, masked anew on each page, so that a compressed page tells
nothing about it (BREACH). Source: OWASP ASVS 5.0, V3.3 to V3.5.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from openscf.kernel.errors import refusal

SESSION: Final = "openscf"
VISITOR: Final = "openscf-visitor"
LANGUAGE: Final = "openscf-language"
FLASH: Final = "openscf-flash"
_BYTES: Final = 32

FORM_NOT_OURS = refusal(
    "form_not_ours",
    en="This form was not made by this page, or the page is older than your session.",
    zh="该表单并非由本页面生成，或页面早于当前会话。",
    fix_en="Load the page again and send it once more.",
    fix_zh="请刷新页面后重新提交。",
    status=403,
)


def is_secure(request: Request) -> bool:
    """Whether the browser speaks https, to us or to the proxy in front."""
    forwarded = request.headers.get("x-forwarded-proto", "").split(",")[0].strip()
    return request.url.scheme == "https" or forwarded == "https"


def cookie(request: Request, name: str) -> str | None:
    """The value of one of our cookies."""
    return request.cookies.get(_named(request, name))


def set_cookie(request: Request, response: Response, name: str, *, value: str, keep_s: int | None = None) -> None:
    """Set one of our cookies; without `keep_s` it ends with the browser."""
    response.set_cookie(
        _named(request, name), value, max_age=keep_s, path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Forget one of our cookies."""
    response.delete_cookie(_named(request, name), path="/", secure=is_secure(request), httponly=True, samesite="lax")


def form_token(secret: str, entropy: Callable[[int], bytes]) -> str:
    """A token for the forms of one page."""
    mask = entropy(_BYTES)
    return base64.urlsafe_b64encode(mask + _xor(mask, _derived(secret))).decode()


def check_form(request: Request, secret: str | None, token: str) -> None:
    """Whether a form is ours.

    Raises:
        Refusal: `form_not_ours`.
    """
    # Browsers say by themselves that another site sent the form; older ones don't, hence the token.
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    try:
        raw = base64.urlsafe_b64decode(token)
    except ValueError:
        raw = b""
    if elsewhere or not secret or len(raw) != 2 * _BYTES:
        raise FORM_NOT_OURS()
    if not hmac.compare_digest(_xor(raw[:_BYTES], raw[_BYTES:]), _derived(secret)):
        raise FORM_NOT_OURS()


def local_path(said: str | None, default: str = "/") -> str:
    """Where to go next, if that is a place of ours; else the default."""
    if not said or not said.startswith("/") or said.startswith(("//", "/\\")) or any(ord(one) < 32 for one in said):
        return default
    return said


def _named(request: Request, name: str) -> str:
    return f"__Host-{name}" if is_secure(request) else name


def _derived(secret: str) -> bytes:
    return hashlib.sha256(b"openscf.form:" + secret.encode()).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
