"""Learning a scorecard: bins, a choice of features, a logistic regression of their weights of evidence, points.

Everything that looks at outcomes (cuts, choice, weights) is done inside `fit`, so that cross-validation, which calls it
for each fold, never shows a test firm to any of it. The settings are the field's usual ones and were not tuned.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from openscf.credit.features._contract import feature_named
from openscf.credit.models.binning import Bins, cut
from openscf.credit.models.calibration import Sigmoid, platt, regression
from openscf.credit.models.folds import folds
from openscf.credit.models.numbers import ppm
from openscf.credit.models.sample import Floats, Integers, Sample
from openscf.credit.models.scorecard import OFFSET_ODDS, OFFSET_POINTS, PDO, Input, Scorecard

LEAST_VALUE: Final = 0.10  # under this information value a feature tells next to nothing (Siddiqi 2006)
MOST_ALIKE: Final = 0.80  # two features whose weights move together more than this say the same twice
MOST_INPUTS: Final = 10
FACTOR: Final = PDO / math.log(2)
RIDGES: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Candidates for the strength of the ridge; folds inside the sample choose among them."""
REPETITIONS: Final = 3


@dataclass(frozen=True, slots=True)
class _Weights:
    intercept: float
    names: tuple[str, ...]
    slopes: tuple[float, ...]
    bins: Mapping[str, Bins]

    def logit(self, sample: Sample) -> Floats:
        """Raw log-odds of default of each firm."""
        found = np.full(len(sample.firms), self.intercept)
        for name, slope in zip(self.names, self.slopes, strict=True):
            found -= slope * self.bins[name].weigh(sample.column(name))
        return found


def fit(sample: Sample, *, name: str, seed: int, trained: Mapping[str, Any] | None = None) -> Scorecard:
    """Learn a scorecard.

    Args:
        sample: Firms with known outcome; all its features are candidates.
        name: What the scorecard is called.
        seed: Of the folds on which its calibration is learned.
        trained: Facts to keep with it.

    Raises:
        Refusal: `unknown_feature`, `sample_too_small`.
    """
    sample.check()
    ridge, unseen = _strength(sample, seed)
    weights = _prepared(sample).learned(ridge)
    sigmoid = platt(unseen, sample.bad)
    facts = {"firms": len(sample.firms), "bad": int(sample.bad.sum()), "seed": seed, **(trained or {})}
    return _pointed(weights, sigmoid, name=name, trained=facts)


def _strength(sample: Sample, seed: int) -> tuple[float, Floats]:
    """The ridge under which firms that were left out are foretold best, and their raw log-odds of default under it.

    The folds are cut several times and the log-odds averaged: in a small sample one cut is a matter of luck.
    """
    found = {ridge: np.zeros(len(sample.firms)) for ridge in RIDGES}
    for number in range(REPETITIONS):
        for train, test in folds(sample.bad, count=5, seed=seed + number):
            prepared, unseen = _prepared(sample.rows(train)), sample.rows(test)
            for ridge in RIDGES:
                found[ridge][test] += prepared.learned(ridge).logit(unseen) / REPETITIONS
    return min(found.items(), key=lambda item: _log_loss(sample.bad, item[1]))


def _log_loss(bad: Integers, logit: Floats) -> float:
    return float(np.mean(np.logaddexp(0.0, logit) - bad * logit))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A sample with its bins and the features that were chosen from it."""

    bad: Integers
    bins: Mapping[str, Bins]
    chosen: tuple[str, ...]
    weighed: Mapping[str, Floats]

    def learned(self, ridge: float) -> _Weights:
        """Regress, and leave out what would pay for what it should charge for, until all weights have their sign."""
        names = list(self.chosen)
        while True:
            columns = [np.ones(len(self.bad)), *(self.weighed[name] for name in names)]
            penalty = np.array([0.0, *[ridge] * len(names)])
            intercept, *slopes = regression(np.column_stack(columns), self.bad.astype(np.float64), penalty=penalty)
            worst = max(zip(slopes, names, strict=True))
            if worst[0] < 0 or len(names) == 1:
                kept = tuple(max(-float(slope), 0.0) for slope in slopes)
                return _Weights(float(intercept), tuple(names), kept, {name: self.bins[name] for name in names})
            names.remove(worst[1])


def _prepared(sample: Sample) -> _Prepared:
    bins = {
        name: cut(sample.column(name), sample.bad, sign=feature_named(name).direction.sign) for name in sample.names
    }
    chosen = _chosen(sample, bins)
    return _Prepared(sample.bad, bins, chosen, {name: bins[name].weigh(sample.column(name)) for name in chosen})


def _chosen(sample: Sample, bins: Mapping[str, Bins]) -> tuple[str, ...]:
    """The most telling features that do not say the same twice; at least one."""
    ranked = sorted(sample.names, key=lambda name: (-bins[name].value, name))
    kept: list[str] = []
    weighed: list[Floats] = []
    for name in ranked:
        column = bins[name].weigh(sample.column(name))
        if kept and (bins[name].value < LEAST_VALUE or any(_alike(column, other) > MOST_ALIKE for other in weighed)):
            continue
        kept.append(name)
        weighed.append(column)
        if len(kept) == MOST_INPUTS:
            break
    return tuple(kept)


def _alike(one: Floats, two: Floats) -> float:
    if one.std() == 0 or two.std() == 0:
        return 1.0
    return abs(float(np.corrcoef(one, two)[0, 1]))


def _pointed(weights: _Weights, sigmoid: Sigmoid, *, name: str, trained: Mapping[str, Any]) -> Scorecard:
    inputs, floor = [], 0.0
    for feature, slope in zip(weights.names, weights.slopes, strict=True):
        bins = weights.bins[feature]
        least = min(*bins.woe, bins.missing_woe)
        floor += slope * least
        points = tuple(round(FACTOR * slope * (weight - least)) for weight in bins.woe)
        missing = min(round(FACTOR * slope * (bins.missing_woe - least)), max(points))
        inputs.append(Input(feature_named(feature), bins, points, missing))
    zero = OFFSET_POINTS - FACTOR * math.log(OFFSET_ODDS)  # points at even odds
    base = round(zero - FACTOR * (weights.intercept - floor))
    most = sum(max(each.points) for each in inputs)
    table = tuple(ppm(sigmoid((zero - points) / FACTOR)) for points in range(base, base + most + 1))
    card = Scorecard(name, base, tuple(inputs), table, trained)
    card.check()
    return card


def probabilities(card: Scorecard, sample: Sample) -> Floats:
    """Probability of default of each firm of a sample."""
    return np.array([card.score(sample.values(row)).pd_ppm / 1e6 for row in range(len(sample.firms))])


def counts(card: Scorecard, sample: Sample) -> dict[str, Integers]:
    """How many firms of a sample lie in each bin of each input, the missing ones last."""
    found = {}
    for each in card.inputs:
        column = sample.column(each.feature.name)
        places = [each.bins.place(float(value)) for value in column]
        size = len(each.points) + 1
        found[each.feature.name] = np.bincount([place % size for place in places], minlength=size).astype(np.int64)
    return found
