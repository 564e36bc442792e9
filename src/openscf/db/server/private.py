"""The private folder of an installation: generated passwords, and (by others) signing keys.

Only the account that runs the program may look inside: the folder has mode 0700, each file 0600. A file that others
can read is refused, as `ssh` refuses such a key: silence would hide that it may have been read already.
"""

import contextlib
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from openscf.kernel.errors import refusal

PASSWORDS = "database.json"
SUPERUSER = "postgres"
_WAITING: Final = 8  # threads that wait for the disk at once

PRIVATE_FILE_OPEN = refusal(
    "private_file_open",
    en="The private file {path} (mode {mode}) can be read or changed by other accounts of this machine.",
    zh="私密文件 {path}（权限 {mode}）可被本机其他账户读取或修改。",
    fix_en="Close it (`chmod go-rwx`, owner the account that runs openscf), and renew the secrets inside if in doubt.",
    fix_zh="请收紧权限（chmod go-rwx，属主为运行 openscf 的账户）；如有疑虑请更换其中的密钥。",
    status=403,
)


def make_private_folder(folder: Path) -> Path:
    """Make the private folder if it is missing; refuse one that others may enter.

    Raises:
        Refusal: `private_file_open`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_if_open(folder)
    return folder


def refuse_if_open(path: Path) -> None:
    """Refuse a private file or folder that another account may read, write or own.

    Raises:
        Refusal: `private_file_open`.
    """
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode) or found.st_mode & 0o077 or found.st_uid != os.geteuid():
        raise PRIVATE_FILE_OPEN(path=path, mode=oct(stat.S_IMODE(found.st_mode)))


def write_private(path: Path, content: bytes) -> None:
    """Write a private file so that after a crash there is the old one or the new one, and never a readable moment."""
    write_private_files({path: content})


def write_private_files(files: Mapping[Path, bytes]) -> None:
    """The same for several files, durable all when it returns.

    The disk is told to keep them all before it is waited for: those who wait together wait about as long as one alone.
    """
    made = {path: path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}") for path in files}
    for path, content in files.items():
        handle = os.open(made[path], os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    _sync(made.values())
    for path, temporary in made.items():
        temporary.replace(path)
    _sync({path.parent for path in files})


def sync_folder(folder: Path) -> None:
    """Make the names in a folder, or what is in a file, durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(paths: Collection[Path]) -> None:
    each = list(paths)
    shares = [each[place::_WAITING] for place in range(min(_WAITING, len(each)))]
    if len(shares) <= 1:
        _sync_each(each)
        return
    with ThreadPoolExecutor(len(shares), thread_name_prefix="sync") as waiting:
        for _ in waiting.map(_sync_each, shares):
            pass


def _sync_each(paths: Iterable[Path]) -> None:
    for path in paths:
        sync_folder(path)


def known_passwords(folder: Path) -> dict[str, str]:
    """The passwords kept so far, by role; empty when none were made.

    Raises:
        Refusal: `private_file_open`.
    """
    path = folder / PASSWORDS
    if not path.exists():
        return {}
    refuse_if_open(path)
    return dict(json.loads(path.read_bytes()))


@contextlib.contextmanager
def password_file(folder: Path, password: str) -> Iterator[Path]:
    """A file for PGPASSFILE while the block runs: an environment variable is easier to come by than a closed folder."""
    file = folder / f".pgpass.{os.getpid()}"
    write_private(file, f"*:*:*:*:{password}\n".encode())
    try:
        yield file
    finally:
        file.unlink()


def passwords(folder: Path, roles: Iterable[str]) -> dict[str, str]:
    """The password of each of `roles`; missing ones are made (256 random bits) and kept before anybody uses them.

    Raises:
        Refusal: `private_file_open`.
    """
    make_private_folder(folder)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # two first starts at once must agree on one password
        known = known_passwords(folder)
        missing = [role for role in roles if role not in known]
        if missing:
            known |= {role: secrets.token_urlsafe(32) for role in missing}
            write_private(folder / PASSWORDS, json.dumps(known, indent=1).encode())
        return known
    finally:
        os.close(handle)
