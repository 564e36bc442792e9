"""What a claim costs whoever sells it, where the frame prices from credit: pure, from what is known to the rate.

    seller's PD, buyer's PD, confirmation, relation ──▶ the PD that counts ──▶ base + expected loss + capital + cost
    + margin, within the frame's bounds ──▶ the rate of the contract, a whole number of basis points

*Whose default counts.* With recourse both owe it: the seller's own PD, lowered towards a better buyer's as far as that
one's word, the relation and the tier pass its credit on (`credit.effective_pd`); a weaker buyer lowers and raises
nothing, for the seller stands in. Without recourse, or with a limited one, the buyer's insolvency stays with the
funder, and a dispute about the goods falls back on the seller: the weaker of that and the buyer counts. So recourse
never makes a claim dearer, nor does a confirmation.

*Where nobody knows.* A seller nobody has judged is no good risk: the frame's highest rate applies, or the claim is
refused, as the frame says. A buyer nobody has judged passes nothing on.

Source: PRODUCTS 5.4; `credit.pricing`, `credit.anchors`.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf import credit
from openscf.credit import BILLION, AnchorLink, Confirmation, Price, Said
from openscf.financing.fields import read, write
from openscf.financing.model.pricing import Beyond, CreditKnown, CreditPricing, RiskOf
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.money import Currency, Money, Rounding, round_to_int
from openscf.kernel.rates import Rate

PRICE_NOTE: Final = "pricing"
"""Under this name what is known stands among the notes of the evidence, as canonical JSON."""
ALL: Final = Fraction(1)

SELLER_CREDIT_UNKNOWN = refusal(
    "seller_credit_unknown",
    en="Nobody has judged the credit of the seller of {number} lately, and this programme sets its prices by it.",
    zh="{number} 的卖方近期没有信用评估，而本项目依据信用定价。",
    fix_en="Bring in documents that others confirm: firms are judged anew each night.",
    fix_zh="请补充经他方佐证的单据；企业信用每晚重新评估。",
    status=409,
)
BUYER_CREDIT_UNKNOWN = refusal(
    "buyer_credit_unknown",
    en="Nobody has judged the credit of the buyer of {number} lately, and this programme sets its prices by it.",
    zh="{number} 的买方近期没有信用评估，而本项目依据信用定价。",
    fix_en="Choose a claim on a buyer who is known here, or a programme with recourse.",
    fix_zh="请选择平台已评估的买方的应收账款，或选择有追索权的项目。",
    status=409,
)
PRICE_BEYOND_HIGHEST = refusal(
    "price_beyond_highest",
    en="The highest rate of this programme, {highest} % a year, does not cover what {number} costs.",
    zh="本项目利率上限为年 {highest}%，不足以覆盖 {number} 的成本。",
    fix_en="Have the buyer confirm it, or choose a claim on a stronger buyer.",
    fix_zh="请由买方确权，或选择信用更好的买方的应收账款。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedClaim:
    """A claim, as far as its price goes.

    Attributes:
        number: Of the document.
        advance: What is to be lent on it.
        days: From the day of pricing to the due day, rolled; above 0.
        confirmed: The buyer has confirmed it.
        seller_stands: For which part of the debt the seller stands: 1 with recourse, 0 without.
    """

    number: str
    advance: Money
    days: int
    confirmed: bool
    seller_stands: Fraction = ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The price of a claim.

    Attributes:
        rate: Of the contract.
        pd_ppb: The PD that counted, parts per billion; None where nobody knows the risk.
        price: Its parts; None likewise.
        objection: Why the frame does not lend at it.
        known, claim: What it follows from.
    """

    rate: Rate
    pd_ppb: int | None
    price: Price | None
    objection: Refusal | None
    known: CreditKnown
    claim: PricedClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceWorth:
    """What one element of the relation to the buyer is worth in a price.

    Attributes:
        element: `confirmation`, `depth`, `tier`, or `anchor` for the whole.
        saved_bps: Basis points off the rate, beside the same claim without it.
        saved_ppb: Likewise of the PD, in parts per billion.
        said: The sentence; it tells no PD.
    """

    element: str
    saved_bps: int
    saved_ppb: int
    said: Said


def priced(known: CreditKnown, claim: PricedClaim) -> Priced:
    """Price a claim from what is known of seller and buyer."""
    pd = pd_that_counts(known, claim)
    if pd is None:
        highest = known.terms.highest.per_year * 10_000
        rate = Rate(Fraction(round_to_int(highest, Rounding.FLOOR), 10_000))
        return Priced(
            rate=rate, pd_ppb=None, price=None, objection=_unknown(known, claim), known=known, claim=claim
        )  # fmt: skip
    found = _price(known, claim, pd)
    dear = known.terms.beyond is Beyond.REFUSE and not found.covers_cost
    highest_text = known.terms.highest.percent_text(2)
    against = PRICE_BEYOND_HIGHEST(number=claim.number, highest=highest_text) if dear else None
    return Priced(rate=found.rate, pd_ppb=pd, price=found, objection=against, known=known, claim=claim)


