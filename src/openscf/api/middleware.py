"""Around every request: its id, its log line, its measure, the headers, and the limit of how many are served at once.

Plain ASGI, without the framework's wrappers, so that streams pass through untouched.
"""

import hashlib
import json
import math
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import structlog

from openscf.api.limits import Rate, most_bytes
from openscf.api.metrics import Meters
from openscf.api.problems import BODY_TOO_LONG, BUSY, MEDIA_TYPE, TOO_FAST, record_of
from openscf.db.settings import PER_S
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import RequestId
from openscf.kernel.ports import IdSource

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
UNCOUNTED: Final = frozenset({"/healthz", "/metrics"})


class Around:
    """The outermost layer.

    Args:
        app: What it surrounds.
        ids: Makes request ids.
        meters: Counts and measures.
        at_once: Most requests served at the same time; one more is told to come again.
        per_s: Requests a second of one caller in the long run; a caller without a token has a fifth of it.
    """

    def __init__(self, app: App, *, ids: IdSource, meters: Meters, at_once: int, per_s: int = PER_S) -> None:
        self._app, self._ids, self._meters, self._at_once = app, ids, meters, at_once
        self._known, self._unknown = Rate(per_s, per_s * 4), Rate(per_s / 5, per_s)
        self._serving = 0
        self._log = structlog.get_logger("openscf.api")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["openscf_request_id"] = str(self._ids.new(RequestId))
        answered = _Answered(send, scope["openscf_request_id"])
        if scope["path"] in UNCOUNTED:
            await self._app(scope, receive, answered)
            return
        turned = self._turned_away(scope)
        if turned is not None:
            await _refuse(answered, scope, turned)
            self._meters.turned_away.labels(why=turned[0].code).inc()
            return
        await self._serve(scope, receive, answered)

    async def _serve(self, scope: Scope, receive: Receive, answered: "_Answered") -> None:
        self._serving += 1
        self._meters.serving.set(self._serving)
        started = time.perf_counter()
        try:
            await self._app(scope, _Limited(receive, scope), answered)
        except _TooLong as error:
            if not answered.begun:
                await _refuse(answered, scope, (BODY_TOO_LONG(most=error.most), None))
        finally:
            self._serving -= 1
            self._meters.serving.set(self._serving)
            self._note(scope, answered.status, time.perf_counter() - started)

    def _turned_away(self, scope: Scope) -> tuple[Refusal, int | None] | None:
        if self._serving >= self._at_once:
            return BUSY(), 1
        headers = dict(scope["headers"])
        length, most = headers.get(b"content-length", b"0"), most_bytes(headers.get(b"content-type", b""))
        if length.isdigit() and int(length) > most:
            return BODY_TOO_LONG(most=most), None
        token = headers.get(b"authorization") or headers.get(b"cookie")
        if token:
            wait_s = self._known.wait_s(hashlib.sha256(token).hexdigest())
        else:
            wait_s = self._unknown.wait_s(str((scope.get("client") or ("-",))[0]))
        return (TOO_FAST(), math.ceil(wait_s)) if wait_s else None

    def _note(self, scope: Scope, status: int, took_s: float) -> None:
        route = scope.get("route")
        name = getattr(route, "operation_id", None) or getattr(route, "name", None) or "unknown"
        self._meters.requests.labels(operation=name, status=status).inc()
        self._meters.took.labels(operation=name).observe(took_s)
        # The path without its query: a search may hold a name.
        self._log.info(
            "request", request_id=scope["openscf_request_id"], method=scope["method"], path=scope["path"],
            operation=name, status=status, took_ms=round(took_s * 1000, 1),
        )  # fmt: skip


class _TooLong(BaseException):
    """A body without a length went on for too long.

    Attributes:
        most: How long it may be.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(most)


class _Limited:
    """Receives, and counts the bytes of a body that did not say how long it is."""

    def __init__(self, receive: Receive, scope: Scope) -> None:
        self._receive, self._most = receive, most_bytes(dict(scope["headers"]).get(b"content-type", b""))
        self._left = self._most

    async def __call__(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooLong(self._most)
        return message


class _Answered:
    """Sends on, with the headers of the house; remembers the status."""

    def __init__(self, send: Send, request: str) -> None:
        self._send, self._request, self.status, self.begun = send, request, 500, False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status, self.begun = message["status"], True
            given = {name.lower() for name, _ in message.get("headers", [])}
            added = {**SECURITY_HEADERS, "X-Request-Id": self._request, "Cache-Control": "no-store"}
            message["headers"] = [
                *message.get("headers", []),
                *((name.lower().encode(), value.encode()) for name, value in added.items()
                  if name.lower().encode() not in given),
            ]  # fmt: skip
        await self._send(message)


async def _refuse(send: _Answered, scope: Scope, why: tuple[Refusal, int | None]) -> None:
    refused, retry_after_s = why
    headers = [(b"content-type", MEDIA_TYPE.encode())]
    if retry_after_s is not None:
        headers.append((b"retry-after", str(retry_after_s).encode()))
    body = json.dumps(record_of(refused, scope["openscf_request_id"]), ensure_ascii=False).encode()
    await send({"type": "http.response.start", "status": refused.kind.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
