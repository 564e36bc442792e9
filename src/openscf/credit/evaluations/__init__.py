"""What the platform thinks of a firm: the champion's score, all raters weighed, the grade, the reasons and a price."""

from openscf.credit.evaluations.model import (
    AnchorKnown,
    Evaluation,
    EvaluationId,
    EvaluationQuestion,
    PriceTerms,
    ScoreUsed,
)
from openscf.credit.evaluations.rules import inputs_of as evaluation_inputs
from openscf.credit.evaluations.rules import price_of
from openscf.credit.evaluations.service import (
    evaluation_again,
    evaluation_on,
    evaluations_of,
    grades_on,
    newest_evaluations,
    record_evaluation,
    shared_evaluation,
)

__all__ = [
    "AnchorKnown",
    "Evaluation",
    "EvaluationId",
    "EvaluationQuestion",
    "PriceTerms",
    "ScoreUsed",
    "evaluation_again",
    "evaluation_inputs",
    "evaluation_on",
    "evaluations_of",
    "grades_on",
    "newest_evaluations",
    "price_of",
    "record_evaluation",
    "shared_evaluation",
]
