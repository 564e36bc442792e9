"""Every source in: adapters turn bytes into records with provenance, or rejections with a place and a reason."""

from openscf.ingestion.adapters._templates import KINDS as TEMPLATES
from openscf.ingestion.adapters._templates import template
from openscf.ingestion.contract import (
    ADAPTERS,
    CERTAIN,
    LIKELY,
    MAYBE,
    NO,
    Adapter,
    Reading,
    Rejection,
    Sample,
    Source,
)
from openscf.ingestion.detection import known_adapters, reader_for
from openscf.ingestion.mappings import Remembered, column_options, recall, remember
from openscf.ingestion.pipeline import FileOutcome, Intake, Order, ingest, ingest_uploads
from openscf.ingestion.store.bulk import BulkReading, read_vat_table
from openscf.ingestion.writers import (
    PaymentInstruction,
    PaymentOrder,
    StatementAccount,
    StatementEntry,
    StatementMessage,
    write_camt053,
    write_pain001,
    write_ubl_invoice,
)

__all__ = [
    "ADAPTERS", "CERTAIN", "LIKELY", "MAYBE", "NO", "TEMPLATES", "Adapter", "BulkReading", "FileOutcome", "Intake",
    "Order", "PaymentInstruction", "PaymentOrder", "Reading", "Rejection", "Remembered", "Sample", "Source",
    "StatementAccount", "StatementEntry", "StatementMessage", "column_options", "ingest", "ingest_uploads",
    "known_adapters",
    "read_vat_table", "reader_for", "recall", "remember", "template", "write_camt053", "write_pain001",
    "write_ubl_invoice",
]  # fmt: skip
