"""SQL of account statements, their lines, and goods events."""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

import psycopg

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.ids import FileId, GoodsEventId, StatementId, StatementLineId
from openscf.trades.model import BankLine, BankStatement, GoodsEvent
from openscf.trades.store.body import party
from openscf.trades.store.overtaken import OvertakenError

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_STATEMENT = """INSERT INTO trades.statement (tenant_id, id, fingerprint, version, content, account_key, number, currency,
                    opening_minor, closing_minor, opened_on, closed_on, flags, file_id, locator, sender_id, recorded_at)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_LINE = """INSERT INTO trades.statement_line (tenant_id, id, fingerprint, statement_id, ordinal, account_key, booked_on,
               value_on, amount_minor, currency, status, counterparty_key, remittance, reference, balance_minor, flags,
               locator, sender_id, body)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT ON CONSTRAINT statement_line_once DO NOTHING"""
_EVENT = """INSERT INTO trades.goods_event (tenant_id, id, fingerprint, kind, at, action, step, disposition, place,
                event_id, file_id, locator, sender_id, recorded_at, body)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT ON CONSTRAINT goods_event_once DO NOTHING"""


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
    account: str,
    place: tuple[Any, ...],
) -> StatementId:
    """Write a version of a statement.

    Args:
        work: The transaction.
        statement: What it says.
        hashes: Its fingerprint, its content and its version.
        account: Key of the account.
        place: The reading and the enterprise that sent it.
    """
    identity = work.ids.new(StatementId)
    fingerprint, content, version = hashes
    file, sender = place
    try:
        work.execute(
            _STATEMENT,
            [
                work.context.tenant, identity, fingerprint, version, content, account, statement.number,
                statement.currency, statement.opening_minor, statement.closing_minor, statement.opened_on,
                statement.closed_on, list(statement.flags), file, statement.provenance.locator, sender, work.at,
            ],
        )  # fmt: skip
    except psycopg.errors.UniqueViolation as error:
        raise OvertakenError(str(error)) from error
    return identity


def insert_lines(
    work: UnitOfWork,
    statement: StatementId,
    lines: Sequence[tuple[bytes, BankLine, str]],
    *,
    account: str,
    sender: PartyId | None,
) -> int:
    """Write the lines of a statement that are not known yet: (fingerprint, line, key of the other side); how many."""
    rows = [
        (
            work.context.tenant, work.ids.new(StatementLineId), fingerprint, statement, ordinal, account,
            line.booked_on, line.value_on, line.amount_minor, line.currency, line.status, other or None,
            line.remittance, line.reference, line.balance_minor, list(line.flags), line.provenance.locator, sender,
            json.dumps(_line_body(line), ensure_ascii=False),
        )
        for ordinal, (fingerprint, line, other) in enumerate(lines, 1)
    ]  # fmt: skip
    cursor = work.connection.cursor()
    if rows:
        cursor.executemany(_LINE, sorted(rows, key=itemgetter(2)))
    return max(cursor.rowcount, 0)


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
        "destinations": [list(pair) for pair in event.destinations],
    }  # fmt: skip


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
