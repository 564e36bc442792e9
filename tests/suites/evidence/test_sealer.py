"""The sealer loses nothing and does nothing twice: crashes, rivals, late commits.

Planted defect: a sealer that remembers how far it came, and so never sees a transaction that commits late.
"""

import contextlib
import json
import os
import random
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from openscf.db import failpoints
from openscf.db.audit import FolderSink, Sealer, SealerThread, store
from openscf.db.endpoints import OWNER
from openscf.db.unit_of_work import Context, UnitOfWork
from tests.suites.evidence.world import World

POINTS = sorted(name for name in failpoints.declared() if name.startswith("audit."))
SEED = 20260311
_CHILD = """
import sys
from pathlib import Path
from openscf.db import Database, Endpoints
from openscf.db.audit import FolderSink, KeyRing, Sealer
folder = Path(sys.argv[1])
database = Database(Endpoints(*sys.argv[2:6]))
sealer = Sealer(database, KeyRing(folder / "keys"), [FolderSink(folder / "checkpoints")])
sealer.seal(checkpoint=True)
sealer.rotate_key()
"""


def assert_whole(world: World) -> None:
    """The suite's check: after one more run everything is in the chain, once, in order, and holds."""
    world.sealer.seal(checkpoint=True)
    report = world.verify()
    assert report.ok, report
    assert (report.entries, report.covered, report.waiting) == (world.acts, world.acts, 0)
    assert len({found.entry.id for found in world.entries()}) == world.acts


@pytest.mark.parametrize("point", POINTS)
def test_an_error_at_any_place_loses_nothing_and_repeats_nothing(world: World, point: str) -> None:
    world.act(20)
    with failpoints.armed(f"{point}:raise") as rules, contextlib.suppress(failpoints.FailpointError):
        world.sealer.seal(checkpoint=True)
        world.sealer.rotate_key()
    assert rules[point].passages == 1
    assert world.verify().ok, "in between, too"
    world.act(20)
    assert_whole(world)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_death_at_any_place_loses_nothing_and_repeats_nothing(world: World, point: str) -> None:
    world.act(20)
    where = world.database.endpoints
    arguments = [str(world.folder.parent), where.owner, where.app, where.seal, where.read]
    died = subprocess.run(
        [sys.executable, "-c", _CHILD, *arguments],
        env={**os.environ, "OPENSCF_FAILPOINT": f"{point}:exit"},
        check=False,
        capture_output=True,
    )
    assert died.returncode == failpoints.EXIT_STATUS, died.stderr.decode()
    assert world.verify().ok, "in between, too"
    world.act(20)
    assert_whole(world)


def test_a_line_that_a_crash_cut_off_stays_and_a_new_file_is_begun(world: World) -> None:
    for _ in range(2):
        with failpoints.armed("audit.half_note:raise"), pytest.raises(failpoints.FailpointError):
            world.sealer.seal(checkpoint=True)
    assert_whole(world)
    names = sorted(path.name for path in world.folder.glob("*.jsonl"))
    third = "checkpoints-000000000003"
    assert names == ["checkpoints-000000000001.jsonl", f"{third}.jsonl", f"{third}b.jsonl"]
    assert [line.torn for line in world.sealer.sinks[0].lines()] == [False, False, True, True, False]


def assert_late_commit_is_sealed(world: World) -> None:
    """The suite's check: a transaction that wrote its entry early and commits late gets a later place."""
    late = world.database.transaction(Context(world.tenants[0], "per_ZHANG"))
    work = late.__enter__()
    work.audit("ledger.post", "trf_late", {})
    work.flush()
    world.act(10)
    world.sealer.seal()
    late.__exit__(None, None, None)
    world.acts += 1
    world.sealer.seal()
    entries = [found.entry for found in world.entries()]
    assert [entry.subject for entry in entries[-1:]] == ["trf_late"]
    assert_whole(world)


def test_a_transaction_that_commits_late_gets_a_later_place(empty: World) -> None:
    assert_late_commit_is_sealed(empty)


