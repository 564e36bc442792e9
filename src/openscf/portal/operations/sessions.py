"""Signing in and out, proving oneself again, changing the enterprise, and who one is."""

from typing import Annotated, Any

from pydantic import Field

from openscf import access, parties
from openscf.access import Credentials
from openscf.db import UnitOfWork
from openscf.kernel.ids import PartyId, TenantId
from openscf.parties import PartyRole, PersonRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk, House
from openscf.portal.model import Needs, Work
from openscf.portal.shapes import Body, View

Name = Annotated[str, Field(min_length=1, max_length=100, description="Login name.")]
Password = Annotated[str, Field(min_length=1, max_length=200, description="Password.")]
Code = Annotated[str | None, Field(max_length=10, description="One-time code, where a second factor is enrolled.")]


class SignIn(Body):
    """Who wants to come in."""

    login: Name
    password: Password
    code: Code = None
    tenant: Annotated[str | None, Field(description="The book (ten_…), where the installation has several.")] = None


class SignedIn(View):
    """A session was opened; its token is shown this once and sent as `Authorization: Bearer` from now on."""

    session: str
    token: str
    party: str | None


class Proof(Body):
    """The person proves once more who it is."""

    login: Name
    password: Password
    code: Code = None


class ActFor(Body):
    """For which enterprise the person acts from now on."""

    party: Annotated[str, Field(description="One of the person's enterprises (pty_…).")]


class Membership(View):
    """An enterprise for which a person acts, and as what."""

    party: str
    name_zh: str | None
    name_en: str | None
    offices: list[PartyRole]
    duties: list[PersonRole]


class Me(View):
    """Who is signed in.

    Attributes:
        party: The enterprise acted for at present.
        sandbox: Whether the book's time may be moved.
        today: The book's business date.
        memberships: All enterprises for which the person may act.
    """

    person: str
    party: str | None
    offices: list[PartyRole]
    duties: list[PersonRole]
    stepped_up: bool
    sandbox: bool
    today: str
    memberships: list[Membership]


class Done(View):
    """It is done."""

    done: bool = True


@operation(
    "POST /v1/sessions", group="access", en="Sign in.", zh="登录。", needs=Needs.NOTHING, work=Work.ALONE, status=201,
    refusals=("wrong_credentials", "too_many_attempts", "which_book", "bad_id"),
    examples={"password": {"login": "zhang.wei", "password": "a sentence that only I know", "code": "123456"}},
)  # fmt: skip
def sign_in(house: House, body: SignIn) -> SignedIn:
    """Let a person in with login name, password and, where enrolled, a one-time code."""
    tenant = None if body.tenant is None else TenantId.parse(body.tenant)
    handed = access.sign_in(house.gate(tenant), Credentials(body.login, body.password, body.code))
    session = handed.made
    party = None if session.party is None else str(session.party)
    return SignedIn(session=str(session.id), token=handed.token, party=party)


@operation(
    "POST /v1/sessions/current/step-up", group="access", en="Prove once more who you are, for money.",
    zh="再次验证身份（资金操作）。", work=Work.ALONE,
    refusals=("wrong_credentials", "too_many_attempts", "not_signed_in"),
    examples={"code": {"login": "zhang.wei", "password": "a sentence that only I know", "code": "654321"}},
)  # fmt: skip
def step_up(desk: Desk, body: Proof) -> Done:
    """Take a fresh proof of identity; operations that move money ask for one every five minutes."""
    if desk.principal.session is None:
        raise access.NOT_SIGNED_IN()
    gate = desk.house.gate(desk.principal.tenant)
    access.step_up(gate, desk.principal.session, Credentials(body.login, body.password, body.code))
    return Done()


@operation(
    "POST /v1/sessions/current/act-for", group="access", en="Act for another of your enterprises.",
    zh="切换所代表的企业。", refusals=("not_appointed", "not_signed_in", "bad_id"),
    examples={"party": {"party": "pty_01JD0000000000000000000000"}},
)  # fmt: skip
def act_for(desk: Desk, work: UnitOfWork, body: ActFor) -> Done:
    """Change the enterprise for which this session acts."""
    if desk.principal.session is None:
        raise access.NOT_SIGNED_IN()
    access.act_for(work, desk.principal.session, PartyId.parse(body.party))
    return Done()


@operation("DELETE /v1/sessions/current", group="access", en="Sign out.", zh="退出登录。", refusals=("not_signed_in",))
def sign_out(desk: Desk, work: UnitOfWork) -> Done:
    """End this session; its token opens nothing any more."""
    if desk.principal.session is not None:
        access.sign_out(work, desk.principal.session)
    return Done()


@operation(
    "GET /v1/me", group="access", en="Who am I, and for which enterprise do I act?", zh="当前用户与所代表的企业。",
    work=Work.READ_HOUSE,
)  # fmt: skip
def get_me(desk: Desk, work: UnitOfWork) -> Me:
    """Who is signed in, as what, and for which other enterprises it could act."""
    who = desk.principal
    by_party: dict[PartyId, set[PersonRole]] = {}
    for held in parties.appointments_of(work, who.person):
        by_party.setdefault(held.party, set()).add(held.role)
    return Me(
        person=str(who.person), party=None if who.party is None else str(who.party), offices=_sorted(who.offices),
        duties=_sorted(who.duties), stepped_up=who.stepped_up, sandbox=who.ahead is not None,
        today=desk.today.isoformat(),
        memberships=[_membership(work, party, held) for party, held in sorted(by_party.items())],
    )  # fmt: skip


def _membership(work: UnitOfWork, party: PartyId, duties: set[PersonRole]) -> Membership:
    entry = parties.find_party(work, party)
    return Membership(
        party=str(party), name_zh=entry.name_zh, name_en=entry.name_en,
        offices=_sorted(parties.offices_of(work, party)), duties=_sorted(duties),
    )  # fmt: skip


def _sorted(members: Any) -> list[Any]:
    return sorted(members, key=lambda member: str(member.value))
