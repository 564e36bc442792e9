"""The master scale as models see it: in millionths, and without default, which is no grade that a model can foretell.

The scale itself is `openscf.credit.scale`; there is one.
"""

import math
from itertools import pairwise
from typing import Final

from openscf.credit.scale import GRADE_PDS_PPB, WORST_GRADE, grade_name, master_grade

_PPB: Final = 1_000  # parts per billion in a millionth

UPPER_PPM: Final = tuple(math.sqrt(low * high) / _PPB for low, high in pairwise(GRADE_PDS_PPB))
"""The last PD of each grade but the last: the geometric mean of its own and its neighbour's."""

GRADES: Final = tuple(grade_name(number) for number in range(1, WORST_GRADE + 1))


def grade_of(pd_ppm: int) -> str:
    """The grade of a one-year probability of default in millionths: `M1` (best) to `M15`."""
    return grade_name(min(master_grade(pd_ppm * _PPB), WORST_GRADE))
