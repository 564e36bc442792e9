"""Enterprises and the directory."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import parties
from openscf.db import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties import KybStatus, NewParty, Party, PartyKind, PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.shapes import Body, Instant, Page, Paging, View, cursor_of, read_cursor, seen_by, shaped

PARTY_EXAMPLE = {
    "supplier": {"name_zh": "杭州精密零件有限公司", "name_en": "Hangzhou Precision Parts Co., Ltd.",
                 "uscc": "91330100MA27XL0Q2B", "roles": ["supplier"]},
}  # fmt: skip

UPDATE_EXAMPLE = {"renamed": {"name_zh": "杭州精密零件股份有限公司", "country": "CN"}}
KYB_EXAMPLE = {"licence": {"reason": "business licence and identity of the legal representative"}}
MOVE_EXAMPLE = {"verify": {"event": "verify", "reason": "licence compared with the public register"}}

PARTICULARS = (
    "party_needs_code", "party_needs_name", "bad_name", "bad_country", "bad_industry", "identity_code_length",
    "identity_code_character", "identity_code_check", "identity_code_part",
)  # fmt: skip


class CreateParty(Body):
    """An enterprise that is to take part."""

    name_zh: Annotated[str | None, Field(max_length=200, description="Legal name in Chinese.")] = None
    name_en: Annotated[str | None, Field(max_length=200, description="Legal name in English.")] = None
    short_name: Annotated[str | None, Field(max_length=100)] = None
    uscc: Annotated[str | None, Field(max_length=30, description="Unified social credit code 统一社会信用代码.")] = None
    lei: Annotated[str | None, Field(max_length=30, description="Legal entity identifier, ISO 17442.")] = None
    kind: PartyKind = PartyKind.COMPANY
    country: Annotated[str, Field(min_length=2, max_length=2)] = "CN"
    industry: Annotated[str | None, Field(max_length=10, description="GB/T 4754 code.")] = None
    registered_on: dt.date | None = None
    roles: Annotated[
        list[PartyRole], Field(max_length=11, default_factory=list, description="What it does on the platform.")
    ]


class RoleView(View):
    """What an enterprise does on the platform, from a day on, and until which."""

    role: PartyRole
    valid_from: dt.date
    valid_until: dt.date | None

    @classmethod
    def of(cls, held: parties.RoleHeld) -> "RoleView":
        """The same, as it is shown."""
        return cls(role=held.role, valid_from=held.valid_from, valid_until=held.valid_until)


class PartyView(View):
    """An enterprise, as the public registers show it.

    Attributes:
        kyb: How far the platform knows it.
        version: To be sent as If-Match by whoever changes it.
        roles: What it does here, past and future too.
    """

    id: str
    kind: PartyKind
    name_zh: str | None
    name_en: str | None
    short_name: str | None
    uscc: str | None
    lei: str | None
    country: str
    industry: str | None
    registered_on: dt.date | None
    kyb: KybStatus | None = seen_by("itself", "operator")
    version: int | None = seen_by("itself", "operator")
    roles: list[RoleView] | None = seen_by("itself", "operator")

    @classmethod
    def of(cls, entry: parties.DirectoryEntry) -> "PartyView":
        """What may be shown of an entry of the directory."""
        return cls(
            id=str(entry.id), kind=entry.kind, name_zh=entry.name_zh, name_en=entry.name_en,
            short_name=entry.short_name, uscc=entry.uscc, lei=entry.lei, country=entry.country,
            industry=entry.industry, registered_on=entry.registered_on,
        )  # fmt: skip


def party_view(desk: Desk, work: UnitOfWork, entry: parties.DirectoryEntry) -> PartyView:
    """An enterprise, as the reader may see it: from within with its standing, from outside as the registers show it."""
    shown = PartyView.of(entry)
    if isinstance(entry, Party):
        roles = [RoleView.of(held) for held in parties.roles_of(work, entry.id)]
        shown = shown.model_copy(update={"kyb": entry.kyb, "version": entry.version, "roles": roles})
    return shaped(shown, desk.relations({"itself": entry.id}))


class UpdateParty(Body):
    """All particulars of an enterprise but its USCC, which is its identity and stays as it is."""

    name_zh: Annotated[str | None, Field(max_length=200)] = None
    name_en: Annotated[str | None, Field(max_length=200)] = None
    short_name: Annotated[str | None, Field(max_length=100)] = None
    lei: Annotated[str | None, Field(max_length=30)] = None
    kind: PartyKind = PartyKind.COMPANY
    country: Annotated[str, Field(min_length=2, max_length=2)] = "CN"
    industry: Annotated[str | None, Field(max_length=10, description="GB/T 4754 code.")] = None
    registered_on: dt.date | None = None


class SubmitKyb(Body):
    """On what an enterprise asks to be verified."""

    reason: Annotated[str, Field(min_length=1, max_length=500, description="Which papers.")]


class MoveKyb(Body):
    """A judgement on an enterprise."""

    event: Annotated[str, Field(max_length=40, description="verify, reject, suspend, reinstate, recheck, close …")]
    reason: Annotated[str, Field(min_length=1, max_length=500, description="On what it rests.")]


class AddRole(Body):
    """What an enterprise is to do."""

    role: PartyRole
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


class OnboardingFilter(Body):
    """Which status, and how many."""

    status: KybStatus = KybStatus.IN_REVIEW
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class OnboardingItem(View):
    """An enterprise that waits: the reason given last, and since when.

    Attributes:
        judgements: What the house may decide about it now, for `move_kyb`.
    """

    party: PartyView
    reason: str
    since: Instant
    judgements: list[str]


class Onboarding(View):
    """Those that wait, longest first."""

    items: list[OnboardingItem]


class PartyFilter(Paging):
    """Which enterprises."""

    text: Annotated[str, Field(max_length=100, description="A piece of a name.")] = ""


@operation(
    "POST /v1/parties", group="parties", en="Register an enterprise.", zh="登记企业。",
    offices={PartyRole.OPERATOR}, status=201, examples=PARTY_EXAMPLE,
    refusals=("party_already_exists", *PARTICULARS), cli="openscf parties add --name-zh {name_zh}",
)  # fmt: skip
def create_party(desk: Desk, work: UnitOfWork, body: CreateParty) -> PartyView:
    """Register an enterprise, unverified; the operator's people judge its papers afterwards (KYB)."""
    said = body.model_dump(exclude={"roles"})
    party = parties.register_party(work, NewParty(**said))
    for role in body.roles:
        parties.add_role(work, party.id, role)
    return party_view(desk, work, party)


