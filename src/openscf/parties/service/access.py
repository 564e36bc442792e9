"""Who acts, and whether he may."""

from collections.abc import Collection, Iterable

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties.model import LoginId, Party, Permission
from openscf.parties.rules.access import NOT_A_PERSON, NOT_ALLOWED, PERSON_NOT_FOUND, PERSON_REVOKED, SYSTEM, Asked
from openscf.parties.rules.access import allowed as rule_allows
from openscf.parties.rules.dates import business_date
from openscf.parties.rules.enterprise import PARTY_NOT_FOUND
from openscf.parties.store import enterprises, people
from openscf.parties.store import judging as store

SYSTEM_ACTOR = "system:"


def acting_person(work: UnitOfWork) -> PersonId:
    """The natural person behind the actor of this transaction: himself, or the owner of the login.

    Raises:
        Refusal: `not_a_person`, `person_not_found` or `person_revoked`.
    """
    actor = work.context.actor
    try:
        person = _person_of(work, actor)
    except Refusal:
        raise NOT_A_PERSON(actor=actor[:80]) from None
    active = None if person is None else people.active(work, person)
    if person is None or active is None:
        raise PERSON_NOT_FOUND(person=actor[:80])
    if not active:
        raise PERSON_REVOKED(person=str(person))
    return person


def authorise(work: UnitOfWork, permission: Permission, party: PartyId | None, *, about: PersonId | None = None) -> str:
    """Let only somebody pass who may do it.

    Args:
        work: The transaction; its actor is judged.
        permission: What is to be done.
        party: For which enterprise; None for what concerns the house alone.
        about: The person whom it concerns, if it concerns one.

    Returns:
        The actor, as he stands in the audit log.

    Raises:
        Refusal: `not_allowed`, or what `acting_person` refuses; `party_not_found` for an enterprise of which he may not
            even know that it exists.
    """
    if work.context.actor.startswith(SYSTEM_ACTOR) and permission in SYSTEM:
        return work.context.actor
    person = acting_person(work)
    if not may(work, person, Asked(permission, party, business_date(work.at), about)):
        raise _denied(work, person, permission, party=party)
    return str(person)


def may(work: UnitOfWork, person: PersonId, asked: Asked) -> bool:
    """Whether the table allows it; revoked and unknown persons may nothing."""
    if not work.shared(("people.active", person), lambda: people.active(work, person)):
        return False
    held, houses = work.shared(("people.standing", person, asked.on), lambda: people.standing(work, person, asked.on))
    return rule_allows(asked, held, houses)


def is_active(work: UnitOfWork, person: PersonId) -> bool:
    """Whether there is such a person and it has not been revoked."""
    return bool(people.active(work, person))


def look_at(work: UnitOfWork, parties: Collection[PartyId]) -> None:
    """Read by one statement what will be asked of the acting person and of these enterprises, where that is shared.

    `may`, `check_known`, `unverified_parties` and `ultimate_parents` find it, and read what was not read here.

    Raises:
        Refusal: What `acting_person` refuses.
    """
    if not work.shares:
        return
    on = business_date(work.at)
    person = None if work.context.actor.startswith(SYSTEM_ACTOR) else acting_person(work)
    judged = person is None or work.knows(("people.standing", person, on))
    wanted = {party for party in parties if not work.knows(("enterprises.known", party))}
    if judged and not wanted:
        return
    found = store.judging(work, person, wanted, on=on)
    if not judged:
        work.share(("people.standing", person, on), (found.appointments, found.operators))
    for party in wanted:
        work.share(("enterprises.known", party), found.parties.get(party))
    covered, edges = work.known(("ownership.known", on)) or (frozenset(), [])
    work.share(("ownership.known", on), (covered | wanted, edges + found.above))


def makes_for(work: UnitOfWork) -> list[PartyId]:
    """The enterprises for which the acting person makes requests, in the order of their ids.

    Raises:
        Refusal: What `acting_person` refuses.
    """
    person, on = acting_person(work), business_date(work.at)
    held, houses = people.standing(work, person, on)
    own = {one.party for one in held}
    return sorted(party for party in own if rule_allows(Asked(Permission.MAKE, party, on), held, houses))


def may_see(work: UnitOfWork, party: PartyId | None) -> bool:
    """Whether the actor may see an enterprise from within; None: every one, for the house."""
    if work.context.actor.startswith(SYSTEM_ACTOR):
        return True
    return may(work, acting_person(work), Asked(Permission.VIEW, party, business_date(work.at)))


def still_allowed(
    work: UnitOfWork, persons: Iterable[PersonId], permission: Permission, *, party: PartyId
) -> frozenset[PersonId]:
    """Those of these persons who may do it now."""
    asked = Asked(permission, party, business_date(work.at))
    return frozenset(person for person in sorted(persons) if may(work, person, asked))


def found_party(work: UnitOfWork, party: PartyId, *, lock: bool = False) -> Party:
    """The enterprise; one of another tenant is answered exactly as one that does not exist.

    Raises:
        Refusal: `party_not_found`.
    """
    found = enterprises.get(work, party, lock=lock)
    if found is None:
        raise PARTY_NOT_FOUND(party=str(party))
    return found


def _denied(work: UnitOfWork, person: PersonId, permission: Permission, *, party: PartyId | None) -> Refusal:
    if party is not None and not may(work, person, Asked(Permission.VIEW, party, business_date(work.at))):
        found = enterprises.get(work, party)
        if found is None or not found.listed:
            return PARTY_NOT_FOUND(party=str(party))
    shown = "-" if party is None else str(party)
    return NOT_ALLOWED(actor=str(person), permission=permission.value, party=shown)


def _person_of(work: UnitOfWork, actor: str) -> PersonId | None:
    if actor.startswith(f"{LoginId.prefix}_"):
        login = people.login(work, LoginId.parse(actor))
        return login.person if login is not None and login.active else None
    return PersonId.parse(actor)
