"""Judging the model of late payment on invoices that came after those it was learned from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from openscf.credit.late_payment.fit import fit_late_payment
from openscf.credit.late_payment.history import Receivable, signals_of
from openscf.credit.late_payment.model import LatePaymentModel
from openscf.credit.models.measures import Band, auc, bootstrap, brier
from openscf.credit.models.sample import Floats, Integers
from openscf.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class LateFigures:
    """How good a model of late payment is.

    Attributes:
        receivables, late: How many, and how many of them were late.
        auc, brier: With their bands.
        days_error: Mean absolute error of the expected days.
        terms_error: The same if every receivable were expected on its due day.
        within: Share that was paid within the stated span of days; four of five are meant to be.
        bad: 1 where late, and `probability`, by receivable.
    """

    receivables: int
    late: int
    auc: Band
    brier: Band
    days_error: float
    terms_error: float
    within: float
    bad: Integers
    probability: Floats


def judged(
    model: LatePaymentModel, history: Sequence[Receivable], test: Sequence[Receivable], *, seed: int
) -> LateFigures:
    """Judge a model on receivables that were settled since.

    Args:
        model: The model.
        history: Everything that may be known about the debtors, also the test's own receivables once they are settled.
        test: What to judge on; each must be settled.
        seed: Of the bands.
    """
    wanted = {each.id for each in test}
    rows = [(each, model.expect(each, signals)) for each, signals in signals_of(history) if each.id in wanted]
    bad = np.array([_late(each, model.grace_days) for each, _ in rows], np.int64)
    probability = np.array([found.late_ppm / 1e6 for _, found in rows])
    paid = [(each, found) for each, found in rows if each.settled_on is not None]
    took = np.array([(each.settled_on - each.issued_on).days for each, _ in paid if each.settled_on is not None])
    expected = np.array([found.days for _, found in paid])
    terms = np.array([(each.due_on - each.issued_on).days for each, _ in paid])
    inside = [found.early_days <= days <= found.late_days for days, (_, found) in zip(took, paid, strict=True)]
    return LateFigures(
        receivables=len(rows),
        late=int(bad.sum()),
        auc=bootstrap(auc, bad, probability, seed=seed),
        brier=bootstrap(brier, bad, probability, seed=seed),
        days_error=float(np.abs(took - expected).mean()),
        terms_error=float(np.abs(took - terms).mean()),
        within=float(np.mean(inside)),
        bad=bad,
        probability=probability,
    )


def figures_of(receivables: Sequence[Receivable], *, known_on: dt.date, grace_days: int, seed: int) -> dict[str, Any]:
    """Figures of a model that knew only the first three quarters of the invoices, on those that came since.

    Args:
        receivables: What the model in question is learned from.
        known_on: The day as of which outcomes are known.
        grace_days: Days past due that are tolerated.
        seed: Of the bands.

    Returns:
        JSON-ready; without figures where there is too little to learn from, or to judge on.
    """
    days = sorted(each.issued_on for each in receivables if each.issued_on < known_on)
    if not days:
        return {"receivables": 0, "late": 0}
    cut = days[len(days) * 3 // 4]
    later = [each for each in receivables if cut <= each.issued_on < known_on and _is_known(each, known_on, grace_days)]
    counted = {"from": cut.isoformat(), "receivables": len(later)}
    try:
        model = fit_late_payment(receivables, known_on=cut, grace_days=grace_days)
    except Refusal:
        return counted
    late = sum(_late(each, grace_days) for each in later)
    if not 0 < late < len(later) or not any(each.settled_on for each in later):
        return {**counted, "late": late}
    found = judged(model, receivables, later, seed=seed)
    return {
        **counted, "late": found.late, "auc": found.auc.as_record(), "brier": found.brier.as_record(),
        "days_error": f"{found.days_error:.2f}", "terms_error": f"{found.terms_error:.2f}",
        "within": f"{found.within:.4f}",
    }  # fmt: skip


def _is_known(each: Receivable, known_on: dt.date, grace_days: int) -> bool:
    return each.is_late(known_on, grace_days=grace_days) is not None


def _late(each: Receivable, grace_days: int) -> int:
    return int(each.settled_on is None or (each.settled_on - each.due_on).days > grace_days)