@operation(
    "GET /v1/parties", group="parties", en="List the directory of enterprises.", zh="企业名录。",
    refusals=("bad_cursor",), cli="openscf parties list {text}",
)  # fmt: skip
def list_parties(desk: Desk, work: UnitOfWork, query: PartyFilter) -> Page[PartyView]:
    """The enterprises that one may know of, in the order of their names."""
    seen = read_cursor(query.cursor, (str, str))
    after = (b"", PartyId(int=0)) if seen is None else (bytes.fromhex(seen[0]), PartyId.parse(seen[1]))
    found, following = parties.list_parties(work, query.text, after=after, limit=query.limit)
    more = None if following is None else cursor_of(following[0].hex(), str(following[1]))
    return Page[PartyView](items=[PartyView.of(entry) for entry in found], next=more)


@operation(
    "GET /v1/parties/{party_id}", group="parties", en="Show an enterprise.", zh="查看企业。",
    work=Work.READ_HOUSE, refusals=("party_not_found", "bad_id"), cli="openscf parties show {party_id}",
)  # fmt: skip
def get_party(desk: Desk, work: UnitOfWork, party_id: str) -> PartyView:
    """An enterprise that one may know of; its own people and the house see how it stands."""
    return party_view(desk, work, parties.find_party(work, PartyId.parse(party_id)))


