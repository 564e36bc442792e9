"""One firm in the network: its counterparties, its concentration, and who has the same ones."""

from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import Json, say
from openscf.cli.network.view import (
    Asked,
    Currency,
    Firm,
    Fresh,
    Limit,
    Member,
    Since,
    Spark,
    Tenant,
    Until,
    money,
    percent,
    plain,
    table_of,
    view,
    window,
)

if TYPE_CHECKING:
    from openscf.network import Concentration, Counterparty

app = typer.Typer()
_SIDES = {"sales": ("sales", "销售"), "purchases": ("purchases", "采购")}


@app.command()
def counterparties(
    firm: Firm, tenant: Tenant, member: Member = None, since: Since = None, until: Until = None,
    currency: Currency = None, side: Annotated[str, typer.Option(help="sales, purchases or both.")] = "both",
    limit: Limit = 20, fresh: Fresh = False, spark: Spark = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Show a firm's largest customers and suppliers: amounts, shares, since when, and how long nothing came."""
    from openscf import network  # noqa: PLC0415

    if side not in ("both", *_SIDES):
        raise typer.BadParameter(f"{side!r}; known: sales, purchases, both", param_hint="--side")
    chosen = window(since, until, currency)
    with view(Asked(tenant, member, fresh, spark=spark, quiet=as_json)) as seen:
        node = network.firm_named(seen.engine, seen.snapshot, firm)
        every = network.counterparties(seen.engine, seen.snapshot, node, on=chosen.until or seen.today, window=chosen)
        wanted = [one for one in every if side in ("both", one.side)]
        found = _largest(wanted, limit)
        record = {"firm": node, "found": len(wanted), "counterparties": [plain(one) for one in found]}
        text = f"{node}: {say(f'{len(wanted):,} counterparties', f'{len(wanted):,} 个交易对手')}"
        seen.answer(record, f"{text}\n\n{_counterparties(found)}", as_json=as_json)


@app.command()
def concentration(
    tenant: Tenant, firm: Annotated[str | None, typer.Argument(metavar="[FIRM]", help="One firm; all without.")] = None,
    member: Member = None, since: Since = None, until: Until = None, currency: Currency = None, limit: Limit = 20,
    fresh: Fresh = False, spark: Spark = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Show how much of a firm's sales and purchases hangs on few; of all firms, the largest first.

    Shares of the largest 1, 3, 5 and 10 counterparties, and the Herfindahl-Hirschman index (10,000 is one alone).
    """
    from openscf import network  # noqa: PLC0415

    chosen = window(since, until, currency)
    with view(Asked(tenant, member, fresh, spark=spark, quiet=as_json)) as seen:
        node = None if firm is None else network.firm_named(seen.engine, seen.snapshot, firm)
        every = network.concentrations(seen.engine, seen.snapshot, chosen, firm=node)
        found = sorted(every, key=lambda one: -one.positive_minor)[:limit]
        record = {"found": len(every), "concentrations": [plain(one) for one in found]}
        seen.answer(record, _concentrations(found), as_json=as_json)


@app.command()
def shared(
    firm: Firm, tenant: Tenant, member: Member = None, since: Since = None, until: Until = None,
    currency: Currency = None, busiest: Annotated[int, typer.Option(
        min=2, help="Leave counterparties with more firms than this aside: everybody has them.")] = 100,
    limit: Limit = 20, fresh: Fresh = False, spark: Spark = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Show which other firms have the same customers or suppliers as this one."""
    from openscf import network  # noqa: PLC0415

    chosen = window(since, until, currency)
    with view(Asked(tenant, member, fresh, spark=spark, quiet=as_json)) as seen:
        node = network.firm_named(seen.engine, seen.snapshot, firm)
        every = network.shared_counterparties(seen.engine, seen.snapshot, node, window=chosen, busiest=busiest)
        rows = [
            (one.name or one.firm, say(*_SIDES[one.side]), f"{one.common:,}", f"{one.documents:,}",
             f"{one.with_documents:,}")
            for one in every[:limit]
        ]  # fmt: skip
        headings = [("firm", "企业"), ("side", "方向"), ("in common", "共同对手"), ("its own documents", "本企业单据"),
                    ("the other's documents", "对方单据")]  # fmt: skip
        record = {"firm": node, "found": len(every), "shared": [plain(one) for one in every[:limit]]}
        seen.answer(record, f"{node}\n\n{table_of(headings, rows, left=2)}", as_json=as_json)


def _largest(found: "list[Counterparty]", limit: int) -> "list[Counterparty]":
    """The first of each side and currency, which come in the order of size."""
    counts: dict[tuple[str, str], int] = {}
    kept = []
    for one in found:
        place = one.side, one.currency
        counts[place] = counts.get(place, 0) + 1
        if counts[place] <= limit:
            kept.append(one)
    return kept


def _counterparties(found: "list[Counterparty]") -> str:
    headings = [("counterparty", "交易对手"), ("side", "方向"), ("amount", "净额"), ("share", "占比"),
                ("documents", "单据"), ("red", "红字"), ("first", "首笔"), ("last", "末笔"), ("months", "月数"),
                ("idle days", "距今天数")]  # fmt: skip
    rows = [
        (one.name or one.other, say(*_SIDES[one.side]), money(one.gross_minor, one.currency), percent(one.share_bps),
         f"{one.documents:,}", f"{one.red_letters:,}", one.first_on, one.last_on, one.months, one.idle_days)
        for one in found
    ]  # fmt: skip
    return table_of(headings, rows, left=2)


def _concentrations(found: "list[Concentration]") -> str:
    headings = [("firm", "企业"), ("side", "方向"), ("counterparties", "对手数"), ("amount", "净额"), ("HHI", "HHI"),
                ("top 1", "前 1"), ("top 3", "前 3"), ("top 5", "前 5"), ("top 10", "前 10")]  # fmt: skip
    rows = [
        (one.firm, say(*_SIDES[one.side]), f"{one.counterparties:,}", money(one.gross_minor, one.currency),
         "–" if one.hhi is None else f"{one.hhi:,}", *(percent(share) for share in one.top_bps.values()))
        for one in found
    ]  # fmt: skip
    return table_of(headings, rows, left=2)
