"""`openscf network`: snapshots of who trades with whom, and what is measured on them.

A question is answered from the newest snapshot, which every answer names; `--fresh` takes a new one first, and where
there is none yet one is taken. With `--member` everything is seen as that enterprise may see it.
"""

import typer

from openscf.cli.network import export, firms, quality, whole

app = typer.Typer(no_args_is_help=True, help="Who trades with whom, how much, since when; how good the data is.")
for module in (whole, export, firms, quality):
    app.registered_commands += module.app.registered_commands
