"""How good a model is: separation, calibration, and how far chance alone could move either."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from openscf.credit.models.sample import Floats, Integers

BOOTSTRAPS: Final = 1000


@dataclass(frozen=True, slots=True)
class Band:
    """A figure with its confidence band.

    Attributes:
        value: The figure.
        low, high: Between them it lies in 95 of 100 samples like this one.
    """

    value: float
    low: float
    high: float

    def as_record(self) -> dict[str, str]:
        """JSON-ready, four digits."""
        return {name: f"{getattr(self, name):.4f}" for name in ("value", "low", "high")}


def auc(bad: Integers, risk: Floats) -> float:
    """Area under the ROC curve: the chance that a bad firm is rated riskier than a good one; ties count half."""
    order = np.argsort(risk, kind="stable")
    ranked = risk[order]
    start = np.searchsorted(ranked, ranked, side="left")
    end = np.searchsorted(ranked, ranked, side="right")
    ranks = np.empty(len(risk))
    ranks[order] = (start + end + 1) / 2
    count = int(bad.sum())
    rest = len(bad) - count
    return float((ranks[bad == 1].sum() - count * (count + 1) / 2) / (count * rest))


def kolmogorov_smirnov(bad: Integers, risk: Floats) -> float:
    """Largest distance between the distributions of bad and good firms over the score."""
    levels = np.unique(risk)
    behind = [np.searchsorted(np.sort(risk[bad == kind]), levels, side="left") for kind in (0, 1)]
    return float(np.max(behind[0] / np.sum(bad == 0) - behind[1] / np.sum(bad == 1)))


def brier(bad: Integers, probability: Floats) -> float:
    """Mean squared error of the probability (Brier 1950): 0 is perfect, the base rate's variance is nothing known."""
    return float(np.mean((probability - bad) ** 2))


def roc(bad: Integers, risk: Floats) -> tuple[Floats, Floats, Floats]:
    """Thresholds, hit rates and false-alarm rates, from the riskiest firm down."""
    levels = np.unique(risk)[::-1]
    hits = np.array([0.0, *(np.mean(risk[bad == 1] >= level) for level in levels)])
    alarms = np.array([0.0, *(np.mean(risk[bad == 0] >= level) for level in levels)])
    return np.array([np.inf, *levels]), hits, alarms


def reliability(bad: Integers, probability: Floats, *, groups: int = 5) -> list[tuple[float, float, int]]:
    """Mean probability, share of bad firms and number of firms in each of equally large groups by probability."""
    order = np.argsort(probability, kind="stable")
    parts = np.array_split(order, min(groups, len(order)))
    return [(float(probability[part].mean()), float(bad[part].mean()), len(part)) for part in parts]


def bootstrap(
    measure: Callable[..., float], bad: Integers, *columns: Floats, seed: int, rounds: int = BOOTSTRAPS
) -> Band:
    """A measure with its band: firms drawn again with replacement, good and bad apart (percentile bootstrap).

    Args:
        measure: Takes `bad` and the columns.
        bad: 1 where the firm defaulted.
        columns: What else the measure takes, by firm.
        seed: Of the draws: the same seed, the same band.
        rounds: How many draws.
    """
    chance = np.random.default_rng(seed)
    kinds = [np.flatnonzero(bad == kind) for kind in (0, 1)]
    found = np.empty(rounds)
    for number in range(rounds):
        drawn = np.concatenate([chance.choice(kind, len(kind)) for kind in kinds])
        found[number] = measure(bad[drawn], *(column[drawn] for column in columns))
    low, high = np.quantile(found, [0.025, 0.975])
    return Band(measure(bad, *columns), float(low), float(high))


MEASURES: Final[Mapping[str, Callable[..., float]]] = {"auc": auc, "ks": kolmogorov_smirnov, "brier": brier}
"""What is told of every model."""
