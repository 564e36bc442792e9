"""Accounts at banks, pockets, expected money, and the day's report."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.settlement.common import (
    Account,
    Caller,
    Key,
    LoginName,
    Tenant,
    account_in,
    carried_out,
    day,
    minor,
    one_of,
    present,
    session,
    shown,
)

if TYPE_CHECKING:
    from openscf.db.unit_of_work import UnitOfWork

app = typer.Typer()


@app.command()
def open_account(
    tenant: Tenant,
    owner: Annotated[str, typer.Argument(help="Whose account it is at the bank (pty_…).")],
    number: Annotated[str, typer.Argument(help="Account number or IBAN.")],
    bank_code: Annotated[str, typer.Option(help="联行号 of 12 digits, or BIC.")],
    holder: Annotated[str, typer.Option(help="In whose name, as the bank writes it.")],
    kind: Annotated[str, typer.Option(help="escrow (members' money) or collection (what obligors pay).")] = "escrow",
    currency: Annotated[str, typer.Option(help="Three letters.")] = "CNY",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Begin to keep the books of an account at a bank; its first statement opens with nothing."""
    from openscf import settlement  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    new = settlement.NewSettlementAccount(
        kind=one_of(settlement.SettlementKind, kind, "--kind"), owner=PartyId.parse(owner), bank_code=bank_code,
        number=number, holder_name=holder, currency=currency,
    )  # fmt: skip
    with session(Caller(tenant, login, key)) as opened:
        record = carried_out(
            opened, "open_account", shown(new), act=lambda work: settlement.open_settlement_account(work, new)
        )
    present(record, as_json=as_json)


@app.command()
def accounts(tenant: Tenant, login: LoginName = None, as_json: Json = False) -> None:
    """List the accounts at banks, with what the bank owes by the last booked statement."""
    from openscf import settlement  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        found = shown(opened.read(settlement.settlement_accounts))
    names = ("id", "kind", "number", "currency", "closing_minor", "closed_on", "holder_name")
    show(found, "\n".join("  ".join(str(each[name]) for name in names) for each in found), as_json=as_json)


