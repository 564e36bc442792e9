"""What is hashed: the entry of the audit log and the bytes that stand for it. No database, no clock.

Every hash of the log is SHA-256 over *framed* fields: each field is preceded by its length as eight bytes, big-endian.
A delimiter join would let two different entries give the same bytes (`a|b` + `c` and `a` + `b|c`); lengths can't.
The first field names the kind and the version of what follows, so no hash of one kind can pass for another.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENTRY_TAG = b"openscf-audit-entry-v1"
CHAIN_TAG = b"openscf-audit-chain-v1"
CHAIN_START = bytes(32)  # the chain hash before the first entry
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the audit log.

    Attributes:
        seq: Place in the chain, gapless from 1; 0 while it waits in the inbox.
        tenant: The book in which it happened.
        id: Identifier given by the transaction that made it.
        at: Instant of that transaction.
        actor: Who acted: `per_…`, `key_…`, `system:<job>`.
        action: What was done, `capability.verb`.
        subject: Prefixed id of what changed.
        request: The request that caused it, if there was one.
        payload: The facts, canonical JSON, as the very text that is hashed.
    """

    seq: int
    tenant: uuid.UUID
    id: uuid.UUID
    at: dt.datetime
    actor: str
    action: str
    subject: str
    request: uuid.UUID | None
    payload: str


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry with the hashes that are stored beside it.

    Attributes:
        entry: The entry.
        leaf: Its leaf hash as stored, 32 bytes.
        chain: Its chain hash as stored, 32 bytes.
    """

    entry: Entry
    leaf: bytes
    chain: bytes


def framed(*fields: bytes) -> bytes:
    """The fields, each preceded by its length in eight bytes, big-endian."""
    return b"".join(part for item in fields for part in (len(item).to_bytes(8, "big"), item))


def number(value: int) -> bytes:
    """A count or a place as eight bytes, big-endian."""
    return value.to_bytes(8, "big")


def instant(at: dt.datetime) -> bytes:
    """An aware instant as microseconds since 1970-01-01 UTC in eight bytes, big-endian, signed."""
    return ((at - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True)


def entry_bytes(entry: Entry) -> bytes:
    """The bytes that stand for an entry: the tag and its nine fields, framed, in the order of `Entry`."""
    return framed(
        ENTRY_TAG,
        number(entry.seq),
        entry.tenant.bytes,
        entry.id.bytes,
        instant(entry.at),
        entry.actor.encode(),
        entry.action.encode(),
        entry.subject.encode(),
        entry.request.bytes if entry.request else b"",
        entry.payload.encode(),
    )


def leaf_hash(entry: Entry) -> bytes:
    """The entry's leaf in the Merkle tree: SHA-256 of 0x00 and its bytes (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + entry_bytes(entry)).digest()


def chain_hash(previous: bytes, leaf: bytes) -> bytes:
    """The next chain hash: SHA-256 of the framed tag, the previous chain hash and the leaf hash."""
    return hashlib.sha256(framed(CHAIN_TAG, previous, leaf)).digest()


def origin_of(first_leaf: bytes) -> str:
    """The name of a log: its first entry's leaf hash, so that no two logs share a name."""
    return f"openscf-audit/{first_leaf.hex()}"


def entry_record(entry: Entry) -> dict[str, Any]:
    """The entry as a JSON-ready record; `entry_from` reads it back."""
    return {
        "seq": entry.seq,
        "tenant": str(uuid.UUID(int=entry.tenant.int)),
        "id": str(uuid.UUID(int=entry.id.int)),
        "at": instant_text(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "request": str(uuid.UUID(int=entry.request.int)) if entry.request else None,
        "payload": entry.payload,
    }


def entry_from(record: Mapping[str, Any]) -> Entry:
    """The entry that `entry_record` described.

    Raises:
        ValueError, KeyError, TypeError: It is not such a record.
    """
    texts = {name: record[name] for name in ("actor", "action", "subject", "payload")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("an entry's actor, action, subject and payload are texts")
    request = record["request"]
    return Entry(
        seq=count_from(record["seq"]),
        tenant=uuid.UUID(record["tenant"]),
        id=uuid.UUID(record["id"]),
        at=instant_from(record["at"]),
        request=None if request is None else uuid.UUID(request),
        **texts,
    )


def instant_text(at: dt.datetime) -> str:
    """RFC 3339 in UTC with six digits of seconds, the only spelling in which instants appear in notes and evidence."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant_from(text: str) -> dt.datetime:
    """The instant that `instant_text` wrote.

    Raises:
        ValueError: Any other spelling.
    """
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None or instant_text(at) != text:
        raise ValueError(f"{text!r} is not an instant in UTC with microseconds")
    return at


def count_from(value: Any) -> int:
    """The count or place that a JSON document names.

    Raises:
        ValueError: Not an integer from 0 to 2**63 - 1 (a boolean is none).
    """
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError(f"{value!r} is not a count")
    return value
