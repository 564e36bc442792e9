"""`openscf credit`: features of firms, models learned from them, scores and what they say."""

import typer

from openscf.cli.credit import evaluation

app = typer.Typer(no_args_is_help=True, help="Evaluate firms: features, models, scores and their reasons.")
evaluation.register(app)
