"""Early warnings 预警: what goes wrong at the key nodes of a network, said while something can still be done.

One file a detector, in `detectors/`; a new one is found by itself. Detectors are pure: facts in, warnings out.
"""

from openscf.operations.warnings.gathering import gather_facts, list_warnings
from openscf.operations.warnings.model import (
    DETECTORS,
    AttemptFact,
    Detector,
    DisputeFact,
    EarlyWarning,
    Facts,
    FileFact,
    InvoiceFact,
    LimitFact,
    PartnerFact,
    RatingFact,
    Severity,
    TakenBackFact,
    detect_all,
)

__all__ = [
    "DETECTORS",
    "AttemptFact",
    "Detector",
    "DisputeFact",
    "EarlyWarning",
    "Facts",
    "FileFact",
    "InvoiceFact",
    "LimitFact",
    "PartnerFact",
    "RatingFact",
    "Severity",
    "TakenBackFact",
    "detect_all",
    "gather_facts",
    "list_warnings",
]
