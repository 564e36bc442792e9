"""Money: a whole number of minor units of one currency. Never a float, never two currencies in one sum."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from openscf.kernel.errors import refusal
from openscf.kernel.money.currencies import Currency
from openscf.kernel.money.rounding import Rounding, as_fraction, round_to_int

LIMIT_MINOR = 10**18  # |amount| stays below: 18 digits, and nine such amounts still add up inside a bigint

CURRENCY_MISMATCH = refusal(
    "currency_mismatch",
    en="{left} and {right} are in different currencies and can't be added, subtracted or compared.",
    zh="{left} 与 {right} 币种不同，不能相加、相减或比较。",
    fix_en="Use amounts of one currency, or convert one of them at an agreed rate first.",
    fix_zh="请使用同一币种，或先按约定汇率折算。",
)

AMOUNT_OUT_OF_RANGE = refusal(
    "amount_out_of_range",
    en="An amount in {currency} came out beyond the 18 digits that an account can carry.",
    zh="计算得到的 {currency} 金额超过账户可承载的 18 位数字。",
    fix_en="Check the amounts and the quantities it was computed from.",
    fix_zh="请检查参与计算的金额和数量。",
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency.

    Attributes:
        minor: Whole minor units (fen, cents, yen); negative is allowed, |minor| < 10**18.
        currency: Its currency.

    Raises:
        TypeError: `minor` is no int (a float, a bool, text).
        Refusal: `amount_out_of_range`.
    """

    minor: int
    currency: Currency

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {type(self.minor).__name__}")
        if not isinstance(self.currency, Currency):
            raise TypeError(f"the currency is a Currency, not {type(self.currency).__name__}")
        if not -LIMIT_MINOR < self.minor < LIMIT_MINOR:
            raise AMOUNT_OUT_OF_RANGE(currency=self.currency.code)

    @classmethod
    def zero(cls, currency: Currency) -> Self:
        """Nothing, in this currency."""
        return cls(0, currency)

    def __add__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __mul__(self, count: int) -> "Money":
        if type(count) is not int:
            return NotImplemented
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    def times(self, factor: Fraction | Decimal | int, rounding: Rounding) -> "Money":
        """This amount times an exact factor, rounded once.

        Args:
            factor: `Fraction(4, 5)` for an advance of 80 %.
            rounding: Named by the caller; interest and discounts of the house use `Rounding.HALF_UP`.
        """
        return Money(round_to_int(as_fraction(factor) * self.minor, rounding), self.currency)

    def ratio_to(self, whole: "Money") -> Fraction:
        """This amount as an exact fraction of `whole` (a loan-to-value, a share).

        Raises:
            Refusal: `currency_mismatch`.
            ZeroDivisionError: `whole` is nothing.
        """
        return Fraction(self.minor, self._same(whole).minor)

    @property
    def amount(self) -> str:
        """The plain decimal text: `1234.56`, `-0.05`, `1234` for yen."""
        exponent = self.currency.exponent
        digits = str(abs(self.minor)).rjust(exponent + 1, "0")
        text = digits if exponent == 0 else f"{digits[:-exponent]}.{digits[-exponent:]}"
        return f"-{text}" if self.minor < 0 else text

    @property
    def grouped(self) -> str:
        """The text for people: `1,234.56`."""
        major, point, rest = self.amount.lstrip("-").partition(".")
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{int(major):,}{point}{rest}"

    def as_json(self) -> dict[str, str]:
        """`{"amount": "1234.56", "currency": "CNY"}`; `parse_money` reads it back."""
        return {"amount": self.amount, "currency": self.currency.code}

    def __str__(self) -> str:
        return f"{self.currency.code} {self.grouped}"

    def _same(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            raise TypeError(f"{type(other).__name__} is not money")
        if other.currency != self.currency:
            raise CURRENCY_MISMATCH(left=str(self), right=str(other))
        return other


def total(parts: Iterable[Money], currency: Currency) -> Money:
    """The sum of `parts`, nothing of `currency` if there are none.

    Raises:
        Refusal: `currency_mismatch`, if one of the parts is in another currency.
    """
    whole = Money.zero(currency)
    for part in parts:
        whole += part
    return whole
