"""Enterprises and the directory."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import parties
from openscf.db import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties import NewParty, PartyKind, PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.shapes import Body, Page, Paging, View, cursor_of, read_cursor

PARTY_EXAMPLE = {
    "supplier": {"name_zh": "杭州精密零件有限公司", "name_en": "Hangzhou Precision Parts Co., Ltd.",
                 "uscc": "91330100MA27XL0Q2B", "roles": ["supplier"]},
}  # fmt: skip


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


class PartyView(View):
    """An enterprise, as the public registers show it."""

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

    @classmethod
    def of(cls, entry: parties.DirectoryEntry) -> "PartyView":
        """What may be shown of an entry of the directory."""
        return cls(
            id=str(entry.id), kind=entry.kind, name_zh=entry.name_zh, name_en=entry.name_en,
            short_name=entry.short_name, uscc=entry.uscc, lei=entry.lei, country=entry.country,
            industry=entry.industry, registered_on=entry.registered_on,
        )  # fmt: skip


class PartyFilter(Paging):
    """Which enterprises."""

    text: Annotated[str, Field(max_length=100, description="A piece of a name.")] = ""


@operation(
    "POST /v1/parties", group="parties", en="Register an enterprise.", zh="登记企业。",
    offices={PartyRole.OPERATOR}, status=201, examples=PARTY_EXAMPLE,
    refusals=("party_already_exists", "not_allowed"), cli="openscf parties register --name-zh {name_zh}",
)  # fmt: skip
def create_party(desk: Desk, work: UnitOfWork, body: CreateParty) -> PartyView:
    """Register an enterprise, unverified; the operator's people judge its papers afterwards (KYB)."""
    said = body.model_dump(exclude={"roles"})
    party = parties.register_party(work, NewParty(**said))
    for role in body.roles:
        parties.add_role(work, party.id, role)
    return PartyView.of(party)


@operation(
    "GET /v1/parties", group="parties", en="List the directory of enterprises.", zh="企业名录。",
    refusals=("bad_cursor",), cli="openscf parties list --text {text}",
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
    refusals=("party_not_found", "bad_id"), cli="openscf parties show {party_id}",
)  # fmt: skip
def get_party(desk: Desk, work: UnitOfWork, party_id: str) -> PartyView:
    """An enterprise that one may know of."""
    return PartyView.of(parties.find_party(work, PartyId.parse(party_id)))
