"""Taking a snapshot with what was financed in it: the network knows no deals, so their views are named to it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from openscf import financing, network
from openscf.db import UnitOfWork
from openscf.network import Snapshot

FINANCED: Final[Mapping[str, str]] = {
    "instalments": financing.INSTALMENTS,
    "confirmed": financing.CONFIRMED_CLAIMS,
}


def _silent(_table: str, _bytes: int) -> None:
    """Nobody watches."""


def take_snapshot(work: UnitOfWork, home: Path, *, progress: Callable[[str, int], None] = _silent) -> Snapshot:
    """Write what this transaction's reader may see as a snapshot, deals' repayments among it, and make it the newest.

    Args:
        work: A reading transaction (`Database.reading`): one instant for all tables.
        home: The installation's folder.
        progress: Told the table and how many of its bytes were read.
    """
    return network.take_snapshot(work, home, financed=FINANCED, progress=progress)
