"""What crosses capabilities: short orchestrations, no arithmetic."""

from openscf.operations.batches import MOST_AT_ONCE, Financed, finance_many
from openscf.operations.claims import ClaimStanding, claim_standing, claims_standing
from openscf.operations.collecting import (
    NO_HOUSE_ACCOUNT,
    Collected,
    Taken,
    collect,
    expect_deposit,
    take_statement_file,
)
from openscf.operations.day_end import DayEnd, run_day_end
from openscf.operations.deliveries import relay_to
from openscf.operations.discounting import Curve, DiscountDay, EarlyPayment, discount_curve, early_payments
from openscf.operations.documents import (
    DocumentLanguage,
    Part,
    SettlementStatement,
    certificate_pem,
    fetch_document,
    make_document,
    make_statement,
    make_voucher_certificate,
    read_certificates,
    settlement_so_far,
)
from openscf.operations.documents import Kind as DocumentKind
from openscf.operations.documents import Office as DocumentOffice
from openscf.operations.documents import Verdict as SignatureVerdict
from openscf.operations.documents import issued_about as documents_issued
from openscf.operations.documents import signer_at as document_signer
from openscf.operations.documents import trusted_at as document_certificates
from openscf.operations.documents import verify as verify_document
from openscf.operations.evaluation import (
    AnchorElement,
    AnchorShown,
    EvaluationTerms,
    InForce,
    LimitExplained,
    ModelOpinion,
    Raise,
    RaterOpinion,
    RatingOf,
    Refreshed,
    limit_explained,
    rating_of,
    refresh,
    refresh_after_day_end,
    request_rise,
    standard_terms,
    take_snapshot,
)
from openscf.operations.founding import Founded, Installation, Plan, SignIn, found_book, read_plan
from openscf.operations.heeding import Heard
from openscf.operations.origination import (
    Accepted,
    Application,
    Applied,
    Quote,
    accept,
    apply,
    check_asker,
    look_again,
    quote,
    sell,
)
from openscf.operations.recalling import could_be_taken_back, request_undoing
from openscf.operations.servicing import lapse_if_late, watch_document
from openscf.operations.sourcing import Opportunity, Source, compare_sources, opportunities
from openscf.operations.verification import BooksReport, TenantReport, verify_books, verify_tenant
from openscf.operations.warnings import DETECTORS, EarlyWarning, Severity, list_warnings

__all__ = [
    "DETECTORS",
    "MOST_AT_ONCE",
    "NO_HOUSE_ACCOUNT",
    "Accepted",
    "AnchorElement",
    "AnchorShown",
    "Application",
    "Applied",
    "BooksReport",
    "ClaimStanding",
    "Collected",
    "Curve",
    "DayEnd",
    "DiscountDay",
    "DocumentKind",
    "DocumentLanguage",
    "DocumentOffice",
    "EarlyPayment",
    "EarlyWarning",
    "EvaluationTerms",
    "Financed",
    "Founded",
    "Heard",
    "InForce",
    "Installation",
    "LimitExplained",
    "ModelOpinion",
    "Opportunity",
    "Part",
    "Plan",
    "Quote",
    "Raise",
    "RaterOpinion",
    "RatingOf",
    "Refreshed",
    "SettlementStatement",
    "Severity",
    "SignIn",
    "SignatureVerdict",
    "Source",
    "Taken",
    "TenantReport",
    "accept",
    "apply",
    "certificate_pem",
    "check_asker",
    "claim_standing",
    "claims_standing",
    "collect",
    "compare_sources",
    "could_be_taken_back",
    "discount_curve",
    "document_certificates",
    "document_signer",
    "documents_issued",
    "early_payments",
    "expect_deposit",
    "fetch_document",
    "finance_many",
    "found_book",
    "lapse_if_late",
    "limit_explained",
    "list_warnings",
    "look_again",
    "make_document",
    "make_statement",
    "make_voucher_certificate",
    "opportunities",
    "quote",
    "rating_of",
    "read_certificates",
    "read_plan",
    "refresh",
    "refresh_after_day_end",
    "relay_to",
    "request_rise",
    "request_undoing",
    "run_day_end",
    "sell",
    "settlement_so_far",
    "standard_terms",
    "take_snapshot",
    "take_statement_file",
    "verify_books",
    "verify_document",
    "verify_tenant",
    "watch_document",
]
