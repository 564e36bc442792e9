"""Tenors of contracts: "6M", "1Y", "90D"; how months and years are added to a date, and when the result falls due."""

import calendar as gregorian
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal, cast

from openscf.kernel.errors import Where, refusal

Unit = Literal["D", "W", "M", "Y"]
_TENOR = re.compile(r"([1-9][0-9]{0,3})([DWMY])", re.ASCII)

BAD_TENOR = refusal(
    "bad_tenor",
    en="{field}: {value} is not a tenor.",
    zh="{field}：{value} 不是有效的期限。",
    fix_en="Write a number and a unit: 90D, 2W, 6M or 1Y.",
    fix_zh="请填写数字和单位，例如 90D（天）、2W（周）、6M（月）、1Y（年）。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class Tenor:
    """A length of time as contracts state it.

    Attributes:
        count: How many units; above zero.
        unit: `D` calendar days, `W` weeks, `M` months, `Y` years.
    """

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: object, *, field: str = "tenor") -> "Tenor":
        """Read "6M".

        Raises:
            Refusal: `bad_tenor`, with the field.
        """
        match = _TENOR.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise BAD_TENOR(field=field, value=ascii(text)[:20], where=Where(field=field))
        return cls(int(match[1]), cast(Unit, match[2]))

    def after(self, start_on: dt.date, *, end_of_month: bool = False) -> dt.date:
        """The date this long after `start_on`, not yet rolled to a business day.

        A day that the target month does not have becomes its last: 31 January and one month is 28 or 29 February,
        29 February and one year is 28 February.

        Args:
            start_on: Where to start.
            end_of_month: A start on the last day of a month ends on the last day of a month (months and years only).
        """
        if self.unit in ("D", "W"):
            return start_on + dt.timedelta(days=self.count * (7 if self.unit == "W" else 1))
        return add_months(start_on, self.count * (12 if self.unit == "Y" else 1), end_of_month=end_of_month)

    def as_json(self) -> str:
        """As it is written: `6M`."""
        return str(self)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


def add_months(on: dt.date, months: int, *, end_of_month: bool = False) -> dt.date:
    """`on` moved by whole months, forward or back; see `Tenor.after` for the ends of months."""
    index = on.year * 12 + on.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = gregorian.monthrange(year, month)[1]
    sticks = end_of_month and on.day == gregorian.monthrange(on.year, on.month)[1]
    return dt.date(year, month, last if sticks else min(on.day, last))
