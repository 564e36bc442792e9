"""A real server process over a real database, and clients that speak to it over TCP."""

import contextlib
import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

from openscf.access import ApiKey, ApiKeyId, KeyScope
from openscf.access.store import keys as store
from openscf.access.tokens import make_token, token_digest
from openscf.client import Client
from openscf.db import Endpoints, UnitOfWork
from openscf.db.settings import ROLE_VARIABLES, Settings
from openscf.kernel.ports import monotonic
from tests.unit.financing.floor import Floor
from tests.unit.parties.house import SYSTEM

PATIENCE_S = 60


def environment(settings: Settings, endpoints: Endpoints | None = None) -> dict[str, str]:
    """What a server of this home is told; with `endpoints`, the database is there already."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENSCF_")}
    told = {"OPENSCF_HOME": str(settings.home), "OPENSCF_PER_S": "10000", "OPENSCF_PG_WHEEL": settings.pg_wheel}
    if endpoints is not None:
        roles = (endpoints.owner, endpoints.app, endpoints.seal, endpoints.read)
        told |= dict(zip(ROLE_VARIABLES, roles, strict=True))
    return kept | told


def key_for(work: UnitOfWork, floor: Floor, name: str) -> str:
    """The token of a key of a person of the floor, valid for a year from the floor's time."""
    identity = work.ids.new(ApiKeyId)
    token = make_token("live", work.context.tenant, identity.bytes * 2)
    key = ApiKey(
        id=identity, name="suite", person=floor.house.people[name], party=floor.parties[name.partition(".")[0]],
        scope=KeyScope.MONEY, made_at=work.at, expires_at=work.at + dt.timedelta(days=10_000), used_at=None,
        revoked_at=None,
    )  # fmt: skip
    store.insert(work, key, token_sha256=token_digest(token))
    return token


class Serving:
    """`openscf serve` in a process group of its own, from entering to leaving the block.

    Args:
        told: Its environment; see `environment`.
        workers: Server processes.
        log: Where what it says goes.
    """

    def __init__(self, told: dict[str, str], *, workers: int = 1, log: Path | None = None) -> None:
        self.port, self._told, self._workers = free_port(), told, workers
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def group(self) -> int:
        """Its process group."""
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
                self.kill()  # or it would live on after the test that had it started
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = [str(Path(sys.executable).parent / "openscf"), "serve", "--port", str(self.port)]
        words += ["--workers", str(self._workers)]
        sink: Any = subprocess.DEVNULL if self._log is None else self._log.open("ab")
        self._process = subprocess.Popen(words, env=self._told, stdout=sink, stderr=sink, start_new_session=True)
        deadline = monotonic() + PATIENCE_S
        while not self.answers():
            assert self._process.poll() is None, "the server ended by itself"
            assert monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether it is in good health."""
        try:
            return httpx2.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx2.TransportError:
            return False

    def stop(self) -> int:
        """Ask it to stop and wait; its exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE_S)

    def kill(self) -> None:
        """Kill all its processes, as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_S)

    def client(self, token: str, **named: Any) -> Client:
        """A client of it."""
        return Client(self.url, token, **named)


def free_port() -> int:
    """A port that nobody listens on at present."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def keys_of(floor: Floor, *names: str) -> dict[str, str]:
    """Keys for these people."""
    return {name: floor.run(SYSTEM, key_for, floor, name) for name in names}
