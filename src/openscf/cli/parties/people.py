"""Natural persons, their logins and their roles."""

from typing import Annotated

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, day, one_of, present, secret, session

app = typer.Typer()


@app.command()
def add_person(
    tenant: Tenant,
    document_kind: Annotated[str, typer.Option(help="resident_id or passport.")] = "resident_id",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Enrol a natural person: name, document number and mobile (may be empty) are asked, or read line by line."""
    from openscf import parties  # noqa: PLC0415

    kind = one_of(parties.DocumentKind, document_kind, "--document-kind")
    name = parties.Cleartext(parties.PersonalKind.NAME, secret("Name"))
    typed = parties.normalise_code(secret("Number of the document"))
    mobile = secret("Mobile")
    new = parties.NewPerson(
        name=name,
        document=parties.NewDocument(kind=kind, number=parties.Cleartext(parties.PersonalKind.DOCUMENT, typed.code)),
        mobile=parties.Cleartext(parties.PersonalKind.MOBILE, mobile) if mobile else None,
    )
    with session(Caller(tenant, login, key)) as opened:
        marks = [
            opened.vault.fingerprint(opened.context.tenant, clear).hex()
            for clear in (new.name, new.document.number, new.mobile)
            if clear is not None
        ]
        record = opened.write(
            "enrol_person",
            {"kind": kind, "fingerprints": marks},
            lambda work: parties.enrol_person(work, new, party=None, vault=opened.vault),
        )
    present({**record, "normalised": list(typed.steps) or None}, as_json=as_json)


@app.command()
def add_login(
    tenant: Tenant,
    person: Annotated[str, typer.Argument(help="The person (per_…).")],
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Give a person an account: login name and password are asked, or read line by line."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PersonId  # noqa: PLC0415

    identity = PersonId.parse(person)
    name = parties.Cleartext(parties.PersonalKind.LOGIN, secret("Login name"))
    password = parties.Cleartext(parties.PersonalKind.SECRET, secret("Password of the new login"))
    with session(Caller(tenant, None, key)) as opened:
        marks = [opened.vault.fingerprint(opened.context.tenant, clear).hex() for clear in (name, password)]
        record = opened.write(
            "add_login",
            {"person": identity, "fingerprints": marks},
            lambda work: parties.add_login(work, identity, name, password=password, vault=opened.vault),
        )
    present(record, as_json=as_json)


@app.command()
def appoint(
    tenant: Tenant,
    person: Annotated[str, typer.Argument(help="The person (per_…).")],
    party: Annotated[str, typer.Argument(help="The enterprise (pty_…).")],
    role: Annotated[str, typer.Argument(help="viewer, maker, checker, treasurer, signatory or admin.")],
    valid_until: Annotated[str | None, typer.Option("--until", help="First day without it.")] = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Give a person a role in an enterprise."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId, PersonId  # noqa: PLC0415

    who, where, until = PersonId.parse(person), PartyId.parse(party), day(valid_until, "--until")
    what = one_of(parties.PersonRole, role, "ROLE")
    with session(Caller(tenant, login, key)) as opened:
        record = opened.write(
            "appoint",
            {"person": who, "party": where, "role": what, "valid_until": until},
            lambda work: parties.appoint(work, who, where, role=what, valid_until=until),
        )
    present(record, as_json=as_json)


@app.command()
def revoke_person(
    tenant: Tenant,
    person: Annotated[str, typer.Argument(help="The person (per_…).")],
    reason: Annotated[str, typer.Option(help="Why.")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Revoke a person for ever."""
    from openscf import parties  # noqa: PLC0415
    from openscf.db.unit_of_work import UnitOfWork  # noqa: PLC0415
    from openscf.kernel.ids import PersonId  # noqa: PLC0415

    identity = PersonId.parse(person)

    def act(work: UnitOfWork) -> dict[str, str]:
        parties.revoke_person(work, identity, reason=reason)
        return {"person": str(identity), "status": "revoked"}

    with session(Caller(tenant, login, key)) as opened:
        record = opened.write("revoke_person", {"person": identity, "reason": reason}, act)
    present(record, as_json=as_json)
