"""Debtors' disputes: one person of the debtor is enough to say that a claim is not good; two say that it is again.

A dispute costs nobody anything but time: nobody lends on the claim meanwhile, and what was lent on it is watched. So
one person may raise it, and what ends it is the debtor's own confirmation, with its four eyes.

Who accepts an offer, pays out or brings a batch reads whether the claim is disputed while it holds the deal or the
document. A dispute takes both, in the same order, and so comes before what they do or after it, never in between.
"""

import datetime as dt
from collections.abc import Collection

from openscf import parties, trades
from openscf.db import OvertakenError, UnitOfWork
from openscf.financing.ids import DealId, DisputeId
from openscf.financing.model.confirmation import Dispute
from openscf.financing.registry import PRODUCTS
from openscf.financing.service.confirmations import NOT_THE_DEBTOR
from openscf.financing.service.performing import perform
from openscf.financing.service.pools import heed_dispute
from openscf.financing.store import deals, pools
from openscf.financing.store import disputes as store
from openscf.financing.store.deals import Kept
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.parties import Permission
from openscf.trades import DocumentId, Fingerprinter, StoredDocument

DISPUTED_ALREADY = refusal(
    "disputed_already",
    en="{number} is in dispute already.",
    zh="{number} 已处于争议中。",
    fix_en="Settle it: the debtor confirms what it owes.",
    fix_zh="请先解决争议：由债务人确认应付金额。",
    status=409,
)


def dispute_receivable(
    work: UnitOfWork, document: DocumentId, *, obligor: PartyId, reason: str, on: dt.date, fingerprints: Fingerprinter
) -> tuple[Dispute, tuple[Kept, ...]]:
    """A person of the debtor says that a claim is not good.

    Args:
        work: The transaction; its actor acts for the debtor.
        document: The claim, any version.
        obligor: The debtor.
        reason: What is wrong with it.
        on: Business date.
        fingerprints: For the register of liens.

    Returns:
        The dispute, and the financings on the claim that are disputed by it.

    Raises:
        Refusal: `document_not_found`, `not_allowed`, `not_the_debtor`, `disputed_already`.
    """
    known = trades.current_version(work, document)
    parties.authorise(work, Permission.MAKE, obligor)
    if trades.parties_of(work, [known.buyer_key]).get(known.buyer_key) != obligor:
        raise NOT_THE_DEBTOR(party=str(obligor), number=known.document.number)
    known = _held(work, document)
    one = Dispute(
        id=work.ids.new(DisputeId), fingerprint=known.fingerprint, obligor=obligor, number=known.document.number,
        reason=reason.strip(), raised_by=work.context.actor, raised_at=work.at,
    )  # fmt: skip
    if not store.insert(work, one):
        raise DISPUTED_ALREADY(number=one.number)
    facts = {"fingerprint": one.fingerprint, "obligor": obligor, "document": document, "reason": one.reason}
    work.audit("financing.dispute_receivable", str(one.id), facts)
    work.emit("financing.receivable_disputed", str(one.id), {"document": document, "number": one.number})
    touched = [
        perform(work, deal, "dispute", on=on, fingerprints=fingerprints).deal.id
        for deal in _to_be_disputed(work, known.id)
    ]
    heed_dispute(work, sorted(pools.holders(work, trades.versions_of(work, document))), on=on)
    return one, tuple(kept for kept in deals_on(work, document) if kept.deal.id in touched)


def _held(work: UnitOfWork, document: DocumentId) -> StoredDocument:
    """The claim with the deals on it, locked in the order of `performing`: the deals, then the document.

    Raises:
        OvertakenError: A deal was opened, or the claim entered a pool, while we waited for the document; that is to be
            locked before it.
    """
    locked = deals.lock_open_on(work, trades.versions_of(work, document))
    known = trades.held_version(work, document)
    versions = trades.versions_of(work, document)
    opened = {deal for found in deals.open_on(work, versions).values() for deal in found}
    if not opened | pools.holders(work, versions) <= locked:
        raise OvertakenError(f"a deal on {known.document.number} was opened meanwhile")
    return known


def _to_be_disputed(work: UnitOfWork, document: DocumentId) -> list[DealId]:
    found = []
    for kept in deals_on(work, document):
        product = PRODUCTS.get(kept.deal.product)
        if "dispute" in product.steps and "dispute" in product.lifecycle.allowed(kept.deal.state):
            found.append(kept.deal.id)
    return found


def deals_on(work: UnitOfWork, document: DocumentId) -> list[Kept]:
    """The deals over a document, of whatever version, open ones first; for doors, which judge who may see them.

    Raises:
        Refusal: `document_not_found`.
    """
    return deals.of_documents(work, trades.versions_of(work, document))


def pools_with(work: UnitOfWork, document: DocumentId) -> list[Kept]:
    """The pools in which a document is or was, of whatever version; for doors, which judge who may see them.

    Raises:
        Refusal: `document_not_found`.
    """
    return deals.with_item(work, trades.versions_of(work, document))


def open_deals_on(work: UnitOfWork, documents: Collection[DocumentId]) -> dict[DocumentId, list[DealId]]:
    """The open deals over each of these very versions; for capabilities that judge the reader."""
    return deals.open_on(work, documents) if documents else {}


def disputes_on(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, Dispute]:
    """The open disputes on these claims, by their identity."""
    return store.open_on(work, fingerprints)


def open_disputes(work: UnitOfWork, obligor: PartyId | None = None, *, most: int = 200) -> list[Dispute]:
    """The open disputes of a debtor, or of all, the oldest first; for capabilities and doors that judge the reader."""
    return store.of_obligor(work, obligor, most=most)


def disputes_in_pools(work: UnitOfWork, party: PartyId | None = None) -> list[tuple[Dispute, DealId, DocumentId, bool]]:
    """Open disputes on receivables that are in pools of a party, in whatever role, or of all.

    Returns:
        The dispute, the pool, the document with which the receivable entered, and whether the pool's item says it.
    """
    found = store.in_pools(work, party)
    known = {one.id: one.fingerprint for one in trades.named_versions(work, {each[2] for each in found})}
    return [each for each in found if known.get(each[2]) == each[0].fingerprint]
