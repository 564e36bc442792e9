"""SQL of what banks took back, and of who gives it back."""

import json
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import AccountId, PartyId
from openscf.settlement.ids import (
    BookedLineId,
    ExpectationId,
    RecallId,
    ReceiptId,
    SettlementAccountId,
    SuspenseId,
)
from openscf.settlement.records import identity_of
from openscf.settlement.rules.recalling import Credit, Recall, RecallShare

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


def credits(work: UnitOfWork, account: SettlementAccountId, amount_minor: int) -> list[Credit]:
    """Lines of an account by which so much came in, and that were not taken back, newest first."""
    rows = work.execute(
        f"""SELECT l.id, l.amount_minor, l.value_on, l.reference, l.remittance, l.other FROM settlement.line l
            WHERE l.tenant_id = {_TENANT} AND l.account_id = %s AND l.amount_minor = %s AND NOT EXISTS (
                SELECT FROM settlement.recall r WHERE r.tenant_id = l.tenant_id AND r.line_id = l.id)
            ORDER BY l.value_on DESC, l.id DESC""",
        [account, amount_minor],
    )
    return [
        Credit(line=BookedLineId.of(row[0]), amount_minor=row[1], value_on=row[2], reference=row[3], remittance=row[4],
               other=identity_of(json.loads(row[5])))
        for row in rows
    ]  # fmt: skip


def parts(work: UnitOfWork, line: BookedLineId) -> list[tuple[ReceiptId, ExpectationId, str, int]]:
    """Receipts that came by a line, also those that were placed by hand: receipt, expectation, why it waits, amount."""
    rows = work.execute(
        f"""SELECT id, expectation_id, waits, amount_minor FROM settlement.receipt
            WHERE tenant_id = {_TENANT} AND line_id = %s ORDER BY id""",
        [line],
    )
    return [(ReceiptId.of(row[0]), ExpectationId.of(row[1]), row[2], row[3]) for row in rows]


def unplaced_of(work: UnitOfWork, line: BookedLineId) -> list[tuple[SuspenseId, int]]:
    """What of a line nobody has placed yet, locked until the end."""
    rows = work.execute(
        f"""SELECT id, open_minor FROM settlement.suspense
            WHERE tenant_id = {_TENANT} AND line_id = %s AND side = 'in' AND open_minor > 0 ORDER BY id
            FOR NO KEY UPDATE""",
        [line],
    )
    return [(SuspenseId.of(row[0]), row[1]) for row in rows]


def insert(work: UnitOfWork, recall: Recall, *, receipts: Sequence[tuple[ReceiptId, bool]]) -> None:
    """Write a recall with its receipts (and whether each lay here still) and shares."""
    work.execute(
        """INSERT INTO settlement.recall (tenant_id, id, item_id, line_id, amount_minor, direct_minor, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, recall.id, recall.item, recall.line, recall.amount_minor, recall.direct_minor, work.at,
        ],
    )  # fmt: skip
    cursor = work.connection.cursor()
    cursor.executemany(
        "INSERT INTO settlement.recall_receipt (tenant_id, receipt_id, recall_id, direct) VALUES (%s, %s, %s, %s)",
        [(work.context.tenant, receipt, recall.id, direct) for receipt, direct in receipts],
    )
    cursor.executemany(
        """INSERT INTO settlement.recall_share (tenant_id, recall_id, ordinal, receipt_id, party_id, ledger_id,
               share_minor, expectation_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            (
                work.context.tenant, recall.id, place, one.receipt, one.party, one.ledger, one.share_minor,
                one.expectation,
            )
            for place, one in enumerate(recall.shares, 1)
        ],
    )  # fmt: skip


def expected_again(work: UnitOfWork, expectation: ExpectationId, amount_minor: int) -> None:
    """What had come in for an expectation is gone: it is to come again, unless nothing was expected any more."""
    work.execute(
        f"""UPDATE settlement.expectation SET received_minor = received_minor - %s,
                state = CASE WHEN state = 'received' THEN 'open' ELSE state END
            WHERE tenant_id = {_TENANT} AND id = %s""",
        [amount_minor, expectation],
    )


def give(work: UnitOfWork, recall: RecallId, ordinal: int, *, amount_minor: int) -> None:
    """A part of a share came back."""
    work.execute(
        f"""UPDATE settlement.recall_share SET given_minor = given_minor + %s
            WHERE tenant_id = {_TENANT} AND recall_id = %s AND ordinal = %s""",
        [amount_minor, recall, ordinal],
    )


