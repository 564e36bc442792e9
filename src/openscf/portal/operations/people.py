"""People of an enterprise: invited, appointed, dismissed, and their second factors."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import Field

from openscf import access, parties
from openscf.access import InvitationId, NewUser
from openscf.db import UnitOfWork
from openscf.kernel.ids import PersonId, TypedId
from openscf.parties import (
    Appointment,
    AppointmentId,
    Cleartext,
    DocumentKind,
    NewDocument,
    NewPerson,
    PartyRole,
    Permission,
    PersonalKind,
    PersonRole,
)
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk, House
from openscf.portal.model import Needs, Work
from openscf.portal.operations.sessions import Done
from openscf.portal.shapes import Body, Instant, Sentence, View

INVITE_EXAMPLE = {
    "checker": {"name": "张伟", "document": {"kind": "resident_id", "number": "11010519491231002X"},
                "login": "zhang.wei", "roles": ["checker"]},
}  # fmt: skip


class IdentityDocument(Body):
    """An identity document; it is kept sealed and never shown again but masked."""

    kind: DocumentKind = DocumentKind.RESIDENT_ID
    number: Annotated[str, Field(min_length=5, max_length=30)]
    country: Annotated[str, Field(min_length=2, max_length=2)] = "CN"


class InviteUser(Body):
    """A natural person who is to act for an enterprise."""

    name: Annotated[str, Field(min_length=1, max_length=100, description="As on the identity document.")]
    document: IdentityDocument
    mobile: Annotated[str | None, Field(max_length=20)] = None
    login: Annotated[str, Field(min_length=3, max_length=100, description="The name to sign in with.")]
    roles: Annotated[list[PersonRole], Field(min_length=1, max_length=6)]
    party: Annotated[str | None, Field(description="Of which enterprise (pty_…); only the house names another.")] = None


class InvitationView(View):
    """What the person who was invited is handed: with the token it chooses its password, once."""

    id: str
    token: str = ""
    expires_at: Instant


class AppointmentView(View):
    """A role of a person in an enterprise."""

    id: str
    role: PersonRole
    valid_from: dt.date
    valid_until: dt.date | None


class InvitedView(View):
    """What an invitation came to.

    Attributes:
        invitation: Absent for a person who signs in already; it finds the enterprise when it next does.
        reason: Why there is none.
    """

    person: str
    name: str
    appointments: list[AppointmentView]
    invitation: InvitationView | None
    reason: Sentence | None


class AcceptInvitation(Body):
    """The token of an invitation, and the password that the person chooses."""

    token: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class UserView(View):
    """A person who acts for an enterprise, masked.

    Attributes:
        signs_in: Whether it has an account that opens.
        logins: The ids of those accounts, as `link_oidc_subject` names them.
        second_factor: Whether one of its accounts has one.
    """

    person: str
    name: str
    active: bool
    appointments: list[AppointmentView]
    signs_in: bool
    logins: list[str]
    second_factor: bool


class Users(View):
    """The people of an enterprise."""

    items: list[UserView]


class UserFilter(Body):
    """Of which enterprise; one's own unless the house asks."""

    party: Annotated[str | None, Field(max_length=40, description="By default one's own (pty_…).")] = None


class SecondFactor(View):
    """A second factor was enrolled; its secret is shown this once, for an authenticator program.

    Attributes:
        secret: Base32.
        uri: The same as a key URI, for a QR code.
    """

    login: str
    secret: str = ""
    uri: str = ""


class ResetSecondFactor(Body):
    """Why a second factor is taken away."""

    reason: Annotated[str, Field(min_length=4, max_length=500)]


def _secret(desk: Desk, subject: TypedId) -> bytes:
    """The secret bytes of a token of this subject: keyed, so a copy of the database makes none."""
    clear = Cleartext(PersonalKind.SECRET, f"token:{subject}")
    return desk.house.vault.fingerprint(desk.principal.tenant, clear)


