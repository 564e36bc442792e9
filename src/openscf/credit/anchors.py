"""A core enterprise's credit, passed on 核心企业信用传递: what its confirmation and the relation to it are worth.

A supplier's claim on an anchor is paid by the anchor. How much of the anchor's credit reaches the supplier's financing
depends on three things:

* *the confirmation*: nothing, the anchor's data alone, its confirmation of the claim, or an irrevocable undertaking
to pay.
  Under the last one the anchor is the obligor: the price is built on it, whatever the supplier and whatever the tier;
* *the depth of the relation*: how long it has lasted, which part of the supplier's sales it is, how much was really
settled; * *the tier*: each further link between the two halves what is passed on.

The three make a weight between 0 and 1, and the effective PD lies that far from the supplier's to the anchor's on a
logarithmic scale: monotone in each of them, and never outside the two. An anchor that is weaker than the supplier lends
it nothing, unless it is the obligor.
"""

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from openscf.credit.basel import checked_figure
from openscf.credit.exact import BILLION, percent
from openscf.credit.wording import Said
from openscf.kernel.errors import Where, refusal
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate

__all__ = [
    "AnchorLink",
    "AnchorWorth",
    "Confirmation",
    "PassedCredit",
    "effective_pd",
    "link_weight",
    "passed_on",
]

FULL_TENURE_MONTHS: Final = 36
FULL_SHARE: Final = Fraction(1, 2)
TIER_KEEPS: Final = Fraction(1, 2)
HALF: Final = Fraction(1, 2)

BAD_ANCHOR_LINK = refusal(
    "bad_anchor_link",
    en="{field}: {value} can't describe a supplier's relation to its core enterprise.",
    zh="{field}：{value} 不能描述供应商与核心企业的关系。",
    fix_en="Months and amounts are zero or more, the share lies between 0 and 1, the tier counts from 1.",
    fix_zh="月数与金额不得为负，占比在 0 至 1 之间，层级从 1 起计。",
    status=400,
)


class Confirmation(enum.IntEnum):
    """What the anchor has said about the claim, the weakest first."""

    NONE = 0
    DATA = 1  # orders, receipts and payments arrive from its own systems
    CONFIRMED = 2  # it has confirmed the claim's amount and due date 确权
    IRREVOCABLE = 3  # it has undertaken to pay, whatever happens between the two 无条件付款承诺


