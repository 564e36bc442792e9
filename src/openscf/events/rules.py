"""How a webhook is signed, when it is tried again, and which addresses are none. Pure.

Source: the Standard Webhooks specification, 1.0: headers `webhook-id`, `webhook-timestamp`, `webhook-signature`;
secrets `whsec_` with base64; signature v1, HMAC-SHA256 over `id.timestamp.body`.
"""

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import re
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
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        why = "URL"
    elif parts.scheme != "https" and not (private and parts.scheme == "http"):
        why = "https"
    elif not parts.hostname or parts.username or parts.password or parts.fragment or port == 0:
        why = "host"
    elif not private and not public_host(parts.hostname):
        why = "private address"
    elif not private and port not in (None, 443, 8443):
        why = "port"
    if why is not None:
        raise BAD_WEBHOOK_URL(url=url[:200], why=why)
    return url


_LAST_BITS: Final = tuple(ipaddress.IPv6Network(one) for one in ("::ffff:0:0/96", "::/96", "64:ff9b::/96"))
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)  # `127.1`, `0x7f.1`: addresses in other spellings


def public_host(host: str) -> bool:
    """Whether a host, as it is written, may be a public one; what its name resolves to is judged when it is called."""
    try:
        return public_address(host)
    except ValueError:
        if _NUMBER.fullmatch(host.lower().rstrip(".").rpartition(".")[2]):
            return False
        return "." in host.rstrip(".") and not host.lower().rstrip(".").endswith((".local", ".internal", ".localhost"))


def public_address(text: str) -> bool:
    """Whether an address lies on the public internet: no loopback, private, link-local, metadata or reserved one.

    Raises:
        ValueError: It is no address.
    """
    address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    carried = _carried(address) if isinstance(address, ipaddress.IPv6Address) else []
    return all(one.is_global and not one.is_multicast for one in (address, *carried))


def _carried(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 one leads to: mapped, 6to4, Teredo, and those in its last bits (NAT64)."""
    found = [one for one in (address.sixtofour, *(address.teredo or ())) if one is not None]
    if any(address in network for network in _LAST_BITS):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return found


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
