"""Books: open one from a plan, list them."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, open_platform, say, seal_written, show

if TYPE_CHECKING:
    from openscf.bootstrap import Platform
    from openscf.operations import Founded, Installation

EXAMPLE = Path(__file__).with_name("example.toml")

app = typer.Typer(help="Books: open one of your own from a plan, list them.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Books: open one of your own from a plan, list them."""


@app.command()
def example() -> None:
    """Print a plan with every field: a sandbox with an operator, a supplier, a buyer and a funder."""
    typer.echo(EXAMPLE.read_text(encoding="utf-8"), nl=False)


@app.command()
def begin(
    file: Annotated[Path, typer.Argument(metavar="PLAN", help="A TOML file; see `openscf book example`.")],
    shell: Annotated[
        Path | None, typer.Option(help="Also write ids and passwords as shell variables into this file, for its owner.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Open a book: its operator, and in a sandbox all members with frames, limits and play money.

    How its people sign in is printed once, here, and kept nowhere else in clear.
    """
    if shell is not None and shell.exists():
        raise typer.BadParameter(f"{shell} is there already", param_hint="--shell")
    from openscf.operations import found_book, read_plan  # noqa: PLC0415

    try:
        plan = read_plan(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file}: {error}", param_hint="PLAN") from None
    with open_platform() as platform:
        founded = found_book(_installation(platform), plan, tell=_told)
        seal_written(platform)
    if shell is not None:
        _write_shell(shell, founded)
    show(_record(founded), _text(founded), as_json=as_json)


@app.command(name="list")
def list_books(as_json: Json = False) -> None:
    """List the books of this installation, oldest first."""
    from openscf.db.tenants import books  # noqa: PLC0415

    with open_platform() as platform:
        found = [
            {"tenant": str(one.id), "name": one.name, "opened_at": one.opened_at} for one in books(platform.database)
        ]
    show(found, "\n".join(f"{one['tenant']}  {one['name']}" for one in found), as_json=as_json)


def _installation(platform: "Platform") -> "Installation":
    import dataclasses  # noqa: PLC0415

    from openscf import parties, trades  # noqa: PLC0415
    from openscf.bootstrap import bank_of  # noqa: PLC0415
    from openscf.operations import Installation  # noqa: PLC0415

    fingerprints = trades.fingerprints_at(platform.database, platform.settings)
    return Installation(
        database=platform.database, clock=platform.clock, fingerprints=fingerprints,
        vault=parties.vault_at(platform.database, platform.settings),
        desk=trades.Desk(fingerprints, trades.FolderOriginals(platform.settings.home / "files")),
        bank_at=lambda clock: bank_of(dataclasses.replace(platform, clock=clock)),
    )  # fmt: skip


def _told(en: str, zh: str, /) -> None:
    typer.echo(say(en, zh), err=True)


def _record(founded: "Founded") -> dict[str, Any]:
    return {
        "tenant": str(founded.tenant),
        "members": {name: str(party) for name, party in founded.parties.items()},
        "programmes": founded.programmes,
        "bank_accounts": founded.accounts,
        "sign_ins": [
            {"member": one.member, "login": one.login, "password": one.password, "roles": [r.value for r in one.roles]}
            for one in founded.sign_ins
        ],
    }


def _write_shell(file: Path, founded: "Founded") -> None:
    """`SUPPLIER`, `SUPPLIER_ACCOUNT`, `SUPPLIER_MAKER` (a password), `PROGRAMME_1`, by the plan's names in capitals."""
    named = {"OPENSCF_TENANT": str(founded.tenant)}
    named |= {_variable(name): str(party) for name, party in founded.parties.items()}
    named |= {f"{_variable(name)}_ACCOUNT": number for name, number in founded.accounts.items()}
    named |= {f"PROGRAMME_{at}": programme for at, programme in enumerate(founded.programmes.values(), 1)}
    named |= {_variable(one.login): one.password for one in founded.sign_ins}
    file.touch(mode=0o600, exist_ok=False)
    lines = [f"export {name}={value}\n" for name, value in named.items()]
    file.write_text("".join(lines), encoding="utf-8")


def _variable(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _text(founded: "Founded") -> str:
    people = [(one.login, one.password, ", ".join(role.value for role in one.roles)) for one in founded.sign_ins]
    width = max(len(login) for login, _, _ in people)
    lines = [say("Book", "账簿") + f"  {founded.tenant}", ""]
    lines += [f"{name:<{width}}  {party}" for name, party in founded.parties.items()]
    if founded.programmes:
        lines += ["", *(f"{programme}  {name}" for name, programme in founded.programmes.items())]
    if founded.accounts:
        lines += ["", say("Accounts at the simulated bank", "模拟银行账户")]
        lines += [f"{name:<{width}}  {number}" for name, number in founded.accounts.items()]
    lines += ["", say("Sign in (shown only now)", "登录信息（仅显示一次）")]
    lines += [f"{login:<{width}}  {password}  {roles}" for login, password, roles in people]
    return "\n".join(lines)
