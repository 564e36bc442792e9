"""The ledger: the only thing that moves value, whatever the unit: money, vouchers, goods, headroom under a limit."""

from openscf.ledger.memory import MemoryLedger
from openscf.ledger.model import (
    Account,
    AccountState,
    Answer,
    Batch,
    Entry,
    Kind,
    Statement,
    Transfer,
    Unit,
    UnitKind,
)
from openscf.ledger.rules import Maker
from openscf.ledger.service import Ledger

__all__ = [
    "Account",
    "AccountState",
    "Answer",
    "Batch",
    "Entry",
    "Kind",
    "Ledger",
    "Maker",
    "MemoryLedger",
    "Statement",
    "Transfer",
    "Unit",
    "UnitKind",
]
