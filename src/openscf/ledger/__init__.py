"""The ledger: the only thing that moves value, whatever the unit: money, vouchers, goods, headroom under a limit."""

from openscf.ledger.checks import CHECKS
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
from openscf.ledger.poster import Poster
from openscf.ledger.refusals import ACCOUNT_NOT_FOUND
from openscf.ledger.rules import Maker, standing_account
from openscf.ledger.service import Ledger

__all__ = [
    "ACCOUNT_NOT_FOUND",
    "CHECKS",
    "Account",
    "AccountState",
    "Answer",
    "Batch",
    "Entry",
    "Kind",
    "Ledger",
    "Maker",
    "MemoryLedger",
    "Poster",
    "Statement",
    "Transfer",
    "Unit",
    "UnitKind",
    "standing_account",
]
