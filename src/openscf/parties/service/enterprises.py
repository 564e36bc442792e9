"""Registering enterprises, their roles, and how far the platform knows them."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties.model import (
    DirectoryEntry,
    KybStatus,
    NewParty,
    Party,
    PartyRole,
    Permission,
    RoleHeld,
)
from openscf.parties.names import grams, query_grams, sort_key
from openscf.parties.rules.dates import business_date, checked_period, end_of, holds
from openscf.parties.rules.enterprise import (
    KYB,
    KYB_NEEDS_REASON,
    PARTY_ALREADY_EXISTS,
    PARTY_NOT_FOUND,
    REVIEWED,
    ROLE_ALREADY_HELD,
    VERSION_CONFLICT,
    checked_party,
)
from openscf.parties.service.access import authorise, found_party, may_see
from openscf.parties.store import enterprises as store

LARGEST_PAGE = 500
FIRST = (b"", PartyId(int=0))


def register_party(work: UnitOfWork, new: NewParty) -> Party:
    """Register an enterprise, unverified and not yet in the directory.

    Args:
        work: The transaction.
        new: Its particulars, codes in the form of their standards.

    Raises:
        Refusal: What is wrong with the particulars; `party_already_exists`, also when another transaction was faster.
    """
    authorise(work, Permission.REGISTER, None)
    checked = checked_party(new)
    party = work.ids.new(PartyId)
    name = checked.name_zh or checked.name_en or ""
    if not store.insert(work, party, checked, sort_key=sort_key(name)):
        raise PARTY_ALREADY_EXISTS(code=checked.uscc or checked.lei)
    store.write_grams(work, party, grams(checked.name_zh, checked.name_en, checked.short_name))
    work.audit("parties.register_party", str(party), _facts(checked))
    return found_party(work, party)


def update_party(work: UnitOfWork, party: PartyId, new: NewParty, *, version: int) -> Party:
    """Replace the particulars; a new legal name sends a verified enterprise back into review.

    Args:
        work: The transaction.
        party: Which.
        new: All its particulars; the USCC is its identity and stays as it is.
        version: The version from which the change was made.

    Raises:
        Refusal: `party_not_found`, `version_conflict`, `party_already_exists` (its LEI is another's).
    """
    known = _locked(work, party, Permission.EDIT, version=version)
    checked = checked_party(dataclasses.replace(new, uscc=known.uscc))
    name = checked.name_zh or checked.name_en or ""
    if not store.update(work, party, checked, sort_key=sort_key(name)):
        raise PARTY_ALREADY_EXISTS(code=checked.lei)
    store.write_grams(work, party, grams(checked.name_zh, checked.name_en, checked.short_name))
    work.audit("parties.update_party", str(party), {**_facts(checked), "from_version": version})
    renamed = (known.name_zh, known.name_en) != (checked.name_zh, checked.name_en)
    if renamed and known.kyb is KybStatus.VERIFIED:
        _set_kyb(work, known, "recheck", reason="legal name changed")
    return found_party(work, party)


def find_party(work: UnitOfWork, party: PartyId) -> DirectoryEntry:
    """What the actor may know of an enterprise: all if he may see it from within, else its directory entry.

    Raises:
        Refusal: `party_not_found`; also for one that is not listed and not his.
    """
    if work.context.member is not None:
        entry = store.entry(work, party)
    elif may_see(work, party):
        entry = store.get(work, party)
    else:
        found = store.get(work, party)
        entry = store.entry(work, party) if found is not None and found.listed else None
    if entry is None:
        raise PARTY_NOT_FOUND(party=str(party))
    return entry


def check_known(work: UnitOfWork, parties: Collection[PartyId]) -> None:
    """Refuse the first of these enterprises of which the actor may not know; `find_party` for many, in one look.

    Raises:
        Refusal: `party_not_found`.
    """
    wanted = tuple(parties)
    listed = _listed(work, wanted)
    member = work.context.member is not None  # row security has judged already
    for party in parties:
        if party not in listed or not (member or listed[party] or may_see(work, party)):
            raise PARTY_NOT_FOUND(party=str(party))


def unverified_parties(work: UnitOfWork, parties: Sequence[PartyId]) -> tuple[str, ...]:
    """The names of those that have not passed KYB, or no longer; for capabilities, not for doors."""
    wanted = tuple(parties)
    if _all_known(work, wanted):
        found = [work.known(("enterprises.known", party)) for party in wanted]
        return tuple(one.unverified for one in found if one is not None and one.unverified is not None)
    return work.shared(("enterprises.unverified", wanted), lambda: tuple(store.unverified(work, wanted)))


def _listed(work: UnitOfWork, wanted: tuple[PartyId, ...]) -> Mapping[PartyId, bool]:
    if _all_known(work, wanted):
        found = {party: work.known(("enterprises.known", party)) for party in wanted}
        return {party: one.listed for party, one in found.items() if one is not None}
    return work.shared(("enterprises.listed", wanted), lambda: store.listed(work, wanted))


def _all_known(work: UnitOfWork, wanted: tuple[PartyId, ...]) -> bool:
    """Whether somebody has looked at all of them; see `access.look_at`."""
    return work.shares and all(work.knows(("enterprises.known", party)) for party in wanted)


def verified_parties(work: UnitOfWork, codes: Collection[str]) -> dict[str, PartyId]:
    """Whose these codes (USCC or LEI) are, as far as they have passed KYB; for capabilities, not for doors."""
    return store.verified_by_code(work, sorted(codes))


def list_parties(
    work: UnitOfWork, text: str = "", *, after: tuple[bytes, PartyId] = FIRST, limit: int = 50
) -> tuple[list[DirectoryEntry], tuple[bytes, PartyId] | None]:
    """A page of the directory in the order of names, and where the next one begins.

    Args:
        work: The transaction; a member's sees the listed enterprises and itself.
        text: A piece of a name, of any case and width; empty for all.
        after: The end of the page before.
        limit: At most so many, up to 500.
    """
    wanted = max(1, min(limit, LARGEST_PAGE))
    found = store.directory(work, query_grams(text), after=after, limit=wanted)
    following = (found[-1][1], found[-1][0].id) if len(found) == wanted else None
    return [entry for entry, _ in found], following


def add_role(
    work: UnitOfWork,
    party: PartyId,
    role: PartyRole,
    *,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> RoleHeld:
    """Let an enterprise do something on the platform, from a day on (by default today).

    Raises:
        Refusal: `party_not_found`, `bad_period` or `role_already_held`.
    """
    found_party(work, party, lock=True)
    authorise(work, Permission.SET_ROLE, party)
    held = RoleHeld(role=role, valid_from=valid_from or business_date(work.at), valid_until=valid_until)
    checked_period(held.valid_from, held.valid_until)
    for other in store.roles(work, party):
        later, sooner = max(held.valid_from, other.valid_from), min(end_of(held.valid_until), end_of(other.valid_until))
        if other.role is role and later < sooner:
            raise ROLE_ALREADY_HELD(party=str(party), role=role.value)
    store.add_role(work, party, held)
    work.audit("parties.add_role", str(party), _role_facts(held))
    return held


def end_role(work: UnitOfWork, party: PartyId, role: PartyRole, *, on: dt.date) -> RoleHeld | None:
    """End a role: `on` is the first day without it. None if it does not hold then anyway.

    Raises:
        Refusal: `party_not_found` or `bad_period` (it has not begun by then).
    """
    found_party(work, party, lock=True)
    authorise(work, Permission.SET_ROLE, party)
    held = next((h for h in store.roles(work, party) if h.role is role and on < end_of(h.valid_until)), None)
    if held is None:
        return None
    checked_period(held.valid_from, on)
    store.end_role(work, party, held, on=on)
    ended = dataclasses.replace(held, valid_until=on)
    work.audit("parties.end_role", str(party), _role_facts(ended))
    return ended


def roles_of(work: UnitOfWork, party: PartyId) -> list[RoleHeld]:
    """All roles of an enterprise, past and future ones too, for those who may see it."""
    if work.context.member is None and not may_see(work, party):
        return []
    return store.roles(work, party)


def offices_of(work: UnitOfWork, party: PartyId) -> frozenset[PartyRole]:
    """What an enterprise does on the platform on the transaction's business date; for doors: they ask who came in."""
    on = business_date(work.at)
    return frozenset(held.role for held in store.roles(work, party) if holds(held.valid_from, held.valid_until, on))


def move_kyb(work: UnitOfWork, party: PartyId, event: str, *, reason: str, version: int) -> Party:
    """Move the KYB status.

    Args:
        work: The transaction.
        party: Which.
        event: An event of `rules.enterprise.KYB`; all but `submit` are the reviewer's.
        reason: On what it rests.
        version: The version that the actor has seen.

    Raises:
        Refusal: `party_not_found`, `version_conflict`, `not_allowed`, `kyb_needs_reason`, `event_not_allowed`.
    """
    permission = Permission.REVIEW_KYB if event in REVIEWED else Permission.SUBMIT_KYB
    known = _locked(work, party, permission, version=version)
    if not reason.strip():
        raise KYB_NEEDS_REASON()
    _set_kyb(work, known, event, reason=reason.strip())
    return found_party(work, party)


def onboarding(
    work: UnitOfWork, status: KybStatus = KybStatus.IN_REVIEW, *, most: int = 200
) -> list[tuple[Party, str, dt.datetime]]:
    """The enterprises that wait for a judgement, longest first: each with the reason given last, and since when.

    Raises:
        Refusal: `not_allowed` for all but the house.
    """
    authorise(work, Permission.VIEW, None)
    return store.in_kyb(work, status, most=most)


def judgements_on(status: KybStatus) -> tuple[str, ...]:
    """What the house's reviewer may decide about an enterprise in this status: events of `move_kyb`."""
    return tuple(event for event in REVIEWED if event in KYB.allowed(status.value))


def _set_kyb(work: UnitOfWork, known: Party, event: str, *, reason: str) -> None:
    status = KybStatus(KYB.next(known.kyb.value, event))
    store.set_kyb(work, known.id, status, reason=reason)
    facts = {"event": event, "from": known.kyb.value, "to": status.value, "reason": reason}
    work.audit("parties.move_kyb", str(known.id), facts)
    work.emit("parties.kyb_moved", str(known.id), {"from": known.kyb.value, "to": status.value})


def _locked(work: UnitOfWork, party: PartyId, permission: Permission, *, version: int) -> Party:
    known = found_party(work, party, lock=True)
    authorise(work, permission, party)
    if known.version != version:
        raise VERSION_CONFLICT(subject=str(party), current=known.version, given=version)
    return known


def _facts(new: NewParty) -> dict[str, object]:
    return {
        "name_zh": new.name_zh, "name_en": new.name_en, "short_name": new.short_name, "uscc": new.uscc, "lei": new.lei,
        "kind": new.kind, "country": new.country, "industry": new.industry, "registered_on": new.registered_on,
    }  # fmt: skip


def _role_facts(held: RoleHeld) -> dict[str, object]:
    return {"role": held.role, "valid_from": held.valid_from, "valid_until": held.valid_until}


def operators_of(work: UnitOfWork) -> frozenset[PartyId]:
    """The enterprises that operate the platform today."""
    return frozenset(store.operators(work, business_date(work.at)))
