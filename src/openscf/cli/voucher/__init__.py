"""`openscf voucher`: digital payables vouchers 应收账款电子凭证.

Whoever signs in with `--login` acts for the enterprise that appointed him; the installation itself (`system:cli`) only
does the day's jobs: `redeem`, `lapse`, and `cancel` of what nobody accepted in time. What needs a second person answers
with a request: `openscf voucher approve REQUEST SHA256` by a colleague carries it out.
"""

import typer

from openscf.cli.voucher import issuing, looking, passing, paying

app = typer.Typer(no_args_is_help=True, help="Digital payables vouchers: issue, pass on, finance, pay.")
for module in (issuing, passing, paying, looking):
    app.registered_commands += module.app.registered_commands
