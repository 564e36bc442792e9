"""The graph of who trades with whom, how much and since when; snapshots of it, and what is measured on them.

A snapshot is taken in a reading transaction (`take_snapshot`) and asked on an engine (`duckdb_engine`, `spark_engine`).
The columns of its tables are published: `TABLES`.
"""

from openscf.network.contagion import Clearing, Stress, cascade, clearing, debt_rank
from openscf.network.engines import Engine, duckdb_engine, spark_engine
from openscf.network.expressions import ALWAYS, Window
from openscf.network.graph import Network, network_of
from openscf.network.graph import centralities as centralities_of
from openscf.network.graph import rings as rings_of
from openscf.network.model import (
    Centrality,
    Concentration,
    Counterparty,
    CurrencySummary,
    Edge,
    Manifest,
    Ring,
    Rings,
    SharedWith,
    Snapshot,
    Summary,
    TableEntry,
)
from openscf.network.quality import DIMENSIONS, Evidence, Ratio, Reason, Scored
from openscf.network.quality import score as quality_score
from openscf.network.quality.expressions import judged as judged_documents
from openscf.network.quality.rules import CELLS, PROMPT_DAYS
from openscf.network.rules import bps, checked_window, herfindahl
from openscf.network.service.measures import (
    centralities,
    concentrations,
    counterparties,
    edges,
    firm_named,
    shared_counterparties,
    summary,
    trade_rings,
)
from openscf.network.service.quality import data_quality
from openscf.network.service.taking import take_snapshot
from openscf.network.setoff import SetOff, net_positions, set_off
from openscf.network.snapshots import copied as copy_snapshot
from openscf.network.snapshots import latest as latest_snapshot
from openscf.network.snapshots import opened as open_snapshot
from openscf.network.snapshots import record_of as manifest_record
from openscf.network.tables import DELIVERY, DOCUMENT, PARTY, PAYMENT, REPAYMENT, SETTLEMENT, SUPPORT, TABLES

__all__ = [
    "ALWAYS", "CELLS", "DELIVERY", "DIMENSIONS", "DOCUMENT", "PARTY", "PAYMENT", "PROMPT_DAYS", "REPAYMENT",
    "SETTLEMENT", "SUPPORT", "TABLES", "Centrality", "Clearing",
    "Concentration", "Counterparty", "CurrencySummary", "Edge", "Engine", "Evidence", "Manifest", "Network",
    "Ratio", "Reason", "Ring", "Rings", "Scored", "SetOff", "SharedWith", "Snapshot", "Stress", "Summary",
    "TableEntry", "Window", "bps", "cascade", "centralities", "centralities_of", "checked_window", "clearing",
    "concentrations", "copy_snapshot", "counterparties", "data_quality", "debt_rank", "duckdb_engine", "edges",
    "firm_named", "herfindahl", "judged_documents", "latest_snapshot", "manifest_record", "net_positions", "network_of",
    "open_snapshot", "quality_score", "rings_of", "set_off", "shared_counterparties", "spark_engine", "summary",
    "take_snapshot", "trade_rings",
]  # fmt: skip
