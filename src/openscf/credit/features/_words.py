"""Feature values as people read them."""

import math

from openscf.credit.features._contract import Feature, Unit
from openscf.kernel.errors import Language

_MISSING = {"en": "not known", "zh": "缺失"}
_NAMES = {
    Unit.DAYS: {"en": "{} days", "zh": "{} 天"},
    Unit.MONTHS: {"en": "{} months", "zh": "{} 个月"},
    Unit.COUNT: {"en": "{}", "zh": "{}"},
}


def worded(feature: Feature, value: float | int | None, language: Language) -> str:
    """A value with its unit: `12.5 %`, `1,234.56`, `40 days`."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return _MISSING[language]
    if feature.unit is Unit.MINOR:
        return amount(round(value))
    if feature.unit is Unit.RATIO:
        return f"{value:.2f}" if abs(value) > 2 else f"{value * 100:.1f} %"
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return _NAMES[feature.unit][language].format(text)


def amount(minor: int) -> str:
    """An amount in major units with two decimals; integers only."""
    whole, rest = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole:,}.{rest:02}"
