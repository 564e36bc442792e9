"""What a delivery is made of, and who reads each file in it: gzip and zips of files are opened within bounds.

A workbook, an OFD and other documents that are zips by nature are files; a zip of anything else is a folder.
"""

import functools
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openscf.ingestion.contract import (
    ADAPTERS,
    FILE_TOO_LARGE,
    HEAD_BYTES,
    MAX_FILE_BYTES,
    NO,
    UNKNOWN_FORMAT,
    UNREADABLE_FILE,
    Adapter,
    Sample,
    Source,
)
from openscf.kernel.errors import Refusal, Where, refusal

AMBIGUOUS_FORMAT = refusal(
    "ambiguous_format",
    en="The file {name} could be read in several ways: {readers}.",
    zh="文件 {name} 可由多种读取器读取：{readers}。",
    fix_en="Name the reader with --reader.",
    fix_zh="请用 --reader 指定读取器。",
)
ARCHIVE_TOO_LARGE = refusal(
    "archive_too_large",
    en="The archive {name} holds {members} files of {size_bytes} bytes; at most {most} of {limit_bytes} are opened.",
    zh="压缩包 {name} 含 {members} 个文件，共 {size_bytes} 字节；最多可打开 {most} 个、{limit_bytes} 字节。",
    fix_en="Send its files in several archives.",
    fix_zh="请分成多个压缩包发送。",
    status=413,
)
ARCHIVE_TOO_LONG = refusal(
    "archive_too_long",
    en="The archive {name} lists {entries} entries; a list of at most {most} is read.",
    zh="压缩包 {name} 的目录含 {entries} 个条目；最多可读取 {most} 个。",
    fix_en="Send its files in several archives.",
    fix_zh="请分成多个压缩包发送。",
    status=413,
)

MAX_MEMBERS = 50_000  # a hundred megabytes of the smallest invoices in XML are 40,000
MAX_ENTRIES = 2 * MAX_MEMBERS  # folders are entries too; of a longer list no objects are made, which would take memory
_ENTRY = b"PK\x01\x02"
_WHOLE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")  # their table of contents stands at their end: shown whole
_MOST_SHOWN = 32 << 20
_DOCUMENTS = frozenset({"[content_types].xml", "ofd.xml", "mimetype"})


@dataclass(frozen=True, slots=True)
class Delivered:
    """One file of a delivery.

    Attributes:
        name: Its name; inside an archive `archive.zip/member`.
        original: Its bytes as they were delivered; kept under their hash.
        content: What is read: the same, or decompressed.
    """

    name: str
    original: bytes
    content: bytes

    def source(self, sender: str, options: Mapping[str, str]) -> Source:
        """What a reader reads."""
        return Source(self.name, self.content, hashlib.sha256(self.original).hexdigest(), sender, options)

    def as_delivered(self, sender: str, options: Mapping[str, str]) -> Source:
        """What is kept."""
        return Source(self.name, self.original, hashlib.sha256(self.original).hexdigest(), sender, options)


@dataclass(frozen=True, slots=True)
class Unopened:
    """A file or archive that was not opened, and why."""

    name: str
    refusal: Refusal = field(compare=False)


@functools.cache
def known_adapters() -> tuple[Adapter, ...]:
    """All readers."""
    return tuple(ADAPTERS.discover("openscf.ingestion.adapters"))


def reader_of(file: Delivered) -> Adapter:
    """The surest reader of a file.

    Raises:
        Refusal: `unknown_format`; `ambiguous_format` if two are equally sure.
    """
    whole = file.content.startswith(_WHOLE) and len(file.content) <= _MOST_SHOWN
    sample = Sample(file.name, file.content if whole else file.content[:HEAD_BYTES], len(file.content))
    sure = [(adapter.detect(sample), adapter) for adapter in known_adapters()]
    most = max(degree for degree, _ in sure)
    surest = [adapter for degree, adapter in sure if degree == most]
    where = Where(file=file.name)
    if most == NO:
        raise UNKNOWN_FORMAT(name=file.name, where=where)
    if len(surest) > 1:
        raise AMBIGUOUS_FORMAT(name=file.name, readers=", ".join(one.name for one in surest), where=where)
    return surest[0]


