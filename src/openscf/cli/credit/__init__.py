"""`openscf credit`: capital, prices, limits, allocations. Each command is a module with `command`."""

import typer

from openscf.cli.credit import allocate, anchor, basel, limit, price

app = typer.Typer(no_args_is_help=True, help="Capital, prices, limits, allocations.")
for module in (basel, price, anchor, limit, allocate):
    app.command(name=module.__name__.rpartition(".")[2])(module.command)
