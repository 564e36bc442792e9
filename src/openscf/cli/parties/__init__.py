"""`openscf parties`: enterprises, people, approvals, bank accounts and consents.

The command line acts as the installation (`system:cli`), which may register and appoint but never judge, sign or see
clear personal values. For those it acts as the natural person who signs in with `--login`: there is no way to act
as somebody by merely naming him. Personal values are read from the terminal or standard input, one per line, and never
from the command line, where the shell's history and the list of processes would keep them.
"""

import typer

from openscf.cli.parties import accounts, consents, enterprises, groups, people, requests

app = typer.Typer(no_args_is_help=True, help="Enterprises, people, approvals, bank accounts, consents.")
for module in (enterprises, groups, people, requests, accounts):
    app.registered_commands += module.app.registered_commands
app.add_typer(consents.app, name="consent")
