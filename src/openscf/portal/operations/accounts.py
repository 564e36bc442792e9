"""Accounts and what stands on them, payments out, withdrawals and their rules."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import financing, settlement
from openscf.db import UnitOfWork
from openscf.kernel import money
from openscf.kernel.ids import AccountId, PartyId
from openscf.ledger import ACCOUNT_NOT_FOUND, Account, Entry, Ledger
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.shapes import BAD_CURSOR, Instant, Money, Page, Paging, View, seen_by, shaped
from openscf.settlement import Payout, PayoutId


class AccountView(View):
    """An account of an enterprise in the platform's books.

    Attributes:
        purpose: `cash`, `escrow`, `frozen`, `receivable`, …
        balance: What is posted; below zero where it is a debt.
        held: Set aside for payments and holds that are not decided.
        available: What can be used now; null where there is no floor.
    """

    id: str
    owner: str
    purpose: str
    currency: str
    state: str
    balance: Money
    held: Money
    available: Money | None


class AccountFilter(Paging):
    """Which accounts."""

    owner: Annotated[str | None, Field(max_length=60, description="Of this enterprise; for the house.")] = None
    purpose: Annotated[str | None, Field(max_length=60)] = None


class EntryView(View):
    """A line of an account.

    Attributes:
        amount: Above zero for what came in.
        balance: After it.
        event: What brought it about, as `factoring.fund`.
        subject: The deal, voucher or piece behind it.
        document: The document behind that.
        other: The account on the other side.
    """

    version: int
    at: Instant
    value_on: dt.date
    amount: Money
    balance: Money
    event: str
    subject: str | None
    document: str | None
    transfer: str
    other: str | None = seen_by("operator")


class PayoutView(View):
    """A payment out.

    Attributes:
        state: `held`, `sent`, `confirmed`, `settled`, `refused` or `returned`.
        reason: Why the bank refused or returned it, in both languages.
    """

    id: str
    party: str
    payee: str | None
    amount: Money
    state: str
    reference: str
    remittance: str
    execute_on: dt.date
    reason_en: str
    reason_zh: str
    made_at: Instant
    moved_at: Instant


class PayoutFilter(Paging):
    """Which payments out."""

    party: Annotated[str | None, Field(max_length=60, description="Of this enterprise; for the house.")] = None


def shown_money(minor: int, code: str) -> Money:
    """An amount in minor units of a currency."""
    return Money.of(money.Money(minor, money.currency(code)))


def _account(desk: Desk, work: UnitOfWork, account_id: str) -> Account:
    identity = AccountId.parse(account_id)
    known = Ledger(work).accounts_named([identity]).get(identity)
    if known is None or not _is_money(known) or not desk.relations({"owner": known.owner}):
        raise ACCOUNT_NOT_FOUND(account=account_id)
    return known


def _is_money(account: Account) -> bool:
    return account.unit in money.CURRENCIES


def _account_view(account: Account) -> AccountView:
    left = account.available_minor
    return AccountView(
        id=str(account.id), owner=str(account.owner), purpose=account.purpose, currency=account.unit,
        state=account.state.name.lower(), balance=shown_money(account.posted_minor, account.unit),
        held=shown_money(account.held_out_minor, account.unit),
        available=None if left is None else shown_money(left, account.unit),
    )  # fmt: skip


@operation(
    "GET /v1/accounts", group="money", en="Which accounts have I?", zh="账户列表。", work=Work.READ_HOUSE,
    refusals=("bad_id",), cli="openscf statement {party}",
)  # fmt: skip
def list_accounts(desk: Desk, work: UnitOfWork, query: AccountFilter) -> Page[AccountView]:
    """The accounts of one's enterprise in money, in the order of their ids; the house names any owner."""
    asked_for = None if query.owner is None else PartyId.parse(query.owner)
    owner = asked_for if desk.principal.is_house else desk.party
    after = None if query.cursor is None else AccountId.parse(query.cursor)
    found = [
        one
        for one in sorted(Ledger(work).accounts(owner=owner), key=lambda account: account.id)
        if _is_money(one)
        and (query.purpose is None or one.purpose == query.purpose)
        and (after is None or one.id > after)
    ]
    page = found[: query.limit]
    more = str(page[-1].id) if len(found) > query.limit else None
    return Page[AccountView](items=[_account_view(one) for one in page], next=more)


