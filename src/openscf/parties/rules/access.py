"""Who may do what: a table from roles to permissions with predicates. What no row allows is denied.

A person acts by virtue of an appointment in an enterprise. In the first table an appointment reaches only as far as
that enterprise; in the second, the one of the house, appointments in the platform operator's enterprise reach all
members of the tenant, but never to the making of a member's own acts: the operator does not propose its bank accounts
and does not sign its consents.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties.model import Appointment, Permission, PersonRole
from openscf.parties.rules.dates import holds

NOT_ALLOWED = refusal(
    "not_allowed",
    en="{actor} may not do {permission} for {party}.",
    zh="{actor} 无权为 {party} 执行 {permission}。",
    fix_en="Ask an administrator of the enterprise for the role, or let somebody who has it act.",
    fix_zh="请向企业管理员申请相应角色，或由有权人员办理。",
    status=403,
)
PERSON_NOT_FOUND = refusal(
    "person_not_found",
    en="There is no person {person}, or you may not see it.",
    zh="人员 {person} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
PERSON_REVOKED = refusal(
    "person_revoked",
    en="{person} has been revoked and may do nothing any more.",
    zh="{person} 已被停用，不能再进行任何操作。",
    status=403,
)
NOT_A_PERSON = refusal(
    "not_a_person",
    en="{actor} is no natural person; this act needs one.",
    zh="{actor} 不是自然人，该操作须由自然人办理。",
    fix_en="Sign in as yourself.",
    fix_zh="请以本人身份登录。",
    status=403,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do.

    Attributes:
        permission: What.
        party: For which enterprise; None for what concerns the house alone.
        on: Business date.
        about: The person whom it concerns, if it concerns one.
    """

    permission: Permission
    party: PartyId | None
    on: dt.date
    about: PersonId | None = None


Predicate = Callable[[Appointment, Asked], bool]


def always(_appointment: Appointment, _asked: Asked) -> bool:
    """No further condition."""
    return True


def not_oneself(appointment: Appointment, asked: Asked) -> bool:
    """Nobody gives himself a role, and nobody revokes himself."""
    return asked.about is None or asked.about != appointment.person


OWN: Final[Mapping[PersonRole, Mapping[Permission, Predicate]]] = {
    PersonRole.VIEWER: {Permission.VIEW: always},
    PersonRole.MAKER: {Permission.VIEW: always, Permission.MAKE: always, Permission.PROPOSE_BANK_ACCOUNT: always},
    PersonRole.CHECKER: {Permission.VIEW: always, Permission.CHECK: always, Permission.APPROVE_BANK_ACCOUNT: always},
    PersonRole.TREASURER: {
        Permission.VIEW: always,
        Permission.REVEAL: always,
        Permission.PROPOSE_BANK_ACCOUNT: always,
        Permission.STOP_BANK_ACCOUNT: always,
    },
    PersonRole.SIGNATORY: {
        Permission.VIEW: always,
        Permission.CHECK: always,
        Permission.APPROVE_BANK_ACCOUNT: always,
        Permission.STOP_BANK_ACCOUNT: always,
        Permission.GRANT_CONSENT: always,
        Permission.REVOKE_CONSENT: always,
    },
    PersonRole.ADMIN: {
        Permission.VIEW: always,
        Permission.EDIT: always,
        Permission.SUBMIT_KYB: always,
        Permission.ENROL_PERSON: always,
        Permission.APPOINT: not_oneself,
        Permission.STOP_BANK_ACCOUNT: always,
    },
}
"""What a role in an enterprise allows for that enterprise."""

HOUSE: Final[Mapping[PersonRole, Mapping[Permission, Predicate]]] = {
    PersonRole.VIEWER: {Permission.VIEW: always},
    PersonRole.CHECKER: {
        Permission.VIEW: always,
        Permission.REVIEW_KYB: always,
        Permission.CHECK: always,  # the second pair of eyes for an enterprise of one person
        Permission.APPROVE_BANK_ACCOUNT: always,
        Permission.STOP_BANK_ACCOUNT: always,
        Permission.REVEAL: always,
    },
    PersonRole.ADMIN: {
        Permission.VIEW: always,
        Permission.REGISTER: always,
        Permission.EDIT: always,
        Permission.SET_ROLE: always,
        Permission.SUBMIT_KYB: always,
        Permission.RECORD_OWNERSHIP: always,
        Permission.ENROL_PERSON: always,
        Permission.REVOKE_PERSON: not_oneself,
        Permission.APPOINT: not_oneself,
        Permission.STOP_BANK_ACCOUNT: always,
    },
}
"""What a role in the platform operator's enterprise allows, besides, for every member."""

SYSTEM: Final = frozenset(
    {
        Permission.VIEW,
        Permission.REGISTER,
        Permission.EDIT,
        Permission.SET_ROLE,
        Permission.SUBMIT_KYB,
        Permission.RECORD_OWNERSHIP,
        Permission.ENROL_PERSON,
        Permission.REVOKE_PERSON,
        Permission.APPOINT,
    }
)
"""What the installation itself may do (set-up, imports): nothing that needs a judgement, a signature or a secret."""


def allowed(asked: Asked, appointments: Iterable[Appointment], operators: Iterable[PartyId]) -> bool:
    """Whether somebody with these appointments may do it; no row of a table that says so means no.

    Args:
        asked: What is wanted.
        appointments: All appointments of the person.
        operators: The enterprises that operate the platform on that day.
    """
    houses = frozenset(operators)
    current = [held for held in appointments if holds(held.valid_from, held.valid_until, asked.on)]
    reach = [(held, OWN[held.role]) for held in current if held.party == asked.party]
    reach += [(held, HOUSE.get(held.role, {})) for held in current if held.party in houses]
    rows = [(held, table[asked.permission]) for held, table in reach if asked.permission in table]
    return any(predicate(held, asked) for held, predicate in rows)


def duties_for(permission: Permission, *, house: bool) -> frozenset[PersonRole]:
    """The roles of which one is asked of who wants to do something: in his enterprise, or in the house's own.

    Args:
        permission: For what.
        house: Whether his enterprise operates the platform.
    """
    tables = [OWN, HOUSE] if house else [OWN]
    return frozenset(role for table in tables for role, granted in table.items() if permission in granted)
