"""A small real mail server: speaks SMTP over a socket, with STARTTLS and a password, and fails as it is told to."""

import base64
import datetime as dt
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path) -> Path:
    """A certificate for `localhost`, signed by itself, with its key, in a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class MailHouse:
    """The server. Use it in a `with` block.

    Attributes:
        pem: With its certificate it offers STARTTLS, and takes letters only behind it.
        login: Name and password that it wants.
        answers: What it says instead of the usual to a verb (`RCPT`, `DATA`, `.`); `drop` hangs up, `take` takes the
            letter and hangs up without an answer.
        letters: What it took: sender, receiver, content.
        seen: Verbs, in the order in which they came.
    """

    pem: Path | None = None
    login: tuple[str, str] | None = None
    answers: dict[str, str] = field(default_factory=dict)
    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        house = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                _Talk(house, self).run()

        socketserver.ThreadingTCPServer.daemon_threads = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Talk:
    """One conversation."""

    def __init__(self, house: MailHouse, handler: socketserver.StreamRequestHandler) -> None:
        self.house, self.socket = house, handler.connection
        self.safe, self.known, self.sender, self.receiver = house.pem is None, house.login is None, "", ""
        self.stream = self.socket.makefile("rb")

    def say(self, text: str) -> None:
        self.socket.sendall(text.encode() + b"\r\n")

    def run(self) -> None:
        self.say("220 localhost ready")
        while line := self.stream.readline():
            words = line.decode().strip()
            verb = words.split(" ")[0].split(":")[0].upper()
            self.house.seen.append(verb)
            said = self.house.answers.get(verb)
            if said == "drop" or verb == "QUIT":
                break
            if said is not None:
                self.say(said)
            elif not self.answer(verb, words):
                break
        self.socket.close()

    def answer(self, verb: str, words: str) -> bool:
        if verb in {"EHLO", "HELO"}:
            offers = [
                "localhost",
                *(["STARTTLS"] if not self.safe else []),
                *(["AUTH PLAIN"] if self.house.login else []),
            ]
            for offer in offers[:-1]:
                self.say(f"250-{offer}")
            self.say(f"250 {offers[-1]}")
        elif verb == "STARTTLS":
            self.say("220 go on")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(str(self.house.pem))
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.stream, self.safe = self.socket.makefile("rb"), True
        elif verb == "AUTH":
            _, name, password = base64.b64decode(words.split(" ")[2]).decode().split("\0")
            self.known = (name, password) == self.house.login and self.safe
            self.say("235 welcome" if self.known else "535 no")
        elif not (self.safe and self.known):
            self.say("530 not like this")
        elif verb in {"MAIL", "RCPT"}:
            address = words[words.index("<") + 1 : words.index(">")]
            self.sender, self.receiver = (address, "") if verb == "MAIL" else (self.sender, address)
            self.say("250 fine")
        elif verb == "DATA":
            return self.take()
        else:
            self.say("250 fine")
        return True

    def take(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.stream.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        said = self.house.answers.get(".", "250 taken")
        if said == "drop":
            return False
        if said == "take" or said.startswith("250"):
            self.house.letters.append((self.sender, self.receiver, b"".join(lines)))
        if said == "take":
            return False
        self.say(said)
        return True
