"""SQL of bank accounts. The number arrives and leaves sealed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties.model import AccountPurpose, ApprovalRequestId, BankAccountId, BankAccountState

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_COLUMNS = """id, party_id, purpose, currency, scheme, bank_code, holder_name, number_sealed, number_fingerprint, state,
              replaces, request_id, proposed_at, approved_at, usable_from, usable_until"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """A bank account as stored."""

    id: BankAccountId
    party: PartyId
    purpose: AccountPurpose
    currency: str
    scheme: str
    bank_code: str
    holder_name: str
    number_sealed: bytes
    number_fingerprint: bytes
    state: BankAccountState
    replaces: BankAccountId | None
    request: ApprovalRequestId
    proposed_at: dt.datetime
    approved_at: dt.datetime | None
    usable_from: dt.datetime | None
    usable_until: dt.datetime | None


def insert(work: UnitOfWork, row: AccountRow) -> None:
    """Write a proposed account."""
    work.execute(
        f"INSERT INTO parties.bank_account (tenant_id, {_COLUMNS})"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, NULL, NULL, NULL)",
        [
            work.context.tenant, row.id, row.party, row.purpose.value, row.currency, row.scheme, row.bank_code,
            row.holder_name, row.number_sealed, row.number_fingerprint, row.state.value, row.replaces, row.request,
            row.proposed_at,
        ],
    )  # fmt: skip


def get(work: UnitOfWork, account: BankAccountId, *, lock: bool = False) -> AccountRow | None:
    """The account; with `lock`, its row is locked until the end."""
    query = f"SELECT {_COLUMNS} FROM parties.bank_account WHERE tenant_id = {_TENANT} AND id = %s"
    row = work.execute(query + (" FOR NO KEY UPDATE" if lock else ""), [account]).fetchone()
    return None if row is None else _row(row)


def of_request(work: UnitOfWork, request: ApprovalRequestId) -> AccountRow | None:
    """The account that this request proposes, locked until the end."""
    query = f"SELECT {_COLUMNS} FROM parties.bank_account WHERE tenant_id = {_TENANT} AND request_id = %s"
    row = work.execute(query + " FOR NO KEY UPDATE", [request]).fetchone()
    return None if row is None else _row(row)


def unapproved(work: UnitOfWork) -> list[BankAccountId]:
    """Accounts that may or might be paid to and are not, word for word, what a used request carried."""
    rows = work.execute(
        f"""SELECT a.id FROM parties.bank_account a
            WHERE a.tenant_id = {_TENANT} AND a.state IN ('approved', 'stopped') AND NOT EXISTS (
                SELECT FROM parties.approval_request r
                JOIN parties.approval_revision v
                  ON v.tenant_id = r.tenant_id AND v.request_id = r.id AND v.revision = r.revision
                WHERE r.tenant_id = a.tenant_id AND r.id = a.request_id AND r.state = 'used' AND r.party_id = a.party_id
                  AND v.payload::jsonb @> jsonb_build_object(
                      'number_fingerprint', encode(a.number_fingerprint, 'hex'), 'bank_code', a.bank_code,
                      'holder_name', a.holder_name, 'scheme', a.scheme, 'currency', a.currency, 'purpose', a.purpose)
                  AND a.usable_from = a.approved_at
                      + make_interval(secs => (v.payload::jsonb ->> 'cooling_seconds')::integer))
            ORDER BY a.id"""
    ).fetchall()
    return [BankAccountId.of(row[0]) for row in rows]


def of_party(work: UnitOfWork, party: PartyId) -> list[AccountRow]:
    """All accounts that an enterprise ever had or proposed, oldest first."""
    query = f"SELECT {_COLUMNS} FROM parties.bank_account WHERE tenant_id = {_TENANT} AND party_id = %s ORDER BY id"
    return [_row(row) for row in work.execute(query, [party]).fetchall()]


def last_word(work: UnitOfWork, party: PartyId, purpose: AccountPurpose, *, currency: str) -> AccountRow | None:
    """The approved account that no other is to replace, if there is one."""
    row = work.execute(
        f"SELECT {_COLUMNS} FROM parties.bank_account WHERE tenant_id = {_TENANT} AND party_id = %s AND purpose = %s"
        " AND currency = %s AND state = 'approved' AND usable_until IS NULL",
        [party, purpose.value, currency],
    ).fetchone()
    return None if row is None else _row(row)


def usable(
    work: UnitOfWork, party: PartyId, purpose: AccountPurpose, *, currency: str, at: dt.datetime
) -> AccountRow | None:
    """The account that may be paid to at that instant, if there is one."""
    row = work.execute(
        f"SELECT {_COLUMNS} FROM parties.bank_account WHERE tenant_id = {_TENANT} AND party_id = %s AND purpose = %s"
        " AND currency = %s AND usable_from <= %s AND (usable_until IS NULL OR %s < usable_until)"
        " ORDER BY usable_from DESC LIMIT 1",
        [party, purpose.value, currency, at, at],
    ).fetchone()
    return None if row is None else _row(row)


def usable_at(work: UnitOfWork, at: dt.datetime) -> list[AccountRow]:
    """All accounts of the book that may be paid to at that instant, oldest first."""
    rows = work.execute(
        f"SELECT {_COLUMNS} FROM parties.bank_account WHERE tenant_id = {_TENANT} AND usable_from <= %s"
        " AND (usable_until IS NULL OR %s < usable_until) ORDER BY id",
        [at, at],
    )
    return [_row(row) for row in rows.fetchall()]


def close_at(work: UnitOfWork, account: BankAccountId, at: dt.datetime | None) -> None:
    """Let an account be paid to until that instant; None: for as long as nothing else happens."""
    work.execute(
        f"UPDATE parties.bank_account SET usable_until = %s WHERE tenant_id = {_TENANT} AND id = %s", [at, account]
    )


def approve(work: UnitOfWork, account: BankAccountId, *, usable_from: dt.datetime) -> None:
    """Write the approval and the end of the cooling period."""
    work.execute(
        "UPDATE parties.bank_account SET state = 'approved', approved_at = %s, usable_from = %s"
        f" WHERE tenant_id = {_TENANT} AND id = %s",
        [work.at, usable_from, account],
    )


def stop(work: UnitOfWork, account: BankAccountId) -> None:
    """Stop an approved account now."""
    work.execute(
        f"UPDATE parties.bank_account SET state = 'stopped', usable_until = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [work.at, account],
    )


def drop(work: UnitOfWork, account: BankAccountId) -> None:
    """Drop a proposed account: its request came to nothing."""
    work.execute(
        f"UPDATE parties.bank_account SET state = 'dropped' WHERE tenant_id = {_TENANT} AND id = %s", [account]
    )


def _row(row: tuple[Any, ...]) -> AccountRow:
    return AccountRow(
        id=BankAccountId.of(row[0]), party=PartyId.of(row[1]), purpose=AccountPurpose(row[2]), currency=row[3],
        scheme=row[4], bank_code=row[5], holder_name=row[6], number_sealed=bytes(row[7]),
        number_fingerprint=bytes(row[8]), state=BankAccountState(row[9]),
        replaces=None if row[10] is None else BankAccountId.of(row[10]),
        request=ApprovalRequestId.of(row[11]), proposed_at=row[12], approved_at=row[13],
        usable_from=row[14], usable_until=row[15],
    )  # fmt: skip
