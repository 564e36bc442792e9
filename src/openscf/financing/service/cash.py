"""Where a deal's money lies, and what is to come in for it.

Every account of a deal that carries cash is a pocket of the platform's escrow account at a bank, so the books' cash is
the bank's (I16). A book without a bank (a simulation, a first try) keeps the same accounts without one.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable
from typing import Final

from openscf import settlement
from openscf.db import UnitOfWork
from openscf.financing.ids import DealId
from openscf.financing.model import AccountSpec, Deal, Product, Scope
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules import assembling
from openscf.financing.rules.deciding import ESCROW
from openscf.financing.store import deals
from openscf.kernel.ids import AccountId, PartyId
from openscf.kernel.money import Currency, Money, parse_money
from openscf.ledger import Account, Ledger, Unit
from openscf.settlement import NewExpectation, ReceiptId, SettlementAccount, SettlementKind

CASH_PURPOSES: Final = frozenset({"cash", ESCROW, "frozen", "margin", "fees"})


def house_account(work: UnitOfWork, currency: Currency) -> SettlementAccount | None:
    """The escrow account at a bank in which members' money of a currency lies; None where there is none yet."""

    def read() -> SettlementAccount | None:
        found = settlement.settlement_accounts(work)
        fitting = [one for one in found if one.kind is SettlementKind.ESCROW and one.currency == currency.code]
        return fitting[0] if fitting else None

    return work.once(("settlement.house", currency.code), read)


def open_accounts(
    work: UnitOfWork, product: Product, deal: Deal, *, names: Iterable[str], locked: bool = False
) -> None:  # fmt: skip
    """Open those of a deal's accounts that are not open yet; cash in a pocket of the house's account at the bank.

    Args:
        work: The transaction.
        product: Of the deal.
        deal: Whose accounts.
        names: Which.
        locked: The deal is locked, so that hardly anybody else opens accounts of its own; whoever does nevertheless is
            met when the rows are sent, and all is done again.
    """
    specs = {name: product.account(name) for name in names}
    if not specs:
        return
    own = {name for name, spec in specs.items() if spec.scope is Scope.DEAL}
    unseen = own if work.known(("financing.no_accounts", deal.id)) else set()
    fresh = own if locked else unseen
    work.forget(("financing.no_accounts", deal.id))
    accounts = {name: assembling.account_of(deal, spec) for name, spec in specs.items()}
    ledger = Ledger(work)
    there = ledger.open_ones(account.id for name, account in accounts.items() if name not in unseen)
    missing = {name: account for name, account in accounts.items() if account.id not in there}
    if not missing:
        return
    ledger.define_unit(Unit(deal.currency.code, scale=deal.currency.exponent))
    house = house_account(work, deal.currency)
    banked = {name for name in missing if house is not None and specs[name].purpose in CASH_PURPOSES}
    for name in sorted(banked):
        _open_pocket(work, deal, specs[name], account=missing[name], house=house)
    ledger.open_fresh(missing[name] for name in missing if name in fresh - banked)
    ledger.open_missing(account for name, account in missing.items() if name not in banked | fresh)


def expect_receipt(work: UnitOfWork, product: Product, deal: Deal, *, amount: Money) -> None:
    """Say that a debtor will pay so much into the deal's escrow account when it is due."""
    house = house_account(work, deal.currency)
    escrow = next((one for one in product.accounts if one.purpose == ESCROW), None)
    due_on: dt.date | None = getattr(deal.book, "due_on", None)
    if house is None or escrow is None or due_on is None or not amount:
        return
    open_accounts(work, product, deal, names=[escrow.name])
    number = getattr(deal.book, "number", "")
    new = NewExpectation(
        account=house.id, deliver_to=assembling.account_of(deal, escrow).id, obligor=deal.parties["obligor"],
        amount_minor=amount.minor, due_on=due_on, subject=deal.id, numbers=(number,) if number else (),
    )  # fmt: skip
    settlement.expect(work, new)


def expect_from(
    work: UnitOfWork, product: Product, deal: Deal, *, obligor: PartyId, number: str, amount: Money, due_on: dt.date
) -> None:  # fmt: skip
    """Say that one of a pool's debtors will pay one of its invoices into the pool's escrow account."""
    house = house_account(work, deal.currency)
    escrow = next(one for one in product.accounts if one.purpose == ESCROW)
    if house is None or not amount:
        return
    open_accounts(work, product, deal, names=[escrow.name])
    new = NewExpectation(
        account=house.id, deliver_to=assembling.account_of(deal, escrow).id, obligor=obligor,
        amount_minor=amount.minor, due_on=due_on, subject=deal.id, numbers=(number,),
    )  # fmt: skip
    settlement.expect(work, new)


def stop_expecting_from(work: UnitOfWork, deal: Deal, gone: Collection[tuple[PartyId, str]]) -> None:
    """These invoices have left the pool: nothing more is expected on them here."""
    for one in settlement.expectations_of(work, str(deal.id)) if gone else ():
        if one.state == "open" and (one.obligor, *one.numbers) in gone:
            settlement.cancel_expectation(work, one.id, reason=f"{deal.product}: the invoice left the pool")


def stop_expecting(work: UnitOfWork, deal: Deal) -> None:
    """A deal is over: what still comes for it goes to suspense, and a person looks."""
    for one in settlement.expectations_of(work, str(deal.id)):
        if one.state == "open":
            settlement.cancel_expectation(work, one.id, reason=f"{deal.product}: the deal is over")


def passed_on(work: UnitOfWork, receipt: ReceiptId) -> list[tuple[PartyId, AccountId, int]]:
    """To whom a deal passed on what a bank's statement brought: party, its pocket, minor units; empty if it did not."""
    found = deals.shared_by(work, receipt)
    kept = None if found is None else deals.get(work, found[0])
    if found is None or kept is None:
        return []
    product, went = PRODUCTS.get(kept.deal.product), dict[str, int]()
    escrow = next(one.name for one in product.accounts if one.purpose == ESCROW)
    for _, debit, credit, amount in json.loads(found[2])["movements"]:
        if debit == escrow:
            went[credit] = went.get(credit, 0) + parse_money(amount).minor
    named = {name: assembling.account_of(kept.deal, product.account(name)) for name in went}
    return [(named[name].owner, named[name].id, amount) for name, amount in sorted(went.items())]


def shared_out_by(work: UnitOfWork, receipt: ReceiptId) -> tuple[DealId, int] | None:
    """Which deal shared a receipt out, and by which of its versions."""
    found = deals.shared_by(work, receipt)
    return None if found is None else found[:2]


def posting_day(work: UnitOfWork, on: dt.date) -> dt.date:
    """The day that postings for `on` carry: itself, or the first open day after it.

    Interest counts from the value date, also when money is heard of after the day has been closed.
    """
    through = Ledger(work).closed_through()
    return on if through is None or on > through else through + dt.timedelta(days=1)


def _open_pocket(
    work: UnitOfWork, deal: Deal, spec: AccountSpec, *, account: Account, house: SettlementAccount | None
) -> None:
    assert house is not None, "the caller looked"
    subject = deal.id if spec.scope is Scope.DEAL else None
    settlement.open_pocket(
        work, house.id, deal.parties[spec.role], purpose=spec.purpose, ledger=account.id, subject=subject
    )
