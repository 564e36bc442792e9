"""Nothing inside can be reached: not by a name that resolves there, not by one that changes, not by a redirect.

Planted defects that turn this red: judge only the first address, connect by name instead of by the judged address,
follow redirects, read the answer's body.
"""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from openscf.events import HttpSender


class Listener:
    """A server on loopback that notes what reaches it."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((self.path, dict(self.headers.items()), body))
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """It says nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"], ["::1"], []])
def test_a_name_that_resolves_inside_is_not_called(listener: Listener, addresses: list[str]) -> None:
    sender = HttpSender(resolve=lambda _host, _port: addresses)
    assert sender(f"http://evil.example.com:{listener.port}/", b"{}", {}) == (None, "the host's address is not public")
    assert listener.seen == []


def test_the_connection_goes_to_the_judged_address_though_the_name_says_otherwise(listener: Listener) -> None:
    """A second resolution would be of a name that does not exist; the judged address answers."""
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    url = f"http://rebinding.invalid:{listener.port}/hook"
    status, _ = HttpSender(private=True, resolve=resolve)(url, b'{"a":1}', {"webhook-id": "evt_1"})
    assert status == 200
    assert asked == [("rebinding.invalid", listener.port)], "resolved once"
    path, headers, body = listener.seen[0]
    assert (path, body, headers["Host"], headers["webhook-id"]) == (
        "/hook", b'{"a":1}', f"rebinding.invalid:{listener.port}", "evt_1",
    )  # fmt: skip


def test_a_redirect_is_not_followed(listener: Listener) -> None:
    redirecting = Listener(307, {"Location": f"http://127.0.0.1:{listener.port}/inside"})
    status, _ = HttpSender(private=True)(f"http://127.0.0.1:{redirecting.port}/", b"{}", {})
    redirecting.close()
    assert (status, listener.seen) == (307, [])


def test_nobody_there_is_an_answer_too() -> None:
    status, note = HttpSender(private=True)("http://127.0.0.1:1/", b"{}", {})
    assert (status, note) == (None, "ConnectError")