CONFIRMATION_WORTH: Final = {
    Confirmation.NONE: Fraction(0),
    Confirmation.DATA: Fraction(1, 4),
    Confirmation.CONFIRMED: Fraction(3, 5),
    Confirmation.IRREVOCABLE: Fraction(1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorLink:
    """A supplier's relation to an anchor.

    Attributes:
        confirmation: What the anchor has said.
        tenure_months: How long they have traded.
        share: The anchor's part of the supplier's sales, 0 to 1.
        settled: What the anchor's payments of the last twelve months came to.
        financed: What is to be financed; settled trade counts fully once it is that much.
        tier: 1 for a direct supplier, 2 for its supplier, and so on.

    Raises:
        Refusal: `bad_anchor_link`.
    """

    confirmation: Confirmation
    tenure_months: int
    share: Fraction
    settled: Money
    financed: Money
    tier: int = 1

    def __post_init__(self) -> None:
        wrong = {
            "tenure_months": self.tenure_months < 0,
            "share": not 0 <= self.share <= 1,
            "settled": self.settled.minor < 0,
            "financed": self.financed.minor <= 0,
            "tier": self.tier < 1,
        }
        for field, bad in wrong.items():
            if bad:
                raise BAD_ANCHOR_LINK(field=field, value=str(getattr(self, field)), where=Where(field=field))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorWorth:
    """What one element of the relation is worth.

    Attributes:
        element: `confirmation`, `depth`, `tier`, or `anchor` for the whole.
        pd: How much lower the PD is with it than without; a part of one, zero or more.
        price: How much lower the price is, if prices were asked for.
        said: The sentence.
    """

    element: str
    pd: float
    price: Rate | None
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedCredit:
    """The credit that arrives.

    Attributes:
        pd_1y: Effective PD, between the anchor's and the supplier's own.
        weight: How far from the supplier to the anchor, exact.
        obligor_is_anchor: Whether the claim is priced on the anchor alone.
        worths: What each element is worth.
    """

    pd_1y: float
    weight: Fraction
    obligor_is_anchor: bool
    worths: tuple[AnchorWorth, ...]


def passed_on(
    supplier_pd: float, anchor_pd: float, link: AnchorLink, *, price_of: Callable[[float], Rate] | None = None
) -> PassedCredit:
    """The effective PD of a supplier's claim on an anchor, and what each element of the relation is worth.

    Args:
        supplier_pd: The supplier's own one-year PD.
        anchor_pd: The anchor's.
        link: Their relation.
        price_of: The posted rate for a PD, to tell the worth in price as well.

    Raises:
        Refusal: `bad_risk_figure`.
    """
    checked_figure("supplier_pd", supplier_pd, highest=1.0)
    checked_figure("anchor_pd", anchor_pd, highest=1.0)
    weight = link_weight(link)
    pd = effective_pd(supplier_pd, anchor_pd, link)
    without = {
        "confirmation": replace(link, confirmation=_one_weaker(link.confirmation)),
        "depth": replace(link, tenure_months=0, share=Fraction(0), settled=Money.zero(link.settled.currency)),
        "tier": replace(link, tier=link.tier + 1),
    }
    pds = {name: effective_pd(supplier_pd, anchor_pd, other) for name, other in without.items()}
    pds["anchor"] = supplier_pd
    worths = tuple(_worth(name, other, pd, price_of=price_of) for name, other in pds.items())
    obligor = link.confirmation is Confirmation.IRREVOCABLE
    return PassedCredit(pd_1y=pd, weight=weight, obligor_is_anchor=obligor, worths=worths)


def effective_pd(supplier_pd: float, anchor_pd: float, link: AnchorLink) -> float:
    """The PD that the claim is priced on: between the two, nearer to the anchor's the more of its credit arrives."""
    if link.confirmation is Confirmation.IRREVOCABLE:
        return anchor_pd
    if anchor_pd >= supplier_pd:
        return supplier_pd
    weight = float(link_weight(link))
    # A PD of nothing has no logarithm: a billionth stands in for it. On the grid of billionths the noise of the
    # logarithm is gone, so that more credit never gives a PD that is higher by a last bit.
    low, high = max(anchor_pd, 1 / BILLION), max(supplier_pd, 1 / BILLION)
    between = math.exp((1 - weight) * math.log(high) + weight * math.log(low))
    return min(max(round(between * BILLION) / BILLION, anchor_pd), supplier_pd)


def link_weight(link: AnchorLink) -> Fraction:
    """How much of the anchor's credit arrives, 0 to 1, exact: confirmation × depth × tier; 1 if irrevocable."""
    if link.confirmation is Confirmation.IRREVOCABLE:
        return Fraction(1)
    return CONFIRMATION_WORTH[link.confirmation] * link_depth(link) * TIER_KEEPS ** (link.tier - 1)


def link_depth(link: AnchorLink) -> Fraction:
    """The depth of the relation, one half for a stranger whose claim is confirmed to 1.

    Tenure, share and settled volume count 40, 30 and 30 per cent of the other half; each is full at three years, at
    half of the supplier's sales, and at as much settled in a year as is to be financed.
    """
    tenure = min(Fraction(link.tenure_months, FULL_TENURE_MONTHS), Fraction(1))
    share = min(link.share / FULL_SHARE, Fraction(1))
    volume = min(link.settled.ratio_to(link.financed), Fraction(1))
    return HALF + HALF * (4 * tenure + 3 * share + 3 * volume) / 10


def _one_weaker(confirmation: Confirmation) -> Confirmation:
    return Confirmation(max(confirmation - 1, 0))


def _worth(element: str, other: float, pd: float, *, price_of: Callable[[float], Rate] | None) -> AnchorWorth:
    saved = max(other - pd, 0.0)
    price = None if price_of is None else Rate(price_of(other).per_year - price_of(pd).per_year)
    names = {
        "confirmation": ("What the anchor says, over the next weaker form", "核心企业的确认（与较弱一级相比）"),
        "depth": ("The time, share and volume of the relation", "合作年限、占比与结算量"),
        "tier": ("Being one link nearer to the anchor", "距核心企业近一层"),
        "anchor": ("The anchor's credit altogether", "核心企业信用合计"),
    }  # fmt: skip
    en, zh = names[element]
    points, gain = percent(saved, 3), "" if price is None else price.percent_text(2)
    tail_en = "" if price is None else f" and {gain} points of price"
    tail_zh = "" if price is None else f"、价格 {gain} 个百分点"
    said = Said(f"{en}: worth {points} of default probability{tail_en}.", f"{zh}：降低违约概率 {points}{tail_zh}。")
    return AnchorWorth(element=element, pd=saved, price=price, said=said)
