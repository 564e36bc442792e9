"""Payments out."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, language, say, show
from openscf.cli.settlement.common import (
    Account,
    Caller,
    Key,
    LoginName,
    Tenant,
    account_in,
    carried_out,
    minor,
    present,
    session,
    shown,
)

if TYPE_CHECKING:
    from openscf.db.unit_of_work import UnitOfWork
    from openscf.settlement import Withdrawal

app = typer.Typer()
Party = Annotated[str, typer.Argument(help="Whose money (pty_…).")]
Amount = Annotated[str, typer.Argument(help="How much, as 1234.50.")]
Payee = Annotated[str | None, typer.Option(help="Who is paid (pty_…), on its verified account; by default the party.")]
Remittance = Annotated[str, typer.Option(help="What the payee reads, at most 140 characters.")]


@app.command()
def withdraw(
    tenant: Tenant,
    account: Account,
    party: Party,
    amount: Amount,
    payee: Payee = None,
    remittance: Remittance = "",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Pay out a party's money on one person's word, up to the limit that two persons have set."""
    from openscf import settlement  # noqa: PLC0415

    inputs = {"account": account, "party": party, "amount": amount, "payee": payee, "remittance": remittance}
    with session(Caller(tenant, login, key)) as opened:
        record = carried_out(
            opened, "withdraw", inputs, act=lambda work: settlement.withdraw(work, _order(work, inputs))
        )
    present(record, as_json=as_json)


@app.command()
def request_withdrawal(
    tenant: Tenant,
    account: Account,
    party: Party,
    amount: Amount,
    payee: Payee = None,
    remittance: Remittance = "",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask for a payment of any amount; it is ordered when another person approves (`openscf parties approve`)."""
    from openscf import settlement  # noqa: PLC0415

    inputs = {"account": account, "party": party, "amount": amount, "payee": payee, "remittance": remittance}
    with session(Caller(tenant, login, key)) as opened:
        record = carried_out(
            opened, "request_withdrawal", inputs,
            act=lambda work: request_record(settlement.request_withdrawal(work, _order(work, inputs))),
        )  # fmt: skip
    present(record, as_json=as_json)


@app.command()
def request_rule(
    tenant: Tenant,
    account: Account,
    party: Party,
    single_limit: Annotated[str, typer.Option(help="So much a day one person is enough for.")] = "0",
    sweep: Annotated[bool, typer.Option(help="Pay out each day what is above --keep.")] = False,
    keep: Annotated[str, typer.Option(help="What a sweep leaves.")] = "0",
    least: Annotated[str, typer.Option(help="Below this a sweep does nothing.")] = "0.01",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask for a limit for one person, or for daily sweeps; another person approves."""
    from openscf import settlement  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    whose = PartyId.parse(party)

    def act(work: "UnitOfWork") -> object:
        at = account_in(work, account)
        rule = settlement.NewRule(
            account=at.id, party=whose, single_limit_minor=minor(single_limit, at.currency), sweeps=sweep,
            keep_minor=minor(keep, at.currency), least_minor=minor(least, at.currency),
        )  # fmt: skip
        return request_record(settlement.request_rule(work, rule))

    inputs = {
        "account": account, "party": whose, "single_limit": single_limit, "sweep": sweep, "keep": keep, "least": least,
    }  # fmt: skip
    with session(Caller(tenant, login, key)) as opened:
        present(carried_out(opened, "request_rule", inputs, act=act), as_json=as_json)


@app.command()
def payouts(
    tenant: Tenant,
    party: Annotated[str | None, typer.Option(help="Of this party (pty_…) only.")] = None,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """List payments out, newest first, with the bank's reason where one was refused or came back."""
    from openscf import settlement  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    whose = None if party is None else PartyId.parse(party)
    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: settlement.payouts(work, party=whose))
    show([shown(each) for each in found], "\n".join(map(_line, found)), as_json=as_json)


@app.command()
def deliver(tenant: Tenant, as_json: Json = False) -> None:
    """Take the orders that wait to the bank, ask for those without a last word, and put its answers into the books."""
    from openscf import bootstrap, settlement, trades  # noqa: PLC0415
    from openscf.kernel.ports import SystemRandomness  # noqa: PLC0415
    from openscf.operations import relay_to  # noqa: PLC0415

    with session(Caller(tenant)) as opened:
        platform = opened.platform
        courier = settlement.BankCourier(platform.database, opened.vault, bootstrap.bank_of(platform))
        prints = trades.fingerprints_at(platform.database, platform.settings)
        relay = relay_to(
            platform.database, courier, clock=platform.clock, randomness=SystemRandomness(), fingerprints=prints
        )
        handled = relay.drain()
        asked = courier.janitor(opened.context.tenant)
    text = say(f"{handled} messages handled, {asked} orders asked for", f"已处理消息 {handled} 条，查询指令 {asked} 笔")
    show({"handled": handled, "asked": asked}, text, as_json=as_json)


@app.command()
def sweep(tenant: Tenant, key: Key = None, as_json: Json = False) -> None:
    """Pay out what the rules say leaves by itself; part of the day end."""
    from openscf import settlement  # noqa: PLC0415

    with session(Caller(tenant, None, key)) as opened:
        record = carried_out(opened, "sweep", {}, act=settlement.sweep)
    show(record, "\n".join(f"{each['id']}  {each['amount_minor']}" for each in record), as_json=as_json)


def _order(work: "UnitOfWork", inputs: dict[str, Any]) -> "Withdrawal":
    from openscf import settlement  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    at = account_in(work, inputs["account"])
    return settlement.Withdrawal(
        account=at.id, party=PartyId.parse(inputs["party"]), amount_minor=minor(inputs["amount"], at.currency),
        payee=None if inputs["payee"] is None else PartyId.parse(inputs["payee"]), remittance=inputs["remittance"],
    )  # fmt: skip


def request_record(request: Any) -> dict[str, Any]:
    """A request for approval, with the hash that its judge approves."""
    return {
        "request": request.id, "kind": request.kind, "payload_sha256": request.payload_sha256.hex(),
        "payload": dict(request.payload), "expires_at": request.expires_at,
    }  # fmt: skip


def _line(payout: Any) -> str:
    from openscf.kernel.money import Money, currency  # noqa: PLC0415
    from openscf.settlement import reason_sentence  # noqa: PLC0415

    why = reason_sentence(payout.reason, language()) if payout.reason else ""
    amount = Money(payout.amount_minor, currency(payout.currency))
    return f"{payout.id}  {payout.state.value:<9}  {amount}  {payout.party}  {why}".rstrip()
