"""Every source in: adapters turn bytes into records with provenance, or rejections with a place and a reason."""

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
from openscf.ingestion.pipeline import FileOutcome, Intake, Order, ingest
from openscf.ingestion.store.bulk import BulkReading, read_vat_table

__all__ = [
    "ADAPTERS", "CERTAIN", "LIKELY", "MAYBE", "NO", "Adapter", "BulkReading", "FileOutcome", "Intake", "Order",
    "Reading", "Rejection", "Sample", "Source", "ingest", "known_adapters", "read_vat_table",
]  # fmt: skip
