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

Key = tuple[bytes, bytes]
_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
# In the order of what makes a file the same, so that two who bring the same files wait for each other once.
_INSERT = """INSERT INTO trades.file (tenant_id, id, sha256, reading, name, size_bytes, adapter, sender, sender_id,
                 sender_keys, received_at, received_by, row_count, accepted, rejected, new, seen, versions, flags)
             SELECT %(tenant)s, f.id, f.sha256, f.reading, f.name, f.size, f.adapter, %(sender)s, %(sender_id)s,
                    %(keys)s, %(at)s, %(actor)s, 0, 0, 0, 0, 0, 0, '{}'
             FROM unnest(%(ids)s::uuid[], %(sha256s)s::bytea[], %(readings)s::bytea[], %(names)s::text[],
                         %(sizes)s::bigint[], %(adapters)s::text[]) f (id, sha256, reading, name, size, adapter)
             ORDER BY f.sha256, f.reading
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


@dataclass(frozen=True, slots=True)
class Opening:
    """A reading that is to begin.

    Attributes:
        key: SHA-256 of the bytes, and of how they are read.
        source: The file.
        adapter: Who reads it.
    """

    key: Key
    source: Original
    adapter: str


def open_files(work: UnitOfWork, given: Sequence[Opening], sender: Sender) -> dict[Key, FileId]:
    """Begin readings, each once; left out are bytes that were read in the same way before (also by somebody faster)."""
    ids = {work.ids.new(FileId): one.key for one in given}
    sources = [one.source for one in given]
    rows = work.execute(
        _INSERT,
        {
            "tenant": work.context.tenant, "sender": sources[0].sender, "sender_id": sender.id, "at": work.at,
            "keys": sorted(sender.keys), "actor": work.context.actor, "ids": list(ids),
            "sha256s": [one.key[0] for one in given], "readings": [one.key[1] for one in given],
            "names": [one.name for one in sources], "sizes": [len(one.content) for one in sources],
            "adapters": [one.adapter for one in given],
        },
    )  # fmt: skip
    return {ids[file]: file for file in (FileId.of(row[0]) for row in rows)}


def close_files(work: UnitOfWork, reports: Sequence[IngestReport]) -> None:
    """Write what readings came to."""
    work.connection.cursor().executemany(
        "UPDATE trades.file SET row_count = %s, accepted = %s, rejected = %s, new = %s, seen = %s, versions = %s,"
        f" flags = %s, stored = %s, documents = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [
            [
                report.rows, report.accepted, report.rejected, report.new, report.seen, report.versions,
                json.dumps(dict(report.flags)), report.stored, list(report.documents), report.file,
            ]
            for report in reports
        ],
    )  # fmt: skip


def reports_of(work: UnitOfWork, keys: Sequence[Key]) -> dict[Key, IngestReport]:
    """What these bytes came to when they were read in these ways."""
    rows = work.execute(
        f"SELECT f.sha256, f.reading, {_COUNTS} FROM trades.file f"
        " JOIN unnest(%s::bytea[], %s::bytea[]) k (sha256, reading) USING (sha256, reading)"
        f" WHERE f.tenant_id = {_TENANT}",
        [[key[0] for key in keys], [key[1] for key in keys]],
    )
    return {(bytes(row[0]), bytes(row[1])): _report(row[2:]) for row in rows}


def reject(work: UnitOfWork, found: Mapping[FileId, Sequence[Rejected]]) -> None:
    """Write the rows that were not accepted."""
    rows = [
        (work.context.tenant, file, ordinal, canonical_json(one.refusal.as_record()).decode(), one.excerpt)
        for file, rejections in found.items()
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
