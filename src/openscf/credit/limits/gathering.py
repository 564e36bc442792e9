"""Evidence about firms, gathered from a snapshot of the network: one set-based pass for all of them.

A sale counts for a firm when somebody else stands behind it: a register or feed that is no enterprise, the buyer, or
money on an account whose statement another party delivered. Whoever belongs to the firm's group is the firm, as seller,
as buyer, as source and as witness; an enterprise that is no party to a document has no standing to tell of it. What
only the firm says becomes evidence of the applicant: it is shown, and not counted. Red letters that only the firm tells
of, and invoices of which somebody says otherwise, count against it, whoever says so.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from openscf.credit.features._groups import grouped, known_groups, with_standing
from openscf.credit.features._snapshot import SUPPORT, Snapshot
from openscf.credit.incentives import DataQuality
from openscf.credit.limits.model import Evidence, EvidenceKind, EvidenceOrigin
from openscf.credit.limits.quality import counted_quality, quality_of
from openscf.credit.limits.relations import BuyerRelation, relations_of, said_of_sales, sales_to_each
from openscf.credit.store.plans import Recorder, keep_plan, known_plan, shape_of, table_names
from openscf.credit.store.workspace import Workspace, carried_out_again

YEAR_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Told:
    """What the network says of a firm.

    Attributes:
        evidence: For its limit, in a stable order; nothing where nothing is told.
        quality: How good the data about it are; None where nobody else stands behind any.
        relations: To its buyers, the largest first, as far as others tell of them.
    """

    evidence: tuple[Evidence, ...] = ()
    quality: DataQuality | None = None
    relations: tuple[BuyerRelation, ...] = ()


def gather_evidence(
    snapshot: Snapshot, firms: Sequence[str], as_of: dt.date, *, groups: Mapping[str, str], currency: str = "CNY"
) -> dict[str, Told]:
    """What the network says of firms, for their limits and for what their data earn.

    Args:
        snapshot: The network; what is dated after `as_of` is not seen.
        firms: Node keys.
        as_of: The cut-off.
        groups: Node key to a name of its group, for the enterprises of the platform; another node is its own group.
        currency: The one whose amounts are summed.

    Returns:
        By firm.
    """
    asked = _Asked(snapshot, tuple(sorted(set(firms))), as_of, groups, currency)
    plan = None if asked.key is None else known_plan(asked.key)
    if plan is None:
        answers = _answered(asked)
    else:
        answers = carried_out_again(plan, snapshot.relations, as_of, introduced=asked.introduced)
    rows = {name: _whole(table).to_pylist() for name, table in answers.items()}
    found = {str(row["firm"]): _evidence_of(row) for row in rows["found"]}
    related = relations_of(rows["related"], as_of)
    quality = {str(row["firm"]): quality_of(row) for row in rows["quality"]}
    return {firm: Told(tuple(found.get(firm, ())), quality.get(firm), related.get(firm, ())) for firm in firms}


@dataclass(frozen=True, slots=True)
class _Asked:
    snapshot: Snapshot
    firms: tuple[str, ...]
    as_of: dt.date
    groups: Mapping[str, str]
    currency: str

    @property
    def backend(self) -> BaseBackend:
        return self.snapshot.relations["invoice"].get_backend()

    @property
    def key(self) -> object | None:
        """What its statements depend on, but for names and the day; None where no plan is kept."""
        if self.backend.name != "duckdb" or self.snapshot.relation("support") is None:
            return None  # rows that stand for a table which is not there live in one run only
        if table_names(self.snapshot.relations) is None:
            return None
        return "evidence", shape_of(self.snapshot.relations), self.currency, self.backend.current_catalog

    def introduced(self, workspace: Workspace) -> dict[str, ir.Table]:
        """The rows of ours, in the engine."""
        rows = pa.table({"firm": pa.array(self.firms, pa.string())})
        judged = workspace.introduce("judged", rows, self.backend)
        return {"judged": judged, "groups": known_groups(self.groups, workspace, self.backend)}


def _answered(asked: _Asked) -> dict[str, pa.Table]:
    """The answers by translating all expressions; the plan is kept."""
    snapshot, as_of = asked.snapshot, asked.as_of
    names = None if asked.key is None else table_names(snapshot.relations)
    workspace = Workspace(None if names is None else Recorder(as_of, names))
    try:
        ours = asked.introduced(workspace)
        judged, known = ours["judged"], ours["groups"]
        sold = workspace.keep("sold", _sold(snapshot, judged, known, as_of=as_of, currency=asked.currency))
        heard = workspace.keep("heard", _heard(sold, snapshot, known, as_of=as_of))
        sales = workspace.keep("sales", _supported(sold, heard, as_of=as_of))
        answers = {
            "found": workspace.answer("found", _by_firm(sales, as_of)),
            "related": workspace.answer("related", sales_to_each(sales, as_of)),
            "quality": workspace.answer("quality", counted_quality(snapshot, judged, sales=sales, heard=heard)),
        }
    finally:
        workspace.release()
    if workspace.recorder is not None and asked.key is not None:
        keep_plan(asked.key, workspace.recorder.steps)
    return answers


def _whole(table: pa.Table) -> pa.Table:
    """With sums as whole numbers of 64 bits: asked by its text the engine answers in the wider types that it sums in."""
    fields = [one.with_type(pa.int64()) if pa.types.is_decimal(one.type) else one for one in table.schema]
    return table.cast(pa.schema(fields))


def _sold(snapshot: Snapshot, judged: ir.Table, known: ir.Table, *, as_of: dt.date, currency: str) -> ir.Table:
    """One row per document of sale of these firms, and whether somebody else tells of it himself."""
    invoice = snapshot.relations["invoice"]
    valid = invoice.filter(
        invoice.status == "valid", invoice.issued_on <= as_of, invoice.currency == currency,
        invoice.buyer.notnull(), invoice.seller.notnull(),
    )  # fmt: skip
    sold = valid.semi_join(judged, [("seller", "firm")])
    sold = grouped(_spoken(sold, snapshot), known, seller="seller_group", buyer="buyer_group", speaker="speaker_group")
    related = sold.seller_group == sold.buyer_group
    stands = sold.speaker.isnull() | (sold.speaker_group == sold.buyer_group)
    direct = stands & (sold.speaker_group != sold.seller_group).fill_null(True)
    return sold.mutate(related=related, direct=direct & ~related)


def _spoken(sold: ir.Table, snapshot: Snapshot) -> ir.Table:
    """The documents with the node that speaks through their source; null where the source is no enterprise."""
    party = snapshot.relation("party")
    if party is None:
        return sold.mutate(speaker=ibis.null("string"))
    named = party.filter(party.party_id.notnull()).select(speaker="node", told_as="party_id")
    joined = sold.left_join(named, sold.source == named.told_as).drop("told_as")
    nameless = joined.source.startswith("pty_").ifelse(joined.source, ibis.null("string"))
    return joined.mutate(speaker=joined.speaker.coalesce(nameless))


def _heard(sold: ir.Table, snapshot: Snapshot, known: ir.Table, *, as_of: dt.date) -> ir.Table:
    """Who else stands behind these documents, with his group, and whether he has standing to."""
    support = snapshot.relation("support")
    if support is None:
        support = ibis.memtable([], schema=SUPPORT)
    told = support.semi_join(sold, "document_id").filter(support.on.isnull() | (support.on <= as_of))
    sides = sold.select("document_id", "seller_group", "buyer_group", "related", "versions")
    heard = grouped(told.inner_join(sides, "document_id"), known, by="by_group")
    return with_standing(heard, snapshot.relation("party"))


def _supported(sold: ir.Table, heard: ir.Table, *, as_of: dt.date) -> ir.Table:
    """The documents with whether others stand behind each, and what was paid on it in a year."""
    other = ~heard.related & heard.party & (heard.by_group != heard.seller_group).fill_null(True)
    words = heard.what.isin(["copy", "confirmed"]) & ((heard.what == "confirmed") | (heard.versions == 1))
    money = heard.what == "paid"
    year = ibis.literal(as_of).delta(heard.on, unit="day") < YEAR_DAYS
    summed = heard.group_by("document_id").aggregate(
        backed=(other & (words | money)).any(),
        paid_minor=heard.amount_minor.sum(where=other & money & year).coalesce(0).cast("int64"),
        paid_on=heard.on.max(where=other & money & year),
        **said_of_sales(heard, other),
    )
    joined = sold.left_join(summed, "document_id").drop("document_id_right")
    return joined.mutate(backed=joined.backed.fill_null(False), paid_minor=joined.paid_minor.fill_null(0))


def _by_firm(sales: ir.Table, as_of: dt.date) -> ir.Table:
    counts = sales.direct | sales.backed
    year = ibis.literal(as_of).delta(sales.issued_on, unit="day") < YEAR_DAYS
    red = sales.kind == "credit_note"
    gross, size = sales.gross_minor, sales.gross_minor.abs()
    firms = sales.group_by(firm="seller").aggregate(
        sales_minor=gross.sum(where=counts & year).coalesce(0).cast("int64"),
        documents=sales.count(where=counts & year),
        by_others=sales.count(where=counts & year & (sales.speaker.notnull() | ~sales.direct)),
        newest=sales.issued_on.max(where=counts),
        told_on=sales.issued_on.max(),
        months=(sales.issued_on.year() * 12 + sales.issued_on.month()).nunique(where=counts & ~red),
        own_minor=gross.sum(where=~counts & year & ~red).coalesce(0).cast("int64"),
        own_documents=sales.count(where=~counts & year & ~red),
        own_newest=sales.issued_on.max(where=~counts & ~red),
        disputed_minor=(
            size.sum(where=~counts & year & red).coalesce(0)
            + gross.sum(where=counts & year & ~red & (sales.versions > 1)).coalesce(0)
        ).cast("int64"),
        settled_minor=ibis.least(sales.paid_minor, gross.clip(lower=0)).sum().coalesce(0).cast("int64"),
        settled_on=sales.paid_on.max(),
    )
    buyers = sales.filter(counts & year).group_by(firm="seller", other="buyer_group").aggregate(
        bought=lambda t: t.gross_minor.sum().cast("int64")
    )  # fmt: skip
    largest = buyers.group_by("firm").aggregate(largest_minor=buyers.bought.max())
    return firms.left_join(largest, "firm").drop("firm_right")


def _evidence_of(row: Mapping[str, Any]) -> list[Evidence]:
    found = []
    if row["documents"]:
        origin = EvidenceOrigin.COUNTERPARTY if row["by_others"] else EvidenceOrigin.TAX
        sales = max(row["sales_minor"], 0)
        rest = max(sales - max(row["largest_minor"] or 0, 0), 0)
        values = {EvidenceKind.SALES: sales, EvidenceKind.HISTORY: row["months"], EvidenceKind.REST_OF_BUYERS: rest}
        source = f"{row['documents']} documents that others tell of"
        found += [
            Evidence(kind=kind, value=value, origin=origin, source=source, as_of=row["newest"])
            for kind, value in values.items()
        ]
    if row["settled_minor"]:
        found.append(
            Evidence(
                kind=EvidenceKind.SETTLED, value=row["settled_minor"], origin=EvidenceOrigin.BANK,
                source="payments on accounts and deals", as_of=row["settled_on"],
            )
        )  # fmt: skip
    if row["own_documents"]:
        found.append(
            Evidence(
                kind=EvidenceKind.SALES, value=max(row["own_minor"], 0), origin=EvidenceOrigin.APPLICANT,
                source=f"{row['own_documents']} documents of its own", as_of=row["own_newest"],
            )
        )  # fmt: skip
    if row["disputed_minor"]:
        found.append(
            Evidence(
                kind=EvidenceKind.DISPUTED, value=row["disputed_minor"], origin=EvidenceOrigin.COUNTERPARTY,
                source="red letters and contradictions", as_of=row["told_on"],
            )
        )  # fmt: skip
    return found
