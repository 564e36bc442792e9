"""Money that nobody could place."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, language, show
from openscf.cli.settlement.common import Caller, Key, LoginName, Tenant, carried_out, minor, present, session, shown
from openscf.cli.settlement.payouts import request_record

if TYPE_CHECKING:
    from openscf.db.unit_of_work import UnitOfWork

app = typer.Typer(help="Money that nobody could place: allocate, send back, charge, always by two persons.")
Item = Annotated[str, typer.Argument(help="The item (sus_…).")]


@app.callback()
def group() -> None:
    """Money that nobody could place: allocate, send back, charge, always by two persons."""


@app.command(name="list")
def list_items(tenant: Tenant, login: LoginName = None, as_json: Json = False) -> None:
    """List money that nobody could place, with the reason."""
    from openscf import settlement  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        found = opened.read(settlement.unplaced)
    records = [{**shown(each), "sentence": _sentences(each)} for each in found]
    lines = [
        f"{each['id']}  {each['side']:<3}  {each['open_minor']}  {each['sentence'][language()]}" for each in records
    ]
    show(records, "\n".join(lines), as_json=as_json)


@app.command()
def allocate(
    tenant: Tenant,
    item: Item,
    share: Annotated[list[str], typer.Option(help="exp_…=AMOUNT; several are possible.")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask that the money be counted for expected payments; it is when another person approves."""
    from openscf import settlement  # noqa: PLC0415

    identity = settlement.SuspenseId.parse(item)

    def act(work: "UnitOfWork") -> object:
        shares = []
        for text in share:
            name, _, amount = text.partition("=")
            known = settlement.found_expectation(work, settlement.ExpectationId.parse(name))
            shares.append((known.id, minor(amount, known.currency)))
        return request_record(settlement.request_allocation(work, identity, shares))

    with session(Caller(tenant, login, key)) as opened:
        record = carried_out(opened, "request_allocation", {"item": identity, "share": list(share)}, act=act)
    present(record, as_json=as_json)


@app.command(name="return")
def send_back(tenant: Tenant, item: Item, login: LoginName = None, key: Key = None, as_json: Json = False) -> None:
    """Ask that the money go back to the account that it came from; it does when another person approves."""
    from openscf import settlement  # noqa: PLC0415

    identity = settlement.SuspenseId.parse(item)
    with session(Caller(tenant, login, key)) as opened:
        record = carried_out(
            opened, "request_return", {"item": identity},
            act=lambda work: request_record(settlement.request_return(work, identity)),
        )  # fmt: skip
    present(record, as_json=as_json)


@app.command()
def charge(
    tenant: Tenant,
    item: Item,
    pocket: Annotated[str, typer.Option(help="The owner's ledger account that bears it (acc_…).")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask that what the bank took be borne by a pocket of the account's owner; another person approves."""
    from openscf import settlement  # noqa: PLC0415
    from openscf.kernel.ids import AccountId  # noqa: PLC0415

    identity, bearer = settlement.SuspenseId.parse(item), AccountId.parse(pocket)
    with session(Caller(tenant, login, key)) as opened:
        record = carried_out(
            opened, "request_charge", {"item": identity, "pocket": bearer},
            act=lambda work: request_record(settlement.request_charge(work, identity, bearer)),
        )  # fmt: skip
    present(record, as_json=as_json)


@app.command()
def undo(
    tenant: Tenant,
    item: Item,
    receipt: Annotated[str, typer.Option(help="The receipt that the bank took back (rct_…).")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask that what the bank took be the reversal of a receipt; it is called back when another person approves."""
    from openscf import operations, settlement  # noqa: PLC0415

    identity, known = settlement.SuspenseId.parse(item), settlement.ReceiptId.parse(receipt)
    with session(Caller(tenant, login, key)) as opened:
        record = carried_out(
            opened, "request_undoing", {"item": identity, "receipt": known},
            act=lambda work: request_record(operations.request_undoing(work, identity, known)),
        )  # fmt: skip
    present(record, as_json=as_json)


@app.command(name="taken-back")
def taken_back(tenant: Tenant, login: LoginName = None, as_json: Json = False) -> None:
    """List payments that banks took back, with what is owed of each."""
    from openscf import settlement  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        found = opened.read(settlement.recalls)
    records = [shown(each) for each in found]
    lines = [f"{each.id}  {each.amount_minor}  {each.owed_minor}" for each in found]
    show(records, "\n".join(lines), as_json=as_json)


def _sentences(item: Any) -> dict[str, str]:
    from openscf.settlement import suspense_sentence  # noqa: PLC0415

    return {
        "en": suspense_sentence(item.reason, item.facts, "en"), "zh": suspense_sentence(item.reason, item.facts, "zh"),
    }  # fmt: skip
