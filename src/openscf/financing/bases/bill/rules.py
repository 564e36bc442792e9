"""What happens to a bill that is discounted: amounts and books, pure."""

import dataclasses
import datetime as dt
from typing import Final

from openscf.financing.bases import advance
from openscf.financing.bases.bill import chain as bills
from openscf.financing.bases.bill.chain import Endorsement
from openscf.financing.bases.bill.model import Book, Dishonour, Proposal
from openscf.financing.model import Deal, Event, Facts, Outcome
from openscf.financing.rules import refusals
from openscf.kernel.calendars import Tenor
from openscf.kernel.daycount import Period
from openscf.kernel.money import Rounding
from openscf.kernel.rates import interest

LONGEST: Final = Tenor(6, "M")


def opening(deal: Deal, proposal: Proposal) -> Book:
    """The book of a bill that was just offered."""
    bills.check_number(proposal.number, deal.terms.kind)
    if deal.terms.buyer_share and "buyer" not in deal.parties:
        raise bills.BUYER_NOT_NAMED(number=proposal.number)
    if proposal.due_on > LONGEST.after(proposal.issued_on):
        raise bills.BILL_TOO_LONG(number=proposal.number, months=LONGEST.count)
    known = advance.opening(deal, proposal)
    taken = {one.name: getattr(known, one.name) for one in dataclasses.fields(known)}
    return Book(
        **taken, issued_on=proposal.issued_on, out_of_town=proposal.out_of_town, drawer=proposal.drawer
    )  # fmt: skip


def endorse(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """An earlier endorsement is entered; it must come from whoever held the bill before."""
    book: Book = deal.book
    chain = bills.endorsed(book.chain, event.params, number=book.number)
    return Outcome(book=dataclasses.replace(book, chain=chain))


def verify(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The endorsements lead to the client without a gap, and there is time left to discount for."""
    bills.check_holder(deal.book.chain, str(deal.parties["client"]), number=deal.book.number)
    return advance.verify(deal, event, facts)


def undertake(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The buyer agrees to pay its part of the interest."""
    return Outcome(book=dataclasses.replace(deal.book, buyer_agreed=True))


def accept(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The client takes the offer; nobody's interest is charged to a buyer that did not agree."""
    if deal.terms.buyer_share and not deal.book.buyer_agreed:
        raise bills.BUYER_HAS_NOT_AGREED(number=deal.book.number)
    return advance.accept(deal, event, facts)


def fund(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The face is paid out less the client's part of the discount; the client's endorsement makes the funder holder."""
    book, terms = deal.book, deal.terms
    if event.on >= book.due_on:
        raise refusals.ALREADY_DUE(number=book.number, due_on=book.due_on.isoformat())
    until = book.due_on + dt.timedelta(days=terms.extra_days if book.out_of_town else 0)
    whole = interest(book.face, terms.rate, Period(event.on, until), basis=terms.basis)
    paid = advance.paid_out(deal, event, book.face)
    of_buyer = whole.times(terms.buyer_share, Rounding.HALF_UP)
    if paid.amounts["fee"] + whole - of_buyer >= book.face:
        raise refusals.NOTHING_LEFT_TO_PAY_OUT(number=book.number)
    client, funder = str(deal.parties["client"]), str(deal.parties["funder"])
    chain = (*book.chain, Endorsement(endorser=client, endorsee=funder, endorsed_on=event.on))
    amounts = {**paid.amounts, "discount": whole - of_buyer, "buyer_discount": of_buyer}
    return dataclasses.replace(paid, book=dataclasses.replace(paid.book, chain=chain), amounts=amounts)


def collect(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Somebody paid on the bill: too much goes back to the acceptor, or to the client if it had to stand in before."""
    found = advance.collect_discounted(deal, event, facts)
    if deal.state in ("funded", "part_paid"):
        return found
    amounts = dict(found.amounts)
    amounts["remainder"] = amounts.pop("overpaid")
    return dataclasses.replace(found, amounts=amounts)


def dishonour(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The acceptor refused at maturity, or became insolvent before."""
    book = deal.book
    if event.params.reason is Dishonour.REFUSED and event.on < book.due_on:
        raise refusals.NOT_OVERDUE(due_on=book.due_on.isoformat(), on=event.on.isoformat())
    return Outcome(book=dataclasses.replace(book, dishonoured_on=event.on))


def take_recourse(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The next of those who signed before is asked: the client first, then up the chain, the drawer last."""
    book = deal.book
    order = bills.liable(book.chain, book.drawer)
    nobody = next((name for name in order if name not in book.asked), None)
    if nobody is None:
        raise bills.NOBODY_LEFT_TO_ASK(number=book.number)
    until = bills.barred_after(nobody, book.drawer, dishonoured_on=book.dishonoured_on, due_on=book.due_on)
    if event.on > until:
        raise bills.RECOURSE_TIME_BARRED(number=book.number, until=until.isoformat())
    return Outcome(book=dataclasses.replace(book, asked=(*book.asked, nobody)))
