"""Amounts as people write them, where only minor units and a code are at hand."""

from openscf.kernel.money.currencies import CURRENCIES
from openscf.kernel.money.value import LIMIT_MINOR, Money


def written(minor: int, code: str) -> str:
    """An amount as a sentence says it: `1,234.50 CNY`.

    Args:
        minor: Minor units of a currency, or a count of another unit (kilograms pledged).
        code: ISO 4217, or what the other unit is called; empty where nobody knows.
    """
    unit = CURRENCIES.get(code)
    known = unit is not None and abs(minor) < LIMIT_MINOR
    return f"{Money(minor, unit).grouped if known and unit else f'{minor:,}'} {code}".rstrip()