@app.command()
def open_pocket(
    tenant: Tenant,
    account: Account,
    party: Annotated[str, typer.Argument(help="Whose (pty_…).")],
    purpose: Annotated[str, typer.Option(help="cash, or what a product calls it; fees for the operator.")] = "cash",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Open a party's pocket inside an account at a bank; the same again is the one that exists."""
    from openscf import parties, settlement  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    whose = PartyId.parse(party)

    def act(work: "UnitOfWork") -> object:
        parties.authorise(work, parties.Permission.REGISTER, None)
        return settlement.open_pocket(work, account_in(work, account).id, whose, purpose=purpose)

    with session(Caller(tenant, login, key)) as opened:
        inputs = {"account": account, "party": whose, "purpose": purpose}
        present(carried_out(opened, "open_pocket", inputs, act=act), as_json=as_json)


@app.command()
def pockets(tenant: Tenant, account: Account, login: LoginName = None, as_json: Json = False) -> None:
    """List what each party has inside an account at a bank."""
    from openscf import settlement  # noqa: PLC0415
    from openscf.ledger import Ledger  # noqa: PLC0415

    def act(work: "UnitOfWork") -> list[dict[str, Any]]:
        found = settlement.pockets_in(work, account_in(work, account).id)
        held = Ledger(work).accounts_named([each.ledger for each in found])
        return [
            {
                **shown(each), "posted_minor": held[each.ledger].posted_minor,
                "available_minor": held[each.ledger].available_minor,
            }
            for each in found
        ]  # fmt: skip

    with session(Caller(tenant, login)) as opened:
        present(opened.read(act), as_json=as_json)


@app.command()
def expect(
    tenant: Tenant,
    account: Account,
    obligor: Annotated[str, typer.Argument(help="Who must pay (pty_…).")],
    amount: Annotated[str, typer.Argument(help="How much, as 1234.50.")],
    to: Annotated[str, typer.Option(help="Whose cash pocket it is for (pty_…).")],
    due: Annotated[str, typer.Option(help="When it is due, YYYY-MM-DD.")],
    document: Annotated[str, typer.Option(help="The document whose money it is (doc_…).")],
    number: Annotated[list[str] | None, typer.Option(help="What the payer may quote; several are possible.")] = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Say that an obligor is to pay; what comes in is matched to it with its reasons."""
    from openscf import parties, settlement  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.trades import DocumentId  # noqa: PLC0415

    whose, debtor, subject = PartyId.parse(to), PartyId.parse(obligor), DocumentId.parse(document)
    due_on = day(due, "--due")

    def act(work: "UnitOfWork") -> object:
        parties.authorise(work, parties.Permission.REGISTER, None)
        at = account_in(work, account)
        pocket = settlement.pocket_of(work, at.id, whose)
        assert due_on is not None
        new = settlement.NewExpectation(
            account=at.id, deliver_to=pocket.ledger, obligor=debtor, amount_minor=minor(amount, at.currency),
            due_on=due_on, subject=subject, numbers=tuple(number or ()),
        )  # fmt: skip
        return settlement.expect(work, new)

    with session(Caller(tenant, login, key)) as opened:
        inputs = {
            "account": account, "obligor": debtor, "amount": amount, "to": whose, "due": due, "document": subject,
            "number": list(number or ()),
        }  # fmt: skip
        present(carried_out(opened, "expect", inputs, act=act), as_json=as_json)


@app.command()
def expected(tenant: Tenant, account: Account, login: LoginName = None, as_json: Json = False) -> None:
    """List what is still to come on an account."""
    from openscf import settlement  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: settlement.open_expectations(work, account_in(work, account).id))
    records = [{**shown(each), "open_minor": each.open_minor} for each in found]
    names = ("id", "due_on", "currency", "open_minor", "subject", "obligor")
    show(records, "\n".join("  ".join(str(each[name]) for name in names) for each in records), as_json=as_json)


@app.command()
def reconcile(
    tenant: Tenant,
    date: Annotated[str, typer.Option(help="The day, YYYY-MM-DD.")],
    account: Annotated[
        str | None, typer.Option("--account", help="One account (sac_… or number); all if left out.")
    ] = None,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """Show each account's ledger beside the bank's statement of a day, with every difference named."""
    from openscf import settlement  # noqa: PLC0415

    on = day(date, "--date")
    assert on is not None

    def act(work: "UnitOfWork") -> list[Any]:
        chosen = [account_in(work, account)] if account else settlement.settlement_accounts(work)
        return [(each, settlement.reconcile_day(work, each.id, on)) for each in chosen]

    with session(Caller(tenant, login)) as opened:
        found = opened.read(act)
    records = [shown(report) for _, report in found]
    show({"reports": records}, "\n\n".join(_text(each, report) for each, report in found), as_json=as_json)
    if any(report.difference_minor for _, report in found):
        raise SystemExit(1)


def _text(account: Any, report: Any) -> str:
    rows = [
        (say("opening balance", "期初余额"), report.opening_minor),
        (say(f"came in ({report.lines} lines in all)", f"转入（共 {report.lines} 笔）"), report.in_minor),
        (say("went out", "转出"), -report.out_minor),
        (say("bank's closing balance", "银行期末余额"), report.bank_minor),
        (say("parties' cash", "参与方资金"), report.cash_minor),
        (say("confirmed, on no statement yet", "已确认未达账"), report.transit_minor),
        (say("unplaced", "待处理"), report.suspense_minor),
        (say("taken by the bank without an order", "银行扣款未明"), report.unexplained_minor),
        (say("difference", "差额"), report.difference_minor),
        (say("of the cash, held for payments under way", "其中：付款冻结"), report.held_minor),
    ]
    lines = [
        f"{account.number}  {account.currency}  {report.day}",
        *(f"  {_money(m, account):>20}  {n}" for n, m in rows),
    ]
    lines += [f"  {say('parked statement', '待处理对账单')} {p.number} {p.closed_on} {p.reason}" for p in report.parked]
    return "\n".join(lines)


def _money(minor_: int, account: Any) -> str:
    from openscf.kernel.money import Money, currency  # noqa: PLC0415

    return Money(minor_, currency(account.currency)).amount
