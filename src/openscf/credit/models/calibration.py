"""Logistic regression with a ridge, and from a score to a probability: Platt's sigmoid on firms not seen before."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from openscf.credit.models.numbers import logistic
from openscf.credit.models.sample import Floats, Integers

_STEPS: Final = 100
_RIDGE: Final = 1e-3  # keeps the slope finite where the scores separate the sample completely


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """probability = logistic(intercept + slope * logit).

    Attributes:
        intercept, slope: Its two numbers; slope 1 and intercept 0 change nothing.
    """

    intercept: float
    slope: float

    def __call__(self, logit: float) -> float:
        """The probability of default for a model's raw log-odds of default."""
        return logistic(self.intercept + self.slope * logit)


def regression(design: Floats, target: Floats, *, penalty: Floats, prior: Floats | None = None) -> Floats:
    """Weights of a logistic regression with a ridge towards `prior`, by Newton's method.

    Args:
        design: (rows, columns); put ones into a column to have an intercept.
        target: Between 0 and 1, (rows,).
        penalty: Strength of the ridge on each column.
        prior: Where the ridge pulls to; by default zero.

    Returns:
        The weights that minimise Σ log-loss + Σ penalty · (weight - prior)² / 2.
    """
    towards = np.zeros(design.shape[1]) if prior is None else prior
    weights = towards.copy()
    for _ in range(_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(design @ weights, -35, 35)))
        slope = design.T @ (fitted - target) + penalty * (weights - towards)
        curve = design.T @ (design * (fitted * (1 - fitted))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        size = float(np.abs(step).max())
        weights = weights - step * min(1.0, 5.0 / max(size, 1e-300))  # a far start must not be thrown out of bounds
        if size < 1e-10:
            break
    return weights


def platt(logit: Floats, bad: Integers) -> Sigmoid:
    """Fit the sigmoid with Platt's smoothed targets.

    Args:
        logit: Raw log-odds of default of firms that were not in the fit.
        bad: 1 where the firm defaulted.

    Returns:
        The sigmoid; its slope is never negative, so that the order of the scores stays.

    Source:
        Platt (1999), with the targets (n+ + 1) / (n+ + 2) and 1 / (n- + 2).
    """
    count = int(bad.sum())
    rest = len(bad) - count
    target = np.where(bad == 1, (count + 1) / (count + 2), 1 / (rest + 2))
    design = np.column_stack([np.ones(len(logit)), logit])
    prior = np.array([math.log((count + 1) / (rest + 1)), 1.0])
    weights = regression(design, target, penalty=np.full(2, _RIDGE), prior=prior)
    return Sigmoid(float(weights[0]), max(float(weights[1]), 0.05))