@operation(
    "PUT /v1/parties/{party_id}", group="parties", en="Replace the particulars of an enterprise.", zh="更新企业信息。",
    examples=UPDATE_EXAMPLE, refusals=("party_not_found", "version_conflict", "version_missing",
    "party_already_exists", "bad_id", *PARTICULARS),
)  # fmt: skip
def update_party(desk: Desk, work: UnitOfWork, party_id: str, *, body: UpdateParty, version: int) -> PartyView:
    """Replace its particulars; a new legal name sends a verified enterprise back into review."""
    party = desk.for_party(party_id)
    return party_view(desk, work, parties.update_party(work, party, NewParty(**body.model_dump()), version=version))


@operation(
    "POST /v1/parties/{party_id}/kyb/submit", group="parties", en="Send an enterprise into review.",
    zh="提交企业认证。",
    examples=KYB_EXAMPLE, refusals=("party_not_found", "version_conflict", "version_missing", "kyb_needs_reason",
    "event_not_allowed", "state_is_final", "bad_id"),
    cli="openscf parties kyb {party_id} submit --reason {reason} --if-version {version}",
)  # fmt: skip
def submit_kyb(desk: Desk, work: UnitOfWork, party_id: str, *, body: SubmitKyb, version: int) -> PartyView:
    """Say on which papers the enterprise asks to be verified."""
    party = desk.for_party(party_id)
    return party_view(desk, work, parties.move_kyb(work, party, "submit", reason=body.reason, version=version))


@operation(
    "POST /v1/parties/{party_id}/kyb/move", group="parties", en="Judge an enterprise: verify, reject, suspend …",
    zh="审核企业：通过、拒绝、暂停等。", offices={PartyRole.OPERATOR}, examples=MOVE_EXAMPLE,
    refusals=("party_not_found", "version_conflict", "version_missing", "kyb_needs_reason", "event_not_allowed",
    "state_is_final", "bad_id"), cli="openscf parties kyb {party_id} {event} --reason {reason} --if-version {version}",
)  # fmt: skip
def move_kyb(desk: Desk, work: UnitOfWork, party_id: str, *, body: MoveKyb, version: int) -> PartyView:
    """Move how far the platform knows an enterprise; the reason goes on the record."""
    party = PartyId.parse(party_id)
    return party_view(desk, work, parties.move_kyb(work, party, body.event, reason=body.reason, version=version))


@operation(
    "POST /v1/parties/{party_id}/roles", group="parties", en="Let an enterprise do something on the platform.",
    zh="授予企业平台身份。", offices={PartyRole.OPERATOR}, status=201, examples={"funder": {"role": "funder"}},
    refusals=("party_not_found", "role_already_held", "bad_period", "bad_id"),
    cli="openscf parties add-role {party_id} {role}",
)  # fmt: skip
def add_party_role(desk: Desk, work: UnitOfWork, party_id: str, *, body: AddRole) -> PartyView:
    """Give an enterprise a role, from a day on (by default today)."""
    party = PartyId.parse(party_id)
    parties.add_role(work, party, body.role, valid_from=body.valid_from, valid_until=body.valid_until)
    return party_view(desk, work, parties.find_party(work, party))


@operation(
    "GET /v1/onboarding", group="parties", en="Which enterprises wait to be judged?", zh="待审核企业。",
    offices={PartyRole.OPERATOR}, work=Work.READ_HOUSE,
)  # fmt: skip
def list_onboarding(desk: Desk, work: UnitOfWork, query: OnboardingFilter) -> Onboarding:
    """The enterprises in review (or in another status), those that wait longest first."""
    found = parties.onboarding(work, query.status, most=query.limit)
    return Onboarding(
        items=[
            OnboardingItem(
                party=party_view(desk, work, party),
                reason=reason,
                since=since,
                judgements=list(parties.judgements_on(party.kyb)),
            )
            for party, reason, since in found
        ]
    )
