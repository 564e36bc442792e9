"""The best allocation, as a mixed-integer programme over rate and amount together (scipy's HiGHS).

For each applicant and each rate worth looking at: a switch `y` and a whole number of steps `x`, `lowest·y ≤ x ≤
highest·y`, at most one rate per applicant, all steps within the budget, and the optional bounds on expected loss and
on a segment. A rate is worth looking at unless another one earns at least as much at no more loss; with no bound on
loss, one is left.

The solver works in floats on whole numbers of steps; its answer is rounded to them, checked against every bound in
exact arithmetic, and valued exactly. So the budget can't be passed by a tolerance of the solver.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from openscf.credit.allocation.model import Allocation, AllocationTask, Applicant
from openscf.credit.allocation.rules import check_task, expected_profit, gathered, highest_for, rates_of, worth
from openscf.credit.pricing.demand import DemandPoint
from openscf.kernel.errors import OpenscfError
from openscf.kernel.money import Money, Rounding, round_to_int

GAP: Final = 1e-6  # of the profit: a fen in ten thousand yuan
NOISE: Final = 1e-8  # of a unit: more than PDs on the grid of a billionth and floats can be off together
SECONDS: Final = 60.0  # then the best answer so far, with its bound


class SolverError(OpenscfError):
    """The solver gave no answer, or one that breaks a bound."""


@dataclass(frozen=True, slots=True)
class _Option:
    """One applicant at one rate: what a step of it earns and loses, in minor units."""

    who: int
    point: DemandPoint
    profit: Fraction
    loss: Fraction
    most: int


@dataclass(frozen=True, slots=True)
class _Grid:
    """The demand table in floats, to find the few rates whose exact worth is then computed."""

    points: list[DemandPoint]
    rates: Any
    stays: dict[str, Any]

    @classmethod
    def of(cls, task: AllocationTask) -> "_Grid":
        points = rates_of(task)
        stays = {name: np.array([float(1 - point.churn[name]) for point in points]) for name in task.demand.segments}
        return cls(points, np.array([float(point.rate.per_year) for point in points]), stays)

    def looked_at(self, task: AllocationTask, applicant: Applicant) -> list[DemandPoint]:
        """The rates that may be an option; with no bound on loss only those that earn the most, noise allowed for."""
        if not self.points:
            return []
        pd, cost = applicant.pd_1y, applicant.pd_1y * applicant.lgd + float(task.cost.per_year)
        profits = self.stays[applicant.segment] * ((1 - pd) * self.rates - cost)
        least = -NOISE if task.most_loss is not None else float(profits.max()) - NOISE
        return [self.points[at] for at in np.flatnonzero(profits >= least).tolist()]


def allocate(task: AllocationTask, applicants: Sequence[Applicant], *, seconds: float = SECONDS) -> Allocation:
    """Who gets how much at which rate, so that expected profit is highest.

    Nobody gets a loan that is expected to lose, and nobody who is not lendable.

    Args:
        task: Budget, bounds, rates.
        applicants: Who asks.
        seconds: After so long the best answer so far; its `bound` says how much better another one could be.

    Raises:
        Refusal: As `rules.check_task`.
        SolverError: There was no answer in time.
    """
    check_task(task, applicants)
    grid = _Grid.of(task)
    options = [option for who, one in enumerate(applicants) for option in _options(task, one, who, grid=grid)]
    if not options:
        return gathered(task, (), bound=Money.zero(task.budget.currency))
    found = _solved(task, applicants, options, seconds=seconds)
    steps = [round(value) for value in found.x[len(options) :]]
    chosen = [(option, count) for option, count in zip(options, steps, strict=True) if count > 0]
    _check_answer(task, applicants, chosen)
    loans = [
        expected_profit(
            task,
            applicants[option.who],
            amount=Money(count * task.step.minor, task.step.currency),
            point=option.point,
        )
        for option, count in chosen
    ]
    return gathered(task, loans, bound=_bound(task, found))


def _options(task: AllocationTask, applicant: Applicant, who: int, *, grid: _Grid) -> list[_Option]:
    most = highest_for(task, applicant)
    if not most:
        return []
    worths = [(*worth(task, applicant, point), point) for point in grid.looked_at(task, applicant)]
    earning = sorted((w for w in worths if w[0] > 0), key=lambda w: (-w[0], w[1], w[2].rate))
    kept: list[_Option] = []
    for profit, loss, point in earning:
        if not kept or (task.most_loss is not None and loss * task.step.minor < kept[-1].loss):
            kept.append(_Option(who, point, profit * task.step.minor, loss * task.step.minor, most))
    return kept


def _solved(task: AllocationTask, applicants: Sequence[Applicant], options: list[_Option], *, seconds: float) -> Any:
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - a second of start-up

    count = len(options)
    most = np.array([option.most for option in options], dtype=float)
    profits = np.array([float(option.profit) for option in options])
    matrix, uppers = _rows(task, applicants, options)
    found = milp(
        np.concatenate([np.zeros(count), -profits]),
        integrality=np.ones(2 * count),
        bounds=Bounds(np.zeros(2 * count), np.concatenate([np.ones(count), most])),
        constraints=LinearConstraint(matrix, -np.inf, uppers),
        options={"mip_rel_gap": GAP, "time_limit": seconds},
    )
    if found.x is None:
        raise SolverError(f"no allocation: {found.message}")
    return found


def _rows(task: AllocationTask, applicants: Sequence[Applicant], options: list[_Option]) -> tuple[Any, Any]:
    """The constraints `matrix @ (switches, steps) ≤ uppers`, sparse."""
    from scipy.sparse import csr_array, vstack  # noqa: PLC0415 - as above

    count, step = len(options), task.step.minor
    most, one = np.array([option.most for option in options], dtype=float), np.ones(count)
    at, columns = np.arange(count), np.arange(count)
    owners = np.array([option.who for option in options])

    def part(values: Any, rows: Any, shift: int, *, size: int) -> Any:
        return csr_array((values, (rows, columns + shift)), shape=(size, 2 * count))

    blocks = [
        part(one, at, count, size=count) - part(most, at, 0, size=count),  # x ≤ most · y
        part(one * (task.lowest.minor // step), at, 0, size=count) - part(one, at, count, size=count),  # lowest · y ≤ x
        part(one, owners, 0, size=len(applicants)),  # one rate each
        part(one, np.zeros(count, dtype=int), count, size=1),  # the budget
    ]
    uppers = [np.zeros(2 * count), np.ones(len(applicants)), np.array([task.budget.minor // step], dtype=float)]
    if task.most_loss is not None:
        losses = np.array([float(option.loss) for option in options])
        scale = max(float(losses.max()), 1.0)
        blocks.append(part(losses / scale, np.zeros(count, dtype=int), count, size=1))
        uppers.append(np.array([float(task.most_loss * task.budget.minor) / scale * (1 - 1e-9)]))
    if task.most_in_segment is not None:
        names = {name: place for place, name in enumerate(task.demand.segments)}
        places = np.array([names[applicants[option.who].segment] for option in options])
        blocks.append(part(one, places, count, size=len(names)))
        uppers.append(np.full(len(names), float(task.most_in_segment * task.budget.minor // step)))
    return vstack(blocks), np.concatenate(uppers)


def _bound(task: AllocationTask, found: Any) -> Money | None:
    proved = -float(found.mip_dual_bound)
    if not math.isfinite(proved):
        return None
    return Money(round_to_int(Fraction(proved), Rounding.CEILING), task.budget.currency)


def _check_answer(task: AllocationTask, applicants: Sequence[Applicant], chosen: list[tuple[_Option, int]]) -> None:
    """Every bound once more, exactly."""
    step = task.step.minor
    lent = sum(count for _, count in chosen) * step
    loss = sum((option.loss * count for option, count in chosen), Fraction(0))
    each = [task.lowest.minor <= count * step <= option.most * step for option, count in chosen]
    owners = [option.who for option, _ in chosen]
    by_segment: dict[str, int] = {}
    for option, count in chosen:
        segment = applicants[option.who].segment
        by_segment[segment] = by_segment.get(segment, 0) + count * step
    held = {
        "budget": lent <= task.budget.minor,
        "loan": all(each),
        "one rate each": len(set(owners)) == len(owners),
        "loss": task.most_loss is None or loss <= task.most_loss * task.budget.minor,
        "segment": task.most_in_segment is None
        or max(by_segment.values(), default=0) <= task.most_in_segment * task.budget.minor,
    }
    broken = [name for name, holds in held.items() if not holds]
    if broken:
        raise SolverError(f"the solver's answer breaks: {', '.join(broken)}")
