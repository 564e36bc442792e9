"""How much a firm may owe: from independent evidence, with caps and floors, and what would raise it."""

from openscf.credit.limits.evidence import LimitFacts, facts_from
from openscf.credit.limits.inputs import LimitAssessment, LimitAssessmentId, inputs_of, limit_again
from openscf.credit.limits.levers import LimitChange, what_would_raise
from openscf.credit.limits.model import Evidence, EvidenceKind, EvidenceOrigin, Limit, LimitBound, LimitPolicy, Refuted
from openscf.credit.limits.rules import limit_of
from openscf.credit.limits.service import (
    LimitQuestion,
    assess_limit,
    assessment_again,
    found_assessment,
    limit_answer,
    limit_assessments,
)

__all__ = [
    "Evidence",
    "EvidenceKind",
    "EvidenceOrigin",
    "Limit",
    "LimitAssessment",
    "LimitAssessmentId",
    "LimitBound",
    "LimitChange",
    "LimitFacts",
    "LimitPolicy",
    "LimitQuestion",
    "Refuted",
    "assess_limit",
    "assessment_again",
    "facts_from",
    "found_assessment",
    "inputs_of",
    "limit_again",
    "limit_answer",
    "limit_assessments",
    "limit_of",
    "what_would_raise",
]
