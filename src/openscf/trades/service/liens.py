"""The register of liens. Its constraints decide who is first; these functions lock, ask, and put the answer in words.

The order of locks is the same everywhere: the keys of look-alikes, the document, the asset. All functions expect READ
COMMITTED, the default: after a lock that somebody else held, the next statement must see what he did.
"""

from collections.abc import Callable, Sequence

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId, LienId
from openscf.trades.records import Asset, Claim, Lien, LienState, NewLien, StoredDocument, Weighed
from openscf.trades.rules import liens as rules
from openscf.trades.rules.identity import Fingerprinter
from openscf.trades.rules.likeness import Likeness, likeness, near_keys, traits_of
from openscf.trades.rules.versions import disputed_money
from openscf.trades.service.documents import fingerprint_of, version_of
from openscf.trades.service.gathering import current_shared
from openscf.trades.service.parties import parties_of
from openscf.trades.store import claims, documents
from openscf.trades.store import liens as store
from openscf.trades.store.claims import ClaimFacts

GUARDS: list[Callable[[UnitOfWork, Lien], None]] = []
"""Asked before a lien changes hands; a capability that keeps something with a lien refuses here to let it go alone."""


def take_lien(work: UnitOfWork, new: NewLien, *, fingerprints: Fingerprinter) -> Lien:
    """Take a lien over a claim or a lot of goods; of all who try at once exactly as many win as there is room for.

    Args:
        work: The transaction. Whoever calls has made sure that its actor may act for the holder.
        new: The lien; without an amount it is exclusive and takes the whole face.
        fingerprints: Hashes the keys under which look-alikes meet.

    Raises:
        Refusal: `document_not_found`, `party_not_found`, `not_an_asset`, `document_void`, `asset_without_face`,
            `face_in_dispute`, `near_duplicate_held`, `lien_amount_not_positive`, `already_encumbered`,
            `pledge_exceeds_face`.
    """
    parties.check_known(work, [new.holder])
    known = version_of(work, new.document)
    keys = _keys(work, known, fingerprints)
    store.lock_keys(work, keys)
    document = current_shared(work, known) or known
    there = store.locked_asset(work, document.fingerprint)
    facts = _facts_of(work, document.fingerprint, keys)
    work.know(("trades.versions", document.fingerprint), facts.versions)  # none arrives while the current one is locked
    asset = _asset(work, document, there, facts=facts)
    if not facts.alone:
        _refuse_look_alikes(work, document, keys)
    lien = Lien(
        id=work.ids.new(LienId), fingerprint=asset.fingerprint, holder=new.holder, deal=new.deal,
        programme=new.programme, amount_minor=rules.amount_of(new, asset), exclusive=new.amount_minor is None,
        state=LienState.ACTIVE, taken_at=work.at, released_at=None,
    )  # fmt: skip
    # A partial lien beside an exclusive one would fit nowhere: that one fills the face.
    if not _pledged(work, asset, lien, keys=keys, there=there is not None):
        raise rules.no_room(lien, asset, store.on(work, [asset.fingerprint]), number=document.document.number)
    work.audit("trades.take_lien", str(lien.id), {**_facts(lien), "document": document.id})
    return lien


def release_lien(work: UnitOfWork, lien: LienId, *, holder: PartyId, reason: str = "") -> Lien:
    """End a lien: the asset is free again for what it took.

    Raises:
        Refusal: `lien_not_found`, `not_the_holder`, `lien_released`.
    """
    known = _locked(work, lien, holder)
    store.release(work, known)
    work.audit("trades.release_lien", str(lien), {**_facts(known), "reason": reason})
    return _again(work, lien)


def assign_lien(
    work: UnitOfWork, lien: LienId, *, holder: PartyId, to: PartyId, deal: str, programme: str = ""
) -> Lien:
    """Give a lien to another funder; at no instant is the asset free.

    Args:
        work: The transaction.
        lien: Which.
        holder: Who holds it now.
        to: Who holds it from now on.
        deal: The deal that it secures from now on.
        programme: The programme of that deal.

    Raises:
        Refusal: `party_not_found`, `lien_not_found`, `not_the_holder`, `lien_released`, or what a guard refuses.
    """
    parties.find_party(work, to)
    known = _locked(work, lien, holder)
    for guard in GUARDS:
        guard(work, known)
    store.assign(work, known, to, deal=deal, programme=programme)
    work.audit("trades.assign_lien", str(lien), {**_facts(known), "to": to, "to_deal": deal})
    return _again(work, lien)


