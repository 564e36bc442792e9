"""Early payment from a buyer's own cash: its budget and who may take part."""

from typing import Annotated, Any

import typer

from openscf.cli.common import Json
from openscf.cli.financing.programmes import ProgrammeName
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, present, session

app = typer.Typer()


@app.command(name="early-pay")
def show(tenant: Tenant, programme: ProgrammeName, login: LoginName = None, as_json: Json = False) -> None:
    """Show a buyer's budget for early payment, who may take part, and what is used."""
    from openscf import financing, parties  # noqa: PLC0415

    identity = financing.ProgrammeId.parse(programme)

    def look(work: Any) -> dict[str, Any]:
        use = financing.early_pay_use(work, identity, on=parties.business_date(work.at))
        rule = use.rule or financing.EarlyPayRule()
        return {
            "budget": None if rule.budget is None else rule.budget.grouped,
            "daily": None if rule.daily is None else rule.daily.grouped, "suppliers": list(rule.suppliers),
            "out": use.out.grouped, "days": {day.isoformat(): cash.grouped for day, cash in use.by_day.items()},
        }  # fmt: skip

    with session(Caller(tenant, login)) as opened:
        answer = opened.read(look)
    present(answer, as_json=as_json)


@app.command(name="set-early-pay")
def change(
    tenant: Tenant,
    programme: ProgrammeName,
    budget: Annotated[str | None, typer.Option(help="Most cash that is out at once, as 5000000.00.")] = None,
    daily: Annotated[str | None, typer.Option(help="Most cash agreed to be paid on one day.")] = None,
    supplier: Annotated[list[str] | None, typer.Option(help="Who may take part (pty_…); none: all.")] = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask for another budget or other suppliers of early payment; a second person of the buyer approves."""
    from openscf import financing  # noqa: PLC0415

    identity = financing.ProgrammeId.parse(programme)
    said = {"budget": budget, "daily": daily, "suppliers": supplier or []}

    def act(work: Any) -> dict[str, str]:
        money = financing.found_programme(work, identity).currency
        rule = financing.read(financing.EarlyPayRule, said, money=money)
        request = financing.request_early_pay_rule(work, identity, rule)
        return {"request": str(request.id), "sha256": request.payload_sha256.hex()}

    with session(Caller(tenant, login, key)) as opened:
        answer = opened.write("financing.set_early_pay", {"programme": programme, **said}, act)
    present(answer, as_json=as_json)
