"""Limits as accounts: headroom is reserved, committed and released along every node that an exposure touches."""

from openscf.financing.limits.following import (
    LIMIT_RULE,
    Followed,
    LimitRule,
    follow_assessment,
    limit_rules,
    request_limit_rule,
    request_rise,
)
from openscf.financing.limits.model import Exposure, LimitKind, LimitNode, LimitUse, NewLimit
from openscf.financing.limits.service import (
    LIMIT_CHANGE,
    Usage,
    commit,
    exposures,
    found_limit,
    limits_of,
    matching,
    release,
    request_limit,
    reserve,
    set_limit,
    usage,
    void,
)
from openscf.financing.limits.tree import Branch, tree_of

__all__ = [
    "LIMIT_CHANGE",
    "LIMIT_RULE",
    "Branch",
    "Exposure",
    "Followed",
    "LimitKind",
    "LimitNode",
    "LimitRule",
    "LimitUse",
    "NewLimit",
    "Usage",
    "commit",
    "exposures",
    "follow_assessment",
    "found_limit",
    "limit_rules",
    "limits_of",
    "matching",
    "release",
    "request_limit",
    "request_limit_rule",
    "request_rise",
    "reserve",
    "set_limit",
    "tree_of",
    "usage",
    "void",
]
