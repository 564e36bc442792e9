"""From a snapshot to one row of features for each firm."""

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from openscf.credit.features._contract import Family, Inputs, Unit, known_families
from openscf.credit.features._snapshot import Snapshot
from openscf.credit.store.workspace import Workspace

CORROBORATED: Final = ("matched", "confirmed")
"""Flags that the network sets on documents which somebody else supports: matched with goods, money or the other side's
own record, or confirmed by it. A document without one speaks for its own source only as far as that is somebody else."""

Value = int | float | None


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Features of firms.

    Attributes:
        as_of: The cut-off.
        snapshot_sha256: The snapshot they come from.
        table: `firm` and a column for each feature; null where it is missing; sorted by firm.
    """

    as_of: dt.date
    snapshot_sha256: str
    table: pa.Table

    @property
    def firms(self) -> list[str]:
        """The firms, in the order of the rows."""
        return [str(firm) for firm in self.table.column("firm").to_pylist()]

    @property
    def names(self) -> list[str]:
        """The features, in the order of the columns."""
        return [name for name in self.table.column_names if name != "firm"]

    def rows(self) -> dict[str, dict[str, Value]]:
        """Feature values by firm."""
        return {str(row.pop("firm")): row for row in self.table.to_pylist()}


def compute(
    snapshot: Snapshot,
    as_of: dt.date,
    *,
    firms: Sequence[str] | ir.Table | None = None,
    currency: str = "CNY",
    families: Sequence[Family] | None = None,
) -> FeatureTable:
    """All features of firms as of a day.

    Args:
        snapshot: Where the documents are; what is dated after `as_of` is not seen.
        as_of: The cut-off.
        firms: Keys of the nodes to judge; by default all nodes of the network.
        currency: The one whose amounts are summed; documents in others are counted as foreign.
        families: By default all.

    Returns:
        One row for each firm, also for one without a single document: it has nothing but missing values.
    """
    chosen = list(known_families() if families is None else families)
    workspace = Workspace()
    try:
        inputs = gather(snapshot, as_of, workspace, firms=firms, currency=currency)
        table = _assembled(inputs, [family for family in chosen if _served(family, snapshot)])
    finally:
        workspace.release()
    for family in chosen:
        if not _served(family, snapshot):
            table = _without(table, family)
    wanted = ["firm", *(feature.name for family in chosen for feature in family.features)]
    return FeatureTable(as_of, snapshot.sha256, table.select(wanted))


def gather(
    snapshot: Snapshot,
    as_of: dt.date,
    workspace: Workspace,
    *,
    firms: Sequence[str] | ir.Table | None = None,
    currency: str = "CNY",
) -> Inputs:
    """What families look at; the one heavy pass over the invoices is computed here, and kept in the workspace."""
    invoice = snapshot.relations["invoice"]
    seen = _voiced(invoice.filter(invoice.issued_on <= as_of))
    judged = _judged(seen, firms)
    market = workspace.keep("market", _market(seen.filter(seen.currency == currency), as_of))
    both = _two_sides(market)
    dealings = both.filter(both.voice != both.role).semi_join(judged, "firm").drop("voice", "role")
    return Inputs(
        as_of=as_of,
        firms=judged,
        dealings=workspace.keep("dealings", _merged(dealings)),
        evidence=workspace.keep("evidence", _evidence(seen, judged, currency=currency)),
        market=_summed_market(market),
        settlement=snapshot.relation("settlement"),
        repayment=snapshot.relation("repayment"),
        workspace=workspace,
    )


def _served(family: Family, snapshot: Snapshot) -> bool:
    return all(snapshot.relation(name) is not None for name in family.needs)


def _assembled(inputs: Inputs, families: Sequence[Family]) -> pa.Table:
    parts = (_conformed(family, family.compute(inputs)) for family in families)
    whole = functools.reduce(lambda left, right: left.left_join(right, "firm").drop("firm_right"), parts, inputs.firms)
    return whole.order_by("firm").to_pyarrow()


def _voiced(invoice: ir.Table) -> ir.Table:
    """Documents with the one who alone vouches for each: its seller, its buyer, or a third.

    A node of the network that is no party to a document has no standing to deliver it: it could speak well of its own
    buyers.
    """
    supported = functools.reduce(lambda one, two: one | two, [invoice.flags.contains(flag) for flag in CORROBORATED])
    alone = ~supported.fill_null(False)
    voice = ibis.cases(
        (alone & (invoice.source == invoice.seller), "seller"),
        (alone & (invoice.source == invoice.buyer), "buyer"),
        else_="third",
    )
    nodes = invoice.select(node="seller").union(invoice.select(node="buyer"), distinct=True)
    sources = invoice.select("source").distinct()
    strangers = sources.semi_join(nodes, [sources.source == nodes.node])
    theirs = (invoice.source == invoice.seller) | (invoice.source == invoice.buyer)
    return invoice.mutate(voice=voice, theirs=theirs).anti_join(
        strangers, [invoice.source == strangers.source, ~theirs]
    )


def _market(seen: ir.Table, as_of: dt.date) -> ir.Table:
    """The heavy pass: edges of the network by voice and period. Every document counts once, whatever its copies."""
    days = ibis.literal(as_of).delta(seen.issued_on, unit="day")
    valid, red = seen.status == "valid", seen.kind == "credit_note"
    return seen.group_by("seller", "buyer", "voice", period=(days * 12 // 365).cast("int64")).aggregate(
        valid_count=(valid & ~red).cast("int64").sum(),
        void_count=(~valid & ~red).cast("int64").sum(),
        red_count=(valid & red).cast("int64").sum(),
        gross_minor=seen.gross_minor.sum(where=valid).coalesce(0),
        red_minor=(-seen.gross_minor).sum(where=valid & red).coalesce(0),
        net_minor=seen.net_minor.sum(where=valid).coalesce(0),
        tax_minor=seen.tax_minor.sum(where=valid).coalesce(0),
        first_on=seen.issued_on.min(where=valid),
        last_on=seen.issued_on.max(where=valid),
    )


def _two_sides(market: ir.Table) -> ir.Table:
    """Every edge as the seller's sale and as the buyer's purchase; `role` is what the firm is in it."""
    measures = [name for name in market.columns if name not in ("seller", "buyer")]
    sale = market.select(*measures, firm="seller", other="buyer", side=ibis.literal("sale"), role=ibis.literal("seller"))
    purchase = market.select(
        *measures, firm="buyer", other="seller", side=ibis.literal("purchase"), role=ibis.literal("buyer")
    )
    return sale.union(purchase)


_SUMMED: Final = ("valid_count", "void_count", "red_count", "gross_minor", "red_minor", "net_minor", "tax_minor")


def _merged(dealings: ir.Table) -> ir.Table:
    return dealings.group_by("firm", "side", "other", "period").aggregate(
        **{name: dealings[name].sum() for name in _SUMMED},
        first_on=dealings.first_on.min(),
        last_on=dealings.last_on.max(),
    )


def _summed_market(market: ir.Table) -> ir.Table:
    return market.group_by("seller", "buyer", "period").aggregate(**{name: market[name].sum() for name in _SUMMED})


def _evidence(seen: ir.Table, judged: ir.Table, *, currency: str) -> ir.Table:
    """What the documents about each firm are worth, whichever side it is on."""
    measures: dict[str, Any] = {
        "flagged": (seen.flags.length().fill_null(0) > 0).cast("int64"),
        "repeated": (seen.copies > 1).cast("int64"),
        "foreign": (seen.currency != currency).cast("int64"),
    }
    counted = {f"{name}_count": value.sum() for name, value in measures.items()}
    edges = seen.group_by("seller", "buyer", "voice").aggregate(document_count=seen.count(), **counted)
    names = ["document_count", *counted]
    sold = edges.select(*names, firm="seller", alone=edges.voice == "seller")
    bought = edges.select(*names, firm="buyer", alone=edges.voice == "buyer")
    both = sold.union(bought).semi_join(judged, "firm")
    return both.group_by("firm").aggregate(
        alone_count=both.document_count.sum(where=both.alone).coalesce(0), **{name: both[name].sum() for name in names}
    )


def _judged(seen: ir.Table, firms: Sequence[str] | ir.Table | None) -> ir.Table:
    if isinstance(firms, ir.Table):
        return firms.select("firm").distinct()
    if firms is None:
        return seen.select(firm="seller").union(seen.select(firm="buyer"), distinct=True)
    return ibis.memtable(pa.table({"firm": pa.array(sorted(set(firms)), pa.string())}))


def _conformed(family: Family, table: ir.Table) -> ir.Table:
    """The family's declared columns in their declared types."""
    types = {feature.name: _type(feature.unit) for feature in family.features}
    return table.select("firm", **{name: table[name].cast(kind) for name, kind in types.items()})


def _without(table: pa.Table, family: Family) -> pa.Table:
    for feature in family.features:
        kind = pa.float64() if _type(feature.unit) == "float64" else pa.int64()
        table = table.append_column(feature.name, pa.nulls(len(table), kind))
    return table


def _type(unit: Unit) -> str:
    return "int64" if unit is Unit.MINOR else "float64"
