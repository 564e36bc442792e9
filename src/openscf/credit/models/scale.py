"""The master scale: bands of the one-year probability of default, each with a grade, the same for every model."""

import bisect
from dataclasses import dataclass
from typing import Final

from openscf.credit.models.numbers import PPM


@dataclass(frozen=True, slots=True)
class Grade:
    """A band of the master scale.

    Attributes:
        code: Its name.
        below_ppm: Probabilities of default under this, in millionths, and not in a better band.
        en, zh: What it means.
    """

    code: str
    below_ppm: int
    en: str
    zh: str


MASTER_SCALE: Final = (
    Grade("AAA", 300, "almost certain to pay", "偿付能力极强"),
    Grade("AA", 1_000, "very strong", "偿付能力很强"),
    Grade("A", 3_000, "strong", "偿付能力较强"),
    Grade("BBB", 10_000, "adequate", "偿付能力一般"),
    Grade("BB", 30_000, "some doubt", "偿付能力较弱"),
    Grade("B", 80_000, "weak", "偿付能力弱"),
    Grade("CCC", 200_000, "very weak", "偿付能力很弱"),
    Grade("CC", 500_000, "likely to default", "很可能违约"),
    Grade("C", PPM, "almost certain to default", "基本确定违约"),
)
"""Bands about a factor of three wide, so that grades differ by more than the error of a model (Basel, CRE36.15: at
least seven grades for those who have not defaulted)."""


def grade_of(pd_ppm: int) -> Grade:
    """The grade of a probability of default in millionths, 0 to 999,999."""
    return MASTER_SCALE[bisect.bisect_right([grade.below_ppm for grade in MASTER_SCALE], pd_ppm)]
