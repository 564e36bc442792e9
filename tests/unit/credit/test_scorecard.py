"""The scorecard: learned the same twice, scored with a pencil, closed to what nobody declared."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from openscf.credit import GRADES, Scorecard, fit_scorecard, grade_of, known_features, model_of
from openscf.credit.models.calibration import platt, regression
from openscf.credit.models.folds import folds
from openscf.credit.models.measures import auc
from openscf.credit.models.sample import Sample
from openscf.credit.models.scorecard_fit import probabilities
from openscf.kernel.errors import Refusal
from tests.unit.credit.conftest import NAMES, synthetic

TRAINED = {"snapshot_sha256": "0" * 64, "as_of": "2026-06-30"}


@pytest.fixture(scope="module")
def card(sample) -> Scorecard:
    return fit_scorecard(sample, name="toy", seed=1, trained=TRAINED)


def test_a_score_is_the_sum_of_its_points_and_its_probability_stands_in_a_table(card, sample):
    for row in range(40):
        values = sample.values(row)
        by_hand = card.base
        for each in card.inputs:
            value = values[each.feature.name]
            above = sum(value is not None and value >= edge for edge in each.bins.edges)
            by_hand += each.missing_points if value is None else each.points[above]
        scored = card.score(values)
        assert scored.points == by_hand
        assert scored.pd_ppm == card.pd_table[by_hand - card.base]


def test_learning_again_gives_the_same_bytes(card, sample):
    assert fit_scorecard(sample, name="toy", seed=1, trained=TRAINED).to_bytes() == card.to_bytes()


def test_it_finds_what_matters_and_leaves_noise_alone(card, sample):
    assert {"sales_12m_minor", "sales_void_rate"} <= set(card.names)
    later = synthetic(8, 2000)
    assert auc(later.bad, probabilities(card, later)) > 0.78
    assert abs(probabilities(card, later).mean() - later.bad.mean()) < 0.05, "it is calibrated on firms it has not seen"


def test_a_better_value_never_scores_worse(card):
    """Monotone in the declared direction, whatever the other values are; a missing one never beats the best."""
    for each in card.inputs:
        sign = known_features()[each.feature.name].direction.sign
        probes = [each.bins.edges[0] - 1, *each.bins.edges] if each.bins.edges else [0.0]
        points = [each.of(value).points for value in probes]
        assert points == sorted(points, reverse=sign < 0) or sign == 0
        assert each.of(None).points <= max(points)


def test_it_scores_without_the_libraries_that_taught_it(card, sample, tmp_path):
    path = tmp_path / "card.json"
    path.write_bytes(card.to_bytes())
    (tmp_path / "values.json").write_text(json.dumps(sample.values(3)))
    program = """if True:
        import sys, json, builtins
        real = builtins.__import__
        def closed(name, *rest, **named):
            if name.split(".")[0] in ("sklearn", "lightgbm", "scipy"):
                raise ImportError(name)
            return real(name, *rest, **named)
        builtins.__import__ = closed
        from openscf.credit.models.scorecard import Scorecard
        card = Scorecard.from_json(json.load(open(sys.argv[1])))
        scored = card.score(json.load(open(sys.argv[2])))
        print(scored.points, scored.pd_ppm)"""
    ran = subprocess.run(
        [sys.executable, "-c", program, path, tmp_path / "values.json"], capture_output=True, text=True, check=True
    )
    scored = card.score(sample.values(3))
    assert ran.stdout.split() == [str(scored.points), str(scored.pd_ppm)]


@pytest.mark.parametrize("name", ["region", "gender_of_owner", "rating", "firm", "sales_12m_minor "])
def test_nothing_undeclared_enters_by_learning(sample, name):
    names = (*NAMES[:-1], name)
    with pytest.raises(Refusal, match=r"^unknown_feature:"):
        fit_scorecard(Sample(sample.firms, names, sample.x, sample.bad), name="toy", seed=1)


def forged(card, change) -> bytes:
    record = json.loads(card.to_bytes())
    change(record)
    return json.dumps(record).encode()


FORGERIES = {
    "a protected input": (lambda r: r["inputs"][0].update(feature="region"), "unknown_feature"),
    "points against the direction": (lambda r: r["inputs"][0]["points"].reverse(), "model_not_monotone"),
    "another direction": (lambda r: r["inputs"][0].update(direction="either"), "model_not_monotone"),
    "an input twice": (lambda r: r["inputs"].append(r["inputs"][0]), "model_malformed"),
    "no input": (lambda r: r.update(inputs=[]), "model_malformed"),
    "missing pays": (lambda r: r["inputs"][0].update(missing_points=9999), "model_malformed"),
    "negative points": (lambda r: r["inputs"][0].update(missing_points=-1), "model_malformed"),
    "a better score riskier": (lambda r: r["pd_ppm"].reverse(), "model_malformed"),
    "a short table": (lambda r: r["pd_ppm"].pop(), "model_malformed"),
    "an edge that is no number": (lambda r: r["inputs"][0]["edges"].__setitem__(0, "much"), "model_malformed"),
    "edges out of order": (lambda r: r["inputs"][0]["edges"].reverse(), "model_malformed"),
    "another kind": (lambda r: r.update(kind="openscf.oracle/1"), "model_malformed"),
    "a list": (lambda r: r.update(inputs=7), "model_malformed"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_model_that_could_not_have_been_learned_is_refused(card, forgery):
    change, code = FORGERIES[forgery]
    at = next(i for i, each in enumerate(card.inputs) if len(each.bins.edges) > 1 and each.feature.direction.sign)
    ordered = dataclasses.replace(card, inputs=(card.inputs[at], *card.inputs[:at], *card.inputs[at + 1 :]))
    assert model_of(ordered.to_bytes()).sha256 == ordered.sha256
    with pytest.raises(Refusal, match=rf"^{code}:"):
        model_of(forged(ordered, change))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"7", b"{}", b"\xff", b'{"kind": "openscf.scorecard/1"}', b'{"kind": []}']
)
def test_what_is_no_model_is_refused(data):
    with pytest.raises(Refusal, match=r"^model_malformed:"):
        model_of(data)


def test_too_few_firms_teach_nothing(sample):
    with pytest.raises(Refusal, match=r"^sample_too_small:"):
        fit_scorecard(sample.rows(np.flatnonzero(sample.bad == 0)), name="toy", seed=1)


def test_folds_test_every_firm_once_and_spread_the_bad(sample):
    tested = np.concatenate([test for _, test in folds(sample.bad, count=5, seed=3)])
    assert sorted(tested) == list(range(len(sample.bad)))
    for train, test in folds(sample.bad, count=5, seed=3):
        assert not set(train) & set(test)
        assert abs(sample.bad[test].sum() - sample.bad.sum() / 5) <= 1


def test_the_regression_agrees_with_scikit_learn(sample):
    """An independent implementation as oracle: same penalty, same weights to six digits."""
    from sklearn.linear_model import LogisticRegression

    x = np.nan_to_num(sample.x[:, 1:])
    ours = regression(
        np.column_stack([np.ones(len(x)), x]), sample.bad.astype(float), penalty=np.array([0.0, *[2.0] * x.shape[1]])
    )
    theirs = LogisticRegression(C=0.5, tol=1e-10, max_iter=10_000).fit(x, sample.bad)
    assert ours == pytest.approx([*theirs.intercept_, *theirs.coef_[0]], abs=1e-4)


def test_calibration_keeps_the_order_and_meets_the_base_rate():
    chance = np.random.default_rng(11)
    logit = chance.normal(0, 3, 500)  # three times too sure of itself
    bad = (chance.random(500) < 1 / (1 + np.exp(-logit / 3))).astype(np.int64)
    found = platt(logit, bad)
    assert found.slope == pytest.approx(1 / 3, abs=0.1)
    assert np.mean([found(one) for one in logit]) == pytest.approx(bad.mean(), abs=0.02)


def test_grades_cover_all_probabilities_in_order():
    """A PD belongs to the grade whose PD is nearest on a logarithmic scale: between 0.03 % and 0.05 % lies 0.0387 %."""
    assert [grade_of(pd_ppm) for pd_ppm in (1, 300, 387, 388, 500, 200_000, 999_999)] == [
        "M1", "M1", "M1", "M2", "M2", "M15", "M15",
    ]  # fmt: skip
    grades = [GRADES.index(grade_of(pd_ppm)) for pd_ppm in range(1, 1_000_000, 97)]
    assert grades == sorted(grades)
    assert set(grades) == set(range(len(GRADES)))
    assert len(GRADES) >= 7, "at least seven grades that have not defaulted (CRE36.15)"
