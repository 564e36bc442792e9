"""Money: integer minor units with their currency, strict reading, explicit rounding, splits that conserve the sum."""

from openscf.kernel.money.capitals import rmb_capitals
from openscf.kernel.money.currencies import CNY, CURRENCIES, EUR, JPY, USD, Currency, currency
from openscf.kernel.money.parsing import parse_amount, parse_money
from openscf.kernel.money.rounding import Rounding, as_fraction, round_to_int
from openscf.kernel.money.splits import equal_parts, instalments, pro_rata
from openscf.kernel.money.value import LIMIT_MINOR, Money, total
from openscf.kernel.money.writing import written

__all__ = [
    "CNY",
    "CURRENCIES",
    "EUR",
    "JPY",
    "LIMIT_MINOR",
    "USD",
    "Currency",
    "Money",
    "Rounding",
    "as_fraction",
    "currency",
    "equal_parts",
    "instalments",
    "parse_amount",
    "parse_money",
    "pro_rata",
    "rmb_capitals",
    "round_to_int",
    "total",
    "written",
]
