"""What is known of the credit behind a claim, gathered for the frame's price; and the price of a deal told again.

Evaluations are looked up as the house does for its own rules, without asking who may see them: what a door shows of
them is for the door to decide. Each firm's is read once in a transaction, so that an offer and the decision after it
rest on the same one whatever is judged meanwhile.
"""

import datetime as dt
import json
from collections.abc import Collection
from fractions import Fraction
from typing import Any

from openscf import credit, parties
from openscf.credit import Confirmation, Evaluation
from openscf.db import UnitOfWork
from openscf.financing.fields import read
from openscf.financing.model import Deal, Event, Evidence
from openscf.financing.model.pricing import CreditKnown, CreditPricing, Judgement, Paying, Relation
from openscf.financing.model.programme import Programme
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules import pricing as rules
from openscf.financing.rules.pricing import Priced, PricedClaim
from openscf.financing.service import permitting
from openscf.financing.store import deals as store
from openscf.financing.store import programmes
from openscf.financing.store.deals import EventRow, Kept
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Currency, Money, Rounding
from openscf.parties import Asked, Permission

Sides = tuple[PartyId, PartyId]
"""Seller and buyer."""


def credit_known(
    work: UnitOfWork, terms: CreditPricing, *, seller: PartyId, buyer: PartyId, on: dt.date, money: Currency
) -> CreditKnown:
    """All that a price follows from beside the claim, as it is known on a day.

    Args:
        work: The transaction, of the house.
        terms: Of the frame's pricing.
        seller: Of the claim.
        buyer: Who owes it.
        on: Business date.
        money: Currency of the deal.
    """
    oldest = on - dt.timedelta(days=terms.most_age_days)
    of_seller, of_buyer = (_judged(work, party, on, oldest=oldest) for party in (seller, buyer))
    return CreditKnown(
        terms=terms, seller=_judgement(of_seller), buyer=_judgement(of_buyer),
        relation=None if of_seller is None else _relation(of_seller, buyer, money),
        data_points=None if of_seller is None else _points(of_seller),
        paying=None if of_seller is None else _paying(of_seller, buyer),
    )  # fmt: skip


def gather_judged(work: UnitOfWork, subjects: Collection[PartyId], on: dt.date) -> None:
    """Read the evaluations of many firms by one statement, for `credit_known` of each claim among them."""
    found = credit.newest_evaluations(work, subjects, on)
    for party in subjects:
        work.know(_fact(party, on), found.get(party))


def price_claim(work: UnitOfWork, programme: Programme, claim: PricedClaim, *, sides: Sides, on: dt.date) -> Priced:
    """What a claim would cost under a frame that prices from credit."""
    assert programme.policy.pricing is not None, "the caller has looked"
    known = credit_known(
        work, programme.policy.pricing, seller=sides[0], buyer=sides[1], on=on, money=programme.currency
    )
    return rules.priced(known, claim)


def noted(work: UnitOfWork, deal: Deal, event: Event, *, evidence: Evidence) -> Evidence:
    """The evidence with what is known of the credit, for the step that sets the rate; unchanged for any other."""
    if event.name != PRODUCTS.get(deal.product).prices or deal.programme is None:
        return evidence
    frame = programmes.get(work, deal.programme)
    terms = None if frame is None else frame.policy.pricing
    if terms is None:
        return evidence
    known = credit_known(
        work, terms, seller=deal.parties["client"], buyer=deal.parties["obligor"], on=event.on, money=deal.currency
    )
    notes = {**evidence.notes, rules.PRICE_NOTE: rules.noted(known)}
    return Evidence(
        confirmed=evidence.confirmed, confirmed_due_on=evidence.confirmed_due_on, missing=evidence.missing, notes=notes
    )


