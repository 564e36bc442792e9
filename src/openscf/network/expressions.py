"""What is measured on the network as sets: Ibis expressions over a snapshot's tables, the same on every engine.

Money stays integer: amounts are summed as 38-digit decimals and brought back to 64 bits, where an overflow is an error
on both engines and never another number. Nothing is divided here: `//` passes through double on DuckDB, and means
another thing on another engine. Ratios are made from these integers by `rules`, exactly.

An edge is what one firm sold to another in one currency. Void documents, and those that name only one side or no
amount, are on no edge; `overview` counts them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import ibis
from ibis.expr.types import BooleanColumn, IntegerColumn, IntegerScalar, Table

WIDE: Final = "decimal(38, 0)"
_FACTOR: Final = "decimal(19, 0)"  # holds every 64-bit integer; the product of two holds every square
TOP: Final = (1, 3, 5, 10)
_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which documents are looked at.

    Attributes:
        since, until: Days of issue, both inclusive; None is open. A document without a day is in no bounded window.
        currency: ISO 4217; None is all, each on edges of its own.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    currency: str | None = None


ALWAYS: Final = Window()


def total(column: IntegerColumn) -> IntegerScalar:
    """The sum of a column of integers, or an error; never a wrapped or rounded number. Of no rows it is 0."""
    return ibis.coalesce(column.cast(WIDE).sum().cast("int64"), 0)


def tally(condition: BooleanColumn) -> IntegerScalar:
    """How many rows fulfil it; of no rows none do, where Spark by itself would say that it does not know."""
    return total(ibis.ifelse(condition, ibis.literal(1, "int64"), ibis.literal(0, "int64")))


def within(documents: Table, window: Window) -> Table:
    """The documents of a window, void ones included."""
    found = documents
    if window.since is not None:
        found = found.filter(found.issued_on >= ibis.date(window.since.isoformat()))
    if window.until is not None:
        found = found.filter(found.issued_on <= ibis.date(window.until.isoformat()))
    if window.currency is not None:
        found = found.filter(found.currency == window.currency)
    return found


def placed(documents: Table) -> Table:
    """The documents that make edges: valid, between two named firms, with an amount."""
    return documents.filter(
        documents.status == "valid", documents.seller.notnull(), documents.buyer.notnull(),
        documents.gross_minor.notnull(),
    )  # fmt: skip


def overview(invoice: Table) -> Table:
    """One row: documents, and why some of them are on no edge; copies and contradictions."""
    valid = invoice.status == "valid"
    named = invoice.seller.notnull() & invoice.buyer.notnull()
    return invoice.aggregate(
        documents=invoice.count(),
        void=tally(~valid),
        nameless=tally(valid & ~named),
        amountless=tally(valid & named & invoice.gross_minor.isnull()),
        copies=total(invoice.copies - 1),
        contradicted=tally(invoice.versions > 1),
        witnessed=tally(invoice.witnesses > 1),
        first_on=invoice.issued_on.min(),
        last_on=invoice.issued_on.max(),
    )


def edges(invoice: Table) -> Table:
    """Who sold to whom, how much, since when: one row per seller, buyer and currency.

    `gross_minor` is what is left after the red letters, which are also told apart in `red_minor` (at most 0). `months`
    is the number of calendar months in which anything was issued.
    """
    one = placed(invoice)
    month = one.issued_on.year() * _MONTHS + one.issued_on.month()
    return one.group_by("seller", "buyer", "currency").aggregate(
        documents=one.count(),
        red_letters=tally(one.gross_minor < 0),
        gross_minor=total(one.gross_minor),
        red_minor=total(ibis.ifelse(one.gross_minor < 0, one.gross_minor, ibis.literal(0, "int64"))),
        first_on=one.issued_on.min(),
        last_on=one.issued_on.max(),
        months=month.nunique(),
    )


def sides(edge: Table) -> Table:
    """Each edge seen from both ends: `firm`, its `other`, and whether these are the firm's `sales` or `purchases`."""
    rest = ["currency", "documents", "red_letters", "gross_minor", "red_minor", "first_on", "last_on", "months"]
    sold = edge.select(firm=edge.seller, side=ibis.literal("sales"), other=edge.buyer, **{n: edge[n] for n in rest})
    bought = edge.select(
        firm=edge.buyer, side=ibis.literal("purchases"), other=edge.seller, **{n: edge[n] for n in rest}
    )
    return sold.union(bought)


