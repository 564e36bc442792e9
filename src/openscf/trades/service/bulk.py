"""Taking in large tables: as `ingest` does, with the same results, but as a set."""

from collections.abc import Sequence
from typing import Any, Protocol

import duckdb
import numpy as np

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.model import Document, Provenance
from openscf.trades.records import IngestReport, Original, Rejected
from openscf.trades.service.ingest import Desk, Tally, counts_of, reading_key, sender_of, take_documents
from openscf.trades.service.matching import match_touched
from openscf.trades.store import bulk as store
from openscf.trades.store import files
from openscf.trades.store.links import take_turn


class BulkRead(Protocol):
    """A large table that was read; `openscf.ingestion.BulkReading` is one, and says what `connection` holds."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the table `checked`."""
        ...

    @property
    def odd(self) -> Sequence[tuple[int, Document]]:
        """Documents beside the table, each with its row number."""
        ...

    @property
    def rejections(self) -> Sequence[Rejected]:
        """Rows that were not accepted."""
        ...

    @property
    def rows(self) -> int:
        """All rows."""
        ...

    @property
    def covered(self) -> int:
        """Accepted rows."""
        ...


def find_twins(reading: BulkRead) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Find the rows that speak of the same document as another row; `accept_bulk` asks for it.

    Returns:
        A number for each document that the table speaks of. Equal documents have equal numbers, in this process only;
        two documents may share one by chance.
    """
    return store.find_twins(reading.connection, dict(reading.odd))


def accept_bulk(work: UnitOfWork, source: Original, reading: BulkRead, *, adapter: str, desk: Desk) -> IngestReport:
    """Take in a large table; equal to `accept_reading` of the same file in all that is stored and reported.

    Rows whose identity is new or that say what is known are written as a set; those that contradict another row or the
    store are few in an honest table and go one by one through the code that judges versions.

    Args:
        work: The transaction.
        source: The file.
        reading: What was read from it, after `find_twins`.
        adapter: Name of the reader.
        desk: Fingerprints and originals.

    Raises:
        Refusal: As `accept_reading`.
        OvertakenError: As `accept_reading`.
    """
    sender, how = sender_of(work, source.sender), reading_key(adapter, source)
    desk.originals.put(source.content, source.sha256)
    key = (bytes.fromhex(source.sha256), how)
    begun = files.open_files(work, [files.Opening(key, source, adapter)], sender)
    if not begun:
        return files.reports_of(work, [key])[key]
    file = begun[key]
    tally = Tally(file, sender)
    files.reject(work, {file: reading.rejections})
    _take(work, reading, Provenance(source.name, source.sha256, "", adapter, source.sender), tally=tally, desk=desk)
    report = IngestReport(
        file, reading.rows, reading.covered, rejected=len(reading.rejections), new=tally.new, seen=tally.seen,
        versions=tally.versions, flags=dict(tally.flags), stored=tally.stored, documents=tuple(tally.documents),
    )  # fmt: skip
    files.close_files(work, [report])
    work.audit("trades.accept_file", str(file), {**counts_of(report), "sha256": source.sha256, "adapter": adapter})
    return report


def _take(work: UnitOfWork, reading: BulkRead, provenance: Provenance, *, tally: Tally, desk: Desk) -> None:
    delivery = store.Delivery(tally.file, provenance, tally.sender.id)
    stored = store.store(work, reading.connection, delivery, fingerprints=desk.fingerprints)
    tally.new, tally.seen = stored.new, stored.seen
    tally.brought(stored.first, stored.new)
    if stored.contested:
        contested = {**store.rows_as_documents(reading.connection, stored.contested, provenance), **dict(reading.odd)}
        take_documents(work, [(tally, contested[n]) for n in stored.contested], desk=desk)
    # Only what payments quote or red letters take back can hang together with rows that have no lines and no names.
    take_turn(work)
    tally.touched.fingerprints |= stored.spoken_of
    match_touched(work, tally.touched)
