"""Whose the codes on documents are: linked once, by the codes of enterprises that have passed KYB."""

from collections.abc import Collection

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.records import StoredDocument
from openscf.trades.store import documents as store

_CODED = ("tax", "lei")


def link_parties(work: UnitOfWork, keys: Collection[str]) -> int:
    """Link those of these keys that are the code of a verified enterprise; how many were new.

    From then on the enterprise sees the documents in which it is seller, buyer or signer. A name is no code: nobody is
    linked by it.
    """
    coded = {key.partition(":")[2]: key for key in keys if key.partition(":")[0] in _CODED}
    waiting = set(store.unlinked(work, list(coded.values())))
    open_codes = [code for code, key in coded.items() if key in waiting]
    found = parties.verified_parties(work, open_codes) if open_codes else {}
    if not found:
        return 0
    count = store.link(work, {coded[code]: party for code, party in found.items()})
    for code, party in sorted(found.items()):
        work.audit("trades.link_party", str(party), {"key": coded[code]})
    return count


def link_party(work: UnitOfWork, party: PartyId) -> int:
    """Link an enterprise's own codes, when it has passed KYB after its documents came in; how many were new.

    Raises:
        Refusal: `party_not_found`.
    """
    found = parties.find_party(work, party)
    keys = [f"tax:{found.uscc}" if found.uscc else "", f"lei:{found.lei}" if found.lei else ""]
    return link_parties(work, [key for key in keys if key])


def keys_of(work: UnitOfWork, party: PartyId) -> list[str]:
    """The keys under which an enterprise appears on documents; a member's transaction knows its own alone."""
    return store.keys_of(work, party)


def parties_of(work: UnitOfWork, keys: Collection[str]) -> dict[str, PartyId]:
    """The enterprises that these keys belong to, as far as they are linked."""
    wanted = tuple(keys)
    return work.shared(("trades.links", wanted), lambda: store.links(work, wanted))


def is_side_of(work: UnitOfWork, document: StoredDocument, party: PartyId) -> bool:
    """Whether an enterprise is the seller or the buyer of a document."""
    linked = store.links(work, [document.seller_key, document.buyer_key])
    return party in linked.values()
