"""The simulated bank: what happens outside the platform, for trying it out."""

from pathlib import Path
from typing import Annotated

import typer

from openscf.cli.common import Json, open_platform, show
from openscf.cli.settlement.common import day, minor

app = typer.Typer(help="The simulated bank beside this installation: accounts of anybody, payments, its day end.")
Number = Annotated[str, typer.Argument(help="Account number at the bank.")]


@app.callback()
def group() -> None:
    """The simulated bank beside this installation: accounts of anybody, payments, its day end."""


@app.command(name="open")
def open_book(
    number: Number,
    holder: Annotated[str, typer.Option(help="In whose name.")],
    bank_code: Annotated[str, typer.Option(help="联行号 or BIC.")],
    balance: Annotated[str, typer.Option(help="What it begins with, as 1234.50.")] = "0",
    as_json: Json = False,
) -> None:
    """Open an account of anybody at the bank: the platform's, a member's, a buyer's."""
    from openscf import bootstrap  # noqa: PLC0415

    with open_platform() as platform, bootstrap.bank_of(platform).opened() as bank:
        bank.open_account(number, holder, bank=bank_code, balance_minor=minor(balance))
        record = {"number": number, "balance_minor": bank.balance_minor(number)}
    show(record, f"{number}  {record['balance_minor']}", as_json=as_json)


@app.command()
def pay(
    payer: Annotated[str, typer.Argument(help="Account that pays.")],
    payee: Annotated[str, typer.Argument(help="Account that is paid.")],
    amount: Annotated[str, typer.Argument(help="How much, as 1234.50.")],
    remittance: Annotated[str, typer.Option(help="What the payer writes.")] = "",
    as_json: Json = False,
) -> None:
    """Let somebody pay somebody at the bank's counter, as a buyer into a collection account."""
    from openscf import bootstrap  # noqa: PLC0415

    with open_platform() as platform, bootstrap.bank_of(platform).opened() as bank:
        bank.pay(payer, payee, minor(amount), remittance=remittance)
        record = {"payer_minor": bank.balance_minor(payer), "payee_minor": bank.balance_minor(payee)}
    show(record, f"{payer}  {record['payer_minor']}\n{payee}  {record['payee_minor']}", as_json=as_json)


@app.command(name="day")
def end_of_day(
    date: Annotated[
        str | None, typer.Option(help="The business day to close, YYYY-MM-DD; by default the present.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Close the bank's business day: due orders are paid, statements are written."""
    from openscf import bootstrap  # noqa: PLC0415

    on = day(date, "--date")
    with open_platform() as platform, bootstrap.bank_of(platform).opened() as bank:
        closed = bank.end_of_day(on)
    show({"closed_on": str(closed)}, str(closed), as_json=as_json)


@app.command()
def statements(
    number: Number,
    folder: Annotated[Path, typer.Option(help="Write the files here.")],
    as_json: Json = False,
) -> None:
    """Write the statements that the bank has sent for an account into a folder, as camt.053."""
    from openscf import bootstrap  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    with open_platform() as platform:
        found = bootstrap.bank_of(platform).statements(number)
    for file in found:
        (folder / file.name).write_bytes(file.content)
    names = [str(folder / file.name) for file in found]
    show({"files": names}, "\n".join(names), as_json=as_json)
