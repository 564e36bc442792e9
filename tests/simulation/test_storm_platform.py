"""Storms on PostgreSQL with people, an audit log, an outbox and a bank: I11 to I14 and I16 hold under faults."""

from pathlib import Path
from typing import Any

import pytest

from openscf.bootstrap import Platform
from openscf.cli.demo.reading import judged
from openscf.cluster import Stage, start_clock
from openscf.cluster.simulation.people import POINTS, Troubled
from openscf.db import Database
from openscf.db.settings import Settings
from tests.simulation.planted_people import PLANTED, planted

RARE = (
    *(f"crashed {point}" for point in POINTS), "repeated", "funded", "statement late", "statement twice",
    "statements in another order", "paid in part or too much",
)  # fmt: skip


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Stage:
    database.clock = start_clock()
    platform = Platform(database, database.clock, database.ids, Settings(home=tmp_path))
    return Stage(platform, database.clock, name="a storm")  # type: ignore[arg-type]  # the clock that stands above


@pytest.mark.slow
def test_people_rows_messages_and_the_bank_hold_in_a_storm(stage: Stage, request: pytest.FixtureRequest) -> None:
    seed = request.config.getoption("--seed")
    suffered = Troubled(stage, 11 if seed is None else seed).run(120)
    assert suffered.findings == []
    record: dict[str, Any] = judged(stage, stage.platform)
    assert record["books"]["ok"], record["books"]
    assert record["evidence"]["holds"]
    assert seed is not None or [name for name in RARE if not suffered.rare[name]] == []
    assert sum(count for name, count in suffered.rare.items() if name.startswith("refused approv")) > 0


@pytest.mark.slow
def test_planted_defects_are_found(stage: Stage) -> None:
    """One book, one defect after the other; before the first nothing is found, so that each finding is its defect's."""
    storm = Troubled(stage, 3)
    assert storm.run(40).findings == []
    for name, (invariant, _) in PLANTED.items():
        with planted(name, storm) as found:
            assert any(one.startswith(f"{invariant}:") for one in found), f"{name}: {found}"
