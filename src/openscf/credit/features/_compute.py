"""From a snapshot to one row of features for each firm."""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends import BaseBackend

from openscf.credit.features._contract import YEAR, Family, Inputs, Unit, known_families
from openscf.credit.features._groups import SUPPORTING, grouped, known_groups, with_standing
from openscf.credit.features._snapshot import Snapshot
from openscf.credit.store.plans import (
    Recorder,
    keep_plan,
    known_plan,
    shape_of,
    table_names,
)
from openscf.credit.store.workspace import Workspace, carried_out_again

CORROBORATED: Final = ("matched", "confirmed")
"""Flags on documents which somebody else supports: matched with goods, money or the other side's own record, or
confirmed by it."""

_FIRMS: Final = "judged firms"
THIRD, SELLER, BUYER = 0, 1, 2
"""Who alone vouches for a document: nobody of its parties alone, its seller, its buyer."""

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
    groups: Mapping[str, str] | None = None,
) -> FeatureTable:
    """All features of firms as of a day.

    Args:
        snapshot: Where the documents are; what is dated after `as_of` is not seen.
        as_of: The cut-off.
        firms: Keys of the nodes to judge; by default all nodes of the network.
        currency: The one whose amounts are summed; documents in others are counted as foreign.
        families: By default all.
        groups: Node key to a name of its group: whoever belongs to a firm's group speaks as the firm, and what its
            members sell each other is not seen. None: every node is a group of its own.

    Returns:
        One row for each firm, also for one without a single document: it has nothing but missing values.
    """
    chosen = list(known_families() if families is None else families)
    served = [family for family in chosen if _served(family, snapshot)]
    asked = _Asked(snapshot, as_of, served, firms, currency, groups)
    answers = _again(asked)
    table = _assembled(_answered(asked) if answers is None else answers, served)
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
    groups: Mapping[str, str] | None = None,
) -> Inputs:
    """What families look at; the one heavy pass over the invoices is computed here, and kept in the workspace."""
    backend = snapshot.relations["invoice"].get_backend()
    known = None if groups is None else known_groups(groups, workspace, backend)
    seen = _voiced(snapshot, as_of, workspace, known=known)
    judged = _judged(seen, firms, workspace)
    whole = workspace.keep("market", _market(seen, as_of, currency=currency))
    both = _two_sides(whole).semi_join(judged, "firm")
    counted = both.filter(both.home, both.voice != both.role)
    return Inputs(
        as_of=as_of,
        firms=judged,
        dealings=counted.drop("voice", "role", "home"),
        evidence=_evidence(both),
        market=whole.filter(whole.home).drop("voice", "home"),
        settlement=_between_strangers(snapshot.relation("settlement"), known),
        repayment=snapshot.relation("repayment"),
        workspace=workspace,
    )


def _served(family: Family, snapshot: Snapshot) -> bool:
    return all(snapshot.relation(name) is not None for name in family.needs)


@dataclass(frozen=True, slots=True)
class _Asked:
    snapshot: Snapshot
    as_of: dt.date
    families: Sequence[Family]
    firms: Sequence[str] | ir.Table | None
    currency: str
    groups: Mapping[str, str] | None

    @property
    def backend(self) -> BaseBackend:
        return self.snapshot.relations["invoice"].get_backend()

    @property
    def key(self) -> object | None:
        """What its statements depend on, but for names and the day; None where no plan is kept."""
        names = table_names(self.snapshot.relations)
        if self.backend.name != "duckdb" or isinstance(self.firms, ir.Table) or names is None:
            return None
        families = tuple((family.name, id(family.compute)) for family in self.families)
        modes = self.firms is None, self.groups is None, self.currency, self.backend.current_catalog
        return shape_of(self.snapshot.relations), families, modes


def _again(asked: _Asked) -> dict[str, pa.Table] | None:
    """The answers by a plan that is known; None if there is none."""
    plan = None if asked.key is None else known_plan(asked.key)
    if plan is None:
        return None

    def introduced(workspace: Workspace) -> dict[str, ir.Table]:
        ours = {}
        if asked.groups is not None:
            ours["groups"] = known_groups(asked.groups, workspace, asked.backend)
        if asked.firms is not None:
            assert not isinstance(asked.firms, ir.Table), "it has no plan"
            ours["firms"] = _listed(asked.firms, workspace, asked.backend)
        return ours

    return carried_out_again(plan, asked.snapshot.relations, asked.as_of, introduced=introduced)


