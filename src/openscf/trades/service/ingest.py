"""Taking in what a reader read: each document counted once, each contradiction kept, the original kept.

The original is durable before any row speaks of it. All rows of a file are in one transaction: it is taken in or not.
In the same transaction everything that hangs together with it is matched again: no closure is ever older than what is
known.
"""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.ids import PartyId, TenantId
from openscf.trades.ids import DocumentId, FileId
from openscf.trades.model import BankStatement, Document, DocumentKind, DocumentStatus, GoodsEvent, Identity
from openscf.trades.originals import Originals
from openscf.trades.records import MOST_NAMED, IngestReport, Original, Read, StoredDocument
from openscf.trades.rules import facts as fact_rules
from openscf.trades.rules.identity import Fingerprinter, content_of, normal_number, party_key
from openscf.trades.rules.links import event_links, links_of
from openscf.trades.rules.matching import GOODS
from openscf.trades.rules.versions import CONTRADICTS, contradictions, speaks
from openscf.trades.service.effects import tell_of_lost_claims
from openscf.trades.service.matching import Touched, match_touched
from openscf.trades.service.parties import link_parties
from openscf.trades.service.statements import take_statements
from openscf.trades.store import documents, facts, files, links
from openscf.trades.store.body import party
from openscf.trades.store.links import take_turn

