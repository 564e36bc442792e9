"""Documents of trade, goods and money in one format; matching them into closed trades; the register of liens."""

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

__all__ = [
    "BankLine",
    "BankPart",
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
