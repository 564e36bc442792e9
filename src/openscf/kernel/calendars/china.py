"""China's calendars: the interbank market (and the banks' counters) and the exchanges.

The State Council publishes each year's holidays, with the working weekends given in exchange (调休), in the November
before (全国年节及纪念日放假办法, State Council order 270, last revised by order 795). The years up to
`LAST_GAZETTED_YEAR` are published; they come from the pinned library `holidays` and, where it differs from what a
market did, from `CORRECTIONS` here. The years after that are computed from the law, without any working weekend,
because nobody knows those yet: every day of theirs is provisional.

The last week of a gazetted year may still be touched: the next notice has made a Saturday of December a working day
before (2018-12-29). `Calendar.with_gazette` takes such days in.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from openscf.kernel.calendars.model import Calendar, CalendarDay, DayStatus, Gazette
from openscf.kernel.errors import refusal

FIRST_YEAR = 2010
LAST_GAZETTED_YEAR = 2026
PROVISIONAL_YEARS = 6  # a lease of five years signed today still finds its last day

UNKNOWN_CALENDAR = refusal(
    "unknown_calendar",
    en="There is no calendar {name}; known: {known}.",
    zh="没有名为 {name} 的日历；可用：{known}。",
    fix_en="Choose one of the list.",
    fix_zh="请从列表中选择。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A day on which a market did something else than the library says.

    Attributes:
        calendar: Code of the calendar that is corrected.
        on: The day.
        is_open: What the market did.
        why: The source.
    """

    calendar: str
    on: dt.date
    is_open: bool
    why: str


CORRECTIONS = (
    Correction(
        "CN-SSE",
        dt.date(2024, 2, 9),
        False,
        "New Year's Eve: a working day by the State Council's notice for 2024, but the exchanges closed "
        "(Shanghai and Shenzhen, notices on the arrangements for 2024); the interbank market was open.",
    ),
)


@cache
def china_interbank() -> Calendar:
    """`CN-IB`: the interbank market, the clearing systems and corporate banking, with adjusted working weekends."""
    calendar = Calendar("CN-IB", dt.date(FIRST_YEAR, 1, 1), dt.date(FIRST_YEAR, 12, 31))
    for gazette in _gazettes():
        calendar = calendar.with_gazette(gazette)
    return _corrected(_with_provisional_years(calendar))


@cache
def china_exchanges() -> Calendar:
    """`CN-SSE`: the exchanges, which rest on every weekend, whatever the State Council moves."""
    calendar = Calendar("CN-SSE", dt.date(FIRST_YEAR, 1, 1), dt.date(FIRST_YEAR, 12, 31))
    for gazette in _gazettes():
        calendar = calendar.with_gazette(Gazette(gazette.year, closed=gazette.closed))
    return _corrected(_with_provisional_years(calendar))


_KNOWN = {"CN-IB": china_interbank, "CN-SSE": china_exchanges}


def calendar_named(code: str) -> Calendar:
    """The built-in calendar with this code.

    Raises:
        Refusal: `unknown_calendar`, with what is known.
    """
    if code not in _KNOWN:
        raise UNKNOWN_CALENDAR(name=ascii(code)[:20], known=", ".join(sorted(_KNOWN)))
    return _KNOWN[code]()


@cache
def _rest_and_work() -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """Weekdays of rest and weekend days of work, as the library knows them."""
    # Imported here: the library loads the holidays of every country (half a second), and most commands ask for none.
    from holidays.countries.china import China  # noqa: PLC0415

    years = range(FIRST_YEAR, LAST_GAZETTED_YEAR + PROVISIONAL_YEARS + 1)
    source: Any = China  # it carries no types of its own
    known = source(years=years)
    closed = frozenset(on for on in known if on.year in years and on.weekday() < 5)
    return closed, frozenset(on for on in known.weekend_workdays if on.year in years)


def _gazettes() -> list[Gazette]:
    closed, working = _rest_and_work()
    return [
        Gazette(
            year,
            closed=frozenset(on for on in closed if on.year == year),
            working=frozenset(on for on in working if on.year == year),
        )
        for year in range(FIRST_YEAR, LAST_GAZETTED_YEAR + 1)
    ]


def _with_provisional_years(calendar: Calendar) -> Calendar:
    closed, _ = _rest_and_work()
    last_on = dt.date(LAST_GAZETTED_YEAR + PROVISIONAL_YEARS, 12, 31)
    guessed = {on: CalendarDay(on, False, DayStatus.PROVISIONAL) for on in closed if on.year > LAST_GAZETTED_YEAR}
    return Calendar(
        calendar.code,
        calendar.first_on,
        last_on,
        gazetted_years=calendar.gazetted_years,
        exceptions={**calendar.exceptions, **guessed},
    )


def _corrected(calendar: Calendar) -> Calendar:
    mine = (correction for correction in CORRECTIONS if correction.calendar == calendar.code)
    return calendar.with_days(CalendarDay(correction.on, correction.is_open) for correction in mine)