def concentrations(side: Table) -> Table:
    """How much of a firm's trade hangs on few: integers from which `rules.concentration` makes shares and the index.

    Only counterparties with something left after red letters have a share: `positive_minor` is the sum of theirs, and
    `squares` the sum of their squares. `top_<n>_minor` is what the largest n have.
    """
    ranked = side.mutate(
        rank=ibis.row_number().over(
            ibis.window(
                group_by=["firm", "side", "currency"], order_by=[ibis.desc(side.gross_minor), ibis.asc(side.other)]
            )
        ),
        share_minor=ibis.ifelse(side.gross_minor > 0, side.gross_minor, ibis.literal(0, "int64")),
    )
    square = (ranked.share_minor.cast(_FACTOR) * ranked.share_minor.cast(_FACTOR)).cast(WIDE)
    none = ibis.literal(0, "int64")
    return ranked.group_by("firm", "side", "currency").aggregate(
        counterparties=ranked.count(),
        with_share=tally(ranked.share_minor > 0),
        documents=ranked.documents.sum(),
        gross_minor=total(ranked.gross_minor),
        positive_minor=total(ranked.share_minor),
        squares=square.sum().cast(WIDE),
        first_on=ranked.first_on.min(),
        last_on=ranked.last_on.max(),
        **{f"top_{n}_minor": total(ibis.ifelse(ranked["rank"] < n, ranked.share_minor, none)) for n in TOP},
    )


def firms(edge: Table) -> Table:
    """One row per firm: how many it sells to and buys from (whatever the currency), and how many documents."""
    side = sides(edge)
    return side.group_by("firm").aggregate(
        customers=side.other.nunique(where=side.side == "sales"),
        suppliers=side.other.nunique(where=side.side == "purchases"),
        sales_documents=ibis.coalesce(side.documents.sum(where=side.side == "sales"), 0),
        purchase_documents=ibis.coalesce(side.documents.sum(where=side.side == "purchases"), 0),
        first_on=side.first_on.min(),
        last_on=side.last_on.max(),
    )


def shared(side: Table, *, busiest: int) -> Table:
    """Pairs of firms that sell to, or buy from, the same others: how many, and how many documents on either leg.

    Args:
        side: As `sides` makes it.
        busiest: Others with more firms than this join nobody: everybody buys electricity, and a hub of n firms would
            make n² / 2 pairs that say nothing.
    """
    leg = side.group_by("side", "other", "firm").aggregate(documents=side.documents.sum())
    crowd = leg.group_by("side", "other").aggregate(firms=leg.count())
    telling = crowd.filter(crowd.firms <= busiest, crowd.firms > 1)
    kept = leg.semi_join(telling, ["side", "other"])
    mate = kept.select(side=kept.side, other=kept.other, with_firm=kept.firm, with_documents=kept.documents)
    pair = kept.join(mate, ["side", "other"])
    pair = pair.filter(pair.firm < pair.with_firm)
    return pair.group_by("firm", "with_firm", "side").aggregate(
        common=pair.count(), documents=pair.documents.sum(), with_documents=pair.with_documents.sum()
    )


def moved(goods: Table) -> Table:
    """Pairs between which goods are known to have moved: despatch, receipt or warehouse documents that are not void."""
    told = goods.filter(goods.status == "valid", goods.seller.notnull(), goods.buyer.notnull())
    return told.group_by("seller", "buyer").aggregate(goods_documents=told.count())


def by_currency(edge: Table) -> Table:
    """The whole network by currency."""
    return edge.group_by("currency").aggregate(
        edges=edge.count(),
        sellers=edge.seller.nunique(),
        buyers=edge.buyer.nunique(),
        documents=edge.documents.sum(),
        gross_minor=total(edge.gross_minor),
        red_minor=total(edge.red_minor),
    )
