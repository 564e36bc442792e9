"""Finding documents, and the whole story of one."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.trades.ids import DocumentId
from openscf.trades.model import DocumentKind
from openscf.trades.records import Asset, Lien, Sighting, StoredDocument
from openscf.trades.rules.identity import normal_number
from openscf.trades.rules.liens import DOCUMENT_NOT_FOUND
from openscf.trades.store import documents as store
from openscf.trades.store import liens

LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class DocumentHistory:
    """Everything that is known of one identity.

    Attributes:
        versions: In the order of arrival; one is current.
        sightings: Where else they were met.
        reversed_by: Red letters in force that speak of it, with their amounts as written.
        liens: On it, in the order of their taking.
        asset: What of it is pledged, if anybody ever pledged it.
    """

    versions: tuple[StoredDocument, ...]
    sightings: tuple[Sighting, ...]
    reversed_by: tuple[tuple[DocumentId, int | None], ...]
    liens: tuple[Lien, ...]
    asset: Asset | None

    @property
    def current(self) -> StoredDocument:
        """The version that speaks."""
        return next(one for one in self.versions if one.current)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What documents are looked for; None is any.

    Attributes:
        number: As somebody writes it; normalised before it is compared.
        kind: What it is.
        party_key: Seller, buyer or signer, as `tax:…`.
        issued_from, issued_until: Days of issue, both inclusive.
    """

    number: str | None = None
    kind: DocumentKind | None = None
    party_key: str | None = None
    issued_from: dt.date | None = None
    issued_until: dt.date | None = None


def find_documents(
    work: UnitOfWork, wanted: Wanted, *, after: DocumentId | None = None, limit: int = 100
) -> list[StoredDocument]:
    """Current versions that are looked for, in the order of their ids; a member finds those that concern it."""
    conditions = {
        "number_key": None if wanted.number is None else normal_number(wanted.number).value,
        "kind": None if wanted.kind is None else wanted.kind.value,
        "party_key": wanted.party_key, "issued_from": wanted.issued_from, "issued_until": wanted.issued_until,
    }  # fmt: skip
    return store.find(work, conditions, after=after, limit=max(1, min(limit, LARGEST_PAGE)))


def version_of(work: UnitOfWork, document: DocumentId) -> StoredDocument:
    """This version, whether it speaks or not.

    Raises:
        Refusal: `document_not_found`.
    """
    found: StoredDocument | None = work.known(("trades.version", document)) or store.get(work, document)
    if found is None:
        raise DOCUMENT_NOT_FOUND(document=str(document))
    work.know(("trades.version", document), found)  # what a version says never changes
    work.know(("trades.fingerprint", document), found.fingerprint)
    return found


def document_history(work: UnitOfWork, document: DocumentId) -> DocumentHistory:
    """The story of the identity of which this is a version.

    Raises:
        Refusal: `document_not_found`.
    """
    found = version_of(work, document)
    inside = work.context.member is None
    return DocumentHistory(
        tuple(store.versions(work, found.fingerprint)),
        tuple(store.sightings(work, found.fingerprint)) if inside else (),
        tuple(store.reversed_by(work, found)) if inside else (),
        tuple(liens.on(work, [found.fingerprint], active=False)),
        liens.asset(work, found.fingerprint) if inside else None,
    )


def current_version(work: UnitOfWork, document: DocumentId) -> StoredDocument:
    """The version that speaks for the identity of which this is a version; all of a history that a decision needs.

    Raises:
        Refusal: `document_not_found`.
    """
    found = work.gathered(("trades.speaking", document), lambda: store.speaking(work, document))
    if found is None:
        raise DOCUMENT_NOT_FOUND(document=str(document))
    return found


def held_version(work: UnitOfWork, document: DocumentId) -> StoredDocument:
    """The same, kept as it is: until this transaction ends nobody weighs it or takes a lien on it.

    In the order of locks it stands where `liens` has the document; deals on it are locked before.

    Raises:
        Refusal: `document_not_found`.
    """
    found = store.speaking_held(work, document)
    if found is None:
        raise DOCUMENT_NOT_FOUND(document=str(document))
    return found


def seen_of(work: UnitOfWork, documents: Collection[DocumentId]) -> set[DocumentId]:
    """Those of these for which `current_version` has an answer: what a member's transaction may see of them."""
    return store.spoken_for(work, documents)


def fingerprint_of(work: UnitOfWork, document: DocumentId) -> bytes:
    """The identity of which this is a version; it never changes.

    Raises:
        Refusal: `document_not_found`.
    """
    found = work.once(("trades.fingerprint", document), lambda: store.fingerprint_of(work, document))
    if found is None:
        raise DOCUMENT_NOT_FOUND(document=str(document))
    return found


def versions_of(work: UnitOfWork, document: DocumentId) -> list[DocumentId]:
    """The ids of all versions of the identity of which this is one, in the order of arrival.

    Raises:
        Refusal: `document_not_found`.
    """
    fingerprint = fingerprint_of(work, document)
    return work.gathered(("trades.versions", fingerprint), lambda: store.ids(work, fingerprint))


def document_named(work: UnitOfWork, text: str) -> list[StoredDocument]:
    """The documents with this id or number.

    Raises:
        Refusal: `document_not_found`.
    """
    found = []
    try:
        one = store.get(work, DocumentId.parse(text))
        found = [] if one is None else [one]
    except Refusal:
        found = find_documents(work, Wanted(number=text))
    if not found:
        raise DOCUMENT_NOT_FOUND(document=text[:80])
    return found
