"""What many claims are worth now: for whoever lends on thousands of them and must not ask one by one."""

from collections.abc import Collection

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import DocumentId
from openscf.trades.model import DocumentStatus
from openscf.trades.records import Worth
from openscf.trades.rules.versions import disputed_money
from openscf.trades.store import disputes
from openscf.trades.store import worths as store


def worths_of(work: UnitOfWork, documents: Collection[DocumentId]) -> dict[DocumentId, Worth]:
    """What claims are worth at this moment, in a few statements whatever their number.

    The same arithmetic as `claim_of`, which refuses where this says zero. A document that is not there, or that the
    reader may not see, is left out.
    """
    rows = store.stated(work, documents)
    identities = {bytes(row[1]) for row in rows}
    credits, flags = disputes.credits(work, identities), disputes.flags(work, identities)
    held = store.holders(work, identities)
    found = {}
    for document, raw, status, whole, unit in rows:
        fingerprint = bytes(raw)
        letters = credits.get(fingerprint, [])
        left = (whole or 0) - sum(abs(amount) for amount in letters if amount is not None)
        void = status == DocumentStatus.VOID.value or None in letters or left <= 0
        found[DocumentId.of(document)] = Worth(
            face_minor=0 if void else left, unit=unit or "", void=void,
            contested=disputed_money(flags.get(fingerprint, ())), deals=held.get(fingerprint, ()),
            identity=fingerprint,
        )  # fmt: skip
    return found
