"""Going on after a restore: the operator says, signed and for ever, that the database is older than its notes."""

import json
from collections.abc import Sequence
from typing import Final

from openscf.db.audit import store
from openscf.db.audit.head import AUDIT_HISTORY_DIFFERS, Head, check_signature, copy_notes, key_in_turn, sealed_head
from openscf.db.audit.notes import Note, Record, record_from
from openscf.db.audit.sealer import Sealer
from openscf.db.audit.sinks import Sink
from openscf.db.audit.verify import Notebook
from openscf.kernel.errors import refusal

MAX_REASON: Final = 1000

AUDIT_NOTHING_TO_RESUME = refusal(
    "audit_nothing_to_resume",
    en="Nothing is to be resumed: the database is not behind its checkpoints, and the folder of them is whole.",
    zh="数据库并未落后于检查点，检查点文件夹也完整，无需恢复衔接。",
    fix_en="Just run `openscf audit seal`.",
    fix_zh="直接运行 `openscf audit seal` 即可。",
    status=409,
)
AUDIT_REASON_NEEDED = refusal(
    "audit_reason_needed",
    en="Resuming the audit log needs a reason of 1 to {most} characters.",
    zh="恢复审计日志的衔接需要填写 1 至 {most} 个字符的理由。",
    fix_en="Say which backup was restored, when, and who decided it.",
    fix_zh="请说明恢复了哪个备份、何时恢复、由谁决定。",
    status=400,
)


def resume(sealer: Sealer, reason: str) -> Note:
    """Declare that the database was restored to an earlier instant, or that the folder of notes was lost.

    The notes of what was given up stay; a note of kind `restore` says from where the log goes on. A log that was
    changed, and not just cut, is not resumed.

    Args:
        sealer: Of this log.
        reason: Why, for the auditor.

    Raises:
        Refusal: `audit_reason_needed`, `audit_nothing_to_resume`, `audit_history_differs`, `audit_head_damaged`.
    """
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise AUDIT_REASON_NEEDED(most=MAX_REASON)
    with sealer.alone() as connection:
        first = sealer.sinks[0]
        seal, tree, chain = sealed_head(connection, sealer.keys)
        refilled = _refill(connection, sealer, first)
        note = first.latest()
        if note is None or (note.size <= tree.size and not refilled):
            raise AUDIT_NOTHING_TO_RESUME()
        check_signature(note, sealer.keys)
        key = key_in_turn(sealer.keys, note, seal=seal, now=sealer.database.clock.now())
        head = Head(tree, chain, note, key)
        made = sealer.notary.note(connection, head, "restore", detail=reason.strip().encode())
        base = _base(_notes(first), made)
        if base and store.chain_at(connection, base.size) != base.chain:
            raise AUDIT_HISTORY_DIFFERS(number=base.number, signed=base.size, found=tree.size)
        copy_notes(connection, first, after=store.last_checkpoint(connection))
        sealer.notary.publish(connection, head, made, since=base.size if base else 0)
        return made


def _base(known: Sequence[Note], note: Note) -> Note | None:
    """The last of the known notes that still stands once `note` is there."""
    standing = Notebook(notes=[*known, note]).standing()[:-1]
    return standing[-1] if standing else None


def _notes(sink: Sink) -> list[Note]:
    return [line.record.note for line in sink.lines() if line.record is not None]


def _refill(connection: store.Connection, sealer: Sealer, sink: Sink) -> bool:
    """Write the notes that only the database has back into the sink, with their leaves."""
    known = _notes(sink)
    lost = store.checkpoints(connection, after=known[-1].number if known else 0)
    for _, _, text in lost:
        note = record_from(json.loads(text)).note
        check_signature(note, sealer.keys)
        base = _base(known, note)
        sink.append(Record(note, store.leaves(connection, base.size + 1 if base else 1, note.size)))
        known.append(note)
    return bool(lost)
