"""The judgement over the audit log: pure, without a database, short enough for an auditor to read.

What is believed: the pinned public keys, and SHA-256. From them follows

1. which notes hold (`check_notes`): numbered without a gap, each carrying the hash of the one before, each signed by
   the key whose turn it is; keys change only by a rotation signed by the old key and endorsed by the new;
2. which entries hold (`verify_log`): each gives its leaf hash and chain hash, each run of the sealer is signed, and at
   each note the Merkle root over all entries so far is the signed one.

Whoever rewrites the database as its superuser can recompute every hash but no signature. What no note outside the
database covers yet (at most 100 entries, or 60 seconds) can still be cut off at its end without a trace; that is the
whole of what can be lost.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from openscf.db.audit.format import CHAIN_START, SealedEntry, chain_hash, leaf_hash
from openscf.db.audit.merkle import Frontier
from openscf.db.audit.notes import NO_NOTE, Note, Record, Seal, key_id, signature_holds


@dataclass(frozen=True, slots=True)
class Finding:
    """A note or a seal that does not hold.

    Attributes:
        place: Where it stands, for people.
        reason: What is wrong with it.
        number: Its number, if it can be read.
    """

    place: str
    reason: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class BadEntry:
    """The first entry that does not hold.

    Attributes:
        seq: Its place.
        reason: What is wrong.
        until: If the place is not known exactly, the last one that it can be; otherwise `seq`.
    """

    seq: int
    reason: str
    until: int


@dataclass(slots=True)
class Notebook:
    """The notes that hold.

    Attributes:
        notes: In order.
        findings: What is wrong with the others.
        keys: Full id to public key, of every key that signed or signs.
    """

    notes: list[Note] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    keys: dict[bytes, bytes] = field(default_factory=dict)

    def standing(self) -> list[Note]:
        """The notes that still speak of this log: not those of a future that a restore gave up."""
        kept, limit = [], None
        for note in reversed(self.notes):
            if limit is None or note.size <= limit:
                kept.append(note)
            if note.kind == "restore":
                limit = note.size if limit is None else min(limit, note.size)
        return kept[::-1]


@dataclass(slots=True)
class LogReport:
    """The judgement.

    Attributes:
        entries: Entries that hold, counted from the first.
        covered: Of these, how many a note outside the database covers.
        first_bad: The first entry that does not hold.
        bad_checkpoints: Notes that do not hold.
        bad_seals: Signatures of the sealer that do not hold.
        restores: Restores that were declared, with what they gave up.
        waiting: Entries not sealed yet.
    """

    entries: int = 0
    covered: int = 0
    first_bad: BadEntry | None = None
    bad_checkpoints: list[Finding] = field(default_factory=list)
    bad_seals: list[Finding] = field(default_factory=list)
    restores: list[dict[str, Any]] = field(default_factory=list)
    waiting: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.first_bad or self.bad_checkpoints or self.bad_seals)

    def as_record(self) -> dict[str, Any]:
        """A JSON-ready record."""
        return {
            "ok": self.ok,
            "entries": self.entries,
            "covered": self.covered,
            "waiting": self.waiting,
            "first_bad_entry": asdict(self.first_bad) if self.first_bad else None,
            "bad_checkpoints": [asdict(found) for found in self.bad_checkpoints],
            "bad_seals": [asdict(found) for found in self.bad_seals],
            "restores": self.restores,
        }


def check_notes(lines: Iterable[tuple[str, Note | None]], pinned: Iterable[bytes]) -> Notebook:
    """Judge the notes of one sink.

    Args:
        lines: Place and note of each line; None for a line that can't be read.
        pinned: Public keys that are believed, 32 raw bytes each.
    """
    book = Notebook(keys={key_id(public): public for public in pinned})
    turn: bytes | None = None  # id of the key whose turn it is; None: any believed key
    before: Note | None = None
    linked = True  # whether the next note's link can be judged: not after a note that does not hold
    for place, note in lines:
        fault = note_fault(note, book.keys, turn) or _order_fault(note, before) if note else "it can't be read"
        gap = _gap(note, before) if note and linked and not fault else ""
        if fault or gap:
            book.findings.append(Finding(place, fault or gap, note.number if note else None))
        if fault or note is None:
            linked, turn = False, None
            continue
        book.notes.append(note)
        before, linked, turn = note, True, next_turn(note, book.keys)
    return book


def note_fault(note: Note, keys: Mapping[bytes, bytes], turn: bytes | None) -> str:
    """What is wrong with a note by itself; empty if nothing.

    Args:
        note: The note.
        keys: The keys that are believed.
        turn: Id of the key that has to sign; None for any of them.
    """
    public = keys.get(note.key)
    if public is None or (turn is not None and note.key != turn):
        return f"it is signed by key {note.key.hex()[:16]}, whose turn it is not"
    if not signature_holds(public, note.signature, note.body()):
        return "its signature does not hold"
    if note.kind == "rotation":
        return "" if endorsed(note) else "the new key did not endorse it"
    if note.endorsement or (note.detail and note.kind == "checkpoint"):
        return "it carries what its kind does not have"
    return ""


def endorsed(note: Note) -> bool:
    """Whether a rotation names the key that signed it, and the new key signed it too."""
    return key_id(note.predecessor) == note.key and signature_holds(note.successor, note.endorsement, note.body())


def _order_fault(note: Note, before: Note | None) -> str:
    if before is None:
        return ""
    if note.origin != before.origin:
        return "it belongs to another log"
    if note.number <= before.number:
        return f"it comes after note {before.number}"
    if note.at < before.at or (note.kind != "restore" and note.size < before.size):
        return "its time or size runs backwards"
    return ""


def _gap(note: Note, before: Note | None) -> str:
    number, follows = (before.number, before.hash()) if before else (0, NO_NOTE)
    if note.number != number + 1:
        return f"note {number + 1} is missing before it"
    return "" if note.previous == follows else "it does not follow the note before it"


def next_turn(note: Note, keys: dict[bytes, bytes]) -> bytes:
    """Id of the key that signs the next note; a rotation's new key is believed from here on."""
    if note.kind == "rotation":
        keys[note.turn()] = note.successor
    return note.turn()


