"""Seeded requests of several senders through the proxy, and the books that must agree at the end.

A sender sends each request until it is answered, as a careful client does, and now and then once more afterwards. The
auditor compares what was answered with what is in the tables: effects = requests, replays byte-equal.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from openscf.db import Command, CommitUnknownError, Context, Database, Outcome, answer_command
from openscf.db.idempotency import IN_FLIGHT
from openscf.kernel.errors import Refusal
from tests.suites import play
from tests.suites.ambiguous_commit.proxy import FAULTS, Plan

MOST_SENDINGS = 40
WEIGHTS = (46, 6, 10, 8, 16, 8, 6)  # in the order of FAULTS: about half of all commits are disturbed
LINES, CEILING = 6, 100_000
Answerer = Callable[[Database, Context, Command, Callable[[Any], Any]], Outcome]


def seeded_plan(seed: int) -> Plan:
    """A plan drawn from `seed`: the same fault for the same COMMIT number."""
    return lambda count: random.Random(f"{seed}/{count}").choices(FAULTS, WEIGHTS)[0]


@dataclass(frozen=True, slots=True)
class Request:
    """One intention: draw `amount` from `line`; an amount above the ceiling is meant to be refused."""

    key: str
    line: str
    amount: int

    @property
    def refused(self) -> bool:
        return self.amount > CEILING


@dataclass(slots=True)
class Books:
    """What the senders were answered."""

    answers: dict[str, set[bytes]] = field(default_factory=dict)
    replays: int = 0
    sendings: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, request: Request, outcome: Outcome) -> None:
        with self.lock:
            self.answers.setdefault(request.key, set()).add(outcome.response_bytes)
            self.replays += outcome.replayed


def requests(seed: int, count: int) -> list[Request]:
    """`count` requests; one in eight is to be refused."""
    chance = random.Random(seed)
    return [
        Request(
            f"r{n}", f"L{chance.randrange(LINES)}", CEILING + 1 if chance.random() < 0.125 else chance.randint(1, 9)
        )
        for n in range(count)
    ]


def open_lines(database: Database, context: Context) -> None:
    with database.transaction(context) as work:
        for n in range(LINES):
            play.new_line(work, f"L{n}", CEILING)


def send_all(
    database: Database,
    context: Context,
    wanted: list[Request],
    *,
    seed: int,
    answerer: Answerer = answer_command,
    threads: int = 4,
) -> Books:
    """Send all requests from several threads until each is answered; some are sent by two threads at once."""
    books = Books()

    def sender(number: int) -> None:
        chance = random.Random(f"{seed}/{number}")
        for n, request in enumerate(wanted):
            if n % threads == number or chance.random() < 0.15:
                insist(database, context, request, books=books, answerer=answerer)

    workers = [threading.Thread(target=sender, args=[number]) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return books


def insist(database: Database, context: Context, request: Request, *, books: Books, answerer: Answerer) -> None:
    """Send one request until it is answered."""
    command = Command("play.draw", request.key, {"line": request.line, "amount": request.amount})
    for _ in range(MOST_SENDINGS):
        with books.lock:
            books.sendings += 1
        try:
            outcome = answerer(
                database, context, command,
                lambda work: play.draw(work, request.line, request.amount, reference=request.key),
            )  # fmt: skip
        except (psycopg.OperationalError, CommitUnknownError):
            continue
        except Refusal as refusal:
            if refusal.kind is not IN_FLIGHT:
                raise
            continue
        books.note(request, outcome)
        return


def breaches(database: Database, context: Context, wanted: list[Request], books: Books) -> list[str]:
    """What the auditor finds wrong; empty when effects = requests and every repetition was byte-equal."""
    with database.reading(context) as work:
        rows = Counter(work.execute("SELECT reference, amount FROM play.drawing").fetchall())
        drawn = sum(row[0] for row in work.execute("SELECT drawn FROM play.line"))
        told = Counter(row[0] for row in work.execute("SELECT payload::json ->> 'reference' FROM platform.outbox"))
        kept = dict(work.execute("SELECT key, response FROM platform.idempotency").fetchall())
        entries = Counter(row[0] for row in work.execute("SELECT action FROM platform.audit_inbox"))
    meant = Counter((request.key, request.amount) for request in wanted if not request.refused)
    refused = sum(request.refused for request in wanted)
    stored = {request.key: {kept.get(request.key, "").encode()} for request in wanted}
    checks = {
        "effects differ from requests": rows == meant,
        "balances differ from requests": drawn == sum(amount for _, amount in meant.elements()),
        "messages differ from requests": told == Counter(key for key, _ in meant.elements()),
        "an answer was lost, or a repetition was answered otherwise": books.answers == stored,
        "audit entries differ from requests": entries
        == Counter({"play.draw": len(wanted) - refused, "platform.refuse_command": refused}),
    }
    return [breach for breach, holds in checks.items() if not holds]
