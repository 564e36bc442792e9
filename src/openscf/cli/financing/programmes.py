"""Contract frames: proposed from a JSON file, approved with `openscf parties approve`, listed, suspended."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, present, session

app = typer.Typer()
ProgrammeName = Annotated[str, typer.Argument(metavar="PROGRAMME", help="The programme (prg_…).")]


@app.command(name="propose-programme")
def propose(
    tenant: Tenant,
    file: Annotated[Path, typer.Argument(help="JSON: product, name, owner, parties, terms, policy, valid_from …")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Write a contract frame down and ask a second person of its owner to put it in force."""
    from openscf import financing  # noqa: PLC0415

    said = _read(file)
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, Any]:
            programme, request = financing.propose_programme(work, financing.read_programme(said))
            return {
                "programme": str(programme.id), "request": str(request.id), "sha256": request.payload_sha256.hex(),
            }  # fmt: skip

        answer = opened.write("financing.propose_programme", said, act)
    present(answer, as_json=as_json)


@app.command(name="programmes")
def list_programmes(
    tenant: Tenant,
    owner: Annotated[str | None, typer.Option(help="Of this enterprise (pty_…).")] = None,
    product: Annotated[str | None, typer.Option(help="Of this product.")] = None,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """List contract frames, newest first."""
    from openscf import financing  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    party = None if owner is None else PartyId.parse(owner)
    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: financing.programmes(work, owner=party, product=product))
        records = [{**financing.programme_record(one), "state": one.state.value} for one in found]
    rows = [
        {"id": str(one["id"]), "product": one["product"], "name": one["name"], "state": one["state"]} for one in records
    ]
    present(json.loads(json.dumps(records, default=str)) if as_json else rows, as_json=as_json)


@app.command(name="change-programme")
def change(
    tenant: Tenant,
    programme: ProgrammeName,
    event: Annotated[str, typer.Argument(help="suspend, resume or end.")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask to suspend, resume or end a contract frame."""
    from openscf import financing  # noqa: PLC0415

    identity = financing.ProgrammeId.parse(programme)
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, str]:
            request = financing.request_programme_change(work, identity, event)
            return {"request": str(request.id), "sha256": request.payload_sha256.hex()}

        answer = opened.write("financing.change_programme", {"programme": programme, "event": event}, act)
    present(answer, as_json=as_json)


def _read(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{file}: {error}", param_hint="FILE") from None
    if not isinstance(said, dict):
        raise typer.BadParameter(f"{file}: not a JSON object", param_hint="FILE")
    return said