def test_a_sealer_with_a_high_water_mark_is_caught(empty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    beyond = "WHERE ordinal > coalesce((SELECT max(last_seq) FROM platform.audit_seal), 0) ORDER BY"
    monkeypatch.setattr(store, "_TAKE", store._TAKE.replace("ORDER BY", beyond))
    with pytest.raises((AssertionError, IndexError)):
        assert_late_commit_is_sealed(empty)


@pytest.fixture
def toys(empty: World) -> Iterator[World]:
    """The empty platform with a table to work on; gone afterwards, since all tests share the database."""
    with psycopg.connect(empty.database.endpoints.as_role(OWNER)) as connection:
        connection.execute("CREATE TABLE platform.toy (id int PRIMARY KEY, version int NOT NULL)")
        connection.execute("INSERT INTO platform.toy SELECT n, 0 FROM generate_series(0, 4) n")
        connection.execute("GRANT SELECT, UPDATE ON platform.toy TO openscf_app")
    yield empty
    with psycopg.connect(empty.database.endpoints.as_role(OWNER)) as connection:
        connection.execute("DROP TABLE platform.toy")


def test_rival_sealers_and_writers_end_in_one_gapless_chain_ordered_per_subject(toys: World) -> None:
    empty = toys
    done = threading.Event()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            empty.database.run(Context(empty.tenants[0], "per_LI"), lambda work: _bump(work, chance.randrange(5)))

    def seal() -> None:
        rival = Sealer(empty.database, empty.sealer.keys, [FolderSink(empty.folder)])
        while not done.is_set():
            rival.seal()

    writers = [threading.Thread(target=write, args=(SEED + at,)) for at in range(3)]
    sealers = [threading.Thread(target=seal) for _ in range(3)]
    for thread in (*writers, *sealers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in sealers:
        thread.join()
    empty.acts = 180
    assert_whole(empty)
    versions: dict[str, list[int]] = defaultdict(list)
    for found in empty.entries():
        versions[found.entry.subject].append(json.loads(found.entry.payload)["version"])
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values()), f"seed {SEED}"


def _bump(work: UnitOfWork, number: int) -> None:
    row = work.execute("UPDATE platform.toy SET version = version + 1 WHERE id = %s RETURNING version", [number])
    found = row.fetchone()
    assert found is not None
    work.audit("toy.bump", f"toy_{number}", {"version": found[0]})


def test_a_backlog_larger_than_a_batch_is_sealed_at_once(empty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openscf.db.audit.sealer.BATCH_ENTRIES", 64)
    empty.act(640)
    report = empty.sealer.seal()
    assert (report.sealed, report.size) == (640, 640)
    assert_whole(empty)


def test_an_idle_sealer_writes_nothing(world: World) -> None:
    world.sealer.seal(checkpoint=True)
    before = world.lines()
    for _ in range(3):
        assert world.sealer.seal(checkpoint=True).sealed == 0
    assert world.lines() == before


def test_the_thread_beside_a_server_seals_and_covers_everything_when_it_stops(empty: World) -> None:
    with SealerThread(empty.sealer, interval_s=0.01) as thread:
        empty.act(50)
    assert thread.failure is None
    assert thread.report is not None
    assert (thread.report.size, thread.report.covered) == (50, 50)
    assert_whole(empty)


def test_the_thread_survives_a_full_disk_and_tells_of_it(empty: World) -> None:
    class FullDisk(FolderSink):
        full = True

        def append(self, record: object) -> None:
            if self.full:
                raise OSError("no space left on device")
            super().append(record)  # type: ignore[arg-type]

    disk = FullDisk(empty.folder)
    thread = SealerThread(Sealer(empty.database, empty.sealer.keys, [disk]), interval_s=60)
    empty.act(10)
    thread._once(checkpoint=False)
    assert isinstance(thread.failure, OSError)
    disk.full = False
    thread._once(checkpoint=False)
    assert thread.failure is None
    assert_whole(empty)


def test_a_second_place_for_notes_that_fell_behind_is_brought_up_to_date(world: World, tmp_path: Path) -> None:
    world.sealer = Sealer(world.database, world.sealer.keys, [*world.sealer.sinks, FolderSink(tmp_path / "elsewhere")])
    assert any(found.place == "sink 2" for found in world.verify().bad_checkpoints)
    world.act(10)
    assert_whole(world)
    names = ("checkpoints", "elsewhere")
    first, second = ((tmp_path / name / "checkpoints-000000000001.jsonl").read_bytes() for name in names)
    assert first == second
