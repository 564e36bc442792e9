"""Gathering what is known of a claim before anybody lends on it."""

import dataclasses
import datetime as dt
from dataclasses import dataclass

from openscf import parties, trades
from openscf.db import UnitOfWork
from openscf.financing.model.programme import Programme
from openscf.financing.rules import eligibility as rules
from openscf.financing.rules.offers import Offer, advance_offer
from openscf.financing.rules.pricing import Priced, PricedClaim, at_rate, seller_stands
from openscf.financing.rules.refusals import CLAIM_ALREADY_PAID, RECEIVABLE_DISPUTED
from openscf.financing.service.confirmations import evidence_of, missing_flows, paid_in
from openscf.financing.service.pricing import price_claim
from openscf.financing.store import claims, confirmations
from openscf.financing.store import deals as store
from openscf.financing.store.deals import Kept
from openscf.kernel.calendars import calendar_named, due_day
from openscf.kernel.daycount import Period
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, Rounding, currency
from openscf.trades import Claim, DocumentId, Fingerprinter, StoredDocument

YEAR = dt.timedelta(days=365)

PARTY_UNKNOWN = refusal(
    "document_party_unknown",
    en="The {side} of {number} is not a verified member of the platform.",
    zh="{number} 的{side}不是平台已认证的企业。",
    fix_en="Ask it to join, or correct the code on the document.",
    fix_zh="请邀请其加入平台，或更正单据上的企业代码。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What an application rests on.

    Attributes:
        claim: What the document is worth; None where the register objects to it.
        client, obligor: Seller and buyer, as far as they are members.
        face: What would be financed.
        stated_due_on: When it is due, as the debtor or the document or the application says.
        due_on: The same, rolled.
        reasons: Everything against it; nothing: it is eligible.
        priced: Its price, where the frame prices from credit and enough is known of the claim.
    """

    claim: Claim | None
    client: PartyId | None
    obligor: PartyId | None
    face: Money | None
    stated_due_on: dt.date | None
    due_on: dt.date | None
    reasons: tuple[Refusal, ...]
    priced: Priced | None = None


def judge(
    work: UnitOfWork, programme: Programme, document: DocumentId, *, on: dt.date, fingerprints: Fingerprinter,
    asked_due_on: dt.date | None = None,
) -> Judged:  # fmt: skip
    """Every reason against financing a claim under a frame.

    Args:
        work: The transaction.
        programme: The frame.
        document: The claim, any version.
        on: Business date.
        fingerprints: For look-alikes.
        asked_due_on: Due date of the application, where the document says none.

    Raises:
        Refusal: `document_not_found`.
    """
    weighed = trades.weigh(work, document, fingerprints=fingerprints)
    known, claim = weighed.document, weighed.claim
    objections = [] if weighed.objection is None else [weighed.objection]
    client, obligor = weighed.sides.get(known.seller_key), weighed.sides.get(known.buyer_key)
    members = [one for one in (client, obligor) if one is not None]
    parties.look_at(work, members)
    objections += _strangers(known.document.number, client, obligor)
    of_claim = claims.known(work, known.fingerprint, obligor, versions=weighed.versions)
    said, disputed = of_claim.said, of_claim.disputed
    objections += [] if disputed is None else [RECEIVABLE_DISPUTED(number=disputed.number, reason=disputed.reason)]
    face = None if claim is None else Money(claim.face_minor, currency(claim.unit))
    stated = said.due_on if said is not None else known.document.due_on or asked_due_on
    due_on = None if stated is None else due_day(stated, calendar_named(programme.calendar)).on
    if face is not None:
        paid = paid_in(of_claim.paid, face.currency)
        objections += _paid_off(known.document.number, face, paid)
        face = max(face - paid, Money.zero(face.currency))
    confirmed = said is not None and face is not None and said.face >= face
    # What the debtor itself stands to adds the same to both sides: it can't be what goes beyond its purchases.
    volumes = (None, None) if confirmed else _volumes(work, client, obligor, face=face, on=on)
    liens = weighed.liens
    if not (liens or weighed.alone) and claim is not None:
        objections += _look_alikes(work, known, fingerprints)
    candidate = rules.Candidate(
        number=known.document.number, face=face, currency=programme.currency.code, due_on=due_on,
        asked_due_on=asked_due_on, confirmed_due_on=None if said is None else said.due_on,
        stated_due_on=known.document.due_on, confirmed=confirmed,
        missing=missing_flows(work, document, programme.policy), unverified=parties.unverified_parties(work, members),
        related=_related(work, client, obligor, on=on), encumbered=bool(liens), obligor=str(obligor or ""),
        financed_on_obligor=volumes[0], observed_purchases=volumes[1], objections=tuple(objections),
    )  # fmt: skip
    bounds = rules.Bounds(
        notified=bool(getattr(programme.terms, "notified", False)),
        most_tenor_days=getattr(programme.terms, "most_tenor_days", 365), policy=programme.policy, on=on,
    )  # fmt: skip
    priced = _priced(work, programme, candidate, sides=(client, obligor), on=on)
    against = () if priced is None or priced.objection is None else (priced.objection,)
    return Judged(
        claim=claim, client=client, obligor=obligor, face=face, stated_due_on=stated, due_on=due_on,
        reasons=rules.reasons(candidate, bounds) + against, priced=priced,
    )  # fmt: skip


def _priced(
    work: UnitOfWork, programme: Programme, candidate: rules.Candidate, *, sides: tuple[PartyId | None, PartyId | None],
    on: dt.date,
) -> Priced | None:  # fmt: skip
    """The price of a claim under a frame that prices from credit, as the decision will find it on the same day."""
    (seller, buyer), face, due_on = sides, candidate.face, candidate.due_on
    fits = face is not None and face.currency == programme.currency and due_on is not None and due_on > on
    if programme.policy.pricing is None or seller is None or buyer is None or not fits:
        return None
    assert face is not None, "looked at above"
    assert due_on is not None, "looked at above"
    claim = PricedClaim(
        number=candidate.number, advance=face.times(programme.terms.advance_rate, Rounding.HALF_UP),
        days=(due_on - on).days, confirmed=candidate.confirmed, seller_stands=seller_stands(programme.terms),
    )  # fmt: skip
    return price_claim(work, programme, claim, sides=(seller, buyer), on=on)


def check_purchases(work: UnitOfWork, kept: Kept, *, on: dt.date) -> None:
    """Refuse a deal that would take what is financed on a debtor beyond what it is known to have bought.

    An application was judged before others were accepted, so it is judged again when the offer is taken; those who take
    offers on one debtor take turns. Where the debtor confirms each claim itself there is nothing to judge.

    Raises:
        Refusal: `beyond_observed_purchases`.
    """
    client, obligor = kept.deal.parties.get("client"), kept.deal.parties.get("obligor")
    # An acceptor's signature is its own word, and a tax office buys nothing: only a contract that can be kept from the
    # debtor says in a term of its own whether it is.
    chosen = any(one.name == "notified" for one in dataclasses.fields(kept.deal.terms))
    if obligor is None or not chosen or kept.deal.terms.notified or evidence_of(work, kept).confirmed:
        return
    store.take_turns(work, obligor)
    face = kept.deal.book.face
    financed, observed = _volumes(work, client, obligor, face=face, on=on)
    if financed is not None and observed is not None and financed > observed:
        raise rules.BEYOND_PURCHASES(
            number=kept.deal.book.number, obligor=str(obligor), asked=financed.grouped, observed=observed.grouped
        )


def offer_for(programme: Programme, judged: Judged, *, on: dt.date) -> Offer | None:
    """The price of a claim under a frame; None where its worth or its due date is not known, or the day is past."""
    terms = programme.terms
    if judged.face is None or judged.due_on is None or judged.due_on <= on or not hasattr(terms, "advance_rate"):
        return None
    price = terms.price if judged.priced is None else at_rate(terms, judged.priced.rate).price
    return advance_offer(
        judged.face, price, Period(on, judged.due_on), advance_rate=terms.advance_rate, fee_rate=terms.fee_rate
    )


def _paid_off(number: str, face: Money, paid: Money) -> list[Refusal]:
    if not paid or paid < face:
        return []
    return [CLAIM_ALREADY_PAID(number=number, paid=paid.grouped, face=face.grouped)]


def _strangers(number: str, client: PartyId | None, obligor: PartyId | None) -> list[Refusal]:
    sides = (("seller", client), ("buyer", obligor))
    return [PARTY_UNKNOWN(side=side, number=number) for side, party in sides if party is None]


def _look_alikes(work: UnitOfWork, document: StoredDocument, fingerprints: Fingerprinter) -> list[Refusal]:
    found = trades.look_alikes(work, document, fingerprints=fingerprints)
    return [rules.LOOKS_LIKE(other=other.document.number, score=judged.score) for other, judged in found[:1]]


def _related(work: UnitOfWork, client: PartyId | None, obligor: PartyId | None, *, on: dt.date) -> bool:
    if client is None or obligor is None:
        return False
    return len(set(parties.ultimate_parents(work, [client, obligor], on).values())) == 1


def _volumes(
    work: UnitOfWork, client: PartyId | None, obligor: PartyId | None, *, face: Money | None, on: dt.date
) -> tuple[Money | None, Money | None]:
    """What has been financed on the pair within a year with this claim, and what the debtor itself stands to.

    The debtor's own word counts, and goods that somebody other than the seller signed for; the seller's invoices alone
    prove nothing (PRODUCTS section 6, fraud 2).
    """
    if client is None or obligor is None or face is None:
        return None, None
    financed = store.financed(work, client, obligor, since=on - YEAR, currency=face.currency.code)
    said = confirmations.confirmed(work, obligor, since=on - YEAR)
    observed = trades.proven_purchases(work, obligor, since=on - YEAR, currency=face.currency.code, confirmed=said)
    return Money(financed + face.minor, face.currency), Money(observed, face.currency)
