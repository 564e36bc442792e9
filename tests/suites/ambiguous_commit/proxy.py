"""A proxy between the program and PostgreSQL that cuts connections where it hurts.

It reads the client's messages (PostgreSQL protocol 3: one byte of type, four of length) and finds each COMMIT. What it
does with the n-th one is the plan's choice:

| fault | what happens |
|---|---|
| `pass` | nothing |
| `delay` | the COMMIT arrives late |
| `cut_request` | the COMMIT never arrives; the connection is cut |
| `tear_request` | half of the COMMIT arrives; the connection is cut |
| `cut_reply` | the server commits and answers; the answer is cut |
| `cut_both` | the COMMIT is sent on and the connection cut at once, before the server has answered |
| `cut_early` | the connection is cut at the first statement of the next transaction, before any COMMIT |
"""

import contextlib
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from openscf.db import Endpoints

FAULTS = ("pass", "delay", "cut_request", "tear_request", "cut_reply", "cut_both", "cut_early")
Plan = Callable[[int], str]
_COMMIT = b"COMMIT\x00"


class CutError(Exception):
    """The plan cut this connection."""


class Proxy:
    """Listens on a port of this machine and forwards to a server.

    Args:
        server: Connection string of the server.
        implicit: Whether the client sends no COMMIT: then each executed statement commits when it is synchronised.
    """

    def __init__(self, server: str, *, implicit: bool = False) -> None:
        self._server = conninfo_to_dict(server)
        self.implicit = implicit
        self._plan: Plan = lambda count: "pass"
        self._lock = threading.Lock()
        self._count = 0
        self._stopped = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.done: Counter[str] = Counter()
        threading.Thread(target=self._accept, daemon=True).start()

    def follow(self, plan: Plan) -> None:
        """From now on do what the plan says of the n-th COMMIT, counted from 0 over all connections."""
        with self._lock:
            self._plan, self._count, self.done = plan, 0, Counter()

    def endpoints(self, direct: Endpoints) -> Endpoints:
        """The endpoints that lead through the proxy for the application, and past it for everybody else."""
        port = self._listener.getsockname()[1]
        # Encrypted or Kerberos traffic could not be read; the proxy stands on the same machine.
        app = make_conninfo(
            direct.app, host="127.0.0.1", hostaddr="", port=port, sslmode="disable", gssencmode="disable"
        )
        return Endpoints(owner=direct.owner, app=app, seal=direct.seal, read=direct.read)

    def close(self) -> None:
        """Stop listening."""
        self._stopped = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopped:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, self._connect() as server, contextlib.suppress(CutError, OSError):
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _Link(self, client, server).run()

    def _connect(self) -> socket.socket:
        host, port = str(self._server.get("host") or ""), int(str(self._server.get("port") or 5432))
        if host.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{host}/.s.PGSQL.{port}")
            return server
        return socket.create_connection((host or "127.0.0.1", port))

    def fault(self) -> str:
        """The fault for the COMMIT that is passing."""
        with self._lock:
            chosen = self._plan(self._count)
            self._count += 1
            self.done[chosen] += 1
        return chosen


class _Link:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._pending = b""
        self._started = False
        self._executed = False
        self._cut_next = False

    def run(self) -> None:
        while True:
            ready, _, _ = select.select([self._client, self._server], [], [])
            if self._server in ready:
                self._client.sendall(_received(self._server))
            if self._client in ready:
                self._pending += _received(self._client)
                while message := self._take():
                    self._forward(message)

    def _take(self) -> bytes:
        """The first whole message of what the client sent; the start-up message alone has no type."""
        head = 0 if not self._started else 1
        if len(self._pending) < head + 4:
            return b""
        length = head + int(struct.unpack("!I", self._pending[head : head + 4])[0])
        if len(self._pending) < length:
            return b""
        message, self._pending = self._pending[:length], self._pending[length:]
        self._started = True
        return message

    def _forward(self, message: bytes) -> None:
        if self._cut_next and message[:1] in (b"Q", b"P", b"B"):
            raise CutError
        if not self._commits(message):
            self._server.sendall(message)
            return
        self._commit(message, self._proxy.fault())

    def _commits(self, message: bytes) -> bool:
        if not self._proxy.implicit:
            return message[:1] == b"Q" and message.endswith(_COMMIT)
        executed, self._executed = self._executed, message[:1] == b"E"
        return executed and message[:1] == b"S"  # Sync right after Execute: the end of the statement's transaction

    def _commit(self, message: bytes, fault: str) -> None:
        if fault == "cut_request":
            raise CutError
        if fault == "tear_request":
            self._server.sendall(message[: len(message) // 2])
            raise CutError
        if fault == "delay":
            time.sleep(0.02)
        self._server.sendall(message)
        if fault == "cut_reply":
            _received(self._server)  # the answer exists: the server has committed
            raise CutError
        if fault == "cut_both":
            raise CutError
        self._cut_next = fault == "cut_early"


def _received(link: socket.socket) -> bytes:
    found = link.recv(65536)
    if not found:
        raise CutError
    return found
