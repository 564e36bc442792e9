"""Learning the models of a sample and judging them on firms they have not seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openscf.credit.models.boosted import fit_boosted
from openscf.credit.models.sample import Sample
from openscf.credit.models.scorecard_fit import fit as fit_scorecard
from openscf.credit.models.scored import Model
from openscf.credit.models.validation import Duel, Validation, cross_validate, duel

Fit = Callable[..., Model]
LEARNERS: Final[Mapping[str, Fit]] = {"scorecard": fit_scorecard, "boosted": fit_boosted}
"""The champion's form first, then the challenger's."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model with what is known of it.

    Attributes:
        model: The model, learned from all firms.
        validation: Probabilities by models that were learned without the firm.
        figures: Figures of those, with bands, JSON-ready.
    """

    model: Model
    validation: Validation
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contest:
    """What was learned from a sample.

    Attributes:
        trained: By form: `scorecard`, and `boosted` if there is a challenger.
        duel: The comparison of the two.
    """

    trained: Mapping[str, Trained]
    duel: Duel | None


def train_models(
    sample: Sample,
    *,
    name: str,
    seed: int,
    facts: Mapping[str, Any],
    challenger: bool = True,
    repetitions: int = 5,
    progress: Callable[[str], None] = lambda _: None,
) -> Contest:
    """Learn a scorecard and, if wanted, a challenger, and judge both by the same folds.

    Args:
        sample: Firms with known outcome.
        name: What the models are called; the form is added.
        seed: Of folds and bands.
        facts: What is kept with the models: snapshot, cut-off, currency.
        challenger: Whether to learn boosted trees as well.
        repetitions: How many times the folds are cut.
        progress: Told the form before each step.

    Raises:
        Refusal: `unknown_feature`, `sample_too_small`, `boosting_unavailable`.
    """
    trained = {}
    for form, learn in LEARNERS.items():
        if form == "boosted" and not challenger:
            continue
        progress(form)
        model = learn(sample, name=f"{name}-{form}", seed=seed, trained=facts)
        judged = cross_validate(_learner(learn, name, seed), sample, seed=seed, repetitions=repetitions)
        trained[form] = Trained(model, judged, judged.figures(seed=seed))
    if not challenger:
        return Contest(trained, None)
    contest = duel(trained["scorecard"].validation, trained["boosted"].validation, seed=seed)
    return Contest(trained, contest)


def _learner(learn: Fit, name: str, seed: int) -> Callable[[Sample], Model]:
    return lambda part: learn(part, name=name, seed=seed)
