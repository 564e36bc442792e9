"""`openscf trades`: documents and their stories, how far trades are closed, and what waits for persons to say."""

import typer

from openscf.cli.trades import exceptions, judgements, listing, show

app = typer.Typer(help="Documents of trade, how far trades are closed, and payments that nobody could explain.")


@app.callback()
def group() -> None:
    """Documents of trade, how far trades are closed, and payments that nobody could explain."""


app.add_typer(show.app)
app.add_typer(listing.app)
app.add_typer(exceptions.app, name="exceptions")
app.add_typer(judgements.app)
app.add_typer(judgements.tolerances, name="tolerances")
