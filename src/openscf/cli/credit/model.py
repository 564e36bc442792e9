"""`openscf credit model`: the registry of models; who judges is decided by two persons."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, day, one_of, present, session

app = typer.Typer(no_args_is_help=True, help="The registry of models: versions, and who judges from when.")
Role = Annotated[str, typer.Option(help="champion (its score counts) or challenger (kept beside it).")]
Party = Annotated[str, typer.Option(help="The operator or an independent rater (pty_…), whose people decide.")]


@app.command()
def register(
    tenant: Tenant,
    model: Annotated[Path, typer.Argument(help="The model (JSON, as `train` or `lateness train` writes it).")],
    metrics: Annotated[Path | None, typer.Option(help="Its figures (JSON without fractions).")] = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Enter a model; the same bytes again are the same version. Nothing is judged with it yet."""
    from openscf import credit  # noqa: PLC0415

    read = credit.registrable(model.read_bytes())
    figures = {} if metrics is None else json.loads(metrics.read_text(encoding="utf-8"))
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, Any]:
            return _row(credit.register_model(work, read, metrics=figures))

        answer = opened.write("credit.register_model", {"sha256": read.sha256, "metrics": figures}, act)
    present(answer, as_json=as_json)


@app.command()
def propose(
    tenant: Tenant,
    version: Annotated[str, typer.Argument(help="The version (mdl_…).")],
    party: Party,
    role: Role = "champion",
    effective_from: Annotated[str | None, typer.Option("--from", help="First day; today.")] = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask that a version judge from a day on; a second person approves with `openscf parties approve`."""
    from openscf import credit  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.parties import business_date  # noqa: PLC0415

    start, named = day(effective_from, "--from"), one_of(credit.ModelRole, role, "--role")
    inputs = {"version": version, "party": party, "role": role, "from": effective_from}
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, str]:
            request = credit.propose_model(
                work, credit.ModelVersionId.parse(version), PartyId.parse(party), role=named,
                effective_from=start or business_date(work.at),
            )  # fmt: skip
            return {"request": str(request.id), "sha256": request.payload_sha256.hex()}

        answer = opened.write("credit.propose_model", inputs, act)
    present(answer, as_json=as_json)


@app.command()
def retire(
    tenant: Tenant,
    party: Party,
    role: Role = "champion",
    last_on: Annotated[str | None, typer.Option("--last", help="Last day on which it judges; today.")] = None,
    purpose: Annotated[str, typer.Option(help="firm_default or late_payment.")] = "firm_default",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask that whoever holds a role judge no longer, without a successor; a second person approves."""
    from openscf import credit  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.parties import business_date  # noqa: PLC0415

    end, named = day(last_on, "--last"), one_of(credit.ModelRole, role, "--role")
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, str]:
            request = credit.propose_retirement(
                work, PartyId.parse(party), role=named, last_on=end or business_date(work.at), purpose=purpose
            )
            return {"request": str(request.id), "sha256": request.payload_sha256.hex()}

        inputs = {"party": party, "role": role, "last": last_on, "purpose": purpose}
        answer = opened.write("credit.retire_model", inputs, act)
    present(answer, as_json=as_json)


@app.command(name="list")
def list_models(tenant: Tenant, login: LoginName = None, as_json: Json = False) -> None:
    """All versions, and in which role each stands from when."""
    from openscf import credit  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        versions, held = opened.read(lambda work: (credit.registered_models(work), credit.appointments_of(work)))
    rows = [{**_row(one), "roles": [_role(each) for each in held if each.version == one.id]} for one in versions]
    lines = [
        f"{row['version']}  {row['model']} {row['number']}  {row['kind']}  "
        + "; ".join(f"{each['role']} {each['from']} … {each['to'] or ''}".rstrip() for each in row["roles"])
        for row in rows
    ]
    show(rows, "\n".join(lines) or say("No model is registered.", "尚未登记模型。"), as_json=as_json)


@app.command(name="show")
def show_model(
    tenant: Tenant,
    version: Annotated[str, typer.Argument(help="The version (mdl_…).")],
    out: Annotated[Path | None, typer.Option(help="Write the model itself here.")] = None,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """One version: what it was learned from, its figures, and its bytes."""
    from openscf import credit  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: credit.found_model(work, credit.ModelVersionId.parse(version)))
        held = opened.read(credit.appointments_of)
    if out is not None:
        out.write_bytes(found.body)
    record = {
        **_row(found), "metrics": dict(found.metrics), "registered_by": found.registered_by,
        "roles": [_role(each) for each in held if each.version == found.id],
    }  # fmt: skip
    show(record, "\n".join(f"{name:<15} {value}" for name, value in record.items()), as_json=as_json)


def _row(found: Any) -> dict[str, Any]:
    return {
        "version": str(found.id), "model": found.model, "number": found.version, "kind": found.kind,
        "sha256": found.body_sha256, "snapshot_sha256": found.snapshot_sha256,
        "trained_as_of": found.trained_as_of.isoformat(),
    }  # fmt: skip


def _role(held: Any) -> dict[str, Any]:
    return {
        "purpose": held.purpose, "role": held.role.value, "from": held.effective_from.isoformat(),
        "to": None if held.effective_to is None else held.effective_to.isoformat(),
        "made_by": str(held.made_by), "approved_by": str(held.approved_by),
    }  # fmt: skip