def _answered(asked: _Asked) -> dict[str, pa.Table]:
    """The answers by translating all expressions; the plan is kept.

    Each family is a query of its own: one query of all of them is no quicker to run and much slower to translate.
    """
    names = None if asked.key is None else table_names(asked.snapshot.relations)
    workspace = Workspace(None if names is None else Recorder(asked.as_of, names))
    try:
        inputs = gather(
            asked.snapshot, asked.as_of, workspace, firms=asked.firms, currency=asked.currency, groups=asked.groups
        )
        answers = {_FIRMS: workspace.answer(_FIRMS, inputs.firms.order_by("firm"))}
        for family in asked.families:
            answers[family.name] = workspace.answer(family.name, _conformed(family, family.compute(inputs)))
    finally:
        workspace.release()
    if workspace.recorder is not None and asked.key is not None:
        keep_plan(asked.key, workspace.recorder.steps)
    return answers


def _assembled(answers: Mapping[str, pa.Table], families: Sequence[Family]) -> pa.Table:
    """The families side by side, a row for each firm."""
    table = firms = answers[_FIRMS]
    for family in families:
        found = answers[family.name]
        if len(found) != len(set(found.column("firm").to_pylist())):
            raise AssertionError(f"{family.name} gave a firm two rows")
        rows = pc.index_in(firms.column("firm"), value_set=found.column("firm").combine_chunks())
        for feature in family.features:
            # As declared: asked by its text the engine answers in the wider types that it sums in.
            column = found.column(feature.name).cast(_arrow_type(feature.unit))
            table = table.append_column(feature.name, column.take(rows))
    return table


def _voiced(snapshot: Snapshot, as_of: dt.date, workspace: Workspace, *, known: ir.Table | None) -> ir.Table:
    """Documents up to a day, with the one who alone vouches for each: its seller, its buyer, or a third.

    A node of the network that is no party to a document has no standing to deliver it (it could speak well of its own
    buyers): such documents are not seen at all.
    """
    invoice = snapshot.relations["invoice"]
    until = invoice.filter(invoice.issued_on <= as_of, invoice.seller.notnull(), invoice.buyer.notnull())
    seen = until.left_join(_speakers(snapshot, workspace), "source").drop("source_right")
    if known is None:
        seen = seen.mutate(seller_group=seen.seller, buyer_group=seen.buyer, speaker_group=seen.speaker)
    else:
        seen = grouped(seen, known, seller="seller_group", buyer="buyer_group", speaker="speaker_group")
        seen = seen.filter(seen.seller_group != seen.buyer_group)
    seen = _agreed(seen, snapshot, as_of, known=known)
    flagged = functools.reduce(lambda one, two: one | two, [seen.flags.contains(flag) for flag in CORROBORATED])
    alone = ~(flagged.fill_null(False) | seen.agreed.fill_null(False))
    by_seller, by_buyer = seen.speaker_group == seen.seller_group, seen.speaker_group == seen.buyer_group
    voice = ibis.cases((alone & by_seller, SELLER), (alone & by_buyer, BUYER), else_=THIRD).cast("int8")
    standing = ~seen.node.fill_null(False) | by_seller | by_buyer
    return seen.mutate(voice=voice).filter(standing.fill_null(True))


def _agreed(seen: ir.Table, snapshot: Snapshot, as_of: dt.date, *, known: ir.Table | None) -> ir.Table:
    """The documents with `agreed`: somebody with standing, other than who told of it, stands behind each.

    Two who contradict each other support nobody. A snapshot that does not say who the others are is believed that they
    are others.
    """
    support = snapshot.relation("support")
    if support is None:
        return seen.mutate(agreed=(seen.witnesses > 1) & (seen.versions == 1))
    told = support.filter(support.what.isin(SUPPORTING), support.on.isnull() | (support.on <= as_of))
    sides = seen.select("document_id", "seller_group", "buyer_group", "speaker_group")
    heard = told.inner_join(sides, "document_id")
    heard = heard.mutate(by_group=heard["by"]) if known is None else grouped(heard, known, by="by_group")
    heard = with_standing(heard, snapshot.relation("party"))
    others = heard.filter(heard.party, (heard.by_group != heard.speaker_group).fill_null(True))
    behind = others.group_by("document_id").aggregate(words=others.count(), surer=(others.what != "copy").any())
    joined = seen.left_join(behind, "document_id").drop("document_id_right")
    return joined.mutate(agreed=(joined.words > 0) & (joined.surer | (joined.versions == 1))).drop("words", "surer")


def _between_strangers(settlement: ir.Table | None, known: ir.Table | None) -> ir.Table | None:
    """Payments but those within a group: a firm pays its sister as punctually as it likes."""
    if settlement is None or known is None:
        return settlement
    sides = grouped(settlement, known, obligor="obligor_group", creditor="creditor_group")
    return sides.filter(sides.obligor_group != sides.creditor_group).drop("obligor_group", "creditor_group")


