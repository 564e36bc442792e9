"""The end of the chain, checked before anything is built on it.

The sealer never continues a history that it did not sign: a forged entry at the end, a database that is older than the
notes outside it, a folder of notes that lost some are refused by name. Business goes on meanwhile: its entries wait in
the inbox.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from openscf.db.audit import store
from openscf.db.audit.format import CHAIN_START
from openscf.db.audit.keys import KeyRing, SigningKey
from openscf.db.audit.merkle import Frontier
from openscf.db.audit.notes import Note, Record, Seal, note_line, signature_holds
from openscf.db.audit.sinks import Sink
from openscf.kernel.errors import refusal

AUDIT_HEAD_DAMAGED = refusal(
    "audit_head_damaged",
    en="The audit log's last signature speaks of {signed} entries, but that is not how the log ends ({found} entries).",
    zh="审计日志的最后一次签名对应 {signed} 条记录，但日志末尾与之不符（现有 {found} 条）。",
    fix_en="Somebody changed the log in the database. Run `openscf audit verify`; restore a backup.",
    fix_zh="有人在数据库中改动了日志。请运行 `openscf audit verify`，并从备份恢复。",
    status=409,
)
AUDIT_HISTORY_DIFFERS = refusal(
    "audit_history_differs",
    en="Checkpoint {number} outside the database signed {signed} entries; the database has {found} that do not agree.",
    zh="数据库之外的检查点 {number} 签名了 {signed} 条记录；数据库现有 {found} 条，二者不一致。",
    fix_en="Run `openscf audit verify`. If you restored a backup, say so: `openscf audit resume --reason …`.",
    fix_zh="请运行 `openscf audit verify`。若确系恢复备份，请声明：`openscf audit resume --reason …`。",
    status=409,
)
AUDIT_NOTE_FORGED = refusal(
    "audit_note_forged",
    en="The signature of checkpoint {number} does not hold.",
    zh="检查点 {number} 的签名无效。",
    fix_en="Somebody changed the folder of checkpoints. Run `openscf audit verify`; put the folder back from its copy.",
    fix_zh="有人改动了检查点文件夹。请运行 `openscf audit verify`，并用副本恢复该文件夹。",
    status=409,
)
AUDIT_CHECKPOINTS_MISSING = refusal(
    "audit_checkpoints_missing",
    en="The database knows {known} checkpoints, the folder of checkpoints only {found}.",
    zh="数据库中有 {known} 个检查点，检查点文件夹中只有 {found} 个。",
    fix_en="Put the folder back from its copy, or write it anew: `openscf audit resume --reason …`.",
    fix_zh="请用副本恢复该文件夹，或重新写入：`openscf audit resume --reason …`。",
    status=409,
)


@dataclass(slots=True)
class Head:
    """Where the chain ends.

    Attributes:
        tree: The Merkle tree over all sealed entries.
        chain: Chain hash of the last.
        note: The last note outside the database, or None.
        key: The key whose turn it is to sign.
    """

    tree: Frontier
    chain: bytes
    note: Note | None
    key: SigningKey


def load_head(connection: store.Connection, ring: KeyRing, *, sinks: Sequence[Sink], now: dt.datetime) -> Head:
    """The end of the chain; brings sinks and the database's copies of notes up to date with the first sink.

    Raises:
        Refusal: What is wrong with it; see the module.
    """
    note = sinks[0].latest()
    seal, tree, chain = sealed_head(connection, ring)
    if note is not None:
        check_signature(note, ring)
        if note.size > tree.size or store.chain_at(connection, note.size) != note.chain:
            raise AUDIT_HISTORY_DIFFERS(number=note.number, signed=note.size, found=tree.size)
    found = note.number if note else 0
    known = store.last_checkpoint(connection)
    if known > found:
        raise AUDIT_CHECKPOINTS_MISSING(known=known, found=found)
    if known < found:
        copy_notes(connection, sinks[0], after=known)
    for sink in sinks[1:]:
        catch_up(sink, sinks[0], note)
    return Head(tree, chain, note, key_in_turn(ring, note, seal=seal, now=now))


def sealed_head(connection: store.Connection, ring: KeyRing) -> tuple[Seal | None, Frontier, bytes]:
    """The last seal, the tree and the chain hash at the end of the log, each confirmed by the seal's signature.

    Raises:
        Refusal: `audit_head_damaged`.
    """
    size, chain = store.last_entry(connection)
    try:
        found = store.last_seal(connection)
    except ValueError:
        raise AUDIT_HEAD_DAMAGED(signed="?", found=size) from None
    if found is None:
        if size:
            raise AUDIT_HEAD_DAMAGED(signed=0, found=size)
        return None, Frontier(), CHAIN_START
    seal, tree = found
    public = ring.publics().get(seal.key, b"")
    signed = signature_holds(public, seal.signature, seal.body())
    if not signed or (seal.last, seal.chain, seal.root) != (size, chain, tree.root()):
        raise AUDIT_HEAD_DAMAGED(signed=seal.last, found=size)
    return seal, tree, chain


def check_signature(note: Note, ring: KeyRing) -> None:
    """Refuse a note that no key of the ring signed.

    Raises:
        Refusal: `audit_note_forged`.
    """
    if not signature_holds(ring.publics().get(note.key, b""), note.signature, note.body()):
        raise AUDIT_NOTE_FORGED(number=note.number)


def key_in_turn(ring: KeyRing, note: Note | None, *, seal: Seal | None, now: dt.datetime) -> SigningKey:
    """The key that has to sign next: the last note tells, or the last seal; the first of all is made here.

    Raises:
        Refusal: `audit_key_missing`: its private half is not in the ring.
    """
    current = ring.current()
    wanted = current.id if current else None
    if note is not None:
        wanted = note.turn()
    elif seal is not None:
        wanted = seal.key
    if wanted is None:
        return ring.start(now)
    # A rotation that died between its note and the change of the current key is finished here.
    return current if current and current.id == wanted else ring.use(wanted)


def copy_notes(connection: store.Connection, sink: Sink, *, after: int) -> None:
    """Copy the sink's notes with numbers above `after` into the database."""
    for line in sink.lines():
        if line.record is not None and line.record.note.number > after:
            note = line.record.note
            store.add_checkpoint(connection, note.number, note.size, note=note_line(replace(line.record, leaves=None)))
    connection.commit()


def catch_up(sink: Sink, first: Sink, note: Note | None) -> None:
    """Bring a sink up to date with the first sink."""
    latest = sink.latest()
    reached = latest.number if latest else 0
    if note is None or reached >= note.number:
        return
    for line in first.lines():
        if line.record is not None and line.record.note.number > reached:
            sink.append(Record(line.record.note, line.record.leaves))
