"""What a price is made of."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from openscf.credit.basel import IrbRisk
from openscf.credit.incentives import DataQuality
from openscf.credit.pricing.demand import Demand
from openscf.credit.wording import Said
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate

BASE: Final = Rate.bps(300)
CAPITAL_COST: Final = Rate.bps(1200)
OPERATING_COST: Final = Rate.bps(50)
MARGIN: Final = Rate.bps(80)
NOTHING: Final = Rate.bps(0)
HIGHEST: Final = Rate.bps(1200)  # four times a one-year LPR of 3.0 %


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePolicy:
    """The platform's or a funder's terms.

    Attributes:
        base: What money costs: the funder's transfer price, the LPR.
        capital_ratio: Own funds held per risk-weighted asset; 10.5 % is Basel III with the conservation buffer.
        capital_cost: What owners want on those funds; the base, which the funds earn themselves, is taken off.
        operating_cost: Running cost per year.
        handling: Fixed cost of one loan, spread over its amount and time; None for none.
        margin: What is to be earned beyond all cost, where no demand table chooses it.
        lowest: No rate below.
        highest: No rate above; four times the one-year LPR is what courts protect (最高人民法院, 2020).
        scaling: On capital; 1.06 under Basel II as of 2006.
    """

    base: Rate = BASE
    capital_ratio: Fraction = Fraction(105, 1000)
    capital_cost: Rate = CAPITAL_COST
    operating_cost: Rate = OPERATING_COST
    handling: Money | None = None
    margin: Rate = MARGIN
    lowest: Rate = NOTHING
    highest: Rate = HIGHEST
    scaling: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How late a receivable is expected to be paid.

    Attributes:
        late_ppm: Probability that it is paid after it is due, in millionths.
        days: Expected days beyond the due day, exact; zero or more.
    """

    late_ppm: int
    days: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRequest:
    """What is to be priced.

    Attributes:
        risk: PD, LGD and class of whoever must pay; its maturity is replaced by the tenor.
        tenor_days: From value to due date, counted on ACT/360; above 0.
        amount: Needed where the policy has a fixed handling cost.
        quality: The client's data-quality score; None for no reward.
        demand: Churn by rate; None for the policy's margin.
        segment: The column of `demand` that the client belongs to.
        lateness: How late the receivable is expected to be paid; None where nobody foretells it.
    """

    risk: IrbRisk
    tenor_days: int
    amount: Money | None = None
    quality: DataQuality | None = None
    demand: Demand | None = None
    segment: str = ""
    lateness: Lateness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceComponent:
    """One line of a price.

    Attributes:
        name: Stable: `base`, `expected_loss`, `capital`, `operating_cost`, `handling`, `late_payment`, `margin`,
            `data_reward`, `bounds`, `rounding`.
        rate: What it adds, exact; negative where it takes off.
        reason: How it came about.
        figures: The numbers in it, as text.
    """

    name: str
    rate: Rate
    reason: Said
    figures: dict[str, str] = field(default_factory=dict)

    def as_record(self) -> dict[str, Any]:
        """JSON-ready; the rate exact and in per cent."""
        return {
            "name": self.name,
            "rate": self.rate.as_json(),
            "percent": self.rate.percent_text(4),
            "reason": self.reason.as_record(),
            "figures": self.figures,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A posted rate and what it is made of: the components sum to it exactly.

    Attributes:
        rate: Posted, a whole number of basis points, half-up.
        components: In the order of their naming, rounding last.
        covers_cost: False when `highest` lies below what the loan costs: it should not be made.
    """

    rate: Rate
    components: tuple[PriceComponent, ...]
    covers_cost: bool

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "rate": self.rate.as_json(),
            "percent": self.rate.percent_text(2),
            "covers_cost": self.covers_cost,
            "components": [component.as_record() for component in self.components],
        }
