"""Whether a document or a frame concerns whoever asks."""

from collections.abc import Collection, Iterable

from openscf import financing, parties, trades
from openscf.db import UnitOfWork
from openscf.financing import PRODUCTS, Kept, Programme
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.portal.desk import Desk
from openscf.trades import DocumentId, StoredDocument


def seen_document(desk: Desk, work: UnitOfWork, document: DocumentId) -> tuple[StoredDocument, tuple[Kept, ...]]:
    """The version that speaks, for one who sees the document itself; or for a funder of a financing or pool with it.

    Args:
        desk: Where the call is served.
        work: The house's sight.
        document: Any version.

    Returns:
        The document; and the financings on it, where it is seen for the sake of one of those alone.

    Raises:
        Refusal: `document_not_found`, the same for an absent one and for one that does not concern the reader.
    """
    try:
        return desk.read_as_member(lambda member: trades.current_version(member, document)), ()
    except Refusal:
        deals = [*financing.deals_on(work, document), *financing.pools_with(work, document)]
        if not any(desk.principal.party == kept.deal.parties.get("funder") for kept in deals):
            raise
        return trades.current_version(work, document), tuple(deals)


def unseen_documents(desk: Desk, work: UnitOfWork, documents: Collection[DocumentId]) -> dict[DocumentId, Refusal]:
    """Those of many that `seen_document` refuses, each with its refusal."""
    wanted, found = set(documents), dict[DocumentId, Refusal]()
    seen = desk.read_as_member(lambda member: trades.seen_of(member, wanted))
    for document in sorted(wanted - seen):
        try:
            seen_document(desk, work, document)
        except Refusal as refused:
            found[document] = refused
    return found


def known_party(desk: Desk, party_id: str) -> PartyId:
    """An enterprise that the caller may know of: one that is not in his directory is as if it were not there.

    Raises:
        Refusal: `bad_id`, `party_not_found`.
    """
    return known_parties(desk, [party_id])[0]


def known_parties(desk: Desk, party_ids: Iterable[str]) -> tuple[PartyId, ...]:
    """Several of them, looked for at once.

    Raises:
        Refusal: As `known_party`, for the first that is not there.
    """
    wanted = tuple(map(PartyId.parse, party_ids))
    if wanted:
        desk.read_as_member(lambda member: [parties.find_party(member, one) for one in wanted])
    return wanted


def frame_relations_of(desk: Desk, work: UnitOfWork, programme: Programme) -> frozenset[str]:
    """What the reader is to a frame; an offer of early payment made to chosen suppliers is not there for others."""
    mine: frozenset[str] = frozenset()
    if desk.principal.party is not None:
        mine = financing.frame_relations(
            programme, PRODUCTS.get(programme.product), party=desk.principal.party, offices=desk.principal.offices,
            on=desk.today,
        )  # fmt: skip
        if "client" in mine and not financing.early_pay_offered(work, programme, desk.principal.party):
            mine -= {"client"}
    return mine | desk.relations({})
