"""The commands of this group that tell what follows from a risk: each is a module with `command`."""

import typer

from openscf.cli.credit import allocate, anchor, basel, limit, price, receivable


def register(app: typer.Typer) -> None:
    """Enter them into the group."""
    for module in (basel, price, receivable, anchor, limit, allocate):
        app.command(name=module.__name__.rpartition(".")[2])(module.command)
