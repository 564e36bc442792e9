"""Sending against planted defects: names that lead inwards, names that change, redirects, floods and silence.

Planted defect: a sender that resolves a name once to look and once more to connect (`HttpSender` with a resolver whose
second answer is another) would reach the inner server; so would one that follows redirects.
"""

import datetime as dt
import http.server
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from openscf.events import HttpSender, is_public

HOST = "hook.example.com"
NOW = dt.datetime.now(dt.UTC)


class Receiver:
    """An HTTPS server on a loopback port, for one name."""

    def __init__(self, folder: Path) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: tuple[int, dict[str, str], bytes] = (204, {}, b"")
        self.silent_s = 0.0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                time.sleep(outer.silent_s)
                status, headers, content = outer.answer
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.certificate = folder / "cert.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
        built = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(NOW - dt.timedelta(days=1)).not_valid_after(NOW + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        self.certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
        private = folder / "key.pem"
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, private)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/in"

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    made = Receiver(tmp_path)
    yield made
    made.close()


def here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def test_a_message_arrives_at_the_pinned_address_under_the_name_that_was_asked_for(receiver: Receiver) -> None:
    sender = HttpSender(here, allowed=loopback, trust=receiver.trust)
    sent = sender.send(receiver.url, {"webhook-id": "evt_1", "content-type": "application/json"}, '{"a":1}')
    assert (sent.status, sent.arrived) == (204, True), sent
    ((path, headers, body),) = receiver.got
    assert (path, body, headers["host"], headers["webhook-id"]) == (
        "/in",
        b'{"a":1}',
        f"{HOST}:{receiver.port}",
        "evt_1",
    )


def test_a_name_that_leads_inwards_is_sent_nothing(receiver: Receiver) -> None:
    for answer in (["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], []):
        sender = HttpSender(lambda _host, _port, answer=answer: answer, trust=receiver.trust)  # type: ignore[misc]
        sent = sender.send(receiver.url, {}, "{}")
        assert sent.status is None, answer
    assert receiver.got == []


def test_a_name_that_is_answered_otherwise_a_moment_later_changes_nothing(receiver: Receiver) -> None:
    """DNS rebinding: public when it is looked at, loopback when it is asked again. It is asked once."""
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1"] if len(asked) == 1 else ["127.0.0.1"]

    sender = HttpSender(rebinding, allowed=lambda one: not loopback(one), trust=receiver.trust, seconds=0.5)
    assert sender.send(receiver.url, {}, "{}").status is None
    assert (asked, receiver.got) == ([HOST], [])


def test_a_redirect_is_an_answer_and_nobody_follows_it(receiver: Receiver) -> None:
    receiver.answer = (307, {"location": f"https://127.0.0.1:{receiver.port}/inner"}, b"")
    sent = HttpSender(here, allowed=loopback, trust=receiver.trust).send(receiver.url, {}, "{}")
    assert (sent.status, sent.arrived, len(receiver.got)) == (307, False, 1)


def test_a_certificate_of_another_name_is_no_receiver(receiver: Receiver) -> None:
    other = f"https://other.example.com:{receiver.port}/in"
    sent = HttpSender(here, allowed=loopback, trust=receiver.trust).send(other, {}, "{}")
    assert (sent.status, receiver.got) == (None, [])


def test_an_answer_without_end_is_not_read_to_its_end(receiver: Receiver) -> None:
    receiver.answer = (200, {}, b"x" * 5_000_000)
    assert HttpSender(here, allowed=loopback, trust=receiver.trust).send(receiver.url, {}, "{}").status == 200


def test_a_receiver_that_says_nothing_is_given_up(receiver: Receiver) -> None:
    receiver.silent_s = 1.5
    sent = HttpSender(here, allowed=loopback, trust=receiver.trust, seconds=0.3).send(receiver.url, {}, "{}")
    assert (sent.status, "no answer" in sent.note) == (None, True)


def test_the_environments_proxy_is_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert HttpSender(here, allowed=loopback, trust=receiver.trust).send(receiver.url, {}, "{}").status == 204


def test_by_default_only_the_public_internet_is_reached() -> None:
    assert not is_public("127.0.0.1")
    assert HttpSender(here).send(f"https://{HOST}/", {}, "{}").status is None
