"""`openscf simulate` and `openscf cluster`: what they say, and that a breach is an exit code."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from openscf.cli import cluster, simulate
from tests.simulation.mutants import planted

BREACH = {"invariant": "I3", "check": "balances", "subject": "acc_1"}


def test_storms_without_a_breach_end_well_and_the_same_seed_has_the_same_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    records = []
    for _ in range(2):
        simulate.command(seed=3, seeds=2, commands=120, storms=0, days=0, as_json=True)
        records.append(json.loads(capsys.readouterr().out))
    assert records[0]["sound"]
    assert records[0]["storms"]["trace"] == records[1]["storms"]["trace"]
    assert records[0]["storms"]["commands"] > 200


def test_a_breach_ends_with_one_and_names_seed_and_features(capsys: pytest.CaptureFixture[str]) -> None:
    with planted("no_penalty"), pytest.raises(SystemExit) as ended:
        simulate.command(seed=0, seeds=1, commands=500, storms=0, days=0, as_json=True)
    assert ended.value.code == 1
    found = json.loads(capsys.readouterr().out)["storms"]["findings"]
    assert found[0]["seed"] == 0
    assert found[0]["features"]
    assert "penalty" in found[0]["found"]


def test_a_breach_is_told_in_the_readers_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENSCF_LANG", "zh")
    with planted("no_penalty"), pytest.raises(SystemExit):
        simulate.command(seed=0, seeds=1, commands=500, storms=0, days=0, as_json=False)
    assert "违反 1 处" in capsys.readouterr().out


def test_nothing_asked_for_is_a_mistake_of_the_caller_and_not_soundness() -> None:
    with pytest.raises(typer.BadParameter, match="--storms"):
        simulate.command(seed=0, seeds=0, commands=1, storms=0, days=0, as_json=True)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({}, None),
        ({"conserved": False}, "a funder has not"),
        ({"evidence": {"holds": False, "forged_copy_holds": True}}, "the evidence does not hold"),
        ({"books": {"tenants": [{"checks": 9, "breaches": [BREACH]}]}}, "✗ I3 balances: acc_1"),
    ],
)
def test_an_economy_that_is_not_sound_says_why(broken: dict[str, Any], said: str | None) -> None:
    books = {"tenants": [{"checks": 9, "breaches": []}]}
    proof = {"holds": True, "forged_copy_holds": False}
    economy = {"days": 3, "papers": 32, "conserved": True, "evidence": proof, "books": books, **broken}
    lines = simulate._told({"storms": {"seeds": 0}, "people": None, "economy": economy})
    assert lines[0].startswith("3 business days")
    assert [one for one in lines if "✗" in one and (said or "-") in one] == lines[1:2]


@pytest.mark.long
def test_a_few_days_are_sound_though_not_every_product_was_seen() -> None:
    record = simulate._economy(2, 1, quiet=True)
    assert not record["every_product"]
    assert record["sound"]


@pytest.mark.slow
def test_a_storm_of_people_runs_on_a_database_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    simulate.command(seed=11, seeds=0, commands=1, storms=1, days=0, as_json=True)
    people = json.loads(capsys.readouterr().out)["people"]
    assert people["sound"], people["findings"]
    assert people["answered"] > 100
    assert people["rare"]["repeated"] > 0


@pytest.mark.slow
def test_regimes_are_compared_and_the_report_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "finance.html"
    cluster.command(seeds=2, years=1, seed=0, report=page, as_json=True)
    record = json.loads(capsys.readouterr().out)
    assert set(record["regimes"]) >= {"none", "bank", "offline", "platform"}
    assert set(record["trials"]).isdisjoint(record["regimes"])
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
