"""Around every request: its id, its log line, its measure, the headers, and the limit of how many are served at once.

Plain ASGI, without the framework's wrappers, so that streams pass through untouched.
"""

import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import structlog

from openscf.api.metrics import Meters
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
    """

    def __init__(self, app: App, *, ids: IdSource, meters: Meters, at_once: int) -> None:
        self._app, self._ids, self._meters, self._at_once = app, ids, meters, at_once
        self._serving = 0
        self._log = structlog.get_logger("openscf.api")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = scope["openscf_request_id"] = str(self._ids.new(RequestId))
        answered = _Answered(send, request)
        if self._serving >= self._at_once and scope["path"] not in UNCOUNTED:
            await _busy(answered, request)
            self._meters.turned_away.inc()
            return
        self._serving += 1
        self._meters.serving.set(self._serving)
        started = time.perf_counter()
        try:
            await self._app(scope, receive, answered)
        finally:
            self._serving -= 1
            self._meters.serving.set(self._serving)
            self._note(scope, answered.status, time.perf_counter() - started)

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


class _Answered:
    """Sends on, with the headers of the house; remembers the status."""

    def __init__(self, send: Send, request: str) -> None:
        self._send, self._request, self.status = send, request, 500

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = {name.lower() for name, _ in message.get("headers", [])}
            added = {**SECURITY_HEADERS, "X-Request-Id": self._request, "Cache-Control": "no-store"}
            message["headers"] = [
                *message.get("headers", []),
                *((name.lower().encode(), value.encode()) for name, value in added.items()
                  if name.lower().encode() not in given),
            ]  # fmt: skip
        await self._send(message)


async def _busy(send: Send | _Answered, request: str) -> None:
    body = json.dumps(
        {
            "type": "https://openscf.example/problems/busy", "title": "busy", "status": 503, "code": "busy",
            "detail": "The platform is serving as many requests as it can at this moment.",
            "detail_zh": "平台当前请求已达上限，请稍后重试。",
            "fix": "Send the same again, with the same key, after the time in Retry-After.",
            "fix_zh": "请在 Retry-After 指示的时间后，用同一幂等键重试。", "param": None, "request_id": request,
        },
        ensure_ascii=False,
    ).encode()  # fmt: skip
    headers = [(b"content-type", b"application/problem+json"), (b"retry-after", b"1")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
