"""What is drawn on a pool and how it comes back: drawings, the sweep of receipts, repayment, call, loss. Pure."""

import dataclasses
from fractions import Fraction

from openscf.financing.bases.pool import refusals as own
from openscf.financing.bases.pool.items import NOTICES, changed, paying
from openscf.financing.bases.pool.model import Book, Item, Sweep
from openscf.financing.bases.pool.valuing import after, check_day, emptied, opened, valued
from openscf.financing.model import Deal, Event, Facts, Outcome
from openscf.financing.rules import loans, refusals
from openscf.financing.rules.loans import Loan
from openscf.kernel.money import Money, Rounding

_COSTS = ("fees", "penalty", "interest")


def activate(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The funder opens the facility."""
    check_day(deal, event)
    if event.on >= deal.book.due_on:
        raise own.ENDED(until=deal.book.due_on.isoformat())
    loan = loans.lend(Money.zero(deal.currency), on=event.on, due_on=deal.book.due_on)
    book = dataclasses.replace(deal.book, loan=loan)
    return Outcome(book=valued(book, after(deal, event, facts, book=book), on=event.on))


def draw(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The seller draws, at most what its receivables carry at this moment."""
    check_day(deal, event)
    book, amount = deal.book, event.params.amount
    if not amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    if event.on >= book.due_on:
        raise own.ENDED(until=book.due_on.isoformat())
    free = after(deal, event, facts, book=book).available_minor
    if amount.minor > free:
        raise own.BEYOND_AVAILABILITY(amount=amount.grouped, available=Money(free, deal.currency).grouped)
    loan = loans.lend_more(loans.accrue(book.loan, deal.terms.price, event.on), amount)
    book = dataclasses.replace(book, loan=loan)
    fee = amount.times(deal.terms.fee_rate, Rounding.HALF_UP)
    book = valued(book, after(deal, event, facts, book=book), on=event.on)
    return Outcome(book=book, amounts={"drawn": amount, "fee": fee, "reserve": amount})


def collect(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Debtors paid: costs and principal are served, and what the base lets go is the seller's."""
    check_day(deal, event)
    if not event.params.amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    paid = paying(deal, event, facts)
    loan = loans.accrue(deal.book.loan, deal.terms.price, event.on)
    loan, shares = _swept(deal, event, facts, loan=loan, paid=paid)
    return _served(deal, event, facts, loan=loan, amounts=shares, paid=paid)


def repay(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The seller repays from its own money, as it likes or to cure a deficiency. There is no penalty for it."""
    check_day(deal, event)
    amount = event.params.amount
    if not amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    loan = loans.accrue(deal.book.loan, deal.terms.price, event.on)
    owed = loans.dues(loan).total
    if amount > owed:
        raise refusals.MORE_THAN_OWED(amount=amount.grouped, owed=owed.grouped)
    loan, shares = loans.pay(loan, amount)
    return _served(deal, event, facts, loan=loan, amounts=shares)


def charge(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """A fee that the contract foresees is owed from now on, and served first."""
    check_day(deal, event)
    if deal.state == "active":
        raise refusals.NOTHING_DUE(deal=str(deal.id))
    if not event.params.amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    loan = dataclasses.replace(deal.book.loan, fees=deal.book.loan.fees + event.params.amount)
    owing = dataclasses.replace(deal, book=dataclasses.replace(deal.book, loan=loan))
    return changed(owing, event, facts)


def call(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Everything is due: the cure period has passed in vain, or the facility has ended."""
    check_day(deal, event)
    book = deal.book
    ended = event.on >= book.due_on
    if not ended and (book.cure_until is None or event.on <= book.cure_until):
        until = book.due_on if book.cure_until is None else book.cure_until
        raise own.STILL_CURING(until=until.isoformat())
    loan = loans.accrue(book.loan, deal.terms.price, event.on)
    loan = dataclasses.replace(loan, due_on=min(loan.due_on, event.on))
    book = dataclasses.replace(book, loan=loan, cure_until=None)
    return Outcome(book=valued(book, after(deal, event, facts, book=book), on=event.on))


def write_off(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The funder takes its loss: the debt leaves the books, the limits are free, the items may still pay."""
    check_day(deal, event)
    loan = loans.accrue(deal.book.loan, deal.terms.price, event.on)
    nothing = Money.zero(deal.currency)
    left = dataclasses.replace(loan, principal=nothing, interest=Fraction(0), penalty=Fraction(0), fees=nothing)
    book = dataclasses.replace(deal.book, loan=left, loss=loans.dues(loan).total)
    book = valued(book, after(deal, event, facts, book=book), on=event.on)
    return Outcome(book=book, amounts={"principal": loan.principal, "release": loan.principal})


def recover(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Money comes in after the loss was taken; beyond the loss it is the seller's."""
    check_day(deal, event)
    paid = paying(deal, event, facts)
    shares = loans.share_out(event.params.amount, {"recovered": deal.book.loss})
    book = dataclasses.replace(deal.book, loss=deal.book.loss - shares["recovered"])
    found = after(deal, event, facts, book=book, changed=paid)
    return Outcome(book=valued(book, found, on=event.on), amounts=shares, asset=paid)


def end(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The pool is over; what is left in it is the seller's again."""
    return Outcome(book=emptied(deal.book, on=event.on))


def _swept(
    deal: Deal, event: Event, facts: Facts, *, loan: Loan, paid: tuple[Item, ...]
) -> tuple[Loan, dict[str, Money]]:
    """Costs first; then principal, all of it or as far as the base without the paid items asks."""
    receipt = event.params.amount
    if deal.terms.sweep is Sweep.FULL or deal.state == "called" or event.on >= deal.book.due_on:
        return loans.pay(loan, receipt)
    loan, shares = loans.pay(loan, receipt, _COSTS)
    carried = max(after(deal, event, facts, book=deal.book, changed=paid).carried_minor, 0)
    asked = Money(max(loan.principal.minor - carried, 0), deal.currency)
    shares["principal"] = min(asked, shares["remainder"])
    shares["remainder"] -= shares["principal"]
    return dataclasses.replace(loan, principal=loan.principal - shares["principal"]), shares


def _served(
    deal: Deal, event: Event, facts: Facts, *, loan: Loan, amounts: dict[str, Money], paid: tuple[Item, ...] = ()
) -> Outcome:
    """After a payment: nothing owed any more, cured, short, or as before."""
    book = dataclasses.replace(deal.book, loan=loan)
    book = valued(book, after(deal, event, facts, book=book, changed=paid), on=event.on)
    row, book = _row(deal, book, event)
    if deal.state == "called" and row.endswith("_all"):
        book = emptied(book, on=event.on)
    notices = NOTICES.get({"short": "fall_short", "cured": "cure"}.get(row.partition("_")[2], ""), ())
    return Outcome(
        book=book, amounts=amounts | {"release": amounts["principal"]}, event=row, asset=paid, notices=notices
    )


def _row(deal: Deal, book: Book, event: Event) -> tuple[str, Book]:
    assert book.loan is not None
    if deal.state != "active" and not loans.dues(book.loan).total:
        return f"{event.name}_all", dataclasses.replace(book, cure_until=None)
    if deal.state == "drawn" and book.shortfall:
        return f"{event.name}_short", opened(deal, book, on=event.on)
    if deal.state == "deficient" and not book.shortfall:
        return f"{event.name}_cured", dataclasses.replace(book, cure_until=None)
    return event.name, book
