"""A budget to be lent, those who ask for it, and who gets what."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf.credit.pricing import Demand
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate

NOTHING: Final = Rate.bps(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """One who asks.

    Attributes:
        name: Unique in the task.
        segment: The column of the demand table (in the contest: the rating A, B or C).
        pd_1y: Probability of default over the loan's year, a part of one.
        lgd: Loss given default, a part of one; 1 for an unsecured loan of which nothing comes back.
        lendable: False for whoever must never get a loan (in the contest: rating D).
        most: Its own limit; None for the task's.
    """

    name: str
    segment: str
    pd_1y: float
    lgd: float = 1.0
    lendable: bool = True
    most: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationTask:
    """What is to be solved.

    Attributes:
        budget: All offers together stay within it, whether or not the clients take them.
        lowest: The smallest loan; less is no loan.
        highest: The largest loan.
        step: Loans are whole multiples of it; `lowest` and `highest` are.
        demand: Rates to choose from and the churn at each.
        cost: What a lent unit costs per year beside expected loss: refinancing, capital, work.
        lowest_rate, highest_rate: Only rates between them.
        most_loss: Expected loss of all offers together, as a part of the budget; None for no bound.
        most_in_segment: What one segment may get, as a part of the budget; None for no bound.
    """

    budget: Money
    lowest: Money
    highest: Money
    step: Money
    demand: Demand
    cost: Rate = NOTHING
    lowest_rate: Rate
    highest_rate: Rate
    most_loss: Fraction | None = None
    most_in_segment: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """One offer.

    Attributes:
        applicant: To whom.
        amount: How much.
        rate: One of the demand table's.
        profit: Expected over a year, churn and default counted; exact, in minor units.
        loss: Expected loss over a year of those who take it; exact, in minor units.
    """

    applicant: str
    amount: Money
    rate: Rate
    profit: Fraction
    loss: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Who gets what.

    Attributes:
        loans: By the applicants' order.
        lent: Their sum, never above the budget.
        profit: Expected over a year, rounded once, half-up.
        loss: Expected loss over a year, rounded once, half-up.
        bound: No allocation in these steps can earn more (from the solver); None where nobody proved one.
    """

    loans: tuple[Loan, ...]
    lent: Money
    profit: Money
    loss: Money
    bound: Money | None = None

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "lent": self.lent.as_json(),
            "expected_profit": self.profit.as_json(),
            "expected_loss": self.loss.as_json(),
            "bound": None if self.bound is None else self.bound.as_json(),
            "loans": [
                {"applicant": loan.applicant, "amount": loan.amount.as_json(), "percent": loan.rate.percent_text(2)}
                for loan in self.loans
            ],
        }
