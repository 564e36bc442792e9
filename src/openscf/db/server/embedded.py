"""The embedded server of a home: up while somebody uses it, down when the last user is gone.

A user holds a shared lock on `state/lease` for as long as it works; the kernel drops it with the process, whatever
its end. A watchdog waits for that lock exclusively and then stops the server. `pin` keeps the server until `unpin`.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from openscf.db.server import control, postmaster
from openscf.db.server.binaries import Binaries, runnable_binaries
from openscf.db.server.home import PORT, Home
from openscf.db.server.private import SUPERUSER, known_passwords
from openscf.db.settings import Settings
from openscf.kernel.errors import refusal
from openscf.kernel.ports import monotonic

LEASE_SECONDS = 2 * postmaster.STOP_SECONDS + 10  # as long as a server that is stopping may keep a new user waiting
TURN_SECONDS = control.START_SECONDS + 10

BUSY = refusal(
    "database_busy",
    en="The database in {home} is being started or stopped by another process and did not finish.",
    zh="{home} 中的数据库正由其他进程启动或停止，尚未完成。",
    fix_en="Try again in a moment; `openscf db status` shows how it stands.",
    fix_zh="请稍后重试；可用 openscf db status 查看状态。",
    status=423,
)
PASSWORD_LOST = refusal(
    "database_password_missing",
    en="There is a database in {home}, but its password file {file} is missing.",
    zh="{home} 中有数据库，但密码文件 {file} 丢失。",
    fix_en="Copy the private folder back from a backup of this home.",
    fix_zh="请从该安装目录的备份中恢复私密文件夹。",
    status=409,
)


NOT_EMBEDDED = refusal(
    "server_not_embedded",
    en="The settings name an external database server; openscf does not start, stop or back up that one.",
    zh="当前设置使用外部数据库服务器，openscf 不负责其启动、停止和备份。",
    fix_en="Use that server's own tools, or unset OPENSCF_DATABASE_URL and OPENSCF_DATABASE_URL_*.",
    fix_zh="请使用该服务器自己的工具，或取消 OPENSCF_DATABASE_URL 及 OPENSCF_DATABASE_URL_*。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Status:
    """How the embedded server stands.

    Attributes:
        home: Its home folder.
        initialised: Whether there is a database.
        running: Whether any process of it lives.
        ready: Whether it takes connections.
        pid: Its first process, if visible from here.
        pinned: Whether it stays until it is stopped.
        users: Processes that hold a lease.
        account: Account that runs it.
        version: Of the programs.
    """

    home: Path
    initialised: bool
    running: bool
    ready: bool
    pid: int | None
    pinned: bool
    users: tuple[int, ...]
    account: str
    version: str


class EmbeddedServer:
    """The embedded server that `settings` choose. Making this object touches nothing.

    Raises:
        Refusal: `server_not_embedded`, or the home can't be used (see `Home.of`).
    """

    def __init__(self, settings: Settings) -> None:
        if not settings.embedded:
            raise NOT_EMBEDDED()
        self.settings = settings
        self.home = Home.of(settings)

    @property
    def binaries(self) -> Binaries:
        """The programs, where the server's account can run them."""
        return runnable_binaries(self.settings, self.home)

    @property
    def admin(self) -> str:
        """Connection string of the superuser, to the database `postgres`.

        Raises:
            Refusal: `database_password_missing`.
        """
        password = known_passwords(self.home.private).get(SUPERUSER)
        if password is None:
            raise PASSWORD_LOST(home=self.home.root, file=self.home.private / "database.json")
        return make_conninfo(self._place, password=password)

    @property
    def _place(self) -> str:
        return make_conninfo(host=str(self.home.run), port=PORT, dbname="postgres", user=SUPERUSER)

    @contextlib.contextmanager
    def lease(self) -> Iterator[str]:
        """Use the server: it is made and started if need be, and stays up until the block ends.

        Yields:
            Connection string of the superuser.

        Raises:
            Refusal: It can't be made or started (see `control`), or another process keeps it busy.
        """
        self.home.make()
        handle = self._patient("lease", LEASE_SECONDS, shared=True)
        try:
            with self._turn():
                self._ensure_running()
                self._ensure_watched()
            yield self.admin
        finally:
            os.close(handle)

    def revive(self) -> None:
        """Start the server again if it died under a program that holds a lease; a living one is left alone.

        Raises:
            Refusal: It can't be started, or another process keeps it busy.
        """
        with self._turn():
            self._ensure_running()
            self._ensure_watched()

    def pin(self) -> None:
        """Start the server if need be, and let it stay until `unpin`, or until this machine goes down."""
        with self.lease(), self._turn():
            self.home.write_mark("pinned", postmaster.boot_id())

    def unpin(self, *, now: bool = False) -> tuple[int, ...]:
        """Let the server stop: at once when nobody uses it or `now`, otherwise when its last user is gone.

        Returns:
            The processes that still use it; empty when it has stopped.

        Raises:
            Refusal: `database_not_stopped`, `database_busy`.
        """
        if not self.home.state.exists():
            return ()
        with self._turn():
            (self.home.state / "pinned").unlink(missing_ok=True)
            if not now and self._in_use():
                self._ensure_watched()
                return self._users()
            control.stop(self.home)
            return ()

    def status(self) -> Status:
        """How the server stands; changes nothing."""
        made = self.home.state.exists()
        running = made and postmaster.alive(self.home.state)
        return Status(
            home=self.home.root,
            initialised=self.home.initialised,
            running=running,
            ready=running and postmaster.ready(self.home.data),
            pid=postmaster.postmaster_pid(self.home.data),
            pinned=made and postmaster.pinned(self.home.state),
            users=self._users() if made else (),
            account=self.home.account.name,
            version=self.binaries.version,
        )

    def _ensure_running(self) -> None:
        deadline = monotonic() + LEASE_SECONDS
        while control.wait_ready(self.home, control.START_SECONDS) and monotonic() < deadline:
            # A server that is being killed looks alive for a moment longer; only an answer shows that it lives.
            if PGconn.ping(self._place.encode()) == Ping.OK:
                return
            time.sleep(0.02)
        binaries = self.binaries
        if not self.home.initialised:
            control.initialise(self.home, binaries)
        control.start(self.home, binaries)

    def _ensure_watched(self) -> None:
        if postmaster.pinned(self.home.state):
            return
        lock = postmaster.try_lock(self.home.state / "watchdog.lock")
        if lock is None:
            return
        os.close(lock)
        account = self.home.account
        places = [str(self.home.state), str(self.home.data), str(account.uid), str(account.gid)]
        # Isolated and without site packages: it needs nothing of them, and starts in a few hundredths of a second.
        command = [sys.executable, "-I", "-S", postmaster.__file__, *places]
        nothing = subprocess.DEVNULL
        subprocess.run(command, stdin=nothing, stdout=nothing, stderr=nothing, cwd="/", check=True)  # noqa: S603

    def _in_use(self) -> bool:
        # The lock is the truth; the list of its holders may be hidden, and at this moment name a watchdog at work.
        handle = postmaster.try_lock(self.home.state / "lease")
        while handle is None and not self._users() and postmaster.alive(self.home.state):
            time.sleep(0.02)
            handle = postmaster.try_lock(self.home.state / "lease")
        if handle is not None:
            os.close(handle)
        return handle is None

    def _users(self) -> tuple[int, ...]:
        watchdogs = postmaster.holders(self.home.state / "watchdog.lock")
        return tuple(pid for pid in postmaster.holders(self.home.state / "lease") if pid not in watchdogs)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        handle = self._patient("start.lock", TURN_SECONDS, shared=False)
        try:
            yield
        finally:
            os.close(handle)

    def _patient(self, name: str, seconds: float, *, shared: bool) -> int:
        handle = postmaster.wait_lock(self.home.state / name, seconds, shared=shared)
        if handle is None:
            raise BUSY(home=self.home.root)
        return handle
