"""The workload of the audit log: commands, sealed as they come, with checkpoints and one change of the key."""

import random
from collections import Counter
from typing import Any

from openscf.db import Command, answer_command
from openscf.db.audit import FolderSink, KeyRing, LogReport, Sealer, audited, verify_audit
from tests.suites.crash.harness import Run, Workload
from tests.suites.crash.workload_db import CEILING, LINES, context_of, drawing, prepare

COMMANDS = 9


def sealer_of(run: Run) -> Sealer:
    """The sealer with keys and notes in the folder of the case."""
    return Sealer(run.database, KeyRing(run.folder / "keys"), [FolderSink(run.folder / "notes")])


def running(run: Run) -> None:
    """Every third command is followed by the sealer; the key changes once on the way."""
    context, chance = context_of(run), random.Random(run.seed)
    for n in range(COMMANDS):
        line, amount = f"L{chance.randrange(LINES)}", chance.choice([1, 2, 3, CEILING + 1])
        command = Command("play.draw", f"c{n:02}", {"line": line, "amount": amount})
        outcome = answer_command(run.database, context, command, drawing(line, amount, f"c{n:02}"))
        run.acknowledge(f"c{n:02}", outcome.response_bytes)
        if n % 3 == 2:
            sealer_of(run).seal(checkpoint=True)
        if n == COMMANDS // 2:
            sealer_of(run).rotate_key()
    sealer_of(run).seal(checkpoint=True)


def report_of(run: Run) -> LogReport:
    """The judgement of the whole log."""
    return verify_audit(run.database, KeyRing(run.folder / "keys"), [FolderSink(run.folder / "notes")])


def state(run: Run) -> Any:
    """What the log says, how often, and how much of it is signed outside the database."""
    said = Counter(entry.action for entry in audited(run.database, context_of(run).tenant))
    report = report_of(run)
    return {
        "said": sorted(said.items()),
        "entries": report.entries,
        "covered": report.covered,
        "waiting": report.waiting,
    }


def breaches(run: Run) -> list[str]:
    """What the verifier finds."""
    report = report_of(run)
    return [] if report.ok else [f"the audit log does not hold: {report.as_record()}"]


WORKLOAD = Workload(
    place="tests.suites.crash.workload_audit:WORKLOAD",
    covers=(
        "audit.after_commit",
        "audit.before_commit",
        "audit.half_note",
        "audit.note_written",
        "audit.rotated",
        "audit.taken",
    ),
    prepare=prepare,
    run=running,
    state=state,
    breaches=breaches,
)
