"""Credit: what a firm's risk is, and the limits, prices, allocations and provisions that follow from it.

Statistics work in floats; money and posted rates never do. Where the one becomes the other a docstring names the grid
and the rounding, and it happens once.
"""

from openscf.credit import (
    allocation,
    anchors,
    basel,
    classification,
    exact,
    incentives,
    limits,
    pricing,
    provisions,
    ratings,
)
from openscf.credit.allocation import *
from openscf.credit.anchors import *
from openscf.credit.basel import *
from openscf.credit.classification import *
from openscf.credit.exact import *
from openscf.credit.incentives import *
from openscf.credit.limits import *
from openscf.credit.pricing import *
from openscf.credit.provisions import *
from openscf.credit.ratings import *
from openscf.credit.wording import Said

_PARTS = (allocation, anchors, basel, classification, exact, incentives, limits, pricing, provisions, ratings)
__all__ = ["Said", *(name for part in _PARTS for name in part.__all__)]
