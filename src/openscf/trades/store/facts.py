"""SQL of account statements, their lines, and goods events."""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

import psycopg

from openscf.db.unit_of_work import OvertakenError, UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.ids import FileId, GoodsEventId, StatementId, StatementLineId
from openscf.trades.model import BankLine, BankStatement, GoodsEvent, Identity, Provenance
from openscf.trades.store.body import party, party_from

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_STATEMENT = """INSERT INTO trades.statement (tenant_id, id, fingerprint, version, content, account_key, account_mask,
                    number, currency, opening_minor, closing_minor, opened_on, closed_on, flags, file_id, locator,
                    sender_id, recorded_at)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_LINE = """INSERT INTO trades.statement_line (tenant_id, id, fingerprint, waiting_as, statement_id, ordinal, account_key,
               booked_on, value_on, amount_minor, currency, status, counterparty_key, remittance, reference,
               balance_minor, flags, locator, sender_id, body)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_BOOK = f"""UPDATE trades.statement_line SET fingerprint = %s, waiting_as = %s, statement_id = %s, ordinal = %s,
               booked_on = %s, value_on = %s, status = %s, counterparty_key = %s,
               remittance = %s, reference = %s, balance_minor = %s, flags = %s, locator = %s, sender_id = %s, body = %s
           WHERE tenant_id = {_TENANT} AND id = %s"""
_EVENT = """INSERT INTO trades.goods_event (tenant_id, id, fingerprint, kind, at, action, step, disposition, place,
                event_id, file_id, locator, sender_id, recorded_at, body)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT ON CONSTRAINT goods_event_once DO NOTHING"""


@dataclass(frozen=True, slots=True)
class AccountMarks:
    """An account whose statement it is, without its number.

    Attributes:
        key: Keyed fingerprint of what names it.
        mask: Its last four digits, as `****1234`; empty where no number is known.
    """

    key: bytes
    mask: str


