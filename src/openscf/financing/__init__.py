"""Financing: products as declarations, the deals made under them, and the limits that they use."""

from openscf.financing import vouchers as voucher_desk
from openscf.financing.bases.claim import Offer as PieceOffer
from openscf.financing.bases.pool import Assets as PoolAssets
from openscf.financing.bases.pool import Item as PoolItem
from openscf.financing.checks import CHECKS
from openscf.financing.fields import FieldInfo, describe, read, write
from openscf.financing.ids import DealId, DisputeId, LimitId, PieceId, ProgrammeId, VoucherId, account_within
from openscf.financing.limits import (
    LIMIT_CHANGE,
    LIMIT_RULE,
    Branch,
    Exposure,
    Followed,
    LimitKind,
    LimitNode,
    LimitRule,
    LimitUse,
    NewLimit,
    Usage,
    exposures,
    follow_assessment,
    found_limit,
    limit_rules,
    limits_of,
    request_limit,
    request_limit_rule,
    request_rise,
    set_limit,
    tree_of,
    usage,
)
from openscf.financing.memory import MemoryFinancing
from openscf.financing.model import Deal, Decision, Event, Evidence, Facts, Movement, Outcome, Product, Shape, Step
from openscf.financing.model.channel import ChannelReceipt, PaymentChannel
from openscf.financing.model.confirmation import Confirmation, Dispute
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
from openscf.financing.products.dynamic_discounting import early_discount
from openscf.financing.published import CONFIRMED_CLAIMS, INSTALMENTS
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules.deciding import decide
from openscf.financing.rules.frames import frame_relations, in_force
from openscf.financing.rules.offers import Offer, advance_offer
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
from openscf.financing.service.disputes import deals_on, dispute_receivable, disputes_on, open_disputes
from openscf.financing.service.eligibility import Judged, check_purchases, judge, offer_for
from openscf.financing.service.issued import (
    DOCUMENT_NOT_ISSUED,
    documents_about,
    documents_for,
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
    PROGRAMME_NOT_FOUND,
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
from openscf.financing.service.subjects import Subject, subject_of
from openscf.financing.store.deals import EventRow, Kept
from openscf.financing.store.portfolio import documents as deals_on_documents
from openscf.financing.store.portfolio import late as late_deals
from openscf.financing.store.standings import Standing, keep_day, kept_day, last_day

__all__ = [
    "AUTO_TRADE",
    "AUTO_TRADE_SET",
    "CHANNELS",
    "CHECKS",
    "CONFIRMED_CLAIMS",
    "DEAL_NOT_FOUND",
    "DEAL_STEP",
    "DOCUMENT_NOT_ISSUED",
    "INSTALMENTS",
    "LIMIT_CHANGE",
    "LIMIT_RULE",
    "PAYABLES_APPROVED",
    "PAYABLES_BATCH",
    "PRODUCTS",
    "PROGRAMME_NOT_FOUND",
    "AutoTrade",
    "Branch",
    "Changed",
    "ChannelReceipt",
    "Confirmation",
    "Deal",
    "DealId",
    "Decision",
    "Disclosure",
    "Dispute",
    "DisputeId",
    "Event",
    "EventRow",
    "Evidence",
    "Exposure",
    "Facts",
    "FieldInfo",
    "Followed",
    "IssuedDocument",
    "Judged",
    "Kept",
    "LimitId",
    "LimitKind",
    "LimitNode",
    "LimitRule",
    "LimitUse",
    "MemoryFinancing",
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
    "PieceOffer",
    "Policy",
    "PoolAssets",
    "PoolItem",
    "PoolStanding",
    "Product",
    "Programme",
    "ProgrammeId",
    "ProgrammeState",
    "Shape",
    "Standing",
    "Step",
    "Subject",
    "Summary",
    "Usage",
    "VoucherId",
    "account_within",
    "active_programme",
    "advance_offer",
    "auto_trade_of",
    "check_asker",
    "check_purchases",
    "confirmation_of",
    "deal_events",
    "deals_of_document",
    "deals_on",
    "deals_on_documents",
    "decide",
    "describe",
    "disclosure",
    "dispute_receivable",
    "disputes_on",
    "documents_about",
    "documents_for",
    "draw_from_pool",
    "early_discount",
    "ensure_escrow",
    "escrow_of",
    "evidence_of",
    "exposures",
    "find_deals",
    "follow_assessment",
    "found_deal",
    "found_limit",
    "found_programme",
    "frame_relations",
    "heed_lost_claim",
    "house_account",
    "in_force",
    "issued_document",
    "judge",
    "keep_day",
    "keep_document",
    "kept_day",
    "last_day",
    "late_deals",
    "limit_rules",
    "limits_of",
    "locked_deal",
    "next_document_number",
    "offer_for",
    "open_deal",
    "open_disputes",
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
    "request_limit_rule",
    "request_payables",
    "request_programme_change",
    "request_rise",
    "request_step",
    "revalue_pool",
    "same_document",
    "set_limit",
    "sold_automatically",
    "stand_page",
    "standing_of",
    "subject_of",
    "summary_of",
    "tree_of",
    "usage",
    "voucher_desk",
    "write",
]
