"""Credit: what a firm's trading data say about it, explainable and reproducible.

Features come from a snapshot of the trade network (`compute_features`), models from firms whose outcome is known
(`fit_scorecard`, `fit_boosted`), scores from both (`score_all`); every score is made again by `reproduce`.
"""

from openscf.credit.evaluation import *  # noqa: F403 - features, models and scores, all named in evaluation.__all__
from openscf.credit.evaluation import __all__ as _evaluation

__all__ = [*_evaluation]  # noqa: PLE0604 - the names are text
