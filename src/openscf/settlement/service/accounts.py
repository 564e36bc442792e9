"""Accounts at banks, the pockets inside them, and what is expected to arrive there."""

import re
import unicodedata
import uuid
from typing import Final

from openscf import parties, trades
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import AccountId, PartyId
from openscf.kernel.money import currency, written
from openscf.ledger import Account, Ledger, Unit
from openscf.settlement.ids import ExpectationId, SettlementAccountId
from openscf.settlement.model import (
    CASH,
    FEES,
    Expectation,
    NewExpectation,
    NewSettlementAccount,
    Pocket,
    SettlementAccount,
    SettlementKind,
)
from openscf.settlement.rules import accounts as rules
from openscf.settlement.rules.payouts import AMOUNT_NOT_PAYABLE
from openscf.settlement.rules.sorting import shown
from openscf.settlement.store import accounts as store
from openscf.settlement.store import incoming
from openscf.trades import Identity

MOST_MINOR: Final = 10**18 - 1


def open_settlement_account(work: UnitOfWork, new: NewSettlementAccount) -> SettlementAccount:
    """Begin to keep the books of an account at a bank; its first statement must open with nothing.

    Raises:
        Refusal: `party_not_found` (the owner), `unknown_currency`, a refusal of the bank's code,
            `settlement_account_exists`, `not_allowed`.
    """
    parties.authorise(work, parties.Permission.REGISTER, None)
    parties.find_party(work, new.owner)
    unit = currency(new.currency)
    number = plain_number(new.number)
    if re.fullmatch(r"[0-9]{12}", new.bank_code):
        parties.verify_cnaps(new.bank_code)
    else:
        parties.verify_bic(new.bank_code)
    bank, transit, suspense, unexplained = (work.ids.new(AccountId) for _ in range(4))
    opened = SettlementAccount(
        id=work.ids.new(SettlementAccountId), kind=new.kind, owner=new.owner, holder_name=new.holder_name,
        bank_code=new.bank_code, number=number, currency=unit.code, bank=bank, transit=transit, suspense=suspense,
        unexplained=unexplained, closing_minor=0, closed_on=None, opened_at=work.at,
    )  # fmt: skip
    if not store.insert_account(work, opened):
        raise rules.SETTLEMENT_ACCOUNT_EXISTS(number=number, currency=unit.code)
    trades.know_house_account(work, number)  # what passes through it is said by these books
    ledger = Ledger(work)
    ledger.define_unit(Unit(unit.code, scale=unit.exponent))
    ledger.open_accounts(
        [
            Account(bank, new.owner, unit.code, "bank"),
            Account(transit, new.owner, unit.code, "transit", floor_minor=0),
            Account(suspense, new.owner, unit.code, "suspense", floor_minor=0),
            Account(unexplained, new.owner, unit.code, "unexplained", ceiling_minor=0),
        ]
    )
    facts = {"owner": new.owner, "kind": new.kind, "bank_code": new.bank_code, "number": number, "currency": unit.code}
    work.audit("settlement.open_account", str(opened.id), facts)
    return opened


def settlement_account(work: UnitOfWork, account: SettlementAccountId, *, lock: bool = False) -> SettlementAccount:
    """One account at a bank.

    Raises:
        Refusal: `settlement_account_not_found`.
    """
    found = store.account(work, account, lock=lock)
    if found is None:
        raise rules.SETTLEMENT_ACCOUNT_NOT_FOUND(account=str(account))
    return found


def settlement_accounts(work: UnitOfWork) -> list[SettlementAccount]:
    """All accounts at banks, oldest first."""
    return store.accounts(work)


def open_pocket(
    work: UnitOfWork,
    account: SettlementAccountId,
    party: PartyId,
    *,
    purpose: str = CASH,
    ledger: AccountId | None = None,
    subject: uuid.UUID | None = None,
) -> Pocket:
    """A party's pocket in an account at a bank; the same again is the one that exists. For capabilities, not for doors.

    Every ledger account that is to carry money of this bank account is a pocket, whatever the product calls it: what
    lies elsewhere is not covered by the bank, and `openscf verify` says so (I16).

    Args:
        work: The transaction.
        account: The account at a bank.
        party: Whose.
        purpose: What for.
        ledger: The id under which a product knows the account; it is opened, or taken over while it holds nothing.
        subject: The deal that it lives and ends with; None for a standing pocket.

    Raises:
        Refusal: `settlement_account_not_found`; `platform_holds_no_principal` for a pocket of the operator's that is
            not for fees; `fees_are_the_operators`; `pocket_taken` if the ledger account lies in another bank account,
            is another's, in another unit, without a floor of zero, or holds something already.
    """
    found = settlement_account(work, account)
    operates = party in parties.operators_of(work)
    if operates and purpose != FEES:
        raise rules.PLATFORM_HOLDS_NO_PRINCIPAL(party=str(party), purpose=purpose)
    if not operates and purpose == FEES:
        raise rules.FEES_ARE_THE_OPERATORS(party=str(party))
    known = store.pocket_of(work, ledger) if ledger else None
    if known is None and subject is None:
        known = store.pocket(work, account, party, purpose=purpose)
    if known is not None:
        return _same(known, account, ledger)
    new = Pocket(ledger or work.ids.new(AccountId), account, party, purpose, subject)
    if not store.insert_pocket(work, new):
        return _same(pocket_of(work, account, party, purpose=purpose), account, ledger)
    _open_or_take_over(work, new, found.currency)
    facts = {
        "account": account,
        "party": party,
        "purpose": purpose,
        "subject": None if subject is None else subject.hex,
    }
    work.audit("settlement.open_pocket", str(new.ledger), facts)
    return new


