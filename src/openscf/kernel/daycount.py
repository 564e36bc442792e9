"""Day-count conventions: what fraction of a year a period is, as an exact fraction.

The first day counts and the last does not ("head, not tail", 算头不算尾): a period is the half-open span from its
first day to the day on which it ends, so adjoining periods never share a day.

Sources: 2006 ISDA Definitions, section 4.16 (b) Actual/Actual, (d) Actual/365 (Fixed), (e) Actual/360, (f) 30/360,
(g) 30E/360. The US variant of 30/360 (with the rule for the end of February) is that of the Securities Industry
Association, *Standard Securities Calculation Methods*, volume 1; QuantLib calls it `Thirty360::USA`.
"""

import calendar
import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from openscf.kernel.errors import refusal

PERIOD_REVERSED = refusal(
    "period_reversed",
    en="The period ends on {end_on}, before it starts on {start_on}.",
    zh="期间的结束日 {end_on} 早于开始日 {start_on}。",
    fix_en="Exchange the two dates, or correct them.",
    fix_zh="请更正或调换两个日期。",
)

UNKNOWN_DAY_COUNT = refusal(
    "unknown_day_count",
    en="{name} is not a day-count basis; known: {known}.",
    zh="{name} 不是计息基准；可用：{known}。",
    fix_en="Choose one of the list.",
    fix_zh="请从列表中选择。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start_on` (counted) to `end_on` (not counted).

    Raises:
        TypeError: One of the two is no date, or an instant.
        Refusal: `period_reversed`.
    """

    start_on: dt.date
    end_on: dt.date

    def __post_init__(self) -> None:
        if type(self.start_on) is not dt.date or type(self.end_on) is not dt.date:
            raise TypeError("a period runs from a date to a date")
        if self.end_on < self.start_on:
            raise PERIOD_REVERSED(start_on=self.start_on.isoformat(), end_on=self.end_on.isoformat())

    @property
    def days(self) -> int:
        """Calendar days, head and not tail."""
        return (self.end_on - self.start_on).days

    def __str__(self) -> str:
        return f"{self.start_on}/{self.end_on}"


class DayCount(enum.Enum):
    """The bases of a contract; the value is how the contract writes it."""

    ACT_360 = "ACT/360"  # the money market, and the default for CNY
    ACT_365F = "ACT/365F"  # always 365, in leap years too
    ACT_ACT_ISDA = "ACT/ACT ISDA"  # days in leap years over 366, the others over 365
    THIRTY_360 = "30/360"  # ISDA 4.16(f), "bond basis": no rule for February
    THIRTY_360_US = "30/360 US"  # as 30/360, but the last of February counts as a 30th
    THIRTY_E_360 = "30E/360"  # ISDA 4.16(g), "Eurobond basis": every 31st is a 30th

    @classmethod
    def parse(cls, name: str) -> "DayCount":
        """The basis that a contract writes this way.

        Raises:
            Refusal: `unknown_day_count`, with what is known.
        """
        found = {basis.value: basis for basis in cls}.get(name)
        if found is None:
            raise UNKNOWN_DAY_COUNT(name=repr(str(name)[:20]), known=", ".join(basis.value for basis in cls))
        return found

    def days(self, period: Period) -> int:
        """The days that count: calendar days, or days of months of thirty."""
        rule = _THIRTY.get(self)
        return period.days if rule is None else rule(period.start_on, period.end_on)

    def year_fraction(self, period: Period) -> Fraction:
        """The period as an exact fraction of a year."""
        if self is DayCount.ACT_ACT_ISDA:
            return _act_act_isda(period)
        return Fraction(self.days(period), 365 if self is DayCount.ACT_365F else 360)

    def as_json(self) -> str:
        """The name that a contract writes."""
        return self.value


def _act_act_isda(period: Period) -> Fraction:
    """Each calendar year's share of the days, over that year's own length."""
    whole = Fraction(0)
    for year in range(period.start_on.year, period.end_on.year + 1):
        opens, closes = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal() + 1
        days = min(period.end_on.toordinal(), closes) - max(period.start_on.toordinal(), opens)
        whole += Fraction(days, closes - opens)
    return whole


def _thirty(start: dt.date, end: dt.date, *, first: int, last: int) -> int:
    """Days between two dates of months of thirty days, with the two days of the month as a convention sets them."""
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def _bond_basis(start: dt.date, end: dt.date) -> int:
    first = min(start.day, 30)
    return _thirty(start, end, first=first, last=30 if end.day == 31 and first == 30 else end.day)


def _us(start: dt.date, end: dt.date) -> int:
    """The SIA's order of rules: both ends in February, then the first, then the 31sts."""
    first, last = start.day, end.day
    if _ends_february(start):
        first = 30
        last = 30 if _ends_february(end) else last
    first = min(first, 30)
    return _thirty(start, end, first=first, last=30 if last == 31 and first == 30 else last)


def _eurobond(start: dt.date, end: dt.date) -> int:
    return _thirty(start, end, first=min(start.day, 30), last=min(end.day, 30))


def _ends_february(on: dt.date) -> bool:
    return on.month == 2 and on.day == calendar.monthrange(on.year, 2)[1]


_THIRTY: dict[DayCount, Callable[[dt.date, dt.date], int]] = {
    DayCount.THIRTY_360: _bond_basis,
    DayCount.THIRTY_360_US: _us,
    DayCount.THIRTY_E_360: _eurobond,
}
