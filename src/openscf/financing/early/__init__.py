"""How much of its own cash a buyer puts into early payment, and to which suppliers it offers it."""

from openscf.financing.early.model import Commitment, EarlyPayRule, EarlyPayUse
from openscf.financing.early.rules import EARLY_PAY_NOT_OFFERED
from openscf.financing.early.service import (
    EARLY_PAY_RULE,
    EARLY_PAY_RULE_SET,
    early_pay_offered,
    early_pay_use,
    request_early_pay_rule,
)

__all__ = [
    "EARLY_PAY_NOT_OFFERED",
    "EARLY_PAY_RULE",
    "EARLY_PAY_RULE_SET",
    "Commitment",
    "EarlyPayRule",
    "EarlyPayUse",
    "early_pay_offered",
    "early_pay_use",
    "request_early_pay_rule",
]
