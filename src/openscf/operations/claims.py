"""What stands against lending on an invoice, whatever the frame: asked of a page of them at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from openscf import financing, trades
from openscf.db import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades import DocumentId, StoredClosure, Worth


@dataclass(frozen=True, slots=True)
class ClaimStanding:
    """How an invoice stands as a claim.

    Attributes:
        against: Codes of what rules out lending on it at this moment, whatever the frame; nothing: it may be asked.
        deals: Whose liens hold on it.
    """

    against: tuple[str, ...]
    deals: tuple[str, ...] = ()

    @property
    def financeable(self) -> bool:
        """Whether nothing stands against it."""
        return not self.against


def claim_standing(closure: StoredClosure, worth: Worth | None, *, disputed: bool = False) -> ClaimStanding:
    """How an invoice stands as a claim, by its closure and its worth. Pure.

    What a frame asks for besides (the debtor's word, goods received, its limits) a quote says.
    """
    if worth is None:
        return ClaimStanding(("asset_without_face",))
    tests = {
        "document_void": worth.void,
        "asset_without_face": not worth.void and (worth.face_minor <= 0 or not worth.unit),
        "receivable_disputed": disputed,
        "face_in_dispute": bool(worth.contested),
        "already_encumbered": bool(worth.deals),
        "claim_already_paid": not worth.void and closure.match.closure.money == 1,
    }
    return ClaimStanding(tuple(code for code, holds in tests.items() if holds), worth.deals)


def claims_standing(
    work: UnitOfWork, closures: Collection[StoredClosure]
) -> tuple[Mapping[DocumentId, ClaimStanding], Mapping[str, PartyId]]:
    """How these invoices stand as claims, and whose the keys of their parties are; for doors that show a page of them.

    The house's sight: whoever shows it decides to whom.
    """
    worths = trades.worths_of(work, [one.document.id for one in closures])
    keys = {key for one in closures for key in (one.document.seller_key, one.document.buyer_key) if key}
    disputed = financing.disputes_on(work, [one.document.fingerprint for one in closures])
    found = {
        one.document.id: claim_standing(one, worths.get(one.document.id), disputed=one.document.fingerprint in disputed)
        for one in closures
    }
    return found, trades.parties_of(work, keys)
