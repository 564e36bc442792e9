"""The storm can fail: planted defects are named, rare states are reached, and the same seed is the same storm."""

import dataclasses
import os
import subprocess
import sys
from typing import Any

import pytest

from openscf.cluster.simulation import FAULTS, Storm, storm
from openscf.cluster.simulation.auditor import Counted
from tests.simulation.mutants import MUTANTS, NAMED, planted
from tests.simulation.planted_people import PLANTED
from tests.simulation.storms import weather

MOST_SEEDS = 40


def test_fifteen_storms_break_nothing_and_lose_and_double_messages() -> None:
    _, rare = weather(range(2000, 2015))
    assert [name for name in FAULTS[:2] if not rare[{"drop": "dropped", "duplicate": "replayed"}[name]]] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_defect_is_found(name: str) -> None:
    for seed in range(MOST_SEEDS):
        with planted(name) as products:
            try:
                found = storm(seed, 500, products=products).findings
            except ValueError as error:  # the engine's own assertion is as good as the auditor's finding
                found = [str(error)]
        named = [invariant for invariant, mutant in NAMED.items() if mutant == name]
        if found:
            assert not named or any(f"{named[0]}: " in one for one in found), found
            return
    pytest.fail(f"{name} was not found in {MOST_SEEDS} storms")


def test_every_invariant_has_a_defect_that_is_named_by_it() -> None:
    assert {*NAMED, *(invariant for invariant, _ in PLANTED.values())} == {f"I{number}" for number in range(1, 18)}
    assert set(NAMED.values()) <= set(MUTANTS)


def test_there_are_more_than_twenty_defects_to_find() -> None:
    assert len(MUTANTS) >= 20


def test_the_same_seed_is_the_same_storm() -> None:
    one, other = storm(7, 300), storm(7, 300)
    assert one.trace == other.trace
    assert one.outcomes == other.outcomes
    assert one.trace != storm(8, 300).trace


def test_what_is_judged_as_it_comes_is_judged_whole_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the watch overlooks every seventh transfer; counting anew shows it."""
    real = Counted.add

    def overlooking(self: Counted, ledger: Any, some: Any) -> None:
        known = some if len(some) > 100 else [past for at, past in enumerate(some) if at % 7 != 6]
        real(self, ledger, known)

    monkeypatch.setattr(Counted, "add", overlooking)
    found = storm(5, 200).findings
    assert any("I3" in one for one in found), found


def test_a_change_behind_the_watch_is_found_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a balance moves without a transfer, on an account that nobody touches again."""
    storm_ = Storm(5)
    real = storm_.watch.whole

    def drifted() -> Any:
        accounts = storm_.house.ledger.accounts
        identity, account = next(iter(accounts.items()))
        accounts[identity] = dataclasses.replace(account, posted_minor=account.posted_minor + 1)
        assert storm_.watch.glance() == []
        return real()

    monkeypatch.setattr(storm_.watch, "whole", drifted)
    assert any("I3" in one for one in storm_.run(60).findings)


@pytest.mark.slow
def test_the_order_of_hashes_changes_nothing() -> None:
    said = "from openscf.cluster.simulation import storm; print([storm(seed, 200).trace for seed in range(6)])"
    traces = {
        subprocess.run(
            [sys.executable, "-c", said], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
            check=True,
        ).stdout
        for seed in ("1", "77")
    }  # fmt: skip
    assert len(traces) == 1


@pytest.mark.long
def test_ten_thousand_storms_break_nothing() -> None:
    weather(range(10_000, 20_000))
