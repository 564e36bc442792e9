"""How a frame prices its deals from credit, and what is known when one of them is priced.

What is known is written down with the decision, terms of pricing included, so that the rate is computed again from it
without asking anybody: neither a later evaluation nor a later frame changes what was decided.
"""

import datetime as dt
import enum
from dataclasses import dataclass
from fractions import Fraction

from openscf.credit import AssetClass
from openscf.financing.fields import field_of
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate


class RiskOf(enum.Enum):
    """Whose default a price is built on."""

    BY_RECOURSE = "by_recourse"  # as the contract says who stands for the claim
    SELLER = "seller"  # the seller alone, whatever its buyer has said
    BUYER = "buyer"  # the buyer who has confirmed, else the weaker of the two


class Beyond(enum.Enum):
    """What happens where nobody knows the risk, or the highest rate does not cover what the deal costs."""

    HIGHEST = "highest"  # it is lent at the highest rate
    REFUSE = "refuse"  # it is not lent


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPricing:
    """A funder's terms for prices that follow from credit: base + expected loss + capital + cost + margin.

    The bounds keep a worse risk from ever being cheaper: more own funds at a dearer price than these would let the
    saving on capital at very high PDs outgrow the expected loss.
    """

    base: Rate = field_of("What money costs the funder", "资金成本", unit="% a year", most=Rate.bps(3600))
    highest: Rate = field_of("No rate above", "利率上限", unit="% a year", most=Rate.bps(3600))
    lowest: Rate = field_of("No rate below", "利率下限", unit="% a year", default=Rate.bps(0), most=Rate.bps(3600))
    operating_cost: Rate = field_of(
        "Running cost", "运营成本", unit="% a year", default=Rate.bps(50), most=Rate.bps(3600)
    )
    margin: Rate = field_of(
        "Earned beyond all cost", "利润率", unit="% a year", default=Rate.bps(80), most=Rate.bps(3600)
    )
    handling: Money | None = field_of("Fixed cost of one deal, spread over it", "单笔手续成本", default=None)
    lgd: Fraction = field_of(
        "Lost of the advance after a default", "违约损失率", default=Fraction(45, 100), least=Fraction(0),
        most=Fraction(1),
    )  # fmt: skip
    asset_class: AssetClass = field_of(
        "Class of the exposure, which chooses the correlation", "风险暴露类别", default=AssetClass.CORPORATE
    )
    capital_ratio: Fraction = field_of(
        "Own funds per risk-weighted asset", "资本充足率", default=Fraction(105, 1000), least=Fraction(0),
        most=Fraction(1, 4),
    )  # fmt: skip
    capital_cost: Rate = field_of(
        "What owners want on own funds", "资本成本", unit="% a year", default=Rate.bps(1200), most=Rate.bps(3000)
    )
    risk_of: RiskOf = field_of("Whose default counts", "以谁的违约概率定价", default=RiskOf.BY_RECOURSE)
    beyond: Beyond = field_of(
        "Where nobody knows the risk, or the highest rate does not cover the cost",
        "无人知其风险，或利率上限不足以覆盖成本时",
        default=Beyond.HIGHEST,
    )
    most_age_days: int = field_of(
        "An older evaluation counts as none", "评估有效天数（过期视为无评估）", default=365, least=1, most=1095,
        unit="days",
    )  # fmt: skip
    rewards_data: bool = field_of(
        "Good data that others confirm lower the margin", "经他方佐证的优质数据可降低利润率", default=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an evaluation says of a firm.

    Attributes:
        evaluation: Which (`evl_…`).
        as_of: Its day.
        pd_ppb: One year's PD, parts per billion; None where nobody knows anything of the firm.
    """

    evaluation: str = field_of("Evaluation", "评估编号")
    as_of: dt.date = field_of("Its day", "评估日")
    pd_ppb: int | None = field_of("One-year PD, parts per billion", "一年期违约概率（十亿分之一）", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How seller and buyer stand to each other, as others tell of it; from the seller's evaluation.

    Attributes:
        told: The buyer's own data tell of most of the seller's sales to it.
        tenure_months: How long they have traded.
        share: The buyer's part of the seller's sales of a year.
        settled: What the buyer paid within a year.
        tier: 1 for a direct supplier.
    """

    told: bool = field_of("The buyer's own data tell of the sales", "买方系统数据可印证销售")
    tenure_months: int = field_of("Months of trade", "合作月数")
    share: Fraction = field_of("The buyer's part of the sales", "占销售额比例")
    settled: Money = field_of("Paid by the buyer within a year", "一年内结算金额")
    tier: int = field_of("1 for a direct supplier", "层级", default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """How late the buyer is expected to pay, by the payments that are known of it.

    Attributes:
        expectation: Where it is written down.
        as_of: What was known on that day.
        late_ppm: Probability of a late payment, in millionths.
        days: Expected days beyond the due day.
    """

    expectation: str = field_of("Expectation", "预期编号")
    as_of: dt.date = field_of("Its day", "预期日")
    late_ppm: int = field_of("Probability of a late payment, in millionths", "逾期概率（百万分之一）")
    days: Fraction = field_of("Expected days beyond the due day", "预期逾期天数", least=Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditKnown:
    """All that a price follows from beside the claim itself.

    Attributes:
        terms: Of pricing, as the frame had them.
        seller, buyer: Who judged them last, as known on that day; None: nobody, or too long ago.
        relation: None where nobody independent tells of one.
        data_points: The seller's data-quality score, of what others confirm alone; None for no reward.
        paying: None where nobody foretells how late the buyer pays.
    """

    terms: CreditPricing = field_of("Terms of pricing", "定价条款")
    seller: Judgement | None = field_of("What is known of the seller", "卖方评估", default=None)
    buyer: Judgement | None = field_of("What is known of the buyer", "买方评估", default=None)
    relation: Relation | None = field_of("Their relation", "买卖双方关系", default=None)
    data_points: int | None = field_of("Data quality, as others confirm it", "数据质量分（经他方佐证）", default=None)
    paying: Paying | None = field_of("How late the buyer pays", "买方付款预期", default=None)
