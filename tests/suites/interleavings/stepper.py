"""Concurrency step by step: sessions that go on only when told, in every order that a short schedule allows.

A *script* is ordinary code of the program that calls `pause()` wherever another session may come in between. The
stepper runs each script in a thread of its own; `advance` lets one go on until it pauses again, ends, or waits for a
lock, which is seen in the server's own views and not guessed from the time that passes.

`explore` plays all interleavings of a scenario, each on fresh rows, and compares what the sessions were answered and
what is left in the tables with the serial orders: an outcome that no serial order gives is an anomaly.

    def scenario() -> Scenario:                       # fresh rows each time
        line = new_line(database, ceiling=100)
        return Scenario({"ann": lambda pause: draw(line, 60, pause), "bob": lambda pause: draw(line, 60, pause)},
                        state=lambda: read_line(line))

    report = explore(observer, scenario, {"ann": 3, "bob": 3})      # three segments each: 20 schedules
    assert report.anomalies == {}
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from openscf.kernel.errors import Refusal

Pause = Callable[[], None]
Script = Callable[[Pause], Any]
Schedule = tuple[str, ...]
Outcome = tuple[tuple[tuple[str, str], ...], str]

PATIENCE_S = 30.0  # far beyond lock and deadlock time-outs: only a defect of the stepper or the script takes so long
_BLOCKED = """SELECT count(*) FROM pg_stat_activity
              WHERE datname = current_database() AND wait_event_type = 'Lock'
                AND cardinality(pg_blocking_pids(pid)) > 0"""


class StuckError(AssertionError):
    """A session neither paused nor ended nor waited for a lock within `PATIENCE_S`."""


@dataclass(slots=True)
class _Session:
    name: str
    script: Script
    state: str = "paused"  # before its first segment; then running, paused, ..., done
    turns: int = 0
    answer: str = ""
    thread: threading.Thread | None = None


class Stepper:
    """The sessions of one schedule.

    Args:
        observer: A connection of an administrator to the same database, in autocommit: it watches for lock waits.
        scripts: What each session runs, by the session's name.
    """

    def __init__(self, observer: psycopg.Connection[Any], scripts: Mapping[str, Script]) -> None:
        self._observer = observer
        self._change = threading.Condition()
        self._sessions = {name: _Session(name, script) for name, script in scripts.items()}
        self.waited: set[str] = set()
        for session in self._sessions.values():
            session.thread = threading.Thread(target=self._run, args=[session], name=session.name, daemon=True)
            session.thread.start()

    def advance(self, name: str) -> str:
        """Let session `name` run its next segment and wait until nothing moves any more.

        A session that still waits for a lock, or has ended, is left alone.

        Returns:
            Its state then: `paused`, `done`, or `running` while it waits for a lock.
        """
        session = self._sessions[name]
        with self._change:
            if session.state != "paused":
                return session.state
            session.turns += 1
            session.state = "running"
            self._change.notify_all()
        self._until_quiet()
        return session.state

    def finish(self) -> dict[str, str]:
        """Let all sessions run to their ends, in turns, and give their answers."""
        deadline = time.monotonic() + PATIENCE_S
        while any(session.state != "done" for session in self._sessions.values()):
            for name in self._sessions:  # one turn each: a session may wait for another by coming again
                self.advance(name)
            with self._change:  # what still runs waits for a lock that the server must resolve (a deadlock)
                self._change.wait(0.002)
            if time.monotonic() > deadline:
                raise StuckError(f"sessions did not end: {self.states()}")
        return {name: session.answer for name, session in self._sessions.items()}

    def states(self) -> dict[str, str]:
        """The state of each session."""
        return {name: session.state for name, session in self._sessions.items()}

    def _run(self, session: _Session) -> None:
        self._take_turn(session)
        try:
            session.answer = f"answered {session.script(lambda: self._pause(session))!r}"
        except Refusal as refusal:
            session.answer = f"refused {refusal.code}"
        except Exception as error:  # an error is an outcome like another, and judged like one
            session.answer = f"failed {type(error).__name__}"
        with self._change:
            session.state = "done"
            self._change.notify_all()

    def _pause(self, session: _Session) -> None:
        with self._change:
            session.state = "paused"
            self._change.notify_all()
        self._take_turn(session)

    def _take_turn(self, session: _Session) -> None:
        with self._change:
            self._change.wait_for(lambda: session.turns > 0)
            session.turns -= 1

    def _until_quiet(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with self._change:
                running = self._running()
            if not running or (self._blocked() >= len(running) and self._running() == running):
                self.waited |= running
                return
            with self._change:
                if self._running() == running:
                    self._change.wait(0.001)
        raise StuckError(f"nothing happens: {self.states()}")

    def _running(self) -> set[str]:
        return {name for name, session in self._sessions.items() if session.state == "running"}

    def _blocked(self) -> int:
        row = self._observer.execute(_BLOCKED).fetchone()
        return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One play on fresh rows.

    Attributes:
        scripts: What each session runs.
        state: Reads what is left when all have ended; compared by its `repr`.
    """

    scripts: Mapping[str, Script]
    state: Callable[[], Any]


@dataclass(slots=True)
class Report:
    """What an exploration found.

    Attributes:
        serial: The outcomes of the serial orders, with the order that gave each.
        anomalies: The schedules whose outcome no serial order gives.
        schedules: How many were played, serial ones included.
        waited: In how many a session had to wait for another's lock.
    """

    serial: dict[Outcome, Schedule] = field(default_factory=dict)
    anomalies: dict[Schedule, Outcome] = field(default_factory=dict)
    schedules: int = 0
    waited: int = 0


def schedules(steps: Mapping[str, int]) -> Iterator[Schedule]:
    """All orders in which sessions with so many segments each can take turns."""
    left = {name: count for name, count in steps.items() if count}
    if not left:
        yield ()
    for name, count in left.items():
        for rest in schedules({**left, name: count - 1}):
            yield (name, *rest)


def explore(observer: psycopg.Connection[Any], scenario: Callable[[], Scenario], steps: Mapping[str, int]) -> Report:
    """Play every schedule of a scenario and compare with the serial orders.

    Args:
        observer: See `Stepper`.
        scenario: Makes fresh rows and the scripts on them.
        steps: Number of segments of each script: its pauses and one.
    """
    report = Report()
    for order in itertools.permutations(steps):
        report.serial.setdefault(_play(observer, scenario, order, report), order)
    for schedule in schedules(steps):
        outcome = _play(observer, scenario, schedule, report)
        if outcome not in report.serial:
            report.anomalies[schedule] = outcome
    return report


def _play(
    observer: psycopg.Connection[Any], scenario: Callable[[], Scenario], schedule: Schedule, report: Report
) -> Outcome:
    played = scenario()
    stepper = Stepper(observer, played.scripts)
    serial = len(schedule) == len(played.scripts)
    for name in schedule:
        while stepper.advance(name) == "paused" and serial:
            pass
    answers = stepper.finish()
    report.schedules += 1
    report.waited += bool(stepper.waited)
    return tuple(sorted(answers.items())), repr(played.state())