class _BadEntryError(Exception):
    def __init__(self, seq: int, reason: str, until: int | None = None) -> None:
        self.bad = BadEntry(seq, reason, until or seq)
        super().__init__(reason)


def verify_log(
    entries: Iterable[SealedEntry], seals: Iterable[Seal], *, book: Notebook, records: Iterable[Record]
) -> LogReport:
    """Judge the entries; stops at the first that does not hold.

    Args:
        entries: All, in order of place.
        seals: All, in order of place.
        book: What `check_notes` found.
        records: The notes that stand (`book.standing()`), in order, with their leaves where a sink keeps them.
    """
    report = LogReport(bad_checkpoints=list(book.findings))
    walk = _Walk(iter(entries), _sound_seals(seals, book.keys, report))
    try:
        for record in records:
            witness = walk.witness(record, report)
            walk.advance(record.note.size, witness)
            walk.compare(record.note.root, record.note.chain, f"checkpoint {record.note.number}")
            report.covered = walk.held
        walk.finish()
    except _BadEntryError as found:
        report.first_bad = found.bad
    report.entries = walk.held
    return report


def _sound_seals(seals: Iterable[Seal], keys: Mapping[bytes, bytes], report: LogReport) -> Iterator[Seal]:
    """The seals that hold, in order; the others are reported."""
    last = 0
    for seal in seals:
        place = f"seal of entries {seal.first} to {seal.last}"
        if seal.first > last + 1:
            report.bad_seals.append(Finding(f"seal of entries {last + 1} to {seal.first - 1}", "it is missing"))
        elif seal.first <= last:
            report.bad_seals.append(Finding(place, "it overlaps the one before"))
        last = seal.last
        if signature_holds(keys.get(seal.key, b""), seal.signature, seal.body()):
            yield seal
        else:
            report.bad_seals.append(Finding(place, "its signature does not hold"))


class _Walk:
    """Goes through the entries once, from the first.

    Attributes:
        held: The last place up to which a signature confirmed everything.
    """

    def __init__(self, entries: Iterator[SealedEntry], seals: Iterator[Seal]) -> None:
        self._entries = entries
        self._seals = seals
        self._seal = next(seals, None)
        self._tree = Frontier()
        self._chain = CHAIN_START
        self.held = 0

    def witness(self, record: Record, report: LogReport) -> Sequence[bytes] | None:
        """The leaves up to this note as the sink kept them, if they give the signed root."""
        missing = record.note.size - self._tree.size
        if record.leaves is None or (missing > len(record.leaves) and report.bad_checkpoints):
            return None  # behind a note that does not hold the leaves do not reach back far enough
        leaves = record.leaves[max(len(record.leaves) - missing, 0) :]
        if self._tree.copy().extend(leaves).root() == record.note.root:
            return leaves
        place = f"checkpoint {record.note.number}"
        report.bad_checkpoints.append(Finding(place, "its leaves do not give its root", record.note.number))
        return None

    def advance(self, size: int, witness: Sequence[bytes] | None) -> None:
        """Read entries up to `size`, stopping at each seal on the way."""
        start = self._tree.size
        while self._seal and self._seal.last <= size:
            self._read(self._seal.last, start, witness)
            self.compare(self._seal.root, self._seal.chain, f"the seal of entry {self._seal.last}")
            self._seal = next(self._seals, None)
        self._read(size, start, witness)

    def finish(self) -> None:
        """Read the entries that only seals cover; behind the last seal there must be none."""
        while self._seal:
            self.advance(self._seal.last, None)
        extra = next(self._entries, None)
        if extra is not None:
            raise _BadEntryError(self._tree.size + 1, "no seal covers it: it was not written by the sealer")

    def compare(self, root: bytes, chain: bytes, signed: str) -> None:
        """Compare with what was signed at the present place."""
        if (self._tree.root(), self._chain) != (root, chain):
            reason = f"the entries up to {self._tree.size} are not those of {signed}"
            raise _BadEntryError(self.held + 1, reason, self._tree.size)
        self.held = self._tree.size

    def _read(self, size: int, start: int, witness: Sequence[bytes] | None) -> None:
        for seq in range(self._tree.size + 1, size + 1):
            found = next(self._entries, None)
            if found is None or found.entry.seq != seq:
                raise _BadEntryError(seq, f"it is missing; {size} entries were signed")
            leaf = self._leaf(found)
            if witness is not None and leaf != witness[seq - start - 1]:
                raise _BadEntryError(seq, "its content is not what was signed")
            if leaf != found.leaf:
                raise _BadEntryError(seq, "its content does not give its leaf hash")
            self._chain = chain_hash(self._chain, leaf)
            if self._chain != found.chain:
                raise _BadEntryError(seq, "its chain hash does not follow from the entry before")
            self._tree.extend((leaf,))

    def _leaf(self, found: SealedEntry) -> bytes:
        try:
            return leaf_hash(found.entry)
        except (AttributeError, TypeError, ValueError, OverflowError):
            raise _BadEntryError(found.entry.seq, "its content can't be hashed") from None
