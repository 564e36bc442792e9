"""SQL of receipts that are in their pockets, and of those that wait there."""

import json
import uuid
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import AccountId
from openscf.settlement.ids import BookedLineId, ExpectationId, ReceiptId
from openscf.settlement.model import Receipt
from openscf.settlement.records import identity_of
from openscf.trades import Reason

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_RECEIPT = """SELECT r.id, r.expectation_id, e.subject, e.deliver_to, r.amount_minor,
              CASE WHEN e.state = 'open' THEN e.amount_minor - e.received_minor ELSE 0 END, r.value_on, l.other, r.rule,
              r.explanation, r.waits FROM settlement.receipt r
              JOIN settlement.expectation e ON e.tenant_id = r.tenant_id AND e.id = r.expectation_id
              JOIN settlement.line l ON l.tenant_id = r.tenant_id AND l.id = r.line_id"""


def wait(work: UnitOfWork, receipt: ReceiptId, code: str) -> None:
    """Note why a receipt waits; an empty code: it does no more."""
    work.execute(
        f"UPDATE settlement.receipt SET waits = %s WHERE tenant_id = {_TENANT} AND id = %s AND waits <> %s",
        [code, receipt, code],
    )


def waiting(work: UnitOfWork) -> list[tuple[Receipt, str]]:
    """Receipts that wait, oldest first, each with the reason's code."""
    query = _RECEIPT + f" WHERE r.tenant_id = {_TENANT} AND r.waits NOT IN ('', 'taken_back') ORDER BY r.made_at, r.id"
    return [(_receipt(row), row[10]) for row in work.execute(query)]


def waiting_one(work: UnitOfWork, receipt: ReceiptId) -> tuple[Receipt, str] | None:
    """One of them, locked until the end; None once it waits no more."""
    query = (
        _RECEIPT
        + f" WHERE r.tenant_id = {_TENANT} AND r.id = %s AND r.waits NOT IN ('', 'taken_back') FOR NO KEY UPDATE OF r"
    )
    row = work.execute(query, [receipt]).fetchone()
    return None if row is None else (_receipt(row), row[10])


def line_of(work: UnitOfWork, receipt: ReceiptId) -> BookedLineId | None:
    """By which line a receipt came."""
    row = work.execute(
        f"SELECT line_id FROM settlement.receipt WHERE tenant_id = {_TENANT} AND id = %s", [receipt]
    ).fetchone()
    return None if row is None else BookedLineId.of(row[0])


def delivery(work: UnitOfWork, receipt: ReceiptId) -> tuple[AccountId, int]:
    """Where a receipt was delivered, and how much it was."""
    row = work.execute(
        f"""SELECT e.deliver_to, r.amount_minor FROM settlement.receipt r
            JOIN settlement.expectation e ON e.tenant_id = r.tenant_id AND e.id = r.expectation_id
            WHERE r.tenant_id = {_TENANT} AND r.id = %s""",
        [receipt],
    ).fetchone()
    assert row is not None, "the caller has read it"
    return AccountId.of(row[0]), row[1]


def subjects(work: UnitOfWork, prefix: str) -> dict[uuid.UUID, tuple[str, int, bool]]:
    """Of all receipts for subjects whose ids begin so: the subject, the amount, and whether it waits."""
    rows = work.execute(
        f"""SELECT r.id, e.subject, r.amount_minor, r.waits <> '' FROM settlement.receipt r
            JOIN settlement.expectation e ON e.tenant_id = r.tenant_id AND e.id = r.expectation_id
            WHERE r.tenant_id = {_TENANT} AND starts_with(e.subject, %s)""",
        [prefix],
    )
    return {uuid.UUID(int=row[0].int): (row[1], row[2], row[3]) for row in rows}


def _receipt(row: tuple[Any, ...]) -> Receipt:
    reasons = tuple(Reason(each["code"], each["params"]) for each in json.loads(row[9]))
    return Receipt(
        id=ReceiptId.of(row[0]), expectation=ExpectationId.of(row[1]), subject=row[2], deliver_to=AccountId.of(row[3]),
        amount_minor=row[4], open_minor=row[5], value_on=row[6], payer=identity_of(json.loads(row[7])), rule=row[8],
        reasons=reasons,
    )  # fmt: skip
