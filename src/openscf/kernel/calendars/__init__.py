"""Business calendars: open days with their certainty, date rules, tenors, and the calendars of China."""

from openscf.kernel.calendars.china import calendar_named, china_exchanges, china_interbank
from openscf.kernel.calendars.conventions import (
    Roll,
    add_business_days,
    business_days_between,
    due_day,
    is_business_day,
    maturity,
    roll,
)
from openscf.kernel.calendars.model import (
    BusinessCalendar,
    Calendar,
    CalendarDay,
    DayStatus,
    Gazette,
    JointCalendar,
)
from openscf.kernel.calendars.tenors import Tenor, add_months

__all__ = [
    "BusinessCalendar",
    "Calendar",
    "CalendarDay",
    "DayStatus",
    "Gazette",
    "JointCalendar",
    "Roll",
    "Tenor",
    "add_business_days",
    "add_months",
    "business_days_between",
    "calendar_named",
    "china_exchanges",
    "china_interbank",
    "due_day",
    "is_business_day",
    "maturity",
    "roll",
]
