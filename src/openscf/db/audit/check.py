"""`openscf audit verify`: reads the database and the sinks, and gives them to the pure judgement of `verify.py`."""

import contextlib
from collections.abc import Iterator, Sequence

from openscf.db.audit import store
from openscf.db.audit.format import instant_text
from openscf.db.audit.keys import KeyRing
from openscf.db.audit.notes import Note, Record, note_line
from openscf.db.audit.sinks import Sink
from openscf.db.audit.verify import Finding, LogReport, Notebook, check_notes, verify_log
from openscf.db.database import Database


def verify_audit(database: Database, keys: KeyRing, sinks: Sequence[Sink]) -> LogReport:
    """Judge the whole log against the notes outside the database.

    Nothing is held off meanwhile: the notes are read first, so the snapshot of the database holds all their entries.

    Args:
        database: The opened database; read in one snapshot.
        keys: Whose public keys are believed.
        sinks: The first one's notes are compared with the entries, the others' with the first's.
    """
    pinned = list(keys.publics().values())
    book = check_notes(notes_of(sinks[0]), pinned)
    with snapshot(database) as connection:
        copies = store.checkpoints(connection)
        limit = max(book.notes[-1].number if book.notes else 0, copies[-1][0] if copies else 0)
        if copies and (not book.notes or limit > book.notes[-1].number):
            # Notes reach the sink before the database: those that were made since the first look are there by now.
            book = check_notes(notes_of(sinks[0], limit), pinned)
        report = verify_log(
            store.sealed_entries(connection, store.Choice()),
            store.seals(connection),
            book=book,
            records=_records(sinks[0], book),
        )
        report.waiting = store.waiting_count(connection)[0]
    report.bad_checkpoints += _compared_copies(copies, book)
    for place, sink in enumerate(sinks[1:], start=2):
        report.bad_checkpoints += _compared_sink(f"sink {place}", sink, book)
    if report.entries and not book.notes and not report.bad_checkpoints:
        report.bad_checkpoints.append(Finding("sink 1", "it holds no note although entries are sealed"))
    report.restores = _restores(book)
    return report


@contextlib.contextmanager
def snapshot(database: Database) -> Iterator[store.Connection]:
    """The whole log at one instant, read-only."""
    with database.sealing() as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection
        connection.rollback()


def notes_of(sink: Sink, limit: int | None = None) -> Iterator[tuple[str, Note | None]]:
    """Place and note of each finished line, for `check_notes`; without the notes after number `limit`."""
    for line in sink.lines():
        note = line.record.note if line.record else None
        late = limit is not None and note is not None and note.number > limit
        if not (line.torn or late):
            yield line.place, note


def _records(sink: Sink, book: Notebook) -> Iterator[Record]:
    """The notes that stand, read again with their leaves."""
    standing = {note.hash() for note in book.standing()}
    for line in sink.lines():
        if line.record and line.record.note.hash() in standing:
            standing.discard(line.record.note.hash())
            yield line.record


def _compared_copies(copies: Sequence[tuple[int, int, str]], book: Notebook) -> Iterator[Finding]:
    notes = {note.number: note for note in book.notes}
    told = {finding.number for finding in book.findings}
    held = {number for number, _, _ in copies}
    for number, size, text in copies:
        note = notes.get(number)
        if note is None and number not in told:
            yield Finding("database", f"note {number} is in the database and not outside it", number)
        elif note is not None and (text, size) != (note_line(Record(note)), note.size):
            yield Finding("database", f"the copy of note {number} differs from it", number)
    for number in sorted(notes.keys() - held):
        # The very last may be on its way: a crash between the sink and the database leaves just that.
        if number != max(notes):
            yield Finding("database", f"the copy of note {number} is missing", number)


def _compared_sink(place: str, sink: Sink, book: Notebook) -> Iterator[Finding]:
    found = {note.number: note for _, note in notes_of(sink) if note}
    for note in book.notes:
        if found.get(note.number) != note:
            yield Finding(place, f"note {note.number} is missing or differs", note.number)


def _restores(book: Notebook) -> list[dict[str, object]]:
    """What each declared restore gave up: notes before it that spoke of more entries."""
    given_up = []
    for at, note in enumerate(book.notes):
        if note.kind == "restore":
            furthest = max((known.size for known in book.notes[:at]), default=0)
            reason = note.detail.decode(errors="replace")
            given_up.append(
                {
                    "note": note.number,
                    "at": instant_text(note.at),
                    "size": note.size,
                    "furthest": furthest,
                    "reason": reason,
                }
            )
    return given_up
