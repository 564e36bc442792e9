"""Ownership and groups."""

from typing import Annotated

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, day, present, session

app = typer.Typer()


@app.command()
def own(
    tenant: Tenant,
    owner: Annotated[str, typer.Argument(help="Who owns (pty_…).")],
    owned: Annotated[str, typer.Argument(help="Whom (pty_…).")],
    share_bps: Annotated[int, typer.Option(help="Share in basis points: 51 % is 5100.")],
    source: Annotated[str, typer.Option(help="Where it is known from.")],
    valid_from: Annotated[str, typer.Option("--from", help="First day.")],
    controls: Annotated[bool, typer.Option(help="Whether the owner has control.")] = False,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Record that one enterprise owns another."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    above, below, start = PartyId.parse(owner), PartyId.parse(owned), day(valid_from, "--from")
    named = {"share_bps": share_bps, "controls": controls, "valid_from": start, "source": source}
    with session(Caller(tenant, login, key)) as opened:
        record = opened.write(
            "record_ownership",
            {"owner": above, "owned": below, **named},
            lambda work: parties.record_ownership(
                work, above, below, share_bps=share_bps, controls=controls, source=source,
                valid_from=start or parties.business_date(work.at),
            ),
        )  # fmt: skip
    present(record, as_json=as_json)


@app.command()
def group(
    tenant: Tenant,
    party: Annotated[str, typer.Argument(help="Any member of the group (pty_…).")],
    on: Annotated[str | None, typer.Option(help="On which day; today.")] = None,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """Show the group of an enterprise and its ultimate parent."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    identity = PartyId.parse(party)
    with session(Caller(tenant, login)) as opened:
        when = day(on, "--on") or parties.business_date(opened.platform.clock.now())
        parent = opened.read(lambda work: parties.ultimate_parent(work, identity, when))
        members = opened.read(lambda work: parties.group_of(work, identity, when))
    record = {"on": when.isoformat(), "ultimate_parent": str(parent), "members": sorted(map(str, members))}
    present(record, as_json=as_json)
