"""The command line: parse, call, render. No rules here.

Every module of this package that is named in `GROUPS` exposes `app: typer.Typer` (a group, as `openscf db …`) or
`command` (a function: one command, as `openscf verify`).
"""

import gc
import importlib
import importlib.util
from collections.abc import Sequence
from typing import Annotated

import typer

from openscf.cli import common

SELDOM = (50_000, 20, 50)
"""How many new objects there are before this process looks for garbage among them, the younger and all."""

GROUPS = (
    "book",
    "db",
    "doctor",
    "audit",
    "evidence",
    "verify",
    "parties",
    "ingest",
    "trades",
    "network",
    "credit",
    "settlement",
    "financing",
    "day_end",
    "statement",
    "voucher",
    "documents",
    "serve",
    "worker",
    "api",
    "demo",
    "simulate",
    "cluster",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - a fifth of the start-up time

        typer.echo(f"openscf {version('openscf')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """openscf: the open Internet supply-chain-finance platform.

    Exit codes: 0 done · 1 refused or a breach was found · 2 wrong command line · 3 not available, try again.
    """


def build() -> typer.Typer:
    """The root of all commands."""
    root = typer.Typer(
        name="openscf",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    root.callback()(_root)
    for name in GROUPS:
        if importlib.util.find_spec(f"openscf.cli.{name}") is None:
            continue
        module = importlib.import_module(f"openscf.cli.{name}")
        if hasattr(module, "app"):
            root.add_typer(module.app, name=name)
        else:
            root.command(name=name.replace("_", "-"))(module.command)
    return root


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `openscf` and leave with its exit code (see `openscf.cli.common`)."""
    # Looking through libraries for garbage while they load is a fifth of the start of a command.
    gc.set_threshold(*SELDOM)
    common.run(build(), arguments)
