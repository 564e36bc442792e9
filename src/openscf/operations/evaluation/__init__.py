"""Evaluating firms from the platform's own data, and showing what came of it."""

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
    "InForce",
    "LimitExplained",
    "ModelOpinion",
    "Raise",
    "RaterOpinion",
    "RatingOf",
    "limit_explained",
    "rating_of",
    "take_snapshot",
]
