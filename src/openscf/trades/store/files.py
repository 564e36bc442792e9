"""SQL of the readings of original files and of what was rejected in them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId, FileId
from openscf.trades.model import Identity
from openscf.trades.records import IngestReport, Original, Rejected, TakenFile

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_INSERT = """INSERT INTO trades.file (tenant_id, id, sha256, reading, name, size_bytes, adapter, sender, sender_id,
                 sender_keys, received_at, received_by, row_count, accepted, rejected, new, seen, versions, flags)
             VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 0, 0, 0, 0, 0, '{}')
             ON CONFLICT ON CONSTRAINT file_read_once DO NOTHING RETURNING id"""
_COUNTS = "id, row_count, accepted, rejected, new, seen, versions, flags, stored, documents"


@dataclass(frozen=True, slots=True)
class SentBy:
    """What everything that somebody sent comes to: files, their rows, the accepted ones, and how often each oddity."""

    name: str
    files: int
    rows: int
    accepted: int = field(kw_only=True)
    flags: Mapping[str, int] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a file.

    Attributes:
        id: The enterprise; None if the source is none.
        identity: Its names and codes.
        keys: Its keys as a party.
    """

    id: PartyId | None = None
    identity: Identity | None = None
    keys: frozenset[str] = frozenset()


def open_file(work: UnitOfWork, source: Original, reading: bytes, *, adapter: str, sender: Sender) -> FileId | None:
    """Begin a reading; None if the same bytes were read in the same way before (also by a faster transaction).

    Args:
        work: The transaction.
        source: The file.
        reading: SHA-256 of how it is read.
        adapter: Who reads it.
        sender: Who sent it.
    """
    row = work.execute(
        _INSERT,
        [
            work.context.tenant, work.ids.new(FileId), bytes.fromhex(source.sha256), reading, source.name,
            len(source.content), adapter, source.sender, sender.id, sorted(sender.keys), work.at, work.context.actor,
        ],
    ).fetchone()  # fmt: skip
    return None if row is None else FileId.of(row[0])


def close_file(work: UnitOfWork, report: IngestReport) -> None:
    """Write what a reading came to."""
    work.execute(
        "UPDATE trades.file SET row_count = %s, accepted = %s, rejected = %s, new = %s, seen = %s, versions = %s,"
        f" flags = %s, stored = %s, documents = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [
            report.rows, report.accepted, report.rejected, report.new, report.seen, report.versions,
            json.dumps(dict(report.flags)), report.stored, list(report.documents), report.file,
        ],
    )  # fmt: skip


def report_of(work: UnitOfWork, sha256: str, reading: bytes) -> IngestReport | None:
    """What these bytes came to when they were read in this way."""
    row = work.execute(
        f"SELECT {_COUNTS} FROM trades.file WHERE tenant_id = {_TENANT} AND sha256 = %s AND reading = %s",
        [bytes.fromhex(sha256), reading],
    ).fetchone()
    return None if row is None else _report(row)


def reject(work: UnitOfWork, file: FileId, rejections: Sequence[Rejected]) -> None:
    """Write the rows that were not accepted."""
    rows = [
        (work.context.tenant, file, ordinal, canonical_json(one.refusal.as_record()).decode(), one.excerpt)
        for ordinal, one in enumerate(rejections, 1)
    ]
    if rows:
        work.connection.cursor().executemany(
            "INSERT INTO trades.rejection (tenant_id, file_id, ordinal, refusal, excerpt) VALUES (%s, %s, %s, %s, %s)",
            rows,
        )


def rejections(work: UnitOfWork, file: FileId) -> list[tuple[Mapping[str, Any], str]]:
    """The records of the refusals of a reading, each with the beginning of its row."""
    rows = work.execute(
        f"SELECT refusal, excerpt FROM trades.rejection WHERE tenant_id = {_TENANT} AND file_id = %s ORDER BY ordinal",
        [file],
    )
    return [(refused, excerpt) for refused, excerpt in rows]


def taken(work: UnitOfWork, *, file: FileId | None, before: FileId | None, limit: int) -> list[TakenFile]:
    """Readings of files, the last one first.

    Args:
        work: The transaction; a member's sees those that it sent.
        file: Only this one.
        before: Only those that came before this one.
        limit: At most so many.
    """
    rows = work.execute(
        "SELECT id, name, sha256, size_bytes, adapter, sender, received_at, received_by, row_count, accepted, rejected,"
        f" new, seen, versions, flags, stored, documents FROM trades.file WHERE tenant_id = {_TENANT} AND (%(file)s::uuid IS NULL"
        " OR id = %(file)s) AND (%(before)s::uuid IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(limit)s",
        {"file": file, "before": before, "limit": limit},
    )
    return [
        TakenFile(
            name=row[1], sha256=bytes(row[2]).hex(), size_bytes=row[3], adapter=row[4], sender=row[5],
            received_at=row[6], received_by=row[7], report=_report((row[0], *row[8:])),
        )
        for row in rows
    ]  # fmt: skip


def by_sender(work: UnitOfWork) -> list[SentBy]:
    """What all readings of files come to, by sender; a member's sees those that it sent."""
    rows = work.execute(
        f"""SELECT f.sender, count(*), sum(f.row_count)::bigint, sum(f.accepted)::bigint,
                (SELECT coalesce(json_object_agg(s.name, s.seen), '{{}}') FROM (
                    SELECT e.key AS name, sum(e.value::bigint)::bigint AS seen
                    FROM trades.file g, jsonb_each_text(g.flags) e
                    WHERE g.tenant_id = {_TENANT} AND g.sender = f.sender GROUP BY e.key ORDER BY e.key) s)
            FROM trades.file f WHERE f.tenant_id = {_TENANT} GROUP BY f.sender ORDER BY f.sender"""
    )
    return [SentBy(row[0], row[1], row[2], accepted=row[3], flags=row[4]) for row in rows]


def some_rejections(
    work: UnitOfWork, file: FileId, *, after: int, limit: int
) -> list[tuple[int, Mapping[str, Any], str]]:
    """A page of the rejections of a reading: number, record of the refusal, beginning of the row."""
    rows = work.execute(
        f"SELECT ordinal, refusal, excerpt FROM trades.rejection WHERE tenant_id = {_TENANT} AND file_id = %s"
        " AND ordinal > %s ORDER BY ordinal LIMIT %s",
        [file, after, limit],
    )
    return [(number, refused, excerpt) for number, refused, excerpt in rows]


def _report(row: tuple[Any, ...]) -> IngestReport:
    return IngestReport(
        FileId.of(row[0]), row[1], row[2], rejected=row[3], new=row[4], seen=row[5], versions=row[6], flags=row[7],
        repeated=True, stored=row[8], documents=tuple(map(DocumentId.of, row[9])),
    )  # fmt: skip