def price_of_deal(work: UnitOfWork, kept: Kept) -> Priced | None:
    """How the rate of a deal came about, computed again from what was kept with the decision that set it.

    None where the frame states its rate, and before the rate is set.
    """
    deal, step = kept.deal, PRODUCTS.get(kept.deal.product).prices
    frame = None if deal.programme is None else programmes.get(work, deal.programme)
    if not step or frame is None or frame.policy.pricing is None:
        return None
    rows = [row for row in store.events(work, deal.id) if row.command == step]
    return _again(rows[-1], deal) if rows else None


def may_see_parts(work: UnitOfWork, deal: Deal) -> bool:
    """Whether the actor may see what a price is made of: the installation, the operator's people and the funder's."""
    if work.context.actor.startswith(permitting.SYSTEM_ACTOR):
        return True
    person, on = parties.acting_person(work), parties.business_date(work.at)
    return parties.may(work, person, Asked(Permission.VIEW, deal.parties["funder"], on))


def rate_is_open(work: UnitOfWork, deal: Deal) -> bool:
    """Whether the rate of a deal is still to follow from credit: what its contract says until then is no price."""
    product = PRODUCTS.get(deal.product)
    frame = None if deal.programme is None else programmes.get(work, deal.programme)
    priced = frame is not None and frame.policy.pricing is not None
    return priced and product.prices in product.lifecycle.allowed(deal.state)


def _again(row: EventRow, deal: Deal) -> Priced | None:
    evidence = read(Evidence, json.loads(row.inputs)["evidence"], money=deal.currency)
    note = evidence.notes.get(rules.PRICE_NOTE)
    if note is None:
        return None
    product = PRODUCTS.get(deal.product)
    terms: Any = read(product.terms, json.loads(row.terms), money=deal.currency)
    book: Any = read(product.book, json.loads(row.book), money=deal.currency)
    claim = PricedClaim(
        number=book.number, advance=book.face.times(terms.advance_rate, Rounding.HALF_UP),
        days=(book.due_on - row.value_on).days, confirmed=evidence.confirmed, seller_stands=rules.seller_stands(terms),
    )  # fmt: skip
    return rules.priced(rules.known_from(note, deal.currency), claim)


def _fact(party: PartyId, on: dt.date) -> tuple[Any, ...]:
    return ("financing.judged", party, on)


def _judged(work: UnitOfWork, party: PartyId, on: dt.date, *, oldest: dt.date) -> Evaluation | None:
    found = work.once(_fact(party, on), lambda: credit.newest_evaluations(work, [party], on).get(party))
    return None if found is None or found.as_of < oldest else found


def _judgement(found: Evaluation | None) -> Judgement | None:
    return None if found is None else Judgement(evaluation=str(found.id), as_of=found.as_of, pd_ppb=found.pd_ppb)


def _relation(found: Evaluation, buyer: PartyId, money: Currency) -> Relation | None:
    """How the seller's evaluation describes its relation to this buyer; None where it does not.

    Settled amounts are counted in the currency of the assessed limit; in another one they do not count.
    """
    for known, told in zip(found.inputs["anchors"], found.answer["anchors"], strict=False):
        if known["party"] != str(buyer):
            continue
        counted = told["elements"][0]["limit_gain"]["currency"]
        settled = known["settled_minor"] if counted == money.code else 0
        return Relation(
            told=Confirmation[known["confirmation"].upper()] >= Confirmation.DATA, tier=known["tier"],
            tenure_months=known["tenure_months"], share=Fraction(known["share"]), settled=Money(settled, money),
        )  # fmt: skip
    return None


def _paying(found: Evaluation, buyer: PartyId) -> Paying | None:
    """How late the buyer pays, as the seller's evaluation has it; None where nobody else tells."""
    for known in found.inputs["anchors"]:
        if known["party"] == str(buyer) and known.get("late_ppm") is not None:
            days = Fraction(known["late_days"])
            return Paying(expectation=str(found.id), as_of=found.as_of, late_ppm=known["late_ppm"], days=days)
    return None


def _points(found: Evaluation) -> int | None:
    """What others confirm of the seller's data: its own telling earns nothing here, or it could lower its own price."""
    quality = found.inputs["quality"]
    return None if quality is None else credit.quality_from(quality).confirmed_points
