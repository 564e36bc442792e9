"""Sending against planted defects: names that lead inwards or change, redirects, floods, silence and dripping answers.

Planted defect: a sender that lets the library resolve the name once more, follows redirects, or reads an answer to its
end reaches the inner server or never comes back; each turns one of these red.
"""

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from openscf.events import sender as module
from openscf.events.sender import HttpSender

HOST = "hook.example.com"


class Receiver:
    """An HTTP server on a loopback port."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: tuple[int, dict[str, str], bytes] = (204, {}, b"")
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, headers, content = outer.answer
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.url = f"http://{HOST}:{self.server.server_address[1]}/in"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def test_a_message_arrives_at_the_address_that_was_judged_under_the_name_that_was_given(receiver: Receiver) -> None:
    """The name itself resolves to nothing: only the pinned address can have been connected to."""
    asked: list[str] = []

    def once(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    status, note = HttpSender(private=True, resolve=once)(receiver.url, b'{"a":1}', {"webhook-id": "evt_1"})
    assert (status, note) == (204, "")
    ((path, headers, body),) = receiver.got
    assert (path, body, headers["webhook-id"]) == ("/in", b'{"a":1}', "evt_1")
    assert headers["host"].startswith(HOST)
    assert asked == [HOST], "looked up once; an answer that changes a moment later changes nothing"


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], ["64:ff9b::7f00:1"], []],
)
def test_a_name_that_leads_inwards_is_sent_nothing(receiver: Receiver, addresses: list[str]) -> None:
    status, _ = HttpSender(resolve=lambda _host, _port: addresses)(receiver.url, b"{}", {})
    assert (status, receiver.got) == (None, [])


def test_a_redirect_is_an_answer_and_nobody_follows_it(receiver: Receiver) -> None:
    receiver.answer = (307, {"location": receiver.url.replace(HOST, "127.0.0.1") + "/inner"}, b"")
    status, _ = HttpSender(private=True, resolve=here)(receiver.url, b"{}", {})
    assert (status, [path for path, _, _ in receiver.got]) == (307, ["/in"])


def test_an_answer_without_end_is_not_read_to_its_end(receiver: Receiver) -> None:
    receiver.answer = (200, {}, b"x" * 50_000_000)
    status, _ = HttpSender(private=True, resolve=here)(receiver.url, b"{}", {})
    assert status == 200


def test_the_environments_proxy_is_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert HttpSender(private=True, resolve=here)(receiver.url, b"{}", {})[0] == 204


@pytest.mark.parametrize("piece", [b"", b"x"])
def test_a_receiver_that_is_silent_or_drips_its_answer_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, piece: bytes
) -> None:
    """A header that comes a byte at a time keeps every single read short; the whole is bounded all the same."""
    monkeypatch.setattr(module, "TIMEOUT_S", 0.6)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            taken, _ = server.accept()
            with taken:
                taken.sendall(b"HTTP/1.1 200 OK\r\nx: ")
                while not stop.wait(0.1):
                    try:
                        taken.sendall(piece)
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        started = time.monotonic()
        url = f"http://{HOST}:{server.getsockname()[1]}/"
        found: list[tuple[int | None, str]] = []
        sending = threading.Thread(
            target=lambda: found.append(HttpSender(private=True, resolve=here)(url, b"{}", {})), daemon=True
        )
        sending.start()
        sending.join(15)
        ended = list(found)
        stop.set()
        thread.join()
    assert [status for status, _ in ended] == [None], f"still sending after {time.monotonic() - started:.0f} s"
