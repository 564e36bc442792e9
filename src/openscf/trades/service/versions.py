"""Versions of a document that contradict each other: two persons say which one holds."""

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.trades.ids import DocumentId
from openscf.trades.service.documents import version_of
from openscf.trades.service.judging import check_judge, judge_of
from openscf.trades.service.matching import Touched, match_touched
from openscf.trades.store import disputes, documents, links

VERSION_SETTLEMENT = "version_settlement"

NOTHING_IN_DISPUTE = refusal(
    "nothing_in_dispute",
    en="The versions of {number} do not contradict each other; nothing is to be settled.",
    zh="单据 {number} 的各版本并无矛盾，无需确认。",
    status=409,
)
VERSIONS_CHANGED = refusal(
    "versions_changed",
    en="Since the request another version of {number} has arrived; it was not looked at.",
    zh="申请之后 {number} 又有新版本到达，尚未核实。",
    fix_en="Look at all versions and ask again.",
    fix_zh="请核实全部版本后重新申请。",
    status=409,
)


def request_settlement(work: UnitOfWork, document: DocumentId, *, reason: str) -> parties.ApprovalRequest:
    """Ask that of contradicting versions this one holds; with the second person's approval it speaks.

    Args:
        work: The transaction; its actor is the maker, and his own enterprise judges it.
        document: The version that holds.
        reason: On what it rests: whom they asked, and what he answered.

    Raises:
        Refusal: `document_not_found`, `nothing_in_dispute`, `judges_its_own`, and what `parties.request_approval`
            refuses.
    """
    known = version_of(work, document)
    if not disputes.flags(work, [known.fingerprint]):
        raise NOTHING_IN_DISPUTE(number=known.document.number)
    party = judge_of(work, [known.seller_key, known.buyer_key])
    through = len(documents.versions(work, known.fingerprint))
    payload = {"document": document, "content": known.content.hex(), "through": through, "reason": reason}
    return parties.request_approval(work, VERSION_SETTLEMENT, party, payload=payload)


def _settled(work: UnitOfWork, request: parties.ApprovalRequest) -> None:
    known = version_of(work, DocumentId.parse(request.payload["document"]))
    check_judge(work, request.party, [known.seller_key, known.buyer_key])
    documents.known(work, [known.fingerprint])  # locks what speaks, so that no version arrives meanwhile
    if len(documents.versions(work, known.fingerprint)) != request.payload["through"]:
        raise VERSIONS_CHANGED(number=known.document.number)
    disputes.settle(work, known, through=request.payload["through"], request=request.id)
    work.audit("trades.settle_versions", str(known.id), {"fingerprint": known.fingerprint, "request": request.id})
    links.take_turn(work)
    match_touched(work, Touched(fingerprints={known.fingerprint}))


parties.KINDS.add(parties.ApprovalKind(name=VERSION_SETTLEMENT, effect=_settled), origin=__name__)
