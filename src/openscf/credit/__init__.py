"""Credit: what a firm's risk is, and the limits, prices, allocations and provisions that follow from it.

Statistics work in floats; money and posted rates never do. Where the one becomes the other a docstring names the grid
and the rounding, and it happens once.
"""

from openscf.credit.consequences import *  # noqa: F403 - capital, prices, limits, …: named in consequences.__all__
from openscf.credit.consequences import __all__ as _consequences

__all__ = [*_consequences]  # noqa: PLE0604 - the names are text
