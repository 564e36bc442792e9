"""Numbers in documents: a float is written as the shortest text that reads back as the very same float.

Canonical JSON has no floats, because a float has many spellings; `repr` gives each float exactly one.
"""

import math
from typing import Any, Final

from openscf.kernel.errors import refusal

PPM: Final = 1_000_000  # probabilities are kept as whole millionths

MODEL_MALFORMED = refusal(
    "model_malformed",
    en="This is no model that can be used: {reason}.",
    zh="该模型文件无法使用：{reason}。",
    fix_en="Export the model again from the registry, unchanged.",
    fix_zh="请从模型库重新导出，不要修改。",
)


def spelled(value: float | int | None) -> str | None:
    """The one text of a number; None stays None."""
    if value is None:
        return None
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        raise ValueError("a missing value is None")
    return repr(float(value))


def read(text: Any) -> float | int | None:
    """The number of a text that `spelled` wrote.

    Raises:
        Refusal: `model_malformed`: it is no number.
    """
    if text is None:
        return None
    try:
        return int(text) if str(text).lstrip("-").isdigit() else float(text)
    except (TypeError, ValueError):
        raise MODEL_MALFORMED(reason=f"{ascii(text)[:40]} is no number") from None


def ppm(probability: float) -> int:
    """A probability in whole millionths, within 1 and 999,999: nothing is certain."""
    return min(max(round(probability * PPM), 1), PPM - 1)


def logistic(value: float) -> float:
    """1 / (1 + exp(-value)), without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1.0 + grown)
