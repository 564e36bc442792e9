"""`openscf db`: the embedded server's life, backups and restoring."""

import typer

app = typer.Typer(no_args_is_help=True, help="Start, stop, back up and restore the embedded database.")
