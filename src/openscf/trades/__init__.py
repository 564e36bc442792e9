"""Documents of trade, goods and money in one format; matching them into closed trades; the register of liens."""

from openscf.trades.checks import CHECKS
from openscf.trades.ids import DocumentId, FileId, GoodsEventId, LienId, StatementId, StatementLineId
from openscf.trades.keys import fingerprints_at
from openscf.trades.model import (
    BankLine,
    BankPart,
    BankStatement,
    Document,
    DocumentKind,
    DocumentStatus,
    GoodsEvent,
    Identity,
    Line,
    Provenance,
    Record,
    Reference,
)
from openscf.trades.originals import FolderOriginals, MemoryOriginals, Originals
from openscf.trades.records import Asset, IngestReport, Lien, LienState, NewLien, Sighting, StoredDocument
from openscf.trades.rules.bank_lines import Payment, payments
from openscf.trades.rules.bank_lines import fingerprints as bank_line_fingerprints
from openscf.trades.rules.closure import Closure, Difference, InvoiceMatch, Matching, Paid, Tolerance
from openscf.trades.rules.explanations import Leftover, Match, Reason, Receivable, Reconciliation, Share
from openscf.trades.rules.goods_events import receipts_of
from openscf.trades.rules.identity import (
    Fingerprinter,
    IdentityOf,
    InvoiceParts,
    Totals,
    content_digest,
    content_of,
    details_of,
    identity_of,
    normal_code,
    normal_name,
    normal_number,
    party_details,
    party_key,
)
from openscf.trades.rules.likeness import ALIKE, Evidence, Likeness, Traits, likeness, near_keys, traits_of
from openscf.trades.rules.matching import invoice_key, match_trades
from openscf.trades.rules.reconciling import reconcile
from openscf.trades.service.bulk import BulkRead, accept_bulk, find_twins
from openscf.trades.service.clearances import NEAR_DUPLICATE_CLEARANCE, request_clearance
from openscf.trades.service.documents import (
    DocumentHistory,
    Wanted,
    document_history,
    document_named,
    find_documents,
)
from openscf.trades.service.effects import INVOICE_REVERSED, INVOICE_VOIDED
from openscf.trades.service.ingest import Desk, accept_reading, reading_key
from openscf.trades.service.liens import asset_of, assign_lien, liens_on, look_alikes, release_lien, take_lien
from openscf.trades.service.parties import link_parties, link_party, parties_of

__all__ = [
    "ALIKE",
    "CHECKS",
    "INVOICE_REVERSED",
    "INVOICE_VOIDED",
    "NEAR_DUPLICATE_CLEARANCE",
    "Asset",
    "BankLine",
    "BankPart",
    "BankStatement",
    "BulkRead",
    "Closure",
    "Desk",
    "Difference",
    "Document",
    "DocumentHistory",
    "DocumentId",
    "DocumentKind",
    "DocumentStatus",
    "Evidence",
    "FileId",
    "Fingerprinter",
    "FolderOriginals",
    "GoodsEvent",
    "GoodsEventId",
    "Identity",
    "IdentityOf",
    "IngestReport",
    "InvoiceMatch",
    "InvoiceParts",
    "Leftover",
    "Lien",
    "LienId",
    "LienState",
    "Likeness",
    "Line",
    "Match",
    "Matching",
    "MemoryOriginals",
    "NewLien",
    "Originals",
    "Paid",
    "Payment",
    "Provenance",
    "Reason",
    "Receivable",
    "Reconciliation",
    "Record",
    "Reference",
    "Share",
    "Sighting",
    "StatementId",
    "StatementLineId",
    "StoredDocument",
    "Tolerance",
    "Totals",
    "Traits",
    "Wanted",
    "accept_bulk",
    "accept_reading",
    "asset_of",
    "assign_lien",
    "bank_line_fingerprints",
    "content_digest",
    "content_of",
    "details_of",
    "document_history",
    "document_named",
    "find_documents",
    "find_twins",
    "fingerprints_at",
    "identity_of",
    "invoice_key",
    "liens_on",
    "likeness",
    "link_parties",
    "link_party",
    "look_alikes",
    "match_trades",
    "near_keys",
    "normal_code",
    "normal_name",
    "normal_number",
    "parties_of",
    "party_details",
    "party_key",
    "payments",
    "reading_key",
    "receipts_of",
    "reconcile",
    "release_lien",
    "request_clearance",
    "take_lien",
    "traits_of",
]
