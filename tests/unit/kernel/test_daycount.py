"""Day counts against the published vectors and against QuantLib, to the exact fraction."""

import csv
import datetime as dt
import random
from fractions import Fraction
from pathlib import Path

import pytest

from openscf.kernel import daycount
from openscf.kernel.daycount import DayCount, Period
from openscf.kernel.errors import Refusal

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "data" / "calendars" / "daycount.csv"
NAMES = {
    "Act/360": DayCount.ACT_360,
    "Act/365F": DayCount.ACT_365F,
    "Act/Act ISDA": DayCount.ACT_ACT_ISDA,
    "30/360 USA": DayCount.THIRTY_360_US,
    "30/360 BondBasis": DayCount.THIRTY_360,
    "30E/360": DayCount.THIRTY_E_360,
}
SEED, PERIODS = 20261122, 10_000


def test_the_published_vectors_hold():
    if not VECTORS.exists():
        pytest.skip("the shared vectors are not on this machine")
    rows = [row for row in csv.DictReader(VECTORS.open()) if row["convention"] in NAMES]
    assert len(rows) == 13 * 6
    for row in rows:
        basis = NAMES[row["convention"]]
        span = Period(dt.date.fromisoformat(row["start"]), dt.date.fromisoformat(row["end"]))
        assert basis.days(span) == int(row["days"]), row
        assert float(basis.year_fraction(span)) == pytest.approx(float(row["year_fraction"]), rel=1e-15, abs=0), row


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ((2024, 2, 29), (2025, 2, 28), (359, 360, 359)),  # only the US rule knows the end of February
        ((2025, 2, 28), (2025, 3, 31), (33, 30, 32)),
        ((2024, 2, 28), (2024, 3, 31), (33, 33, 32)),  # in a leap year the 28th is not the end
        ((2026, 1, 30), (2026, 3, 31), (60, 60, 60)),
        ((2026, 1, 29), (2026, 3, 31), (62, 62, 61)),  # only the Eurobond rule cuts every 31st
        ((2026, 1, 31), (2026, 2, 28), (28, 28, 28)),
    ],
)
def test_where_the_rules_of_thirty_days_differ(start, end, days):
    span = Period(dt.date(*start), dt.date(*end))
    rules = (DayCount.THIRTY_360, DayCount.THIRTY_360_US, DayCount.THIRTY_E_360)
    assert tuple(basis.days(span) for basis in rules) == days


def test_actual_actual_is_an_exact_sum_over_the_years():
    span = Period(dt.date(2003, 11, 1), dt.date(2004, 5, 1))
    assert DayCount.ACT_ACT_ISDA.year_fraction(span) == Fraction(61, 365) + Fraction(121, 366)
    decade = Period(dt.date(2010, 1, 1), dt.date(2020, 1, 1))
    assert DayCount.ACT_ACT_ISDA.year_fraction(decade) == 10


def periods():
    chance = random.Random(SEED)
    first = dt.date(1950, 1, 1)
    for index in range(PERIODS):
        start = first + dt.timedelta(days=chance.randrange(50_000))
        if index % 4 == 0:  # a quarter of them start at the end of a month, where the rules differ
            start = (start.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
        span = chance.randrange(32) if index % 3 == 0 else chance.randrange(9_000)
        end = start + dt.timedelta(days=span)
        if index % 5 == 0:
            end = (end.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
        yield Period(start, max(start, end))


def mismatches():
    """Periods on which we and QuantLib disagree, by days or by fraction."""
    oracle = pytest.importorskip("QuantLib")
    thirty = oracle.Thirty360
    theirs = {
        DayCount.ACT_360: oracle.Actual360(),
        DayCount.ACT_365F: oracle.Actual365Fixed(),
        DayCount.ACT_ACT_ISDA: oracle.ActualActual(oracle.ActualActual.ISDA),
        DayCount.THIRTY_360: thirty(thirty.BondBasis),
        DayCount.THIRTY_360_US: thirty(thirty.USA),
        DayCount.THIRTY_E_360: thirty(thirty.European),
    }
    found = []
    for span in periods():
        start, end = (oracle.Date(on.day, on.month, on.year) for on in (span.start_on, span.end_on))
        for basis, their in theirs.items():
            fraction = float(basis.year_fraction(span))
            same = fraction == pytest.approx(their.yearFraction(start, end), rel=1e-12, abs=1e-12)
            if basis.days(span) != their.dayCount(start, end) or not same:
                found.append((basis, span))
    return found


@pytest.mark.slow
def test_ten_thousand_random_periods_agree_with_quantlib():
    assert mismatches() == [], f"seed {SEED}"


@pytest.mark.slow
def test_planted_defects_turn_the_comparison_red(monkeypatch):
    monkeypatch.setattr(daycount, "_ends_february", lambda on: on.month == 2 and on.day == 28)
    assert {basis for basis, _ in mismatches()} == {DayCount.THIRTY_360_US}
    monkeypatch.undo()
    monkeypatch.setattr(Period, "days", property(lambda span: (span.end_on - span.start_on).days + 1))
    assert {basis for basis, _ in mismatches()} >= {DayCount.ACT_360, DayCount.ACT_365F}


def test_adjoining_periods_share_no_day():
    first, second = dt.date(2026, 3, 10), dt.date(2026, 6, 1)
    third = dt.date(2026, 6, 15)
    assert Period(first, second).days + Period(second, third).days == Period(first, third).days == 97
    assert Period(first, first).days == 0
    assert str(Period(first, second)) == "2026-03-10/2026-06-01"


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(Refusal, match="period_reversed"):
        Period(dt.date(2026, 3, 10), dt.date(2026, 3, 9))


@pytest.mark.parametrize("end", ["2026-03-10", dt.datetime(2026, 3, 11, tzinfo=dt.UTC), None])
def test_a_period_is_made_of_dates(end):
    with pytest.raises(TypeError):
        Period(dt.date(2026, 3, 10), end)


def test_the_basis_is_named_as_the_contract_writes_it():
    for basis in DayCount:
        assert DayCount.parse(basis.value) is basis
        assert basis.as_json() == basis.value
    with pytest.raises(Refusal, match="unknown_day_count") as refused:
        DayCount.parse("ACT/364")
    assert "ACT/360, ACT/365F" in refused.value.sentence("en")
