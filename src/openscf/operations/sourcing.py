"""Where money comes from: for one invoice all its sources side by side, and for a funder what is on offer to it."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf import financing, parties, trades
from openscf.db import UnitOfWork
from openscf.financing import PRODUCTS, Judged, Kept, Offer, Priced, Programme
from openscf.kernel.calendars import calendar_named, due_day
from openscf.kernel.daycount import Period
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate, implied_rate
from openscf.parties import Asked, Permission
from openscf.trades import DocumentId, Fingerprinter

BUYER_MUST_ISSUE = refusal(
    "buyer_must_issue",
    en="A voucher is issued by the buyer: {buyer} has not issued one for {number}.",
    zh="电子凭证须由买方开立：{buyer} 尚未就 {number} 开立凭证。",
    fix_en="Ask the buyer to pay this invoice with a voucher.",
    fix_zh="请买方以电子凭证支付该发票。",
    status=409,
)
PAYABLE_NOT_APPROVED = refusal(
    "payable_not_approved",
    en="The buyer has not approved {number} in this programme.",
    zh="买方尚未在该项目中确认应付 {number}。",
    fix_en="Ask the buyer to approve the payable.",
    fix_zh="请买方确认该笔应付账款。",
    status=409,
)
NO_FACILITY = refusal(
    "no_facility",
    en="There is no open facility for you under this programme.",
    zh="贵方在该项目下尚无已启用的融资池。",
    fix_en="Ask the funder to open one.",
    fix_zh="请资金方开立融资池。",
    status=409,
)
POOL_OPEN: Final = ("active", "drawn")
UNFUNDED: Final = ("proposed", "verified", "accepted", "approved", "sold")
"""States of a claim on which no funder has paid yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One way to money for an invoice.

    Attributes:
        programme: The frame.
        provider: Whose money it is.
        kind: `funder`, `buyer` (its own cash, for a discount) or `voucher`.
        cash_now: What reaches the account today, net of everything that is taken then.
        cash_later: What is left for the client on the due day, if the debtor pays then.
        cost: Everything that it costs.
        all_in: The same a year, simple over 360 days, on the cash received; None where nothing is received early.
        reasons: What stands against it; nothing: it can be had now.
        priced: How its rate came about, where the frame prices from credit.
    """

    programme: Programme
    provider: PartyId
    kind: str
    face: Money
    cash_now: Money
    cash_later: Money
    cost: Money
    all_in: Rate | None
    due_on: dt.date
    days: int
    reasons: tuple[Refusal, ...]
    priced: Priced | None = None

    def cost_percent_text(self) -> str:
        """Cost as a part of the face, in per cent; nothing of a claim on which nothing is owed any more."""
        if not self.face:
            return Rate(Fraction(0)).percent_text()
        return Rate(Fraction(self.cost.minor, self.face.minor)).percent_text()


@dataclass(frozen=True, slots=True)
class _Asking:
    work: UnitOfWork
    document: DocumentId
    on: dt.date
    fingerprints: Fingerprinter
    due_on: dt.date | None


def compare_sources(
    work: UnitOfWork, document: DocumentId, *, client: PartyId, on: dt.date, fingerprints: Fingerprinter,
    due_on: dt.date | None = None,
) -> tuple[Source, ...]:  # fmt: skip
    """All sources of money for one invoice of a supplier, the most cash for the least cost first; nothing is kept.

    Args:
        work: The transaction; its actor makes requests for the supplier.
        document: The invoice.
        client: The supplier.
        on: Business date.
        fingerprints: For look-alikes.
        due_on: When it is due, where nobody said it yet.

    Raises:
        Refusal: `document_not_found`, also for somebody else's.
    """
    person = parties.acting_person(work)
    known = trades.current_version(work, document)
    sold_by = trades.parties_of(work, [known.seller_key]).get(known.seller_key)
    if sold_by != client or not parties.may(work, person, Asked(Permission.VIEW, client, on)):
        raise trades.DOCUMENT_NOT_FOUND(document=str(document))
    asking = _Asking(work, document, on, fingerprints, due_on)
    offices = parties.offices_of(work, client)
    found: list[Source] = []
    for frame in financing.programmes(work):
        reckon = _KINDS.get(frame.product)
        mine = financing.frame_relations(frame, PRODUCTS.get(frame.product), party=client, offices=offices, on=on)
        if reckon is not None and mine & {"client", "payee"} and financing.in_force(frame, on):
            found += reckon(asking, frame)
    return tuple(sorted(found, key=_order))


def _order(source: Source) -> tuple[Any, ...]:
    rate = source.all_in.per_year if source.all_in is not None else 0
    return (bool(source.reasons), -source.cash_now.minor, rate, str(source.programme.id))


def _judged(asking: _Asking, frame: Programme) -> Judged | None:
    """What is known of the invoice under a frame; None where the frame is made for other debtors."""
    judged = financing.judge(
        asking.work, frame, asking.document, on=asking.on, fingerprints=asking.fingerprints, asked_due_on=asking.due_on
    )
    debtor = frame.parties.get("obligor", frame.parties.get("issuer"))
    other = debtor is not None and debtor != judged.obligor
    return None if other or judged.face is None or judged.due_on is None or judged.due_on <= asking.on else judged


def _advanced(asking: _Asking, frame: Programme) -> Iterator[Source]:
    judged = _judged(asking, frame)
    offer = None if judged is None else financing.offer_for(frame, judged, on=asking.on)
    if judged is None or offer is None:
        return
    yield Source(
        programme=frame, provider=frame.parties.get("funder", frame.owner), kind="funder", face=offer.face,
        cash_now=offer.cash_now, cash_later=offer.cash_later, cost=offer.cost, all_in=offer.all_in,
        due_on=offer.due_on, days=offer.days, reasons=judged.reasons + _beside(asking, frame, judged),
        priced=judged.priced,
    )  # fmt: skip


def _beside(asking: _Asking, frame: Programme, judged: Judged) -> tuple[Refusal, ...]:
    """What a frame asks for besides a good claim: an approved payable, an open facility."""
    number = trades.current_version(asking.work, asking.document).document.number
    if frame.product == "reverse_factoring":
        deals = financing.deals_of_document(asking.work, asking.document)
        approved = any(kept.deal.programme == frame.id and kept.deal.state == "approved" for kept in deals)
        return () if approved else (PAYABLE_NOT_APPROVED(number=number),)
    if frame.product == "receivables_pool":
        open_ones = financing.find_deals(
            asking.work,
            party=judged.client,
            role="client",
            product=frame.product,
            over=False,
            states=("active", "drawn"),
        )
        return () if any(kept.deal.programme == frame.id for kept in open_ones) else (NO_FACILITY(),)
    return ()


def _discounted(asking: _Asking, frame: Programme) -> Iterator[Source]:
    judged = _judged(asking, frame)
    known = trades.current_version(asking.work, asking.document).document
    if judged is None or judged.obligor is None or frame.owner != judged.obligor:
        return
    if judged.client is not None and not financing.early_pay_offered(asking.work, frame, judged.client):
        return  # an offer to others is none
    assert judged.face is not None, "looked at above"
    assert judged.due_on is not None, "looked at above"
    reasons = tuple(one for one in judged.reasons if one.code in _ANY_BUYER)
    discount = financing.early_discount(
        frame.terms, judged.face, issued_on=known.issued_on or asking.on, due_on=judged.due_on, on=asking.on
    )
    cash, days = judged.face - discount, Period(asking.on, judged.due_on).days
    if not discount:
        return
    yield Source(
        programme=frame, provider=judged.obligor, kind="buyer", face=judged.face, cash_now=cash,
        cash_later=Money.zero(cash.currency), cost=discount, all_in=implied_rate(discount, on=cash, days=days),
        due_on=judged.due_on, days=days, reasons=reasons,
    )  # fmt: skip


def _vouched(asking: _Asking, frame: Programme) -> Iterator[Source]:
    judged = _judged(asking, frame)
    if (
        judged is None
        or judged.obligor is None
        or ("issuer" in frame.parties and frame.parties["issuer"] != judged.obligor)
    ):
        return
    assert judged.face is not None, "looked at above"
    assert judged.due_on is not None, "looked at above"
    number = trades.current_version(asking.work, asking.document).document.number
    nothing = Money.zero(judged.face.currency)
    buyer = parties.find_party(asking.work, judged.obligor).name
    yield Source(
        programme=frame, provider=judged.obligor, kind="voucher", face=judged.face, cash_now=nothing,
        cash_later=judged.face, cost=nothing, all_in=None, due_on=judged.due_on,
        days=Period(asking.on, judged.due_on).days, reasons=(BUYER_MUST_ISSUE(buyer=buyer, number=number),),
    )  # fmt: skip


_KINDS: Final[Mapping[str, Callable[[_Asking, Programme], Iterator[Source]]]] = {
    "factoring": _advanced,
    "reverse_factoring": _advanced,
    "receivables_pool": _advanced,
    "dynamic_discounting": _discounted,
    "payables_voucher": _vouched,
}
"""Products that turn an invoice into money, and how each is reckoned."""
_ANY_BUYER: Final = frozenset({"encumbered", "claim_already_paid", "document_void", "looks_like_financed"})
"""Reasons that also keep a buyer from paying early; it needs nobody's confirmation but its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A claim that a funder could pay for.

    Attributes:
        kept: The deal, not funded yet.
        offer: What it would come to on that day; None where it is past its due day, or its rate is still to be set.
        next_steps: What its product allows now.
    """

    kept: Kept
    offer: Offer | None
    next_steps: tuple[str, ...]


def opportunities(
    work: UnitOfWork, funder: PartyId, *, on: dt.date, after: financing.DealId | None = None, most: int = 100
) -> list[Opportunity]:
    """What suppliers brought or anchors approved under a funder's frames and nobody has paid for, oldest first."""
    page = financing.find_deals(
        work, party=funder, role="funder", states=UNFUNDED, over=False, after=after, most=most
    )  # fmt: skip
    return [
        Opportunity(
            kept=kept, offer=None if financing.rate_is_open(work, kept.deal) else _offer_of(kept, on),
            next_steps=tuple(sorted(PRODUCTS.get(kept.deal.product).lifecycle.allowed(kept.deal.state))),
        )
        for kept in page
    ]  # fmt: skip


def _offer_of(kept: Kept, on: dt.date) -> Offer | None:
    book: Any = kept.deal.book
    due_on = getattr(book, "due_on", None)
    face = getattr(book, "face", None)
    if due_on is None or face is None or not hasattr(kept.deal.terms, "fee_rate"):
        return None
    rolled = due_day(due_on, calendar_named(kept.calendar)).on
    if rolled <= on:
        return None
    terms: Any = kept.deal.terms
    return financing.advance_offer(
        face, terms.price, Period(on, rolled), advance_rate=terms.advance_rate, fee_rate=terms.fee_rate
    )