@dataclass(slots=True)
class KnownLine:
    """What a line is known by: see `rules.bank_lines`."""

    id: StatementLineId
    fingerprint: bytes
    waiting: bytes
    status: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be written.

    Attributes:
        known: What it is known by.
        line: What it says.
        ordinal: Its place in its statement.
        other: Key of the other side.
        booked_now: Whether it is known as a pending line.
    """

    known: KnownLine
    line: BankLine
    ordinal: int
    other: str
    booked_now: bool


def statement_contents(work: UnitOfWork, fingerprint: bytes) -> list[bytes]:
    """What the known versions of a statement say, in their order."""
    rows = work.execute(
        f"SELECT content FROM trades.statement WHERE tenant_id = {_TENANT} AND fingerprint = %s ORDER BY version",
        [fingerprint],
    )
    return [bytes(row[0]) for row in rows]


def insert_statement(
    work: UnitOfWork,
    statement: BankStatement,
    *,
    hashes: tuple[bytes, bytes, int],
    account: AccountMarks,
    place: tuple[Any, ...],
) -> StatementId:
    """Write a version of a statement.

    Args:
        work: The transaction.
        statement: What it says.
        hashes: Its fingerprint, its content and its version.
        account: By what the account is known again, and what may be shown of it.
        place: The reading and the enterprise that sent it.
    """
    identity = work.ids.new(StatementId)
    fingerprint, content, version = hashes
    file, sender = place
    try:
        work.execute(
            _STATEMENT,
            [
                work.context.tenant, identity, fingerprint, version, content, account.key, account.mask,
                statement.number, statement.currency, statement.opening_minor, statement.closing_minor, statement.opened_on,
                statement.closed_on, list(statement.flags), file, statement.provenance.locator, sender, work.at,
            ],
        )  # fmt: skip
    except psycopg.errors.UniqueViolation as error:
        raise OvertakenError(str(error)) from error
    return identity


def known_lines(work: UnitOfWork, fingerprints: Collection[bytes], waiting: Collection[bytes]) -> list[KnownLine]:
    """The lines that are recognised by one of these, or were while they were pending."""
    rows = work.execute(
        f"SELECT id, fingerprint, waiting_as, status FROM trades.statement_line WHERE tenant_id = {_TENANT}"
        " AND (fingerprint = ANY(%s) OR waiting_as = ANY(%s)) ORDER BY id",
        [sorted(set(fingerprints)), sorted(set(waiting))],
    )
    return [KnownLine(StatementLineId.of(row[0]), bytes(row[1]), bytes(row[2]), status=row[3]) for row in rows]


def write_lines(
    work: UnitOfWork, statement: StatementId, lines: Sequence[NewLine], *, account: bytes, sender: PartyId | None
) -> None:
    """Write lines of a statement; one that is `booked_now` takes the place of the pending line of the same id."""
    tenant, cursor = work.context.tenant, work.connection.cursor()
    rows = [(one.booked_now, (tenant, one.known.id, *_columns(one, statement, account=account, sender=sender)))
            for one in lines]  # fmt: skip
    fresh = sorted((row for booked_now, row in rows if not booked_now), key=itemgetter(2))
    if fresh:
        cursor.executemany(_LINE, fresh)
    booked = [(*row[2:6], *row[7:9], *row[11:], row[1]) for booked_now, row in rows if booked_now]
    if booked:
        cursor.executemany(_BOOK, booked)


def _columns(one: NewLine, statement: StatementId, *, account: bytes, sender: PartyId | None) -> tuple[Any, ...]:
    line = one.line
    return (
        one.known.fingerprint, one.known.waiting, statement, one.ordinal, account, line.booked_on, line.value_on,
        line.amount_minor, line.currency, line.status, one.other or None, line.remittance, line.reference,
        line.balance_minor, list(line.flags), line.provenance.locator, sender,
        json.dumps(_line_body(line), ensure_ascii=False),
    )  # fmt: skip


def known_events(work: UnitOfWork, fingerprints: Collection[bytes]) -> set[bytes]:
    """Those of these events that are known."""
    rows = work.execute(
        f"SELECT fingerprint FROM trades.goods_event WHERE tenant_id = {_TENANT} AND fingerprint = ANY(%s)",
        [sorted(set(fingerprints))],
    )
    return {bytes(row[0]) for row in rows}


def insert_events(
    work: UnitOfWork, events: Iterable[tuple[bytes, GoodsEvent]], *, file: FileId, sender: PartyId | None
) -> None:
    """Write events that are not known yet."""
    rows = [
        (
            work.context.tenant, work.ids.new(GoodsEventId), fingerprint, event.kind, event.at, event.action,
            event.step, event.disposition, event.place, event.event_id, file, event.provenance.locator, sender,
            work.at, json.dumps(event_body(event), ensure_ascii=False),
        )
        for fingerprint, event in sorted(events, key=lambda pair: pair[0])
    ]  # fmt: skip
    if rows:
        work.connection.cursor().executemany(_EVENT, rows)


def event_body(event: GoodsEvent) -> dict[str, Any]:
    """What of an event has no column of its own."""
    wrong_at = event.declared_wrong_at
    return {
        "parent": event.parent, "transformation": event.transformation, "epcs": list(event.epcs),
        "outputs": list(event.outputs), "quantities": _counted(event.quantities),
        "output_quantities": _counted(event.output_quantities), "error": event.error,
        "declared_wrong_at": wrong_at.astimezone(dt.UTC).isoformat() if wrong_at else None,
        "corrected_by": list(event.corrected_by),
        "documents": [list(pair) for pair in event.documents], "sources": [list(pair) for pair in event.sources],
        "destinations": [list(pair) for pair in event.destinations], "names": list(event.names),
        "flags": list(event.flags),
    }  # fmt: skip


def events(work: UnitOfWork, fingerprints: Collection[bytes]) -> list[tuple[Identity, GoodsEvent]]:
    """Of these those that are goods events, each with an enterprise that vouches for it; one for each that does."""
    rows = work.execute(
        "SELECT s.signer, e.kind, e.at, e.action, e.step, e.disposition, e.place, e.event_id, e.locator, e.body"
        " FROM trades.goods_event e JOIN trades.goods_signature s ON s.tenant_id = e.tenant_id"
        f" AND s.fingerprint = e.fingerprint WHERE e.tenant_id = {_TENANT} AND e.fingerprint = ANY(%s)"
        " ORDER BY s.sender_id, e.fingerprint",
        [sorted(set(fingerprints))],
    )
    return [(party_from(row[0]) or Identity(), _event(row[1:])) for row in rows]


def _event(row: Sequence[Any]) -> GoodsEvent:
    kind, at, action, step, disposition, place, event_id, locator, body = row
    wrong_at = body["declared_wrong_at"]
    return GoodsEvent(
        kind, at, Provenance("", "", locator, ""), action=action, step=step, disposition=disposition, place=place,
        parent=body["parent"], epcs=tuple(body["epcs"]), quantities=_counts(body["quantities"]),
        outputs=tuple(body["outputs"]), output_quantities=_counts(body["output_quantities"]),
        transformation=body["transformation"], documents=_pairs(body["documents"]), sources=_pairs(body["sources"]),
        destinations=_pairs(body["destinations"]), event_id=event_id,
        declared_wrong_at=dt.datetime.fromisoformat(wrong_at) if wrong_at else None, error=body["error"],
        corrected_by=tuple(body["corrected_by"]), names=tuple(body["names"]), flags=tuple(body["flags"]),
    )  # fmt: skip


def _pairs(given: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, value) for kind, value in given)


def _counts(given: Iterable[Sequence[str | None]]) -> tuple[tuple[str, Decimal | None, str | None], ...]:
    return tuple((name or "", None if count is None else Decimal(count), unit) for name, count, unit in given)


def _counted(quantities: Iterable[tuple[str, Decimal | None, str | None]]) -> list[list[str | None]]:
    return [[name, None if count is None else str(count), unit] for name, count, unit in quantities]


def _line_body(line: BankLine) -> dict[str, Any]:
    parts = [
        {
            "amount_minor": part.amount_minor, "currency": part.currency, "counterparty": party(part.counterparty),
            "remittance": part.remittance, "reference": part.reference,
        }
        for part in line.parts
    ]  # fmt: skip
    found = {
        "counterparty": party(line.counterparty), "method": line.method, "parts": parts,
        "traded_on": line.traded_on.isoformat() if line.traded_on else None,
        "booked_at": line.booked_at.isoformat() if line.booked_at else None,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}
