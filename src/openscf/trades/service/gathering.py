"""What is known of many claims, read by one statement of each kind under the locks that keep it true.

The order of locks is the register's (see `liens`): the keys of look-alikes, the documents, the assets, each kind in its
own order. What was gathered is found by the functions that judge and pledge one claim; they read for themselves what
was not.
"""

from collections.abc import Collection, Sequence

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import DocumentId
from openscf.trades.records import StoredDocument
from openscf.trades.rules.identity import Fingerprinter
from openscf.trades.rules.likeness import near_keys, traits_of
from openscf.trades.store import disputes, documents, liens


def named_versions(work: UnitOfWork, claims: Collection[DocumentId]) -> list[StoredDocument]:
    """These versions of documents, whether they speak or not; unknown ones are left out."""
    return documents.several(work, claims)


def gather_claims(
    work: UnitOfWork, given: Sequence[StoredDocument], *, fingerprints: Fingerprinter
) -> dict[DocumentId, StoredDocument]:
    """Lock claims as whoever takes a lien on them does, and read what judging and pledging them asks for.

    Args:
        work: The transaction.
        given: Any versions of them.
        fingerprints: Hashes the keys under which look-alikes meet.

    Returns:
        The version that speaks for each, by the id that was given.
    """
    tenant = work.context.tenant
    keys = {fingerprints.of(tenant, each) for one in given for each in near_keys(traits_of(one.document))}
    liens.lock_keys(work, keys)
    current = documents.all_shared(work, {one.fingerprint for one in given})
    speaking = {one.id: current.get(one.fingerprint, one) for one in given}
    for one in given:
        work.know(("trades.version", one.id), one)
        work.know(("trades.fingerprint", one.id), one.fingerprint)
        work.know(("trades.speaking", one.id), speaking[one.id])
    _gather_register(work, {one.fingerprint: one for one in speaking.values()}, keys)
    return speaking


def current_shared(work: UnitOfWork, known: StoredDocument) -> StoredDocument | None:
    """The version that speaks for the identity of a known one, and goes on to do so until this transaction ends."""
    return work.gathered(("trades.current", known.fingerprint), lambda: documents.current_shared(work, known))


def _gather_register(work: UnitOfWork, current: dict[bytes, StoredDocument], keys: Collection[bytes]) -> None:
    assets = liens.assets(work, current)
    for fingerprint in current:
        known = assets.get(fingerprint)
        if known is None:
            work.know(("trades.unpledged", fingerprint), True)
        else:
            work.know(("trades.asset", fingerprint), known)
    liens.keys_known(work, keys)
    held, versions = liens.on_each(work, current), documents.ids_each(work, current)
    credits, flags = disputes.credits(work, current), disputes.flags(work, current)
    for fingerprint, one in current.items():
        work.know(("trades.current", fingerprint), one)
        work.know(("trades.liens", fingerprint), held[fingerprint])
        work.know(("trades.versions", fingerprint), versions[fingerprint])
        work.know(("trades.credits", fingerprint), credits.get(fingerprint, []))
        work.know(("trades.flags", fingerprint), flags.get(fingerprint, ()))