def pd_that_counts(known: CreditKnown, claim: PricedClaim) -> int | None:
    """The PD of one year that the price is built on, parts per billion; None where nobody knows it."""
    seller, buyer = _ppb(known, "seller"), _ppb(known, "buyer")
    if known.terms.risk_of is RiskOf.SELLER:
        return seller
    if known.terms.risk_of is RiskOf.BUYER and claim.confirmed:
        return buyer
    if seller is None:
        return None
    passed = seller if buyer is None else _passed(seller, buyer, link_of(known, claim))
    if known.terms.risk_of is RiskOf.BY_RECOURSE and claim.seller_stands >= ALL:
        return passed
    return None if buyer is None else max(passed, buyer)


def link_of(known: CreditKnown, claim: PricedClaim) -> AnchorLink:
    """The relation that passes the buyer's credit on; of a stranger, where nobody independent tells of one."""
    relation, nothing = known.relation, Money.zero(claim.advance.currency)
    told = Confirmation.NONE if relation is None or not relation.told else Confirmation.DATA
    return AnchorLink(
        confirmation=Confirmation.CONFIRMED if claim.confirmed else told,
        tenure_months=0 if relation is None else relation.tenure_months,
        share=Fraction(0) if relation is None else min(relation.share, ALL),
        settled=nothing if relation is None else relation.settled,
        financed=_at_least_a_fen(claim.advance), tier=1 if relation is None else relation.tier,
    )  # fmt: skip


def worths_of(found: Priced) -> tuple[PriceWorth, ...]:
    """What the buyer's word, the depth of the relation and the tier are worth in a price they enter; else nothing."""
    known = found.known
    seller, buyer = _ppb(known, "seller"), _ppb(known, "buyer")
    if seller is None or buyer is None or known.terms.risk_of is RiskOf.SELLER:
        return ()
    if known.terms.risk_of is RiskOf.BUYER and found.claim.confirmed:
        return ()
    least = 0 if known.terms.risk_of is RiskOf.BY_RECOURSE and found.claim.seller_stands >= ALL else buyer

    def rate_at(pd: float) -> Rate:
        return _price(known, found.claim, max(round(pd * BILLION), least)).rate

    passed = credit.passed_on(seller / BILLION, buyer / BILLION, link_of(known, found.claim), price_of=rate_at)
    return tuple(_worth(one.element, one.price or Rate(Fraction(0)), saved=one.pd) for one in passed.worths)


def sentences_of(found: Priced) -> tuple[Said, ...]:
    """What the rate rests on and what would lower it, for whoever pays it: no PD, no cost, no margin."""
    said, known = [_rests_on(found)], found.known
    if not found.claim.confirmed:
        other = priced(known, dataclasses.replace(found.claim, confirmed=True))
        if other.rate < found.rate:
            now, then = found.rate.percent_text(2), other.rate.percent_text(2)
            said.append(
                Said(
                    f"If the buyer confirms this claim, the rate is {then} % instead of {now} %.",
                    f"若买方确权，利率将由 {now}% 降为 {then}%。",
                )
            )
    if _ppb(known, "seller") is not None and _ppb(known, "buyer") is None and known.terms.risk_of is not RiskOf.SELLER:
        said.append(
            Said(
                "Nobody has judged the buyer yet: a buyer of known, better credit lowers the rate.",
                "买方尚无信用评估；买方信用良好且可核实时，利率可降低。",
            )
        )
    if found.price is not None and known.paying is not None and known.paying.days > 0:
        said.append(
            Said(
                "The buyer is expected to pay late, which costs: a claim on a prompt payer is cheaper.",
                "预计买方逾期付款，占用资金有成本；付款及时的买方利率更低。",
            )
        )
    return tuple(said)


def parts_of(found: Priced) -> tuple[Mapping[str, Any], ...]:
    """The parts of the price, JSON-ready: base, expected loss, capital, cost, margin; they sum to the rate."""
    return () if found.price is None else tuple(one.as_record() for one in found.price.components)


def noted(known: CreditKnown) -> str:
    """What is known, as it is kept with the decision: canonical JSON, exact."""
    return canonical_json(write(known)).decode()


def known_from(note: str, money: Currency) -> CreditKnown:
    """What `noted` wrote down, for a deal in this currency."""
    return read(CreditKnown, json.loads(note), money=money)


