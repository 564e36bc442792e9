"""Sending to addresses that others chose: to the public internet only, whatever their names come to mean meanwhile.

A name is resolved here, every address that it has must be public, and the connection goes to the very address that was
looked at: a name that is answered otherwise a moment later (DNS rebinding) changes nothing. Redirects are answers like
any other and followed by nobody; no proxy of the environment is used; time and size are bounded.
"""

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlsplit

import httpx2

from openscf.events.model import Sent
from openscf.events.rules import is_public

SECONDS: Final = 15.0
MOST_BYTES: Final = 64 * 1024
Resolve = Callable[[str, int], list[str]]


class Sender(Protocol):
    """Takes a message to an address."""

    def send(self, url: str, headers: Mapping[str, str], body: str) -> Sent:
        """Send it once; whatever goes wrong is an answer and no error."""
        ...


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system's resolver gives them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class HttpSender:
    """Over HTTPS.

    Args:
        resolver: Names to addresses.
        allowed: Whether an address may be connected to.
        trust: Certificates that are trusted; by default those of the system.
        seconds: Longest time for all of it.
    """

    def __init__(
        self,
        resolver: Resolve = resolve,
        *,
        allowed: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._resolve, self._allowed, self._seconds = resolver, allowed, seconds
        self._trust = trust or ssl.create_default_context()

    def send(self, url: str, headers: Mapping[str, str], body: str) -> Sent:
        """See `Sender.send`."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            return Sent(None, f"{host} has no address: {type(error).__name__}")
        refused = [one for one in addresses if not self._allowed(one)]
        if refused or not addresses:
            return Sent(None, f"{host} leads to an address that is not public: nothing was sent")
        try:
            return self._posted(url, addresses[0], headers, body=body)
        except (httpx2.HTTPError, OSError, ssl.SSLError) as error:
            return Sent(None, f"no answer: {type(error).__name__}")

    def _posted(self, url: str, address: str, headers: Mapping[str, str], *, body: str) -> Sent:
        parts = urlsplit(url)
        host = parts.hostname or ""
        pinned = httpx2.URL(url).copy_with(host=address)
        named = {**headers, "host": host if parts.port in (None, 443) else f"{host}:{parts.port}"}
        until = time.monotonic() + self._seconds
        with (
            httpx2.Client(
                verify=self._trust, trust_env=False, follow_redirects=False, timeout=self._seconds, http2=False
            ) as client,
            client.stream(
                "POST", pinned, headers=named, content=body.encode(), extensions={"sni_hostname": host}
            ) as answer,
        ):
            read = 0
            for piece in answer.iter_raw():
                read += len(piece)
                if read > MOST_BYTES or time.monotonic() > until:
                    break
            return Sent(answer.status_code, "" if answer.is_success else f"answered {answer.status_code}")


@dataclass
class MemorySender:
    """The twin in memory: keeps what was sent, and answers as it is told to.

    Attributes:
        answers: Status by address; 200 where nothing is said, None for no answer.
        sent: Address, headers and body of everything.
    """

    answers: dict[str, int | None] = field(default_factory=dict)
    sent: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def send(self, url: str, headers: Mapping[str, str], body: str) -> Sent:
        """See `Sender.send`."""
        self.sent.append((url, dict(headers), body))
        return Sent(self.answers.get(url, 200))
