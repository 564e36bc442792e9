"""What the commands of this group share: the tenant, who acts, exactly-once commands, and reading personal values."""

import contextlib
import dataclasses
import datetime as dt
import enum
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from openscf.cli.common import open_platform, seal_written, show

if TYPE_CHECKING:
    from openscf.bootstrap import Platform
    from openscf.db.unit_of_work import Context, UnitOfWork
    from openscf.kernel.ids import TenantId
    from openscf.parties import Vault

T = TypeVar("T")
Choice = TypeVar("Choice", bound=enum.Enum)

Tenant = Annotated[str, typer.Option("--tenant", envvar="OPENSCF_TENANT", help="The tenant (ten_…).")]
LoginName = Annotated[
    str | None, typer.Option("--login", envvar="OPENSCF_LOGIN", help="Sign in as this person; without it, the system.")
]
Key = Annotated[str | None, typer.Option("--key", help="Idempotency key; the same key is carried out once.")]
SYSTEM = "system:cli"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, where, and with which idempotency key, as the command line said it.

    Attributes:
        tenant: Text of `--tenant`.
        login: Text of `--login`.
        key: Text of `--key`.
    """

    tenant: str
    login: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """The opened platform with its vault, and on whose behalf the command acts."""

    platform: "Platform"
    vault: "Vault"
    context: "Context"
    key: str | None

    def read(self, act: "Callable[[UnitOfWork], T]") -> T:
        """Run a function that reads."""
        return self.platform.database.run(self.context, act)

    def piece(self, number: int) -> "Session":
        """The session in which one piece of a command is carried out, once under its own key."""
        return self if self.key is None else dataclasses.replace(self, key=f"{self.key}/{number}")

    def write(self, name: str, inputs: Mapping[str, Any], act: "Callable[[UnitOfWork], Any]") -> Any:
        """Carry out a command once and return its answer as plain JSON values.

        Args:
            name: The operation, as `financing.apply`; one of this group may leave its capability out.
            inputs: What was asked, JSON-ready; personal values as fingerprints.
            act: Does it.
        """
        from openscf.db.commands import run_command  # noqa: PLC0415
        from openscf.db.idempotency import Command  # noqa: PLC0415
        from openscf.kernel.ids import RequestId  # noqa: PLC0415
        from openscf.parties import as_record  # noqa: PLC0415

        key = self.key or str(self.platform.ids.new(RequestId))
        operation = name if "." in name else f"parties.{name}"
        command = Command(operation, key, inputs, caller=self.context.actor)
        database = self.platform.database
        return run_command(database, self.context, command, lambda work: as_record(act(work))).response()


@contextlib.contextmanager
def session(caller: Caller) -> Iterator[Session]:
    """Open the platform and sign in.

    Raises:
        Refusal: `bad_id`, `wrong_credentials`, or what opening the platform refuses.
    """
    from openscf.db.unit_of_work import Context  # noqa: PLC0415
    from openscf.kernel.ids import TenantId  # noqa: PLC0415
    from openscf.parties import vault_at  # noqa: PLC0415

    tenant = TenantId.parse(caller.tenant)
    with open_platform(tenant) as platform:
        vault = vault_at(platform.database, platform.settings)
        actor = SYSTEM if caller.login is None else _signed_in(platform, vault, tenant, login=caller.login)
        try:
            yield Session(platform, vault, Context(tenant, actor), caller.key)
        finally:
            seal_written(platform)  # refusals leave entries, too


def secret(label: str, variable: str | None = None) -> str:
    """A personal or secret value: from the environment, the next line of standard input, or a hidden prompt."""
    if variable and os.environ.get(variable):
        return os.environ[variable]
    if sys.stdin.isatty():
        return str(typer.prompt(label, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\n")


def one_of(kind: type[Choice], text: str, name: str) -> Choice:
    """The member of an enumeration that the user named; a wrong command line otherwise."""
    try:
        return kind(text)
    except ValueError:
        known = ", ".join(str(member.value) for member in kind)
        raise typer.BadParameter(f"{text!r}; known: {known}", param_hint=name) from None


def day(text: str | None, name: str) -> dt.date | None:
    """A date YYYY-MM-DD that the user gave, if he gave one."""
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date YYYY-MM-DD", param_hint=name) from None


def present(record: Any, *, as_json: bool) -> None:
    """Print an answer: one JSON document, or a line for each field or item."""
    show(record, "\n".join(_lines(record)), as_json=as_json)


def _lines(record: Any) -> list[str]:
    if isinstance(record, list):
        return ["  ".join(_spelled(item) for item in row.values() if item is not None) for row in record]
    width = max((len(name) for name in record), default=0)
    return [f"{name:<{width}}  {_spelled(value)}" for name, value in record.items() if value is not None]


def _spelled(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _signed_in(platform: "Platform", vault: "Vault", tenant: "TenantId", *, login: str) -> str:
    from openscf import parties  # noqa: PLC0415
    from openscf.db.unit_of_work import Context  # noqa: PLC0415

    name = parties.Cleartext(parties.PersonalKind.LOGIN, login)
    password = parties.Cleartext(parties.PersonalKind.SECRET, secret("Password", "OPENSCF_PASSWORD"))
    context = Context(tenant, SYSTEM)
    found = platform.database.run(
        context, lambda work: parties.check_password(work, name, password=password, vault=vault)
    )
    if found.has_totp:
        code = secret("One-time code", "OPENSCF_CODE")
        platform.database.run(context, lambda work: parties.check_totp(work, found.id, code, vault=vault))
    return str(found.person)
