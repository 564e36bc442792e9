"""SQL of all that judging somebody and his counterparties takes, by one statement."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties.model import Appointment, KybStatus, Ownership
from openscf.parties.store.enterprises import NAME, OPERATORS
from openscf.parties.store.ownership import ABOVE, EDGE, edge_of
from openscf.parties.store.people import HELD, appointment_of

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_QUERY = f"""WITH RECURSIVE up (id) AS ({ABOVE})
    SELECT 'held', a.id, a.person_id, a.party_id, NULL::int, NULL::boolean, a.valid_from, a.valid_until, a.role
    FROM {HELD} AND a.person_id = %(person)s
    UNION ALL SELECT 'house', h.party_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM ({OPERATORS}) h
    UNION ALL SELECT 'party', e.id, NULL, NULL, NULL, e.listed, NULL, NULL,
        CASE WHEN k.status <> '{KybStatus.VERIFIED.value}' THEN {NAME} END
    FROM parties.enterprise e LEFT JOIN parties.kyb k ON k.tenant_id = e.tenant_id AND k.party_id = e.id
    WHERE e.tenant_id = {_TENANT} AND e.id = ANY(%(start)s)
    UNION ALL SELECT 'above', {EDGE} FROM parties.ownership o JOIN up ON o.owned_id = up.id
    WHERE o.tenant_id = {_TENANT} AND o.controls
      AND o.valid_from < %(until)s AND coalesce(o.valid_until, 'infinity') > %(from)s"""


@dataclass(frozen=True, slots=True)
class PartyKnown:
    """What others may need to know of an enterprise.

    Attributes:
        listed: Whether it is in the directory.
        unverified: Its name, where it has not passed KYB, or no longer.
    """

    listed: bool
    unverified: str | None


@dataclass(frozen=True, slots=True)
class Judging:
    """All that judging takes.

    Attributes:
        appointments: Of the person who acts.
        operators: The enterprises that operate the platform.
        parties: Of those that were asked for, the ones that are there.
        above: The controlling edges at and above them.
    """

    appointments: list[Appointment]
    operators: list[PartyId]
    parties: dict[PartyId, PartyKnown]
    above: list[Ownership]


def judging(work: UnitOfWork, person: PersonId | None, parties: Collection[PartyId], *, on: dt.date) -> Judging:
    """All of it, on a day; of nobody in particular where no person acts."""
    asked = {"person": person, "start": sorted(parties), "on": on, "from": on, "until": on + dt.timedelta(days=1)}
    found: dict[str, list[tuple[Any, ...]]] = {"held": [], "house": [], "party": [], "above": []}
    for what, *row in work.execute(_QUERY, asked):
        found[what].append(tuple(row))
    held = [appointment_of((one, who, party, role, start, until))
            for one, who, party, _, _, start, until, role in found["held"]]  # fmt: skip
    return Judging(
        appointments=sorted(held, key=lambda one: one.id), operators=[PartyId.of(row[0]) for row in found["house"]],
        parties={PartyId.of(row[0]): PartyKnown(row[4], row[7]) for row in found["party"]},
        above=[edge_of(row) for row in found["above"]],
    )  # fmt: skip
