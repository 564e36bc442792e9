"""The home folder: what lies where, whose it is, and which account runs the server.

    home/            0711 when root's, else 0700
      private/       0700  owner     passwords, keys
      backups/       0700  owner     base backups
      etc/ state/    0755  owner     settings of the server; leases and locks
      data/ run/     0700  account   the database; its socket
      log/ archive/  0700  account   the server's messages; the archived write-ahead log

*Owner* is whoever runs openscf. *Account* is the same, unless that is root: PostgreSQL refuses to run as root, so an
existing unprivileged account is chosen. Root never writes into a folder of that account's, where a link could lead
it astray, and no account is ever made, no parent folder ever opened, by us.
"""

import contextlib
import fcntl
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openscf.db.settings import Settings
from openscf.kernel.errors import refusal

ACCOUNTS = ("openscf", "postgres", "nobody")
SOCKET_PATH_BYTES = 107  # sockaddr_un.sun_path holds 108 bytes with its closing zero (Linux, unix(7))
LOCKS = ("lease", "start.lock", "server.lock", "watchdog.lock")
PORT = 5432  # only the socket's name is made of it; nothing listens on TCP

NO_ACCOUNT = refusal(
    "no_server_account",
    en="Root may not run PostgreSQL itself, and there is no usable account {wanted} to run it as.",
    zh="root 不能直接运行 PostgreSQL，且系统中没有可用的账户 {wanted}。",
    fix_en="Name an existing unprivileged account in OPENSCF_OS_USER, or start openscf as an ordinary user.",
    fix_zh="请用 OPENSCF_OS_USER 指定一个已存在的普通账户，或以普通用户运行 openscf。",
    status=409,
)
NOT_ROOT = refusal(
    "account_needs_root",
    en="OPENSCF_OS_USER asks for the account {wanted}, but only root can switch accounts; this is {actual}.",
    zh="OPENSCF_OS_USER 指定账户 {wanted}，但只有 root 能切换账户；当前为 {actual}。",
    fix_en="Unset OPENSCF_OS_USER, or start openscf as {wanted}.",
    fix_zh="请取消 OPENSCF_OS_USER，或以 {wanted} 身份运行 openscf。",
    status=403,
)
FOREIGN_HOME = refusal(
    "home_of_another_account",
    en="The home folder {home} belongs to {owner}, not to {actual}.",
    zh="安装目录 {home} 属于 {owner}，不属于当前账户 {actual}。",
    fix_en="Run openscf as {owner}, or choose another folder with OPENSCF_HOME.",
    fix_zh="请以 {owner} 身份运行 openscf，或用 OPENSCF_HOME 选择其他目录。",
    status=403,
)
CLOSED_PARENT = refusal(
    "closed_parent_folder",
    en="The account {account} that runs the database can't reach {path}: the folder {parent} is closed to it.",
    zh="运行数据库的账户 {account} 无法访问 {path}：目录 {parent} 对其关闭。",
    fix_en="Choose a folder elsewhere with OPENSCF_HOME (for root, /var/lib/openscf is usual), or open {parent} (o+x).",
    fix_zh="请用 OPENSCF_HOME 选择其他目录（root 通常使用 /var/lib/openscf），或开放 {parent}（o+x）。",
    status=403,
)
SOCKET_PATH_TOO_LONG = refusal(
    "socket_path_too_long",
    en="The database's socket {path} would have a name of {length} bytes; the system allows {limit}.",
    zh="数据库套接字路径 {path} 长 {length} 字节，系统上限为 {limit} 字节。",
    fix_en="Choose a shorter folder with OPENSCF_HOME.",
    fix_zh="请用 OPENSCF_HOME 选择更短的目录。",
    status=400,
)
UNUSABLE_PATH = refusal(
    "home_path_unusable",
    en="The home folder {home!r} has a comma, a quote or a control character in its name; the database takes none.",
    zh="安装目录 {home!r} 的名称含逗号、引号或控制字符，数据库无法使用。",
    fix_en="Choose a folder with a plain name with OPENSCF_HOME.",
    fix_zh="请用 OPENSCF_HOME 选择名称普通的目录。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int

    @property
    def switch(self) -> dict[str, Any]:
        """Arguments for `subprocess` that run a child as this account; none when it is this process's own."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True, slots=True)
class Home:
    """The home folder of an embedded server, and the account that runs it."""

    root: Path
    account: Account

    @classmethod
    def of(cls, settings: Settings) -> "Home":
        """The home that `settings` name, checked, not yet made.

        Raises:
            Refusal: `home_path_unusable`, `socket_path_too_long`, `home_of_another_account`, `no_server_account`,
                `account_needs_root`, `closed_parent_folder`.
        """
        root = settings.home
        if any(letter in ",'\"\\%" or not letter.isprintable() for letter in str(root)):
            raise UNUSABLE_PATH(home=str(root))
        if root.exists() and root.stat().st_uid != os.geteuid():
            raise FOREIGN_HOME(home=root, owner=_name_of(root.stat().st_uid), actual=_name_of(os.geteuid()))
        home = cls(root, _account(settings))
        length = len(os.fsencode(home.socket))
        if length > SOCKET_PATH_BYTES:
            raise SOCKET_PATH_TOO_LONG(path=home.socket, length=length, limit=SOCKET_PATH_BYTES)
        closed = closed_parent(home.data, home.account)
        if closed is not None:
            raise CLOSED_PARENT(account=home.account.name, path=home.data, parent=closed)
        return home

    @property
    def private(self) -> Path:
        """Passwords and keys."""
        return self.root / "private"

    @property
    def backups(self) -> Path:
        """Base backups."""
        return self.root / "backups"

    @property
    def etc(self) -> Path:
        """The server's settings."""
        return self.root / "etc"

    @property
    def state(self) -> Path:
        """Leases, locks and marks."""
        return self.root / "state"

    @property
    def data(self) -> Path:
        """The database itself."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """The folder of the socket."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """The server's messages."""
        return self.root / "log"

    @property
    def archive(self) -> Path:
        """The archived write-ahead log."""
        return self.root / "archive"

    @property
    def socket(self) -> Path:
        """The server's socket."""
        return self.run / f".s.PGSQL.{PORT}"

    @property
    def initialised(self) -> bool:
        """Whether there is a database in it."""
        return (self.data / "PG_VERSION").exists()

    def make(self) -> None:
        """Make the folders that are missing; who comes second waits until all have their right modes."""
        with contextlib.suppress(FileExistsError):
            self.root.mkdir(parents=True)
            self.root.chmod(0o711 if self.account.switch else 0o700)
        handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._make_folders()
        finally:
            os.close(handle)

    def _make_folders(self) -> None:
        for name, mode in (("private", 0o700), ("backups", 0o700), ("etc", 0o755), ("state", 0o755)):
            _make_folder(self.root / name, mode)
        for name in ("run", "log", "archive"):
            self.make_for_account(self.root / name)
        for name in LOCKS:
            if not (self.state / name).exists():
                self.write_mark(name, "")

    def write_mark(self, name: str, text: str) -> None:
        """Write a file of `state/`, which the watchdog can read whatever the umask of this process is."""
        path = self.state / name
        with path.open("a", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o644)
            file.truncate(0)
            file.write(text)

    def make_for_account(self, folder: Path) -> None:
        """Make a folder that only the server's account may enter."""
        if not folder.exists():
            folder.mkdir(mode=0o700)
            os.chown(folder, self.account.uid, self.account.gid)


def closed_parent(path: Path, account: Account) -> Path | None:
    """The first folder above `path` that `account` may not pass through, or None; folders still to be made don't count.

    Judged by owner, group and mode, as the system does for an account without further groups.
    """
    for parent in reversed(path.parents):
        if not parent.exists():
            break
        found = parent.stat()
        bit = stat.S_IXOTH
        if found.st_uid == account.uid:
            bit = stat.S_IXUSR
        elif found.st_gid == account.gid:
            bit = stat.S_IXGRP
        if account.uid != 0 and not found.st_mode & bit:
            return parent
    return None


def _account(settings: Settings) -> Account:
    if os.geteuid() != 0:
        own = Account(_name_of(os.geteuid()), os.geteuid(), os.getegid())
        if settings.os_user and settings.os_user != own.name:
            raise NOT_ROOT(wanted=settings.os_user, actual=own.name)
        return own
    data = settings.home / "data"
    if not settings.os_user and data.exists() and data.stat().st_uid != 0:
        # Whoever made the database keeps it, also after an account that we would prefer has appeared.
        return Account(_name_of(data.stat().st_uid), data.stat().st_uid, data.stat().st_gid)
    wanted = (settings.os_user,) if settings.os_user else ACCOUNTS
    for name in wanted:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise NO_ACCOUNT(wanted=" / ".join(wanted))


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _make_folder(folder: Path, mode: int) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700)
        folder.chmod(mode)
