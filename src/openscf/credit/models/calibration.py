"""Logistic regression with a ridge, and from a score to a probability: Platt's sigmoid on firms not seen before."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from openscf.credit.models.numbers import logistic
from openscf.credit.models.sample import Floats, Integers

_STEPS: Final = 100
_TINY: Final = 1e-10
_PULL: Final = np.array([1e-3, 1.0])  # of the level to the base rate, and of the slope to one
_LEAST_SLOPE: Final = 0.05


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

    def cost(at: Floats) -> float:
        logit = design @ at
        return float(np.sum(np.logaddexp(0.0, logit) - target * logit) + np.sum(penalty * (at - towards) ** 2) / 2)

    for _ in range(_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(design @ weights, -35, 35)))
        slope = design.T @ (fitted - target) + penalty * (weights - towards)
        curve = design.T @ (design * (fitted * (1 - fitted))[:, None]) + np.diag(penalty + _TINY)
        step = np.linalg.solve(curve, slope)
        share = 1.0
        # A full step from afar may overshoot; half of it, or half of that, never does on a convex cost.
        while share > _TINY and cost(weights - share * step) > cost(weights):
            share /= 2
        weights = weights - share * step
        if float(np.abs(share * step).max()) < _TINY:
            break
    return weights


def platt(logit: Floats, bad: Integers) -> Sigmoid:
    """Fit the sigmoid with Platt's smoothed targets.

    Args:
        logit: Raw log-odds of default of firms that were not in the fit.
        bad: 1 where the firm defaulted.

    Returns:
        The sigmoid. Its slope is drawn towards one, and never negative, so that the order of the scores stays; scores
        that tell nothing become the base rate.

    Source:
        Platt (1999), with the targets (n+ + 1) / (n+ + 2) and 1 / (n- + 2).
    """
    count = int(bad.sum())
    rest = len(bad) - count
    target = np.where(bad == 1, (count + 1) / (count + 2), 1 / (rest + 2))
    centre = float(logit.mean())
    design = np.column_stack([np.ones(len(logit)), logit - centre])
    prior = np.array([math.log((count + 1) / (rest + 1)), 1.0])
    level, slope = regression(design, target, penalty=_PULL, prior=prior)
    if slope < _LEAST_SLOPE:
        slope = _LEAST_SLOPE
        level = _level(slope * (logit - centre), target, start=float(prior[0]))
    return Sigmoid(float(level - slope * centre), float(slope))


def _level(offset: Floats, target: Floats, *, start: float) -> float:
    """The intercept under which the mean probability is the mean of the targets, by Newton."""
    level = start
    for _ in range(_STEPS):
        fitted = 1 / (1 + np.exp(-(level + offset)))
        level -= float(np.sum(fitted - target) / np.sum(fitted * (1 - fitted)))
    return level
