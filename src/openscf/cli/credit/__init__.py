"""`openscf credit`: features, models and scores of firms; capital, prices, limits and allocations that follow."""

import typer

from openscf.cli.credit import consequences, evaluation, lateness, model, platform

app = typer.Typer(no_args_is_help=True, help="Evaluate firms; capital, prices, limits, allocations.")
evaluation.register(app)
consequences.register(app)
app.registered_commands += platform.app.registered_commands
app.add_typer(model.app, name="model")
app.add_typer(lateness.app, name="lateness")
