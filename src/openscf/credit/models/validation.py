"""Judging a way of learning: on firms it has not seen (folds), and on a later time than it was learned in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from openscf.credit.models.folds import folds
from openscf.credit.models.measures import MEASURES, Band, auc, bootstrap
from openscf.credit.models.sample import Floats, Integers, Sample
from openscf.credit.models.scored import Model

Learn = Callable[[Sample], Model]
FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Validation:
    """Probabilities of firms by models that had not seen them.

    Attributes:
        bad: 1 where the firm defaulted.
        probability: Of default, averaged over the repetitions.
        rounds: The same of each repetition, (repetitions, firms).
    """

    bad: Integers
    probability: Floats
    rounds: Floats

    def figures(self, *, seed: int) -> dict[str, Any]:
        """Figures with bands, JSON-ready.

        A figure is the mean over the repetitions; its band comes from drawing the firms again, the same firms for all
        repetitions, because cutting the folds again makes no new firms.
        """
        found: dict[str, Any] = {"firms": len(self.bad), "bad": int(self.bad.sum()), "repetitions": len(self.rounds)}
        for name, measure in MEASURES.items():
            found[name] = bootstrap(_mean(measure), self.bad, *self.rounds, seed=seed).as_record()
        return found


def _mean(measure: Callable[..., float]) -> Callable[..., float]:
    return lambda bad, *rounds: sum(measure(bad, one) for one in rounds) / len(rounds)


def cross_validate(learn: Learn, sample: Sample, *, seed: int, repetitions: int = 5) -> Validation:
    """Learn on four fifths and judge on the fifth, five times over, for several cuts into fifths.

    Args:
        learn: Learns from a sample; everything it chooses, it chooses from that sample alone.
        sample: All firms.
        seed: Of the cuts.
        repetitions: How many cuts.
    """
    rounds = np.zeros((repetitions, len(sample.firms)))
    for number in range(repetitions):
        for train, test in folds(sample.bad, count=FOLDS, seed=seed + number):
            rounds[number, test] = predicted(learn(sample.rows(train)), sample.rows(test))
    return Validation(sample.bad, rounds.mean(axis=0), rounds)


def out_of_time(learn: Learn, before: Sample, after: Sample) -> Validation:
    """Learn from what was known before a day and judge on what came after it."""
    found = predicted(learn(before), after)
    return Validation(after.bad, found, found[None, :])


def predicted(model: Model, sample: Sample) -> Floats:
    """Probability of default of each firm by a model."""
    return np.array([model.score(sample.values(row)).pd_ppm / 1e6 for row in range(len(sample.firms))])


@dataclass(frozen=True, slots=True)
class Duel:
    """Champion against challenger on the same unseen firms.

    Attributes:
        champion, challenger: AUC of each.
        gain: How much more the challenger separates, with its band.
        verdict: `promote` if the whole band is above zero, `keep` if it is below, else `undecided`.
    """

    champion: float
    challenger: float
    gain: Band
    verdict: str


def duel(champion: Validation, challenger: Validation, *, seed: int) -> Duel:
    """Compare two models on the firms that both had not seen; the draws are paired."""
    if not np.array_equal(champion.bad, challenger.bad):
        raise ValueError("the two were not judged on the same firms")

    def gained(bad: Integers, new: Floats, old: Floats) -> float:
        return auc(bad, new) - auc(bad, old)

    gain = bootstrap(gained, champion.bad, challenger.probability, champion.probability, seed=seed)
    verdict = "promote" if gain.low > 0 else "keep" if gain.high < 0 else "undecided"
    return Duel(auc(champion.bad, champion.probability), auc(champion.bad, challenger.probability), gain, verdict)
