"""The network as a whole: summary, central firms, rings."""

from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import Json, say
from openscf.cli.network.view import (
    Asked,
    Currency,
    Fresh,
    Limit,
    Member,
    Since,
    Spark,
    Tenant,
    Until,
    money,
    plain,
    table_of,
    view,
    window,
)

if TYPE_CHECKING:
    from openscf.network import Ring, Rings, Summary

app = typer.Typer()


@app.command()
def summary(
    tenant: Tenant, member: Member = None, since: Since = None, until: Until = None, currency: Currency = None,
    fresh: Fresh = False, spark: Spark = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Show the network at a glance: firms, edges, amounts by currency, and the documents that are on no edge."""
    from openscf import network  # noqa: PLC0415

    chosen = window(since, until, currency)
    with view(Asked(tenant, member, fresh, spark=spark, quiet=as_json)) as seen:
        found = network.summary(seen.engine, seen.snapshot, chosen)
        seen.answer({"summary": plain(found)}, _summary(found), as_json=as_json)


@app.command()
def central(
    tenant: Tenant, member: Member = None, since: Since = None, until: Until = None, currency: Currency = None,
    limit: Limit = 20, fresh: Fresh = False, spark: Spark = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Show the most central firms: PageRank along the way of the goods, customers, suppliers, amounts.

    One currency at a time; without --currency the one with the most documents.
    """
    from openscf import network  # noqa: PLC0415

    chosen = window(since, until, currency)
    with view(Asked(tenant, member, fresh, spark=spark, quiet=as_json)) as seen:
        found = network.centralities(seen.engine, seen.snapshot, chosen)[:limit]
        rows = [
            (one.node, f"{one.pagerank:.6f}", f"{one.customers:,}", f"{one.suppliers:,}",
             money(one.sold_minor, one.currency), money(one.bought_minor, one.currency))
            for one in found
        ]  # fmt: skip
        headings = [("firm", "企业"), ("PageRank", "PageRank"), ("customers", "客户数"), ("suppliers", "供应商数"),
                    ("sold", "销售额"), ("bought", "采购额")]  # fmt: skip
        seen.answer({"firms": [plain(one) for one in found]}, table_of(headings, rows), as_json=as_json)


@app.command()
def rings(
    tenant: Tenant, member: Member = None, since: Since = None, until: Until = None, currency: Currency = None,
    longest: Annotated[int, typer.Option(min=1, max=12, help="At most so many firms in a ring.")] = 6,
    least: Annotated[str, typer.Option(help="Leave pairs with less trade aside, as 10000.00.")] = "0.01",
    limit: Limit = 20, fresh: Fresh = False, spark: Spark = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Find rings of trade, in which goods come back to whoever sold them: the sign of circular trade.

    Told with each ring: the amount that may have gone round, and on how many of its legs no document says that goods
    moved. One currency at a time; without --currency the one with the most documents.
    """
    from openscf import network  # noqa: PLC0415
    from openscf.kernel.money import currency as named  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415

    chosen = window(since, until, currency)
    least_minor = max(1, parse_amount(least, named(chosen.currency or "CNY"), field="--least").minor)
    with view(Asked(tenant, member, fresh, spark=spark, quiet=as_json)) as seen:
        found = network.trade_rings(seen.engine, seen.snapshot, chosen, longest=longest, least_minor=least_minor)
        record = {
            "knots": [list(knot) for knot in found.knots], "rings": [plain(one) for one in found.rings[:limit]],
            "found": len(found.rings), "complete": found.complete,
        }  # fmt: skip
        seen.answer(record, _rings(found, limit), as_json=as_json)


def _summary(found: "Summary") -> str:
    headings = [
        ("currency", "币种"), ("edges", "交易关系"), ("sellers", "销方"), ("buyers", "购方"), ("documents", "单据"),
        ("amount after red letters", "净额（含税，减红字）"), ("red letters", "红字金额"),
    ]  # fmt: skip
    rows = [
        (one.currency, f"{one.edges:,}", f"{one.sellers:,}", f"{one.buyers:,}", f"{one.documents:,}",
         money(one.gross_minor, one.currency), money(one.red_minor, one.currency))
        for one in found.currencies
    ]  # fmt: skip
    lines = [
        say(f"{found.firms:,} firms on edges, {found.known_firms:,} known to the platform; "
            f"{found.documents:,} documents from {found.first_on or '–'} to {found.last_on or '–'}",
            f"交易关系上的企业 {found.firms:,} 家，平台已识别 {found.known_firms:,} 家；单据 {found.documents:,} 份，"
            f"{found.first_on or '–'} 至 {found.last_on or '–'}"),
        say(f"on no edge: {found.void:,} void, {found.nameless:,} with only one firm named, {found.amountless:,} "
            "without an amount",
            f"未计入交易关系：作废 {found.void:,}，仅载明一方 {found.nameless:,}，无金额 {found.amountless:,}"),
        say(f"met again: {found.copies:,}; contradicted: {found.contradicted:,}; told by several sources: "
            f"{found.witnessed:,}",
            f"重复出现 {found.copies:,}；存在不同说法 {found.contradicted:,}；多个来源印证 {found.witnessed:,}"),
    ]  # fmt: skip
    return "\n".join([table_of(headings, rows), "", *lines])


def _rings(found: "Rings", limit: int) -> str:
    count = len(found.rings)
    text = say(f"{len(found.knots):,} knots, {count:,} rings", f"强连通群 {len(found.knots):,} 个，交易环 {count:,} 个")
    if not found.complete:
        text += say(" and more: raise --least or lower --longest", "（未列全：请提高 --least 或降低 --longest）")
    lines = [_ring(one) for one in found.rings[:limit]]
    return "\n".join([text, "", *lines]) if lines else text


def _ring(one: "Ring") -> str:
    # A line of its own, however long: a key that is cut in two is no use.
    amount, legs = money(one.ring_minor, one.currency), len(one.nodes)
    about = say(
        f"{one.first_on or '–'} to {one.last_on or '–'}, no goods on {one.without_goods} of {legs} legs",
        f"{one.first_on or '–'} 至 {one.last_on or '–'}，{legs} 个环节中 {one.without_goods} 个无物流",
    )
    return f"{amount}  {' → '.join((*one.nodes, one.nodes[0]))}  ({about})"
