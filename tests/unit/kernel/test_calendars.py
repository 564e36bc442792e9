"""Calendars as values: what is open, how sure that is, where knowledge ends, and the rules that move dates."""

import datetime as dt
import subprocess
import sys

import pytest

from openscf.kernel.calendars import (
    Calendar,
    CalendarDay,
    DayStatus,
    Gazette,
    JointCalendar,
    Roll,
    Tenor,
    add_business_days,
    add_months,
    business_days_between,
    calendar_named,
    china_exchanges,
    china_interbank,
    due_day,
    is_business_day,
    maturity,
    roll,
)
from openscf.kernel.errors import Refusal

Day = dt.date
PLAIN = Calendar("PLAIN", Day(2026, 1, 1), Day(2026, 12, 31), gazetted_years=frozenset({2026}))


@pytest.mark.parametrize(
    ("on", "convention", "lands"),
    [
        ((2025, 10, 1), Roll.MODIFIED_FOLLOWING, (2025, 10, 9)),
        ((2026, 2, 15), Roll.MODIFIED_FOLLOWING, (2026, 2, 24)),
        ((2026, 5, 31), Roll.FOLLOWING, (2026, 6, 1)),
        ((2026, 5, 31), Roll.MODIFIED_FOLLOWING, (2026, 5, 29)),
        ((2026, 5, 31), Roll.PRECEDING, (2026, 5, 29)),
        ((2026, 5, 31), Roll.UNADJUSTED, (2026, 5, 31)),
        ((2026, 10, 2), Roll.PRECEDING, (2026, 9, 30)),
        ((2026, 10, 2), Roll.MODIFIED_PRECEDING, (2026, 10, 8)),
        ((2026, 2, 14), Roll.FOLLOWING, (2026, 2, 14)),  # a working Saturday
        ((2026, 6, 1), Roll.FOLLOWING, (2026, 6, 1)),
    ],
)
def test_due_dates_roll_over_the_holidays_of_china(on, convention, lands):
    assert roll(Day(*on), convention, china_interbank()) == Day(*lands)


def test_the_exchanges_rest_on_working_weekends():
    assert is_business_day(Day(2026, 2, 14), china_interbank())
    assert not is_business_day(Day(2026, 2, 14), china_exchanges())


def test_new_years_eve_of_2024_closed_the_exchanges_only():
    assert is_business_day(Day(2024, 2, 9), china_interbank())
    assert not is_business_day(Day(2024, 2, 9), china_exchanges())


@pytest.mark.parametrize("on", [(2009, 12, 31), (2033, 1, 1), (1, 1, 1), (9999, 12, 31)])
def test_a_date_outside_the_calendar_is_refused_never_guessed(on):
    with pytest.raises(Refusal, match="date_outside_calendar") as refused:
        roll(Day(*on), Roll.FOLLOWING, china_interbank())
    assert "2010-01-01" in refused.value.sentence("en")
    assert "2032-12-31" in refused.value.sentence("zh")


def test_a_search_that_runs_off_the_calendar_is_refused():
    shut = PLAIN.with_days([CalendarDay(Day(2026, 12, 31), False)])
    with pytest.raises(Refusal, match="date_outside_calendar"):
        roll(Day(2026, 12, 31), Roll.FOLLOWING, shut)
    with pytest.raises(Refusal, match="date_outside_calendar"):
        add_business_days(Day(2026, 12, 30), 1, shut)
    # The month ends there, so the modified rule does not need what lies behind.
    assert roll(Day(2026, 12, 31), Roll.MODIFIED_FOLLOWING, shut) == Day(2026, 12, 30)


@pytest.mark.parametrize("on", [dt.datetime(2026, 3, 2, tzinfo=dt.UTC), "2026-03-02", None])
def test_a_calendar_answers_for_dates_only(on):
    with pytest.raises(TypeError):
        PLAIN.day(on)


def test_next_year_is_provisional_until_it_is_gazetted():
    china, on = china_interbank(), Day(2027, 2, 8)
    assert china.day(Day(2026, 12, 31)).is_gazetted
    assert china.day(on) == CalendarDay(on, False)
    assert china.day(on).status is DayStatus.PROVISIONAL
    assert china.day(Day(2027, 3, 3)).status is DayStatus.PROVISIONAL, "an ordinary Wednesday is not certain either"
    assert not china.day(Day(2027, 2, 20)).is_open, "no working weekend is invented"
    notice = Gazette(2027, closed=frozenset({on}), working=frozenset({Day(2027, 2, 20)}))
    settled = china.with_gazette(notice)
    assert settled.day(on).is_gazetted
    assert settled.day(Day(2027, 3, 3)).is_gazetted
    assert settled.day(Day(2027, 2, 20)) == CalendarDay(Day(2027, 2, 20), True)
    assert settled.day(Day(2027, 2, 5)).is_open, "what the notice does not name is no holiday"
    assert settled.day(Day(2028, 3, 1)).status is DayStatus.PROVISIONAL
    assert not china.day(on).is_gazetted, "the old value is as it was"


