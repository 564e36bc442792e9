"""SQL of accounts at banks, pockets and withdrawal rules."""

import uuid
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import AccountId, PartyId
from openscf.settlement.ids import SettlementAccountId
from openscf.settlement.model import NewRule, Pocket, SettlementAccount, SettlementKind

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_ACCOUNT = """SELECT id, kind, owner_id, holder_name, bank_code, number, currency, bank_id, transit_id, suspense_id,
              unexplained_id, closing_minor, closed_on, opened_at FROM settlement.account"""
_POCKET = "SELECT ledger_id, account_id, party_id, purpose, subject_id FROM settlement.pocket"
_RULE = """SELECT account_id, party_id, single_limit_minor, sweeps, keep_minor, least_minor FROM settlement.rule"""


def insert_account(work: UnitOfWork, new: SettlementAccount) -> bool:
    """Write an account; False if its number and currency are known already."""
    work.forget(("settlement.house", new.currency))
    row = work.execute(
        """INSERT INTO settlement.account (tenant_id, id, kind, owner_id, holder_name, bank_code, number, currency,
               bank_id, transit_id, suspense_id, unexplained_id, opened_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT ON CONSTRAINT account_number DO NOTHING RETURNING id""",
        [
            work.context.tenant, new.id, new.kind.value, new.owner, new.holder_name, new.bank_code, new.number,
            new.currency, new.bank, new.transit, new.suspense, new.unexplained, new.opened_at,
        ],
    ).fetchone()  # fmt: skip
    return row is not None


def account(work: UnitOfWork, identity: SettlementAccountId, *, lock: bool = False) -> SettlementAccount | None:
    """One account; with `lock`, its row is locked until the end."""
    query = _ACCOUNT + f" WHERE tenant_id = {_TENANT} AND id = %s" + (" FOR NO KEY UPDATE" if lock else "")
    row = work.execute(query, [identity]).fetchone()
    return None if row is None else _account(row)


def account_numbered(work: UnitOfWork, number: str, currency: str, *, lock: bool = False) -> SettlementAccount | None:
    """The account with this number; with `lock`, its row is locked until the end."""
    query = _ACCOUNT + f" WHERE tenant_id = {_TENANT} AND number = %s AND currency = %s"
    row = work.execute(query + (" FOR NO KEY UPDATE" if lock else ""), [number, currency]).fetchone()
    return None if row is None else _account(row)


def accounts(work: UnitOfWork) -> list[SettlementAccount]:
    """All accounts, oldest first."""
    return [_account(row) for row in work.look(_ACCOUNT + f" WHERE tenant_id = {_TENANT} ORDER BY id")]


def close_at(work: UnitOfWork, identity: SettlementAccountId, closing_minor: int, *, closed_on: Any) -> None:
    """Move the end of the booked statements."""
    work.execute(
        f"UPDATE settlement.account SET closing_minor = %s, closed_on = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [closing_minor, closed_on, identity],
    )


def insert_pocket(work: UnitOfWork, new: Pocket) -> bool:
    """Write a pocket; False if it is there, or the party has a standing one of this purpose."""
    row = work.execute(
        """INSERT INTO settlement.pocket (tenant_id, ledger_id, account_id, party_id, purpose, subject_id)
           VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING ledger_id""",
        [work.context.tenant, new.ledger, new.account, new.party, new.purpose, new.subject],
    ).fetchone()
    return row is not None


def pocket(work: UnitOfWork, account: SettlementAccountId, party: PartyId, *, purpose: str) -> Pocket | None:
    """A party's standing pocket of this purpose in an account."""
    row = work.execute(
        _POCKET
        + f""" WHERE tenant_id = {_TENANT} AND account_id = %s AND party_id = %s AND purpose = %s
                       AND subject_id IS NULL""",
        [account, party, purpose],
    ).fetchone()
    return None if row is None else _pocket(row)


def pocket_of(work: UnitOfWork, ledger: AccountId) -> Pocket | None:
    """The pocket that is this ledger account."""
    row = work.execute(_POCKET + f" WHERE tenant_id = {_TENANT} AND ledger_id = %s", [ledger]).fetchone()
    return None if row is None else _pocket(row)


def pockets(
    work: UnitOfWork, *, account: SettlementAccountId | None = None, party: PartyId | None = None
) -> list[Pocket]:
    """Pockets, of one account or one party if asked, in the order of their ledger accounts."""
    query = (
        _POCKET
        + f""" WHERE tenant_id = {_TENANT} AND (%s::uuid IS NULL OR account_id = %s)
        AND (%s::uuid IS NULL OR party_id = %s) ORDER BY ledger_id"""
    )
    return [_pocket(row) for row in work.execute(query, [account, account, party, party])]


def set_rule(work: UnitOfWork, rule: NewRule, request: Any) -> None:
    """Write or replace a rule."""
    work.execute(
        """INSERT INTO settlement.rule (tenant_id, account_id, party_id, single_limit_minor, sweeps, keep_minor,
               least_minor, request_id, set_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT ON CONSTRAINT rule_pkey DO UPDATE SET single_limit_minor = excluded.single_limit_minor,
               sweeps = excluded.sweeps, keep_minor = excluded.keep_minor, least_minor = excluded.least_minor,
               request_id = excluded.request_id, set_at = excluded.set_at""",
        [
            work.context.tenant, rule.account, rule.party, rule.single_limit_minor, rule.sweeps, rule.keep_minor,
            rule.least_minor, request, work.at,
        ],
    )  # fmt: skip


def rule(work: UnitOfWork, account: SettlementAccountId, party: PartyId, *, lock: bool = False) -> NewRule | None:
    """The rule of a party in an account; with `lock`, its row is locked until the end."""
    query = _RULE + f" WHERE tenant_id = {_TENANT} AND account_id = %s AND party_id = %s"
    row = work.execute(query + (" FOR NO KEY UPDATE" if lock else ""), [account, party]).fetchone()
    return None if row is None else _rule(row)


def sweeping(work: UnitOfWork) -> list[NewRule]:
    """The rules that pay out by themselves."""
    query = _RULE + f" WHERE tenant_id = {_TENANT} AND sweeps ORDER BY account_id, party_id"
    return [_rule(row) for row in work.execute(query)]


def _account(row: tuple[Any, ...]) -> SettlementAccount:
    identity, kind, owner, holder, bank_code, number, currency, *ledgers, closing, closed_on, opened_at = row
    bank, transit, suspense, unexplained = map(AccountId.of, ledgers)
    return SettlementAccount(
        id=SettlementAccountId.of(identity), kind=SettlementKind(kind), owner=PartyId.of(owner), holder_name=holder,
        bank_code=bank_code, number=number, currency=currency, bank=bank, transit=transit, suspense=suspense,
        unexplained=unexplained, closing_minor=closing, closed_on=closed_on, opened_at=opened_at,
    )  # fmt: skip


def _pocket(row: tuple[Any, ...]) -> Pocket:
    subject = None if row[4] is None else uuid.UUID(int=row[4].int)
    return Pocket(AccountId.of(row[0]), SettlementAccountId.of(row[1]), PartyId.of(row[2]), row[3], subject)


def _rule(row: tuple[Any, ...]) -> NewRule:
    account, party, limit, sweeps, keep, least = row
    return NewRule(
        account=SettlementAccountId.of(account), party=PartyId.of(party), single_limit_minor=limit, sweeps=sweeps,
        keep_minor=keep, least_minor=least,
    )  # fmt: skip
