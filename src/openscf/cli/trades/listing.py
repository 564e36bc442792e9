"""`openscf trades list`: invoices by how far their trades are closed."""

import dataclasses
import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, open_platform, say, show
from openscf.cli.trades.words import FLOWS, Tenant, closure_record, money, percent

if TYPE_CHECKING:
    from openscf.trades import StoredClosure

Flow = Annotated[list[str] | None, typer.Option(help="A flow that is not closed: order, goods, invoice or money.")]
Day = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of issue.")]
Degree = Annotated[str | None, typer.Option(help="Degree of the whole, 0 to 1, as 0.5 or 2/3.")]


app = typer.Typer()


@app.command(name="list")
def list_closures(
    tenant: Tenant,
    missing: Flow = None,
    closed: Annotated[list[str] | None, typer.Option(help="A flow that is closed.")] = None,
    backed: Annotated[
        bool | None, typer.Option("--backed/--not-backed", help="Whether an order and goods cover it.")
    ] = None,
    degree_from: Degree = None,
    degree_until: Degree = None,
    party: Annotated[str | None, typer.Option(help="Seller or buyer, by key (tax:…, lei:…) or id (pty_…).")] = None,
    seller: Annotated[str | None, typer.Option(help="Seller, by key.")] = None,
    buyer: Annotated[str | None, typer.Option(help="Buyer, by key.")] = None,
    issued_from: Day = None,
    issued_until: Day = None,
    after: Annotated[str | None, typer.Option(help="The last document of the page before (doc_…).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List invoices with how far their trades are closed: order, goods, price, money.

    A flow that is given twice must fulfil both. Goods count only if somebody other than the seller signed for them.
    """
    from openscf import trades  # noqa: PLC0415
    from openscf.db.unit_of_work import Context  # noqa: PLC0415
    from openscf.kernel.ids import PartyId, TenantId  # noqa: PLC0415

    firm = PartyId.parse(party) if party and party.startswith("pty_") else None
    wanted = trades.WantedClosures(
        missing=tuple(missing or ()), closed=tuple(closed or ()), backed=backed, seller_key=seller,
        party_key=None if firm else party, buyer_key=buyer, degree_from=_degree(degree_from, "--degree-from"),
        degree_until=_degree(degree_until, "--degree-until"),
        issued_from=issued_from.date() if issued_from else None,
        issued_until=issued_until.date() if issued_until else None,
    )  # fmt: skip
    start = trades.DocumentId.parse(after) if after else None
    context = Context(TenantId.parse(tenant), "system:cli")
    with open_platform(context.tenant) as platform, platform.database.reading(context) as work:
        if firm is not None:
            wanted = dataclasses.replace(wanted, either_keys=tuple(trades.keys_of(work, firm)))
        found = trades.closures(work, wanted, after=start, limit=limit)
    more = str(found[-1].document.id) if len(found) == limit else None
    record = {"invoices": [_record(one) for one in found], "after": more}
    show(record, "\n".join(_text(found, more)), as_json=as_json)


def _degree(text: str | None, option: str) -> Fraction | None:
    if text is None:
        return None
    plain = len(text) <= 20 and "e" not in text.lower()
    try:
        degree = Fraction(text) if plain else Fraction(-1)
    except (ValueError, ZeroDivisionError):
        degree = Fraction(-1)
    if not 0 <= degree <= 1:
        raise typer.BadParameter("a degree from 0 to 1, as 0.5 or 2/3", param_hint=option)
    return degree


def _record(one: "StoredClosure") -> dict[str, Any]:
    said = one.document.document
    return {
        "id": str(one.document.id), "number": said.number, "code": said.code, "issued_on": said.issued_on,
        "seller": one.document.seller_key, "buyer": one.document.buyer_key, "currency": said.currency,
        "gross_minor": said.gross_minor, "closure": closure_record(one),
    }  # fmt: skip


def _text(found: "list[StoredClosure]", more: str | None) -> list[str]:
    lines = []
    for one in found:
        said, closure = one.document.document, one.match.closure
        amount = money(said.gross_minor, said.currency or "") if said.gross_minor is not None else ""
        missing = ", ".join(say(*FLOWS[name]) for name in closure.missing)
        lack = say(f"missing: {missing}", f"缺少：{missing}") if missing else say("closed", "已闭环")
        lines.append(
            f"{one.document.id}  {said.number}  {said.issued_on or ''}  {amount}  {percent(closure.degree)}  {lack}"
        )
    if more:
        lines.append(say(f"more: --after {more}", f"更多：--after {more}"))
    return lines or [say("No invoices.", "没有发票。")]
