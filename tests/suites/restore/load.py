"""A load of exactly-once drawings on one line, and the check that a database holds an exact prefix of them.

All drawings take one unit from one line, so the line's total after a drawing is its place in the one order in which
all were committed: the oracle needs no clock.
"""

import datetime as dt
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg
from psycopg_pool import PoolTimeout

from openscf.db import Command, CommitUnknownError, Context, Database, run_command
from openscf.db.idempotency import IN_FLIGHT
from openscf.kernel.errors import Refusal
from tests.conftest import new_tenant
from tests.suites import play

LINE, CEILING = "the-line", 10**9


@dataclass(slots=True)
class Sent:
    """One drawing: when it was first sent, and, once acknowledged, when and in which place."""

    key: str
    sent_at: dt.datetime
    acked_at: dt.datetime | None = None
    place: int | None = None


@dataclass(slots=True)
class Log:
    """What the clients know."""

    context: Context
    entries: dict[str, Sent] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledged(self) -> list[Sent]:
        with self.lock:
            return [entry for entry in self.entries.values() if entry.place is not None]


def send(database: Database, log: Log, key: str, *, given_up: Callable[[], bool] = lambda: False) -> None:
    """Send one drawing until it is answered, as a careful client does, or until the test is lost anyway."""
    command = Command("play.draw", key, {"reference": key})
    with log.lock:
        entry = log.entries.setdefault(key, Sent(key, dt.datetime.now(dt.UTC)))
    while not given_up():
        try:
            outcome = run_command(database, log.context, command, lambda work: play.draw(work, LINE, 1, reference=key))
        except (CommitUnknownError, psycopg.OperationalError, PoolTimeout):
            continue
        except Refusal as refused:
            if refused.kind is not IN_FLIGHT:
                raise
            continue
        with log.lock:
            entry.acked_at, entry.place = dt.datetime.now(dt.UTC), outcome.response()["drawn"]
        return


@contextmanager
def running(database: Database, log: Log, *, clients: int = 3, prefix: str = "") -> Iterator[None]:
    """Clients that send drawings for as long as the block runs."""
    over, lost = threading.Event(), threading.Event()
    errors: list[BaseException] = []

    def client(number: int) -> None:
        try:
            for count in itertools.takewhile(lambda _: not over.is_set(), itertools.count()):
                send(database, log, f"{prefix}{number}-{count}", given_up=lost.is_set)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=client, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield
    except BaseException:
        lost.set()
        raise
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]


def held(database: Database, context: Context) -> tuple[int, list[str], int]:
    """The line's total, the references of its drawings, and the number of audit entries, in one snapshot."""
    with database.reading(context) as work:
        total = work.execute("SELECT drawn FROM play.line WHERE id = %s", [LINE]).fetchone()
        rows = work.execute("SELECT reference FROM play.drawing WHERE line = %s", [LINE]).fetchall()
        audits = work.execute(
            """SELECT (SELECT count(*) FROM platform.audit_inbox WHERE action = 'play.draw')
                    + (SELECT count(*) FROM platform.audit_entry WHERE action = 'play.draw')"""
        ).fetchone()
    return (total[0] if total else -1), [row[0] for row in rows], (audits[0] if audits else -1)


def breaches(database: Database, log: Log, *, at: dt.datetime | None = None, whole: bool = False) -> list[str]:
    """Why the database is not an exact prefix of what was committed; empty when it is.

    Args:
        database: The restored one.
        log: What the clients know.
        at: The instant it was restored to: all acknowledged before it is in, nothing sent after it is.
        whole: Whether all that was acknowledged must be in.
    """
    assert len(log.acknowledged()) > 10, "with so few acknowledged the check says nothing"
    total, references, audits = held(database, log.context)
    present = set(references)
    found = []
    if not len(present) == len(references) == total == audits:
        found.append(f"{total} drawn, {len(references)} drawings of {len(present)} references, {audits} audit entries")
    for entry in log.acknowledged():
        assert entry.place is not None
        assert entry.acked_at is not None
        if (entry.place <= total) != (entry.key in present):
            found.append(f"{entry.key} is of place {entry.place}, and the prefix ends at {total}")
        if (whole or (at is not None and entry.acked_at < at)) and entry.key not in present:
            found.append(f"{entry.key} was acknowledged at {entry.acked_at} and is lost")
        if at is not None and entry.sent_at > at and entry.key in present:
            found.append(f"{entry.key} was sent at {entry.sent_at}, after {at}")
    return found


def start(database: Database, owner: str) -> Log:
    """Make the tables and the line; the empty log."""
    with suppress(psycopg.errors.DuplicateTable):
        play.set_up(owner)
    context = Context(new_tenant(database), "system:load")
    with database.transaction(context) as work:
        play.new_line(work, LINE, CEILING)
    return Log(context)