T = TypeVar("T")
_Marked = tuple[bytes, bytes, Document]  # with its fingerprint and the hash of what it says


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking in needs beside the transaction.

    Attributes:
        fingerprints: Hashes identities with the key of the installation.
        originals: Keeps the files.
    """

    fingerprints: Fingerprinter
    originals: Originals


@dataclass(slots=True)
class Tally:
    """What is being counted and written for one file."""

    file: FileId
    sender: files.Sender
    touched: Touched = field(default_factory=Touched)
    new: int = 0
    seen: int = 0
    versions: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    stored: int = 0
    documents: list[DocumentId] = field(default_factory=list)

    def brought(self, documents: Sequence[DocumentId], count: int | None = None) -> None:
        """Count documents that were stored, and name the first ones."""
        self.stored += len(documents) if count is None else count
        self.documents += documents[: MOST_NAMED - len(self.documents)]


@dataclass(slots=True)
class _Version:
    """A version of an identity while a file is taken in."""

    id: DocumentId
    number: int
    content: bytes
    status: DocumentStatus
    said: Document | None = None  # of a stored version only when it has to be compared
    stored: bool = False


@dataclass(slots=True)
class _Identity:
    """The versions of one identity while a file is taken in; the current one by its place."""

    versions: list[_Version] = field(default_factory=list)
    current: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """A file to be taken in: its bytes, what was read from them, and the name of who read it."""

    source: Original
    reading: Read
    adapter: str


def accept_reading(work: UnitOfWork, source: Original, reading: Read, *, adapter: str, desk: Desk) -> IngestReport:
    """Take in what `adapter` read from `source`; the same bytes read in the same way change nothing.

    Args:
        work: The transaction.
        source: The file.
        reading: Its records and rejections.
        adapter: Name of the reader.
        desk: Fingerprints and originals.

    Returns:
        What the file came to; `new + seen + versions` is the number of its records.

    Raises:
        Refusal: `original_misdeclared`, `party_not_found` (the sender), `not_allowed`.
        OvertakenError: Another file with one of the documents was taken in at this instant; run again (`Database.run`
            and `run_command` do).
    """
    return accept_readings(work, [Given(source, reading, adapter)], desk=desk)[0]


def accept_readings(work: UnitOfWork, given: Sequence[Given], *, desk: Desk) -> list[IngestReport]:
    """Take in several files of one sender, as `accept_reading` would one after the other; all of them or none.

    What they hang together with is matched once, when all are there.

    Returns:
        What each came to, in their order.

    Raises:
        Refusal: As `accept_reading`.
        OvertakenError: As `accept_reading`.
    """
    sender = sender_of(work, given[0].source.sender)
    keys = [(bytes.fromhex(one.source.sha256), reading_key(one.adapter, one.source)) for one in given]
    first: dict[files.Key, Given] = {}
    for key, one in zip(keys, given, strict=True):
        first.setdefault(key, one)
    desk.originals.put_all([(one.source.content, one.source.sha256) for one in given])
    begun = files.open_files(work, [files.Opening(key, one.source, one.adapter) for key, one in first.items()], sender)
    taken = {key: (Tally(begun[key], sender), one) for key, one in first.items() if key in begun}
    _take(work, list(taken.values()), desk=desk)
    reports = {key: _closed(work, tally, one) for key, (tally, one) in taken.items()}
    files.close_files(work, list(reports.values()))
    before = [key for key in first if key not in begun]
    reports |= files.reports_of(work, before) if before else {}
    again = {key: dataclasses.replace(report, repeated=True) for key, report in reports.items()}
    return [(reports if first[key] is one else again)[key] for key, one in zip(keys, given, strict=True)]


def _take(work: UnitOfWork, taken: Sequence[tuple[Tally, Given]], *, desk: Desk) -> None:
    def records(kind: type[T]) -> list[tuple[Tally, T]]:
        return [(tally, one) for tally, each in taken for one in each.reading.records if isinstance(one, kind)]

    files.reject(work, {tally.file: each.reading.rejections for tally, each in taken})
    take_documents(work, records(Document), desk=desk)
    for tally, events in _by_file(records(GoodsEvent)):
        take_events(work, events, tally=tally, desk=desk)
    take_turn(work)
    for tally, statements in _by_file(records(BankStatement)):
        take_statements(work, statements, tally=tally, desk=desk)
    touched = Touched()
    for tally, _ in taken:
        touched.fingerprints |= tally.touched.fingerprints
        touched.payments |= tally.touched.payments
    match_touched(work, touched)


def _by_file(records: Sequence[tuple[Tally, T]]) -> Iterator[tuple[Tally, list[T]]]:
    for _, found in itertools.groupby(records, key=lambda each: each[0].file):
        together = list(found)
        yield together[0][0], [one for _, one in together]


def _closed(work: UnitOfWork, tally: Tally, one: Given) -> IngestReport:
    reading = one.reading
    report = IngestReport(
        tally.file, reading.rows, reading.covered, rejected=len(reading.rejections), new=tally.new, seen=tally.seen,
        versions=tally.versions, flags=dict(tally.flags), stored=tally.stored, documents=tuple(tally.documents),
    )  # fmt: skip
    said = {**counts_of(report), "sha256": one.source.sha256, "adapter": one.adapter}
    work.audit("trades.accept_file", str(tally.file), said)
    return report


def reading_key(adapter: str, source: Original) -> bytes:
    """SHA-256 of how a file is read: the same bytes with another mapping of columns are another reading.

    And so are the same bytes from another member: a receipt proves more when the buyer delivers it too, and whoever
    sends a file learns what became of its own and nothing of the file of somebody else.
    """
    member = {"sender": source.sender} if source.sender.startswith(f"{PartyId.prefix}_") else {}
    return digest({"adapter": adapter, "options": dict(source.options), **member})


def take_documents(work: UnitOfWork, given: Sequence[tuple[Tally, Document]], *, desk: Desk) -> None:
    """Write the documents that say something new, and note where the others were met again.

    Args:
        work: The transaction.
        given: Documents of one sender, each with the count of its file, in the order in which they came.
        desk: Fingerprints and originals.
    """
    tenant = work.context.tenant
    tallies = [tally for tally, _ in given]
    marked = [(desk.fingerprints.document(tenant, one), content_of(one), one) for _, one in given]
    book = _known(work, {fingerprint for fingerprint, _, _ in marked})
    _recall(work, book, marked)
    fresh, met = _sorted_out(work, list(zip(tallies, marked, strict=True)), book)
    documents.retire(work, [v.id for i in book.values() for v in _retired(i)])
    speaking = {identity.versions[identity.current].id for identity in book.values() if identity.versions}
    final = [(tally, dataclasses.replace(one, current=one.id in speaking)) for tally, one in fresh]
    stored = [one for _, one in final]
    if final:
        documents.insert(work, stored, sender=tallies[0].sender.id)
    for tally, one in final:
        tally.brought([one.id])
        tally.touched.fingerprints.add(one.fingerprint)
    documents.sight(work, met)
    _link(work, marked)
    for tally, (fingerprint, _, said) in zip(tallies, marked, strict=True):
        if said.kind in GOODS:  # one that the buyer delivers as well proves more than the seller's copy of it did
            tally.touched.fingerprints.add(fingerprint)
    link_parties(work, {key for one in stored for key in (one.seller_key, one.buyer_key, one.signer_key) if key})
    _reverse(work, stored)


def _sorted_out(
    work: UnitOfWork, given: Sequence[tuple[Tally, _Marked]], book: dict[bytes, _Identity]
) -> tuple[list[tuple[Tally, StoredDocument]], list[tuple[DocumentId, FileId, str]]]:
    """What is new, to be written; and where what is known was met again."""
    fresh: list[tuple[Tally, StoredDocument]] = []
    met: list[tuple[DocumentId, FileId, str]] = []
    for tally, (fingerprint, content, one) in given:
        identity = book.setdefault(fingerprint, _Identity())
        same = next((version for version in identity.versions if version.content == content), None)
        tally.flags.update(one.flags)
        if same is not None:
            tally.seen += 1
            met.append((same.id, tally.file, one.provenance.locator))
            continue
        fresh.append((tally, _new_version(work, (fingerprint, content, one), identity, tally=tally)))
    return fresh, met


def _link(work: UnitOfWork, marked: Sequence[_Marked]) -> None:
    """Note by what the documents hang together with others, also under the other ways in which a copy writes it."""
    found: dict[bytes, set[str]] = {}
    for fingerprint, _, one in marked:
        seller, buyer = (party_key(each, source=one.provenance.source) for each in (one.seller, one.buyer))
        found.setdefault(fingerprint, set()).update(links_of(one, seller, buyer))
    links.write(work, found)


def take_events(work: UnitOfWork, given: Sequence[GoodsEvent], *, tally: Tally, desk: Desk) -> None:
    """Write the goods events that are not known."""
    tenant: TenantId = work.context.tenant
    marked = [
        (desk.fingerprints.of(tenant, fact_rules.event_identity(one, facts.event_body(one))), one) for one in given
    ]
    known = facts.known_events(work, [fingerprint for fingerprint, _ in marked]) if marked else set()
    fresh = {fingerprint: one for fingerprint, one in reversed(marked) if fingerprint not in known}
    facts.insert_events(work, list(fresh.items()), file=tally.file, sender=tally.sender.id)
    links.write(work, {fingerprint: event_links(one) for fingerprint, one in fresh.items()})
    if marked and tally.sender.id is not None:
        signer = canonical_json(party(tally.sender.identity) or {}).decode()
        links.sign(work, [fingerprint for fingerprint, _ in marked], tally.sender.id, signer=signer)
    tally.touched.fingerprints |= {fingerprint for fingerprint, _ in marked}
    tally.flags.update(flag for _, one in marked for flag in one.flags)
    tally.new += len(fresh)
    tally.seen += len(marked) - len(fresh)


def sender_of(work: UnitOfWork, text: str) -> files.Sender:
    """Who sent a file: an enterprise, if the platform names one; a person may send only for his own."""
    sender = PartyId.parse(text) if text.startswith(f"{PartyId.prefix}_") else None
    if not work.context.actor.startswith("system:"):
        parties.authorise(work, parties.Permission.MAKE, sender)
    if sender is None:
        return files.Sender()
    entry = parties.find_party(work, sender)
    codes = {scheme: code for scheme, code in (("uscc", entry.uscc), ("lei", entry.lei)) if code}
    each = [Identity(codes={scheme: code}) for scheme, code in codes.items()]
    names = [Identity(name) for name in (entry.name_zh, entry.name_en) if name]
    keys = frozenset(party_key(one) for one in (*each, *names))
    return files.Sender(sender, Identity(entry.name, codes), keys)


def _known(work: UnitOfWork, fingerprints: set[bytes]) -> dict[bytes, _Identity]:
    book: dict[bytes, _Identity] = {}
    if not fingerprints:
        return book
    for fingerprint, found in documents.known(work, fingerprints).items():
        versions = [_Version(one.id, one.version, one.content, one.status, stored=True) for one in found]
        book[fingerprint] = _Identity(versions, next(place for place, one in enumerate(found) if one.current))
    return book


def _recall(work: UnitOfWork, book: dict[bytes, _Identity], marked: Sequence[_Marked]) -> None:
    """Load what the versions say, of those identities about which the file says something else."""
    disputed = [
        fingerprint
        for fingerprint, content, _ in marked
        if fingerprint in book and all(version.content != content for version in book[fingerprint].versions)
    ]
    for stored in documents.all_versions(work, disputed) if disputed else []:
        identity = book[stored.fingerprint]
        next(version for version in identity.versions if version.id == stored.id).said = stored.document


def _new_version(work: UnitOfWork, marked: _Marked, identity: _Identity, *, tally: Tally) -> StoredDocument:
    fingerprint, content, one = marked
    before = identity.versions[identity.current] if identity.versions else None
    against = {name for each in identity.versions if each.said for name in contradictions(each.said, one)}
    named = tuple(f"{CONTRADICTS}{name}" for name in sorted(against))
    tally.flags.update(named)
    tally.versions, tally.new = tally.versions + bool(identity.versions), tally.new + (not identity.versions)
    version = _Version(work.ids.new(DocumentId), len(identity.versions) + 1, content, one.status, said=one)
    identity.versions.append(version)
    if before is None or before.said is None or speaks(before.said, one, content=(before.content, content)):
        identity.current = len(identity.versions) - 1
    source = one.provenance.source
    return StoredDocument(
        id=version.id, fingerprint=fingerprint, version=version.number, current=False, content=content,
        seller_key=party_key(one.seller, source=source), buyer_key=party_key(one.buyer, source=source),
        signer_key=party_key(one.signer, source=source), number_key=normal_number(one.number).value,
        file=tally.file, recorded_at=work.at, document=dataclasses.replace(one, flags=(*one.flags, *named)),
    )  # fmt: skip


def _retired(identity: _Identity) -> list[_Version]:
    """The stored versions that no longer speak, since one of this file does."""
    speaking = identity.versions[identity.current] if identity.versions else None
    if speaking is None or speaking.stored:
        return []
    return [version for version in identity.versions if version.stored]


def _reverse(work: UnitOfWork, fresh: Sequence[StoredDocument]) -> None:
    """Note what red letters take back, and tell the holders of liens whose claims are void or taken back now."""
    letters = [one for one in fresh if one.document.kind is DocumentKind.CREDIT_NOTE]
    documents.reverse(
        work,
        [
            (
                one.id, reference.kind.value, normal_number(reference.number).value, one.seller_key or None,
                one.document.gross_minor,
            )
            for one in letters
            for reference in one.document.references
        ],
    )  # fmt: skip
    void = [one.fingerprint for one in fresh if one.current and one.document.status is DocumentStatus.VOID]
    spoken = documents.spoken_of(work, [one.id for one in letters]) if letters else []
    if void or spoken:
        tell_of_lost_claims(work, void=void, reversed_=spoken)


def counts_of(report: IngestReport) -> dict[str, object]:
    """What a file came to, as its audit entry says it."""
    return {
        "rows": report.rows, "accepted": report.accepted, "rejected": report.rejected, "new": report.new,
        "seen": report.seen, "versions": report.versions, "flags": dict(report.flags),
    }  # fmt: skip
