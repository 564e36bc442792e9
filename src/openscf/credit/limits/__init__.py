"""How much a firm may owe: from independent evidence, with caps and floors, and what would raise it."""

from openscf.credit.limits.evidence import LimitFacts, facts_from
from openscf.credit.limits.levers import Change, what_would_raise
from openscf.credit.limits.model import Bound, Evidence, Kind, Limit, LimitPolicy, Origin, Refuted
from openscf.credit.limits.rules import limit_of

__all__ = [
    "Bound",
    "Change",
    "Evidence",
    "Kind",
    "Limit",
    "LimitFacts",
    "LimitPolicy",
    "Origin",
    "Refuted",
    "facts_from",
    "limit_of",
    "what_would_raise",
]
