"""An auditor who believes nobody: the books made again from the transfer rows, and held against what callers were told.

It shares no code with the ledger and none with `openscf verify`: balances, versions, holds, bounds and the digests of
the audit log are worked out here once more, in plain Python.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from openscf.db import Context, Database
from openscf.ledger import Answer, Batch, Transfer
from openscf.ledger.model import PASSING

TRANSFER, HOLD, POST_HOLD, VOID_HOLD, EXPIRE_HOLD, REVERSE = range(1, 7)
MOVES = (TRANSFER, POST_HOLD, REVERSE)
ENDS = {POST_HOLD: 2, VOID_HOLD: 3, EXPIRE_HOLD: 4}
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_INT8, _INT2, _TEXT, _DATE, _INSTANT, _UUID = 20, 21, 25, 1082, 1184, 2950  # types as PostgreSQL numbers them
_ROWS = """SELECT id, debit_id, credit_id, audit_id, amount_minor, debit_after_minor, credit_after_minor, debit_version,
    credit_version, at, value_on, kind, reason, ref_id, subject_id, expires_at FROM ledger.transfer ORDER BY id"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `ledger.transfer`."""

    id: uuid.UUID
    debit: uuid.UUID
    credit: uuid.UUID
    audit: uuid.UUID
    amount: int
    debit_after: int
    credit_after: int
    debit_version: int
    credit_version: int
    at: dt.datetime
    value_on: dt.date
    kind: int
    reason: str
    ref: uuid.UUID | None
    subject: uuid.UUID | None
    expires_at: dt.datetime | None


@dataclass(slots=True)
class Told:
    """What the callers were answered.

    Attributes:
        batches: Each batch that was posted, with its answers.
        undone: Batches in units of work that were rolled back after a refusal.
        expired: How many holds the sweeps said that they ended.
        errors: What was no answer at all.
    """

    batches: list[tuple[Batch, tuple[Answer, ...]]] = field(default_factory=list)
    undone: list[Batch] = field(default_factory=list)
    expired: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Told") -> None:
        """Take over what another process was told."""
        self.batches += other.batches
        self.undone += other.undone
        self.expired += other.expired
        self.errors += other.errors

    def answers(self) -> Iterator[tuple[Transfer, Answer]]:
        """Each transfer with its answer."""
        for batch, answers in self.batches:
            yield from zip(batch, answers, strict=True)


@dataclass(slots=True)
class Books:
    """Everything that the tables say, in one snapshot."""

    rows: dict[uuid.UUID, Row]
    accounts: dict[uuid.UUID, tuple[Any, ...]]
    holds: dict[uuid.UUID, tuple[Any, ...]]
    failed: dict[uuid.UUID, int]
    audited: dict[uuid.UUID, dict[str, Any]]


def read(database: Database, context: Context) -> Books:
    """Read the whole book of a tenant."""
    with database.reading(context) as work:
        rows = [Row(*row) for row in work.execute(_ROWS)]
        accounts = work.execute(
            """SELECT id, posted_minor, held_out_minor, held_in_minor, version, floor_minor, ceiling_minor, touched_at
               FROM ledger.account"""
        ).fetchall()
        holds = work.execute("SELECT id, state, posted_minor, amount_minor FROM ledger.hold").fetchall()
        failed = work.execute("SELECT id, code FROM ledger.failed_transfer").fetchall()
        entries = work.execute("SELECT id, payload FROM platform.audit_inbox WHERE action = 'ledger.post'").fetchall()
    return Books(
        rows={row.id: row for row in rows},
        accounts={row[0]: row[1:] for row in accounts},
        holds={row[0]: row[1:] for row in holds},
        failed=dict(failed),
        audited={row[0]: json.loads(row[1]) for row in entries},
    )


def breaches(database: Database, context: Context, told: Told | None = None) -> list[str]:
    """What is wrong with a tenant's book, in words; empty when nothing is."""
    books = read(database, context)
    found = [*_histories(books), *_holds(books), *_reversals(books), *_digests(books)]
    if told is not None:
        found += _answers(books, told)
    return found


def _histories(books: Books) -> Iterator[str]:
    sides: dict[uuid.UUID, list[tuple[int, Row]]] = defaultdict(list)
    for row in books.rows.values():
        sides[row.debit].append((row.debit_version, row))
        sides[row.credit].append((row.credit_version, row))
    for account, facts in books.accounts.items():
        history = [row for _, row in sorted(sides.pop(account, []), key=lambda side: side[0])]
        yield from _history(books, account, facts, history)
    if sides:
        yield f"transfers of accounts that do not exist: {sorted(sides)}"
    if sum(facts[0] for facts in books.accounts.values()):
        yield "the trial balance is not zero"