def asset_of(work: UnitOfWork, document: DocumentId) -> Asset | None:
    """What of a document is pledged; None if nobody ever pledged anything.

    Raises:
        Refusal: `document_not_found`.
    """
    return store.asset(work, version_of(work, document).fingerprint)


def claim_of(work: UnitOfWork, document: DocumentId) -> Claim:
    """What a claim is worth now: payable, less the red letters in force, undisputed.

    Raises:
        Refusal: `document_not_found`, `not_an_asset`, `document_void`, `asset_without_face`, `face_in_dispute`.
    """
    weighed = weigh(work, document)
    if weighed.objection is not None:
        raise weighed.objection
    assert weighed.claim is not None, "a claim or what speaks against it"
    return weighed.claim


def weigh(work: UnitOfWork, document: DocumentId, *, fingerprints: Fingerprinter | None = None) -> Weighed:
    """What speaks for an identity, and what it is worth or why nothing; neither changes until the transaction ends.

    Args:
        work: The transaction.
        document: Any version.
        fingerprints: Where it is also to be known whether something under lien may look like it.

    Raises:
        Refusal: `document_not_found`.
    """
    speaking = work.gathered(("trades.speaking", document), lambda: documents.speaking_shared(work, document))
    current = speaking or version_of(work, document)
    work.once(("trades.fingerprint", document), lambda: current.fingerprint)
    keys = () if fingerprints is None else _keys(work, current, fingerprints)
    facts = _facts_of(work, current.fingerprint, keys, sides=[current.seller_key, current.buyer_key])
    sides = parties_of(work, [current.seller_key, current.buyer_key]) if facts.sides is None else facts.sides
    beside = (facts.versions, facts.liens, facts.alone and fingerprints is not None, sides)
    try:
        face, unit = _face(current, facts)
    except Refusal as refused:
        return Weighed(current, None, refused, *beside)
    return Weighed(current, Claim(current, face, unit), None, *beside)


def liens_on(work: UnitOfWork, document: DocumentId, *, active: bool = True) -> list[Lien]:
    """The liens on a document; with `active` false the released ones as well. A member sees its own.

    Raises:
        Refusal: `document_not_found`.
    """
    fingerprint = fingerprint_of(work, document)
    if not active:
        return store.on(work, [fingerprint], active=False)
    return work.gathered(("trades.liens", fingerprint), lambda: store.on(work, [fingerprint]))


def look_alikes(
    work: UnitOfWork, document: DocumentId | StoredDocument, *, fingerprints: Fingerprinter
) -> list[tuple[StoredDocument, Likeness]]:
    """Other documents under lien that look like this one and that nobody has cleared, the likest first.

    Raises:
        Refusal: `document_not_found`.
    """
    known = document if isinstance(document, StoredDocument) else version_of(work, document)
    return _alike(work, known, [fingerprints.of(work.context.tenant, m) for m in near_keys(traits_of(known.document))])


def look_alikes_of(
    work: UnitOfWork, known: Sequence[StoredDocument], *, fingerprints: Fingerprinter
) -> list[tuple[StoredDocument, StoredDocument, Likeness]]:
    """Which of these documents look like one under lien that nobody has cleared against it: both, and why."""
    by_mark = {one.fingerprint: one for one in known}
    tenant = work.context.tenant
    messages = [(one.fingerprint, key) for one in known for key in near_keys(traits_of(one.document))]
    pairs = store.near_each(work, [(mark, fingerprints.of(tenant, key)) for mark, key in messages]) if messages else []
    likes = documents.current(work, sorted({other for _, other in pairs})) if pairs else []
    held = {one.fingerprint: one for one in likes}
    found = []
    for mark, other in pairs:
        if other in held:
            one = by_mark[mark]
            found.append((one, held[other], likeness(traits_of(one.document), traits_of(held[other].document))))
    return [each for each in found if each[2].alike]


