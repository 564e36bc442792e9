"""After a day was ended the worker judges all firms anew: once, whoever looks, and again after a crash.

Planted defect: `begin_refresh` without its claim lets two workers judge one day twice, and
`test_two_who_look_at_once_judge_once` is red; without `end_refresh` in `refresh` the day is judged for ever.
"""

import datetime as dt
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from openscf import access, credit
from openscf.operations import limit_explained, refresh_after_day_end, run_day_end
from openscf.portal.background import Assessor
from tests.unit.financing.floor import SYSTEM, yuan
from tests.unit.operations.town import TODAY, Town


@pytest.fixture
def judged(town: Town) -> Town:
    """With a model in charge and half a year of sales: enough for a limit."""
    town.appointed()
    town.history(6)
    return town


def ended(town: Town, on: dt.date = TODAY) -> None:
    run_day_end(town.floor.database, town.floor.context(), on, fingerprints=town.floor.fingerprints, close=False)


def looked(town: Town, **named: Any) -> Any:
    return refresh_after_day_end(town.floor.database, town.floor.tenant, town.home, **named)


def test_without_an_ended_day_nothing_is_judged(judged: Town) -> None:
    assert looked(judged) is None
    assert judged.floor.run(SYSTEM, credit.evaluations_of, judged.seller) == []


def test_after_a_day_was_ended_firms_are_judged_as_of_it_and_limits_follow_once(judged: Town) -> None:
    judged.consent()
    judged.rule(up_to="100000.00")
    ended(judged)
    done = looked(judged)
    assert (done.on, judged.seller in done.changed, done.failed) == (TODAY, True, ())
    assert judged.in_force() == yuan("100000.00")
    assert looked(judged) is None, "the day is done"
    ended(judged)
    assert looked(judged) is None, "ended again, it is the same day"
    judged.floor.clock.advance(dt.timedelta(days=1))
    ended(judged, TODAY + dt.timedelta(days=1))
    again = looked(judged)
    assert (again.on, again.changed) == (TODAY + dt.timedelta(days=1), ()), "of what is unchanged nothing is written"


def test_by_hand_it_is_done_too(judged: Town) -> None:
    ended(judged)
    judged.refreshed()
    assert looked(judged) is None


def test_a_few_firms_by_hand_do_not_stand_for_all(judged: Town) -> None:
    ended(judged)
    judged.refreshed(wanted=[judged.seller])
    assert looked(judged) is not None


def stopping(_done: int, _all: int) -> None:
    raise KeyboardInterrupt


def test_where_the_first_one_died_the_day_is_begun_again_an_hour_later(judged: Town) -> None:
    ended(judged)
    with pytest.raises(KeyboardInterrupt):
        looked(judged, progress=stopping)
    assert looked(judged) is None, "somebody is at it"
    judged.floor.clock.advance(dt.timedelta(minutes=61))
    done = looked(judged)
    assert done is not None
    assert judged.floor.run(SYSTEM, limit_explained, judged.seller).limit > yuan("0")
    assert len(judged.floor.run(SYSTEM, credit.evaluations_of, judged.seller)) == 1


def test_two_who_look_at_once_judge_once(judged: Town) -> None:
    ended(judged)
    together, found = threading.Barrier(3), list[Any]()

    def one() -> None:
        together.wait()
        found.append(looked(judged))

    workers = [threading.Thread(target=one) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(one is None for one in found) == [False, True, True]


def assessor(town: Town, *, every_s: float = 0.05) -> Assessor:
    settings = SimpleNamespace(home=town.home)
    return Assessor(
        SimpleNamespace(database=town.floor.database, platform=SimpleNamespace(settings=settings)), every_s=every_s
    )  # type: ignore[arg-type]


def waited(until: Callable[[], bool]) -> bool:
    pause = threading.Event()
    return any(until() or pause.wait(0.1) for _ in range(300)) and until()


def test_the_worker_looks_by_itself(judged: Town) -> None:
    with assessor(judged):
        ended(judged)
        assert waited(lambda: bool(judged.floor.run(SYSTEM, credit.evaluations_of, judged.seller)))


@pytest.mark.parametrize("days", [40, -3])
def test_a_book_whose_time_is_another_is_judged_in_its_own_time(days: int, judged: Town) -> None:
    """A sandbox that went ahead ends days that have not come yet; of one that is behind, today is not yet."""
    ahead, on = dt.timedelta(days=days), TODAY + dt.timedelta(days=days)
    judged.floor.run(SYSTEM, access.open_sandbox, ahead=ahead)
    books = access.in_its_time(judged.floor.database, ahead)
    run_day_end(books, judged.floor.context(), on, fingerprints=judged.floor.fingerprints, close=False)
    assert assessor(judged).look() == 1
    found = books.run(judged.floor.context(), lambda work: limit_explained(work, judged.seller))
    assert found is not None
    assert found.assessed_on == on


def test_one_book_that_fails_does_not_hold_up_the_others(judged: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ended(judged)

    def broken(*_args: Any, **_named: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("openscf.operations.evaluation.nightly.refresh", broken)
    assert assessor(judged).look() == 0
