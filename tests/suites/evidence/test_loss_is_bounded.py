"""What can be lost without a trace is what no checkpoint outside the database covers: under 100 entries and 60 seconds.

Planted defect: a sealer that makes checkpoints ten times too rarely.
"""

import datetime as dt
import random

import pytest

from openscf.db.audit import CHECKPOINT_AGE, CHECKPOINT_ENTRIES, sealer
from tests.suites.evidence.test_tampering import cut_to
from tests.suites.evidence.world import World

SEED = 20260310


def assert_bounded(world: World, seed: int) -> None:
    """The suite's check: a busy hour, a quiet one, the sealer every second: the open window stays within the bound."""
    chance = random.Random(seed)
    born: list[dt.datetime] = []
    for second in range(300):
        world.clock.advance(dt.timedelta(seconds=1))
        count = chance.choice((0, 0, 1, 2, 30, 130) if second < 120 else (0, 0, 0, 0, 0, 0, 1)) * chance.randint(0, 1)
        world.act(count)
        born += [world.clock.now()] * count
        report = world.sealer.seal()
        assert report.size == len(born)
        open_window = born[report.covered :]
        assert len(open_window) < CHECKPOINT_ENTRIES, f"seed {seed}, second {second}"
        assert not open_window or world.clock.now() - open_window[0] < CHECKPOINT_AGE, f"seed {seed}, second {second}"


def test_the_open_window_stays_within_100_entries_and_60_seconds(empty: World) -> None:
    assert_bounded(empty, SEED)
    assert empty.verify().ok


@pytest.mark.parametrize("name", ["CHECKPOINT_ENTRIES", "CHECKPOINT_AGE"])
def test_a_sealer_with_rare_checkpoints_is_caught(empty: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sealer, name, getattr(sealer, name) * 10)
    with pytest.raises(AssertionError):
        assert_bounded(empty, SEED)


@pytest.mark.parametrize("left", [280, 250])
def test_whole_runs_behind_the_last_checkpoint_can_be_cut_off(world: World, left: int) -> None:
    """The honest limit, written down as a test: this is the whole of what can be lost without a trace."""
    world.act(10)
    assert world.sealer.seal().size == 290
    cut_to(left)(world)
    report = world.verify()
    assert report.ok
    assert 290 - report.entries < CHECKPOINT_ENTRIES


@pytest.mark.parametrize("left", [249, 240, 120, 1])
def test_cutting_below_the_last_checkpoint_is_found(world: World, left: int) -> None:
    cut_to(left)(world)
    bad = world.verify().first_bad
    assert bad is not None
    assert (bad.seq, bad.until) == (left + 1, left + 1)