def _keys(work: UnitOfWork, document: StoredDocument, fingerprints: Fingerprinter) -> list[bytes]:
    return [fingerprints.of(work.context.tenant, message) for message in near_keys(traits_of(document.document))]


def _facts_of(
    work: UnitOfWork, fingerprint: bytes, keys: Sequence[bytes], *, sides: Sequence[str] = ()
) -> ClaimFacts:  # fmt: skip
    """What is known of a claim: as it was gathered with others, or read now."""
    credits = work.known(("trades.credits", fingerprint))
    if credits is None:
        return claims.facts(work, fingerprint, keys, sides=sides)
    return ClaimFacts(
        credits, work.known(("trades.flags", fingerprint)), work.known(("trades.versions", fingerprint)),
        work.gathered(("trades.liens", fingerprint), lambda: store.on(work, [fingerprint])), alone=False,
        sides=None,
    )  # fmt: skip


def _asset(work: UnitOfWork, document: StoredDocument, there: Asset | None, *, facts: ClaimFacts) -> Asset:
    """The asset of a document with the face that its current version states; `there`, locked, if it is known."""
    face, unit = _face(document, facts)
    if there is None:
        return Asset(document.fingerprint, document.document.kind.value, face, unit=unit, pledged_minor=0)
    if there.face_minor == face or not store.set_face(work, there.fingerprint, face):
        return there
    return Asset(there.fingerprint, there.kind, face, unit=there.unit, pledged_minor=there.pledged_minor)


def _pledged(work: UnitOfWork, asset: Asset, lien: Lien, *, keys: list[bytes], there: bool) -> bool:
    """Take the lien if there is room for it; the register's constraints decide."""
    if not there and lien.amount_minor <= asset.face_minor:
        store.pledge_first(work, asset, lien, keys=keys)
        return True
    if not there:
        store.register(work, asset, keys)
    return store.insert(work, lien, keys=keys)


def _face(document: StoredDocument, facts: ClaimFacts) -> tuple[int, str]:
    face, unit = rules.face_of(document.document, facts.credits)
    disputed = disputed_money(facts.flags)
    if disputed:
        raise rules.FACE_IN_DISPUTE(number=document.document.number, fields=", ".join(disputed))
    return face, unit


def _refuse_look_alikes(work: UnitOfWork, document: StoredDocument, keys: list[bytes]) -> None:
    for other, judged in _alike(work, document, keys):
        raise rules.NEAR_DUPLICATE_HELD(
            number=document.document.number, other=other.document.number, score=judged.score,
            evidence=", ".join(reason.name for reason in judged.evidence),
            pair=rules.pair_of(document.fingerprint, other.fingerprint),
        )  # fmt: skip


def _alike(work: UnitOfWork, document: StoredDocument, keys: list[bytes]) -> list[tuple[StoredDocument, Likeness]]:
    near = store.near(work, document.fingerprint, keys)
    found = documents.current(work, near) if near else []
    traits = traits_of(document.document)
    judged = [(other, likeness(traits, traits_of(other.document))) for other in found]
    return sorted((pair for pair in judged if pair[1].alike), key=lambda pair: -pair[1].score)


def _locked(work: UnitOfWork, lien: LienId, holder: PartyId) -> Lien:
    known = store.get(work, lien)
    if known is None:
        raise rules.LIEN_NOT_FOUND(lien=str(lien))
    store.asset(work, known.fingerprint, lock=True)
    known = _again(work, lien)
    rules.check_held(known, holder)
    return known


def _again(work: UnitOfWork, lien: LienId) -> Lien:
    found = store.get(work, lien)
    assert found is not None, "liens are never deleted"
    return found


def _facts(lien: Lien) -> dict[str, object]:
    return {
        "asset": lien.fingerprint, "holder": lien.holder, "deal": lien.deal, "programme": lien.programme,
        "amount_minor": lien.amount_minor, "exclusive": lien.exclusive,
    }  # fmt: skip
