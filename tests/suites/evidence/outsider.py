"""A verifier written from docs/reference/evidence-format.md alone: it imports nothing of the platform."""

import datetime as dt
import hashlib
import io
import itertools
import json
import uuid
import zipfile
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Line = dict[str, Any]
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def framed(*fields: bytes) -> bytes:
    return b"".join(len(field).to_bytes(8, "big") + field for field in fields)


def eight(value: int) -> bytes:
    return value.to_bytes(8, "big", signed=True)


def micros(text: str) -> bytes:
    return eight((dt.datetime.fromisoformat(text) - EPOCH) // dt.timedelta(microseconds=1))


def key_id(public: bytes) -> bytes:
    return sha(framed(b"openscf-audit-key-v1", public))


def holds(public: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def note_bytes(note: Line) -> bytes:
    raw = {name: bytes.fromhex(note[name]) for name in ("root", "chain", "previous", "key", "detail")}
    head = (b"openscf-audit-note-v1", note["kind"].encode(), note["origin"].encode(), eight(note["number"]))
    middle = (eight(note["size"]), raw["root"], raw["chain"], micros(note["at"]))
    return framed(*head, *middle, raw["previous"], raw["key"], raw["detail"])


def leaf(entry: Line) -> bytes:
    texts = (entry["actor"], entry["action"], entry["subject"])
    ids = (uuid.UUID(entry["tenant"]).bytes, uuid.UUID(entry["id"]).bytes)
    request = uuid.UUID(entry["request"]).bytes if entry["request"] else b""
    fields = (eight(entry["seq"]), *ids, micros(entry["at"]), *(text.encode() for text in texts), request)
    return sha(b"\x00" + framed(b"openscf-audit-entry-v1", *fields, entry["payload"].encode()))


def root_by_path(value: bytes, place: int, size: int, path: list[bytes]) -> bytes:
    """The root that an audit path leads to, following the recursive definition of the RFC."""
    if size == 1:
        if path:
            raise ValueError("too long")
        return value
    half = 1 << (size - 1).bit_length() - 1
    if place < half:
        return sha(b"\x01" + root_by_path(value, place, half, path[:-1]) + path[-1])
    return sha(b"\x01" + path[-1] + root_by_path(value, place - half, size - half, path[:-1]))


def roots_by_proof(first: int, second: int, proof: list[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    """Both roots that a consistency proof leads to, following the recursive definition of the RFC."""
    if first == second:
        same = known if known is not None else proof.pop(0)
        return same, same
    half, last = 1 << (second - 1).bit_length() - 1, proof.pop()
    if first <= half:
        old, new = roots_by_proof(first, half, proof, known)
        return old, sha(b"\x01" + new + last)
    old, new = roots_by_proof(first - half, second - half, proof, None)
    return sha(b"\x01" + last + old), sha(b"\x01" + last + new)


def believed(notes: list[Line], public: bytes) -> dict[bytes, bytes]:
    keys = {key_id(public): public}
    for _ in notes:
        for note in (note for note in notes if note["kind"] == "rotation"):
            new, old = bytes.fromhex(note["detail"])[:32], bytes.fromhex(note["detail"])[32:]
            signed = holds(old, bytes.fromhex(note["signature"]), note_bytes(note))
            endorsed = holds(new, bytes.fromhex(note["endorsement"]), note_bytes(note))
            if signed and endorsed and {key_id(new), key_id(old)} & keys.keys():
                keys |= {key_id(new): new, key_id(old): old}
    return keys


def standing(notes: list[Line]) -> list[Line]:
    later = [[r["size"] for r in notes[at + 1 :] if r["kind"] == "restore"] for at in range(len(notes))]
    return [
        note
        for note, cuts in zip(notes, later, strict=True)
        if note["size"] and note["size"] <= min([note["size"], *cuts])
    ]


def judge(data: bytes, public: bytes) -> bool:
    """Whether the package holds, by section 4 of the page."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    manifest_bytes = archive.read("manifest.json")
    manifest = json.loads(manifest_bytes)
    for name, wanted in manifest["sha256"].items():
        if sha(archive.read(name)).hex() != wanted:
            return False
    notes, proofs, entries = (
        [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]
        for name in ("checkpoints", "consistency", "entries")
    )
    keys = believed(notes, public)
    if not holds(keys.get(bytes.fromhex(manifest["signer"]), b""), archive.read("manifest.sig"), manifest_bytes):
        return False
    sound = all(
        holds(keys.get(bytes.fromhex(n["key"]), b""), bytes.fromhex(n["signature"]), note_bytes(n)) for n in notes
    )
    return sound and _consistent(standing(notes), proofs) and all(_included(item, notes[-1]) for item in entries)


def _consistent(chain: list[Line], proofs: list[Line]) -> bool:
    for (first, second), line in zip(itertools.pairwise(chain), proofs, strict=True):
        proof = [bytes.fromhex(text) for text in line["proof"]]
        old, new = roots_by_proof(first["size"], second["size"], proof, bytes.fromhex(first["root"]))
        if proof or (old.hex(), new.hex()) != (first["root"], second["root"]):
            return False
    return True


def _included(item: Line, final: Line) -> bool:
    path = [bytes.fromhex(text) for text in item["proof"]]
    place = item["entry"]["seq"] - 1
    return root_by_path(leaf(item["entry"]), place, final["size"], path).hex() == final["root"]
