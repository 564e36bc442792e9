"""What becomes of liens when the claim under them goes: their holders are told, at once and in so many words."""

from collections.abc import Collection

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.store import documents, liens

INVOICE_VOIDED = "trades.invoice_voided"
INVOICE_REVERSED = "trades.invoice_reversed"


def tell_of_lost_claims(work: UnitOfWork, *, void: Collection[bytes], reversed_: Collection[bytes]) -> None:
    """Leave a message for each active lien on a document that is void now, or of which a red letter speaks.

    The lien stays: whether the funder calls the deal is his decision, and until then nobody else may take the claim.
    """
    for topic, lost in ((INVOICE_VOIDED, void), (INVOICE_REVERSED, reversed_)):
        held = liens.on(work, lost) if lost else []
        spoken = {one.fingerprint: one for one in documents.current(work, {lien.fingerprint for lien in held})}
        for lien in held:
            document = spoken[lien.fingerprint]
            facts = {"lien": lien.id, "holder": lien.holder, "deal": lien.deal, "document": document.id,
                     "number": document.document.number}  # fmt: skip
            work.emit(topic, str(lien.holder), facts)
            work.audit(topic, str(lien.id), facts)
