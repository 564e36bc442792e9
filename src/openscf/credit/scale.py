"""The master scale: fifteen grades of PD and default, and how foreign scales map onto it.

Each grade's PD is about 1.6 times that of the grade before, from 0.03 % (the floor of Basel II) to 20 %; a PD belongs
to the grade whose PD is nearest on a logarithmic scale. Foreign scales are data: a letter or a band of points stands
for a PD, and the master grade follows from it. An agency's letter and a bank's class say different things in
different markets, so a deployment replaces these tables by its own calibration (`register_scale`).
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from openscf.credit.exact import BILLION
from openscf.kernel.errors import Where, refusal
from openscf.kernel.registry import Registry

GRADE_PDS_PPB: Final = (
    300_000, 500_000, 800_000, 1_300_000, 2_000_000, 3_200_000, 5_000_000, 8_000_000, 13_000_000, 20_000_000,
    32_000_000, 50_000_000, 80_000_000, 130_000_000, 200_000_000,
)  # fmt: skip
"""One year's PD of grades 1 to 15, parts per billion."""

WORST_GRADE: Final = len(GRADE_PDS_PPB)
DEFAULT_GRADE: Final = WORST_GRADE + 1
_UPPER_PPB: Final = tuple(round(math.sqrt(low * high)) for low, high in pairwise(GRADE_PDS_PPB))

UNKNOWN_RATING_SCALE = refusal(
    "unknown_rating_scale",
    en="There is no rating scale {name}; known: {known}.",
    zh="没有评级体系 {name}；已知：{known}。",
    fix_en="Choose one of them, or give the probability of default itself.",
    fix_zh="请选择其中之一，或直接填写违约概率。",
    status=400,
)
UNKNOWN_RATING_SYMBOL = refusal(
    "unknown_rating_symbol",
    en="The scale {scale} has no {symbol}; it has {known}.",
    zh="评级体系 {scale} 中没有 {symbol}；包括：{known}。",
    fix_en="Copy the symbol from the rating.",
    fix_zh="请按评级报告填写评级符号。",
    status=400,
)


def master_grade(pd_ppb: int) -> int:
    """The master grade of a PD: 1 (best) to 15, and 16 for default.

    Args:
        pd_ppb: One year's PD in parts per billion, 0 to 10⁹; only certainty is default.

    Raises:
        ValueError: It is no probability.
    """
    if not 0 <= pd_ppb <= BILLION:
        raise ValueError(f"{pd_ppb} is no probability in parts per billion")
    return DEFAULT_GRADE if pd_ppb == BILLION else 1 + bisect_left(_UPPER_PPB, pd_ppb)


def pd_of_grade(grade: int) -> int:
    """One year's PD of a master grade, parts per billion; 10⁹ for default.

    Raises:
        ValueError: There is no such grade.
    """
    if not 1 <= grade <= DEFAULT_GRADE:
        raise ValueError(f"there is no grade {grade}")
    return BILLION if grade == DEFAULT_GRADE else GRADE_PDS_PPB[grade - 1]


def grade_name(grade: int) -> str:
    """`M1` to `M15`, `D`."""
    return "D" if grade == DEFAULT_GRADE else f"M{grade}"


@dataclass(frozen=True, slots=True)
class RatingScale:
    """A rater's scale.

    Attributes:
        name: Stable, plain lower-case words.
        pds_ppb: The one-year PD of each symbol, parts per billion.
    """

    name: str
    pds_ppb: Mapping[str, int]

    def pd_of(self, symbol: str) -> int:
        """The PD that a symbol stands for, parts per billion.

        Raises:
            Refusal: `unknown_rating_symbol`.
        """
        found = self.pds_ppb.get(symbol.strip().upper())
        if found is None:
            known = ", ".join(self.pds_ppb)
            raise UNKNOWN_RATING_SYMBOL(
                scale=self.name, symbol=ascii(symbol)[:20], known=known, where=Where(field="symbol")
            )
        return found


SCALES: Final[Registry[RatingScale]] = Registry(
    "rating_scale", of=RatingScale, name=lambda scale: scale.name, unknown=UNKNOWN_RATING_SCALE
)
"""All known scales."""


def register_scale(name: str, percents: Mapping[str, float]) -> RatingScale:
    """Make a scale known from the PDs of its symbols in per cent.

    Raises:
        ValueError: The name is taken, or a PD is none.
    """
    pds = {symbol.upper(): round(percent * BILLION / 100) for symbol, percent in percents.items()}
    for pd in pds.values():
        master_grade(pd)
    return SCALES.add(RatingScale(name, pds), origin=__name__)


register_scale(
    "master", {grade_name(grade): pd_of_grade(grade) * 100 / BILLION for grade in range(1, DEFAULT_GRADE + 1)}
)
# International letters: long-run one-year default rates of the global agencies' studies, rounded.
register_scale(
    "international",
    {"AAA": 0.03, "AA": 0.05, "A": 0.08, "BBB": 0.2, "BB": 0.8, "B": 3.5, "CCC": 20, "CC": 40, "C": 60, "D": 100},
)
# China's domestic letters are narrower at the top: a domestic AA is a middling firm.
register_scale(
    "china_domestic",
    {"AAA": 0.1, "AA+": 0.3, "AA": 0.8, "AA-": 2, "A+": 3, "A": 5, "A-": 7, "BBB": 10, "BB": 15, "B": 20, "C": 60},
)
# A bank's five categories of assets, seen as a judgement on the debtor 五级分类.
register_scale("bank_five", {"PASS": 1, "MENTION": 8, "SUBSTANDARD": 100, "DOUBTFUL": 100, "LOSS": 100})
# Bands of an e-commerce platform's points, best first.
register_scale("ecommerce", {"S": 0.5, "A": 1.2, "B": 3, "C": 8, "D": 20})
# The modelling contest's letters of 2020; every D there had defaulted.
register_scale("contest", {"A": 1, "B": 3, "C": 10, "D": 100})
