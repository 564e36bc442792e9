"""From a path to the store: open, recognise, read, take in, report; all of a file in one transaction.

A file that is refused, unknown or ambiguous does not stop the others. Nothing is reported that is not committed. Small
files that follow each other share a transaction, and with it what each costs beside its rows; it is short, so that
nobody waits for its locks for long. Two groups or large files are under way at once: while one is stored, the other one
is read, or stored as well (see `turns`).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from openscf.db.database import Database, is_of_data
from openscf.db.unit_of_work import Context
from openscf.ingestion.adapters import vat_table
from openscf.ingestion.contract import ADAPTERS, FILE_TOO_LARGE, MAX_FILE_BYTES, Adapter, Reading, Rejection
from openscf.ingestion.detection import Delivered, Unopened, files_under, known_adapters, opened, reader_of
from openscf.ingestion.patience import Patience
from openscf.ingestion.store.bulk import BulkReading, read_vat_table
from openscf.ingestion.turns import Turns
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.trades import Desk, Given, IngestReport, accept_bulk, accept_readings, find_twins

BULK_BYTES = 32 << 10  # from here on a table goes through DuckDB; below, starting it would cost more than it saves
MARKUP_BYTES = 256 << 10  # an invoice in XML, with many lines
GROUP_FILES, GROUP_BYTES = 64, 4 << 20  # of small files that share a transaction: what is read from them is in memory
LANES = 2  # groups under way at once: one keeps the database busy, what it leaves of a second processor is used
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
Group = Sequence[Delivered | FileOutcome]
"""Files that are taken in by one transaction, with what is already known of others between them."""


@dataclass(frozen=True, slots=True)
class _How:
    """How a group of files is taken in, and whose turn it is."""

    order: Order
    chosen: Adapter | None
    intake: Intake | None
    progress: Progress
    turn: tuple[Turns, int] = field(kw_only=True)

    @property
    def stores(self) -> Intake | None:
        """Where it is stored; None where it is only judged."""
        return None if self.order.dry else self.intake


@dataclass(frozen=True, slots=True)
class _Ready:
    """A small file that was read."""

    file: Delivered
    reading: Reading
    given: Given


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
    patience = Patience()
    return _taken_in(_files(paths, patience), order, intake=intake, progress=progress, patience=patience)


def ingest_uploads(
    files: Iterable[tuple[str, bytes]], order: Order, *, intake: Intake | None,
    progress: Progress = lambda _name, _step: None,
) -> Iterator[FileOutcome]:  # fmt: skip
    """The same for files that are in memory: (name, bytes) each; archives are opened as those on disk are."""
    patience = Patience()
    uploaded = (file for name, content in files for file in _let_in(patience.among(name, opened(name, content))))
    return _taken_in(uploaded, order, intake=intake, progress=progress, patience=patience)


def _taken_in(
    files: Iterable[Delivered | FileOutcome], order: Order, *, intake: Intake | None, progress: Progress,
    patience: Patience,
) -> Iterator[FileOutcome]:  # fmt: skip
    known_adapters()
    chosen = ADAPTERS.get(order.reader) if order.reader else None
    turns, waiting = Turns(), deque[Future[list[FileOutcome]]]()

    def take_in(group: Group, turn: int) -> list[FileOutcome]:
        how = _How(order, chosen, intake, progress, turn=(turns, turn))
        try:
            return [_alone(group[0], how)] if len(group) == 1 else _together(group, how)
        finally:
            turns.end(turn)

    def told() -> Iterator[FileOutcome]:
        for outcome in waiting.popleft().result():
            patience.told(outcome.name, refused=outcome.refusal is not None)
            yield outcome

    with ThreadPoolExecutor(LANES, thread_name_prefix="ingest") as lanes:
        try:
            for group in grouped(files):
                waiting.append(lanes.submit(take_in, group, turns.take()))
                if len(waiting) > LANES:
                    yield from told()
            while waiting:
                yield from told()
        finally:
            for one in waiting:
                one.cancel()


def grouped(files: Iterable[Delivered | FileOutcome]) -> Iterator[Group]:
    """The files in their order: small ones that follow each other together, each large one by itself."""
    group, size = list[Delivered | FileOutcome](), 0
    for file in files:
        if isinstance(file, Delivered) and not _is_small(file):
            if group:
                yield group
            yield [file]
            group, size = [], 0
            continue
        group.append(file)
        size += len(file.content) if isinstance(file, Delivered) else 0
        if len(group) >= GROUP_FILES or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _is_small(file: Delivered) -> bool:
    """Not worth a transaction of its own; documents in XML are longer than rows that say as much."""
    markup = file.content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return len(file.content) < (MARKUP_BYTES if markup else BULK_BYTES)


def _files(paths: Iterable[Path], patience: Patience) -> Iterator[Delivered | FileOutcome]:
    for path in paths:
        for one in files_under(path):
            yield from _opened(one, patience)


def _opened(path: Path, patience: Patience) -> Iterator[Delivered | FileOutcome]:
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
    yield from _let_in(patience.among(path.name, opened(path.name, content)))


def _let_in(files: Iterable[Delivered | Unopened]) -> Iterator[Delivered | FileOutcome]:
    for file in files:
        yield FileOutcome(file.name, refusal=file.refusal) if isinstance(file, Unopened) else file


def _alone(file: Delivered | FileOutcome, how: _How) -> FileOutcome:
    """Take in one file when it is its turn; a refusal is its outcome."""
    if isinstance(file, FileOutcome):
        return file
    how.progress(file.name, "read")
    name = how.chosen.name if how.chosen else ""
    try:
        adapter = how.chosen or reader_of(file)
        name = adapter.name
        reading = _read(adapter, file, how.order)
        try:
            report = None
            if how.stores is not None:
                turns, number = how.turn
                turns.wait(number, find_twins(reading) if isinstance(reading, BulkReading) else None)
                how.progress(file.name, "store")
                report = _store(adapter, file, how.order, reading=reading, at=how.stores)
            return _outcome(file, name, reading, report=report)
        finally:
            if isinstance(reading, BulkReading):
                reading.close()
    except Refusal as no:
        return FileOutcome(file.name, name, refusal=no)
    finally:
        how.progress(file.name, "done")


def _together(group: Group, how: _How) -> list[FileOutcome]:
    """Take in small files by one transaction, when it is their turn; each has its own outcome, as if it came alone."""
    found = [_looked_at(file, how) if isinstance(file, Delivered) else file for file in group]
    read = [one for one in found if isinstance(one, _Ready)]
    reports: Sequence[IngestReport | Refusal | None] = [None] * len(read)
    if how.stores is not None and read:
        turns, number = how.turn
        turns.wait(number)
        for one in read:
            how.progress(one.file.name, "store")
        reports = _stored([one.given for one in read], how.stores)
    told = iter(reports)
    outcomes = [_told(one, next(told)) if isinstance(one, _Ready) else one for one in found]
    for file in outcomes:
        how.progress(file.name, "done")
    return outcomes


def _looked_at(file: Delivered, how: _How) -> _Ready | FileOutcome:
    how.progress(file.name, "read")
    name = how.chosen.name if how.chosen else ""
    try:
        adapter = how.chosen or reader_of(file)
        name = adapter.name
        reading = adapter.read(file.source(how.order.sender, how.order.options))
    except Refusal as no:
        return FileOutcome(file.name, name, refusal=no)
    source = file.as_delivered(how.order.sender, how.order.options)
    return _Ready(file, reading, Given(source, reading, name))


def _told(one: _Ready, report: IngestReport | Refusal | None) -> FileOutcome:
    if isinstance(report, Refusal):
        return FileOutcome(one.file.name, one.given.adapter, refusal=report)
    return _outcome(one.file, one.given.adapter, one.reading, report=report)


def _stored(given: Sequence[Given], at: Intake) -> list[IngestReport | Refusal]:
    """What the store says of each. Where one of them spoils it for all, each is stored by itself.

    A lost connection or a deadlock is no fault of a file.
    """
    try:
        return [*at.database.run(at.context, lambda work: accept_readings(work, given, desk=at.desk))]
    except Exception as error:
        if not (isinstance(error, Refusal) or is_of_data(error)):
            raise
        return [_stored_alone(one, at) for one in given]


def _stored_alone(one: Given, at: Intake) -> IngestReport | Refusal:
    try:
        return at.database.run(at.context, lambda work: accept_readings(work, [one], desk=at.desk))[0]
    except Refusal as no:
        return no


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
    few = [Given(source, reading, adapter.name)]
    return at.database.run(at.context, lambda work: accept_readings(work, few, desk=at.desk))[0]


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
