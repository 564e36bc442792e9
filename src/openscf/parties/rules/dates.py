"""Days on which something holds: from a first day up to, not including, a last one."""

import datetime as dt
from typing import Final

from openscf.kernel.errors import Where, refusal

BUSINESS_ZONE: Final = dt.timezone(dt.timedelta(hours=8), "CST")
"""China has one time zone and no summer time; a business date is the date there."""

BAD_PERIOD = refusal(
    "bad_period",
    en="The period from {start} to {end} is empty: its end must be later than its start.",
    zh="期间 {start} 至 {end} 为空：截止日必须晚于起始日。",
    fix_en="Give an end after the start; the end itself is the first day that no longer counts.",
    fix_zh="请填写晚于起始日的截止日；截止日当天不再有效。",
)


def business_date(at: dt.datetime) -> dt.date:
    """The date in China at that instant."""
    return at.astimezone(BUSINESS_ZONE).date()


def end_of(until: dt.date | None) -> dt.date:
    """The end as a date that compares: open ends lie behind all others."""
    return dt.date.max if until is None else until


def holds(start: dt.date, until: dt.date | None, on: dt.date) -> bool:
    """Whether the day `on` lies in the period."""
    return start <= on < end_of(until)


def checked_period(start: dt.date, until: dt.date | None) -> None:
    """Refuse a period that holds on no day.

    Raises:
        Refusal: `bad_period`.
    """
    if until is not None and until <= start:
        raise BAD_PERIOD(start=start.isoformat(), end=until.isoformat(), where=Where(field="valid_until"))
