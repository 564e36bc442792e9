"""`openscf credit lateness train | show | pool` as a user runs them: learned, entered, approved, looked at."""

import datetime as dt
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from openscf.cli import main
from openscf.db import Context
from openscf.db.endpoints import LOGIN_ROLES
from openscf.db.settings import Settings
from openscf.kernel.ports import SystemClock
from openscf.operations import take_snapshot
from openscf.parties import Cleartext, PersonalKind, add_login, business_date, vault_at
from openscf.trades import Wanted as WantedDocuments
from openscf.trades import find_documents
from tests.unit.financing.floor import SYSTEM, Floor
from tests.unit.operations.nights import Nights

PASSWORD = "zanzibar pass phrase 9"


@pytest.fixture
def run(endpoints, tenant, tmp_path, monkeypatch, capsys):
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "TENANT": tenant, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))

    def running(*words: object, login: str = "", group: str = "credit", as_json: bool = True) -> Any:
        with monkeypatch.context() as during:
            if login:
                during.setenv("OPENSCF_LOGIN", login)
                during.setenv("OPENSCF_PASSWORD", PASSWORD)
            during.setattr(sys, "stdin", io.StringIO(""))
            with pytest.raises(SystemExit) as ended:
                main([group, *map(str, words), *(["--json"] * as_json)])
        out, err = capsys.readouterr()
        assert not ended.value.code, out + err
        return json.loads(out) if as_json else out

    return running


def signed_in(floor: Floor) -> None:
    vault = vault_at(floor.database, Settings.from_environment())
    for name in ("operator.maker", "operator.checker"):
        login, secret = Cleartext(PersonalKind.LOGIN, name), Cleartext(PersonalKind.SECRET, PASSWORD)
        floor.run(SYSTEM, add_login, floor.house.people[name], login, password=secret, vault=vault)


@pytest.mark.slow
def test_a_model_is_learned_approved_and_its_forecasts_are_told(run, floor: Floor, tmp_path: Path) -> None:
    nights = Nights(floor, tmp_path)
    nights.history()
    pool = nights.pools.of_example()
    today = business_date(SystemClock().now())  # the commands go by the real clock
    number = nights.sold("X", today - dt.timedelta(days=10), late=None, seller="seller")
    (fresh,) = floor.run(SYSTEM, find_documents, WantedDocuments(number=number))
    assert run("lateness", "show", fresh.id)["forecast"] is None
    said = run("lateness", "pool", pool)
    assert (said["receivables"], len(said["without_forecast"])) == ([], 3)
    assert said["said"]["en"].startswith("No forecast")
    signed_in(floor)
    with floor.database.reading(Context(floor.tenant, SYSTEM)) as work:
        folder = take_snapshot(work, tmp_path).folder
    file = tmp_path / "late.json"
    learned = run("lateness", "train", "--snapshot", folder, "--out", file, "--grace-days", 30, "--as-of", today)
    # Twelve of each buyer, and the three in the pool, which are open long after they were due.
    assert (learned["receivables"], learned["late"], learned["grace_days"]) == (27, 15, 30)
    assert learned["figures"]["receivables"] > 0
    version = run("model", "register", file, "--metrics", tmp_path / "late.figures.json")
    assert (version["sha256"], version["kind"]) == (learned["sha256"], "openscf.late_payment/1")
    asked = run("model", "propose", version["version"], "--party", floor.parties["operator"], login="operator.maker")
    run("approve", asked["request"], asked["sha256"], login="operator.checker", group="parties")
    (listed,) = run("model", "list")
    assert [(one["purpose"], one["role"]) for one in listed["roles"]] == [("late_payment", "champion")]
    assert run("refresh")["foretold"] == 4
    found = run("lateness", "show", fresh.id)
    assert 200_000 < found["late_ppm"] < 1_000_000
    assert "What speaks for it: Share of the debtor's settled invoices that were late" in found["said"]["en"]
    assert found["model"] == version["version"]
    text = run("lateness", "show", fresh.id, as_json=False)
    assert "Paid more than 30 days late with" in text
    told = run("lateness", "pool", pool)
    assert {row["number"] for row in told["receivables"]} == {"10000001", "20000002", "30000003"}
    assert told["said"]["zh"].startswith(f"截至 {today}，3 笔应收账款中 3 笔有逾期预测")
    assert "逾期" in told["receivables"][0]["said"]["zh"] or "到期后超过" in told["receivables"][0]["said"]["zh"]
    shown = run("pool", "availability", pool, "--on", today, group="financing", as_json=False)
    assert "of it foretold" in shown
    listed = run("pool", "items", pool, "--on", today, group="financing")
    assert [one["late_ppm"] for one in listed] == [1_000_000] * 3
    assert "late 100.0 %" in run("pool", "items", pool, "--on", today, group="financing", as_json=False)
    person = run("pool", "items", pool, "--on", today, group="financing", login="operator.maker")
    assert [one["late_ppm"] for one in person] == [None] * 3, "a login may be a seller's"
    gone = run("model", "retire", "--party", floor.parties["operator"], "--purpose", "late_payment",
               login="operator.maker")  # fmt: skip
    assert gone["request"]


@pytest.mark.slow
def test_from_nothing_nothing_is_learned(run, floor: Floor, tmp_path: Path, capsys) -> None:
    nights = Nights(floor, tmp_path)
    nights.sold("X", dt.date(2026, 1, 5), late=3)
    with floor.database.reading(Context(floor.tenant, SYSTEM)) as work:
        folder = take_snapshot(work, tmp_path).folder
    words = ["credit", "lateness", "train", "--snapshot", str(folder), "--out", str(tmp_path / "late.json"), "--json"]
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "sample_too_small"
