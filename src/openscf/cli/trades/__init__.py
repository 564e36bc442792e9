"""`openscf trades`: documents and their stories, how far trades are closed, and payments that wait for a person."""

import typer

from openscf.cli.trades import exceptions, listing, show

app = typer.Typer(help="Documents of trade, how far trades are closed, and payments that nobody could explain.")


@app.callback()
def group() -> None:
    """Documents of trade, how far trades are closed, and payments that nobody could explain."""


app.command(name="show")(show.show_document)
app.command(name="list")(listing.list_closures)
app.add_typer(exceptions.app, name="exceptions")
