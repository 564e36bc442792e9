"""Commands that meet: every schedule of two or three of them ends as some serial order does.

Each scenario stands beside its planted defect, the same act written carelessly, in which the same exploration must find
an anomaly.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
import pytest

from openscf.db import Command, Context, Database, UnitOfWork, commands, run_command
from openscf.db.idempotency import IN_FLIGHT, Keyed, Record
from openscf.kernel.errors import Refusal
from tests.suites import play
from tests.suites.interleavings.stepper import Pause, Report, Scenario, Script, explore

Observer = psycopg.Connection[Any]
Act = Callable[[UnitOfWork, str, Pause], Mapping[str, Any]]


class Stage:
    """Fresh rows for each play, and commands on them."""

    def __init__(self, database: Database, context: Context, observer: Observer) -> None:
        self.database, self.context, self.observer = database, context, observer
        self.numbers: Iterator[int] = itertools.count()

    def line(self, ceiling: int) -> str:
        line = f"L{next(self.numbers)}"
        with self.database.transaction(self.context) as work:
            play.new_line(work, line, ceiling)
        return line

    def command(self, key: str, act: Act, target: str, *, isolation: str = "READ COMMITTED", **inputs: Any) -> Script:
        """A session that sends one command, and again for as long as it is told that it is in flight."""

        def script(pause: Pause) -> Any:
            command = Command("play.act", f"{key}@{target}", {"target": target, **inputs})
            while True:
                try:
                    outcome = run_command(
                        self.database, self.context, command, lambda work: act(work, target, pause), isolation=isolation
                    )
                except Refusal as refusal:
                    if refusal.kind is not IN_FLIGHT:
                        raise
                    pause()
                else:
                    return outcome.response().get("drawn", outcome.response())

        return script

    def explore(self, scenario: Callable[[], Scenario], steps: Mapping[str, int]) -> Report:
        return explore(self.observer, scenario, steps)


@pytest.fixture
def on(stage: Database, context: Context, observer: Observer) -> Stage:
    return Stage(stage, context, observer)


def locked(amount: int) -> Act:
    """Lock, read, pause, write, pause."""

    def act(work: UnitOfWork, line: str, pause: Pause) -> Mapping[str, Any]:
        answer = play.draw(work, line, amount, pause=pause)
        pause()
        return answer

    return act


def unlocked(amount: int) -> Act:
    """The planted defect: read without a lock, pause, write what follows from what was read."""

    def act(work: UnitOfWork, line: str, pause: Pause) -> Mapping[str, Any]:
        row = work.execute("SELECT ceiling, drawn FROM play.line WHERE id = %s", [line]).fetchone()
        assert row is not None
        pause()
        answer = play.record_drawing(work, line, amount, reference="", known=row)
        pause()
        return answer

    return act


def drawings(on: Stage, acts: Mapping[str, Act], ceiling: int, **options: Any) -> Callable[[], Scenario]:
    def scenario() -> Scenario:
        line = on.line(ceiling)
        scripts = {name: on.command(name, act, line, **options) for name, act in acts.items()}
        return Scenario(scripts, lambda: play.line_state(on.database, on.context, line))

    return scenario


def test_no_update_is_lost(on: Stage) -> None:
    report = on.explore(drawings(on, {"ann": locked(10), "bob": locked(20)}, 100), {"ann": 3, "bob": 3})
    assert report.anomalies == {}
    assert len(report.serial) == 2
    assert report.waited >= 18


def test_planted_reading_without_a_lock_loses_updates(on: Stage) -> None:
    report = on.explore(drawings(on, {"ann": unlocked(10), "bob": unlocked(20)}, 100), {"ann": 3, "bob": 3})
    assert len(report.anomalies) >= 10


def test_a_ceiling_holds_whoever_comes_first(on: Stage) -> None:
    report = on.explore(drawings(on, {"ann": locked(60), "bob": locked(70)}, 100), {"ann": 3, "bob": 3})
    assert report.anomalies == {}
    answers = {dict(outcome[0])[name] for outcome in report.serial for name in ("ann", "bob")}
    assert answers == {"answered 60", "answered 70", "refused play_above_ceiling"}


def summed(amount: int, *, lock: bool) -> Act:
    """The ceiling is checked against the sum of drawings; without a lock on the line that is write skew."""

    def act(work: UnitOfWork, line: str, pause: Pause) -> Mapping[str, Any]:
        tenant = work.context.tenant
        if lock:
            work.execute("SELECT 1 FROM play.line WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE", [tenant, line])
        row = work.execute(
            "SELECT ceiling, (SELECT coalesce(sum(amount), 0) FROM play.drawing WHERE line = l.id) "
            "FROM play.line l WHERE tenant_id = %s AND id = %s", [tenant, line]
        ).fetchone()  # fmt: skip
        assert row is not None
        pause()
        if row[1] + amount > row[0]:
            raise play.ABOVE_CEILING(line=line, available=row[0] - row[1], amount=amount)
        drawing = work.ids.new(play.DrawingId)
        work.execute("INSERT INTO play.drawing VALUES (%s, %s, %s, '', %s)", [tenant, drawing, line, amount])
        pause()
        return {"drawn": amount}

    return act


def test_two_drawings_checked_against_the_sum_never_exceed_the_ceiling(on: Stage) -> None:
    acts = {"ann": summed(60, lock=True), "bob": summed(70, lock=True)}
    assert on.explore(drawings(on, acts, 100), {"ann": 3, "bob": 3}).anomalies == {}


def test_serialisable_transactions_need_no_lock_and_are_run_again_as_documented(on: Stage) -> None:
    tries: list[str] = []

    def counted(act: Act) -> Act:
        def counting(work: UnitOfWork, line: str, pause: Pause) -> Mapping[str, Any]:
            tries.append(line)
            return act(work, line, pause)

        return counting

    acts = {"ann": counted(summed(60, lock=False)), "bob": counted(summed(70, lock=False))}
    report = on.explore(drawings(on, acts, 100, isolation="SERIALIZABLE"), {"ann": 3, "bob": 3})
    assert report.anomalies == {}
    assert len(tries) > 2 * report.schedules


def test_planted_checking_the_sum_without_a_lock_is_write_skew(on: Stage) -> None:
    acts = {"ann": summed(60, lock=False), "bob": summed(70, lock=False)}
    report = on.explore(drawings(on, acts, 100), {"ann": 3, "bob": 3})
    assert any(outcome[1].count("130") or "(('', 60), ('', 70))" in outcome[1] for outcome in report.anomalies.values())


def test_three_drawings_in_any_order_leave_what_some_serial_order_leaves(on: Stage) -> None:
    def short(amount: int) -> Act:
        return lambda work, line, pause: play.draw(work, line, amount, pause=pause)

    acts = {"ann": short(50), "bob": short(40), "eve": short(30)}
    report = on.explore(drawings(on, acts, 100), dict.fromkeys(acts, 2))
    assert report.schedules == 90 + 6
    assert report.anomalies == {}


def edit(work: UnitOfWork, instruction: str, pause: Pause) -> Mapping[str, Any]:
    """The maker changes the text; an approval of the earlier one is void."""
    pause()
    work.execute("UPDATE play.instruction SET body = 'pay 900 to eve', approved = '' WHERE id = %s", [instruction])
    pause()
    return {}


def approve(lock: str) -> Act:
    """The checker approves the text that he saw, `pay 100 to ann`, and no other."""

    def act(work: UnitOfWork, instruction: str, pause: Pause) -> Mapping[str, Any]:
        query = f"SELECT body FROM play.instruction WHERE id = %s {lock}"
        row = work.execute(query, [instruction]).fetchone()  # type: ignore[arg-type]
        assert row is not None
        pause()
        if play.seen(row[0]) != play.seen("pay 100 to ann"):
            raise play.NOT_WHAT_WAS_SEEN(instruction=instruction)
        approved = play.seen("pay 100 to ann")
        work.execute("UPDATE play.instruction SET approved = %s WHERE id = %s", [approved, instruction])
        pause()
        return {}

    return act


def approval(on: Stage, lock: str) -> Callable[[], Scenario]:
    def scenario() -> Scenario:
        instruction = f"I{next(on.numbers)}"
        with on.database.transaction(on.context) as work:
            work.execute(
                "INSERT INTO play.instruction VALUES (%s, %s, 'pay 100 to ann')", [on.context.tenant, instruction]
            )
        scripts = {
            "checker": on.command("c", approve(lock), instruction),
            "maker": on.command("m", edit, instruction),
        }
        return Scenario(scripts, lambda: left(on, instruction))

    return scenario


def left(on: Stage, instruction: str) -> tuple[Any, bool]:
    """The text, and whether what is approved is another text."""
    with on.database.reading(on.context) as work:
        row = work.execute("SELECT body, approved FROM play.instruction WHERE id = %s", [instruction]).fetchone()
    assert row is not None
    return row[0], bool(row[1]) and row[1] != play.seen(row[0])


def test_nothing_but_the_text_that_was_seen_is_approved(on: Stage) -> None:
    report = on.explore(approval(on, "FOR NO KEY UPDATE"), {"checker": 3, "maker": 3})
    assert report.anomalies == {}
    assert all(not outcome[1].endswith("True)") for outcome in report.serial)


def test_planted_approving_without_a_lock_approves_a_text_that_nobody_saw(on: Stage) -> None:
    report = on.explore(approval(on, ""), {"checker": 3, "maker": 3})
    assert any(outcome[1].endswith("True)") for outcome in report.anomalies.values())


def same_key(on: Stage, amounts: Mapping[str, int]) -> Callable[[], Scenario]:
    def scenario() -> Scenario:
        line = on.line(100)
        scripts = {name: on.command("one", locked(amount), line, amount=amount) for name, amount in amounts.items()}
        return Scenario(scripts, lambda: play.line_state(on.database, on.context, line))

    return scenario


def test_a_command_sent_twice_at_once_is_done_once_and_answered_twice(on: Stage) -> None:
    report = on.explore(same_key(on, {"ann": 10, "bob": 10}), {"ann": 3, "bob": 3})
    assert report.anomalies == {}
    assert list(report.serial) == [((("ann", "answered 10"), ("bob", "answered 10")), "((10,), (('', 10),))")]
    assert report.waited == 0  # a key in flight is answered at once


def test_a_command_sent_three_times_at_once_is_done_once(on: Stage) -> None:
    sessions = {"ann": 10, "bob": 10, "eve": 10}
    report = on.explore(same_key(on, sessions), dict.fromkeys(sessions, 2))
    assert report.anomalies == {}


def test_two_commands_under_one_key_are_done_once_and_the_other_is_refused(on: Stage) -> None:
    report = on.explore(same_key(on, {"ann": 10, "bob": 20}), {"ann": 3, "bob": 3})
    assert report.anomalies == {}
    assert len(report.serial) == 2


def test_planted_looking_for_the_key_without_claiming_it_does_the_command_twice(
    on: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(work: UnitOfWork, keyed: Keyed) -> Record | None:
        row = work.execute(
            "SELECT response, refused FROM platform.idempotency WHERE operation = %s AND key = %s",
            [keyed.command.name, keyed.key],
        ).fetchone()
        return Record(row[0].encode(), row[1]) if row else None

    def keep_if_first(work: UnitOfWork, keyed: Keyed, record: Record) -> None:
        work.execute(
            "INSERT INTO platform.idempotency VALUES (%s, '', %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [work.context.tenant, keyed.command.name, keyed.key, keyed.inputs, record.refused,
             record.response.decode(), work.at],
        )  # fmt: skip

    monkeypatch.setattr(commands, "claim", look)
    monkeypatch.setattr(commands, "remember", keep_if_first)
    report = on.explore(same_key(on, {"ann": 10, "bob": 10}), {"ann": 3, "bob": 3})
    assert any("(('', 10), ('', 10))" in outcome[1] for outcome in report.anomalies.values())
