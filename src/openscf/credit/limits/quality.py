"""How good the data about a firm's sales are, as far as others stand behind them: what good data are rewarded for.

The measure is the network's (`network.quality_score`): completeness, timeliness, consistency and agreement. What is
measured is narrower than there, because it moves limits and prices: only documents of sale behind which somebody else
stands. What the firm alone tells is not looked at, however much and however tidy it is, with one exception: where two
different things are said of a document, it counts as bad in every respect, whoever said the second one. So nothing
that a firm delivers can raise its `confirmed_points`: a bad document does not vanish by being contradicted.

Agreement is asked of every document, and not only of those that happen to be compared: that is what firms can do
something about. In `confirmed_points` two *others* must tell of a document, or stand behind it by money, goods received
or a confirmation. In `points`, which earns a lower rate and no limit, the firm's own telling in the same words is the
second one: it has shown its own books where they can be compared.
"""

from collections.abc import Mapping
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from openscf.credit.features._snapshot import Snapshot
from openscf.credit.incentives import DataQuality

SPEAKING: Final = ("copy", "paid", "confirmed", "received")
"""Words of the relation `support` that agree with a document: an invoice whose goods came agrees with its buyer."""

_HOUSE: Final = "the house's own bank"
_COUNTED: Final = ("documents", "expected", "filled", "dated", "prompt", "consistent")


def counted_quality(snapshot: Snapshot, judged: ir.Table, *, sales: ir.Table, heard: ir.Table) -> ir.Table:
    """What is counted of a firm's documents, for `quality_of`; of whose documents nobody else tells has no row.

    Args:
        snapshot: The network.
        judged: The firms, `firm`.
        sales: Their documents of sale, with `direct` and `backed`, and the groups of seller and speaker.
        heard: Who else stands behind them, with `party`, `related` and the group of each.
    """
    told = _witnessed(_trusted(sales, snapshot), sales, heard)
    counted = told.group_by(firm="seller").aggregate(
        documents=told.count(),
        expected=told.expected.sum().coalesce(0).cast("int64"),
        filled=told.filled.sum().coalesce(0).cast("int64"),
        dated=told.count(where=told.current),
        prompt=told.count(where=told.current & told.in_time),
        consistent=told.count(where=told.consistent),
        agreed=told.count(where=told.agreeing),
        shown=told.count(where=told.agreeing | told.own),
    )
    invoice = snapshot.relations["invoice"]
    contested = invoice.filter(invoice.versions > 1).semi_join(judged, [("seller", "firm")])
    against = contested.group_by(firm="seller").aggregate(disputed=contested.count())
    return counted.left_join(against, "firm").drop("firm_right")


def quality_of(row: Mapping[str, Any]) -> DataQuality:
    """Both scores from what was counted of a firm; a contradicted document is bad in every respect."""
    from openscf.network import CELLS, Evidence, quality_score  # noqa: PLC0415 - its graphs load scipy

    bad = row["disputed"] or 0
    seen = dict.fromkeys(Evidence.__slots__, 0) | {name: row[name] for name in _COUNTED}
    seen |= {"documents": seen["documents"] + bad, "expected": seen["expected"] + bad * CELLS}
    seen |= {"dated": seen["dated"] + bad, "compared": seen["documents"]}
    named = {"kind": "firm", "subject": str(row["firm"])}
    found, shown = (
        quality_score(Evidence(**{**seen, **named, "disputed": seen["documents"] - agreeing}))
        for agreeing in (row["agreed"], row["shown"])
    )
    lost = tuple((ratio.name, ratio.most - ratio.points) for ratio in found.ratios)
    return DataQuality(shown.score, found.score, lost)


def _trusted(sales: ir.Table, snapshot: Snapshot) -> ir.Table:
    """Documents that others stand behind and nobody contradicts, with what is wrong in each, and whether in time.

    Timeliness is asked from the day on which a document's source began to deliver: what is older is history that was
    brought along. Of a source of which no delivery is known nothing is late.
    """
    from openscf.network import PROMPT_DAYS, judged_documents  # noqa: PLC0415 - as above

    stood = judged_documents(sales.filter((sales.direct | sales.backed) & (sales.versions == 1)), money=True)
    delivery = snapshot.relation("delivery")
    if delivery is None:
        return stood.mutate(current=ibis.literal(False), in_time=ibis.literal(False))
    began = delivery.group_by("source").aggregate(began_on=delivery.received_at.date().min())
    dated = stood.left_join(began, "source").drop("source_right")
    in_time = dated.came_on <= dated.issued_on + ibis.interval(days=PROMPT_DAYS)
    return dated.mutate(
        current=(dated.issued_on >= dated.began_on).fill_null(False), in_time=in_time.fill_null(False)
    ).drop("began_on")


def _witnessed(told: ir.Table, sales: ir.Table, heard: ir.Table) -> ir.Table:
    """The documents with `agreeing`: two others stand behind each, and `own`: the firm told it, too, in these words."""
    behind = heard.filter(
        ~heard.related, heard.party, heard.what.isin(SPEAKING), (heard.by_group != heard.seller_group).fill_null(True)
    )  # fmt: skip
    voices = behind.select("document_id", voice=behind.by_group.fill_null(_HOUSE))
    speakers = sales.filter(sales.direct).select("document_id", voice=ibis.coalesce(sales.speaker_group, sales.source))
    every = voices.union(speakers)
    several = every.group_by("document_id").aggregate(voices=every.voice.nunique())
    mine = heard.filter(heard.what == "copy", heard.by_group == heard.seller_group).select("document_id").distinct()
    mine = mine.mutate(copied=ibis.literal(True))
    joined = told.left_join(several, "document_id").drop("document_id_right")
    joined = joined.left_join(mine, "document_id").drop("document_id_right")
    own = (joined.speaker_group == joined.seller_group).fill_null(False) | joined.copied.fill_null(False)
    return joined.mutate(agreeing=(joined.voices >= 2).fill_null(False), own=own)