def owed(work: UnitOfWork, party: PartyId | None = None) -> list[tuple[RecallId, SuspenseId, int, AccountId, int]]:
    """Shares that are not back yet, oldest first, locked: recall, item, ordinal, pocket, how much."""
    rows = work.execute(
        f"""SELECT s.recall_id, r.item_id, s.ordinal, s.ledger_id, s.share_minor - s.given_minor
            FROM settlement.recall_share s
            JOIN settlement.recall r ON r.tenant_id = s.tenant_id AND r.id = s.recall_id
            WHERE s.tenant_id = {_TENANT} AND s.given_minor < s.share_minor
              AND (%s::uuid IS NULL OR s.party_id = %s) ORDER BY r.made_at, r.id, s.ordinal FOR NO KEY UPDATE OF s""",
        [party, party],
    )
    return [(RecallId.of(a), SuspenseId.of(b), c, AccountId.of(d), e) for a, b, c, d, e in rows]


def listed(
    work: UnitOfWork,
    *,
    item: SuspenseId | None = None,
    among: Collection[RecallId] | None = None,
    unsettled: bool = False,
) -> list[Recall]:
    """All recalls, newest first; or that of an item, those among these, those of which something is owed still."""
    rows = work.execute(
        f"""SELECT r.id, r.item_id, r.line_id, r.amount_minor, r.direct_minor, r.made_at FROM settlement.recall r
            WHERE r.tenant_id = {_TENANT} AND (%s::uuid IS NULL OR r.item_id = %s)
              AND (%s::uuid[] IS NULL OR r.id = ANY(%s::uuid[])) AND (NOT %s OR EXISTS (
                SELECT FROM settlement.recall_share s
                LEFT JOIN settlement.expectation e ON e.tenant_id = s.tenant_id AND e.id = s.expectation_id
                WHERE s.tenant_id = r.tenant_id AND s.recall_id = r.id
                  AND (s.given_minor < s.share_minor OR e.state = 'open' AND e.received_minor < e.amount_minor)))
            ORDER BY r.made_at DESC, r.id DESC""",
        [item, item, *[None if among is None else list(among)] * 2, unsettled],
    ).fetchall()
    shares: dict[uuid.UUID, list[RecallShare]] = {}
    for row in work.execute(
        f"""SELECT recall_id, receipt_id, party_id, ledger_id, share_minor, given_minor, expectation_id
            FROM settlement.recall_share WHERE tenant_id = {_TENANT} AND recall_id = ANY(%s)
            ORDER BY recall_id, ordinal""",
        [[row[0] for row in rows]],
    ):
        shares.setdefault(row[0], []).append(_share(row))
    return [
        Recall(
            id=RecallId.of(row[0]), item=SuspenseId.of(row[1]), line=BookedLineId.of(row[2]), amount_minor=row[3],
            direct_minor=row[4], made_at=row[5], shares=tuple(shares.get(row[0], ())),
        )
        for row in rows
    ]  # fmt: skip


def accounts_of(work: UnitOfWork, items: Sequence[SuspenseId]) -> dict[SuspenseId, tuple[PartyId, str]]:
    """Whose accounts items lie on, and their currencies."""
    rows = work.execute(
        f"""SELECT i.id, a.owner_id, a.currency FROM settlement.suspense i
            JOIN settlement.account a ON a.tenant_id = i.tenant_id AND a.id = i.account_id
            WHERE i.tenant_id = {_TENANT} AND i.id = ANY(%s)""",
        [list(items)],
    )
    return {SuspenseId.of(row[0]): (PartyId.of(row[1]), row[2]) for row in rows}


def _share(row: tuple[Any, ...]) -> RecallShare:
    return RecallShare(
        receipt=ReceiptId.of(row[1]), party=PartyId.of(row[2]), ledger=AccountId.of(row[3]), share_minor=row[4],
        given_minor=row[5], expectation=None if row[6] is None else ExpectationId.of(row[6]),
    )  # fmt: skip


def unbalanced(work: UnitOfWork) -> list[tuple[Any, ...]]:
    """Recalls whose parts are not the whole, or whose item is not open by what is owed: item, amount, parts, open, owed."""
    return work.execute(
        f"""SELECT r.item_id, r.amount_minor, r.direct_minor + coalesce(sum(s.share_minor), 0), i.open_minor,
                   coalesce(sum(s.share_minor - s.given_minor), 0)
            FROM settlement.recall r
            JOIN settlement.suspense i ON i.tenant_id = r.tenant_id AND i.id = r.item_id
            LEFT JOIN settlement.recall_share s ON s.tenant_id = r.tenant_id AND s.recall_id = r.id
            WHERE r.tenant_id = {_TENANT} GROUP BY r.item_id, r.amount_minor, r.direct_minor, i.open_minor
            HAVING r.amount_minor <> r.direct_minor + coalesce(sum(s.share_minor), 0)
                OR i.open_minor <> coalesce(sum(s.share_minor - s.given_minor), 0) ORDER BY 1 LIMIT 100"""
    ).fetchall()
