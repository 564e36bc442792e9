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
    rows,
)
from openscf.credit.allocation import *  # noqa: F403
from openscf.credit.anchors import *  # noqa: F403
from openscf.credit.basel import *  # noqa: F403
from openscf.credit.classification import *  # noqa: F403
from openscf.credit.exact import *  # noqa: F403
from openscf.credit.incentives import *  # noqa: F403
from openscf.credit.limits import *  # noqa: F403
from openscf.credit.pricing import *  # noqa: F403
from openscf.credit.provisions import *  # noqa: F403
from openscf.credit.ratings import *  # noqa: F403
from openscf.credit.rows import *  # noqa: F403
from openscf.credit.wording import Said

_PARTS = (allocation, anchors, basel, classification, exact, incentives, limits, pricing, provisions, ratings, rows)
__all__ = ["Said", *(name for part in _PARTS for name in part.__all__)]  # noqa: PLE0604 - each part names what it offers
