"""Signed notes: what leaves the database so that the past can't be rewritten inside it.

A note says: at this time the log had so many entries, and this is the root over them. Notes are numbered from 1, and
each carries the hash of the one before. There are three kinds:

| kind | detail | says |
|---|---|---|
| `checkpoint` | empty | nothing more |
| `rotation` | new, then old public key, 64 bytes | the new key signs from here on; both sign this note |
| `restore` | the reason, UTF-8 | a backup was restored: notes of more entries than this one speak of a lost future |

The signature is Ed25519 (RFC 8032) over the note's framed fields. No database, no clock.
"""

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from openscf.db.audit.format import count_from, framed, instant, instant_from, instant_text, number
from openscf.kernel.canonical import canonical_json

Kind = Literal["checkpoint", "rotation", "restore"]

NOTE_TAG: Final = b"openscf-audit-note-v1"
SEAL_TAG: Final = b"openscf-audit-seal-v1"
KEY_TAG: Final = b"openscf-audit-key-v1"
NO_NOTE: Final = bytes(32)  # "the note before" of the first one
_HEX = ("root", "chain", "previous", "key", "detail", "signature", "endorsement")
_LENGTHS = {"root": 32, "chain": 32, "previous": 32, "key": 32, "signature": 64}


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note; see the module.

    Attributes:
        kind: One of the three kinds.
        origin: Name of the log.
        number: Place among the notes, gapless from 1.
        size: Number of entries it speaks of.
        root: Merkle root over them, 32 bytes.
        chain: Chain hash of the last of them, 32 bytes.
        at: When it was made.
        previous: Hash of the note before, 32 bytes; zeros for the first.
        key: Id of the signing key, 32 bytes.
        detail: What the kind adds.
        signature: Ed25519 over `body()`, 64 bytes.
        endorsement: For a rotation, the new key's signature over `body()`; otherwise empty.
    """

    kind: Kind
    origin: str
    number: int
    size: int
    root: bytes
    chain: bytes
    at: dt.datetime
    previous: bytes
    key: bytes
    detail: bytes = b""
    signature: bytes = b""
    endorsement: bytes = b""

    def body(self) -> bytes:
        """The signed bytes: the tag and the fields up to `detail`, framed, in the order of the class."""
        return framed(
            NOTE_TAG,
            self.kind.encode(),
            self.origin.encode(),
            number(self.number),
            number(self.size),
            self.root,
            self.chain,
            instant(self.at),
            self.previous,
            self.key,
            self.detail,
        )

    @property
    def successor(self) -> bytes:
        """The public key that signs after a rotation, 32 raw bytes."""
        return self.detail[:32]

    @property
    def predecessor(self) -> bytes:
        """The public key that signed until a rotation, 32 raw bytes."""
        return self.detail[32:]

    def turn(self) -> bytes:
        """Id of the key that signs what comes after this note."""
        return key_id(self.successor) if self.kind == "rotation" else self.key

    def hash(self) -> bytes:
        """SHA-256 of the signed bytes: what the next note carries as `previous`."""
        return hashlib.sha256(self.body()).digest()

    def signed_by(self, key: Ed25519PrivateKey) -> "Note":
        """The same note with the signature of `key`."""
        return replace(self, signature=key.sign(self.body()))


@dataclass(frozen=True, slots=True)
class Record:
    """A note as a sink keeps it, with the leaf hashes that it adds to the note before.

    The leaves are not signed, the root over them is. They let a reader name the very entry that was changed, where the
    note alone could only name a range.

    Attributes:
        note: The note.
        leaves: Leaf hashes of the entries from the last note that still holds up to this one's size; or None.
    """

    note: Note
    leaves: tuple[bytes, ...] | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """The signature of one run of the sealer over its entries; it stays in the database.

    Attributes:
        first: Place of its first entry.
        last: Place of its last entry.
        at: When it was made.
        root: Merkle root over all entries up to `last`.
        chain: Chain hash of entry `last`.
        key: Id of the signing key.
        signature: Ed25519 over `body()`.
    """

    first: int
    last: int
    at: dt.datetime
    root: bytes
    chain: bytes
    key: bytes
    signature: bytes = b""

    def body(self) -> bytes:
        """The signed bytes: the tag and the fields up to `key`, framed."""
        return framed(
            SEAL_TAG, number(self.first), number(self.last), instant(self.at), self.root, self.chain, self.key
        )

    def signed_by(self, key: Ed25519PrivateKey) -> "Seal":
        """The same seal with the signature of `key`."""
        return replace(self, signature=key.sign(self.body()))


def key_id(public: bytes) -> bytes:
    """The id of a public key (32 raw bytes): SHA-256 of the framed tag and key."""
    return hashlib.sha256(framed(KEY_TAG, public)).digest()


def raw_public(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public key that belongs to `key`."""
    return key.public_key().public_bytes_raw()


def signature_holds(public: bytes, signature: bytes, body: bytes) -> bool:
    """Whether `signature` is the Ed25519 signature of `body` under the public key of 32 raw bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True


def note_line(record: Record) -> str:
    """The record as one line of canonical JSON, without the line's end."""
    note = record.note
    plain: dict[str, Any] = {name: getattr(note, name).hex() for name in _HEX}
    plain |= {"kind": note.kind, "origin": note.origin, "number": note.number, "size": note.size}
    plain["at"] = instant_text(note.at)
    if record.leaves is not None:
        plain["leaves"] = base64.b64encode(b"".join(record.leaves)).decode()
    return canonical_json(plain).decode()


def record_from(plain: Mapping[str, Any]) -> Record:
    """The record that a line of `note_line` described, once parsed as JSON.

    Raises:
        ValueError, KeyError, TypeError: It is not such a record.
    """
    values = {name: bytes.fromhex(plain[name]) for name in _HEX}
    if plain["kind"] not in get_args(Kind) or not isinstance(plain["origin"], str):
        raise ValueError("a note's kind or origin is wrong")
    if any(len(values[name]) != length for name, length in _LENGTHS.items()):
        raise ValueError("a hash, key or signature of a note has the wrong length")
    note = Note(
        kind=cast("Kind", plain["kind"]),
        origin=plain["origin"],
        number=count_from(plain["number"]),
        size=count_from(plain["size"]),
        at=instant_from(plain["at"]),
        **values,
    )
    return Record(note, None if "leaves" not in plain else _leaves(plain["leaves"]))


def _leaves(text: str) -> tuple[bytes, ...]:
    joined = base64.b64decode(text, validate=True)
    if len(joined) % 32:
        raise ValueError("the leaf hashes of a note are cut off")
    return tuple(joined[at : at + 32] for at in range(0, len(joined), 32))
