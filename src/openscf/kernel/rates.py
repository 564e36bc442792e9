"""Annual rates, and the interest and discounts computed from them in one step, rounded once.

PRODUCTS section 0: `principal × rate × days / basis`, rounded once, half-up to the minor unit, when it is posted. A
rate per day is never rounded first: at six decimals, 8 % a year on 1,000,000 would lose 17.81 over 100 days.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from openscf.kernel.daycount import DayCount, Period
from openscf.kernel.errors import Where, refusal
from openscf.kernel.money import Money, Rounding, as_fraction, round_to_int

HIGHEST_RATE = Fraction(10)  # 1,000 % a year: above it, somebody has confused per cent, basis points and parts of one
PENALTY_MULTIPLIER = Fraction(3, 2)  # 150 % of the contract rate, where the contract does not say otherwise
_RATE = re.compile(r"(0|[1-9][0-9]{0,5})(?:\.([0-9]{1,12}))?(%?)", re.ASCII)

BAD_RATE = refusal(
    "bad_rate",
    en="{field}: {value} is not an annual rate between 0 % and 1,000 %.",
    zh="{field}：{value} 不是 0% 至 1,000% 之间的年利率。",
    fix_en='Write it in per cent, such as "7.2%", or as a part of one, such as "0.072".',
    fix_zh='请以百分数填写，例如 "7.2%"，或以小数填写，例如 "0.072"。',
    status=400,
)


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A rate per year, exact.

    Attributes:
        per_year: The part of the principal that a year costs: 9/125 for 7.2 %.
    """

    per_year: Fraction

    def __post_init__(self) -> None:
        if not isinstance(self.per_year, Fraction):
            raise TypeError(f"a rate is an exact fraction, not {type(self.per_year).__name__}")

    @classmethod
    def bps(cls, points: int) -> Self:
        """From basis points: 720 is 7.2 % a year."""
        return cls(as_fraction(points) / 10_000)

    @classmethod
    def percent(cls, text: str | Decimal | int | Fraction) -> Self:
        """From per cent, exactly: "7.2" is 7.2 % a year. For rates that the program itself writes down."""
        return cls((Fraction(text) if isinstance(text, str) else as_fraction(text)) / 100)

    @classmethod
    def per_day(cls, text: str, *, year_days: int = 360) -> Self:
        """From per cent a day, as advances under bills are quoted: "0.05" is 0.05 % a day, 18 % over 360 days."""
        return cls(Fraction(text) / 100 * year_days)

    @classmethod
    def parse(cls, text: object, *, field: str = "rate") -> Self:
        """Read a rate that somebody sent: "7.2%" or "0.072".

        Raises:
            Refusal: `bad_rate`, with the field: no text, a number, a sign, an exponent, above 1,000 %.
        """
        match = _RATE.fullmatch(text) if isinstance(text, str) and len(text) <= 20 else None
        if match is not None:
            whole, decimals, percent = match.groups("")
            value = Fraction(int(whole + decimals), int(10 ** len(decimals)) * (100 if percent else 1))
            if value <= HIGHEST_RATE:
                return cls(value)
        raise BAD_RATE(field=field, value=ascii(text)[:30], where=Where(field=field))

    def __add__(self, other: "Rate") -> "Rate":
        if not isinstance(other, Rate):
            return NotImplemented
        return Rate(self.per_year + other.per_year)

    def times(self, factor: Fraction | Decimal | int) -> "Rate":
        """This rate times an exact factor, not rounded."""
        return Rate(self.per_year * as_fraction(factor))

    def percent_text(self, places: int = 2, rounding: Rounding = Rounding.HALF_UP) -> str:
        """The rate in per cent with so many decimals, for people: `36.73`."""
        return str(Decimal(round_to_int(self.per_year * 100 * 10**places, rounding)).scaleb(-places))

    def as_json(self) -> str:
        """The exact value: per year as a fraction in lowest terms, `9/125`."""
        return str(self.per_year)

    def __str__(self) -> str:
        exact = Decimal(self.per_year.numerator * 100) / Decimal(self.per_year.denominator)
        return f"{exact.normalize():f} %" if Fraction(exact) == self.per_year * 100 else f"≈ {self.percent_text(6)} %"


