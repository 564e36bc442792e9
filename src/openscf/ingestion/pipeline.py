"""From a path to the store: open, recognise, read, take in, report; one transaction for each file.

A file that is refused, unknown or ambiguous does not stop the others. Nothing is reported that is not committed. Of
large files two are under way at once: while one is stored, the other one is read, or stored as well (see `turns`).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from openscf.db.database import Database
from openscf.db.unit_of_work import Context
from openscf.ingestion.adapters import vat_table
from openscf.ingestion.contract import ADAPTERS, FILE_TOO_LARGE, MAX_FILE_BYTES, Adapter, Reading, Rejection
from openscf.ingestion.detection import Delivered, Unopened, files_under, known_adapters, opened, reader_of
from openscf.ingestion.store.bulk import BulkReading, read_vat_table
from openscf.ingestion.turns import Turns
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.trades import Desk, IngestReport, accept_bulk, accept_reading, find_twins

BULK_BYTES = 32 << 10  # from here on a table goes through DuckDB; below, starting it would cost more than it saves
LANES = (
    2  # large files under way at once: one keeps the database busy, and what it leaves of a second processor is used
)
_SHOWN = 100  # rejections that a report carries; all of them are in the store

NO_SUCH_FILE = refusal(
    "no_such_file",
    en="There is no file or folder {path}, or it can't be opened.",
    zh="文件或文件夹 {path} 不存在或无法打开。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class Order:
    """How to take in.

    Attributes:
        sender: Who sent the files.
        reader: Name of the reader for all of them; None to recognise each.
        options: The reader's options.
        dry: Only read and judge; store nothing.
    """

    sender: str = ""
    reader: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    dry: bool = False


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file.

    Attributes:
        name: Its name.
        adapter: Who read it; empty if nobody did.
        rows, accepted, rejected: Rows.
        rejections: The first of them.
        flags: How often each oddity was seen.
        report: What the store says; None for a dry run or a refused file.
        refusal: Why the whole file was refused.
    """

    name: str
    adapter: str = ""
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    rejections: Sequence[Rejection] = ()
    flags: Mapping[str, int] = field(default_factory=dict)
    report: IngestReport | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Where files are taken in.

    Attributes:
        database: The opened database.
        context: On whose behalf.
        desk: Fingerprints and originals.
    """

    database: Database
    context: Context
    desk: Desk


Progress = Callable[[str, str], None]
"""Told the name of a file and what is being done: `read`, `store`, `done`."""


def ingest(
    paths: Iterable[Path], order: Order, *, intake: Intake | None, progress: Progress = lambda _name, _step: None
) -> Iterator[FileOutcome]:
    """Take in files and folders, and say of each file what became of it as soon as that is known.

    Args:
        paths: Files, folders, gzip files, zips of files.
        order: How.
        intake: Where; may be None for a dry run.
        progress: Told what is being done, also from other threads.

    Yields:
        The outcomes, in the order of the files.
    """
    return _taken_in(_files(paths), order, intake=intake, progress=progress)


def ingest_uploads(
    files: Iterable[tuple[str, bytes]], order: Order, *, intake: Intake | None,
    progress: Progress = lambda _name, _step: None,
) -> Iterator[FileOutcome]:  # fmt: skip
    """The same for files that are in memory: (name, bytes) each; archives are opened as those on disk are."""
    return _taken_in(_uploaded(files), order, intake=intake, progress=progress)


def _uploaded(files: Iterable[tuple[str, bytes]]) -> Iterator[Delivered | FileOutcome]:
    for name, content in files:
        for file in opened(name, content):
            yield FileOutcome(file.name, refusal=file.refusal) if isinstance(file, Unopened) else file


def _taken_in(
    files: Iterable[Delivered | FileOutcome], order: Order, *, intake: Intake | None, progress: Progress
) -> Iterator[FileOutcome]:
    known_adapters()
    chosen = ADAPTERS.get(order.reader) if order.reader else None
    turns, waiting = Turns(), deque[Future[FileOutcome]]()

    def take_in(file: Delivered, turn: int) -> FileOutcome:
        try:
            return ingest_file(file, order, chosen=chosen, intake=intake, progress=progress, turn=(turns, turn))
        finally:
            turns.end(turn)

    with ThreadPoolExecutor(LANES, thread_name_prefix="ingest") as lanes:
        try:
            for file in files:
                if isinstance(file, Delivered) and len(file.content) >= BULK_BYTES:
                    waiting.append(lanes.submit(take_in, file, turns.take()))
                    if len(waiting) > LANES:
                        yield waiting.popleft().result()
                    continue
                while waiting:
                    yield waiting.popleft().result()
                yield take_in(file, turns.take()) if isinstance(file, Delivered) else file
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _files(paths: Iterable[Path]) -> Iterator[Delivered | FileOutcome]:
    for path in paths:
        for one in files_under(path):
            yield from _opened(one)


def _opened(path: Path) -> Iterator[Delivered | FileOutcome]:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            where = Where(file=path.name)
            no = FILE_TOO_LARGE(name=path.name, size_bytes=size, limit_bytes=MAX_FILE_BYTES, where=where)
            yield FileOutcome(path.name, refusal=no)
            return
        content = path.read_bytes()
    except OSError:
        yield FileOutcome(path.name, refusal=NO_SUCH_FILE(path=str(path)[:200], where=Where(file=path.name)))
        return
    for file in opened(path.name, content):
        yield FileOutcome(file.name, refusal=file.refusal) if isinstance(file, Unopened) else file


def ingest_file(
    file: Delivered, order: Order, *, chosen: Adapter | None, intake: Intake | None, progress: Progress,
    turn: tuple[Turns, int],
) -> FileOutcome:  # fmt: skip
    """Take in one file when it is its turn; a refusal is its outcome."""
    progress(file.name, "read")
    name = chosen.name if chosen else ""
    try:
        adapter = chosen or reader_of(file)
        name = adapter.name
        reading = _read(adapter, file, order)
        try:
            report = None
            if intake is not None and not order.dry:
                turns, number = turn
                turns.wait(number, find_twins(reading) if isinstance(reading, BulkReading) else None)
                progress(file.name, "store")
                report = _store(adapter, file, order, reading=reading, at=intake)
            return _outcome(file, name, reading, report=report)
        finally:
            if isinstance(reading, BulkReading):
                reading.close()
    except Refusal as no:
        return FileOutcome(file.name, name, refusal=no)
    finally:
        progress(file.name, "done")


def _read(adapter: Adapter, file: Delivered, order: Order) -> Reading | BulkReading:
    source = file.source(order.sender, order.options)
    if adapter.name == vat_table.NAME and len(file.content) >= BULK_BYTES:
        return read_vat_table(source)
    return adapter.read(source)


def _store(
    adapter: Adapter, file: Delivered, order: Order, *, reading: Reading | BulkReading, at: Intake
) -> IngestReport:
    source = file.as_delivered(order.sender, order.options)
    if isinstance(reading, BulkReading):
        bulk = reading
        return at.database.run(
            at.context, lambda work: accept_bulk(work, source, bulk, adapter=adapter.name, desk=at.desk)
        )
    few = reading
    return at.database.run(
        at.context, lambda work: accept_reading(work, source, few, adapter=adapter.name, desk=at.desk)
    )


def _outcome(
    file: Delivered, adapter: str, reading: Reading | BulkReading, *, report: IngestReport | None
) -> FileOutcome:
    flags = dict(report.flags) if report else _flags(reading)
    return FileOutcome(
        file.name, adapter, reading.rows, reading.covered, rejected=len(reading.rejections),
        rejections=tuple(reading.rejections[:_SHOWN]), flags=flags, report=report,
    )  # fmt: skip


def _flags(reading: Reading | BulkReading) -> dict[str, int]:
    records = [one for _, one in reading.odd] if isinstance(reading, BulkReading) else reading.records
    found: dict[str, int] = {}
    for record in records:
        for flag in getattr(record, "flags", ()):
            found[flag] = found.get(flag, 0) + 1
    return found