def _history(books: Books, account: uuid.UUID, facts: tuple[Any, ...], history: list[Row]) -> Iterator[str]:
    posted, out, inn, version, floor, ceiling, touched = facts
    balance = holding_out = holding_in = 0
    at = None
    for place, row in enumerate(history, start=1):
        gives = row.debit == account
        balance += (-row.amount if gives else row.amount) if row.kind in MOVES else 0
        held = _held(books, row)
        holding_out, holding_in = (holding_out + held, holding_in) if gives else (holding_out, holding_in + held)
        if (row.debit_version if gives else row.credit_version) != place:
            yield f"versions of {account} have a gap or a double at {place}"
        if (row.debit_after if gives else row.credit_after) != balance:
            yield f"balance after {row.id} on {account} is not {balance}"
        if floor is not None and balance - holding_out < floor:
            yield f"{account} was below its floor at version {place}"
        if ceiling is not None and balance + holding_in > ceiling:
            yield f"{account} was above its ceiling at version {place}"
        if at is not None and row.at < at:
            yield f"time of {account} runs backwards at version {place}"
        at = row.at
    if (posted, out, inn, version) != (balance, holding_out, holding_in, len(history)):
        worked_out = (balance, holding_out, holding_in, len(history))
        yield f"{account} says {(posted, out, inn, version)}, its history {worked_out}"
    if at is not None and touched < at:
        yield f"{account} was touched after {touched}"


def _held(books: Books, row: Row) -> int:
    """What a transfer adds to the open holds of both its accounts."""
    if row.kind == HOLD:
        return row.amount
    made = books.rows.get(row.ref) if row.ref and row.kind in ENDS else None
    return -made.amount if made else 0


def _holds(books: Books) -> Iterator[str]:
    ends: dict[uuid.UUID | None, list[Row]] = defaultdict(list)
    for row in books.rows.values():
        if row.kind in ENDS:
            ends[row.ref].append(row)
    for row in books.rows.values():
        if row.kind == HOLD:
            yield from _hold(row, ends.pop(row.id, []), books.holds.get(row.id))
    if ends:
        yield f"ends of holds that do not exist: {sorted(map(str, ends))}"
    made = {row.id for row in books.rows.values() if row.kind == HOLD}
    if books.holds.keys() - made:
        yield "holds that nobody made"


def _hold(made: Row, ends: list[Row], kept: tuple[Any, ...] | None) -> Iterator[str]:
    if len(ends) > 1:
        yield f"hold {made.id} ended {len(ends)} times"
    state, posted = 1, 0
    for end in ends:
        state, posted = ENDS[end.kind], end.amount if end.kind == POST_HOLD else 0
        if (end.debit, end.credit) != (made.debit, made.credit) or end.amount > made.amount:
            yield f"{end.id} ends hold {made.id} otherwise than it was made"
        due = made.expires_at is not None and made.expires_at <= end.at
        if due != (end.kind == EXPIRE_HOLD):
            yield f"hold {made.id} was ended by kind {end.kind} though its time had {'' if due else 'not '}come"
    if kept != (state, posted, made.amount):
        yield f"hold {made.id} says {kept}, its transfers {(state, posted, made.amount)}"


def _reversals(books: Books) -> Iterator[str]:
    reversals = [row for row in books.rows.values() if row.kind == REVERSE]
    for ref, count in Counter(row.ref for row in reversals).items():
        if count > 1:
            yield f"{ref} was reversed {count} times"
    for row in reversals:
        original = books.rows.get(row.ref) if row.ref else None
        mirror = original and (original.credit, original.debit, original.amount) == (row.debit, row.credit, row.amount)
        if not mirror or original is None or original.kind not in (TRANSFER, POST_HOLD):
            yield f"{row.id} is no mirror image of {row.ref}"


def _digests(books: Books) -> Iterator[str]:
    groups: dict[uuid.UUID, list[Row]] = defaultdict(list)
    for row in books.rows.values():
        groups[row.audit].append(row)
    if groups.keys() != books.audited.keys():
        yield f"{len(groups.keys() ^ books.audited.keys())} postings and audit entries have no counterpart"
    for audit, rows in groups.items():
        ordered = sorted(rows, key=lambda row: row.id.bytes)
        digest = hashlib.sha256(b"".join(map(_bytes, ordered))).hexdigest()
        if books.audited.get(audit, {}) != {"digest": digest, "transfers": len(rows)}:
            yield f"audit entry {audit} does not vouch for its transfers"


