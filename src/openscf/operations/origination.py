"""Origination: from a supplier's wish to money in its account, without a hand where the rules allow it.

    apply    eligibility with every reason -> a deal, verified if nothing stands against it -> an offer
    again    the same deal looked at again, when a confirmation or a receipt has come in
    accept   headroom and lien -> funded at once where two persons approved that rule with the frame

Nothing here computes an amount: the products and their frames do.
"""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any

from openscf import financing
from openscf.db import UnitOfWork
from openscf.financing import Deal, DealId, Judged, Kept, NewDeal, Offer, Postings, Priced, Programme, ProgrammeId
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.trades import DocumentId, Fingerprinter


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A client asks for money on a claim.

    Attributes:
        programme: The frame.
        document: The claim.
        funder: Where the frame leaves the funder open.
        due_on: When the debtor must pay, where neither the document nor the debtor says it.
    """

    programme: ProgrammeId
    document: DocumentId
    funder: PartyId | None = None
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What a claim would come to.

    Attributes:
        judged: What it rests on, with the reasons against it.
        offer: The price; None where the claim has no worth or no due date yet.
    """

    judged: Judged
    offer: Offer | None

    @property
    def eligible(self) -> bool:
        """Whether nothing stands against it."""
        return not self.judged.reasons


@dataclass(frozen=True, slots=True)
class Applied:
    """What an application came to.

    Attributes:
        deal: The deal: `verified` with an offer to accept, or `proposed` with the reasons why not yet.
        quote: As `quote`.
    """

    deal: Deal
    quote: Quote


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an acceptance came to.

    Attributes:
        deal: `funded`, or `accepted` and waiting.
        waiting: Why it was not funded at once; None if it was.
    """

    deal: Deal
    waiting: Refusal | None


def quote(work: UnitOfWork, application: Application, *, on: dt.date, fingerprints: Fingerprinter) -> Quote:
    """What a claim would bring under a frame, and everything that stands against it; nothing is kept.

    Where the frame prices from credit and an offer on the claim stands already, it is quoted at the offered rate,
    whatever has been judged since.

    Raises:
        Refusal: `programme_not_found`, `programme_not_active`, `document_not_found`.
    """
    programme, quoted = _quoted(work, application, on=on, fingerprints=fingerprints)
    standing = None if quoted.judged.priced is None else _standing(work, application)
    if standing is None:
        return quoted
    judged = dataclasses.replace(quoted.judged, priced=standing)
    return Quote(judged, financing.offer_for(programme, judged, on=on))


def _standing(work: UnitOfWork, application: Application) -> Priced | None:
    """The price of an offer under the same frame that waits to be taken; None where there is none."""
    for kept in financing.deals_of_document(work, application.document):
        if kept.deal.programme == application.programme and kept.deal.state == "verified":
            return financing.price_of_deal(work, kept)
    return None


def apply(work: UnitOfWork, application: Application, *, on: dt.date, fingerprints: Fingerprinter) -> Applied:
    """Ask for money on a claim. Where reasons stand against it that may pass, the deal waits with them.

    Raises:
        Refusal: As `quote`; `not_your_claim`; and the first reason against the claim if it is one that no later
            document mends.
    """
    with work.sharing():
        return _applied(work, application, on, fingerprints=fingerprints)


def _applied(work: UnitOfWork, application: Application, on: dt.date, *, fingerprints: Fingerprinter) -> Applied:
    programme, quoted = _quoted(work, application, on=on, fingerprints=fingerprints)
    judged = quoted.judged
    financing.check_asker(work, programme, [] if judged.client is None else [judged.client])
    lasting = [reason for reason in judged.reasons if reason.code not in MAY_PASS]
    if lasting:
        raise lasting[0]
    deal = financing.open_deal(work, _new(application, judged), on=on)
    return _looked_at(work, deal, quoted, on=on, fingerprints=fingerprints)


def look_again(work: UnitOfWork, deal: DealId, *, on: dt.date, fingerprints: Fingerprinter) -> Applied:
    """Look again at a deal that waited for a confirmation, a receipt or a clearance.

    Raises:
        Refusal: `deal_not_found`, `programme_not_active`.
    """
    kept = financing.locked_deal(work, deal)  # the deal before its document, as everywhere
    assert kept.deal.programme is not None, "an application is made under a frame"
    assert kept.document is not None, "an application is about a document"
    book: Any = kept.deal.book
    application = Application(programme=kept.deal.programme, document=kept.document, due_on=book.due_on)
    quoted = _quoted(work, application, on=on, fingerprints=fingerprints)[1]
    return _looked_at(work, kept.deal, quoted, on=on, fingerprints=fingerprints)


def accept(
    work: UnitOfWork, deal: DealId, *, on: dt.date, fingerprints: Fingerprinter, postings: Postings | None = None
) -> Accepted:
    """The client takes the offer; the money follows in the same transaction where the frame's policy says so.

    Args:
        work: The transaction.
        deal: Whose offer.
        on: Business date.
        fingerprints: For the register of liens.
        postings: Where several deals post together; see `operations.batches`.

    Raises:
        Refusal: `deal_not_found`, what `financing.perform` refuses for `accept`.
    """
    kept = financing.locked_deal(work, deal)
    return _through(work, kept, "accept", on=on, fingerprints=fingerprints, postings=postings)


def sell(
    work: UnitOfWork, deal: DealId, *, on: dt.date, fingerprints: Fingerprinter, by_rule: bool = False
) -> Accepted:
    """A supplier sells a payable that its buyer approved; the money follows as after `accept`.

    Args:
        work: The transaction.
        deal: The approved payable.
        on: Business date.
        fingerprints: For the register of liens.
        by_rule: The supplier's standing order says so.

    Raises:
        Refusal: What `financing.perform` refuses for `sell`.
    """
    return _through(work, financing.locked_deal(work, deal), "sell", on=on, fingerprints=fingerprints, by_rule=by_rule)


def _through(
    work: UnitOfWork, kept: Kept, command: str, *, on: dt.date, fingerprints: Fingerprinter, by_rule: bool = False,
    postings: Postings | None = None,
) -> Accepted:  # fmt: skip
    """Accept, and pay out in one go where two persons approved that rule with the frame; else say what it waits for.

    What stands against the money does not stand against the acceptance: then that alone is done, from the beginning.
    """
    deal = kept.deal.id
    mark = 0 if postings is None else postings.mark()
    try:
        with work.attempt(), work.sharing():
            through = financing.perform_through(
                work, deal, command, then="fund", on=on, fingerprints=fingerprints, by_rule=by_rule, postings=postings
            )
            return Accepted(through.deal, None)
    except Refusal as refused:
        waiting = refused
    if postings is not None:
        postings.back_to(mark)
    accepted = financing.perform(
        work, deal, command, on=on, fingerprints=fingerprints, by_rule=by_rule, postings=postings
    ).deal
    return Accepted(accepted, waiting)


MAY_PASS = frozenset(
    {
        "receivable_not_confirmed",
        "trade_not_matched",
        "looks_like_financed",
        "party_not_verified",
        "face_in_dispute",
        "beyond_observed_purchases",
        "seller_credit_unknown",
        "buyer_credit_unknown",
        "price_beyond_highest",
    }
)
"""Reasons that a later document, confirmation, clearance or evaluation mends; any other refuses the application.

