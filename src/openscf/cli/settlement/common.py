"""What the commands of this group share."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.parties.session import Caller, Key, LoginName, Session, Tenant, day, one_of, present, session

if TYPE_CHECKING:
    from openscf.db.unit_of_work import UnitOfWork

Account = Annotated[str, typer.Option("--account", help="The account at a bank: sac_…, or its number.")]
__all__ = [
    "Account", "Caller", "Key", "LoginName", "Tenant", "account_in", "carried_out", "day", "minor", "one_of", "present",
    "session", "shown",
]  # fmt: skip


def carried_out(opened: Session, name: str, inputs: Mapping[str, Any], *, act: "Callable[[UnitOfWork], Any]") -> Any:
    """Carry out a command once and return its answer as plain JSON values."""
    from openscf.db.commands import run_command  # noqa: PLC0415
    from openscf.db.idempotency import Command  # noqa: PLC0415
    from openscf.kernel.ids import RequestId  # noqa: PLC0415
    from openscf.settlement import plain  # noqa: PLC0415

    key = opened.key or str(opened.platform.ids.new(RequestId))
    command = Command(f"settlement.{name}", key, inputs, caller=opened.context.actor)
    database = opened.platform.database
    return run_command(database, opened.context, command, lambda work: plain(act(work))).response()


def account_in(work: "UnitOfWork", text: str) -> Any:
    """The account at a bank that the user named by id or number.

    Raises:
        Refusal: `settlement_account_not_found`, `bad_id`.
    """
    from openscf import settlement  # noqa: PLC0415

    if text.startswith(f"{settlement.SettlementAccountId.prefix}_"):
        return settlement.settlement_account(work, settlement.SettlementAccountId.parse(text))
    number = settlement.plain_number(text)
    found = [each for each in settlement.settlement_accounts(work) if each.number == number]
    if len(found) != 1:
        raise settlement.SETTLEMENT_ACCOUNT_NOT_FOUND(account=number[:40])
    return found[0]


def minor(text: str, code: str = "CNY") -> int:
    """Minor units of an amount such as 1234.50.

    Raises:
        Refusal: What `parse_amount` refuses.
    """
    from openscf.kernel.money import currency, parse_amount  # noqa: PLC0415

    return parse_amount(text, currency(code), field="amount").minor


def shown(record: Any) -> Any:
    """A record of this capability as plain JSON values."""
    from openscf.settlement import plain  # noqa: PLC0415

    return plain(record)
