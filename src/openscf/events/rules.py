"""Pure rules of webhooks, after the Standard Webhooks specification (standardwebhooks.com)."""

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import refusal

SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"
PAUSES: Final = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Pauses after the first, second, … try without success; after the last a delivery has failed (the specification's)."""
GIVE_UP: Final = dt.timedelta(days=5)
"""A webhook that took nothing for so long is disabled."""
OLD_SECRET: Final = dt.timedelta(hours=24)
"""How long a secret that was replaced still signs besides the new one."""
GONE: Final = 410
LONGEST_URL: Final = 2_000
MOST_WEBHOOKS: Final = 20
PORTS: Final = (443, 8443)

WEBHOOK_NOT_FOUND = refusal(
    "webhook_not_found",
    en="There is no webhook {webhook}, or you may not see it.",
    zh="Webhook {webhook} 不存在，或您无权查看。",
    status=404,
)
DELIVERY_NOT_FOUND = refusal(
    "delivery_not_found",
    en="There is no delivery {delivery} of this webhook.",
    zh="该 Webhook 没有投递记录 {delivery}。",
    status=404,
)
BAD_WEBHOOK_URL = refusal(
    "bad_webhook_url",
    en="{url} can't be told of events: it must be https with a public host name, without user and fragment, on port "
    "443 or 8443.",
    zh="{url} 不能作为事件接收地址：须为 https 公网域名，不含用户信息和片段，端口为 443 或 8443。",
    fix_en="Give a public https address.",
    fix_zh="请提供公网 https 地址。",
)
TOO_MANY_WEBHOOKS = refusal(
    "too_many_webhooks",
    en="An enterprise has at most {most} webhooks.",
    zh="每家企业最多 {most} 个 Webhook。",
    fix_en="Delete one that is not needed.",
    fix_zh="请先删除不再需要的 Webhook。",
    status=409,
)


def check_url(url: str) -> str:
    """The address, if it may be told of events as far as its text says; where its name leads is looked at when sending.

    Raises:
        Refusal: `bad_webhook_url`.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise BAD_WEBHOOK_URL(url=url[:200]) from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= LONGEST_URL
    clean = parts.scheme == "https" and not parts.username and parts.password is None and not parts.fragment
    named = "." in host.strip(".") and not _is_number(host)
    if not (plain and clean and named and port in PORTS):
        raise BAD_WEBHOOK_URL(url=url[:200])
    return url


def _is_number(host: str) -> bool:
    """Whether a host is an address in any spelling (`127.1`, `0x7f.1`, `[::1]`): all of these are refused."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2].lower()
        return last.isdigit() or last.startswith("0x")
    return True


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet: not private, loopback, link-local, metadata, shared, multicast.

    Addresses that carry another one inside (IPv4 in IPv6, 6to4, NAT64) are judged by what they carry as well.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    inner: list[ipaddress.IPv4Address | None] = []
    if isinstance(found, ipaddress.IPv6Address):
        inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if found in ipaddress.ip_network("64:ff9b::/96") or found in ipaddress.ip_network("::/96"):
            inner.append(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
    inside = [one for one in inner if one is not None]
    return found.is_global and not found.is_multicast and all(one.is_global for one in inside)


def wants(topics: Sequence[str], topic: str) -> bool:
    """Whether a webhook asked to be told of a topic."""
    return not topics or any(topic.startswith(start) for start in topics)


def secret_of(random: bytes) -> str:
    """A secret as its holder keeps it."""
    return PREFIX + base64.b64encode(random).decode()


def signature(secret: str, identity: str, at: int, *, body: str) -> str:
    """A signature of scheme `v1`: HMAC-SHA256 over id, time and body, keyed by the bytes of the secret."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{identity}.{at}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secrets: Iterable[str], identity: str, at: int, *, body: str) -> dict[str, str]:
    """The headers of a message; more than one signature while a secret is being replaced."""
    return {
        "content-type": "application/json",
        "user-agent": "openscf-webhooks/1",
        "webhook-id": identity,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(signature(secret, identity, at, body=body) for secret in secrets),
    }


def body_of(topic: str, at: dt.datetime, data: object) -> str:
    """The body of a message."""
    return canonical_json({"type": topic, "timestamp": at, "data": data}).decode()


def next_try(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after so many tries; None: it has failed."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def gives_up(failing_since: dt.datetime | None, status: int | None, now: dt.datetime) -> bool:
    """Whether a webhook is disabled after a failure."""
    return status == GONE or (failing_since is not None and now - failing_since >= GIVE_UP)