def test_a_notice_may_touch_the_december_before():
    notice = Gazette(2027, working=frozenset({Day(2026, 12, 26)}))
    settled = china_interbank().with_gazette(notice)
    assert settled.day(Day(2026, 12, 26)).is_open
    assert settled.day(Day(2026, 10, 1)) == CalendarDay(Day(2026, 10, 1), False), "the rest of the year is untouched"


def test_a_calendar_grows_by_whole_years_without_gaps():
    grown = PLAIN.with_gazette(Gazette(2027, closed=frozenset({Day(2027, 1, 1)})))
    assert grown.last_on == Day(2027, 12, 31)
    assert not grown.day(Day(2027, 1, 1)).is_open
    for year in (2025, 2028):
        with pytest.raises(ValueError, match="gap"):
            PLAIN.with_gazette(Gazette(year))


def test_a_notice_that_was_read_wrongly_is_not_taken():
    with pytest.raises(ValueError, match="wrong side"):
        PLAIN.with_gazette(Gazette(2026, closed=frozenset({Day(2026, 10, 3)})))  # a Saturday
    with pytest.raises(ValueError, match="wrong side"):
        PLAIN.with_gazette(Gazette(2026, working=frozenset({Day(2026, 10, 1)})))  # a Thursday


def test_an_amendment_during_the_year_changes_single_days():
    """As on 3 September 2015, or when the New Year holiday of 2020 was prolonged."""
    amended = PLAIN.with_days([CalendarDay(Day(2026, 9, 3), False), CalendarDay(Day(2026, 9, 6), True)])
    assert roll(Day(2026, 9, 3), Roll.FOLLOWING, amended) == Day(2026, 9, 4)
    assert is_business_day(Day(2026, 9, 6), amended)
    with pytest.raises(ValueError, match="outside"):
        PLAIN.with_days([CalendarDay(Day(2027, 1, 1), False)])


def test_a_due_date_is_certain_only_if_every_day_on_the_way_is():
    china = china_interbank()
    assert due_day(Day(2026, 10, 1), china) == CalendarDay(Day(2026, 10, 8), True)
    assert due_day(Day(2026, 10, 1), china).is_gazetted
    assert not due_day(Day(2027, 5, 1), china).is_gazetted
    doubtful = PLAIN.with_days([CalendarDay(Day(2026, 5, 30), False, DayStatus.PROVISIONAL)])
    assert not due_day(Day(2026, 5, 30), doubtful).is_gazetted, "that Saturday may become a working day"
    assert not due_day(Day(2026, 5, 31), doubtful, Roll.PRECEDING).is_gazetted
    assert due_day(Day(2026, 5, 31), doubtful, Roll.FOLLOWING).is_gazetted


def test_a_joint_calendar_is_open_when_both_are_and_sure_when_both_are():
    joint = JointCalendar((china_interbank(), china_exchanges()))
    assert joint.code == "CN-IB+CN-SSE"
    assert not is_business_day(Day(2024, 2, 9), joint)
    assert not is_business_day(Day(2026, 2, 14), joint)
    assert is_business_day(Day(2026, 2, 13), joint)
    assert joint.day(Day(2026, 2, 13)).is_gazetted
    half = JointCalendar((PLAIN, Calendar("GUESS", Day(2026, 1, 1), Day(2027, 12, 31))))
    assert not half.day(Day(2026, 3, 2)).is_gazetted
    with pytest.raises(Refusal, match="date_outside_calendar"):
        half.day(Day(2027, 3, 1))
    with pytest.raises(ValueError, match="two members"):
        JointCalendar((PLAIN,))