A claim without a due date is no deal yet: nobody could say what it costs.
"""


def _quoted(
    work: UnitOfWork, application: Application, *, on: dt.date, fingerprints: Fingerprinter
) -> tuple[Programme, Quote]:
    programme = financing.active_programme(work, application.programme, on)
    judged = financing.judge(
        work, programme, application.document, on=on, fingerprints=fingerprints, asked_due_on=application.due_on
    )
    return programme, Quote(judged, financing.offer_for(programme, judged, on=on))


def check_asker(work: UnitOfWork, judged: Judged, programme: ProgrammeId) -> None:
    """Refuse whoever may not ask what a claim would bring; for doors, which tell nobody the worth of others' claims.

    Raises:
        Refusal: `not_your_claim`, `programme_not_found`.
    """
    frame = financing.found_programme(work, programme)
    financing.check_asker(work, frame, [] if judged.client is None else [judged.client])


def _new(application: Application, judged: Judged) -> NewDeal:
    roles = {"client": judged.client, "obligor": judged.obligor, "funder": application.funder}
    assert judged.claim is not None, "a claim without worth was refused"
    proposal = {"number": judged.claim.document.document.number, "face": judged.face, "due_on": judged.stated_due_on}
    return NewDeal(
        programme=application.programme, document=application.document,
        parties={role: party for role, party in roles.items() if party is not None},
        proposal={name: financing.write(value) for name, value in proposal.items()},
    )  # fmt: skip


def _looked_at(work: UnitOfWork, deal: Deal, quoted: Quote, *, on: dt.date, fingerprints: Fingerprinter) -> Applied:
    if quoted.eligible and deal.state == "proposed":
        deal = financing.perform(work, deal.id, "verify", on=on, fingerprints=fingerprints, by_rule=True).deal
    elif not quoted.eligible:
        codes = [reason.as_record() for reason in quoted.judged.reasons]
        work.audit("operations.not_eligible", str(deal.id), {"reasons": codes, "on": on})
    return Applied(deal, quoted)
