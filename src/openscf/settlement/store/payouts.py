"""SQL of payments out."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import AccountId, PartyId
from openscf.parties import ApprovalRequestId, BankAccountId
from openscf.settlement.ids import PayoutId, SettlementAccountId, SuspenseId
from openscf.settlement.model import Payout, PayoutState

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_PAYOUT = """SELECT id, account_id, party_id, payee_id, source_id, bank_account_id, suspense_id, amount_minor, currency,
             reference, remittance, execute_on, subject_id, hold_id, state, reason, request_id, made_by, made_at, moved_at,
             alone FROM settlement.payout"""


def insert(work: UnitOfWork, new: Payout) -> None:
    """Write a payment."""
    work.execute(
        """INSERT INTO settlement.payout (tenant_id, id, account_id, party_id, payee_id, source_id, bank_account_id,
               suspense_id, amount_minor, currency, reference, remittance, execute_on, subject_id, hold_id, state,
               request_id, made_by, made_at, moved_at, alone)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, new.id, new.account, new.party, new.payee, new.source, new.bank_account, new.suspense,
            new.amount_minor, new.currency, new.reference, new.remittance, new.execute_on, new.subject, new.hold,
            new.state.value, new.request, new.made_by, new.made_at, new.moved_at, new.alone,
        ],
    )  # fmt: skip


def get(work: UnitOfWork, payout: PayoutId, *, lock: bool = False) -> Payout | None:
    """A payment; with `lock`, its row is locked until the end."""
    query = _PAYOUT + f" WHERE tenant_id = {_TENANT} AND id = %s" + (" FOR NO KEY UPDATE" if lock else "")
    row = work.execute(query, [payout]).fetchone()
    return None if row is None else _payout(row)


def quoted(work: UnitOfWork, account: SettlementAccountId, references: Sequence[str]) -> dict[str, Payout]:
    """The payments of an account with these references, their rows locked in the order of their ids."""
    query = (
        _PAYOUT
        + f""" WHERE tenant_id = {_TENANT} AND account_id = %s AND reference = ANY (%s)
        ORDER BY id FOR NO KEY UPDATE"""
    )
    found = [_payout(row) for row in work.execute(query, [account, list(references)])] if references else []
    return {each.reference: each for each in found}


def move(work: UnitOfWork, payout: PayoutId, state: PayoutState, *, reason: str = "") -> None:
    """Write the next state."""
    work.execute(
        f"""UPDATE settlement.payout SET state = %s, reason = %s, moved_at = %s
            WHERE tenant_id = {_TENANT} AND id = %s""",
        [state.value, reason, work.at, payout],
    )


def unanswered(work: UnitOfWork, before: dt.datetime, most: int) -> list[Payout]:
    """Payments of which the bank has not said the last word since that instant, oldest first."""
    query = (
        _PAYOUT
        + f""" WHERE tenant_id = {_TENANT} AND state IN ('held', 'sent') AND moved_at <= %s
        ORDER BY moved_at, id LIMIT %s"""
    )
    return [_payout(row) for row in work.execute(query, [before, most])]


def listed(
    work: UnitOfWork, *, account: SettlementAccountId | None = None, party: PartyId | None = None, most: int = 500
) -> list[Payout]:
    """Payments, newest first."""
    query = (
        _PAYOUT
        + f""" WHERE tenant_id = {_TENANT} AND (%s::uuid IS NULL OR account_id = %s)
        AND (%s::uuid IS NULL OR party_id = %s) ORDER BY made_at DESC, id DESC LIMIT %s"""
    )
    return [_payout(row) for row in work.execute(query, [account, account, party, party, most])]


def alone_since(work: UnitOfWork, account: SettlementAccountId, party: PartyId, *, since: dt.datetime) -> int:
    """What single persons have paid out of a party's money since that instant, refused orders left out."""
    row = work.execute(
        f"""SELECT coalesce(sum(amount_minor), 0) FROM settlement.payout WHERE tenant_id = {_TENANT} AND account_id = %s
            AND party_id = %s AND made_at >= %s AND request_id IS NULL AND alone AND state <> 'refused'""",
        [account, party, since],
    ).fetchone()
    return int(row[0]) if row else 0


def by_reference(work: UnitOfWork, reference: str) -> Payout | None:
    """The payment with this end-to-end identification."""
    row = work.execute(_PAYOUT + f" WHERE tenant_id = {_TENANT} AND reference = %s", [reference]).fetchone()
    return None if row is None else _payout(row)


def under_way(work: UnitOfWork, account: SettlementAccountId) -> list[Payout]:
    """Payments that stand on no statement yet, oldest first."""
    query = (
        _PAYOUT
        + f""" WHERE tenant_id = {_TENANT} AND account_id = %s AND state IN ('held', 'sent', 'confirmed')
        ORDER BY made_at, id"""
    )
    return [_payout(row) for row in work.execute(query, [account])]


def _payout(row: tuple[Any, ...]) -> Payout:
    return Payout(
        id=PayoutId.of(row[0]), account=SettlementAccountId.of(row[1]), party=PartyId.of(row[2]),
        payee=None if row[3] is None else PartyId.of(row[3]), source=AccountId.of(row[4]),
        bank_account=None if row[5] is None else BankAccountId.of(row[5]),
        suspense=None if row[6] is None else SuspenseId.of(row[6]), amount_minor=row[7], currency=row[8],
        reference=row[9], remittance=row[10], execute_on=row[11],
        subject=None if row[12] is None else uuid.UUID(int=row[12].int), hold=uuid.UUID(int=row[13].int),
        state=PayoutState(row[14]), reason=row[15],
        request=None if row[16] is None else ApprovalRequestId.of(row[16]), made_by=row[17], made_at=row[18],
        moved_at=row[19],
        alone=row[20],
    )  # fmt: skip
