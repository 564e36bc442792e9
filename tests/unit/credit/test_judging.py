"""Figures of models: published formulas, bands from seeds, no look at what is tested."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from openscf.credit import cross_validate, duel, fit_boosted, fit_scorecard, out_of_time, stability_index, verdict
from openscf.credit.models.measures import auc, bootstrap, brier, kolmogorov_smirnov, reliability, roc
from openscf.credit.models.sample import Sample
from tests.unit.credit.conftest import synthetic


@pytest.mark.parametrize("seed", range(5))
def test_figures_agree_with_scikit_learn(seed):
    """An independent implementation as oracle, ties included."""
    chance = np.random.default_rng(seed)
    bad = chance.integers(0, 2, 80)
    risk = np.round(chance.random(80), 1)
    assert auc(bad, risk) == pytest.approx(roc_auc_score(bad, risk))
    assert brier(bad, risk) == pytest.approx(brier_score_loss(bad, risk))
    _, hits, alarms = roc(bad, risk)
    assert np.trapezoid(hits, alarms) == pytest.approx(auc(bad, risk))
    assert kolmogorov_smirnov(bad, risk) == pytest.approx(np.max(hits - alarms), abs=1e-12)


def test_bands_come_from_their_seed_and_hold_the_figure():
    chance = np.random.default_rng(3)
    bad = (chance.random(100) < 0.3).astype(np.int64)
    risk = chance.random(100) + 0.4 * bad
    band = bootstrap(auc, bad, risk, seed=1, rounds=300)
    assert band == bootstrap(auc, bad, risk, seed=1, rounds=300)
    assert band.low < band.value < band.high <= 1
    assert bootstrap(auc, bad, risk, seed=2, rounds=300) != band


def test_groups_of_the_reliability_diagram_hold_every_firm():
    bad, probability = np.array([0, 0, 1, 1, 1, 0, 1]), np.array([0.1, 0.2, 0.3, 0.4, 0.9, 0.8, 0.7])
    groups = reliability(bad, probability, groups=3)
    assert sum(count for _, _, count in groups) == 7
    assert [mean for mean, _, _ in groups] == sorted(mean for mean, _, _ in groups)


def test_stability_of_a_worked_example():
    """Siddiqi's formula on shares 30/40/30 and 20/40/40: 0.1 ln(4/3) + 0.1 ln(3/2) = 0.0693, but for the smoothing."""
    assert stability_index([3000, 4000, 3000], [2000, 4000, 4000]) == pytest.approx(0.0693, abs=1e-3)
    assert stability_index([10, 20, 30], [10, 20, 30]) == 0
    assert [verdict(value) for value in (0.05, 0.10, 0.24, 0.25)] == ["stable", "watch", "watch", "shifted"]
    with pytest.raises(ValueError, match="bins"):
        stability_index([1], [1, 2])


def test_cross_validation_never_shows_a_tested_firm_to_the_learner(sample):
    shown = []

    def learn(part: Sample):
        shown.append(set(part.firms))
        return fit_scorecard(part, name="toy", seed=1)

    cross_validate(learn, sample, seed=5, repetitions=1)
    assert len(shown) == 5
    assert sorted(firm for part in shown for firm in set(sample.firms) - part) == sorted(sample.firms)


def test_pure_chance_is_not_mistaken_for_skill():
    """Labels without meaning: everything that looks at them is inside the folds, so nothing is found."""
    sample = synthetic(21, 200)
    shuffled = Sample(sample.firms, sample.names, sample.x, np.random.default_rng(4).permutation(sample.bad))
    found = cross_validate(lambda part: fit_scorecard(part, name="toy", seed=1), shuffled, seed=5, repetitions=2)
    figures = found.figures(seed=1)
    assert float(figures["auc"]["low"]) <= 0.5
    assert 0.4 < float(figures["auc"]["value"]) < 0.6
    assert abs(found.probability - shuffled.bad.mean()).max() < 0.2, "who knows nothing says the base rate"


def test_a_choice_outside_the_folds_would_be_noticed():
    """The planted defect: a model that was learned from all firms is tested on them, and chance looks like skill."""
    chance = np.random.default_rng(6)
    names = ("sales_12m_minor", "sales_void_rate", "top_buyer_share", "in_out_ratio", "history_months", "vat_burden")
    noise = Sample(tuple(map(str, range(60))), names, chance.random((60, 6)), chance.permutation([1] * 20 + [0] * 40))
    whole = fit_boosted(noise, name="toy", seed=1)
    cheating = cross_validate(lambda _: whole, noise, seed=5, repetitions=1)
    honest = cross_validate(lambda part: fit_boosted(part, name="toy", seed=1), noise, seed=5, repetitions=1)
    assert auc(noise.bad, cheating.probability) > auc(noise.bad, honest.probability) + 0.1


def test_a_later_time_is_judged_by_an_earlier_one(sample):
    after = synthetic(30, 400)
    found = out_of_time(lambda part: fit_scorecard(part, name="toy", seed=1), sample, after)
    assert auc(after.bad, found.probability) > 0.75


def test_a_challenger_takes_over_only_beyond_doubt(sample):
    good = cross_validate(lambda part: fit_scorecard(part, name="toy", seed=1), sample, seed=5, repetitions=2)
    trees = cross_validate(lambda part: fit_boosted(part, name="toy", seed=1), sample, seed=5, repetitions=2)
    blind = type(good)(good.bad, np.full(len(good.bad), 0.2), good.rounds)
    assert duel(blind, good, seed=1).verdict == "promote"
    assert duel(good, blind, seed=1).verdict == "keep"
    assert duel(good, good, seed=1).verdict == "undecided"
    assert duel(good, trees, seed=1) == duel(good, trees, seed=1)
