"""Where signed notes are kept, outside the database: a port, and folders of append-only files.

More sinks (another host's folder, a mailbox, a colleague's log) need three methods. Every sink holds the whole sequence
of notes; one that fell behind is brought up to date from the first.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from openscf.db.audit.notes import NO_NOTE, Note, Record, note_line, record_from
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.kernel.errors import refusal

SEGMENT_BYTES: Final = 16 << 20  # a new file after this much, so that copies to elsewhere stay small
_TAIL_BYTES = 64 << 10
_HALF = declare_failpoint("audit.half_note", "half of a note's line is in the file of checkpoints")
_WRITTEN = declare_failpoint("audit.note_written", "a note is durable in the folder, not yet in the database")

NOTE_OUT_OF_ORDER = refusal(
    "note_out_of_order",
    en="Note {number} does not follow note {latest} in {place}; it was not written.",
    zh="签名记录 {number} 与 {place} 中的记录 {latest} 不衔接，未写入。",
    fix_en="Another program writes to this folder. Run `openscf audit verify`, then seal again.",
    fix_zh="有其他程序正在写入该文件夹。请先运行 `openscf audit verify`，再重新封存。",
    status=409,
)
NOTES_UNREADABLE = refusal(
    "notes_unreadable",
    en="The last signed note in {place} can't be read: {reason}.",
    zh="无法读取 {place} 中的最后一条签名记录：{reason}。",
    fix_en="Run `openscf audit verify`; put the folder back from its copy.",
    fix_zh="请运行 `openscf audit verify`，并用副本恢复该文件夹。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sink, read for verification.

    Attributes:
        place: File and line, for people.
        record: What it says, or None when it can't be read.
        torn: Whether it is the unfinished end of a file: a write that a crash cut off and that never counted.
    """

    place: str
    record: Record | None
    torn: bool = False


class Sink(Protocol):
    """Keeps signed notes, in order, for ever."""

    def latest(self) -> Note | None:
        """The last note it keeps; None when it keeps none."""
        ...

    def append(self, record: Record) -> None:
        """Keep one more; durable when this returns. Refuses a note that does not follow its latest."""
        ...

    def lines(self) -> Iterator[Line]:
        """Everything it keeps, oldest first, unreadable lines included."""
        ...


class FolderSink:
    """Notes as lines of JSON in files `checkpoints-<first number>.jsonl` of a folder, written with fsync.

    A file is only ever appended to. After a crash in the middle of a line the unfinished line stays, and a new file is
    begun: nothing that was once written is changed.

    Args:
        folder: Made at the first note.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def latest(self) -> Note | None:
        """See `Sink.latest`.

        Raises:
            Refusal: `notes_unreadable`.
        """
        for path in reversed(self._files()):
            line = _last_line(path)
            if line is not None:
                try:
                    return _read(line).note
                except ValueError as error:
                    raise NOTES_UNREADABLE(place=path, reason=error) from None
        return None

    def append(self, record: Record) -> None:
        """See `Sink.append`.

        Raises:
            Refusal: `note_out_of_order`: two programs write at the same time, or the folder was changed.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _Lease(self.folder):
            latest = self.latest()
            last, follows = (latest.number, latest.hash()) if latest else (0, NO_NOTE)
            if record.note.number != last + 1 or record.note.previous != follows:
                raise NOTE_OUT_OF_ORDER(number=record.note.number, latest=last, place=self.folder)
            path = self._open_segment(record.note.number)
            _write(path, note_line(record).encode() + b"\n")
            _sync_folder(self.folder)
        failpoint(_WRITTEN)

    def lines(self) -> Iterator[Line]:
        """See `Sink.lines`."""
        for path in self._files():
            with path.open("rb") as file:
                for place, line in enumerate(file, start=1):
                    yield _line(f"{path.name}:{place}", line)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("checkpoints-*.jsonl")) if self.folder.is_dir() else []

    def _open_segment(self, first: int) -> Path:
        files = self._files()
        fresh = self.folder / f"checkpoints-{first:012d}.jsonl"
        if not files:
            return fresh
        last = files[-1]
        if not _torn(last):
            return last if last.stat().st_size < SEGMENT_BYTES else fresh
        # The unfinished file may bear this very number: a letter keeps the order of names and the file untouched.
        return fresh if not fresh.exists() else last.with_name(f"{last.stem}b.jsonl")


def _write(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "ab") as file:
        half = len(line) // 2
        file.write(line[:half])
        file.flush()
        failpoint(_HALF)
        file.write(line[half:])
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Lease:
    """The right to write into a folder, held by one process at a time and given back by the system if it dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".lock"
        self._descriptor = -1

    def __enter__(self) -> None:
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def _torn(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _last_line(path: Path) -> bytes | None:
    """The last finished line of a file, read from its end; None when there is none."""
    with path.open("rb") as file:
        start, tail, step = file.seek(0, os.SEEK_END), b"", _TAIL_BYTES
        while start:
            step = min(2 * step, start)  # doubled each time: a line with very many leaves is still read in linear time
            start -= step
            file.seek(start)
            tail = file.read(step) + tail
            finished = tail[: tail.rfind(b"\n") + 1]
            if finished.count(b"\n") > 1 or (finished and not start):
                return finished[:-1].rpartition(b"\n")[2]
    return None


def _line(place: str, line: bytes) -> Line:
    if not line.endswith(b"\n"):
        return Line(place, None, torn=True)
    try:
        return Line(place, _read(line[:-1]))
    except ValueError:
        return Line(place, None)


def _read(line: bytes) -> Record:
    """The record of a line, which must be written exactly as `note_line` writes it.

    Raises:
        ValueError: It is not.
    """
    try:
        plain: Any = json.loads(line)
        record = record_from(plain)
        if note_line(record).encode() != line:
            raise ValueError("it is not in its canonical form")
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(f"it is not a note ({type(error).__name__})") from None
    return record
