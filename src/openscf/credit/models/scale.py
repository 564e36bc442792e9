"""The master scale: fifteen grades of the one-year probability of default, the same for every model.

Each grade's PD is about 1.6 times that of the grade before, from 0.03 % to 20 %; a PD belongs to the grade whose PD is
nearest on a logarithmic scale. Grades so differ by less than a model's error and there are enough of them (Basel,
CRE36.15: at least seven for those who have not defaulted). Default itself is no grade that a model can foretell.
"""

import math
from bisect import bisect_left
from itertools import pairwise
from typing import Final

GRADE_PDS_PPM: Final = (
    300, 500, 800, 1_300, 2_000, 3_200, 5_000, 8_000, 13_000, 20_000, 32_000, 50_000, 80_000, 130_000, 200_000,
)  # fmt: skip
"""One year's PD of grades M1 to M15, in millionths."""

UPPER_PPM: Final = tuple(math.sqrt(low * high) for low, high in pairwise(GRADE_PDS_PPM))
"""The last PD of each grade but the last: the geometric mean of its own and its neighbour's."""

GRADES: Final = tuple(f"M{number}" for number in range(1, len(GRADE_PDS_PPM) + 1))


def grade_of(pd_ppm: int) -> str:
    """The grade of a one-year probability of default in millionths: `M1` (best) to `M15`."""
    return GRADES[bisect_left(UPPER_PPM, pd_ppm)]