def reader_for(name: str, content: bytes) -> Adapter:
    """The surest reader of these bytes, which are one file.

    Raises:
        Refusal: `unknown_format`, `ambiguous_format`.
    """
    return reader_of(Delivered(name, content, content))


def files_under(path: Path) -> list[Path]:
    """The file, or all files of the folder and its folders, in the order of their names; hidden ones are left out."""
    if not path.is_dir():
        return [path]
    found = (one for one in path.rglob("*") if one.is_file())
    return sorted(one for one in found if not any(part.startswith(".") for part in one.relative_to(path).parts))


def opened(name: str, content: bytes) -> Iterator[Delivered | Unopened]:
    """The files in these bytes: themselves, decompressed, or the members of a zip of files.

    Archives inside archives are not opened.
    """
    try:
        yield from _opened(name, content)
    except Refusal as no:
        yield Unopened(name, no)


def _opened(name: str, content: bytes) -> Iterator[Delivered]:
    if len(content) > MAX_FILE_BYTES:
        raise _too_large(name, len(content))
    if content.startswith(b"\x1f\x8b"):
        yield Delivered(name, content, _gunzipped(name, content))
    elif content.startswith(b"PK\x03\x04") and (archive := _folder_in(name, content)) is not None:
        with archive:
            yield from _members(name, archive)
    else:
        yield Delivered(name, content, content)


def _gunzipped(name: str, content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            found = stream.read(MAX_FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UNREADABLE_FILE(name=name, format="gzip", reason=str(error)[:120], where=Where(file=name)) from None
    if len(found) > MAX_FILE_BYTES:
        raise _too_large(name, len(found))
    return found


class _Counted(io.BytesIO):
    """An archive whose list of entries is counted as it is read, before anything is made of it: 256 MB hold millions.

    Only while it `counts`; what is read afterwards are members.
    """

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.counts, self._name = True, name

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        entries = found.count(_ENTRY) if self.counts else 0
        if entries > MAX_ENTRIES:
            raise ARCHIVE_TOO_LONG(name=self._name, entries=entries, most=MAX_ENTRIES, where=Where(file=self._name))
        return found


def _folder_in(name: str, content: bytes) -> zipfile.ZipFile | None:
    """The archive, if it is a folder of files; None if it is a document, or damaged (its reader will say so).

    Raises:
        Refusal: `archive_too_long`.
    """
    stream = _Counted(content, name)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    stream.counts = False
    if any(member.lower() in _DOCUMENTS for member in archive.namelist()):
        archive.close()
        return None
    return archive


def _members(name: str, archive: zipfile.ZipFile) -> Iterator[Delivered]:
    members = [one for one in archive.infolist() if not one.is_dir()]
    size = sum(one.file_size for one in members)
    if len(members) > MAX_MEMBERS or size > MAX_FILE_BYTES:
        raise ARCHIVE_TOO_LARGE(
            name=name, members=len(members), size_bytes=size, most=MAX_MEMBERS, limit_bytes=MAX_FILE_BYTES,
            where=Where(file=name),
        )  # fmt: skip
    for one in members:
        try:
            with archive.open(one) as stream:
                content = stream.read(one.file_size + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error) as error:
            reason = f"{one.filename[:80]!r}: {error}"[:160]
            raise UNREADABLE_FILE(name=name, format="zip", reason=reason, where=Where(file=name)) from None
        yield Delivered(f"{name}/{one.filename}", content, content)


def _too_large(name: str, size: int) -> Refusal:
    return FILE_TOO_LARGE(name=name, size_bytes=size, limit_bytes=MAX_FILE_BYTES, where=Where(file=name))