def interest(
    principal: Money,
    rate: Rate,
    period: Period,
    *,
    basis: DayCount = DayCount.ACT_360,
    rounding: Rounding = Rounding.HALF_UP,
) -> Money:
    """Simple interest on `principal` over `period`, in one step, rounded once.

    Args:
        principal: Outstanding throughout the period; a negative one (a reversal) gives the exact mirror.
        rate: Per year.
        period: First day counted, last day not.
        basis: A field of the contract; `ACT/360` is the custom for CNY.
        rounding: Half-up where the contract does not say otherwise.
    """
    return principal.times(rate.per_year * basis.year_fraction(period), rounding)


def accrual(
    principal: Money,
    rate: Rate,
    period: Period,
    *,
    since_on: dt.date,
    basis: DayCount = DayCount.ACT_360,
) -> Money:
    """What `period` adds to the interest that runs since `since_on`, each time rounded on the whole.

    The accruals of adjoining periods, day by day or month by month, sum to exactly what one posting at the end would
    be; rounding each day by itself would drift by half a fen a day.

    Args:
        principal: Outstanding since `since_on`.
        rate: Per year.
        period: The part to accrue, a day or a month of it.
        since_on: Where the interest began to run, not after the period's start.
        basis: Of the contract.
    """
    before = interest(principal, rate, Period(since_on, period.start_on), basis=basis)
    return interest(principal, rate, Period(since_on, period.end_on), basis=basis) - before


def interest_for_days(principal: Money, rate: Rate, days: int, *, year_days: int = 360) -> Money:
    """Simple interest for a number of days that is already counted, rounded once, half-up.

    Raises:
        ValueError: `days` is negative, or `year_days` is not 360, 364, 365 or 366.
    """
    if days < 0 or year_days not in (360, 364, 365, 366):
        raise ValueError(f"{days} days of a year of {year_days}")
    return principal.times(rate.per_year * Fraction(days, year_days), Rounding.HALF_UP)


def discount(
    face: Money,
    rate: Rate,
    period: Period,
    *,
    basis: DayCount = DayCount.ACT_360,
    extra_days: int = 0,
) -> tuple[Money, Money]:
    """Discount a claim: interest on the face is taken at once (贴现).

    Args:
        face: What the obligor pays at the end of the period.
        rate: Discount rate per year, on the face.
        period: From the day of payment to the maturity, already rolled to a business day.
        basis: Of the contract; `extra_days` need one that counts calendar days.
        extra_days: Days of grace on top, three for an acceptor in another town.

    Returns:
        The discount and the proceeds; the two sum to the face.

    Raises:
        ValueError: `extra_days` is negative, or the basis does not count calendar days over a fixed year.
    """
    if extra_days < 0 or (extra_days and basis not in (DayCount.ACT_360, DayCount.ACT_365F)):
        raise ValueError(f"{extra_days} extra days under {basis.value}")
    extra = Fraction(extra_days, 365 if basis is DayCount.ACT_365F else 360)
    taken = face.times(rate.per_year * (basis.year_fraction(period) + extra), Rounding.HALF_UP)
    return taken, face - taken


def penalty_rate(contract: Rate, *, multiplier: Fraction = PENALTY_MULTIPLIER) -> Rate:
    """The rate on overdue principal: a field of the contract, 150 % of the contract rate by default."""
    return contract.times(multiplier)


def implied_rate(cost: Money, *, on: Money, days: int, year_days: int = 360) -> Rate:
    """The simple annual rate at which `on` costs `cost` over `days`.

    "2/10 net 30" not taken: 2 more for keeping 98 another 20 days is 36.73 % a year.

    Raises:
        Refusal: `currency_mismatch`.
        ValueError: There is nothing, or no time, to spread the cost over.
    """
    if on.minor <= 0 or days <= 0:
        raise ValueError(f"no rate on {on} over {days} days")
    return Rate(cost.ratio_to(on) * Fraction(year_days, days))
