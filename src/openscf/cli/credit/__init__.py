"""`openscf credit`: capital, prices, limits, allocations."""

import typer

from openscf.cli.credit import consequences

app = typer.Typer(no_args_is_help=True, help="Capital, prices, limits, allocations.")
consequences.register(app)
