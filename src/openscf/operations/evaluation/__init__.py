"""Evaluating firms from the platform's own data, and showing what came of it."""

from openscf.operations.evaluation.assessing import EvaluationTerms, standard_terms
from openscf.operations.evaluation.refreshing import Refreshed, refresh, request_rise
from openscf.operations.evaluation.snapshots import take_snapshot
from openscf.operations.evaluation.views import (
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
    "request_rise",
    "standard_terms",
    "take_snapshot",
]
