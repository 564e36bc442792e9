"""Making, starting and stopping a server: the programs of PostgreSQL, run as the right account."""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from openscf.db.server import postmaster
from openscf.db.server.binaries import Binaries
from openscf.db.server.configuration import write_configuration
from openscf.db.server.home import Home
from openscf.db.server.private import SUPERUSER, passwords
from openscf.kernel.errors import refusal
from openscf.kernel.ports import monotonic

ORPHAN_SECONDS = 20.0  # backends of a killed server end at their next statement; the longest we wait for them
START_SECONDS = 600  # rolling a long log forward after a power cut takes its time
_CLEAN = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/local/bin:/usr/bin:/bin"}  # no PG* variable leaks into the server

INIT_FAILED = refusal(
    "database_not_created",
    en="The database in {data} could not be made: {detail}",
    zh="无法在 {data} 创建数据库：{detail}",
    fix_en="Look at the message; free disk space and the rights on the folder are the usual causes.",
    fix_zh="请查看上述信息；常见原因是磁盘空间不足或目录权限。",
    status=409,
)
START_FAILED = refusal(
    "database_not_started",
    en="The database in {data} did not start: {detail} (messages in {log})",
    zh="{data} 中的数据库未能启动：{detail}（日志目录 {log}）",
    fix_en="Look into {log} for the reason; `openscf doctor` names what it can find.",
    fix_zh="请在 {log} 中查看原因，或运行 openscf doctor。",
    status=409,
)
OTHER_MAJOR = refusal(
    "database_of_another_version",
    en="The database in {data} was made by PostgreSQL {made}; the programs in {folder} are PostgreSQL {major}.",
    zh="{data} 中的数据库由 PostgreSQL {made} 创建，而 {folder} 中的程序是 PostgreSQL {major}。",
    fix_en="Set OPENSCF_PG_BIN to the programs of PostgreSQL {made}; to move on, dump it and load it into a new home.",
    fix_zh="请将 OPENSCF_PG_BIN 指向 PostgreSQL {made} 的程序；升级请导出并导入到新的安装目录。",
    status=409,
)
ORPHANS = refusal(
    "database_processes_left",
    en="The database's first process died, but its processes {pids} still work in {data}; none may start beside them.",
    zh="数据库主进程已终止，但 {data} 中仍有进程在运行（{pids}），此时不能再次启动。",
    fix_en="Wait for them to end, or end them, then try again.",
    fix_zh="请等待其结束或将其终止，然后重试。",
    status=423,
)
WOULD_NOT_STOP = refusal(
    "database_not_stopped",
    en="The database in {data} did not stop within {seconds} seconds (messages in {log}).",
    zh="{data} 中的数据库未能在 {seconds} 秒内停止（日志目录 {log}）。",
    fix_en="Try again; look into the folder {log} if it stays so.",
    fix_zh="请重试；若仍如此，请查看目录 {log}。",
    status=423,
)


def run_as_account(home: Home, command: Sequence[str], *, keep: Sequence[int] = ()) -> subprocess.CompletedProcess[str]:
    """Run a program as the server's account, in a clean environment; its output is captured.

    Args:
        home: Names the account.
        command: Program and arguments.
        keep: Descriptors that the program inherits.
    """
    return subprocess.run(  # noqa: S603 - our own choice of programs
        list(command),
        env=_CLEAN,
        cwd="/",
        text=True,
        capture_output=True,
        check=False,
        pass_fds=keep,
        **home.account.switch,
    )


def initialise(home: Home, binaries: Binaries) -> None:
    """Make the database of `home`: checksums, UTF-8, locale C, passwords by SCRAM. All of it or nothing.

    Raises:
        Refusal: `database_not_created`.
    """
    secret = passwords(home.private, [SUPERUSER])[SUPERUSER]
    fresh = home.root / "data.new"
    if fresh.exists():
        _remove(home, fresh)  # somebody pulled the plug while it was made
    home.make_for_account(fresh)
    file = _password_file(home, secret)
    command = [binaries.program("initdb"), "-D", str(fresh), "-U", SUPERUSER, f"--pwfile={file}", "--data-checksums"]
    try:
        done = run_as_account(home, [*command, "-E", "UTF8", "--locale=C", "--auth=scram-sha-256"])
    finally:
        file.unlink()
    if done.returncode != 0:
        raise INIT_FAILED(data=home.data, detail=_last_lines(done.stderr))
    fresh.rename(home.data)


