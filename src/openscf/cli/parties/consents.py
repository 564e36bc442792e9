"""Consents to share data."""

from typing import Annotated

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, day, one_of, present, session

app = typer.Typer(no_args_is_help=True, help="Consents to share data.")
Grantor = Annotated[str, typer.Argument(metavar="GRANTOR", help="Whose data (pty_…).")]
Grantee = Annotated[str, typer.Argument(metavar="GRANTEE", help="Who may see them (pty_…).")]
ScopeName = Annotated[
    str, typer.Argument(metavar="SCOPE", help="trades, invoices, payments, ratings, limits, kyb or network.")
]


@app.command()
def grant(
    tenant: Tenant,
    grantor: Grantor,
    grantee: Grantee,
    scope: ScopeName,
    purpose: Annotated[str, typer.Option(help="What the data will be used for.")],
    valid_until: Annotated[str, typer.Option("--until", help="First day without it.")],
    valid_from: Annotated[str | None, typer.Option("--from", help="First day; today.")] = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Let another enterprise see data, as a signatory of the grantor."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    start, end = day(valid_from, "--from"), day(valid_until, "--until")
    with session(Caller(tenant, login, key)) as opened:
        today = parties.business_date(opened.platform.clock.now())
        new = parties.NewConsent(
            grantor=PartyId.parse(grantor), grantee=PartyId.parse(grantee),
            scope=one_of(parties.Scope, scope, "SCOPE"), purpose=purpose, valid_from=start or today,
            valid_until=end or today,
        )  # fmt: skip
        record = opened.write("grant_consent", parties.as_record(new), lambda work: parties.grant_consent(work, new))
    present(record, as_json=as_json)


@app.command()
def revoke(
    tenant: Tenant,
    consent: Annotated[str, typer.Argument(help="The consent (cns_…).")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Take a consent back, at once."""
    from openscf import parties  # noqa: PLC0415

    identity = parties.ConsentId.parse(consent)
    with session(Caller(tenant, login, key)) as opened:
        record = opened.write(
            "revoke_consent",
            {"consent": identity, "reason": reason},
            lambda work: parties.revoke_consent(work, identity, reason=reason),
        )
    present(record, as_json=as_json)


@app.command(name="list")
def list_consents(
    tenant: Tenant,
    party: Annotated[str, typer.Argument(help="The enterprise (pty_…).")],
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """List the consents that an enterprise gave and received."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    identity = PartyId.parse(party)
    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: parties.consents_of(work, identity))
    present(parties.as_record(found), as_json=as_json)


@app.command()
def check(
    tenant: Tenant,
    grantor: Grantor,
    grantee: Grantee,
    scope: ScopeName,
    on: Annotated[str | None, typer.Option(help="On which day; today.")] = None,
    as_json: Json = False,
) -> None:
    """Tell whether data may be shared; exit code 1 if not."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    what = one_of(parties.Scope, scope, "SCOPE")
    pair = PartyId.parse(grantor), PartyId.parse(grantee)
    with session(Caller(tenant)) as opened:
        when = day(on, "--on") or parties.business_date(opened.platform.clock.now())
        shared = opened.read(lambda work: parties.may_share(work, *pair, scope=what, on=when))
    present({"may_share": shared, "on": when.isoformat()}, as_json=as_json)
    if not shared:
        raise SystemExit(1)