def at_rate(terms: Any, rate: Rate) -> Any:
    """The contract at another rate."""
    if any(one.name == "rate" for one in dataclasses.fields(terms)):
        return dataclasses.replace(terms, rate=rate)
    return dataclasses.replace(terms, price=dataclasses.replace(terms.price, rate=rate))


def seller_stands(terms: Any) -> Fraction:
    """For which part of the debt the seller stands, by its contract; nothing where that does not say."""
    return Fraction(getattr(terms, "seller_stands", 0))


def _ppb(known: CreditKnown, who: str) -> int | None:
    judged = known.seller if who == "seller" else known.buyer
    return None if judged is None else judged.pd_ppb


def _passed(seller: int, buyer: int, link: AnchorLink) -> int:
    return credit.parts_per_billion(credit.effective_pd(seller / BILLION, buyer / BILLION, link))


def _price(known: CreditKnown, claim: PricedClaim, pd_ppb: int) -> Price:
    terms = known.terms
    risk = credit.IrbRisk(
        pd_1y=pd_ppb / BILLION, lgd=float(terms.lgd), asset_class=terms.asset_class, self_liquidating=True
    )
    points, paying = known.data_points, known.paying
    request = credit.PriceRequest(
        risk=risk, tenor_days=claim.days, amount=_at_least_a_fen(claim.advance),
        quality=None if points is None or not terms.rewards_data else credit.DataQuality(points, points),
        lateness=None if paying is None else credit.Lateness(late_ppm=paying.late_ppm, days=paying.days),
    )  # fmt: skip
    return credit.price(request, policy_of(terms))


def policy_of(terms: CreditPricing) -> credit.PricePolicy:
    """The same terms, as the pricing of credit takes them."""
    return credit.PricePolicy(
        base=terms.base, capital_ratio=terms.capital_ratio, capital_cost=terms.capital_cost,
        operating_cost=terms.operating_cost, handling=terms.handling, margin=terms.margin, lowest=terms.lowest,
        highest=terms.highest,
    )  # fmt: skip


def _unknown(known: CreditKnown, claim: PricedClaim) -> Refusal | None:
    if known.terms.beyond is not Beyond.REFUSE:
        return None
    alone = known.terms.risk_of is RiskOf.BUYER and claim.confirmed
    kind = BUYER_CREDIT_UNKNOWN if alone or _ppb(known, "seller") is not None else SELLER_CREDIT_UNKNOWN
    return kind(number=claim.number)


def _rests_on(found: Priced) -> Said:
    known, rate = found.known, found.rate.percent_text(2)
    if found.pd_ppb is None:
        return Said(
            f"{rate} % a year, this programme's highest: nobody has judged the credit that it rests on lately.",
            f"年利率 {rate}%，为本项目上限：定价所依据的信用近期无评估。",
        )
    if known.terms.risk_of is RiskOf.BUYER and found.claim.confirmed:
        return Said(f"{rate} % a year, on the buyer's credit.", f"年利率 {rate}%，依据买方信用。")
    if known.terms.risk_of is RiskOf.SELLER or _ppb(known, "buyer") is None:
        return Said(f"{rate} % a year, on the seller's own credit.", f"年利率 {rate}%，依据卖方自身信用。")
    if found.claim.confirmed:
        return Said(
            f"{rate} % a year, on the seller's credit and on that of the buyer, who has confirmed.",
            f"年利率 {rate}%，依据卖方信用及已确权买方的信用。",
        )
    return Said(
        f"{rate} % a year, on the seller's credit and, without its confirmation, little of the buyer's.",
        f"年利率 {rate}%，依据卖方信用；买方未确权，其信用作用有限。",
    )


_ELEMENTS: Final = {
    "confirmation": ("The buyer's word, beside the next weaker form", "买方确权（与较弱一级相比）"),
    "depth": ("Time, share and volume of the relation", "合作年限、占比与结算量"),
    "tier": ("Being one link nearer to the buyer", "距买方近一层"),
    "anchor": ("The buyer's credit altogether", "买方信用合计"),
}


def _worth(element: str, price: Rate, *, saved: float) -> PriceWorth:
    points = int(price.per_year * 10_000)  # posted rates are whole basis points, so is their difference
    en, zh = _ELEMENTS[element]
    said = Said(f"{en}: {points} basis points off the rate.", f"{zh}：利率低 {points} 个基点。")
    return PriceWorth(element=element, saved_bps=points, saved_ppb=round(saved * BILLION), said=said)


def _at_least_a_fen(advance: Money) -> Money:
    return max(advance, Money(1, advance.currency))
