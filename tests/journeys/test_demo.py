"""`make demo` tells the truth: the figures of the worked example, and red when somebody touched the books."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from rich.console import Console

from openscf.bootstrap import Platform
from openscf.cli.demo.reading import read_back
from openscf.cli.demo.story import Story, start_clock
from openscf.cli.demo.telling import tell
from openscf.db import Database
from openscf.db.settings import Settings
from openscf.kernel.money import CNY, Money, parse_amount
from tests.conftest import Server

REFUSED = [
    "identity_code_check", "approval_by_maker", "idempotency_key_reused", "encumbered", "limit_exceeded",
    "day_already_closed",
]  # fmt: skip


def yuan(text: str) -> Money:
    return parse_amount(text, CNY)


@pytest.fixture(scope="module")
def platform(server: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Where the story is played once: whoever touches it puts back what he changed, but for the last."""
    name = f"openscf_d_{os.getpid()}"
    database = Database(server.clone(template, name))
    database.clock = start_clock()
    yield Platform(database, database.clock, database.ids, Settings(home=tmp_path_factory.mktemp("home")))
    database.close()
    server.drop(name)


@pytest.fixture(scope="module")
def story(platform: Platform) -> Story:
    told = Story(platform, platform.clock)  # type: ignore[arg-type]  # the clock that the fixture above has set
    told.play()
    return told


@pytest.mark.slow
def test_the_figures_are_those_of_the_worked_examples(story: Story, platform: Platform) -> None:
    """PRODUCTS 1.1: 1,000,000.00 at 80 % and 7.2 % for 83 days; the late one by the same rules, penalty 10.8 %."""
    record = read_back(story, platform)
    assert record["sound"], record["books"]
    deals = {deal.pop("number"): deal for deal in record["deals"]}
    assert {number: deal["state"] for number, deal in deals.items()} == {
        "HY-2026-0001": "settled", "QM-2026-0107": "settled", "YC-2026-0033": "settled", "HY-2026-0002": "verified",
    }  # fmt: skip
    sums = {name: deals["HY-2026-0001"][name] for name in ("advance", "fee", "interest", "penalty", "remainder")}
    assert sums == {
        "advance": "800000.00", "fee": "5000.00", "interest": "13280.00", "penalty": "0.00", "remainder": "186720.00",
    }  # fmt: skip
    slow = deals["QM-2026-0107"]
    assert (slow["interest"], slow["penalty"]) == ("4224.00", "1824.00"), "66 days at 7.2 %, 19 of them late at 10.8 %"
    credited = deals["YC-2026-0033"]
    assert credited["principal"] == credited["advance"] == "480000.00", "80,000.00 put in, the rest by the buyer"
    the_money_is_where_it_belongs(record)


def the_money_is_where_it_belongs(record: dict[str, Any]) -> None:
    members = {member["name"]["en"].split()[0]: member for member in record["members"]}
    earned = [yuan(deal[name]) for deal in record["deals"] for name in ("fee", "interest", "penalty")]
    brought = yuan("5000000.00")
    assert yuan(members["Tongzhou"]["cash"]) == sum(earned, brought), "the factor has what it brought and earned"
    assert {name: member["outside"] for name, member in members.items()} == {
        "Longbridge": "0.00", "Jianghai": "-1500000.00", "Beiyuan": "-400000.00", "Huayue": "981720.00",
        "Qiming": "391952.00", "Yuanchuan": "0.00", "Tongzhou": "-5000000.00",
    }  # fmt: skip
    lines = record["statement"]["entries"]
    assert [(line["value_on"], line["amount"]) for line in lines if line["reason"].startswith("factoring")] == [
        ("2026-03-10", "800000.00"), ("2026-03-10", "-5000.00"), ("2026-06-01", "186720.00"),
    ]  # fmt: skip
    assert record["statement"]["closing"] == "0.00", "all of it has gone on to the supplier's own bank account"
    assert {limit["used"] for limit in record["limits"]} == {"0.00"}
    assert set(record["trial_balance_minor"].values()) == {0}
    assert [refused["code"] for refused in record["refusals"]] == REFUSED
    assert record["evidence"]["entries"] == record["books"]["audit"]["entries"] > 0


@pytest.mark.slow
def test_it_speaks_the_readers_language_and_refuses_in_both(
    story: Story, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = read_back(story, platform)
    for language, words in (("en", ("Huayue Precision", "fell overdue")), ("zh", ("华岳精密铸造", "转为逾期"))):
        monkeypatch.setenv("OPENSCF_LANG", language)
        console = Console(record=True, width=200, file=open(os.devnull, "w"))  # noqa: SIM115 - ends with the test
        tell(record, console)
        text = console.export_text()
        assert all(word in text for word in words)
        assert all(code in text for code in REFUSED)
        assert "already used for operations.apply" in text
        assert "已用于内容不同的 operations.apply 请求" in text
        assert text.count("✓") == 6
        assert "✗" not in text


TOUCHES = [
    ("ledger.account", "posted_minor = posted_minor {sign} 1 WHERE purpose = 'suspense'", "I2"),
    ("ledger.transfer", "credit_after_minor = credit_after_minor {sign} 1 WHERE reason LIKE '%.interest'", "I3"),
    ("financing.deal", "principal_minor = principal_minor {sign} 1 WHERE state = 'settled'", "I7"),
]


@pytest.mark.slow
def test_a_touched_book_is_not_sound(story: Story, platform: Platform, server: Server) -> None:
    assert read_back(story, platform)["sound"]
    for table, change, broken in TOUCHES:
        touch(platform, server, table, change.format(sign="+"))
        record = read_back(story, platform)
        assert not record["sound"]
        found = {breach["invariant"] for book in record["books"]["tenants"] for breach in book["breaches"]}
        assert broken in found
        touch(platform, server, table, change.format(sign="-"))
    touch(platform, server, "platform.audit_entry", "actor = 'system:nobody' WHERE seq = 3")
    record = read_back(story, platform)
    assert not record["sound"]
    assert record["books"]["audit"]["first_bad_entry"]["seq"] == 3


def touch(platform: Platform, server: Server, table: str, change: str) -> None:
    """Change rows behind the platform's back, as the server's owner could."""
    admin = make_conninfo(server.admin, dbname=platform.database.endpoints.database)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        connection.execute(f"UPDATE {table} SET {change}")


@pytest.mark.slow
def test_the_command_runs_on_a_fresh_database_of_its_own_and_leaves_nothing() -> None:
    program = Path(sys.executable).parent / "openscf"
    with tempfile.TemporaryDirectory() as folder:  # not below pytest's own, through which root's server may not pass
        Path(folder).chmod(0o711)
        elsewhere = {"OPENSCF_DATABASE_URL": "postgresql://nobody@203.0.113.1/none", "TMPDIR": folder}
        ran = subprocess.run(
            [program, "demo", "--days", "60", "--json"],
            env={**os.environ, **elsewhere},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert json.loads(ran.stdout)["sound"]
        assert list(Path(folder).iterdir()) == []
