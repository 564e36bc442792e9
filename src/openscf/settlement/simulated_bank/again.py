"""A simulated bank that has lost its books, or never had them, finds them again in the platform's.

What the platform knows of its bank is enough to go on: the balance of each of its accounts after the last statement
that it booked, the payments that the bank confirmed since and that no statement has shown yet, and where members are
paid. What members have at the bank is nobody's business but theirs; they have enough.
"""

from typing import Final

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.settlement.model import Payout, PayoutState, SettlementAccount
from openscf.settlement.service.accounts import settlement_accounts
from openscf.settlement.service.payouts import payouts
from openscf.settlement.simulated_bank.machine import SimulatedBank
from openscf.settlement.simulated_bank.state import Book, Entry, Order

ENOUGH_MINOR: Final = 10**13
REASON: Final = "the simulated bank opens the account again"


def find_again(work: UnitOfWork, bank: SimulatedBank, *, vault: parties.Vault) -> int:
    """Open at the bank what the book says was there; what it knows already stays as it is.

    Args:
        work: The transaction of a job (`system:…`).
        bank: The bank.
        vault: Opens the numbers of members' accounts.

    Returns:
        How many of the platform's own accounts were opened; where none was, no member's is either.
    """
    books = bank.state.books
    lost = [one for one in settlement_accounts(work) if one.closed_on is not None and one.number not in books]
    for account in lost:
        books[account.number] = _book(account)
        for payout in payouts(work, account=account.id):
            if payout.state is PayoutState.CONFIRMED:
                _paid(bank, account, payout)
    if not lost:
        return 0
    bank.state.closed_on = max(one.closed_on for one in lost if one.closed_on is not None)
    for identity in parties.accounts_to_pay(work):
        shown, number = parties.number_to_pay(work, identity, reason=REASON, vault=vault)
        if number not in books:
            bank.open_account(number, shown.holder_name, bank=shown.bank_code, balance_minor=ENOUGH_MINOR, stated=False)
    return len(lost)


def _book(account: SettlementAccount) -> Book:
    assert account.closed_on is not None, "a statement of it was booked"
    # Statements are numbered on from the day: no number of an earlier life comes again.
    return Book(
        account.number, account.holder_name, account.bank_code, account.currency, balance_minor=account.closing_minor,
        stated_minor=account.closing_minor, sequence=account.closed_on.toordinal(),
    )  # fmt: skip


def _paid(bank: SimulatedBank, account: SettlementAccount, payout: Payout) -> None:
    """A payment that the bank has confirmed: it stands on the next statement, and is carried out no second time."""
    book = bank.state.books[account.number]
    bank.state.count += 1
    entry = Entry(
        -payout.amount_minor, bank.today(), f"SB{bank.state.count:012d}", end_to_end=payout.reference,
        remittance=payout.remittance,
    )  # fmt: skip
    book.entries.append(entry)
    book.balance_minor -= payout.amount_minor
    bank.state.orders[payout.reference] = Order(
        reference=payout.reference, payer=account.number, payee="", payee_name="", amount_minor=payout.amount_minor,
        currency=payout.currency, remittance=payout.remittance, due_on=payout.execute_on, state="paid",
    )  # fmt: skip
