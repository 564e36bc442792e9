"""Bins are monotone, none is too small, nothing is lost, and nobody gains by withholding a value."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openscf.credit.models import binning
from openscf.credit.models.binning import LEAST_COUNT, MOST_BINS, cut

samples = st.integers(20, 200).flatmap(
    lambda count: st.tuples(
        st.lists(
            st.one_of(st.floats(-1e9, 1e9), st.sampled_from([0.0, 1.0, math.nan])), min_size=count, max_size=count
        ),
        st.lists(st.integers(0, 1), min_size=count, max_size=count),
        st.sampled_from([1, -1, 0]),
    )
)


def arrays(values, bad):
    return np.array(values, np.float64), np.array(bad, np.int64)


def problems(bins, values, bad, sign) -> list[str]:
    """What is wrong with bins."""
    found = []
    steps = np.diff(bins.woe)
    if not (np.all(steps > 0) or np.all(steps < 0)) or (sign and np.any(steps * sign < 0)):
        found.append("not monotone")
    if sum(bins.good) + sum(bins.bad) != len(values) or sum(bins.bad) != bad.sum():
        found.append("firms lost")
    if len(bins.woe) > MOST_BINS:
        found.append("too many bins")
    sizes = [good + bad for good, bad in zip(bins.good[:-1], bins.bad[:-1], strict=True)]
    if len(sizes) > 1 and min(sizes) < LEAST_COUNT:
        found.append("a bin too small")
    if bins.missing_woe > 0:
        found.append("missing pays")
    if list(bins.edges) != sorted(set(bins.edges)):
        found.append("edges out of order")
    placed = [bins.place(float(value)) for value in values]
    if any(math.isnan(value) != (place == -1) for value, place in zip(values, placed, strict=True)):
        found.append("a value in no bin")
    weighed = [bins.missing_woe if place < 0 else bins.woe[place] for place in placed]
    if not np.array_equal(weighed, bins.weigh(values)):
        found.append("one by one and all at once differ")
    return found


@given(samples)
@settings(max_examples=150, deadline=None)
def test_bins_keep_their_promises(sample):
    values, bad = arrays(*sample[:2])
    assert problems(cut(values, bad, sign=sample[2]), values, bad, sample[2]) == []


@pytest.mark.parametrize(("defect", "speaks"), [("monotone", "not monotone"), ("merged", "a bin too small")])
def test_a_step_left_out_is_noticed(defect, speaks, monkeypatch):
    """The planted defects."""
    chance = np.random.default_rng(5)
    values = chance.normal(size=90)
    bad = (chance.random(90) < 1 / (1 + np.exp(2 * values))).astype(np.int64)
    assert problems(cut(values, bad, sign=1), values, bad, 1) == []
    monkeypatch.setattr(binning, f"_{defect}", lambda cuts, *_: cuts)
    assert speaks in problems(cut(values, bad, sign=1), values, bad, 1)


def test_a_feature_that_speaks_against_its_direction_tells_nothing():
    values = np.arange(100, dtype=np.float64)
    bad = (values > 60).astype(np.int64)
    assert cut(values, bad, sign=-1).value > 3
    assert cut(values, bad, sign=1).woe == (pytest.approx(0.0),)
    assert cut(values, bad, sign=0) == cut(values, bad, sign=-1)


def test_weights_of_evidence_of_a_worked_example():
    """Two bins of 40 good, 10 bad and 10 good, 40 bad: ln((40.5 / 50.5) / (10.5 / 50.5)) = 1.35 and its opposite."""
    values = np.repeat([0.0, 1.0], 50)
    bad = np.array([0] * 40 + [1] * 10 + [0] * 10 + [1] * 40)
    bins = cut(values, bad, sign=-1)
    assert bins.edges == (1.0,)
    assert bins.woe == (pytest.approx(math.log(40.5 / 10.5)), pytest.approx(-math.log(40.5 / 10.5)))
    assert bins.value == pytest.approx(2 * 0.6 * math.log(40.5 / 10.5))
    assert bins.missing_woe == min(bins.woe), "nothing was missing in the sample: it counts as the worst"


def test_many_missing_values_weigh_what_was_seen_but_never_more_than_nothing():
    values = np.array([1.0] * 50 + [math.nan] * 50)
    for missing_bad in (0, 40):
        bad = np.array([0] * 40 + [1] * 10 + [1] * missing_bad + [0] * (50 - missing_bad))
        bins = cut(values, bad, sign=1)
        assert bins.missing_woe <= 0
        assert (bins.missing_woe < 0) == (missing_bad == 40)
