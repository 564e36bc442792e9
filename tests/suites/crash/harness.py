"""Dying at every fail point, and coming back to what an uncrashed run leaves.

A *workload* is a seeded run of real commands, resumable: run again from the start with the same seed, it sends the same
commands under the same keys, as clients do that were cut off. For a fail point the harness

1. runs the workload in a process of its own (`mother.py`) in which `<name>:exit@<n>` is armed: it must die there;
2. runs it again in this process, without the fail point, to its end;
3. compares the state with that of an uncrashed run on another database, and what was acknowledged before the crash with
   what is answered now: 0 acknowledged lost, 0 duplicated.

A layer adds its own by a module `workload_<name>.py` beside this one with a `WORKLOAD`; `test_crash.py` finds it.
"""

import base64
import importlib
import json
import os
import pathlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import Any

import psycopg

from openscf.db import Database, Endpoints
from openscf.db.failpoints import EXIT_STATUS, Rule, armed
from tests.conftest import Server
from tests.suites.crash.mother import PATIENCE_S, Mother

SEED = 7
_CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"


@dataclass(frozen=True)
class Run:
    """One run of a workload, crashed or not.

    Attributes:
        database: The database of the case.
        setting: What `prepare` returned, through JSON.
        seed: Draws the commands.
        folder: Where this case keeps what must outlive a process: acknowledgements, and the outside's own books.
    """

    database: Database
    setting: Any
    seed: int
    folder: pathlib.Path

    def acknowledge(self, key: str, response: bytes) -> None:
        """Note that a client got this answer; on disk when the call returns."""
        self.note("acknowledged", {"key": key, "response": base64.b64encode(response).decode()})

    def note(self, book: str, entry: Mapping[str, Any]) -> None:
        """Append to a book of the outside; on disk when the call returns."""
        with (self.folder / book).open("ab") as file:
            file.write(json.dumps(entry, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def noted(self, book: str) -> list[dict[str, Any]]:
        """The entries of a book, oldest first."""
        path = self.folder / book
        return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []

    def acknowledged(self) -> list[tuple[str, str]]:
        """All acknowledgements so far, oldest first."""
        return [(entry["key"], entry["response"]) for entry in self.noted("acknowledged")]


@dataclass(frozen=True)
class Workload:
    """A seeded, resumable run of commands.

    Attributes:
        place: `module:attribute` of this value, for the process that dies.
        covers: The fail points that a run passes, each at least once.
        prepare: Makes what the run needs, once per database; returns it JSON-ready.
        run: Sends the commands, acknowledges each answer, and drains the relay.
        state: The final state, JSON-ready, free of what differs between two runs (ids, instants).
        breaches: What is wrong with a finished run by itself, in words (order of deliveries, sums).
    """

    place: str
    covers: tuple[str, ...]
    prepare: Callable[[Endpoints], Any]
    run: Callable[[Run], None]
    state: Callable[[Run], Any]
    breaches: Callable[[Run], list[str]] = lambda run: []


@dataclass(frozen=True)
class Baseline:
    """The uncrashed run.

    Attributes:
        state: Its final state.
        passages: How often each fail point was passed.
    """

    state: Any
    passages: Mapping[str, int]


@dataclass(frozen=True)
class Bench:
    """Fresh databases and folders for the cases of one test."""

    server: Server
    template: str
    folder: pathlib.Path
    mother: Mother

    @contextmanager
    def case(self, workload: Workload) -> Iterator[tuple[Endpoints, Any, pathlib.Path]]:
        """A database in which the workload is prepared, and an empty folder."""
        name = f"openscf_t_{uuid.uuid4().hex[:12]}"
        endpoints = self.server.clone(self.template, name)
        folder = self.folder / name
        folder.mkdir()
        try:
            yield endpoints, json.loads(json.dumps(workload.prepare(endpoints))), folder
        finally:
            self.server.drop(name)

    def baseline(self, workload: Workload) -> Baseline:
        """Run without a crash, counting the passages of every fail point that it covers."""
        rules = {name: Rule(lambda _: None) for name in workload.covers}
        with self.case(workload) as (endpoints, setting, folder), opened(endpoints) as database:
            run = Run(database, setting, SEED, folder)
            with armed(rules):
                workload.run(run)
            assert workload.breaches(run) == []
            return Baseline(workload.state(run), {name: rule.passages for name, rule in rules.items()})

    def crash(self, workload: Workload, baseline: Baseline, setting: str) -> list[str]:
        """Die once, come back, and say what is wrong then; empty when nothing is.

        Args:
            workload: What to run.
            baseline: Its uncrashed run.
            setting: `name@n`: where to die.
        """
        with self.case(workload) as (endpoints, prepared, folder):
            told = json.dumps([astuple(endpoints), prepared, str(folder)])
            died = self.mother(workload.place, setting.replace("@", ":exit@"), told)
            if died.returncode != EXIT_STATUS:
                return [f"the process ended with {died.returncode} instead of dying: {died.stderr}"]
            self._until_buried(endpoints)
            with opened(endpoints) as database:
                return _recovered(workload, baseline, Run(database, prepared, SEED, folder))

    def _until_buried(self, endpoints: Endpoints) -> None:
        """Wait until the server has noticed the death: until then the dead process's keys are in flight, its rows held.

        Real clients are told so and come again; here the comparison waits, so that every workload need not.
        """
        deadline = time.monotonic() + PATIENCE_S
        with psycopg.connect(self.server.admin, autocommit=True) as admin:
            while admin.execute(_CONNECTIONS, [endpoints.database]).fetchone() != (0,):
                if time.monotonic() > deadline:
                    raise AssertionError("the server still serves a dead process")
                time.sleep(0.005)


def _recovered(workload: Workload, baseline: Baseline, run: Run) -> list[str]:
    before = run.acknowledged()
    workload.run(run)
    after = dict(run.acknowledged()[len(before) :])
    found = [f"acknowledged and lost: {key}" for key, response in before if after.get(key) != response]
    if workload.state(run) != baseline.state:
        found.append(f"the state is {workload.state(run)} instead of {baseline.state}")
    return found + workload.breaches(run)


def passages_to_die_at(count: int) -> list[int]:
    """Of `count` passages of a fail point, those that the CI lane tries: the first and one in the middle."""
    return sorted({1, (count + 2) // 2})


@contextmanager
def opened(endpoints: Endpoints) -> Iterator[Database]:
    """The database, closed at the end."""
    database = Database(endpoints)
    try:
        yield database
    finally:
        database.close()


def run_told(place: str, told: str) -> None:
    """Run a workload in this process, which is expected to die in it."""
    endpoints, setting, folder = json.loads(told)
    module, _, attribute = place.partition(":")
    workload: Workload = getattr(importlib.import_module(module), attribute)
    with opened(Endpoints(*endpoints)) as database:
        workload.run(Run(database, setting, SEED, pathlib.Path(folder)))
