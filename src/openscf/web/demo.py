"""Signing in with one click, as any of a sandbox's people: where the installation is a demonstration and says so."""

from dataclasses import dataclass
from typing import Final

from openscf import access, parties
from openscf.access import Gate
from openscf.db import UnitOfWork
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties import PartyRole, PersonRole
from openscf.portal import House

MOST: Final = 200  # enterprises looked through for one of each kind
ORDER: Final = (
    PartyRole.SUPPLIER, PartyRole.ANCHOR, PartyRole.BUYER, PartyRole.FUNDER, PartyRole.DISTRIBUTOR,
    PartyRole.CUSTODIAN, PartyRole.CARRIER, PartyRole.RATER, PartyRole.OPERATOR,
)  # fmt: skip
OF_EACH: Final = {PartyRole.SUPPLIER: 2, PartyRole.FUNDER: 3}
"""How many enterprises of a kind are offered, where it is not one: funders are rivals, and see different things."""

NO_DEMO = refusal(
    "no_demo",
    en="This installation is no demonstration; sign in with your name and password.",
    zh="本系统不是演示环境，请使用用户名和密码登录。",
    fix_en="Whoever runs it can set OPENSCF_DEMO=1, for sandboxes only.",
    fix_zh="系统管理员可设置 OPENSCF_DEMO=1，仅对沙箱有效。",
    status=403,
)


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody as whom one can look around.

    Attributes:
        office: What the enterprise does.
        duties: What the person does in it.
    """

    person: str
    party: str
    name_zh: str | None
    name_en: str | None
    office: PartyRole
    duties: tuple[PersonRole, ...]


def faces(house: House) -> list[Face]:
    """Some enterprises of each kind with their people; nobody where this is no demonstration."""
    if not house.platform.settings.demo:
        return []
    try:
        gate = house.gate(None)
    except Refusal:
        return []
    return gate.database.run(gate.context, _faces)


def enter(house: House, person: str, party: str) -> str:
    """The token of a session as somebody.

    Raises:
        Refusal: `no_demo`; what `openscf.access.enter_sandbox` refuses; `bad_id`.
    """
    if not house.platform.settings.demo:
        raise NO_DEMO()
    gate: Gate = house.gate(None)
    return access.enter_sandbox(gate, PersonId.parse(person), PartyId.parse(party)).token


def _faces(work: UnitOfWork) -> list[Face]:
    if access.ahead_of(work) is None:
        return []
    found: dict[PartyRole, list[Face]] = {}
    entries, _ = parties.list_parties(work, "", limit=MOST)
    for entry in entries:
        held = parties.appointments_in(work, entry.id)
        for office in parties.offices_of(work, entry.id):
            mine = found.setdefault(office, [])
            if held and len({face.party for face in mine}) < OF_EACH.get(office, 1):
                duties: dict[PersonId, list[PersonRole]] = {}
                for one in held:
                    duties.setdefault(one.person, []).append(one.role)
                mine += [
                    Face(str(person), str(entry.id), entry.name_zh, entry.name_en, office, tuple(roles))
                    for person, roles in duties.items()
                ]
    return [face for office in ORDER for face in found.get(office, [])]
