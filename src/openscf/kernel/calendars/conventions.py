"""Date rules on a calendar: rolling to a business day, counting business days, maturities.

Source of the conventions: 2006 ISDA Definitions, section 4.12.
"""

import datetime as dt
import enum

from openscf.kernel.calendars.model import BusinessCalendar, CalendarDay, DayStatus
from openscf.kernel.calendars.tenors import Tenor

_ONE = dt.timedelta(days=1)


class Roll(enum.Enum):
    """What happens to a date on which business rests."""

    FOLLOWING = "following"  # the next business day: the custom for bills and receivables
    MODIFIED_FOLLOWING = "modified_following"  # the next one, unless that is in another month: then the one before
    PRECEDING = "preceding"  # the business day before
    MODIFIED_PRECEDING = "modified_preceding"  # the one before, unless that is in another month: then the next
    UNADJUSTED = "unadjusted"  # the date stays


def is_business_day(on: dt.date, calendar: BusinessCalendar) -> bool:
    """Whether `on` is open.

    Raises:
        Refusal: `date_outside_calendar`.
    """
    return calendar.day(on).is_open


def roll(on: dt.date, convention: Roll, calendar: BusinessCalendar) -> dt.date:
    """`on` moved to a business day as the convention says; a business day stays.

    Raises:
        Refusal: `date_outside_calendar`, if the answer depends on days that the calendar does not cover.
    """
    if convention is Roll.UNADJUSTED or calendar.day(on).is_open:
        return on
    step = _ONE if convention in (Roll.FOLLOWING, Roll.MODIFIED_FOLLOWING) else -_ONE
    if convention in (Roll.FOLLOWING, Roll.PRECEDING):
        return _nearest(on, step, calendar)
    return _within_month(on, step, calendar) or _nearest(on, -step, calendar)


def due_day(on: dt.date, calendar: BusinessCalendar, convention: Roll = Roll.FOLLOWING) -> CalendarDay:
    """Where a due date lands, and whether that is certain.

    The answer is gazetted only if every day that was looked at is: a provisional day on the way may still become a
    working day, and the due date would land there.
    """
    asked = _Asked(calendar)
    landed = calendar.day(roll(on, convention, asked))
    sure = landed.is_gazetted and all(day.is_gazetted for day in asked.days)
    return CalendarDay(landed.on, landed.is_open, DayStatus.GAZETTED if sure else DayStatus.PROVISIONAL)


def add_business_days(on: dt.date, count: int, calendar: BusinessCalendar) -> dt.date:
    """The business day that is `count` business days after `on` (before it, if negative).

    `on` itself is not counted, open or not; a count of zero rolls it to the following business day.

    Raises:
        Refusal: `date_outside_calendar`.
    """
    if count == 0:
        return roll(on, Roll.FOLLOWING, calendar)
    step = _ONE if count > 0 else -_ONE
    for _ in range(abs(count)):
        on = _nearest(on + step, step, calendar)
    return on


def business_days_between(start_on: dt.date, end_on: dt.date, calendar: BusinessCalendar) -> int:
    """How many business days there are from `start_on` (counted) to `end_on` (not counted); never negative."""
    days = range(max((end_on - start_on).days, 0))
    return sum(calendar.day(start_on + _ONE * count).is_open for count in days)


def maturity(
    start_on: dt.date,
    tenor: Tenor,
    calendar: BusinessCalendar,
    *,
    convention: Roll = Roll.FOLLOWING,
    end_of_month: bool = False,
) -> dt.date:
    """When a contract of `tenor` that starts on `start_on` falls due, rolled once, at the end.

    Raises:
        Refusal: `date_outside_calendar`.
    """
    return roll(tenor.after(start_on, end_of_month=end_of_month), convention, calendar)


class _Asked:
    """A calendar that remembers the days it was asked for."""

    def __init__(self, calendar: BusinessCalendar) -> None:
        self._calendar = calendar
        self.days: list[CalendarDay] = []

    @property
    def code(self) -> str:
        return self._calendar.code

    def day(self, on: dt.date) -> CalendarDay:
        self.days.append(self._calendar.day(on))
        return self.days[-1]


def _nearest(on: dt.date, step: dt.timedelta, calendar: BusinessCalendar) -> dt.date:
    while not calendar.day(on).is_open:
        on += step
    return on


def _within_month(on: dt.date, step: dt.timedelta, calendar: BusinessCalendar) -> dt.date | None:
    """The nearest business day of the same month; the calendar is not asked for days beyond it."""
    month = on.month
    while on.month == month:
        if calendar.day(on).is_open:
            return on
        on += step
    return None
