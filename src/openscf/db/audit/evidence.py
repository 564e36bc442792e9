"""The judgement over an evidence package: pure, offline, with a public key and nothing else.

What is believed: one public key that the judge has from elsewhere, and SHA-256. From them follows that each entry was
in the log at the latest when the first note that covers it was signed, that it still is where the last note speaks of
the log, and that the platform signed this choice of entries as the complete answer to what was asked.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openscf.db.audit.format import entry_record, instant_text, leaf_hash
from openscf.db.audit.merkle import verify_consistency, verify_inclusion
from openscf.db.audit.notes import Note, key_id, signature_holds
from openscf.db.audit.package import Package, manifest_of, unpack
from openscf.db.audit.verify import endorsed, next_turn, note_fault


@dataclass(slots=True)
class EvidenceReport:
    """The judgement.

    Attributes:
        problems: What is wrong; empty if it holds.
        package: What the file holds, if it could be read.
        key: Id of the key that was trusted, 32 bytes.
    """

    problems: list[str] = field(default_factory=list)
    package: Package | None = None
    key: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether the evidence holds."""
        return not self.problems and self.package is not None

    def as_record(self) -> dict[str, Any]:
        """A JSON-ready record; entries are told only if they hold."""
        record: dict[str, Any] = {"ok": self.ok, "key": self.key.hex(), "problems": self.problems}
        if self.ok and self.package is not None:
            final = self.package.final
            record |= {"origin": final.origin, "choice": dict(self.package.choice), "log_size": final.size}
            record |= {"signed_at": instant_text(final.at), "checkpoint": final.number}
            record["entries"] = [entry_record(entry) for entry, _ in self.package.entries]
        return record


def verify_evidence(data: bytes, public: bytes) -> EvidenceReport:
    """Judge a package.

    Args:
        data: The bytes of the file.
        public: The public key that the judge trusts, 32 raw bytes; any key of the log's history will do, because each
            rotation is signed by the old key and endorsed by the new one.
    """
    report = EvidenceReport(key=key_id(public))
    try:
        package, signature = unpack(data)
    except ValueError as error:
        report.problems.append(str(error))
        return report
    report.package = package
    keys = _believed(package.notes, public)
    if not signature_holds(keys.get(package.final.turn(), b""), signature, manifest_of(package)):
        report.problems.append("manifest: no trusted key signed it")
    report.problems += _note_problems(package.notes, keys)
    report.problems += _consistency_problems(package)
    report.problems += _entry_problems(package)
    report.problems += _choice_problems(package)
    return report


def _believed(notes: Sequence[Note], public: bytes) -> dict[bytes, bytes]:
    """The trusted key, the keys that it or its successors named, and those that it or its predecessors endorsed."""
    keys = {key_id(public): public}
    rotations = [note for note in notes if note.kind == "rotation" and endorsed(note)]
    for note in reversed(rotations):
        if note.turn() in keys and signature_holds(note.predecessor, note.signature, note.body()):
            keys[note.key] = note.predecessor
    for note in rotations:
        if not note_fault(note, keys, None):
            next_turn(note, keys)
    return keys


def _note_problems(notes: Sequence[Note], keys: dict[bytes, bytes]) -> list[str]:
    problems: list[str] = []
    turn: bytes | None = None
    for at, note in enumerate(notes):
        fault = note_fault(note, keys, turn)
        before = notes[at - 1] if at else note
        ordered = note.origin == before.origin and note.at >= before.at and (not at or note.number > before.number)
        if fault or not ordered:
            problems.append(f"checkpoint {note.number}: {fault or 'it does not follow the note before it'}")
        turn = note.turn()
    return problems


def _consistency_problems(package: Package) -> list[str]:
    pairs = itertools.pairwise(package.chain())
    return [
        f"checkpoint {second.number}: it does not extend checkpoint {first.number}"
        for (first, second), proof in zip(pairs, package.consistency, strict=True)
        if not verify_consistency(first.size, second.size, first_root=first.root, second_root=second.root, proof=proof)
    ]


def _entry_problems(package: Package) -> list[str]:
    final = package.final
    return [
        f"entry {entry.seq}: it is not in the log that checkpoint {final.number} signed"
        for entry, proof in package.entries
        if not verify_inclusion(leaf_hash(entry), entry.seq - 1, final.size, proof=proof, root=final.root)
    ]


def _choice_problems(package: Package) -> list[str]:
    """Whether the entries are what the manifest says was asked for, in order."""
    choice, problems = package.choice, []
    for entry, _ in package.entries:
        asked = choice.get("subject") in (None, entry.subject) and choice.get("tenant") in (None, str(entry.tenant))
        if not asked:
            problems.append(f"entry {entry.seq}: it was not asked for")
    places = [entry.seq for entry, _ in package.entries]
    if places != sorted(set(places)):
        problems.append("entries: they are not in order")
    if "from" in choice and not choice.keys() & {"subject", "tenant"}:
        whole = len(places) == choice["to"] - choice["from"] + 1 and places[:1] == [choice["from"]]
        if not whole or places[-1:] != [choice["to"]]:
            problems.append(f"entries: not every entry from {choice['from']} to {choice['to']} is here")
    return problems
