"""`openscf settlement`: money between the books and the banks."""

import typer

from openscf.cli.settlement import accounts, bank, payouts, statements, suspense

HELP = "Money between the books and the banks: accounts, payments out, statements, what nobody could place."
app = typer.Typer(help=HELP)


@app.callback()
def group() -> None:
    """Money between the books and the banks: accounts, payments out, statements, what nobody could place."""


for part in (accounts.app, payouts.app):
    app.registered_commands += part.registered_commands
app.add_typer(statements.app, name="statements")
app.add_typer(suspense.app, name="suspense")
app.add_typer(bank.app, name="bank")
