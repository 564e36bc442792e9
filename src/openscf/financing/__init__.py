"""Financing: products as declarations, the deals made under them, and the limits that they use."""

from openscf.financing import vouchers as voucher_desk
from openscf.financing.checks import CHECKS
from openscf.financing.fields import FieldInfo, describe, read, write
from openscf.financing.ids import DealId, LimitId, PieceId, ProgrammeId, VoucherId, account_within
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
from openscf.financing.model.channel import ChannelReceipt, PaymentChannel
from openscf.financing.model.confirmation import Confirmation
from openscf.financing.model.issued import IssuedDocument
from openscf.financing.model.programme import NewProgramme, Policy, Programme, ProgrammeState
from openscf.financing.model.summary import Summary, summary_of
from openscf.financing.payables import (
    AUTO_TRADE,
    AUTO_TRADE_SET,
    PAYABLES_APPROVED,
    PAYABLES_BATCH,
    AutoTrade,
    Disclosure,
    Payable,
    auto_trade_of,
    disclosure,
    request_auto_trade,
    request_payables,
    sold_automatically,
)
from openscf.financing.payment_channels import CHANNELS
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules.deciding import decide
from openscf.financing.rules.offers import Offer
from openscf.financing.service.cash import house_account
from openscf.financing.service.confirmations import confirmation_of, evidence_of, request_confirmation
from openscf.financing.service.deals import (
    DEAL_NOT_FOUND,
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
from openscf.financing.service.issued import (
    DOCUMENT_NOT_ISSUED,
    documents_about,
    issued_document,
    keep_document,
    next_document_number,
    same_document,
)
from openscf.financing.service.performing import (
    DEAL_STEP,
    Performed,
    locked_deal,
    perform,
    perform_through,
    request_step,
)
from openscf.financing.service.permitting import check_asker
from openscf.financing.service.pools import PoolStanding, heed_lost_claim, pool_standing, receipt_params, revalue_pool
from openscf.financing.service.pools import draw as draw_from_pool
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
from openscf.financing.store.portfolio import documents as deals_on_documents
from openscf.financing.store.portfolio import late as late_deals
from openscf.financing.store.standings import Standing, keep_day, last_day

__all__ = [
    "AUTO_TRADE",
    "AUTO_TRADE_SET",
    "CHANNELS",
    "CHECKS",
    "DEAL_NOT_FOUND",
    "DEAL_STEP",
    "DOCUMENT_NOT_ISSUED",
    "LIMIT_CHANGE",
    "PAYABLES_APPROVED",
    "PAYABLES_BATCH",
    "PRODUCTS",
    "AutoTrade",
    "Changed",
    "ChannelReceipt",
    "Confirmation",
    "Deal",
    "DealId",
    "Decision",
    "Disclosure",
    "Event",
    "EventRow",
    "Evidence",
    "Exposure",
    "Facts",
    "FieldInfo",
    "IssuedDocument",
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
    "Payable",
    "PaymentChannel",
    "Performed",
    "PieceId",
    "Policy",
    "PoolStanding",
    "Product",
    "Programme",
    "ProgrammeId",
    "ProgrammeState",
    "Shape",
    "Standing",
    "Step",
    "Summary",
    "Usage",
    "VoucherId",
    "account_within",
    "active_programme",
    "auto_trade_of",
    "check_asker",
    "check_purchases",
    "confirmation_of",
    "deal_events",
    "deals_of_document",
    "deals_on_documents",
    "decide",
    "describe",
    "disclosure",
    "documents_about",
    "draw_from_pool",
    "ensure_escrow",
    "escrow_of",
    "evidence_of",
    "exposures",
    "find_deals",
    "found_deal",
    "found_limit",
    "found_programme",
    "heed_lost_claim",
    "house_account",
    "issued_document",
    "judge",
    "keep_day",
    "keep_document",
    "last_day",
    "late_deals",
    "limits_of",
    "locked_deal",
    "next_document_number",
    "offer_for",
    "open_deal",
    "perform",
    "perform_through",
    "pool_standing",
    "post_accruals",
    "programme_record",
    "programmes",
    "propose_programme",
    "read",
    "read_programme",
    "receipt_params",
    "reproduce",
    "request_auto_trade",
    "request_confirmation",
    "request_limit",
    "request_payables",
    "request_programme_change",
    "request_step",
    "revalue_pool",
    "same_document",
    "set_limit",
    "sold_automatically",
    "stand_page",
    "standing_of",
    "summary_of",
    "usage",
    "voucher_desk",
    "write",
]
