"""Posting as a transaction of its own, with group commit.

A service that only moves value (a payment hub, the simulator, the load test) needs no unit of work around each batch.
The callers of a `Poster` share its connections: whoever finds none busy posts at once; whoever comes while one is under
way waits its turn with the others, and the next in line posts for all of them in one call and one durable commit. Each
batch is still judged by itself, and nobody gets an answer before the commit.
"""

import datetime as dt
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg

from openscf.db import CommitUnknownError, Context, Database
from openscf.db.database import MAX_TRIES, RETRIED
from openscf.db.endpoints import APP
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.kernel.ids import AuditId, TenantId
from openscf.ledger.model import Answer, Batch, Kind, Transfer
from openscf.ledger.store import POST, POST_ONE, Posting, post_arguments, post_one_arguments, read_answers
from openscf.ledger.store.arrays import register

MOST_TOGETHER = 2_000  # transfers per commit: beyond it the wait grows and the gain doesn't
BEFORE_COMMIT = declare_failpoint("poster.before_commit", "the postings are gathered and nothing is sent")
AFTER_COMMIT = declare_failpoint("poster.after_commit", "everything is committed and no caller knows")


@dataclass(slots=True, eq=False)
class _Waiting:
    """One caller's postings in the queue."""

    postings: list[Posting]
    size: int
    turn: threading.Event = field(default_factory=threading.Event)
    lane: psycopg.Connection[Any] | None = None
    answers: list[tuple[Answer, ...]] | None = None
    error: BaseException | None = None


class Poster:
    """Posts batches of one tenant, each call durable when it returns; safe to use from many threads.

    Args:
        database: The database.
        tenant: The book to post in.
        lanes: Connections, that is commits under way at the same time.
    """

    def __init__(self, database: Database, tenant: TenantId, *, lanes: int = 1) -> None:
        self._database = database
        self._tenant = tenant
        self._lock = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._idle = [self._connect() for _ in range(lanes)]

    def post(self, batches: Sequence[Batch], context: Context) -> list[tuple[Answer, ...]]:
        """Post each batch on its own, durably.

        Returns:
            An answer per transfer, in the shape of `batches`. Posting again after a lost connection is safe: what was
            posted answers `exists`.

        Raises:
            CommitUnknownError: The connection was lost; post the same batches again to learn what happened.
        """
        if context.tenant != self._tenant or context.member is not None:
            raise ValueError("a poster works for one tenant, as the application")
        if not any(batches):
            return [() for _ in batches]
        mine = self._waiting(batches, context)
        with self._lock:
            lane = self._idle.pop() if self._idle and not self._queue else None
            if lane is None:
                self._queue.append(mine)
        if lane is not None:
            self._lead(lane, [mine])
        else:
            mine.turn.wait()
            if mine.lane is not None:
                self._lead_next(mine.lane, mine)
        if mine.error is not None:
            raise mine.error
        assert mine.answers is not None
        return mine.answers

    def close(self) -> None:
        """Close the connections; callers must have returned."""
        for lane in self._idle:
            lane.close()
        self._idle.clear()

    def _waiting(self, batches: Sequence[Batch], context: Context) -> _Waiting:
        audit = self._database.ids.new(AuditId)
        return _Waiting([Posting(batch, context, audit) for batch in batches], sum(map(len, batches)))

    def _connect(self) -> psycopg.Connection[Any]:
        # One tenant per connection for its whole life, so a posting is a single statement: opening a transaction and
        # naming the tenant each time costs as much again as the posting itself.
        connection = psycopg.connect(self._database.endpoints.as_role(APP), autocommit=True, prepare_threshold=0)
        connection.execute(
            "SET timezone = 'UTC'; SET plan_cache_mode = force_generic_plan; SET search_path = pg_catalog",
            prepare=False,
        )
        connection.execute(f"SET app.tenant = '{self._tenant.int:032x}'".encode(), prepare=False)
        register(connection)
        return connection

    def _lead(self, lane: psycopg.Connection[Any], led: list[_Waiting]) -> None:
        try:
            if lane.closed:
                lane = self._connect()
            self._commit_all(lane, led)
            failpoint(AFTER_COMMIT)
        except BaseException as error:
            for waiting in led:
                waiting.error = _named(error)
        finally:
            self._pass_on(lane)
            for waiting in led:
                waiting.turn.set()

    def _lead_next(self, lane: psycopg.Connection[Any], mine: _Waiting) -> None:
        """Post for this caller and for everybody who waits behind, on the lane that was handed over."""
        led, size = [mine], mine.size
        with self._lock:
            while self._queue and size + self._queue[0].size <= MOST_TOGETHER:
                led.append(self._queue.popleft())
                size += led[-1].size
        self._lead(lane, led)

    def _pass_on(self, lane: psycopg.Connection[Any]) -> None:
        with self._lock:
            following = self._queue.popleft() if self._queue else None
            if following is None:
                self._idle.append(lane)
        if following is not None:
            following.lane = lane
            following.turn.set()

    def _commit_all(self, lane: psycopg.Connection[Any], led: list[_Waiting]) -> None:
        try:
            self._commit(lane, led)
        except Exception as error:
            if len(led) == 1 or _lost(error):
                raise
            # Nothing was committed, and one caller's error must not become its neighbours': each by itself then.
            for waiting in led:
                self._commit_alone(lane, waiting)

    def _commit_alone(self, lane: psycopg.Connection[Any], waiting: _Waiting) -> None:
        try:
            self._commit(lane, [waiting])
        except Exception as error:
            waiting.error = _named(error)

    def _commit(self, lane: psycopg.Connection[Any], led: list[_Waiting]) -> None:
        postings = [posting for waiting in led for posting in waiting.postings]
        query, arguments = _statement(postings, self._database.clock.now())
        failpoint(BEFORE_COMMIT)
        for tries in range(1, MAX_TRIES + 1):
            try:
                rows = lane.execute(query, arguments, binary=True).fetchall()
                break
            except RETRIED:  # a unit of work that posts twice may lock against the order of the ids
                if tries == MAX_TRIES:
                    raise
        answers = iter(read_answers(postings, rows))
        for waiting in led:
            waiting.answers = [next(answers) for _ in waiting.postings]


def _statement(postings: list[Posting], at: dt.datetime) -> tuple[LiteralString, list[Any]]:
    first = postings[0].batch
    if len(postings) == 1 and len(first) == 1 and first[0].kind is Kind.TRANSFER and _plain(first[0]):
        return POST_ONE, post_one_arguments(postings[0], at)
    return POST, post_arguments(postings, at)


def _plain(transfer: Transfer) -> bool:
    return transfer.ref is None and transfer.expires_at is None


def _lost(error: BaseException) -> bool:
    """Whether the connection broke, so that nobody knows whether the statement was committed."""
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))


def _named(error: BaseException) -> BaseException:
    if not _lost(error):
        return error
    unknown = CommitUnknownError("the connection was lost while posting")
    unknown.__cause__ = error
    return unknown
