"""A small house for tests: a tenant, its enterprises and people, and how to act as each of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from openscf.db.database import Database
from openscf.db.unit_of_work import Context, UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId, PersonId, TenantId
from openscf.kernel.ports import ManualClock
from openscf.parties import (
    Cleartext,
    DocumentKind,
    NewDocument,
    NewParty,
    NewPerson,
    Party,
    PersonalKind,
    PersonRole,
    Vault,
    appoint,
    enrol_person,
    register_party,
)
from openscf.parties.identity import checks

T = TypeVar("T")
SYSTEM = "system:test"


def uscc(number: int) -> str:
    """A right unified social credit code of its own for each number."""
    first = f"9111{number:013d}"
    return first + checks.uscc_check(first)


def resident_id(number: int) -> str:
    """A right resident identity number of its own for each number."""
    first = f"110105{1950 + number // 1000:04d}0101{number % 1000:03d}"
    return first + checks.resident_check(first)


def refused(code: str) -> Any:
    """Expect the refusal with this code."""
    return pytest.raises(Refusal, match=f"^{code}:")


def clear(kind: PersonalKind, value: str) -> Cleartext:
    return Cleartext(kind, value)


def new_person(name: str, number: int, mobile: str | None = None) -> NewPerson:
    document = NewDocument(kind=DocumentKind.RESIDENT_ID, number=clear(PersonalKind.DOCUMENT, resident_id(number)))
    return NewPerson(
        name=clear(PersonalKind.NAME, name),
        document=document,
        mobile=None if mobile is None else clear(PersonalKind.MOBILE, mobile),
    )


@dataclass
class House:
    """A tenant with its people, and how to act in it."""

    database: Database
    tenant: TenantId
    vault: Vault
    clock: ManualClock
    people: dict[str, PersonId] = field(default_factory=dict)
    count: int = 0

    def run(self, actor: object, act: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run one service function in its own transaction, as `actor` (a person's name, id, or the system)."""
        who = str(self.people.get(str(actor), actor))
        return self.database.run(Context(self.tenant, who), lambda work: act(work, *args, **named))

    def read(self, member: PartyId, act: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run a reading function as a member, under row security."""
        context = Context(self.tenant, SYSTEM, member=member)
        return self.database.run(context, lambda work: act(work, *args, **named))

    def party(self, name: str, **named: Any) -> Party:
        """A new enterprise."""
        self.count += 1
        return self.run(SYSTEM, register_party, NewParty(name_zh=name, uscc=uscc(self.count), **named))

    def person(self, name: str, party: PartyId, *roles: PersonRole) -> PersonId:
        """A new person with roles in an enterprise."""
        self.count += 1
        new = new_person(name, self.count)
        person = self.run(SYSTEM, enrol_person, new, party=None, vault=self.vault).id
        self.people[name] = person
        for role in roles:
            self.run(SYSTEM, appoint, person, party, role=role)
        return person


def audited(house: House) -> list[tuple[str, str, str]]:
    """Action, subject and payload of every entry so far."""
    with house.database.reading(Context(house.tenant, SYSTEM)) as work:
        return _entries(work)


def _entries(work: UnitOfWork) -> list[tuple[str, str, str]]:
    query = "SELECT action, subject, payload FROM platform.audit_inbox ORDER BY ordinal"
    return [(row[0], row[1], row[2]) for row in work.execute(query).fetchall()]
