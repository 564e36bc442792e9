"""Limits: asked for, approved with `openscf parties approve`, and how much of them is used."""

from typing import Annotated, Any

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, day, one_of, present, session

app = typer.Typer()


@app.command(name="set-limit")
def set_limit(
    tenant: Tenant,
    kind: Annotated[str, typer.Argument(help="platform, funder, group, counterparty, product or contract.")],
    amount: Annotated[str, typer.Argument(help="Amount, as 1000000.00.")],
    owner: Annotated[str, typer.Option(help="Whose risk it bounds: the funder (pty_…).")],
    party: Annotated[str | None, typer.Option(help="The enterprise, or the top of the group (pty_…).")] = None,
    role: Annotated[str, typer.Option(help="Only where it stands in this role, as obligor.")] = "",
    product: Annotated[str | None, typer.Option(help="Code of the product.")] = None,
    programme: Annotated[str | None, typer.Option(help="The programme (prg_…).")] = None,
    until: Annotated[str | None, typer.Option(help="Last day on which it may be drawn on.")] = None,
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "CNY",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask for a limit, or for another amount of one; a second person approves."""
    from openscf import financing  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.kernel.money import currency as currency_named  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415

    new = financing.NewLimit(
        kind=one_of(financing.LimitKind, kind, "KIND"), owner=PartyId.parse(owner),
        amount=parse_amount(amount, currency_named(currency)), party=None if party is None else PartyId.parse(party),
        role=role, product=product, programme=None if programme is None else financing.ProgrammeId.parse(programme),
        valid_until=day(until, "--until"),
    )  # fmt: skip
    inputs = {"kind": kind, "amount": amount, "owner": owner, "party": party, "role": role, "product": product,
              "programme": programme, "until": until, "currency": currency}  # fmt: skip
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, str]:
            request = financing.request_limit(work, new)
            return {"request": str(request.id), "sha256": request.payload_sha256.hex()}

        answer = opened.write("financing.set_limit", inputs, act)
    present(answer, as_json=as_json)


@app.command(name="limits")
def list_limits(
    tenant: Tenant,
    owner: Annotated[str | None, typer.Option(help="Of this funder (pty_…).")] = None,
    party: Annotated[str | None, typer.Option(help="About this enterprise (pty_…).")] = None,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """List limits, the root first, with what is used, reserved and left."""
    from openscf import financing  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    named = {name: None if text is None else PartyId.parse(text) for name, text in (("owner", owner), ("party", party))}
    with session(Caller(tenant, login)) as opened:
        usages = opened.read(lambda work: [financing.usage(work, node) for node in financing.limits_of(work, **named)])
    rows = [
        {
            "id": str(one.limit.id), "kind": one.limit.kind.value, "party": str(one.limit.party or ""),
            "amount": one.limit.amount.grouped, "used": one.used.grouped, "reserved": one.reserved.grouped,
            "available": one.available.grouped, "currency": one.limit.amount.currency.code,
        }
        for one in usages
    ]  # fmt: skip
    present(rows, as_json=as_json)
