"""Two look-alikes that are two trades: cleared by four eyes, for these two documents and no others."""

from collections.abc import Sequence

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId
from openscf.trades.records import StoredDocument
from openscf.trades.rules import liens as rules
from openscf.trades.service.documents import version_of
from openscf.trades.store import documents, liens

NEAR_DUPLICATE_CLEARANCE = "near_duplicate_clearance"


def request_clearance(
    work: UnitOfWork, one: DocumentId, other: DocumentId, *, party: PartyId, reason: str
) -> parties.ApprovalRequest:
    """Ask that two look-alikes be taken for two trades; with the second person's approval they are.

    Args:
        work: The transaction; its actor is the maker.
        one: A document.
        other: The one that it looks like.
        party: The enterprise whose persons judge it: the funder who is to take the second lien.
        reason: On what it rests, for the checker.

    Raises:
        Refusal: `document_not_found`, `not_a_pair`, `clears_its_own`, and what `parties.request_approval` refuses.
    """
    found = [version_of(work, document) for document in (one, other)]
    first, second = (stored.fingerprint for stored in found)
    if first == second:
        raise rules.NOT_A_PAIR(one=str(one), other=str(other))
    _check_judge(work, found, party)
    payload = {
        "one": first.hex(), "other": second.hex(), "pair": rules.pair_of(first, second), "documents": [one, other],
        "reason": reason,
    }  # fmt: skip
    return parties.request_approval(work, NEAR_DUPLICATE_CLEARANCE, party, payload=payload)


def _cleared(work: UnitOfWork, request: parties.ApprovalRequest) -> None:
    one, other = bytes.fromhex(request.payload["one"]), bytes.fromhex(request.payload["other"])
    _check_judge(work, documents.current(work, [one, other]), request.party)
    liens.clear(work, one, other, request=request.id)
    work.audit("trades.clear_near_duplicate", str(request.id), {"one": one, "other": other})


def _check_judge(work: UnitOfWork, pair: Sequence[StoredDocument], party: PartyId) -> None:
    """Whoever sells or owes what looks financed already does not clear it (PRODUCTS section 6, fraud 1)."""
    for one in pair:
        keys = [key for key in (one.seller_key, one.buyer_key) if key is not None]
        if party in documents.links(work, keys).values():
            raise rules.CLEARS_ITS_OWN(party=str(party), number=one.document.number)


parties.KINDS.add(parties.ApprovalKind(name=NEAR_DUPLICATE_CLEARANCE, effect=_cleared), origin=__name__)
