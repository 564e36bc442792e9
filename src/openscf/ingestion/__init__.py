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
from openscf.ingestion.detection import known_adapters
from openscf.ingestion.mappings import Remembered, column_options, recall, remember
from openscf.ingestion.pipeline import FileOutcome, Intake, Order, ingest
from openscf.ingestion.store.bulk import BulkReading, read_vat_table

__all__ = [
    "ADAPTERS", "CERTAIN", "LIKELY", "MAYBE", "NO", "TEMPLATES", "Adapter", "BulkReading", "FileOutcome", "Intake",
    "Order", "Reading", "Rejection", "Remembered", "Sample", "Source", "column_options", "ingest", "known_adapters",
    "read_vat_table", "recall", "remember", "template",
]  # fmt: skip
