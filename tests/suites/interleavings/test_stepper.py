"""The stepper itself: it plays every schedule, sees waiting, and finds the classical anomalies when they are there."""

import itertools
from typing import Any

import psycopg
import pytest

from openscf.db import Context, Database
from tests.suites.interleavings.stepper import Pause, Scenario, Stepper, explore, schedules

Observer = psycopg.Connection[Any]


@pytest.fixture
def counter(observer: Observer) -> str:
    observer.execute("CREATE TABLE public.counter (id int PRIMARY KEY, n int NOT NULL)")
    observer.execute("GRANT ALL ON public.counter TO openscf_app")
    observer.execute("INSERT INTO public.counter VALUES (1, 0), (2, 0)")
    return "public.counter"


def test_every_order_of_turns_is_a_schedule_once() -> None:
    found = list(schedules({"a": 3, "b": 3}))
    assert len(found) == len(set(found)) == 20
    assert set(found) == set(itertools.permutations(["a"] * 3 + ["b"] * 3))
    assert len(list(schedules({"a": 2, "b": 2, "c": 2}))) == 90


def test_a_session_that_waits_for_a_lock_is_seen_and_goes_on_when_the_lock_is_free(
    observer: Observer, counter: str, stage: Database, context: Context
) -> None:
    def add(pause: Pause) -> int:
        with stage.transaction(context) as work:
            work.execute("UPDATE public.counter SET n = n + 1 WHERE id = 1")
            pause()
        return 1

    stepper = Stepper(observer, {"ann": add, "bob": add})
    assert stepper.advance("ann") == "paused"
    assert stepper.advance("bob") == "running"
    assert stepper.waited == {"bob"}
    assert stepper.advance("ann") == "done"
    assert stepper.states() == {"ann": "done", "bob": "paused"}
    assert stepper.finish() == {"ann": "answered 1", "bob": "answered 1"}


def test_two_sessions_that_wait_for_each_other_end_by_the_servers_choice_of_a_victim(
    observer: Observer, counter: str, stage: Database, context: Context
) -> None:
    def add(first: int, second: int, pause: Pause) -> None:
        with stage.transaction(context) as work:
            work.execute("UPDATE public.counter SET n = n + 1 WHERE id = %s", [first])
            pause()
            work.execute("UPDATE public.counter SET n = n + 1 WHERE id = %s", [second])

    stepper = Stepper(observer, {"ann": lambda p: add(1, 2, p), "bob": lambda p: add(2, 1, p)})
    for name in ("ann", "bob", "ann", "bob"):
        stepper.advance(name)
    answers = sorted(stepper.finish().values())
    assert answers == ["answered None", "failed DeadlockDetected"]


def test_a_lost_update_is_found_where_it_can_happen_and_only_there(
    observer: Observer, counter: str, stage: Database, context: Context
) -> None:
    def scenario(lock: str) -> Scenario:
        observer.execute("UPDATE public.counter SET n = 0")

        def add(pause: Pause) -> None:
            with stage.transaction(context) as work:
                row = work.execute(f"SELECT n FROM public.counter WHERE id = 1 {lock}").fetchone()  # type: ignore[arg-type]
                pause()
                work.execute("UPDATE public.counter SET n = %s WHERE id = 1", [row[0] + 1 if row else None])

        return Scenario(
            {"ann": add, "bob": add}, lambda: observer.execute("SELECT n FROM public.counter ORDER BY id").fetchall()
        )

    broken = explore(observer, lambda: scenario(""), {"ann": 2, "bob": 2})
    assert set(broken.anomalies) == {s for s in schedules({"ann": 2, "bob": 2}) if s[0] != s[1]}
    sound = explore(observer, lambda: scenario("FOR UPDATE"), {"ann": 2, "bob": 2})
    assert sound.anomalies == {}
    assert sound.waited == len(broken.anomalies)
