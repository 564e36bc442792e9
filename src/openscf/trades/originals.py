"""The original files, kept under the hash of their bytes: what was delivered can always be looked at again.

`<home>/files/ab/cdef…`, mode 0600. A name is made durable before any row speaks of it; a file without a row (a command
that was refused, a crash in between) does no harm and serves the next delivery of the same bytes.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from openscf.db.server.private import make_private_folder, sync_folder, write_private_files
from openscf.kernel.errors import refusal

ORIGINAL_MISSING = refusal(
    "original_missing",
    en="The original file with SHA-256 {sha256} is not in the store.",
    zh="原始文件（SHA-256 {sha256}）不在存储中。",
    fix_en="Restore the folder `files` of the home from its backup.",
    fix_zh="请从备份恢复安装目录下的 files 文件夹。",
    status=404,
)
ORIGINAL_DAMAGED = refusal(
    "original_damaged",
    en="The original file with SHA-256 {sha256} has been altered: its bytes now hash to {found}.",
    zh="原始文件（SHA-256 {sha256}）已被改动，当前内容的 SHA-256 为 {found}。",
    fix_en="Restore it from a backup; what was read from it is unchanged in the database.",
    fix_zh="请从备份恢复该文件；数据库中已读取的数据未受影响。",
    status=409,
)
ORIGINAL_MISDECLARED = refusal(
    "original_misdeclared",
    en="A file was declared with SHA-256 {declared}, but its bytes hash to {found}.",
    zh="文件声明的 SHA-256 为 {declared}，实际内容为 {found}。",
    status=400,
)


class Originals(Protocol):
    """Keeps files under the SHA-256 of their bytes."""

    def put(self, content: bytes, sha256: str) -> None:
        """Keep the bytes, durably; again changes nothing.

        Raises:
            Refusal: `original_misdeclared`: the hash is not that of the bytes.
        """
        ...

    def put_all(self, files: Sequence[tuple[bytes, str]]) -> None:
        """Keep several, each with its hash; durable all when it returns.

        Raises:
            Refusal: `original_misdeclared`.
        """
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes.

        Raises:
            Refusal: `original_missing` or `original_damaged`.
        """
        ...


class FolderOriginals:
    """Originals in a folder.

    Args:
        folder: `<home>/files`; made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes, sha256: str) -> None:
        """See `Originals.put`."""
        self.put_all([(content, sha256)])

    def put_all(self, files: Sequence[tuple[bytes, str]]) -> None:
        """See `Originals.put_all`."""
        wanted: dict[Path, bytes] = {}
        for content, sha256 in files:
            _check(content, sha256)
            path = self._path(sha256)
            if not (path.exists() and path.stat().st_size == len(content)):
                wanted[path] = content
        missing = {path.parent for path in wanted if not path.parent.exists()}
        for folder in (self._folder, *sorted(missing)) if wanted else ():
            make_private_folder(folder)
        if missing:
            sync_folder(self._folder)
        write_private_files(wanted)

    def get(self, sha256: str) -> bytes:
        """See `Originals.get`."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise ORIGINAL_MISSING(sha256=sha256) from None
        return _unaltered(content, sha256)

    def _path(self, sha256: str) -> Path:
        name = bytes.fromhex(sha256).hex()  # nothing but a hash becomes a path
        return self._folder / name[:2] / name[2:]


class MemoryOriginals:
    """The twin of `FolderOriginals` for tests and the simulator."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes, sha256: str) -> None:
        """See `Originals.put`."""
        _check(content, sha256)
        self.kept.setdefault(sha256, bytes(content))

    def put_all(self, files: Sequence[tuple[bytes, str]]) -> None:
        """See `Originals.put_all`."""
        for content, sha256 in files:
            self.put(content, sha256)

    def get(self, sha256: str) -> bytes:
        """See `Originals.get`."""
        if sha256 not in self.kept:
            raise ORIGINAL_MISSING(sha256=sha256)
        return _unaltered(self.kept[sha256], sha256)


def _check(content: bytes, sha256: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ORIGINAL_MISDECLARED(declared=sha256[:64], found=found)


def _unaltered(content: bytes, sha256: str) -> bytes:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ORIGINAL_DAMAGED(sha256=sha256, found=found)
    return content
