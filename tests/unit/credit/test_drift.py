"""Whether today's firms are still those that a model was learned on.

Planted defect: `edges` of `new` instead of `old` in `drifting.drift_of` cuts both at today's fifths, and what has moved
looks as if it had not; then `test_a_planted_shift_is_named_and_nothing_else` is red.
"""

import dataclasses

import numpy as np
import pytest

from openscf.credit import Drift, Said, Sample, drift_of, fit_scorecard, stability_index
from tests.unit.credit.conftest import synthetic

TRAINED = {"snapshot_sha256": "0" * 64, "as_of": "2026-03-01"}


@pytest.fixture(scope="module")
def then() -> Sample:
    return synthetic(7)


def test_the_same_firms_have_not_moved(then: Sample) -> None:
    card = fit_scorecard(then, name="toy", seed=1, trained=TRAINED)
    found = drift_of(card, then, then)
    assert [one.name for one in found] == ["score", *card.names]
    assert {(one.index, one.verdict) for one in found} == {(0.0, "stable")}


def test_a_planted_shift_is_named_and_nothing_else(then: Sample) -> None:
    card = fit_scorecard(then, name="toy", seed=1, trained=TRAINED)
    moved = card.inputs[0]
    place, x = then.names.index(moved.feature.name), then.x.copy()
    worst = moved.points.index(min(moved.points))
    inside = [at for at, value in enumerate(x[:, place]) if moved.bins.place(float(value)) == worst]
    x[:, place] = x[inside[0], place]  # every firm now stands in the worst bin of one characteristic
    now = dataclasses.replace(then, x=x)
    found = {one.name: one for one in drift_of(card, then, now)}
    assert found[moved.feature.name].verdict == "shifted"
    assert found["score"].index > 0.10
    assert {one.verdict for name, one in found.items() if name not in ("score", moved.feature.name)} == {"stable"}
    count = len(then.firms)
    before = [0] * (len(moved.points) + 1)  # the last for those whose value is missing
    for value in then.column(moved.feature.name):
        before[-1 if np.isnan(value) else moved.bins.place(float(value))] += 1
    after = [count if at == worst else 0 for at in range(len(before))]
    assert found[moved.feature.name].index == pytest.approx(stability_index(before, after))
    assert found["score"].as_record()["measure"] == "psi"


@pytest.mark.parametrize(
    ("index", "verdict"), [(0.0999, "stable"), (0.1, "watch"), (0.2499, "watch"), (0.25, "shifted")]
)
def test_the_lights_turn_at_a_tenth_and_at_a_quarter(index: float, verdict: str) -> None:
    assert Drift("score", Said("Score", "评分"), index).verdict == verdict
