"""Documents of trade, goods and money in one format; matching them into closed trades; the register of liens."""

from openscf.trades.model import (
    BankLine,
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

__all__ = [
    "BankLine",
    "BankStatement",
    "Document",
    "DocumentKind",
    "DocumentStatus",
    "GoodsEvent",
    "Identity",
    "Line",
    "Provenance",
    "Record",
    "Reference",
]
