"""SQL of expected money, of receipts, and of what nobody could place."""

import json
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import AccountId, PartyId
from openscf.settlement.ids import BookedLineId, ExpectationId, SettlementAccountId, SuspenseId
from openscf.settlement.model import Expectation, Receipt, SuspenseItem
from openscf.settlement.records import identity_of, record_of_identity
from openscf.trades import Identity

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_EXPECTATION = """SELECT id, account_id, deliver_to, obligor_id, payer, numbers, currency, amount_minor, received_minor,
                  due_on, subject_id, subject, state FROM settlement.expectation"""
_SUSPENSE = """SELECT s.id, s.account_id, s.line_id, s.side, s.amount_minor, s.open_minor, s.reason, s.facts,
               s.candidates, s.made_at, l.value_on, l.other, l.remittance, l.reference FROM settlement.suspense s
               JOIN settlement.line l ON l.tenant_id = s.tenant_id AND l.id = s.line_id"""


def insert_expectation(work: UnitOfWork, new: Expectation) -> None:
    """Write an expectation."""
    payers = canonical_json([record_of_identity(each) for each in new.payers]).decode()
    work.execute(
        """INSERT INTO settlement.expectation (tenant_id, id, account_id, deliver_to, obligor_id, payer, numbers, currency,
               amount_minor, due_on, subject_id, subject, state, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, new.id, new.account, new.deliver_to, new.obligor, payers, list(new.numbers),
            new.currency, new.amount_minor, new.due_on, new.subject_id, new.subject, new.state, work.at,
        ],
    )  # fmt: skip


def expectation(work: UnitOfWork, identity: ExpectationId, *, lock: bool = False) -> Expectation | None:
    """One expectation; with `lock`, its row is locked until the end."""
    query = _EXPECTATION + f" WHERE tenant_id = {_TENANT} AND id = %s" + (" FOR NO KEY UPDATE" if lock else "")
    row = work.execute(query, [identity]).fetchone()
    return None if row is None else _expectation(row)


def expectations(work: UnitOfWork, identities: Collection[ExpectationId]) -> dict[ExpectationId, Expectation]:
    """Several expectations."""
    rows = work.execute(_EXPECTATION + f" WHERE tenant_id = {_TENANT} AND id = ANY(%s)", [list(identities)])
    return {one.id: one for one in map(_expectation, rows)}


def open_expectations(work: UnitOfWork, account: SettlementAccountId, *, lock: bool = False) -> list[Expectation]:
    """The open ones of an account, in the order of their ids; with `lock`, their rows are locked until the end."""
    query = _EXPECTATION + f" WHERE tenant_id = {_TENANT} AND account_id = %s AND state = 'open' ORDER BY id"
    return [_expectation(row) for row in work.execute(query + (" FOR NO KEY UPDATE" if lock else ""), [account])]


def of_subject(work: UnitOfWork, subject: str) -> list[Expectation]:
    """All expectations of a deal or document, oldest first."""
    query = _EXPECTATION + f" WHERE tenant_id = {_TENANT} AND subject = %s ORDER BY id"
    return [_expectation(row) for row in work.execute(query, [subject])]


def receive(work: UnitOfWork, parts: Sequence[tuple[ExpectationId, int]]) -> None:
    """Note that parts have come in; all of it ends an expectation."""
    work.connection.cursor().executemany(
        f"""UPDATE settlement.expectation SET received_minor = received_minor + %s,
                state = CASE WHEN received_minor + %s = amount_minor THEN 'received' ELSE state END
            WHERE tenant_id = {_TENANT} AND id = %s""",
        [[amount, amount, identity] for identity, amount in parts],
    )


def cancel(work: UnitOfWork, identity: ExpectationId) -> None:
    """Expect nothing more."""
    work.execute(
        f"UPDATE settlement.expectation SET state = 'cancelled' WHERE tenant_id = {_TENANT} AND id = %s", [identity]
    )


def insert_receipts(work: UnitOfWork, receipts: Sequence[tuple[Receipt, BookedLineId, uuid.UUID]]) -> None:
    """Write receipts, each with the line that it came by and the transfer that delivered it."""
    work.connection.cursor().executemany(
        """INSERT INTO settlement.receipt (tenant_id, id, expectation_id, line_id, amount_minor, value_on, rule,
               explanation, transfer_id, made_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            [
                work.context.tenant, each.id, each.expectation, line, each.amount_minor, each.value_on, each.rule,
                canonical_json([{"code": r.code, "params": dict(r.params)} for r in each.reasons]).decode(), transfer,
                work.at,
            ]
            for each, line, transfer in receipts
        ],
    )  # fmt: skip


def insert_suspense(work: UnitOfWork, items: Sequence[SuspenseItem]) -> None:
    """Write what nobody could place."""
    work.connection.cursor().executemany(
        """INSERT INTO settlement.suspense (tenant_id, id, account_id, line_id, side, amount_minor, open_minor, reason,
               facts, candidates, made_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            [
                work.context.tenant, each.id, each.account, each.line, each.side, each.amount_minor, each.open_minor,
                each.reason, canonical_json(dict(each.facts)).decode(), list(each.candidates), each.made_at,
            ]
            for each in items
        ],
    )  # fmt: skip


def suspense(work: UnitOfWork, identity: SuspenseId, *, lock: bool = False) -> SuspenseItem | None:
    """One item; with `lock`, its row is locked until the end."""
    query = _SUSPENSE + f" WHERE s.tenant_id = {_TENANT} AND s.id = %s" + (" FOR NO KEY UPDATE OF s" if lock else "")
    row = work.execute(query, [identity]).fetchone()
    return None if row is None else _item(row)


def open_suspense(work: UnitOfWork, account: SettlementAccountId | None = None) -> list[SuspenseItem]:
    """What is unplaced still, oldest first."""
    query = (
        _SUSPENSE
        + f""" WHERE s.tenant_id = {_TENANT} AND s.open_minor > 0
        AND (%s::uuid IS NULL OR s.account_id = %s) ORDER BY s.made_at, s.id"""
    )
    return [_item(row) for row in work.execute(query, [account, account])]


def take_from(work: UnitOfWork, identity: SuspenseId, amount_minor: int) -> None:
    """Take a part from an item; a negative amount puts it back."""
    work.execute(
        f"UPDATE settlement.suspense SET open_minor = open_minor - %s WHERE tenant_id = {_TENANT} AND id = %s",
        [amount_minor, identity],
    )


def _expectation(row: tuple[Any, ...]) -> Expectation:
    return Expectation(
        id=ExpectationId.of(row[0]), account=SettlementAccountId.of(row[1]), deliver_to=AccountId.of(row[2]),
        obligor=PartyId.of(row[3]), payers=tuple(identity_of(each) or Identity() for each in json.loads(row[4])),
        numbers=tuple(row[5]), currency=row[6], amount_minor=row[7], received_minor=row[8], due_on=row[9],
        subject_id=uuid.UUID(int=row[10].int), subject=row[11], state=row[12],
    )  # fmt: skip


def _item(row: tuple[Any, ...]) -> SuspenseItem:
    return SuspenseItem(
        id=SuspenseId.of(row[0]), account=SettlementAccountId.of(row[1]), line=BookedLineId.of(row[2]), side=row[3],
        amount_minor=row[4], open_minor=row[5], reason=row[6], facts=json.loads(row[7]),
        candidates=tuple(ExpectationId.of(each) for each in row[8]), made_at=row[9], value_on=row[10],
        other=identity_of(json.loads(row[11])), remittance=row[12], reference=row[13],
    )  # fmt: skip
