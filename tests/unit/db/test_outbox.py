"""The outbox, in PostgreSQL and in memory, judged by the same tests."""

import contextlib
import datetime as dt
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
import pytest

from openscf.db import Context, Database, Endpoints
from openscf.db.outbox import (
    Answer,
    MemoryOutbox,
    Message,
    Outbox,
    Patience,
    PostgresOutbox,
    Relay,
    RelayThread,
    Verdict,
)
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import EventId, TenantId
from openscf.kernel.ports import ManualClock, SeededIds, SeededRandomness, SystemIds

START = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
PATIENCE = Patience(
    first=dt.timedelta(seconds=1), longest=dt.timedelta(seconds=60), most_attempts=4, ask_every=dt.timedelta(minutes=5)
)
CONFIRMED, UNKNOWN = Answer(Verdict.CONFIRMED, "ok"), Answer(Verdict.UNKNOWN, "no answer")


@dataclass
class Receiver:
    """The outside: notes what arrives, and answers as told."""

    replies: Callable[[Message], Answer] = lambda message: CONFIRMED
    got: list[Message] = field(default_factory=list)

    def __call__(self, message: Message) -> Answer:
        self.got.append(message)
        return self.replies(message)

    def names(self) -> list[str]:
        return [f"{message.aggregate}:{message.facts()['n']}" for message in self.got]


@dataclass
class Bus:
    """An outbox under test, with the way to write into it."""

    outbox: Outbox
    clock: ManualClock
    context: Context
    transaction: Callable[[Context], AbstractContextManager[Any]]

    def send(self, aggregate: str, n: int, context: Context | None = None) -> EventId:
        with self.transaction(context or self.context) as work:
            event: EventId = work.emit("test.sent", aggregate, {"n": n})
        return event

    def relay(self, deliver: Callable[[Message], Answer], **options: Any) -> Relay:
        ports = {"clock": self.clock, "randomness": SeededRandomness(1), "patience": PATIENCE, "parallel": 1}
        return Relay(self.outbox, deliver, **{**ports, **options})

    def states(self) -> list[tuple[str, str]]:
        feed = self.outbox.events_after(self.context.tenant, 0)
        return [(f"{message.aggregate}:{message.facts()['n']}", message.state) for message in feed]


@pytest.fixture(params=["postgres", "memory"])
def bus(request: pytest.FixtureRequest) -> Iterator[Bus]:
    clock = ManualClock(START)
    if request.param == "memory":
        memory = MemoryOutbox(clock, SeededIds(7, clock))
        yield Bus(memory, clock, Context(SystemIds().new(TenantId), "system:test"), memory.transaction)
        return
    endpoints: Endpoints = request.getfixturevalue("endpoints")
    database = Database(endpoints, clock=clock)
    yield Bus(PostgresOutbox(database), clock, Context(a_tenant(database), "system:test"), database.transaction)
    database.close()


def a_tenant(database: Database) -> TenantId:
    new = SystemIds().new(TenantId)
    with database.connection("openscf_app") as connection:
        connection.execute("INSERT INTO platform.tenant VALUES (%s, 'test', now())", [new])
    return new


def test_committed_messages_are_delivered_once_and_rolled_back_ones_never(bus: Bus) -> None:
    bus.send("a", 1)
    with contextlib.suppress(ZeroDivisionError), bus.transaction(bus.context) as work:
        work.emit("test.sent", "a", {"n": 2})
        raise ZeroDivisionError
    bus.send("a", 3)
    receiver = Receiver()
    assert bus.relay(receiver).drain() == 2
    assert bus.relay(receiver).drain() == 0
    assert receiver.names() == ["a:1", "a:3"]
    assert bus.states() == [("a:1", "confirmed"), ("a:3", "confirmed")]


