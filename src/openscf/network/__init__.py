"""The graph of who trades with whom, how much and since when; snapshots of it, and what is measured on them."""

from openscf.network.model import Manifest, Snapshot, TableEntry
from openscf.network.service import take_snapshot
from openscf.network.snapshots import latest as latest_snapshot
from openscf.network.snapshots import opened as open_snapshot
from openscf.network.tables import DELIVERY, DOCUMENT, PARTY, PAYMENT, TABLES

__all__ = [
    "DELIVERY", "DOCUMENT", "PARTY", "PAYMENT", "TABLES", "Manifest", "Snapshot", "TableEntry", "latest_snapshot",
    "open_snapshot", "take_snapshot",
]  # fmt: skip
