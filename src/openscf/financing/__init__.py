"""Financing: products as declarations, the deals made under them, and the limits that they use."""

from openscf.financing.checks import CHECKS
from openscf.financing.fields import FieldInfo, describe, read, write
from openscf.financing.ids import DealId, LimitId, ProgrammeId, account_within
from openscf.financing.limits import (
    LIMIT_CHANGE,
    Exposure,
    LimitKind,
    LimitNode,
    LimitUse,
    NewLimit,
    Usage,
    exposures,
    found_limit,
    limits_of,
    request_limit,
    set_limit,
    usage,
)
from openscf.financing.model import Deal, Decision, Event, Evidence, Facts, Movement, Outcome, Product, Shape, Step
from openscf.financing.model.confirmation import Confirmation
from openscf.financing.model.programme import NewProgramme, Policy, Programme, ProgrammeState
from openscf.financing.model.summary import Summary, summary_of
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules.deciding import decide
from openscf.financing.rules.offers import Offer
from openscf.financing.service.cash import house_account
from openscf.financing.service.confirmations import confirmation_of, evidence_of, request_confirmation
from openscf.financing.service.deals import (
    NewDeal,
    deal_events,
    deals_of_document,
    ensure_escrow,
    escrow_of,
    find_deals,
    found_deal,
    open_deal,
)
from openscf.financing.service.eligibility import Judged, check_purchases, judge, offer_for
from openscf.financing.service.performing import DEAL_STEP, Performed, perform, request_step
from openscf.financing.service.programmes import (
    active_programme,
    found_programme,
    programme_record,
    programmes,
    propose_programme,
    read_programme,
    request_programme_change,
)
from openscf.financing.service.reproducing import reproduce
from openscf.financing.service.standings import Changed, post_accruals, stand_page, standing_of
from openscf.financing.store.deals import EventRow, Kept
from openscf.financing.store.standings import Standing, keep_day, last_day

__all__ = [
    "CHECKS",
    "DEAL_STEP",
    "LIMIT_CHANGE",
    "PRODUCTS",
    "Changed",
    "Confirmation",
    "Deal",
    "DealId",
    "Decision",
    "Event",
    "EventRow",
    "Evidence",
    "Exposure",
    "Facts",
    "FieldInfo",
    "Judged",
    "Kept",
    "LimitId",
    "LimitKind",
    "LimitNode",
    "LimitUse",
    "Movement",
    "NewDeal",
    "NewLimit",
    "NewProgramme",
    "Offer",
    "Outcome",
    "Performed",
    "Policy",
    "Product",
    "Programme",
    "ProgrammeId",
    "ProgrammeState",
    "Shape",
    "Standing",
    "Step",
    "Summary",
    "Usage",
    "account_within",
    "active_programme",
    "check_purchases",
    "confirmation_of",
    "deal_events",
    "deals_of_document",
    "decide",
    "describe",
    "ensure_escrow",
    "escrow_of",
    "evidence_of",
    "exposures",
    "find_deals",
    "found_deal",
    "found_limit",
    "found_programme",
    "house_account",
    "judge",
    "keep_day",
    "last_day",
    "limits_of",
    "offer_for",
    "open_deal",
    "perform",
    "post_accruals",
    "programme_record",
    "programmes",
    "propose_programme",
    "read",
    "read_programme",
    "reproduce",
    "request_confirmation",
    "request_limit",
    "request_programme_change",
    "request_step",
    "set_limit",
    "stand_page",
    "standing_of",
    "summary_of",
    "usage",
    "write",
]
