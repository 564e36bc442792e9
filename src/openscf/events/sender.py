"""Sending to addresses that members chose: nothing inside can be reached through it, and nobody can hold it up.

The host's name is resolved here, every address it has must be public, and the connection goes to the very address that
was judged (a second resolution could answer otherwise). No redirects are followed, an answer's body is not read, and
the whole has ten seconds.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Protocol
from urllib.parse import urlsplit

import httpx2

from openscf.events.rules import public_address

TIMEOUT_S: Final = 10
Resolve = Callable[[str, int], Sequence[str]]


class Sender(Protocol):
    """Sends a body to an address."""

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
        """The HTTP status, and a note for people; None where there was no answer."""
        ...


def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of a host.

    Raises:
        OSError: It has none.
    """
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class HttpSender:
    """Sends over the network.

    Args:
        private: Whether addresses that are not public are the operator's wish.
        resolve: Resolves names.
    """

    def __init__(self, *, private: bool = False, resolve: Resolve = resolved) -> None:
        self._private, self._resolve = private, resolve

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
        """See `Sender`."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            addresses = list(self._resolve(host, port))
        except OSError as error:
            return None, f"name: {error}"
        if not addresses or not (self._private or all(public_address(each) for each in addresses)):
            return None, "the host's address is not public"
        return self._sent(url, addresses[0], body, headers)

    def _sent(self, url: str, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
        parts = urlsplit(url)
        literal = f"[{address}]" if ":" in address else address
        place = parts._replace(netloc=literal if parts.port is None else f"{literal}:{parts.port}").geturl()
        told = {**headers, "Host": parts.netloc, "Content-Type": "application/json", "User-Agent": "openscf"}
        # An environment's proxy would resolve the name again, beyond our judgement.
        with (
            httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            _bounded(client, TIMEOUT_S),
        ):
            asked = client.build_request(
                "POST", place, content=body, headers=told, extensions={"sni_hostname": parts.hostname}
            )
            try:
                answer = client.send(asked, stream=True)
            except (httpx2.HTTPError, OSError, RuntimeError) as error:
                return None, type(error).__name__
            answer.close()
            return answer.status_code, ""


@contextlib.contextmanager
def _bounded(client: httpx2.Client, seconds: float) -> Iterator[None]:
    """End the connection after so long: the library bounds each read, and a header that drips is many short ones."""
    timer = threading.Timer(seconds, client.close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
