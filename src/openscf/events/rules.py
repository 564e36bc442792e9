"""How a webhook is signed, when it is tried again, and which addresses are none. Pure.

Source: the Standard Webhooks specification, 1.0: headers `webhook-id`, `webhook-timestamp`, `webhook-signature`;
secrets `whsec_` with base64; signature v1, HMAC-SHA256 over `id.timestamp.body`.
"""

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
from typing import Final
from urllib.parse import urlsplit

from openscf.kernel.errors import refusal

SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"
PAUSES: Final = tuple(
    dt.timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""After the first failure, the second, …; the specification's own schedule. After the last one it is given up."""
DISABLED_AFTER: Final = dt.timedelta(days=5)

BAD_WEBHOOK_URL = refusal(
    "bad_webhook_url",
    en="{url} can't be told anything: {why}.",
    zh="无法向 {url} 推送：{why}。",
    fix_en="Give an https address of a public host, without user name, password and fragment.",
    fix_zh="请提供公网主机的 https 地址，不含用户名、密码和片段。",
)
WEBHOOK_NOT_FOUND = refusal(
    "webhook_not_found",
    en="There is no webhook {webhook}, or you may not see it.",
    zh="Webhook {webhook} 不存在，或您无权查看。",
    fix_en="Look at the list of your webhooks.",
    fix_zh="请查看 Webhook 列表。",
    status=404,
)


def checked_url(url: str, *, private: bool = False) -> str:
    """The address, if it may be one.

    Args:
        url: As it was given.
        private: Whether hosts that are not public, and http, are the operator's wish (an intranet, a test).

    Raises:
        Refusal: `bad_webhook_url`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BAD_WEBHOOK_URL(url=url[:200], why="URL") from None
    why = None
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        why = "https"
    elif not parts.hostname or parts.username or parts.password or parts.fragment or port == 0:
        why = "host"
    elif not private and not public_host(parts.hostname):
        why = "private address"
    if why is not None:
        raise BAD_WEBHOOK_URL(url=url[:200], why=why)
    return url


def public_host(host: str) -> bool:
    """Whether a host, as it is written, may be a public one; what its name resolves to is judged when it is called."""
    try:
        return public_address(host)
    except ValueError:
        return "." in host.rstrip(".") and not host.lower().rstrip(".").endswith((".local", ".internal", ".localhost"))


def public_address(text: str) -> bool:
    """Whether an address lies on the public internet: no loopback, private, link-local, metadata or reserved one.

    Raises:
        ValueError: It is no address.
    """
    address = ipaddress.ip_address(text.strip("[]"))
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return (mapped or address).is_global and not (mapped or address).is_multicast


def secret_text(secret: bytes) -> str:
    """A secret as its owner keeps it."""
    return PREFIX + base64.b64encode(secret).decode()


def signature(secret: str, *, event: str, timestamp_s: int, body: bytes) -> str:
    """The value of `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{event}.{timestamp_s}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def pause_after(attempts: int) -> dt.timedelta | None:
    """How long to wait after so many failed attempts; None: no more."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
