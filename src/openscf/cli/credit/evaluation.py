"""The commands of this group that evaluate firms: each is a module with `command`."""

import typer

from openscf.cli.credit import drift, explain, features, score, train


def register(app: typer.Typer) -> None:
    """Enter them into the group."""
    for module in (features, train, score, explain, drift):
        app.command(name=module.__name__.rpartition(".")[2])(module.command)
