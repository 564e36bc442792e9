"""The command line: exit codes, one JSON document, the reader's language, and a start that loads nothing."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer

from openscf.cli import common, main
from openscf.db.settings import ROLE_VARIABLES, Settings
from openscf.kernel.errors import Refusal, kind_of, refusal

Homes = Callable[..., Settings]
try:
    NOT_NOW = refusal("cli_test_not_now", en="Busy.", zh="忙。", fix_en="Later.", fix_zh="稍后。", status=423)
except ValueError:
    NOT_NOW = kind_of("cli_test_not_now")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `openscf …` in this process: exit code, standard output, standard error."""
    for name in ("OPENSCF_DATABASE_URL", *ROLE_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENSCF_LANG", "en")

    def running(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return running


@pytest.mark.parametrize("group", [[], ["db"], ["doctor"], ["db", "restore"], ["db", "backup"], ["db", "start"]])
def test_every_command_explains_itself(run: Callable[..., tuple[int, str, str]], group: list[str]) -> None:
    code, out, _ = run(*group, "--help")
    assert code == common.OK
    assert "Usage: openscf" in out


def test_a_wrong_command_line_is_code_2(run: Callable[..., tuple[int, str, str]]) -> None:
    assert run("db", "restore")[0] == common.USAGE
    assert run("no-such-command")[0] == common.USAGE
    assert run("db", "restore", "--from", "x", "--home", "y", "--at", "2026-01-01T00:00:00")[0] == common.USAGE


def test_help_loads_neither_the_driver_nor_the_platform() -> None:
    program = """
import sys
from openscf.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
sys.exit(", ".join(sorted({"psycopg", "openscf.bootstrap", "sqlalchemy", "holidays"} & set(sys.modules))) or 0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def of(failing: BaseException) -> typer.Typer:
    app = typer.Typer()

    @app.command()
    def command(as_json: common.Json = False) -> None:
        raise failing

    return app


def refused_in(capsys: pytest.CaptureFixture[str], failing: BaseException, *arguments: str) -> tuple[Any, str, str]:
    with pytest.raises(SystemExit) as ended:
        common.run(of(failing), arguments)
    shown = capsys.readouterr()
    return ended.value.code, shown.out, shown.err


def test_a_refusal_is_shown_in_the_readers_language_with_its_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {}
    for language in ("en", "zh_CN.UTF-8"):
        monkeypatch.setenv("OPENSCF_LANG", language)
        code, out, err = refused_in(capsys, NOT_NOW())
        assert (code, out) == (common.UNAVAILABLE, "")
        answers[language[:2]] = err
    assert answers["en"].startswith("cli_test_not_now: Busy.")
    assert "→ Later." in answers["en"]
    assert "忙。" in answers["zh"]
    assert "→ 稍后。" in answers["zh"]


def test_a_refusal_as_json_is_one_document_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = refused_in(capsys, kind_of("settings_incomplete")(missing="X"), "--json")
    assert (code, err) == (common.REFUSED, "")
    error = json.loads(out)["error"]
    assert error["code"] == "settings_incomplete"
    assert set(error["sentence"]) == set(error["remedy"]) == {"en", "zh"}
    assert Refusal.from_record(error).code == "settings_incomplete"


def test_a_lost_connection_is_code_3_and_a_mistake_of_ours_is_not_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = refused_in(capsys, psycopg.OperationalError("gone"), "--json")
    assert code == common.UNAVAILABLE
    assert json.loads(out)["error"]["code"] == "database_unavailable"
    with pytest.raises(ZeroDivisionError):
        common.run(of(ZeroDivisionError()), [])


@pytest.mark.parametrize(
    ("environment", "language"),
    [({"OPENSCF_LANG": "zh", "LANG": "en_GB"}, "zh"), ({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LANG": "de_DE"}, "en"),
     ({"LC_ALL": "C", "LANG": "zh_CN"}, "en"), ({}, "en")],
)  # fmt: skip
def test_the_language_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in ("OPENSCF_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert common.language() == language


@pytest.mark.slow
def test_the_life_of_an_embedded_database_on_the_command_line(
    run: Callable[..., tuple[int, str, str]], homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = homes().home
    monkeypatch.setenv("OPENSCF_HOME", str(home))
    assert run("db", "status", "--json")[0] == common.UNAVAILABLE
    assert json.loads(run("db", "start", "--json")[1])["pinned"] is True
    assert json.loads(run("db", "status", "--json")[1])["ready"] is True
    first = json.loads(run("db", "backup", "--json")[1])
    second = json.loads(run("db", "backup", "--keep", "1", "--json")[1])
    assert second["removed"] == [first["folder"]]
    assert not Path(first["folder"]).exists()
    (listed,) = json.loads(run("db", "backup", "--list", "--json")[1])
    assert listed["folder"] == second["folder"]
    assert run("db", "backup", "--verify", second["folder"])[0] == common.OK
    new = homes("new").home
    assert json.loads(run("db", "restore", "--from", str(home / "backups"), "--home", str(new), "--json")[1])["home"]
    assert run("db", "restore", "--from", str(home / "backups"), "--home", str(new))[0] == common.REFUSED
    code, out, _ = run("doctor", "--json")
    report = json.loads(out)
    assert code == (common.OK if report["safe"] else common.REFUSED)
    assert {"durability", "row_security", "private_files", "backup"} <= {check["name"] for check in report["checks"]}
    assert json.loads(run("db", "stop", "--json")[1]) == {"stopped": True, "users": []}
    assert run("db", "status")[0] == common.UNAVAILABLE
