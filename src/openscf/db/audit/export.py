"""`openscf evidence export`: gathers entries, proofs and notes into a package and signs it."""

import bisect
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from openscf.db.audit import store
from openscf.db.audit.check import notes_of, snapshot
from openscf.db.audit.evidence import verify_evidence
from openscf.db.audit.format import Entry
from openscf.db.audit.merkle import consistency_proof, inclusion_proof
from openscf.db.audit.notes import Note, raw_public
from openscf.db.audit.package import Package, manifest_of, pack
from openscf.db.audit.sealer import Sealer
from openscf.db.audit.verify import Notebook, check_notes
from openscf.kernel.errors import refusal

EVIDENCE_CHOICE_EMPTY = refusal(
    "evidence_choice_empty",
    en="No entry of the audit log matches the choice {choice}.",
    zh="审计日志中没有符合条件 {choice} 的记录。",
    fix_en="Check the id of the subject, or the places; `openscf audit show` lists what there is.",
    fix_zh="请核对对象编号或序号范围；`openscf audit show` 可列出现有记录。",
    status=404,
)
EVIDENCE_LOG_BROKEN = refusal(
    "evidence_log_broken",
    en="The audit log does not hold, so no evidence can be made from it: {problem}.",
    zh="审计日志未通过校验，无法据此出具证据：{problem}。",
    fix_en="Run `openscf audit verify` to see what was changed.",
    fix_zh="请运行 `openscf audit verify` 查看被改动之处。",
    status=409,
)


def export_evidence(sealer: Sealer, choice: store.Choice) -> bytes:
    """The file of evidence for a choice of entries; everything committed is sealed and covered by a note first.

    The same log and the same choice give the same bytes.

    Args:
        sealer: Of this log.
        choice: Subject, tenant, or both places; not actions.

    Raises:
        Refusal: `evidence_choice_empty`, `evidence_log_broken`, or what the sealer refuses.
    """
    sealer.seal(checkpoint=True)
    book = check_notes(notes_of(sealer.sinks[0]), sealer.keys.publics().values())
    if book.findings or not book.notes:
        raise (
            EVIDENCE_LOG_BROKEN(problem=book.findings[0].reason) if book.findings else EVIDENCE_CHOICE_EMPTY(choice="*")
        )
    with snapshot(sealer.database) as connection:
        package = _gathered(connection, choice, book.notes)
    signer = sealer.keys.signer(package.final.turn())
    data = pack(package, signer.private.sign(manifest_of(package)))
    judged = verify_evidence(data, raw_public(signer.private))
    if not judged.ok:
        raise EVIDENCE_LOG_BROKEN(problem=judged.problems[0])
    return data


def _gathered(connection: store.Connection, choice: store.Choice, notes: Sequence[Note]) -> Package:
    asked, final = _asked(choice), notes[-1]
    until = final.size if choice.last is None else choice.last
    entries = [found.entry for found in store.sealed_entries(connection, replace(choice, last=min(until, final.size)))]
    if not entries or until > final.size:
        raise EVIDENCE_CHOICE_EMPTY(choice=asked)
    read = store.TreeReader(connection)
    try:
        package = Package(asked, _chosen_notes(notes, entries), (), ())
        chain = package.chain()
        return replace(
            package,
            consistency=[consistency_proof(read, one.size, two.size) for one, two in itertools.pairwise(chain)],
            entries=[(entry, inclusion_proof(read, entry.seq - 1, final.size)) for entry in entries],
        )
    except (LookupError, ValueError) as error:
        raise EVIDENCE_LOG_BROKEN(problem=error) from None


def _chosen_notes(notes: Sequence[Note], entries: Sequence[Entry]) -> list[Note]:
    """The last note, the first standing one that covers each entry, and what tells of keys and restores."""
    standing = Notebook(notes=list(notes)).standing()
    sizes = [note.size for note in standing]
    covering = {standing[bisect.bisect_left(sizes, entry.seq)].number for entry in entries}
    return [note for note in notes if note.number in covering or note.kind != "checkpoint" or note is notes[-1]]


def _asked(choice: store.Choice) -> dict[str, Any]:
    given = {
        "subject": choice.subject,
        "tenant": None if choice.tenant is None else str(uuid.UUID(int=choice.tenant.int)),
        "from": choice.first,
        "to": choice.last,
    }
    return {name: value for name, value in given.items() if value is not None}
