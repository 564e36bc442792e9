"""Ratings of many raters, independent of each other, dated, with their source, on one scale of PD."""

from openscf.credit.ratings.checks import CHECKS
from openscf.credit.ratings.model import (
    CombinedRating,
    NewRating,
    Opinion,
    RaterKind,
    Rating,
    RatingId,
    RatingPolicy,
)
from openscf.credit.ratings.rules import combine_ratings
from openscf.credit.ratings.service import (
    RATING_ENTRY,
    combined_rating,
    propose_rating,
    ratings_given,
    ratings_of,
    record_rating,
    shared_rating,
)
from openscf.credit.scale import (
    DEFAULT_GRADE,
    SCALES,
    WORST_GRADE,
    RatingScale,
    grade_name,
    master_grade,
    pd_of_grade,
    register_scale,
)

__all__ = [
    "CHECKS",
    "DEFAULT_GRADE",
    "RATING_ENTRY",
    "SCALES",
    "WORST_GRADE",
    "CombinedRating",
    "NewRating",
    "Opinion",
    "RaterKind",
    "Rating",
    "RatingId",
    "RatingPolicy",
    "RatingScale",
    "combine_ratings",
    "combined_rating",
    "grade_name",
    "master_grade",
    "pd_of_grade",
    "propose_rating",
    "ratings_given",
    "ratings_of",
    "record_rating",
    "register_scale",
    "shared_rating",
]
