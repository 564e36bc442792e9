"""Looking at vouchers."""

from typing import Annotated

import typer

from openscf.cli.common import Json, open_platform, say, show
from openscf.cli.parties.session import SYSTEM, Tenant
from openscf.cli.voucher.session import VoucherName, leaf_record, voucher_record

app = typer.Typer()
PartyName = Annotated[str | None, typer.Option("--party", help="Only what concerns this enterprise (pty_…).")]


@app.command(name="show")
def show_voucher(tenant: Tenant, voucher: VoucherName, party: PartyName = None, as_json: Json = False) -> None:
    """Show a voucher with its pieces, and what happened to them."""
    from openscf.db import Context  # noqa: PLC0415
    from openscf.financing import VoucherId, voucher_desk  # noqa: PLC0415
    from openscf.kernel.ids import PartyId, TenantId  # noqa: PLC0415

    identity, who = VoucherId.parse(voucher), None if party is None else PartyId.parse(party)
    context = Context(TenantId.parse(tenant), SYSTEM)
    with open_platform(context.tenant) as platform, platform.database.reading(context) as work:
        known = voucher_desk.found_voucher(work, identity)
        leaves = voucher_desk.pieces_of(work, identity, party=who)
        told = voucher_desk.voucher_events(work, identity)
    pieces = [leaf_record(leaf) for leaf in leaves]
    shown = {identity, *(leaf.piece.id for leaf in leaves)}
    events = [
        {"subject": str(one.subject), "event": one.event, "to": one.state_to, "on": one.value_on.isoformat()}
        for one in told
        if one.subject in shown
    ]
    lines = [_line(voucher_record(known.deal))]
    for piece in pieces:
        left = f"{say('left', '余额')} {piece['left']['amount']}"
        locked = f"{say('locked', '锁定')} {piece['locked']['amount']}"
        indent = "  " * (1 + piece["depth"])
        lines.append(f"{indent}{piece['piece']}  {piece['holder']}  {piece['way']}  {left}  {locked}  {piece['state']}")
    record = {**voucher_record(known.deal), "pieces": pieces, "events": events}
    show(record, "\n".join(lines), as_json=as_json)


@app.command(name="list")
def list_vouchers(
    tenant: Tenant,
    party: PartyName = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_json: Json = False,
) -> None:
    """List vouchers."""
    from openscf.db import Context  # noqa: PLC0415
    from openscf.financing import voucher_desk  # noqa: PLC0415
    from openscf.kernel.ids import PartyId, TenantId  # noqa: PLC0415

    who = None if party is None else PartyId.parse(party)
    context = Context(TenantId.parse(tenant), SYSTEM)
    with open_platform(context.tenant) as platform, platform.database.reading(context) as work:
        found = voucher_desk.find_vouchers(work, party=who, over=None if every else False, most=1000)
    rows = [voucher_record(one.deal) for one in found]
    show(rows, "\n".join(_line(row) for row in rows), as_json=as_json)


def _line(row: dict[str, object]) -> str:
    face, paid = row["face"], row["paid"]
    assert isinstance(face, dict), "an amount"
    assert isinstance(paid, dict), "an amount"
    amounts = f"{face['amount']} {face['currency']}  {say('paid', '已兑付')} {paid['amount']}"
    return f"{row['voucher']}  {amounts}  {say('due', '到期')} {row['due_on']}  {row['state']}"
