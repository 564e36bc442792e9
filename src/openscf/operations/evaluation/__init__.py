"""Evaluating firms from the platform's own data, and showing what came of it."""

from openscf.operations.evaluation.assessing import EvaluationTerms, standard_terms
from openscf.operations.evaluation.nightly import refresh_after_day_end
from openscf.operations.evaluation.refreshing import Refreshed, refresh, request_rise
from openscf.operations.evaluation.snapshots import take_snapshot
from openscf.operations.evaluation.views import (
    AnchorElement,
    AnchorShown,
    InForce,
    LimitExplained,
    ModelOpinion,
    Raise,
    RaterOpinion,
    RatingOf,
    limit_explained,
    rating_of,
)

__all__ = [
    "AnchorElement",
    "AnchorShown",
    "EvaluationTerms",
    "InForce",
    "LimitExplained",
    "ModelOpinion",
    "Raise",
    "RaterOpinion",
    "RatingOf",
    "Refreshed",
    "limit_explained",
    "rating_of",
    "refresh",
    "refresh_after_day_end",
    "request_rise",
    "standard_terms",
    "take_snapshot",
]