def _speakers(snapshot: Snapshot, workspace: Workspace) -> ir.Table:
    """Which node speaks through each source, and whether that is a node of the network at all."""
    invoice, party = snapshot.relations["invoice"], snapshot.relation("party")
    sources = invoice.filter(invoice.source.notnull()).select("source").distinct()
    if party is None:
        named = sources.mutate(speaker=sources.source)
    else:
        joined = sources.left_join(party, sources.source == party.party_id)
        named = joined.select("source", speaker=joined.node.coalesce(joined.source))
    named = workspace.keep("speakers", named)  # a handful of rows
    sellers = invoice.select(node="seller").semi_join(named, [("node", "speaker")])
    buyers = invoice.select(node="buyer").semi_join(named, [("node", "speaker")])
    nodes = sellers.union(buyers, distinct=True).rename(at="node")
    joined = named.left_join(nodes, [("speaker", "at")])
    # An enterprise of the platform that no document names is a stranger to all of them, and no register.
    enterprise = joined["at"].notnull() | joined.source.startswith("pty_")
    return joined.select("source", "speaker", node=enterprise)


def _market(seen: ir.Table, as_of: dt.date, *, currency: str) -> ir.Table:
    """The heavy pass: edges of the network by voice and period. Every document counts once, whatever its copies.

    Documents in other currencies stand in rows of their own (`home` is false); their amounts are never added to others.
    """
    days = ibis.literal(as_of).delta(seen.issued_on, unit="day")
    valid, red = seen.status == "valid", seen.kind == "credit_note"
    keys = {"period": (days * YEAR // 365).cast("int64"), "home": (seen.currency == currency).fill_null(False)}
    return seen.group_by("seller", "buyer", "voice", **keys).aggregate(
        document_count=seen.count(),
        flagged_count=seen.count(where=seen.flags.length() > 0),
        repeated_count=seen.count(where=seen.copies > 1),
        valid_count=seen.count(where=valid & ~red),
        void_count=seen.count(where=~valid & ~red),
        red_count=seen.count(where=valid & red),
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
    roles = (("seller", "buyer", "sale", SELLER), ("buyer", "seller", "purchase", BUYER))
    sale, purchase = (
        market.select(*measures, firm=firm, other=other, side=ibis.literal(side), role=ibis.literal(role, "int8"))
        for firm, other, side, role in roles
    )
    return sale.union(purchase)


def _evidence(both: ir.Table) -> ir.Table:
    """What the documents about each firm are worth, whichever side it is on.

    Oddities are counted among the documents that count: a firm that adds documents of its own must not thin them out.
    """
    count, alone = both.document_count, both.voice == both.role
    return both.group_by("firm").aggregate(
        document_count=count.sum(),
        alone_count=count.sum(where=alone).coalesce(0),
        counted_count=count.sum(where=~alone).coalesce(0),
        flagged_count=both.flagged_count.sum(where=~alone).coalesce(0),
        repeated_count=both.repeated_count.sum(where=~alone).coalesce(0),
        foreign_count=count.sum(where=~alone & ~both.home).coalesce(0),
    )


def _judged(seen: ir.Table, firms: Sequence[str] | ir.Table | None, workspace: Workspace) -> ir.Table:
    if isinstance(firms, ir.Table):
        return firms.select("firm").distinct()
    if firms is None:
        nodes = seen.select(firm="seller").union(seen.select(firm="buyer"), distinct=True)
        return workspace.keep("firms", nodes)
    return _listed(firms, workspace, seen.get_backend())


def _listed(firms: Sequence[str], workspace: Workspace, backend: BaseBackend) -> ir.Table:
    return workspace.introduce("firms", pa.table({"firm": pa.array(sorted(set(firms)), pa.string())}), backend)


def _conformed(family: Family, table: ir.Table) -> ir.Table:
    """The family's declared columns in their declared types."""
    types = {feature.name: _type(feature.unit) for feature in family.features}
    return table.select("firm", **{name: table[name].cast(kind) for name, kind in types.items()})


def _without(table: pa.Table, family: Family) -> pa.Table:
    for feature in family.features:
        table = table.append_column(feature.name, pa.nulls(len(table), _arrow_type(feature.unit)))
    return table


def _type(unit: Unit) -> str:
    return "int64" if unit is Unit.MINOR else "float64"


def _arrow_type(unit: Unit) -> pa.DataType:
    return pa.int64() if unit is Unit.MINOR else pa.float64()
