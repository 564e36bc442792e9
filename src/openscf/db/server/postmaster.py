"""Whether the server of a home lives, how to stop it, and the watchdog that does so when its last user is gone.

Liveness is a lock and not a number: the server inherits `state/server.lock`, exclusively locked, and passes it on to
all its processes. While one of them lives, orphans included, the lock is taken; the kernel frees it with the last, by
whatever death. A recycled process id, a file left by a power cut or another container on the same volume can't
deceive it. The process id is read from `postmaster.pid` only to know whom to signal, and believed only if that
process works in our data folder.

The watchdog runs this file as a script with nothing but the standard library: it must start quickly, stay small and
outlive the program that started it.
"""

import contextlib
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

STOP_SECONDS = 60.0  # a clean stop; after it the server is stopped as by a power cut, which it survives by design
_POLL_SECONDS = 0.02
_STATUS_LINE = 7  # of postmaster.pid, counted from 0: "starting", "ready", "stopping"


def try_lock(path: Path, *, shared: bool = False) -> int | None:
    """A descriptor that holds the lock of `path`, or None when somebody else's lock is in the way."""
    handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def wait_lock(path: Path, seconds: float, *, shared: bool = False) -> int | None:
    """As `try_lock`, but patient for `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        handle = try_lock(path, shared=shared)
        if handle is not None or time.monotonic() > deadline:
            return handle
        time.sleep(_POLL_SECONDS)


def alive(state: Path) -> bool:
    """Whether any process of the server lives. Asked with a shared lock, so that two who ask don't see each other."""
    handle = try_lock(state / "server.lock", shared=True)
    if handle is None:
        return True
    os.close(handle)
    return False


def wait_gone(state: Path, seconds: float) -> bool:
    """Wait until no process of the server lives; whether that came true in time."""
    handle = wait_lock(state / "server.lock", seconds, shared=True)
    if handle is None:
        return False
    os.close(handle)
    return True


def pid_lines(data: Path) -> list[str]:
    """The lines of `postmaster.pid`; none when there is no such file."""
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def postmaster_pid(data: Path) -> int | None:
    """The server's first process, or None if the file is missing, stale, or names another program's process."""
    lines = pid_lines(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if works_in(pid, data) else None


def works_in(pid: int, folder: Path) -> bool:
    """Whether the process lives and has `folder` as its working directory."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == folder.resolve()
    except OSError:
        return False


def processes_in(folder: Path) -> list[int]:
    """The processes whose working directory is `folder`: those of the server, orphans included."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and works_in(int(name), folder)]


def ready(data: Path) -> bool:
    """Whether the server says that it takes connections."""
    lines = pid_lines(data)
    return len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"


def stop(state: Path, data: Path, seconds: float = STOP_SECONDS) -> bool:
    """Stop the server: open transactions are rolled back, a checkpoint is written. Whether it is gone."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        pid = postmaster_pid(data)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        if wait_gone(state, seconds):
            return True
    return False


def pinned(state: Path) -> bool:
    """Whether somebody asked, since this machine started, that the server stay until it is stopped."""
    try:
        return (state / "pinned").read_text(encoding="utf-8") == boot_id()
    except OSError:
        return False


def boot_id() -> str:
    """What tells one run of this machine from the next."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"


def holders(path: Path) -> list[int]:
    """The processes that hold a lock on `path`, as far as the system tells (Linux, this container)."""
    try:
        found = path.stat()
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    fields = (line.split() for line in lines)
    return sorted({int(f[4]) for f in fields if len(f) >= 8 and f[1] == "FLOCK" and f[5] == place})


@contextlib.contextmanager
def _only_one(state: Path) -> Iterator[bool]:
    handle = try_lock(state / "watchdog.lock")
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)


def watch(state: Path, data: Path, *, uid: int, gid: int) -> None:
    """Wait until nobody uses the server any more, then stop it; the life of the watchdog.

    Args:
        state: Folder of the locks.
        data: The server's data folder.
        uid: Account of the server; the watchdog becomes it as soon as the locks are open.
        gid: Its group.
    """
    lease = os.open(state / "lease", os.O_RDONLY | os.O_CREAT, 0o644)
    with _only_one(state) as first:
        if not first:
            return
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        fcntl.flock(lease, fcntl.LOCK_EX)
        # From here no user is in and none gets in: whoever comes waits for the lease until the server has stopped.
        if not pinned(state):
            stop(state, data)
    # The watchdog's own lock is released above, before the lease: the next user must see that nobody watches.
    os.close(lease)


if __name__ == "__main__" and os.fork() == 0:
    os.setsid()  # no terminal's Ctrl-C, and no parent that would have to wait for us
    watch(Path(sys.argv[1]), Path(sys.argv[2]), uid=int(sys.argv[3]), gid=int(sys.argv[4]))
