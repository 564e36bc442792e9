"""`make demo` tells the truth: the figures of the worked example, and red when somebody touched the books."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from rich.console import Console

from openscf.bootstrap import Platform
from openscf.cli.demo.reading import read_back
from openscf.cli.demo.story import Story
from openscf.cli.demo.telling import tell
from openscf.db import Database
from openscf.db.settings import Settings
from tests.conftest import Server

REFUSED = ["identity_code_check", "idempotency_key_reused", "exceeds_credits", "day_closed"]


@pytest.fixture
def platform(database: Database, tmp_path: Path) -> Platform:
    return Platform(database, database.clock, database.ids, Settings(home=tmp_path))


@pytest.fixture
def story(platform: Platform) -> Story:
    told = Story(platform)
    told.play()
    return told


def test_the_figures_are_those_of_the_worked_example(story: Story, platform: Platform) -> None:
    record = read_back(story, platform)
    assert record["sound"]
    balances = {(account["owner"], account["purpose"]): account["balance"] for account in record["accounts"]}
    assert balances == {
        ("operator", "bank"): "-6000000.00",
        ("operator", "escrow"): "0.00",
        ("funder", "cash"): "5013280.00",
        ("funder", "fees"): "5000.00",
        ("supplier", "cash"): "981720.00",
        ("funder", "granted"): "-1000000.00",
        ("anchor", "headroom"): "1000000.00",
        ("anchor", "used"): "0.00",
    }
    assert [(line["value_on"], line["amount"]) for line in record["statement"]["entries"]] == [
        ("2026-03-10", "795000.00"),
        ("2026-06-01", "186720.00"),
    ]
    assert [refused["code"] for refused in record["refusals"]] == REFUSED
    assert record["trial_balance_minor"] == {"CNY": 0, "LIMIT-JIANGHAI": 0}
    assert record["evidence"]["entries"] == record["books"]["audit"]["entries"] > 0


@pytest.mark.parametrize(("language", "word"), [("en", "Huayue Precision"), ("zh", "华岳精密铸造")])
def test_it_speaks_the_readers_language_and_refuses_in_both(
    story: Story, platform: Platform, monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    monkeypatch.setenv("OPENSCF_LANG", language)
    console = Console(record=True, width=200, file=open(os.devnull, "w"))  # noqa: SIM115 - ends with the test
    tell(read_back(story, platform), console)
    text = console.export_text()
    assert word in text
    assert all(code in text for code in REFUSED)
    assert "already used for demo.fund" in text
    assert "已用于内容不同的 demo.fund 请求" in text
    assert text.count("✓") == 6
    assert "✗" not in text


@pytest.mark.parametrize(
    ("table", "change", "broken"),
    [
        ("ledger.transfer", "SET credit_after_minor = credit_after_minor + 1 WHERE reason = 'demo.collect'", "I3"),
        ("ledger.account", "SET posted_minor = posted_minor + 1 WHERE purpose = 'fees'", "I2"),
        ("platform.audit_entry", "SET actor = 'system:nobody' WHERE seq = 3", "entry 3"),
    ],
    ids=["an entry", "a balance", "the audit log"],
)
def test_a_touched_book_is_not_sound(
    story: Story, platform: Platform, server: Server, table: str, change: str, broken: str
) -> None:
    assert read_back(story, platform)["sound"]
    admin = make_conninfo(server.admin, dbname=platform.database.endpoints.database)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        connection.execute(f"UPDATE {table} {change}")
    record = read_back(story, platform)
    assert not record["sound"]
    found = {breach["invariant"] for book in record["books"]["tenants"] for breach in book["breaches"]}
    first_bad = record["books"]["audit"]["first_bad_entry"]
    assert broken in (found if first_bad is None else {f"entry {first_bad['seq']}"})


@pytest.mark.slow
def test_the_command_runs_on_a_fresh_database_of_its_own_and_leaves_nothing() -> None:
    program = Path(sys.executable).parent / "openscf"
    with tempfile.TemporaryDirectory() as folder:  # not below pytest's own, through which root's server may not pass
        Path(folder).chmod(0o711)
        elsewhere = {"OPENSCF_DATABASE_URL": "postgresql://nobody@203.0.113.1/none", "TMPDIR": folder}
        ran = subprocess.run(
            [program, "demo", "--json"], env={**os.environ, **elsewhere}, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert json.loads(ran.stdout)["sound"]
        assert list(Path(folder).iterdir()) == []
