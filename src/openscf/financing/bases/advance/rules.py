"""What happens to an advance against one claim: amounts and books, pure."""

import dataclasses
from fractions import Fraction
from typing import Any

from openscf.financing.bases.advance.model import Book, Proposal
from openscf.financing.model import Deal, Event, Facts, Outcome
from openscf.financing.rules import loans, pricing, refusals
from openscf.financing.rules.loans import Timing
from openscf.kernel.calendars import due_day
from openscf.kernel.daycount import Period
from openscf.kernel.money import Money, Rounding
from openscf.kernel.rates import interest


def opening(deal: Deal, proposal: Proposal) -> Book:
    """The book of a claim that was just offered."""
    nothing = Money.zero(deal.currency)
    if proposal.face.minor <= 0:
        raise refusals.AMOUNT_IS_NOTHING(field="face")
    return Book(
        number=proposal.number, face=proposal.face, due_on=proposal.due_on, collected=nothing, diluted=nothing,
        demand=nothing, loss=nothing, abandoned=nothing,
    )  # fmt: skip


def verify(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The trade is real, the debtor stands to it, and there is time left to lend for.

    Where the frame prices from credit, what is known of it is among the notes, and sets the rate.
    """
    book, terms = deal.book, deal.terms
    if facts.evidence.missing:
        raise refusals.NOT_MATCHED(number=book.number, missing=", ".join(facts.evidence.missing))
    if terms.notified and not facts.evidence.confirmed:
        raise refusals.NOT_CONFIRMED(number=book.number)
    due_on = due_day(book.due_on, facts.calendar).on
    if event.on >= due_on:
        raise refusals.ALREADY_DUE(number=book.number, due_on=due_on.isoformat())
    days = (due_on - event.on).days
    if days > terms.most_tenor_days:
        raise refusals.TENOR_TOO_LONG(number=book.number, days=days, most=terms.most_tenor_days)
    return Outcome(book=dataclasses.replace(book, due_on=due_on), terms=_priced(deal, facts, days=days))


def _priced(deal: Deal, facts: Facts, *, days: int) -> Any:
    """The contract at the rate that follows from credit; None where the frame states its rate.

    Raises:
        Refusal: `seller_credit_unknown`, `buyer_credit_unknown`, `price_beyond_highest`.
    """
    note = facts.evidence.notes.get(pricing.PRICE_NOTE)
    if note is None:
        return None
    claim = pricing.PricedClaim(
        number=deal.book.number, advance=advance_of(deal), days=days, confirmed=facts.evidence.confirmed,
        seller_stands=pricing.seller_stands(deal.terms),
    )  # fmt: skip
    found = pricing.priced(pricing.known_from(note, deal.currency), claim)
    if found.objection is not None:
        raise found.objection
    return pricing.at_rate(deal.terms, found.rate)


def accept(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The client takes the offer: headroom is reserved and the claim encumbered."""
    if event.on >= deal.book.due_on:
        raise refusals.ALREADY_DUE(number=deal.book.number, due_on=deal.book.due_on.isoformat())
    return Outcome(book=deal.book, amounts={"reserve": advance_of(deal)})


def fund(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The advance is paid out; the fee is taken, and the interest too where the contract discounts."""
    return paid_out(deal, event, advance_of(deal))


def paid_out(deal: Deal, event: Event, advance: Money) -> Outcome:
    """So much is paid out, less fee and, where the contract discounts, interest up to the due day."""
    book, price = deal.book, deal.terms.price
    if event.on >= book.due_on:
        raise refusals.ALREADY_DUE(number=book.number, due_on=book.due_on.isoformat())
    fee = book.face.times(deal.terms.fee_rate, Rounding.HALF_UP)
    discount = Money.zero(deal.currency)
    if price.timing is Timing.ADVANCE:
        discount = interest(advance, price.rate, Period(event.on, book.due_on), basis=price.basis)
    if fee + discount >= advance:
        raise refusals.NOTHING_LEFT_TO_PAY_OUT(number=book.number)
    loan = loans.lend(advance, on=event.on, due_on=book.due_on)
    amounts = {"advance": advance, "fee": fee, "discount": discount, "face": book.face}
    return Outcome(book=dataclasses.replace(book, loan=loan), amounts=amounts)


def advance_of(deal: Deal) -> Money:
    """The part of the face that is lent."""
    rate: Fraction = deal.terms.advance_rate
    face: Money = deal.book.face
    return face.times(rate, Rounding.HALF_UP)


def collect(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The debtor paid into escrow: dues are served in the order of the waterfall, the rest is the client's."""
    book = deal.book
    if not event.params.amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    loan = loans.accrue(book.loan, deal.terms.price, event.on)
    loan, shares = loans.pay(loan, event.params.amount)
    settled_face = min(event.params.amount, book.left)
    collected = book.collected + settled_face
    book = dataclasses.replace(book, loan=loan, collected=collected, demand=min(book.demand, loan.principal))
    return closing(book, shares | {"settled_face": settled_face, "release": shares["principal"]}, "collect")


def repay(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The client pays from its own cash: early, on a demand, or to buy the claim back. There is no penalty for it."""
    book = deal.book
    if not event.params.amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    loan = loans.accrue(book.loan, deal.terms.price, event.on)
    owed = loans.dues(loan).total
    if event.params.amount > owed:
        raise refusals.MORE_THAN_OWED(amount=event.params.amount.grouped, owed=owed.grouped)
    loan, shares = loans.pay(loan, event.params.amount)
    nothing = Money.zero(deal.currency)
    book = dataclasses.replace(book, loan=loan, demand=max(book.demand - event.params.amount, nothing))
    return closing(book, shares | {"release": shares["principal"]}, "repay")


def closing(book: Book, amounts: dict[str, Money], command: str) -> Outcome:
    """Settled once nothing is owed to the funder any more: what the debtor still owes is the client's again."""
    assert book.loan is not None
    done = not loans.dues(book.loan).total
    if done:
        amounts["reassigned"] = book.left
    return Outcome(book=book, amounts=amounts, event=f"{command}_all" if done else f"{command}_part")


def charge(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """A fee that the contract foresees (a reminder, a lawyer) is owed from now on, and served first."""
    if not event.params.amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    loan = dataclasses.replace(deal.book.loan, fees=deal.book.loan.fees + event.params.amount)
    return Outcome(book=dataclasses.replace(deal.book, loan=loan))


def lapse(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The due day has passed without full payment."""
    if event.on <= deal.book.due_on:
        raise refusals.NOT_OVERDUE(due_on=deal.book.due_on.isoformat(), on=event.on.isoformat())
    return Outcome(book=deal.book)


def dispute(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The debtor contests the goods."""
    return Outcome(book=deal.book)


def resolve(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The dispute is over; what the debtor was right about comes as a credit note."""
    late = event.on > deal.book.due_on
    return Outcome(book=deal.book, event="resolve_late" if late else "resolve_current")


def dilute(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """A credit note takes a part of the claim back: the seller puts in what the advance then lacks."""
    book, amount = deal.book, event.params.amount
    if amount > book.left:
        raise refusals.MORE_THAN_FACE(amount=amount.grouped, face=book.left.grouped)
    book = dataclasses.replace(book, diluted=book.diluted + amount)
    base: Money = book.left.times(deal.terms.advance_rate, Rounding.HALF_UP)
    lacking = max(book.loan.principal - base, Money.zero(deal.currency))
    book = dataclasses.replace(book, demand=max(book.demand, lacking))
    return Outcome(book=book, amounts={"diluted": amount}, notices=("dilution_demand",) if lacking else ())


def extend(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The due date moves, with the debtor's own word: an undisclosed deal is disclosed first, or stays as it is."""
    if facts.evidence.confirmed_due_on != event.params.due_on:
        raise refusals.DEBTOR_MUST_AGREE(number=deal.book.number)
    return postpone(deal, event, facts)


def postpone(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The due date moves for a debtor who never says anything, as a tax office."""
    book = deal.book
    due_on = due_day(event.params.due_on, facts.calendar).on
    if due_on <= book.due_on:
        raise refusals.NOT_LATER(due_on=due_on.isoformat(), before=book.due_on.isoformat())
    loan = dataclasses.replace(loans.accrue(book.loan, deal.terms.price, event.on), due_on=due_on)
    return Outcome(book=dataclasses.replace(book, due_on=due_on, loan=loan))


def write_off(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The funder takes its loss: the debt leaves the books, the limits are free, the claim may still be recovered."""
    book = deal.book
    loan = loans.accrue(book.loan, deal.terms.price, event.on)
    nothing = Money.zero(deal.currency)
    amounts = {"principal": loan.principal, "release": loan.principal, "face": book.left}
    left = dataclasses.replace(loan, principal=nothing, interest=Fraction(0), penalty=Fraction(0), fees=nothing)
    book = dataclasses.replace(book, loan=left, loss=loans.dues(loan).total, demand=nothing, abandoned=book.left)
    return Outcome(book=book, amounts=amounts)


def recover(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Money comes in on a claim that was written off; beyond the loss it is the client's."""
    book, amount = deal.book, event.params.amount
    shares = loans.share_out(amount, {"recovered": book.loss})
    settled_face = min(amount, book.abandoned)
    book = dataclasses.replace(
        book, loss=book.loss - shares["recovered"], collected=book.collected + settled_face,
        abandoned=book.abandoned - settled_face,
    )  # fmt: skip
    return Outcome(book=book, amounts=shares | {"settled_face": settled_face})


def quiet(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Only the state moves."""
    return Outcome(book=deal.book)
