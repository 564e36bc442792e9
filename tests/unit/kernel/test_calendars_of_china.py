"""China's calendars day by day: against the published lists, and against a fingerprint of our own."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from openscf.kernel import calendars
from openscf.kernel.calendars import Gazette, china, china_exchanges, china_interbank
from openscf.kernel.canonical import digest

FILES = Path(__file__).resolve().parents[4] / "shared" / "data" / "calendars"
YEARS = range(2010, 2027)
BUILT = {"IB": china_interbank, "SSE": china_exchanges}

# SHA-256 of the weekdays of rest and the weekend days of work, 2010 to 2026, when they agreed with the lists above.
# Another version of the library, or a careless correction, can't move a due date of the past unseen.
FINGERPRINTS = {
    "IB": "68c817ee2d8502d5421968dd83777b8501c324f7c3d5ee2e756e61e61317dd1b",
    "SSE": "587d683a65dee56c6726d67025d052102b1f5e52bcf1d2ab0cdaea58dfdb6f3f",
}


def exceptions(calendar):
    """The weekdays of rest and the weekend days of work."""
    first, last = dt.date(YEARS.start, 1, 1), dt.date(YEARS.stop - 1, 12, 31)
    days = [calendar.day(first + dt.timedelta(days=n)) for n in range((last - first).days + 1)]
    rest = [day.on for day in days if day.on.weekday() < 5 and not day.is_open]
    return rest, [day.on for day in days if day.on.weekday() >= 5 and day.is_open]


def listed(market, kind):
    path = FILES / f"china_{market}_{kind}.csv"
    if not path.exists():
        pytest.skip("the shared calendars are not on this machine")
    with path.open() as lines:
        return [dt.date.fromisoformat(row["date"]) for row in csv.DictReader(lines)]


@pytest.mark.parametrize("market", BUILT)
def test_seventeen_years_agree_with_the_published_lists_day_by_day(market):
    rest, work = exceptions(BUILT[market]())
    assert rest == listed(market, "nonbusiness_weekdays")
    assert work == listed(market, "working_weekends")


@pytest.mark.parametrize("market", BUILT)
def test_seventeen_years_are_still_what_they_were(market):
    assert digest(exceptions(BUILT[market]())).hex() == FINGERPRINTS[market]


def test_every_year_has_the_holidays_that_the_law_gives():
    """Eleven to thirteen days of rest, moved together with weekends: 15 to 24 weekdays off, each lent day worked."""
    rest, work = exceptions(china_interbank())
    for year in YEARS:
        off, on = sum(day.year == year for day in rest), sum(day.year == year for day in work)
        assert 15 <= off <= 24, year
        assert 4 <= on <= 12, year


def test_every_day_of_the_published_years_is_gazetted_and_none_after():
    for build in BUILT.values():
        calendar = build()
        assert calendar.gazetted_years == frozenset(YEARS)
        assert calendar.last_on == dt.date(2032, 12, 31)
        after = dt.date(2027, 1, 1)
        assert not any(calendar.day(after + dt.timedelta(days=n)).is_gazetted for n in range(6 * 365))


def test_the_library_knows_no_working_weekend_after_the_last_gazetted_year():
    """When a newer library does, the next notice is in it: raise `LAST_GAZETTED_YEAR`."""
    _, work = china._rest_and_work()
    assert max(day.year for day in work) == china.LAST_GAZETTED_YEAR


def red(monkeypatch, defect):
    """Whether the fingerprints notice the defect, after the calendars have been built anew with it."""
    with monkeypatch.context() as patch:
        defect(patch)
        build = {"IB": china_interbank.__wrapped__, "SSE": china_exchanges.__wrapped__}
        return {market for market in BUILT if digest(exceptions(build[market]())).hex() != FINGERPRINTS[market]}


def test_planted_defects_turn_the_calendars_red(monkeypatch):
    rest, work = china._rest_and_work()
    assert red(monkeypatch, lambda patch: None) == set()
    assert red(monkeypatch, lambda p: p.setattr(china, "_rest_and_work", lambda: (rest, frozenset()))) == {"IB"}
    assert red(monkeypatch, lambda p: p.setattr(china, "CORRECTIONS", ())) == {"SSE"}
    fewer = frozenset(rest - {dt.date(2015, 9, 3)})
    assert red(monkeypatch, lambda p: p.setattr(china, "_rest_and_work", lambda: (fewer, work))) == {"IB", "SSE"}


def test_a_calendar_without_working_weekends_moves_due_dates():
    """What the defect would cost: a bill due on the working Saturday would be paid after the New Year."""
    without = china_interbank().with_gazette(Gazette(2026, closed=frozenset(rest_of(2026))))
    saturday = dt.date(2026, 2, 14)
    assert calendars.roll(saturday, calendars.Roll.FOLLOWING, china_interbank()) == saturday
    assert calendars.roll(saturday, calendars.Roll.FOLLOWING, without) == dt.date(2026, 2, 24)


def rest_of(year):
    rest, _ = exceptions(china_interbank())
    return [day for day in rest if day.year == year]
