"""Business calendars as values: which days are open, how sure that is, and where the knowledge ends."""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

from openscf.kernel.errors import refusal

SATURDAY_SUNDAY = frozenset({5, 6})

DATE_OUTSIDE_CALENDAR = refusal(
    "date_outside_calendar",
    en="{on} is outside the calendar {calendar}, which runs from {first_on} to {last_on}.",
    zh="{on} 超出日历 {calendar} 的范围（{first_on} 至 {last_on}）。",
    fix_en="Choose a date inside the range, or have the calendar extended.",
    fix_zh="请选择范围内的日期，或先延长该日历。",
)


class DayStatus(enum.Enum):
    """How sure a day is."""

    GAZETTED = "gazetted"  # published by the authority that decides
    PROVISIONAL = "provisional"  # computed from the law; the notice of that year may still move it


@dataclass(frozen=True, slots=True, order=True)
class CalendarDay:
    """What a calendar says of one day.

    Attributes:
        on: The day.
        is_open: Whether it is a business day.
        status: Whether that has been published.
    """

    on: dt.date
    is_open: bool
    status: DayStatus = field(default=DayStatus.GAZETTED, compare=False)

    @property
    def is_gazetted(self) -> bool:
        """Whether the day has been published, so that a contract may rely on it."""
        return self.status is DayStatus.GAZETTED


@dataclass(frozen=True, slots=True)
class Gazette:
    """The notice that settles one calendar year (in China the State Council's, every November).

    Attributes:
        year: The year it settles; every day of it becomes gazetted.
        closed: Weekdays on which business rests.
        working: Weekend days on which business is done in exchange (调休).

    A notice may name days of the neighbouring years too (a working Saturday of December for a holiday in January):
    those days alone are settled there.
    """

    year: int
    closed: frozenset[dt.date] = frozenset()
    working: frozenset[dt.date] = frozenset()


class BusinessCalendar(Protocol):
    """What the date rules need of a calendar, single or joint."""

    @property
    def code(self) -> str:
        """The name that a contract uses."""
        ...

    def day(self, on: dt.date) -> CalendarDay:
        """What the calendar says of this day.

        Raises:
            Refusal: `date_outside_calendar`; the calendar never guesses.
        """
        ...


@dataclass(frozen=True, slots=True)
class Calendar:
    """A weekly rest and the exceptions from it, over a range of days.

    Attributes:
        code: Name that contracts use, `CN-IB`.
        first_on: First day it speaks of.
        last_on: Last day it speaks of.
        gazetted_years: Years that have been published; other days are provisional unless they are exceptions that say
            otherwise.
        exceptions: The days that differ from the weekly rule, or from their year's status.
        weekend: Days of weekly rest, Monday being 0.
    """

    code: str
    first_on: dt.date
    last_on: dt.date
    gazetted_years: frozenset[int] = frozenset()
    exceptions: Mapping[dt.date, CalendarDay] = field(default_factory=dict, hash=False)
    weekend: frozenset[int] = SATURDAY_SUNDAY

    def __post_init__(self) -> None:
        if self.last_on < self.first_on:
            raise ValueError(f"calendar {self.code} ends before it starts")
        outside = [on for on in self.exceptions if not self.first_on <= on <= self.last_on]
        if outside:
            raise ValueError(f"calendar {self.code} has exceptions outside its range: {min(outside)}")
        object.__setattr__(self, "exceptions", MappingProxyType(dict(self.exceptions)))

    def day(self, on: dt.date) -> CalendarDay:
        """See `BusinessCalendar.day`."""
        if type(on) is not dt.date:
            raise TypeError("a calendar answers for dates, not for instants")
        if not self.first_on <= on <= self.last_on:
            raise DATE_OUTSIDE_CALENDAR(
                on=on.isoformat(),
                calendar=self.code,
                first_on=self.first_on.isoformat(),
                last_on=self.last_on.isoformat(),
            )
        return self.exceptions.get(on) or self._ordinary(on)

    def with_days(self, days: Iterable[CalendarDay]) -> "Calendar":
        """The calendar with these days settled as they say: an amendment in the course of a year.

        Raises:
            ValueError: A day lies outside the range.
        """
        return replace(self, exceptions={**self.exceptions, **{day.on: day for day in days}})

    def with_gazette(self, gazette: Gazette) -> "Calendar":
        """The calendar with one year replaced by what has been published for it, extended by that year if it is new.

        Raises:
            ValueError: The year would leave a gap after the range, a closed day is no weekday, or a working day is
                no weekend day (the notice was read wrongly).
        """
        new_year, last = dt.date(gazette.year, 1, 1), dt.date(gazette.year, 12, 31)
        if not self.first_on <= new_year <= self.last_on + dt.timedelta(days=1):
            raise ValueError(f"calendar {self.code} can't take {gazette.year}: it would leave a gap")
        self._check(gazette)
        named = [CalendarDay(on, False) for on in gazette.closed] + [CalendarDay(on, True) for on in gazette.working]
        kept = {on: day for on, day in self.exceptions.items() if on.year != gazette.year}
        return replace(
            self,
            last_on=max(self.last_on, last),
            gazetted_years=self.gazetted_years | {gazette.year},
            exceptions={**kept, **{day.on: day for day in named}},
        )

    def _check(self, gazette: Gazette) -> None:
        odd = [on for on in gazette.closed if on.weekday() in self.weekend]
        odd += [on for on in gazette.working if on.weekday() not in self.weekend]
        if odd:
            raise ValueError(f"the notice for {gazette.year} names {min(odd)} on the wrong side of the weekend")

    def _ordinary(self, on: dt.date) -> CalendarDay:
        status = DayStatus.GAZETTED if on.year in self.gazetted_years else DayStatus.PROVISIONAL
        return CalendarDay(on, on.weekday() not in self.weekend, status)


@dataclass(frozen=True, slots=True)
class JointCalendar:
    """Open only on days on which all its members are open: both banks, both countries.

    Attributes:
        members: At least two calendars.
    """

    members: tuple[BusinessCalendar, ...]

    def __post_init__(self) -> None:
        if len(self.members) < 2:
            raise ValueError("a joint calendar has at least two members")

    @property
    def code(self) -> str:
        """The members' codes, joined by `+`."""
        return "+".join(member.code for member in self.members)

    def day(self, on: dt.date) -> CalendarDay:
        """See `BusinessCalendar.day`. A day is gazetted when every member's is."""
        days = [member.day(on) for member in self.members]
        sure = all(day.is_gazetted for day in days)
        return CalendarDay(on, all(day.is_open for day in days), DayStatus.GAZETTED if sure else DayStatus.PROVISIONAL)
