"""Credit: what a firm's trading data say about it, and the limits, prices, allocations and provisions that follow.

Features come from a snapshot of the trade network (`compute_features`), models from firms whose outcome is known
(`fit_scorecard`, `fit_boosted`), scores from both (`score_all`); every score is made again by `reproduce`. Statistics
work in floats; money and posted rates never do. Where the one becomes the other a docstring names the grid and the
rounding, and it happens once.
"""

from openscf.credit.consequences import *  # noqa: F403 - capital, prices, limits, …: named in consequences.__all__
from openscf.credit.consequences import __all__ as _consequences
from openscf.credit.evaluation import *  # noqa: F403 - features, models and scores, all named in evaluation.__all__
from openscf.credit.evaluation import __all__ as _evaluation
from openscf.credit.wording import Said

__all__ = ["Said", *_consequences, *_evaluation]  # noqa: PLE0604 - the names are text
__all__ = [*_consequences, *_evaluation, "Said"]  # noqa: PLE0604 - the names are text
