"""Approved payables of a core enterprise: batches under four eyes, suppliers' standing orders, and IAS 7.44H."""

from openscf.financing.payables.model import AutoTrade, Disclosure, Payable, Position, Snapshot, Span
from openscf.financing.payables.rules import snapshot
from openscf.financing.payables.service import (
    AUTO_TRADE,
    AUTO_TRADE_SET,
    PAYABLES_APPROVED,
    PAYABLES_BATCH,
    auto_trade_of,
    disclosure,
    request_auto_trade,
    request_payables,
    sold_automatically,
)

__all__ = [
    "AUTO_TRADE",
    "AUTO_TRADE_SET",
    "PAYABLES_APPROVED",
    "PAYABLES_BATCH",
    "AutoTrade",
    "Disclosure",
    "Payable",
    "Position",
    "Snapshot",
    "Span",
    "auto_trade_of",
    "disclosure",
    "request_auto_trade",
    "request_payables",
    "snapshot",
    "sold_automatically",
]