def test_a_message_carries_what_was_emitted(bus: Bus) -> None:
    event = bus.send("a", 1)
    receiver = Receiver()
    bus.relay(receiver).drain()
    (message,) = receiver.got
    assert message == replace(
        message, tenant=bus.context.tenant, id=event, at=START, topic="test.sent", aggregate="a", payload='{"n":1}'
    )


def test_an_aggregate_waits_for_its_first_open_message_and_others_do_not(bus: Bus) -> None:
    for n in (1, 2):
        bus.send("a", n)
        bus.send("b", n)
    receiver = Receiver(lambda message: UNKNOWN if message.aggregate == "a" else CONFIRMED)
    relay = bus.relay(receiver)
    relay.drain()
    assert receiver.names() == ["a:1", "b:1", "b:2"]
    receiver.replies = lambda message: CONFIRMED
    bus.clock.advance(dt.timedelta(seconds=1))
    relay.drain()
    assert receiver.names() == ["a:1", "b:1", "b:2", "a:1", "a:2"]


def test_the_same_aggregate_of_two_tenants_is_two_aggregates(bus: Bus) -> None:
    other = replace(bus.context, tenant=SystemIds().new(TenantId))
    bus.send("a", 1)
    bus.send("a", 9, other)
    receiver = Receiver(lambda message: UNKNOWN if message.tenant == bus.context.tenant else CONFIRMED)
    bus.relay(receiver).drain()
    assert receiver.names() == ["a:1", "a:9"]
    assert [m.facts()["n"] for m in bus.outbox.events_after(other.tenant, 0)] == [9]


def test_pauses_grow_with_jitter_and_after_too_many_tries_the_message_is_parked(bus: Bus) -> None:
    bus.send("a", 1)
    bus.send("a", 2)
    tries: list[dt.datetime] = []
    receiver = Receiver(lambda message: tries.append(bus.clock.now()) or UNKNOWN)  # type: ignore[func-returns-value]
    relay = bus.relay(receiver)
    for _ in range(200):
        relay.drain()
        bus.clock.advance(dt.timedelta(milliseconds=100))
    pauses = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(tries)]
    assert len(tries) == PATIENCE.most_attempts
    assert all(2**n / 2 <= pause <= 2**n + 0.1 for n, pause in enumerate(pauses)), pauses
    assert bus.states() == [("a:1", "parked"), ("a:2", "waiting")]
    (parked,) = bus.outbox.stuck(bus.context.tenant)
    assert (parked.attempts, parked.note) == (4, "no answer")


def test_a_parked_message_can_be_released_and_its_aggregate_goes_on_in_order(bus: Bus) -> None:
    event = park(bus)
    receiver = Receiver()
    bus.outbox.release(bus.context, event, "the receiver is back")
    bus.relay(receiver).drain()
    assert receiver.names() == ["a:1", "a:2"]
    assert bus.outbox.stuck(bus.context.tenant) == []


def test_a_parked_message_can_be_skipped_and_its_aggregate_goes_on_without_it(bus: Bus) -> None:
    event = park(bus)
    receiver = Receiver()
    bus.outbox.skip(bus.context, event, "sent by telephone")
    bus.relay(receiver).drain()
    assert receiver.names() == ["a:2"]
    assert bus.states() == [("a:1", "skipped"), ("a:2", "confirmed")]


def park(bus: Bus) -> EventId:
    event = bus.send("a", 1)
    bus.send("a", 2)
    bus.relay(Receiver(lambda message: UNKNOWN), patience=replace(PATIENCE, most_attempts=1)).drain()
    return event