def start(home: Home, binaries: Binaries, *, recovery: str = "") -> None:
    """Start the server of `home` and wait until it takes connections; the caller holds the start lock.

    Args:
        home: The home, with a database in it.
        binaries: The programs.
        recovery: Settings under which a backup is rolled forward.

    Raises:
        Refusal: `database_of_another_version`, `database_processes_left`, `database_not_started`.
    """
    made = (home.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if made != str(binaries.major):
        raise OTHER_MAJOR(data=home.data, made=made, folder=binaries.folder, major=binaries.major)
    write_configuration(home, recovery=recovery)
    guard = _server_lock(home)
    try:
        _clear_remains(home)
        messages = home.log / "start.log"
        options = f"-c config_file={shlex.quote(str(home.etc / 'postgresql.conf'))}"
        command = [binaries.program("pg_ctl"), "start", "-w", "-s", "-t", str(START_SECONDS), "-D", str(home.data)]
        run_as_account(home, ["/bin/rm", "-f", str(messages)])
        # Its messages go to a file: a pipe would stay open in the server and keep us waiting for its end.
        done = run_as_account(home, [*command, "-l", str(messages), "-o", options], keep=[guard])
    finally:
        os.close(guard)
    # For pg_ctl a server that is still rolling forward has started; for us it has when it takes connections.
    if done.returncode != 0 or not wait_ready(home, START_SECONDS):
        raise START_FAILED(data=home.data, log=home.log, detail=_last_lines(_read(messages)))


def stop(home: Home) -> None:
    """Stop the server of `home`, if it runs.

    Raises:
        Refusal: `database_not_stopped`.
    """
    if not postmaster.stop(home.state, home.data):
        raise WOULD_NOT_STOP(data=home.data, log=home.log, seconds=int(2 * postmaster.STOP_SECONDS))


def is_up(home: Home) -> bool:
    """Whether the server runs or is about to; False when it is dead or only orphans of it are left."""
    if not postmaster.alive(home.state):
        return False
    return postmaster.postmaster_pid(home.data) is not None or _answers(home)


def wait_ready(home: Home, seconds: float) -> bool:
    """Wait until the server takes connections; False when it died or took too long."""
    deadline = monotonic() + seconds
    while is_up(home) and monotonic() < deadline:
        if postmaster.ready(home.data):
            return True
        time.sleep(0.02)
    return False


def _answers(home: Home) -> bool:
    # A server in another container on the same volume has a process id that means nothing here, but its socket works.
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
        probe.settimeout(2)
        return probe.connect_ex(str(home.socket)) == 0


def _server_lock(home: Home) -> int:
    lock = home.state / "server.lock"
    for patience in (ORPHAN_SECONDS / 2, ORPHAN_SECONDS / 2):
        guard = postmaster.wait_lock(lock, patience)
        if guard is not None:
            return guard
        _ask_orphans_to_end(home)
    guard = postmaster.try_lock(lock)
    if guard is None:
        left = postmaster.processes_in(home.data)
        raise ORPHANS(data=home.data, pids=", ".join(map(str, left)) or "?")
    return guard


def _ask_orphans_to_end(home: Home) -> None:
    for pid in postmaster.processes_in(home.data):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def _clear_remains(home: Home) -> None:
    # We hold the server's lock, so whoever wrote these is dead. PostgreSQL itself judges by the process id, which may
    # by now be another program's, and would refuse to start for ever.
    remains = (home.data / "postmaster.pid", home.socket, home.socket.with_name(home.socket.name + ".lock"))
    for path in remains:
        path.unlink(missing_ok=True)


def _password_file(home: Home, secret: str) -> Path:
    # Made closed, then given to the account, so that at no moment anybody else could read it.
    path = home.root / f".initdb.{os.getpid()}"
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secret + "\n")
        os.fchown(file.fileno(), home.account.uid, home.account.gid)
    return path


def _remove(home: Home, folder: Path) -> None:
    if folder.parent != home.root:
        raise ValueError(f"{folder} is not a folder of {home.root}")
    shutil.rmtree(folder)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _last_lines(text: str, count: int = 4) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines()[-count:]) or "no message"
