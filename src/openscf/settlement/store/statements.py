"""SQL of statements, their lines, and what these were used for."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.settlement.ids import BookedLineId, BookedStatementId, SettlementAccountId
from openscf.settlement.model import StatementRow

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_STATEMENT = """SELECT id, account_id, number, opened_on, closed_on, opening_minor, closing_minor, state, reason, taken_at,
                booked_at FROM settlement.statement"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line as stored; `other` is canonical JSON."""

    id: BookedLineId
    ordinal: int
    fingerprint: str
    amount_minor: int
    booked_on: dt.date
    value_on: dt.date
    reference: str
    remittance: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """What a part of a line was used for."""

    line: BookedLineId
    ordinal: int
    purpose: str
    subject: uuid.UUID
    amount_minor: int
    transfer: uuid.UUID


def known(work: UnitOfWork, account: SettlementAccountId, identity: bytes) -> tuple[StatementRow, bytes] | None:
    """The statement with this identity, and the hash of what it says."""
    query = _STATEMENT.replace("SELECT ", "SELECT content, ", 1)
    row = work.execute(
        query + f" WHERE tenant_id = {_TENANT} AND account_id = %s AND identity = %s", [account, identity]
    ).fetchone()
    return None if row is None else (_statement(row[1:]), bytes(row[0]))


def insert(work: UnitOfWork, new: StatementRow, *, hashes: tuple[bytes, bytes], body: str) -> None:
    """Write a statement."""
    work.execute(
        """INSERT INTO settlement.statement (tenant_id, id, account_id, identity, content, number, opened_on, closed_on,
               opening_minor, closing_minor, state, reason, body, taken_at, booked_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, new.id, new.account, *hashes, new.number, new.opened_on, new.closed_on,
            new.opening_minor, new.closing_minor, new.state, new.reason, body, new.taken_at, new.booked_at,
        ],
    )  # fmt: skip


def move(work: UnitOfWork, statement: BookedStatementId, state: str, *, reason: str) -> None:
    """Book or drop a parked statement, or say why it is parked still."""
    booked_at = work.at if state == "booked" else None
    work.execute(
        f"""UPDATE settlement.statement SET state = %s, reason = %s, booked_at = %s
            WHERE tenant_id = {_TENANT} AND id = %s""",
        [state, reason, booked_at, statement],
    )


def listed(
    work: UnitOfWork, account: SettlementAccountId | None, *, before: BookedStatementId | None, most: int
) -> list[StatementRow]:
    """Statements of an account, or of all, newest first, from the one after `before` on."""
    query = (
        _STATEMENT
        + f""" WHERE tenant_id = {_TENANT} AND (%s::uuid IS NULL OR account_id = %s)
        AND (%s::uuid IS NULL OR id < %s) ORDER BY id DESC LIMIT %s"""
    )
    return [_statement(row) for row in work.execute(query, [account, account, before, before, most])]


def parked(work: UnitOfWork, account: SettlementAccountId | None = None) -> list[StatementRow]:
    """Statements that wait, in the order of their days."""
    query = (
        _STATEMENT
        + f""" WHERE tenant_id = {_TENANT} AND state = 'parked' AND (%s::uuid IS NULL OR account_id = %s)
        ORDER BY closed_on, number, id"""
    )
    return [_statement(row) for row in work.execute(query, [account, account])]


def parked_one(work: UnitOfWork, statement: BookedStatementId) -> StatementRow | None:
    """A parked statement, locked until the end."""
    query = _STATEMENT + f" WHERE tenant_id = {_TENANT} AND id = %s AND state = 'parked' FOR NO KEY UPDATE"
    row = work.execute(query, [statement]).fetchone()
    return None if row is None else _statement(row)


def body(work: UnitOfWork, statement: BookedStatementId) -> str:
    """What a statement says, as canonical JSON."""
    row = work.execute(
        f"SELECT body FROM settlement.statement WHERE tenant_id = {_TENANT} AND id = %s", [statement]
    ).fetchone()
    assert row is not None, "a statement has its body"
    return str(row[0])


def last_booked(work: UnitOfWork, account: SettlementAccountId, day: dt.date) -> StatementRow | None:
    """The last statement booked of days up to `day`."""
    query = (
        _STATEMENT
        + f""" WHERE tenant_id = {_TENANT} AND account_id = %s AND state = 'booked' AND closed_on <= %s
        ORDER BY closed_on DESC, booked_at DESC, id DESC LIMIT 1"""
    )
    row = work.execute(query, [account, day]).fetchone()
    return None if row is None else _statement(row)


def of_day(work: UnitOfWork, account: SettlementAccountId, day: dt.date) -> tuple[int | None, int, int, int]:
    """Opening balance, number of lines, sum in and sum out of the statements that close on `day`."""
    row = work.execute(
        f"""SELECT (SELECT opening_minor FROM settlement.statement s WHERE s.tenant_id = {_TENANT} AND s.account_id = %s
                    AND s.state = 'booked' AND s.closed_on = %s ORDER BY booked_at, id LIMIT 1),
                   count(l.id), coalesce(sum(l.amount_minor) FILTER (WHERE l.amount_minor > 0), 0),
                   coalesce(-sum(l.amount_minor) FILTER (WHERE l.amount_minor < 0), 0)
            FROM settlement.line l JOIN settlement.statement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
            WHERE s.tenant_id = {_TENANT} AND s.account_id = %s AND s.closed_on = %s""",
        [account, day, account, day],
    ).fetchone()
    assert row is not None
    return row[0], int(row[1]), int(row[2]), int(row[3])


def already_booked(work: UnitOfWork, account: SettlementAccountId, fingerprints: Sequence[str]) -> bool:
    """Whether one of these lines is in the books."""
    row = work.execute(
        f"""SELECT EXISTS (SELECT FROM settlement.line WHERE tenant_id = {_TENANT} AND account_id = %s
                           AND fingerprint = ANY (%s))""",
        [account, list(fingerprints)],
    ).fetchone()
    return bool(row and row[0])


def insert_lines(
    work: UnitOfWork, statement: BookedStatementId, account: SettlementAccountId, *, lines: Sequence[LineRow]
) -> None:
    """Write the lines of a booked statement."""
    work.connection.cursor().executemany(
        """INSERT INTO settlement.line (tenant_id, id, statement_id, account_id, ordinal, fingerprint, amount_minor,
               booked_on, value_on, reference, remittance, other)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            [
                work.context.tenant, each.id, statement, account, each.ordinal, each.fingerprint, each.amount_minor,
                each.booked_on, each.value_on, each.reference, each.remittance, each.other,
            ]
            for each in lines
        ],
    )  # fmt: skip


def insert_uses(work: UnitOfWork, uses: Sequence[UseRow]) -> None:
    """Write what the lines were used for."""
    work.connection.cursor().executemany(
        """INSERT INTO settlement.line_use (tenant_id, line_id, ordinal, purpose, subject_id, amount_minor, transfer_id)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        [
            [work.context.tenant, each.line, each.ordinal, each.purpose, each.subject, each.amount_minor, each.transfer]
            for each in uses
        ],
    )


def _statement(row: tuple[Any, ...]) -> StatementRow:
    return StatementRow(
        id=BookedStatementId.of(row[0]), account=SettlementAccountId.of(row[1]), number=row[2], opened_on=row[3],
        closed_on=row[4], opening_minor=row[5], closing_minor=row[6], state=row[7], reason=row[8], taken_at=row[9],
        booked_at=row[10],
    )  # fmt: skip