def _same(known: Pocket, account: SettlementAccountId, ledger: AccountId | None) -> Pocket:
    if known.account != account or (ledger is not None and known.ledger != ledger):
        raise rules.POCKET_TAKEN(ledger=str(ledger or known.ledger), account=str(known.account))
    return known


def _open_or_take_over(work: UnitOfWork, new: Pocket, unit: str) -> None:
    books = Ledger(work)
    there = books.accounts_named([new.ledger]).get(new.ledger)
    if there is None:
        books.open_accounts([Account(new.ledger, new.party, unit, new.purpose, floor_minor=0)])
        return
    plain = (there.owner, there.unit, there.floor_minor) == (new.party, unit, 0)
    if not plain or there.posted_minor or there.held_out_minor or there.held_in_minor:
        raise rules.POCKET_TAKEN(ledger=str(new.ledger), account=str(new.account))


def pocket_of(work: UnitOfWork, account: SettlementAccountId, party: PartyId, *, purpose: str = CASH) -> Pocket:
    """A party's pocket.

    Raises:
        Refusal: `pocket_not_found`.
    """
    found = store.pocket(work, account, party, purpose=purpose)
    if found is None:
        raise rules.POCKET_NOT_FOUND(party=str(party), purpose=purpose, account=str(account))
    return found


def pockets_in(work: UnitOfWork, account: SettlementAccountId) -> list[Pocket]:
    """All pockets of an account at a bank."""
    return store.pockets(work, account=account)


def expect(work: UnitOfWork, new: NewExpectation) -> Expectation:
    """Say that money is to come in, whose it is and what for. For capabilities, not for doors.

    Raises:
        Refusal: `settlement_account_not_found`, `wrong_pocket`, `platform_holds_no_principal` (the pocket is the
            platform's own), `not_your_collection` (a collection account delivers to its owner alone),
            `amount_not_payable`, `party_not_found`.
    """
    account = settlement_account(work, new.account)
    if not 0 < new.amount_minor <= MOST_MINOR:
        raise AMOUNT_NOT_PAYABLE(amount=written(new.amount_minor, account.currency)[:30])
    check_target(work, account, new.deliver_to)
    obligor = parties.find_party(work, new.obligor)
    codes = {scheme: code for scheme, code in (("uscc", obligor.uscc), ("lei", obligor.lei)) if code}
    accounts = tuple(map(plain_number, new.payer_accounts)) or (None,)
    made = Expectation(
        id=work.ids.new(ExpectationId), account=new.account, deliver_to=new.deliver_to, obligor=new.obligor,
        payers=tuple(Identity(name=obligor.name, codes=codes, account=number) for number in accounts),
        numbers=new.numbers, currency=account.currency, amount_minor=new.amount_minor, received_minor=0,
        due_on=new.due_on, subject=str(new.subject), subject_id=new.subject, state="open",
    )  # fmt: skip
    incoming.insert_expectation(work, made)
    facts = {
        "account": new.account, "obligor": new.obligor, "amount_minor": new.amount_minor, "due_on": new.due_on,
        "subject": made.subject, "deliver_to": new.deliver_to,
    }  # fmt: skip
    work.audit("settlement.expect", str(made.id), facts)
    return made


def check_target(work: UnitOfWork, account: SettlementAccount, ledger: AccountId) -> Pocket:
    """The pocket that money of an account may be delivered to.

    Raises:
        Refusal: `wrong_pocket`, `platform_holds_no_principal`, `not_your_collection`.
    """
    pocket = store.pocket_of(work, ledger)
    if pocket is None or pocket.account != account.id:
        raise rules.WRONG_POCKET(ledger=str(ledger), account=str(account.id))
    if pocket.purpose == FEES:
        raise rules.PLATFORM_HOLDS_NO_PRINCIPAL(party=str(pocket.party), purpose=FEES)
    if account.kind is SettlementKind.COLLECTION and pocket.party != account.owner:
        raise rules.NOT_YOUR_COLLECTION(account=account.number, owner=str(account.owner), party=str(pocket.party))
    return pocket


def cancel_expectation(work: UnitOfWork, expectation: ExpectationId, *, reason: str) -> None:
    """Expect nothing more of it; what has come in stays where it is.

    Raises:
        Refusal: `expectation_not_found`, `expectation_not_open`.
    """
    known = found_expectation(work, expectation, lock=True)
    if known.state != "open":
        amount = shown(known.amount_minor, known.currency)
        open_ = shown(known.open_minor, known.currency)
        raise rules.EXPECTATION_NOT_OPEN(expectation=str(expectation), state=known.state, open=open_, amount=amount)
    incoming.cancel(work, expectation)
    work.audit("settlement.cancel_expectation", str(expectation), {"reason": reason, "subject": known.subject})


def found_expectation(work: UnitOfWork, expectation: ExpectationId, *, lock: bool = False) -> Expectation:
    """One expectation.

    Raises:
        Refusal: `expectation_not_found`.
    """
    found = incoming.expectation(work, expectation, lock=lock)
    if found is None:
        raise rules.EXPECTATION_NOT_FOUND(expectation=str(expectation))
    return found


def expectations_of(work: UnitOfWork, subject: str) -> list[Expectation]:
    """All that is or was expected for a deal or document, oldest first."""
    return incoming.of_subject(work, subject)


def open_expectations(work: UnitOfWork, account: SettlementAccountId) -> list[Expectation]:
    """What is still to come on an account, oldest first."""
    return incoming.open_expectations(work, account)


def plain_number(number: str) -> str:
    """An account number as it is compared: one width, capitals, no spaces."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()