def test_five_banking_days_to_examine_documents():
    """PRODUCTS 2.6, over the National Day holidays: 20 September is a working Sunday, 10 October a Saturday."""
    china = china_interbank()
    assert add_business_days(Day(2026, 9, 18), 5, china) == Day(2026, 9, 24)
    assert add_business_days(Day(2026, 9, 30), 3, china) == Day(2026, 10, 10)
    assert add_business_days(Day(2026, 10, 10), -3, china) == Day(2026, 9, 30)
    assert add_business_days(Day(2026, 10, 1), 0, china) == Day(2026, 10, 8)
    assert business_days_between(Day(2026, 9, 30), Day(2026, 10, 10), china) == 3
    assert business_days_between(Day(2026, 10, 10), Day(2026, 9, 30), china) == 0


@pytest.mark.parametrize(
    ("start", "tenor", "plain", "sticky"),
    [
        ((2026, 1, 31), "1M", (2026, 2, 28), (2026, 2, 28)),
        ((2024, 1, 31), "1M", (2024, 2, 29), (2024, 2, 29)),
        ((2026, 2, 28), "1M", (2026, 3, 28), (2026, 3, 31)),
        ((2024, 2, 29), "1Y", (2025, 2, 28), (2025, 2, 28)),
        ((2023, 2, 28), "1Y", (2024, 2, 28), (2024, 2, 29)),
        ((2026, 6, 30), "6M", (2026, 12, 30), (2026, 12, 31)),
        ((2026, 11, 30), "3M", (2027, 2, 28), (2027, 2, 28)),
        ((2026, 12, 31), "90D", (2027, 3, 31), (2027, 3, 31)),
        ((2026, 12, 31), "2W", (2027, 1, 14), (2027, 1, 14)),
    ],
)
def test_a_tenor_is_added_to_a_date(start, tenor, plain, sticky):
    assert Tenor.parse(tenor).after(Day(*start)) == Day(*plain)
    assert Tenor.parse(tenor).after(Day(*start), end_of_month=True) == Day(*sticky)
    assert str(Tenor.parse(tenor)) == Tenor.parse(tenor).as_json() == tenor


def test_months_are_taken_away_too():
    assert add_months(Day(2026, 3, 31), -1) == Day(2026, 2, 28)
    assert add_months(Day(2026, 1, 15), -13) == Day(2024, 12, 15)


@pytest.mark.parametrize("text", ["", "6", "M", "6m", "0M", "-6M", "6M6M", "06M", "１M", "99999D", "6 M", None, 6])
def test_a_tenor_from_outside_is_read_strictly(text):
    with pytest.raises(Refusal, match="bad_tenor") as refused:
        Tenor.parse(text, field="usance")
    assert refused.value.where.field == "usance"


def test_a_maturity_is_rolled_once_at_the_end():
    china = china_interbank()
    assert maturity(Day(2025, 11, 30), Tenor(6, "M"), china) == Day(2026, 6, 1)  # 30 May is a Saturday
    assert maturity(Day(2025, 11, 30), Tenor(6, "M"), china, end_of_month=True) == Day(2026, 6, 1)
    assert maturity(Day(2025, 11, 30), Tenor(6, "M"), china, convention=Roll.MODIFIED_FOLLOWING) == Day(2026, 5, 29)
    assert maturity(Day(2025, 10, 1), Tenor(1, "Y"), china, convention=Roll.UNADJUSTED) == Day(2026, 10, 1)


def test_calendars_are_found_by_name():
    assert calendar_named("CN-IB") is china_interbank()
    with pytest.raises(Refusal, match="unknown_calendar") as refused:
        calendar_named("cn-ib")
    assert "CN-IB, CN-SSE" in refused.value.sentence("zh")


def test_a_calendar_is_a_value():
    assert PLAIN.with_days([]) == PLAIN
    assert hash(PLAIN.with_days([])) == hash(PLAIN)
    with pytest.raises(TypeError):
        PLAIN.exceptions[Day(2026, 1, 2)] = CalendarDay(Day(2026, 1, 2), False)
    with pytest.raises(ValueError, match="ends before"):
        Calendar("BAD", Day(2026, 1, 2), Day(2026, 1, 1))


def test_other_countries_rest_on_other_days():
    gulf = Calendar("GULF", Day(2026, 1, 1), Day(2026, 12, 31), weekend=frozenset({4, 5}))
    assert roll(Day(2026, 5, 29), Roll.FOLLOWING, gulf) == Day(2026, 5, 31)


def test_the_library_of_holidays_is_loaded_only_when_a_calendar_is_asked_for():
    """Every command imports the kernel; loading the holidays of all countries would cost each of them half a second."""
    program = (
        "import sys, openscf.kernel.calendars, openscf.kernel.rates;"
        "assert 'holidays' not in sys.modules;"
        "openscf.kernel.calendars.china_interbank();"
        "assert 'holidays' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
