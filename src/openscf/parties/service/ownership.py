"""Recording who owns whom, and finding groups and their ultimate parents."""

import datetime as dt
from collections.abc import Collection

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Where, refusal
from openscf.kernel.ids import PartyId
from openscf.parties.model import Ownership, OwnershipId, Permission
from openscf.parties.rules.dates import checked_period
from openscf.parties.rules.ownership import check_edge, top_of
from openscf.parties.service.access import authorise, found_party, may_see
from openscf.parties.store import ownership as store

OWNERSHIP_NOT_FOUND = refusal(
    "ownership_not_found",
    en="There is no ownership {edge}, or you may not see it.",
    zh="股权记录 {edge} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
OWNERSHIP_NEEDS_SOURCE = refusal(
    "ownership_needs_source",
    en="Say where the ownership is known from.",
    zh="请填写股权信息的来源。",
    fix_en="Name the register extract, the articles or the agreement.",
    fix_zh="请注明工商登记、章程或协议等来源。",
)


def record_ownership(
    work: UnitOfWork,
    owner: PartyId,
    owned: PartyId,
    *,
    share_bps: int,
    controls: bool,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    source: str,
) -> Ownership:
    """Record that one enterprise owns, or controls, another.

    Args:
        work: The transaction.
        owner: Who owns.
        owned: Whom.
        share_bps: Share in hundredths of a per cent; 0 for control without shares.
        controls: Whether the owner has control.
        valid_from: First day.
        valid_until: First day on which it holds no more; None while open.
        source: Where it is known from.

    Raises:
        Refusal: `party_not_found`, `ownership_needs_source`, or what `rules.ownership.check_edge` refuses.
    """
    authorise(work, Permission.RECORD_OWNERSHIP, owned)
    if not source.strip():
        raise OWNERSHIP_NEEDS_SOURCE(where=Where(field="source"))
    found_party(work, owner)
    found_party(work, owned)
    edge = Ownership(
        id=work.ids.new(OwnershipId), owner=owner, owned=owned, share_bps=share_bps, controls=controls,
        valid_from=valid_from, valid_until=valid_until, source=source.strip(),
    )  # fmt: skip
    store.lock_book(work)
    above = store.above(work, [owner], valid_from=valid_from, valid_until=valid_until) if controls else []
    check_edge(edge, store.into(work, owned), above)
    store.insert(work, edge)
    work.audit("parties.record_ownership", str(edge.id), _facts(edge))
    return edge


def end_ownership(work: UnitOfWork, edge: OwnershipId, *, on: dt.date) -> None:
    """End an edge: `on` is the first day without it.

    Raises:
        Refusal: `ownership_not_found`, or `bad_period` if it has not begun by then.
    """
    store.lock_book(work)
    known = store.get(work, edge)
    if known is None:
        raise OWNERSHIP_NOT_FOUND(edge=str(edge))
    authorise(work, Permission.RECORD_OWNERSHIP, known.owned)
    checked_period(known.valid_from, on)
    if known.valid_until is None or on < known.valid_until:
        store.end(work, edge, on=on)
        work.audit("parties.end_ownership", str(edge), {"on": on})


def owners_of(work: UnitOfWork, party: PartyId) -> list[Ownership]:
    """All edges into an enterprise, of all days, for those who may see it."""
    if work.context.member is None and not may_see(work, party):
        return []
    return store.into(work, party)


def ultimate_parent(work: UnitOfWork, party: PartyId, on: dt.date) -> PartyId:
    """At whose hands control over an enterprise ends on that day; itself, if nobody controls it."""
    return ultimate_parents(work, [party], on)[party]


def ultimate_parents(work: UnitOfWork, of: Collection[PartyId], on: dt.date) -> dict[PartyId, PartyId]:
    """The same for several enterprises, in one look."""
    edges = _above(work, tuple(sorted(of)), on)
    owners = {edge.owned: edge.owner for edge in edges}
    return {party: top_of(party, owners) for party in of}


def _above(work: UnitOfWork, wanted: tuple[PartyId, ...], on: dt.date) -> list[Ownership]:
    """The controlling edges at and above these and perhaps others; see `access.look_at`."""
    known: tuple[frozenset[PartyId], list[Ownership]] | None = work.known(("ownership.known", on))
    if known is not None and known[0].issuperset(wanted):
        return known[1]
    until = on + dt.timedelta(days=1)
    fact = ("ownership.above", wanted, on)
    return work.shared(fact, lambda: store.above(work, wanted, valid_from=on, valid_until=until))


def group_of(work: UnitOfWork, party: PartyId, on: dt.date) -> frozenset[PartyId]:
    """All enterprises under the same ultimate parent on that day, itself and the parent among them."""
    return frozenset(store.below(work, ultimate_parent(work, party, on), on=on))


def _facts(edge: Ownership) -> dict[str, object]:
    return {
        "owner": edge.owner, "owned": edge.owned, "share_bps": edge.share_bps, "controls": edge.controls,
        "valid_from": edge.valid_from, "valid_until": edge.valid_until, "source": edge.source,
    }  # fmt: skip