def _bytes(row: Row) -> bytes:
    """The bytes of a transfer that its audit entry vouches for: PostgreSQL's binary form of the row.

    The number of fields, then for each its type, its length (-1 for null) and its bytes, all big-endian.
    """
    numbers = (row.amount, row.debit_after, row.credit_after, row.debit_version, row.credit_version)
    lapse = None if row.expires_at is None else _micros(row.expires_at).to_bytes(8, "big", signed=True)
    fields = [
        *((_UUID, item and item.bytes) for item in (row.id, row.debit, row.credit, row.ref, row.subject)),
        *((_INT8, number.to_bytes(8, "big", signed=True)) for number in numbers),
        (_INT2, row.kind.to_bytes(2, "big")),
        (_DATE, (row.value_on - _EPOCH.date()).days.to_bytes(4, "big", signed=True)),
        (_INSTANT, lapse),
        (_TEXT, row.reason.encode()),
    ]
    spelled = (_field(kind, value) for kind, value in fields)
    return len(fields).to_bytes(4, "big") + b"".join(spelled)


def _field(kind: int, value: bytes | None) -> bytes:
    if value is None:
        return kind.to_bytes(4, "big") + b"\xff" * 4
    return kind.to_bytes(4, "big") + len(value).to_bytes(4, "big") + value


def _micros(at: dt.datetime) -> int:
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def _answers(books: Books, told: Told) -> Iterator[str]:
    """Answers OK are exactly the rows, each told once and to the caller who asked for it; refusals left nothing."""
    yield from (f"error: {error}" for error in told.errors)
    accepted = Counter(transfer.id for transfer, answer in told.answers() if answer is Answer.OK)
    sweeps = {row.id for row in books.rows.values() if row.reason == "ledger.expire"}
    funding = {row.id for row in books.rows.values() if row.reason == "test.move"}
    if set(accepted) != books.rows.keys() - sweeps - funding:
        unknown, lost = books.rows.keys() - sweeps - funding - set(accepted), set(accepted) - books.rows.keys()
        yield f"{len(unknown)} rows that nobody was told of, {len(lost)} answers OK without a row"
    yield from (f"{new} was accepted {count} times" for new, count in accepted.items() if count > 1)
    if len(sweeps) != told.expired:
        yield f"sweeps said {told.expired} and ended {len(sweeps)}"
    for batch, answers in told.batches:
        if Answer.OK in answers and set(answers) - {Answer.OK, Answer.EXISTS}:
            yield f"a batch was answered {[answer.name for answer in answers]}"
        yield from _agree(books, batch, answers)
    yield from _remembered(books, told)


def _agree(books: Books, batch: Batch, answers: Iterable[Answer]) -> Iterator[str]:
    for transfer, answer in zip(batch, answers, strict=False):
        row = books.rows.get(transfer.id)
        if answer in (Answer.OK, Answer.EXISTS) and row is not None and not _same(row, transfer):
            yield f"{transfer.id} was answered {answer.name} and stands there with other fields"
        elif answer is Answer.EXISTS and row is None:
            yield f"{transfer.id} was said to exist and does not"
        elif answer in PASSING and (row is not None or transfer.id not in books.failed):
            yield f"{transfer.id} was refused for {answer.name} and is not remembered as failed"


def _same(row: Row, asked: Transfer) -> bool:
    given = ((asked.debit, row.debit), (asked.credit, row.credit), (asked.amount_minor, row.amount))
    plain = (row.kind, row.reason, row.ref, row.value_on, row.expires_at)
    wanted = (int(asked.kind), asked.reason, asked.ref, asked.value_on, asked.expires_at)
    return plain == wanted and all(wish is None or wish == fact for wish, fact in given)


def _remembered(books: Books, told: Told) -> Iterator[str]:
    refused = {transfer.id for transfer, answer in told.answers() if answer in PASSING}
    if refused != books.failed.keys():
        yield f"{len(refused ^ books.failed.keys())} ids were refused and are not remembered as failed, or the reverse"
    if books.failed.keys() & books.rows.keys():
        yield f"{len(books.failed.keys() & books.rows.keys())} ids are both in the books and failed"
    answered = {transfer.id for transfer, _ in told.answers()}
    left = {t.id for batch in told.undone for t in batch} - answered
    if left & (books.rows.keys() | books.failed.keys()):
        yield "a unit of work that was rolled back left something behind"