def _handed(desk: Desk, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    shown = kept["invitation"]
    if shown is None:
        return {}
    one = InvitationId.parse(shown["id"])
    token = desk.read(lambda work: access.invitation_token(work, one, lambda subject: _secret(desk, subject)))
    return {"invitation": {**shown, "token": token}}


def _held(held: Appointment) -> AppointmentView:
    return AppointmentView(id=str(held.id), role=held.role, valid_from=held.valid_from, valid_until=held.valid_until)


@operation(
    "POST /v1/users", group="people", en="Invite a person to act for an enterprise.", zh="邀请人员。", status=201,
    examples=INVITE_EXAMPLE, completes=_handed,
    refusals=("party_not_found", "person_differs", "person_revoked", "already_appointed", "login_name_taken",
    "bad_login_name", "bad_document", "bad_mobile", "bad_name", "identity_code_length", "identity_code_character",
    "identity_code_check", "identity_code_part", "bad_id"),
)  # fmt: skip
def invite_user(desk: Desk, work: UnitOfWork, body: InviteUser) -> InvitedView:
    """Enrol a person, appoint it, and hand out an invitation with which it chooses its password."""
    document = NewDocument(
        kind=body.document.kind, number=Cleartext(PersonalKind.DOCUMENT, body.document.number),
        country=body.document.country,
    )  # fmt: skip
    mobile = None if body.mobile is None else Cleartext(PersonalKind.MOBILE, body.mobile)
    person = NewPerson(name=Cleartext(PersonalKind.NAME, body.name), document=document, mobile=mobile)
    new = NewUser(
        person=person, login=Cleartext(PersonalKind.LOGIN, body.login), party=desk.for_party(body.party),
        roles=list(dict.fromkeys(body.roles)),
    )  # fmt: skip
    made = access.invite(work, new, vault=desk.house.vault, secret=lambda subject: _secret(desk, subject))
    one = made.invitation
    return InvitedView(
        person=str(made.person.id), name=str(made.person.name),
        appointments=[_held(held) for held in made.appointments],
        invitation=None if one is None else InvitationView(id=str(one.id), expires_at=one.expires_at),
        reason=None if made.reason is None else Sentence.of(made.reason),
    )  # fmt: skip


@operation(
    "POST /v1/invitations/accept", group="people", en="Take up an invitation: choose a password.",
    zh="接受邀请并设置密码。", needs=Needs.NOTHING, work=Work.ALONE,
    refusals=("invitation_not_valid", "weak_password"),
    examples={"first": {"token": "scf_inv_…", "password": "a sentence that only I know"}},
)  # fmt: skip
def accept_invitation(house: House, body: AcceptInvitation) -> Done:
    """The bearer of an invitation chooses the password with which it signs in from now on."""
    shown = access.read_token(body.token)
    if shown is None:
        raise access.INVITATION_NOT_VALID(days=access.INVITED_FOR.days)
    access.accept_invitation(house.gate(shown.tenant), body.token, body.password)
    return Done()


@operation(
    "GET /v1/users", group="people", en="Who acts for an enterprise?", zh="企业人员列表。", work=Work.READ_HOUSE,
    refusals=("party_not_found", "bad_id"),
)  # fmt: skip
def list_users(desk: Desk, work: UnitOfWork, query: UserFilter) -> Users:
    """The people of an enterprise, masked, with what each does."""
    party = desk.for_party(query.party)
    parties.authorise(work, Permission.VIEW, party)
    by_person: dict[PersonId, list[Appointment]] = {}
    for held in parties.appointments_in(work, party):
        by_person.setdefault(held.person, []).append(held)
    return Users(items=[_user(desk, work, person, held=held) for person, held in by_person.items()])


def _user(desk: Desk, work: UnitOfWork, person: PersonId, *, held: list[Appointment]) -> UserView:
    known = parties.person_of(work, person, vault=desk.house.vault)
    logins = [login for login in parties.logins_of(work, person) if login.active]
    return UserView(
        person=str(person), name=str(known.name), active=known.active, appointments=[_held(one) for one in held],
        signs_in=bool(logins), logins=[str(login.id) for login in logins],
        second_factor=any(login.has_totp for login in logins),
    )  # fmt: skip


@operation(
    "DELETE /v1/appointments/{appointment_id}", group="people", en="Take a role from a person.", zh="解除人员任职。",
    refusals=("appointment_not_found", "bad_id"),
)  # fmt: skip
def dismiss_user(desk: Desk, work: UnitOfWork, appointment_id: str) -> Done:
    """End an appointment at once; approvals that the person gave and that are not used no longer count."""
    parties.dismiss(work, AppointmentId.parse(appointment_id))
    return Done()


def _shown_secret(desk: Desk, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    login = parties.LoginId.parse(kept["login"])
    secret = desk.read(lambda work: parties.own_totp_secret(work, login, vault=desk.house.vault)).expose()
    uri = f"otpauth://totp/{quote('openscf')}:{login}?secret={secret}&issuer=openscf"
    return {"secret": secret, "uri": uri}


@operation(
    "POST /v1/me/second-factor", group="people", en="Enrol a second factor for yourself.", zh="启用动态验证码。",
    needs=Needs.MONEY, status=201, completes=_shown_secret, refusals=("not_signed_in", "wrong_credentials"),
)  # fmt: skip
def enrol_second_factor(desk: Desk, work: UnitOfWork) -> SecondFactor:
    """From now on the account with which one is signed in asks for a one-time code; a former secret is void."""
    if desk.principal.session is None:
        raise access.NOT_SIGNED_IN()
    login = access.login_of(work, desk.principal.session)
    parties.enrol_totp(work, login, vault=desk.house.vault)
    return SecondFactor(login=str(login))


@operation(
    "POST /v1/users/{person_id}/second-factor/reset", group="people", en="Take a lost second factor from a person.",
    zh="重置人员的动态验证码。", offices={PartyRole.OPERATOR}, needs=Needs.MONEY,
    examples={"lost": {"reason": "telephone stolen; identity seen in person"}},
    refusals=("person_not_found", "bad_id"),
)  # fmt: skip
def reset_second_factor(desk: Desk, work: UnitOfWork, person_id: str, *, body: ResetSecondFactor) -> Done:
    """For the house's administrators, and never for oneself; the person enrols a new one when it has signed in."""
    parties.reset_totp(work, PersonId.parse(person_id), reason=body.reason)
    return Done()
