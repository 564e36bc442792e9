"""`openscf credit assess | refresh | rating | limit-explained | limit-rule | raise | model …` as a user runs them."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from openscf.cli import main
from openscf.credit import fit_scorecard
from openscf.db.endpoints import LOGIN_ROLES
from openscf.kernel.ports import SystemClock
from openscf.parties import business_date
from tests.unit.credit.conftest import synthetic
from tests.unit.financing.floor import Floor
from tests.unit.operations.town import TRAINED, Town


@pytest.fixture
def run(endpoints, tenant, tmp_path, monkeypatch, capsys):
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "TENANT": tenant, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))

    def running(*words: object) -> tuple[int, Any]:
        with pytest.raises(SystemExit) as ended:
            main(["credit", *map(str, words), "--json"])
        shown = capsys.readouterr()
        return int(ended.value.code or 0), json.loads(shown.out)

    return running


@pytest.fixture
def town(floor: Floor, tmp_path: Path) -> Town:
    town = Town(floor, tmp_path)
    today = business_date(SystemClock().now())  # the commands go by the real clock
    for back in range(14):
        number = town.sold(1_000_000, today - dt.timedelta(days=20 + 30 * back))
        town.paid(1_000_000, number, today - dt.timedelta(days=10 + 30 * back))
    return town


@pytest.mark.slow
def test_a_firm_is_judged_from_its_documents_and_the_answer_says_why(run, town: Town) -> None:
    town.appointed()
    code, found = run("rating", town.seller)
    assert (code, found["rating"]) == (0, None)
    code, done = run("assess", town.seller)
    assert (code, done["firms"], done["changed"]) == (0, 1, [str(town.seller)])
    code, done = run("refresh")
    assert (code, done["failed"]) == (0, [])
    assert str(town.seller) in done["changed"], (
        "its buyer has been judged now, and the seller is told what that is worth"
    )
    assert run("refresh")[1]["changed"] == []
    code, found = run("rating", town.seller)
    assert (code, found["model"]["name"], found["opinions"][0]["kind"]) == (0, "toy", "platform")
    assert found["grade"].startswith("M")
    code, found = run("limit-explained", town.seller)
    assert code == 0
    assert {"limit", "reasons", "raises", "not_counted", "in_force", "binding"} <= found.keys()
    assert all(set(said) == {"en", "zh"} for said in found["reasons"])
    code, refused = run("refresh", "--date", "2999-01-01")
    assert (code, refused["error"]["code"]) == (1, "refresh_in_the_future")


@pytest.mark.slow
def test_the_registry_registers_lists_and_shows_and_two_persons_decide(run, town: Town, tmp_path: Path) -> None:
    card = fit_scorecard(synthetic(8), name="other", seed=1, trained=TRAINED)
    (tmp_path / "card.json").write_bytes(card.to_bytes())
    code, made = run("model", "register", tmp_path / "card.json")
    assert (code, made["model"], made["number"], made["sha256"]) == (0, "other", 1, card.sha256)
    assert run("model", "register", tmp_path / "card.json")[1] == made, "the same bytes are the same version"
    code, refused = run("model", "propose", made["version"], "--party", town.floor.parties["operator"])
    assert (code, refused["error"]["code"]) == (1, "not_a_person"), "the system proposes no model: persons do"
    assert run("model", "list")[1][0]["roles"] == []
    town.appointed()
    listed = {one["model"]: one for one in run("model", "list")[1]}
    (role,) = listed["toy"]["roles"]
    assert (role["role"], role["to"]) == ("champion", None)
    assert role["made_by"] != role["approved_by"]
    code, shown = run("model", "show", made["version"], "--out", tmp_path / "again.json")
    assert (code, shown["sha256"]) == (0, card.sha256)
    assert (tmp_path / "again.json").read_bytes() == card.to_bytes()


@pytest.mark.slow
def test_rules_and_rises_are_asked_for_by_persons_only(run, town: Town) -> None:
    funder = town.floor.parties["funder"]
    run("assess", town.seller)
    for words in (
        ("limit-rule", "--owner", funder, "--part", "50%"),
        ("model", "retire", "--party", town.floor.parties["operator"]),
    ):
        code, refused = run(*words)
        assert (code, "error" in refused) == (1, True), words
    code, refused = run("raise", town.seller, "--owner", funder)
    assert (code, refused["error"]["code"]) == (1, "credit_not_shared")
