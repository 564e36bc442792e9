"""Learning the model of late payment from receivables whose outcome is known by a day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from openscf.credit.late_payment.history import Receivable, signals_of
from openscf.credit.late_payment.model import LatePaymentModel
from openscf.credit.models.calibration import regression
from openscf.credit.models.sample import LEAST_OF_A_KIND, SAMPLE_TOO_SMALL, Floats

RIDGE: Final = 1.0
QUANTILES: Final = (0.1, 0.9)


def fit_late_payment(
    receivables: Sequence[Receivable], *, known_on: dt.date, grace_days: int = 0, facts: Mapping[str, Any] | None = None
) -> LatePaymentModel:
    """Learn from what was known on a day: invoices before it, settled before it or overdue on it.

    Args:
        receivables: All that there are; what was issued on that day or later is not looked at, and what was settled on
            it or later is still open.
        known_on: The day.
        grace_days: Days past due that are tolerated: late is what is paid after them, or not at all.
        facts: What else is written down of where it comes from: its name, the snapshot.

    Raises:
        Refusal: `sample_too_small`.
    """
    seen = [_as_of(each, known_on) for each in receivables if each.issued_on < known_on]
    told = [(each, signals, each.is_late(known_on, grace_days=grace_days)) for each, signals in signals_of(seen)]
    rows = [(each, signals) for each, signals, is_late in told if is_late is not None]
    late = np.array([float(is_late) for _, _, is_late in told if is_late is not None])
    if min(late.sum(), len(late) - late.sum()) < LEAST_OF_A_KIND:
        raise SAMPLE_TOO_SMALL(count=len(late), bad=int(late.sum()), least=LEAST_OF_A_KIND)
    x = np.array([signals for _, signals in rows])
    means, scales = x.mean(axis=0), np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    design = np.column_stack([np.ones(len(x)), (x - means) / scales])
    penalty = np.array([0.0, *[RIDGE] * x.shape[1]])
    weights = regression(design, late, penalty=penalty)
    # What is overdue and open has taken at least so long; leaving it out would make everybody look prompt.
    took = np.array([float(((each.settled_on or known_on) - each.issued_on).days) for each, _ in rows])
    slopes = _linear(design, took, penalty)
    low, high = np.quantile(took - design @ slopes, QUANTILES)
    counted = {"as_of": known_on.isoformat(), "receivables": len(rows), "late": int(late.sum())}
    return LatePaymentModel(
        _tuple(means), _tuple(scales), _tuple(weights), _tuple(slopes), (float(low), float(high)),
        {**(facts or {}), **counted}, grace_days,
    )  # fmt: skip


def _as_of(each: Receivable, day: dt.date) -> Receivable:
    if each.settled_on is None or each.settled_on < day:
        return each
    return Receivable(
        id=each.id, debtor=each.debtor, issued_on=each.issued_on, due_on=each.due_on, amount_minor=each.amount_minor,
        electronic=each.electronic,
    )  # fmt: skip


def _linear(design: Floats, target: Floats, penalty: Floats) -> Floats:
    return np.linalg.solve(design.T @ design + np.diag(penalty), design.T @ target).astype(np.float64)


def _tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
