"""A firm's relation to each of its buyers, as others tell of it: what a core enterprise's credit is passed on by.

Only sales behind which somebody else stands count, as for the limit: a firm that could bring forth a relation by its
own documents would borrow a good buyer's credit. What the buyer has said is what covers at least half of a year's sales
to it: one confirmed invoice among a hundred makes no confirming buyer.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from openscf.credit.anchors import Confirmation

YEAR_DAYS: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerRelation:
    """What is known of a firm's sales to one buyer; amounts in minor units.

    Attributes:
        buyer: Its key in the network.
        confirmation: What it has said of at least half of a year's sales.
        tenure_months: Since the first sale that counts.
        sales_minor: Of the last year, to it.
        whole_minor: Of the last year, to all.
        settled_minor: What arrived of them within the year.
    """

    buyer: str
    confirmation: Confirmation
    tenure_months: int
    sales_minor: int
    whole_minor: int
    settled_minor: int


def said_of_sales(heard: ir.Table, other: ir.BooleanValue) -> dict[str, ir.BooleanValue]:
    """By document: whether its buyer has confirmed it, and whether it tells of it in the same words."""
    buyer = other & (heard.by_group == heard.buyer_group).fill_null(False)
    return {
        "buyer_confirmed": (buyer & (heard.what == "confirmed")).any(),
        "buyer_copied": (buyer & (heard.what == "copy") & (heard.versions == 1)).any(),
    }


def sales_to_each(sales: ir.Table, as_of: dt.date) -> ir.Table:
    """What a firm sold to each buyer, and what the buyer says of it; a row for each two of them.

    Args:
        sales: The documents, as `gathering` judged them.
        as_of: The cut-off.
    """
    counts = sales.direct | sales.backed
    year = ibis.literal(as_of).delta(sales.issued_on, unit="day") < YEAR_DAYS
    confirmed = sales.buyer_confirmed.fill_null(False)
    spoken = (sales.speaker_group == sales.buyer_group).fill_null(False)
    told = confirmed | sales.buyer_copied.fill_null(False) | (sales.direct & spoken)
    gross, kept = sales.gross_minor, sales.filter(counts)
    return kept.group_by(firm="seller", other="buyer").aggregate(
        first_on=sales.issued_on.min(),
        sales_minor=gross.sum(where=year).coalesce(0).cast("int64"),
        confirmed_minor=gross.sum(where=year & confirmed).coalesce(0).cast("int64"),
        told_minor=gross.sum(where=year & told).coalesce(0).cast("int64"),
        settled_minor=ibis.least(sales.paid_minor, gross.clip(lower=0)).sum().coalesce(0).cast("int64"),
    )


def relations_of(rows: Collection[dict[str, Any]], as_of: dt.date) -> dict[str, tuple[BuyerRelation, ...]]:
    """By firm its relations to buyers, the largest first; of equals the one whose key comes first.

    Args:
        rows: Of `sales_to_each`.
        as_of: The cut-off.
    """
    whole: dict[str, int] = {}
    for row in rows:
        whole[row["firm"]] = whole.get(row["firm"], 0) + max(row["sales_minor"], 0)
    found: dict[str, list[BuyerRelation]] = {}
    for row in sorted(rows, key=lambda one: (one["firm"], -one["sales_minor"], one["other"])):
        if row["sales_minor"] > 0:
            found.setdefault(row["firm"], []).append(_relation(row, as_of, whole_minor=whole[row["firm"]]))
    return {firm: tuple(several) for firm, several in found.items()}


def _relation(row: dict[str, Any], as_of: dt.date, *, whole_minor: int) -> BuyerRelation:
    first: dt.date = row["first_on"]
    return BuyerRelation(
        buyer=row["other"], confirmation=_said(row),
        tenure_months=(as_of.year - first.year) * 12 + as_of.month - first.month, sales_minor=row["sales_minor"],
        whole_minor=whole_minor, settled_minor=row["settled_minor"],
    )  # fmt: skip


def _said(row: dict[str, Any]) -> Confirmation:
    if 2 * row["confirmed_minor"] >= row["sales_minor"]:
        return Confirmation.CONFIRMED
    return Confirmation.DATA if 2 * row["told_minor"] >= row["sales_minor"] else Confirmation.NONE
