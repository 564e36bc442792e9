"""`openscf credit`: capital, prices, limits and allocations. Each command is a module with `command`."""

import typer

from openscf.cli.credit import allocate, basel, limit, price

app = typer.Typer(no_args_is_help=True, help="Capital, prices, limits, allocations.")
for module in (basel, price, limit, allocate):
    app.command(name=module.__name__.rpartition(".")[2])(module.command)
