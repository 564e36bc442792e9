"""What an offer earns, exactly; the checks of a task; and the naive allocation to compare with.

An offer of `x` at rate `r` to a client who stays with probability `s(r)`, defaults with probability `p` and then pays
no interest and loses `lgd` earns `x · s(r) · ((1 − p) · r − p · lgd − cost)` in a year.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from openscf.credit.allocation.model import Allocation, AllocationTask, Applicant, Loan
from openscf.credit.exact import exact_part
from openscf.credit.pricing import best_rate
from openscf.credit.pricing.demand import DemandPoint
from openscf.kernel.errors import Where, refusal
from openscf.kernel.money import Money, Rounding, round_to_int, total

BAD_ALLOCATION_TASK = refusal(
    "bad_allocation_task",
    en="The amounts don't fit: budget {budget}, loans from {lowest} to {highest} in steps of {step}.",
    zh="金额设置有误：总额 {budget}，单笔 {lowest} 至 {highest}，步长 {step}。",
    fix_en="Lowest and highest are multiples of the step, above zero, the lowest not above the highest or the budget.",
    fix_zh="单笔下限与上限须为步长的正整数倍，且下限不得高于上限和总额。",
    status=400,
)
APPLICANT_TWICE = refusal(
    "applicant_twice",
    en="The applicant {name} stands in the list twice.",
    zh="申请人 {name} 在名单中出现两次。",
    fix_en="Keep one row for each applicant.",
    fix_zh="每个申请人只保留一行。",
    status=400,
)


def check_task(task: AllocationTask, applicants: Sequence[Applicant]) -> None:
    """Refuse a task that can't be meant.

    Raises:
        Refusal: `bad_allocation_task`, `applicant_twice`, `unknown_segment`, `bad_risk_figure`, `currency_mismatch`.
    """
    amounts = (task.budget, task.lowest, task.highest)
    ordered = Money.zero(task.step.currency) < task.step <= task.lowest <= min(task.highest, task.budget)
    if not ordered or any(amount.minor % task.step.minor for amount in amounts[1:]):
        raise BAD_ALLOCATION_TASK(
            budget=str(task.budget), lowest=str(task.lowest), highest=str(task.highest), step=str(task.step)
        )
    seen: set[str] = set()
    for one in applicants:
        if one.name in seen:
            raise APPLICANT_TWICE(name=ascii(one.name)[:40], where=Where(field="name"))
        seen.add(one.name)
        exact_part(one.pd_1y, field="pd_1y")
        exact_part(one.lgd, field="lgd")
        if one.lendable:
            task.demand.checked(one.segment)


def rates_of(task: AllocationTask) -> list[DemandPoint]:
    """The rows of the demand table between the task's bounds."""
    return [point for point in task.demand.points if task.lowest_rate <= point.rate <= task.highest_rate]


def worth(task: AllocationTask, applicant: Applicant, point: DemandPoint) -> tuple[Fraction, Fraction]:
    """Expected profit and expected loss of each unit offered at this rate, exact."""
    pd, lgd = exact_part(applicant.pd_1y), exact_part(applicant.lgd)
    stays = 1 - point.churn[applicant.segment]
    profit = stays * ((1 - pd) * point.rate.per_year - pd * lgd - task.cost.per_year)
    return profit, stays * pd * lgd


def highest_for(task: AllocationTask, applicant: Applicant) -> int:
    """The most steps that this applicant may get; 0 if that is below the lowest loan."""
    most = task.highest if applicant.most is None else min(task.highest, applicant.most)
    steps = most.minor // task.step.minor
    return steps if applicant.lendable and steps * task.step.minor >= task.lowest.minor else 0


def expected_profit(task: AllocationTask, applicant: Applicant, *, amount: Money, point: DemandPoint) -> Loan:
    """The offer with what it earns and loses in expectation."""
    profit, loss = worth(task, applicant, point)
    return Loan(
        applicant=applicant.name,
        amount=amount,
        rate=point.rate,
        profit=profit * amount.minor,
        loss=loss * amount.minor,
    )


def gathered(task: AllocationTask, loans: Iterable[Loan], *, bound: Money | None = None) -> Allocation:
    """The allocation of these loans; sums are exact and rounded once."""
    kept = tuple(loans)
    code = task.budget.currency
    lent = total((loan.amount for loan in kept), code)
    assert lent <= task.budget, f"{lent} of {task.budget}"
    profit = round_to_int(sum((loan.profit for loan in kept), Fraction(0)), Rounding.HALF_UP)
    loss = round_to_int(sum((loan.loss for loan in kept), Fraction(0)), Rounding.HALF_UP)
    return Allocation(loans=kept, lent=lent, profit=Money(profit, code), loss=Money(loss, code), bound=bound)


def naive_allocation(task: AllocationTask, applicants: Sequence[Applicant]) -> Allocation:
    """What many contest papers do, to compare with: rank by risk, share the budget in proportion to the rank.

    Each gets the churn-optimal rate of its segment, whatever its risk, and a share of the budget in proportion to its
    rank from the riskiest up, cut to the largest loan and rounded down to a step; a share below the smallest loan is no
    loan.

    Raises:
        Refusal: As `check_task`.
    """
    check_task(task, applicants)
    ranked = sorted((one for one in applicants if highest_for(task, one)), key=lambda one: (one.pd_1y, one.name))
    return gathered(task, _by_rank(task, ranked))


def _by_rank(task: AllocationTask, ranked: Sequence[Applicant]) -> Iterator[Loan]:
    ranks = len(ranked) * (len(ranked) + 1) // 2
    for place, applicant in enumerate(ranked):
        share = Fraction(task.budget.minor * (len(ranked) - place), ranks * task.step.minor)
        steps = min(round_to_int(share, Rounding.DOWN), highest_for(task, applicant))
        amount = Money(steps * task.step.minor, task.step.currency)
        choice = best_rate(task.demand, applicant.segment, lowest=task.lowest_rate, highest=task.highest_rate)
        if amount >= task.lowest and choice is not None:
            point = next(point for point in task.demand.points if point.rate == choice.rate)
            yield expected_profit(task, applicant, amount=amount, point=point)