def test_an_exception_of_the_receiver_is_an_unknown_answer(bus: Bus) -> None:
    bus.send("a", 1)
    bus.relay(Receiver(lambda message: 1 // 0)).drain()  # type: ignore[arg-type, return-value]
    (message,) = bus.outbox.events_after(bus.context.tenant, 0)
    assert (message.state, message.attempts) == ("waiting", 1)
    assert message.note.startswith("ZeroDivisionError")


def test_a_busy_aggregate_does_not_starve_the_others(bus: Bus) -> None:
    for n in range(3):
        for aggregate in "abcdefg":
            bus.send(aggregate, n)
    receiver = Receiver()
    relay = bus.relay(receiver, batch=2)
    for n in range(7):
        bus.send("a", 10 + n)
        relay.run_once()
    assert {message.aggregate for message in receiver.got} == set("abcdefg")


def test_a_refused_message_is_final_and_holds_nothing_back(bus: Bus) -> None:
    bus.send("a", 1)
    bus.send("a", 2)
    bus.relay(Receiver(lambda m: Answer(Verdict.REFUSED, "closed") if m.facts()["n"] == 1 else CONFIRMED)).drain()
    assert bus.states() == [("a:1", "refused"), ("a:2", "confirmed")]


def test_a_pending_message_holds_nothing_back_and_is_ended_by_news(bus: Bus) -> None:
    event = bus.send("a", 1)
    bus.send("a", 2)
    receiver = Receiver(lambda m: Answer(Verdict.PENDING) if m.facts()["n"] == 1 else CONFIRMED)
    bus.relay(receiver).drain()
    bus.clock.advance(dt.timedelta(days=1))
    bus.relay(receiver).drain()
    assert receiver.names() == ["a:1", "a:2"]
    assert [message.state for message in bus.outbox.stuck(bus.context.tenant)] == ["pending"]
    bus.outbox.conclude(bus.context, event, Answer(Verdict.REFUSED, "account closed"))
    assert bus.states() == [("a:1", "refused"), ("a:2", "confirmed")]


def test_the_relay_asks_for_the_outcome_of_pending_messages_until_there_is_one(bus: Bus) -> None:
    bus.send("a", 1)
    asked = Receiver(lambda message: UNKNOWN if len(asked.got) == 1 else CONFIRMED)
    relay = bus.relay(Receiver(lambda message: Answer(Verdict.PENDING)), ask=asked)
    for expected in (0, 1, 2, 2):
        relay.drain()
        assert len(asked.got) == expected
        bus.clock.advance(PATIENCE.ask_every)
    assert bus.states() == [("a:1", "confirmed")]


def test_answers_are_told_on_before_they_are_kept_and_again_when_telling_failed(bus: Bus) -> None:
    bus.send("a", 1)
    told: list[tuple[Any, str]] = []

    def tell(message: Message, answer: Answer) -> None:
        told.append((message.facts()["n"], answer.note))
        if len(told) == 1:
            raise ConnectionError

    relay = bus.relay(Receiver(), tell=tell)
    relay.drain()
    assert bus.states() == [("a:1", "waiting")]
    bus.clock.advance(dt.timedelta(seconds=1))
    relay.drain()
    assert told == [(1, "ok"), (1, "ok")]
    assert bus.states() == [("a:1", "confirmed")]


def test_acts_on_a_message_in_another_state_or_of_another_tenant_are_refused(bus: Bus) -> None:
    event = park(bus)
    foreign = replace(bus.context, tenant=SystemIds().new(TenantId))
    with pytest.raises(Refusal, match="message_not_found"):
        bus.outbox.release(foreign, event, "x")
    with pytest.raises(Refusal, match="message_not_open"):
        bus.outbox.conclude(bus.context, event, CONFIRMED)
    bus.outbox.release(bus.context, event, "x")
    with pytest.raises(Refusal, match="message_not_found"):
        bus.outbox.skip(bus.context, event, "x")


def test_the_feed_goes_on_from_a_cursor_page_by_page(bus: Bus) -> None:
    for n in range(7):
        bus.send("ab"[n % 2], n)
    assert bus.outbox.events_after(bus.context.tenant, 0) == []
    bus.outbox.number()
    seen: list[int] = []
    cursor = 0
    while page := bus.outbox.events_after(bus.context.tenant, cursor, most=3):
        seen += [message.facts()["n"] for message in page]
        cursor = page[-1].position
    assert seen == list(range(7))


def test_a_feed_reader_never_misses_a_transaction_that_commits_late(bus: Bus) -> None:
    seen: list[int] = []
    cursor = 0

    def read() -> None:
        nonlocal cursor
        bus.outbox.number()
        for message in bus.outbox.events_after(bus.context.tenant, cursor):
            seen.append(message.facts()["n"])
            cursor = message.position

    with bus.transaction(bus.context) as late:
        late.emit("test.sent", "a", {"n": 1})
        getattr(late, "flush", lambda: None)()  # its ordinal is taken now
        bus.send("b", 2)
        read()
        assert seen == [2]
    read()
    assert seen == [2, 1]


def test_several_relays_deliver_each_message_once_and_in_order(bus: Bus) -> None:
    for n in range(60):
        bus.send(f"agg{n % 5}", n)
    bus.outbox.number()
    lock, inside = threading.Lock(), set[str]()
    overlaps: list[str] = []

    def slow(message: Message) -> Answer:
        with lock:
            if message.aggregate in inside:
                overlaps.append(message.aggregate)
            inside.add(message.aggregate)
        time.sleep(0.001)
        with lock:
            inside.discard(message.aggregate)
        return CONFIRMED

    receiver = Receiver(slow)
    relays = [bus.relay(receiver, parallel=3, batch=3) for _ in range(3)]
    threads = [threading.Thread(target=lambda relay=relay: drained(bus, relay)) for relay in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == []
    assert sorted(receiver.names()) == sorted(f"agg{n % 5}:{n}" for n in range(60))
    for k in range(5):
        numbers = [m.facts()["n"] for m in receiver.got if m.aggregate == f"agg{k}"]
        assert numbers == sorted(numbers)


def drained(bus: Bus, relay: Relay) -> None:
    while any(state == "waiting" for _, state in bus.states()):
        relay.drain()


def test_a_relay_thread_delivers_what_comes_and_outlives_failures(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = threading.Event()
    receiver = Receiver(lambda message: arrived.set() or CONFIRMED)  # type: ignore[func-returns-value]
    original, failures = bus.outbox.number, [psycopg.OperationalError("the server is away")]

    def number(most: int = 1000) -> int:
        if failures:
            raise failures.pop()
        return original(most)

    monkeypatch.setattr(bus.outbox, "number", number)
    with RelayThread(bus.relay(receiver), idle=dt.timedelta(milliseconds=5)) as thread:
        bus.send("a", 1)
        thread.wake()
        assert arrived.wait(20)
    assert failures == []
    assert bus.states() == [("a:1", "confirmed")]


def test_a_relay_that_keeps_no_answer_delivers_again(bus: Bus) -> None:
    bus.send("a", 1)
    receiver = Receiver()

    def dies(message: Message, answer: Answer) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        bus.relay(receiver, tell=dies).drain()
    bus.relay(receiver).drain()
    assert receiver.names() == ["a:1", "a:1"]
    assert len({message.id for message in receiver.got}) == 1


# The planted defects, in PostgreSQL: the tests above must turn red.


@pytest.fixture
def defective_bus(endpoints: Endpoints) -> Iterator[Bus]:
    clock = ManualClock(START)
    database = Database(endpoints, clock=clock)
    yield Bus(PostgresOutbox(database), clock, Context(a_tenant(database), "system:test"), database.transaction)
    database.close()


CLAIM = """CREATE OR REPLACE FUNCTION platform.claim_outbox(after_tenant uuid, after_aggregate text,
               to_tenant uuid, to_aggregate text, now_ timestamptz, most integer)
           RETURNS SETOF platform.outbox LANGUAGE sql AS $$
               SELECT * FROM platform.outbox o WHERE o.state = 'waiting' AND o.position IS NOT NULL {} $$"""
ANY_OPEN = "ORDER BY o.position LIMIT most FOR UPDATE SKIP LOCKED"
NO_LOCK = """AND NOT EXISTS (SELECT 1 FROM platform.outbox e
             WHERE e.aggregate = o.aggregate AND e.position < o.position
               AND e.state IN ('waiting', 'parked')) LIMIT most"""


def replace_function(endpoints: Endpoints, statement: str) -> None:
    with psycopg.connect(endpoints.owner) as connection:
        connection.execute(statement.encode())


def test_planted_claiming_without_regard_to_earlier_messages_breaks_the_order(
    defective_bus: Bus, endpoints: Endpoints
) -> None:
    replace_function(endpoints, CLAIM.replace("{}", "AND (o.due_at IS NULL OR o.due_at <= now_) " + ANY_OPEN))
    with pytest.raises(AssertionError, match="a:2"):
        test_an_aggregate_waits_for_its_first_open_message_and_others_do_not(defective_bus)


def test_planted_claiming_without_a_lock_delivers_twice(defective_bus: Bus, endpoints: Endpoints) -> None:
    replace_function(endpoints, CLAIM.replace("{}", NO_LOCK))
    with pytest.raises(AssertionError):
        test_several_relays_deliver_each_message_once_and_in_order(defective_bus)


def test_planted_a_feed_in_the_order_of_ordinals_skips_late_commits(defective_bus: Bus, endpoints: Endpoints) -> None:
    replace_function(
        endpoints,
        """CREATE OR REPLACE FUNCTION platform.number_outbox(most integer) RETURNS integer LANGUAGE sql AS $$
           WITH n AS (UPDATE platform.outbox SET position = ordinal WHERE position IS NULL RETURNING 1)
           SELECT count(*)::integer FROM n $$""",
    )
    with pytest.raises(AssertionError, match="assert \\[2\\] == \\[2, 1\\]"):
        test_a_feed_reader_never_misses_a_transaction_that_commits_late(defective_bus)


# What only PostgreSQL can be asked


def test_the_application_can_neither_forge_nor_settle_nor_remove_a_message(
    database: Database, tenant: TenantId
) -> None:
    context = Context(tenant, "system:test")
    with database.transaction(context) as work:
        work.emit("test.sent", "a", {})
    with database.transaction(context) as work:
        assert work.execute("UPDATE platform.outbox SET state = 'confirmed'").rowcount == 0
    for statement in (
        "UPDATE platform.outbox SET payload = '{}'",
        "DELETE FROM platform.outbox",
        "INSERT INTO platform.outbox (tenant_id, id, at, topic, aggregate, payload, state) "
        "SELECT tenant_id, id, at, topic, aggregate, payload, 'confirmed' FROM platform.outbox",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction(context) as work:
            work.execute(statement)  # type: ignore[arg-type]


def test_the_feed_of_one_tenant_shows_no_other(database: Database, tenant: TenantId) -> None:
    with database.transaction(Context(tenant, "system:test")) as work:
        work.emit("test.sent", "a", {})
    outbox = PostgresOutbox(database)
    outbox.number()
    assert len(outbox.events_after(tenant, 0)) == 1
    with database.reading(Context(a_tenant(database), "system:test")) as work:
        assert work.execute("SELECT count(*) FROM platform.outbox").fetchone() == (0,)


def test_freeing_a_parked_message_is_audited(database: Database, tenant: TenantId) -> None:
    context = Context(tenant, "per_ann")
    with database.transaction(context) as work:
        event = work.emit("test.sent", "a", {})
    outbox = PostgresOutbox(database)
    Relay(outbox, lambda message: UNKNOWN, patience=replace(PATIENCE, most_attempts=1)).drain()
    outbox.skip(context, event, "by telephone")
    with database.reading(context) as work:
        assert work.execute("SELECT actor, action, subject FROM platform.audit_inbox").fetchall() == [
            ("per_ann", "platform.skip_message", str(event))
        ]
