"""Registering and showing enterprises."""

from typing import Annotated

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, day, one_of, present, session

app = typer.Typer()
Party = Annotated[str, typer.Argument(metavar="PARTY", help="The enterprise (pty_…).")]


@app.command()
def add(
    tenant: Tenant,
    uscc: Annotated[str | None, typer.Option(help="Unified social credit code 统一社会信用代码.")] = None,
    lei: Annotated[str | None, typer.Option(help="Legal entity identifier.")] = None,
    name_zh: Annotated[str | None, typer.Option(help="Legal name in Chinese.")] = None,
    name_en: Annotated[str | None, typer.Option(help="Legal name in English.")] = None,
    short_name: Annotated[str | None, typer.Option(help="Short name.")] = None,
    kind: Annotated[str, typer.Option(help="company, individual_business, institution, bank or fund.")] = "company",
    country: Annotated[str, typer.Option(help="Two letters.")] = "CN",
    industry: Annotated[str | None, typer.Option(help="GB/T 4754 code.")] = None,
    registered_on: Annotated[str | None, typer.Option(help="YYYY-MM-DD.")] = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Register an enterprise; the answer says what was normalised in its codes."""
    from openscf import parties  # noqa: PLC0415

    codes = {name: parties.normalise_code(code) for name, code in (("uscc", uscc), ("lei", lei)) if code is not None}
    new = parties.NewParty(
        name_zh=name_zh, name_en=name_en, short_name=short_name, country=country, industry=industry,
        kind=one_of(parties.PartyKind, kind, "--kind"), registered_on=day(registered_on, "--registered-on"),
        **{name: done.code for name, done in codes.items()},
    )  # fmt: skip
    steps = {name: list(done.steps) for name, done in codes.items() if done.steps}
    with session(Caller(tenant, login, key)) as opened:
        record = opened.write("register_party", parties.as_record(new), lambda work: parties.register_party(work, new))
    present({**record, "normalised": steps or None}, as_json=as_json)


@app.command(name="show")
def show_party(tenant: Tenant, party: Party, login: LoginName = None, as_json: Json = False) -> None:
    """Show an enterprise, its roles and its people."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    identity = PartyId.parse(party)
    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: parties.find_party(work, identity))
        inside = isinstance(found, parties.Party)
        roles = opened.read(lambda work: parties.roles_of(work, identity)) if inside else []
        people = opened.read(lambda work: parties.appointments_in(work, identity)) if inside else []
    record = parties.as_record(found)
    held = parties.as_record(roles) if as_json else [f"{one.role.value} from {one.valid_from}" for one in roles]
    staff = parties.as_record(people) if as_json else [f"{one.person} {one.role.value}" for one in people]
    present({**record, "roles": held, "people": staff}, as_json=as_json)


@app.command(name="list")
def list_parties(
    tenant: Tenant,
    search: Annotated[str, typer.Argument(help="A piece of a name.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many.")] = 50,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """List enterprises in the order of their names."""
    from openscf import parties  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        found, _ = opened.read(lambda work: parties.list_parties(work, search, limit=limit))
    rows = [{"id": str(one.id), "name": one.name, "uscc": one.uscc, "lei": one.lei} for one in found]
    present(parties.as_record(found) if as_json else rows, as_json=as_json)


@app.command()
def add_role(
    tenant: Tenant,
    party: Party,
    role: Annotated[str, typer.Argument(help="supplier, buyer, anchor, distributor, funder, custodian, …")],
    valid_from: Annotated[str | None, typer.Option("--from", help="First day; today.")] = None,
    valid_until: Annotated[str | None, typer.Option("--until", help="First day without it.")] = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Let an enterprise do something on the platform."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    identity, what = PartyId.parse(party), one_of(parties.PartyRole, role, "ROLE")
    start, end = day(valid_from, "--from"), day(valid_until, "--until")
    inputs = {"party": identity, "role": what, "valid_from": start, "valid_until": end}
    with session(Caller(tenant, login, key)) as opened:
        record = opened.write(
            "add_role",
            inputs,
            lambda work: parties.add_role(work, identity, what, valid_from=start, valid_until=end),
        )
    present(record, as_json=as_json)


@app.command()
def kyb(
    tenant: Tenant,
    party: Party,
    event: Annotated[str, typer.Argument(help="submit, verify, reject, suspend, reinstate, recheck or close.")],
    reason: Annotated[str, typer.Option(help="On what it rests.")],
    version: Annotated[int, typer.Option("--if-version", help="The version that you have seen.")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Move the KYB status of an enterprise; all but `submit` need the reviewer's login."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    identity = PartyId.parse(party)
    inputs = {"party": identity, "event": event, "reason": reason, "version": version}
    with session(Caller(tenant, login, key)) as opened:
        record = opened.write(
            "move_kyb", inputs, lambda work: parties.move_kyb(work, identity, event, reason=reason, version=version)
        )
    present(record, as_json=as_json)