@operation(
    "GET /v1/accounts/{account_id}", group="money", en="Show an account.", zh="查看账户。", work=Work.READ_HOUSE,
    refusals=("account_not_found", "bad_id"),
)  # fmt: skip
def get_account(desk: Desk, work: UnitOfWork, account_id: str) -> AccountView:
    """An account of one's enterprise, with what of it can be used."""
    return _account_view(_account(desk, work, account_id))


@operation(
    "GET /v1/accounts/{account_id}/entries", group="money", en="What stands on an account?", zh="账户明细。",
    work=Work.READ_HOUSE, refusals=("account_not_found", "bad_cursor", "bad_id"),
    cli="openscf statement {party}",
)  # fmt: skip
def list_entries(desk: Desk, work: UnitOfWork, account_id: str, *, query: Paging) -> Page[EntryView]:
    """The lines of an account, newest first, each with the event and the document that brought it about."""
    known = _account(desk, work, account_id)
    before = read_version(query.cursor)
    found = Ledger(work).entries(known.id, before=before, most=query.limit)
    relations = desk.relations({"owner": known.owner})
    more = str(found[-1].version) if len(found) == query.limit else None
    return Page[EntryView](items=[shaped(_entry(work, one, known.unit), relations) for one in found], next=more)


def read_version(cursor: str | None) -> int | None:
    """The number that a cursor of a numbered list is.

    Raises:
        Refusal: `bad_cursor`.
    """
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise BAD_CURSOR()
    return int(cursor)


def _entry(work: UnitOfWork, entry: Entry, unit: str) -> EntryView:
    about = None if entry.subject is None else financing.subject_of(work, entry.subject)
    document = None if about is None else about.document
    return EntryView(
        version=entry.version, at=entry.at, value_on=entry.value_on, amount=shown_money(entry.amount_minor, unit),
        balance=shown_money(entry.balance_minor, unit), event=entry.reason, subject=None if about is None else about.id,
        document=None if document is None else str(document), transfer=str(entry.transfer), other=str(entry.other),
    )  # fmt: skip


def payout_view(payout: Payout) -> PayoutView:
    """A payment out, as it is shown."""
    return PayoutView(
        id=str(payout.id), party=str(payout.party), payee=None if payout.payee is None else str(payout.payee),
        amount=shown_money(payout.amount_minor, payout.currency), state=payout.state.value,
        reference=payout.reference, remittance=payout.remittance, execute_on=payout.execute_on,
        reason_en=settlement.reason_sentence(payout.reason, "en") if payout.reason else "",
        reason_zh=settlement.reason_sentence(payout.reason, "zh") if payout.reason else "", made_at=payout.made_at,
        moved_at=payout.moved_at,
    )  # fmt: skip


@operation(
    "GET /v1/payouts", group="money", en="List payments out.", zh="付款列表。", work=Work.READ_HOUSE,
    refusals=("bad_id",), cli="openscf settlement payouts --party {party}",
)  # fmt: skip
def list_payouts(desk: Desk, work: UnitOfWork, query: PayoutFilter) -> Page[PayoutView]:
    """Payments out of one's enterprise's money, newest first."""
    asked_for = None if query.party is None else PartyId.parse(query.party)
    party = asked_for if desk.principal.is_house else desk.party
    before = None if query.cursor is None else PayoutId.parse(query.cursor)
    found = sorted(settlement.payouts(work, party=party), key=lambda one: one.id, reverse=True)
    rest = [one for one in found if before is None or one.id < before]
    page = rest[: query.limit]
    more = str(page[-1].id) if len(rest) > query.limit else None
    return Page[PayoutView](items=[payout_view(one) for one in page], next=more)
