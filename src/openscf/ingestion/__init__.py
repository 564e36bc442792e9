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

__all__ = ["ADAPTERS", "CERTAIN", "LIKELY", "MAYBE", "NO", "Adapter", "Reading", "Rejection", "Sample", "Source"]
