"""Financing from the command line: products, programmes, limits, offers, deals."""

import typer

from openscf.cli.financing import deals, early, limits, offers, pools, products, programmes

app = typer.Typer(help="Products, programmes, limits, offers and deals.", no_args_is_help=True)
for group in (products.app, programmes.app, early.app, limits.app, offers.app, deals.app):
    for command in group.registered_commands:
        app.registered_commands.append(command)
app.add_typer(pools.app, name="pool")
