"""Judging the model of late payment on invoices that came after those it was learned from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openscf.credit.late_payment.history import Receivable, signals_of
from openscf.credit.late_payment.model import LatePaymentModel
from openscf.credit.models.measures import Band, auc, bootstrap, brier
from openscf.credit.models.sample import Floats, Integers


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


def _late(each: Receivable, grace_days: int) -> int:
    return int(each.settled_on is None or (each.settled_on - each.due_on).days > grace_days)
