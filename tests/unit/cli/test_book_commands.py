"""Books from the command line."""

import stat
from pathlib import Path
from typing import Any

import pytest

from openscf.db.endpoints import LOGIN_ROLES
from tests.unit.cli.test_financing_commands import Shell


@pytest.fixture
def shell(endpoints: Any, tmp_path: Path, monkeypatch: Any, capsys: Any) -> Shell:
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path / "home", "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))
    return Shell(monkeypatch, capsys)


@pytest.mark.slow
def test_the_example_is_opened_and_listed(shell: Shell, tmp_path: Path) -> None:
    plan, variables = tmp_path / "plan.toml", tmp_path / "book.env"
    plan.write_text(shell("example", group="book", as_json=False), encoding="utf-8")
    begun = shell("begin", plan, "--shell", variables, group="book")
    assert [one["tenant"] for one in shell("list", group="book")] == [begun["tenant"]]
    assert stat.S_IMODE(variables.stat().st_mode) == 0o600
    told = dict(
        line.removeprefix("export ").split("=") for line in variables.read_text(encoding="utf-8").split("\n")[:-1]
    )
    assert told["OPENSCF_TENANT"] == begun["tenant"]
    assert told["SUPPLIER"] == begun["members"]["supplier"]
    assert told["BUYER_CHECKER"] == next(o["password"] for o in begun["sign_ins"] if o["login"] == "buyer.checker")
    assert told["PLATFORM_ACCOUNT"] == begun["bank_accounts"]["platform"]
    shell("begin", plan, "--shell", variables, group="book", code=2, as_json=False)  # never written over


def test_a_wrong_plan_is_refused_with_its_place(shell: Shell, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("[book]\nname = 'x'\n", encoding="utf-8")
    refused = shell("begin", plan, group="book", code=1)
    assert (refused["error"]["code"], refused["error"]["params"]["field"]) == ("bad_plan", "member")
    assert shell("list", group="book") == []
    shell("begin", tmp_path / "none.toml", group="book", code=2, as_json=False)
