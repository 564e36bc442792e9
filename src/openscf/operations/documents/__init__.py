"""Documents that people expect of a financing: bilingual PDFs, signed, kept as they were issued.

gathering    a deal or an account -> a plain record
rules        a record -> what a template reads, and its hash (pure)
typesetting  record and template -> PDF, the same bytes for the same record
signing      PDF -> signed PDF; a file -> who signed it, and whether it is unchanged
service      all of it in one transaction, numbered and kept
"""

from openscf.operations.documents.gathering import Gathered, document_of, participant, statement_of
from openscf.operations.documents.keys import (
    Signer,
    as_pem,
    certificate_pem,
    read_certificates,
    read_signer,
    self_made,
    signer_at,
    trusted_at,
)
from openscf.operations.documents.model import (
    AccountStatement,
    AssignmentNotice,
    Claim,
    Content,
    DebtorConfirmation,
    DisbursementAdvice,
    DocumentLanguage,
    Holding,
    Kind,
    Paper,
    Part,
    Participant,
    PayTo,
    Receipt,
    SettlementStatement,
    StatementLine,
    VoucherCertificate,
)
from openscf.operations.documents.rules import content_sha256, inert, qr_text
from openscf.operations.documents.service import (
    Office,
    fetch_document,
    issued_about,
    make_document,
    make_statement,
    settlement_so_far,
)
from openscf.operations.documents.signing import Verdict, sign, verify
from openscf.operations.documents.typesetting import render
from openscf.operations.documents.vouchers import make_voucher_certificate, voucher_of

__all__ = [
    "AccountStatement",
    "AssignmentNotice",
    "Claim",
    "Content",
    "DebtorConfirmation",
    "DisbursementAdvice",
    "DocumentLanguage",
    "Gathered",
    "Holding",
    "Kind",
    "Office",
    "Paper",
    "Part",
    "Participant",
    "PayTo",
    "Receipt",
    "SettlementStatement",
    "Signer",
    "StatementLine",
    "Verdict",
    "VoucherCertificate",
    "as_pem",
    "certificate_pem",
    "content_sha256",
    "document_of",
    "fetch_document",
    "inert",
    "issued_about",
    "make_document",
    "make_statement",
    "make_voucher_certificate",
    "participant",
    "qr_text",
    "read_certificates",
    "read_signer",
    "render",
    "self_made",
    "settlement_so_far",
    "sign",
    "signer_at",
    "statement_of",
    "trusted_at",
    "verify",
    "voucher_of",
]
