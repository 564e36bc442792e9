"""Whether the books hold and the log that vouches for them, what was found before, and how far the log is signed."""

import datetime as dt
import json
from typing import Any, Final

from pydantic import Field

from openscf import operations
from openscf.db import Context, UnitOfWork
from openscf.db.audit import LogReport, audited_in, sealer_at, standing_in, verify_audit
from openscf.kernel.invariants import INVARIANTS
from openscf.parties import PartyRole, Permission, authorise
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.shapes import Instant, View

HOUSE: Final = frozenset({PartyRole.OPERATOR})
VERIFIED: Final = "operations.verify"
MOST_BREACHES: Final = 100  # kept of each kind: whoever must see all repeats the verification
MOST_SHOWN: Final = 20


class BreachView(View):
    """Something that must hold and does not.

    Attributes:
        en, zh: What must hold.
    """

    invariant: str
    check: str
    subject: str
    facts: dict[str, Any]
    en: str
    zh: str


class LogView(View):
    """The judgement over the audit log of the installation.

    Attributes:
        entries: Entries that hold, counted from the first.
        covered: Of these, how many a signed note outside the database covers.
        waiting: Not sealed yet.
        first_bad: Place of the first entry that does not hold.
        findings: Notes and signatures that do not hold, and why.
    """

    ok: bool
    entries: int
    covered: int
    waiting: int
    first_bad: int | None
    findings: list[str]


class VerifiedView(View):
    """Every invariant of the book, from one snapshot, and the log that vouches for it."""

    ok: bool
    checks: int
    breaches: list[BreachView]
    log: LogView


class NoteView(View):
    """A signed note that left the database: so many entries stood under this root at that time.

    Attributes:
        kind: `checkpoint`, `rotation` of the key, or `restore` of a backup.
        entries: Of the log at that time.
        root: Merkle root over them, in hexadecimal digits.
        key: Id of the key that signed.
    """

    number: int
    kind: str
    entries: int
    at: Instant
    root: str
    key: str


class PastView(View):
    """A verification that somebody ran.

    Attributes:
        breaches: How many.
        entries: Of the log, that held.
        first: The first of what did not hold.
    """

    at: Instant
    ok: bool
    checks: int
    breaches: int
    entries: int
    first: str | None


class AuditView(View):
    """How far the audit log is vouched for, and what verifications found.

    Attributes:
        waiting: Entries of this book that wait for the sealer.
        notes: The last ones, the newest first.
        verifications: The last ones, the newest first.
        on: Today in this book.
    """

    on: dt.date
    waiting: int
    notes: list[NoteView] = Field(max_length=MOST_SHOWN)
    verifications: list[PastView] = Field(max_length=MOST_SHOWN)


@operation(
    "POST /v1/verifications", group="running", en="Do the books hold?", zh="核验账簿与审计日志。", offices=HOUSE,
    work=Work.ALONE, refusals=("not_allowed",), cli="openscf verify",
)  # fmt: skip
def verify_books(desk: Desk) -> VerifiedView:
    """Compute every invariant of the book anew from one snapshot, and judge the audit log; each breach is named.

    That it was run, by whom and what it found is itself an entry of the log.
    """
    database, house = desk.database, desk.house
    database.run(desk.context, lambda work: authorise(work, Permission.VIEW, desk.party))
    report = operations.verify_tenant(database, desk.principal.tenant)
    sealer = sealer_at(house.database, house.platform.settings)
    log = _log(verify_audit(house.database, sealer.keys, sealer.sinks))
    breaches = [
        BreachView(
            invariant=one.invariant, check=one.check, subject=str(one.subject), en=INVARIANTS[one.invariant][0],
            zh=INVARIANTS[one.invariant][1], facts=json.loads(json.dumps(dict(one.facts), default=str)),
        )
        for one in report.breaches
    ]  # fmt: skip
    found = VerifiedView(ok=not breaches and log.ok, checks=report.checks, breaches=breaches, log=log)
    database.run(desk.context, lambda work: work.audit(VERIFIED, str(desk.principal.tenant), _kept(found)))
    return found


def _log(report: LogReport) -> LogView:
    findings = [f"{one.place}: {one.reason}" for one in (*report.bad_checkpoints, *report.bad_seals)]
    bad = report.first_bad
    return LogView(
        ok=report.ok, entries=report.entries, covered=report.covered, waiting=report.waiting,
        first_bad=None if bad is None else bad.seq,
        findings=([] if bad is None else [f"{bad.seq}: {bad.reason}"]) + findings,
    )  # fmt: skip


def _kept(found: VerifiedView) -> dict[str, Any]:
    wrong = [f"{one.invariant} {one.check} {one.subject}" for one in found.breaches[:MOST_BREACHES]]
    return {
        "ok": found.ok, "checks": found.checks, "breaches": len(found.breaches), "entries": found.log.entries,
        "wrong": [*wrong, *found.log.findings[:MOST_BREACHES]],
    }  # fmt: skip


@operation(
    "GET /v1/audit", group="running", en="How far is the log vouched for, and what did verifications find?",
    zh="审计日志的签名情况与核验记录。", offices=HOUSE, work=Work.READ_HOUSE, cli="openscf audit verify",
)  # fmt: skip
def get_audit(desk: Desk, work: UnitOfWork) -> AuditView:
    """The last signed notes and the last verifications; the log itself is read on the host (`openscf audit show`)."""
    del work  # the role that serves members may not read what waits for the sealer
    with desk.database.reading(Context(desk.principal.tenant, "system:audit")) as reading:
        standing = standing_in(reading, most=MOST_SHOWN)
        runs = list(audited_in(reading, actions=(VERIFIED,)))[-MOST_SHOWN:]
    notes = [
        NoteView(number=one.number, kind=one.kind, entries=one.size, at=one.at, root=one.root.hex(), key=one.key.hex())
        for one in standing.notes
    ]
    past = [_past(one.at, json.loads(one.payload)) for one in reversed(runs)]
    return AuditView(on=desk.today, waiting=standing.waiting, notes=notes, verifications=past)


def _past(at: dt.datetime, kept: dict[str, Any]) -> PastView:
    return PastView(
        at=at, ok=kept["ok"], checks=kept["checks"], breaches=kept["breaches"], entries=kept["entries"],
        first=next(iter(kept["wrong"]), None),
    )  # fmt: skip
