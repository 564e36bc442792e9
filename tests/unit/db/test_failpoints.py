"""Fail points: refused loudly when misspelt, inert when unset."""

import ast
import os
import pathlib
import subprocess
import sys

import pytest

import openscf
from openscf.db import failpoints
from openscf.db.failpoints import (
    EXIT_STATUS,
    FailpointError,
    FailpointSettingError,
    armed,
    declare_failpoint,
    failpoint,
    parse,
)

HERE = declare_failpoint("test.here", "a place of these tests")


def in_a_process(setting: str, program: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, failpoints.VARIABLE: setting}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)


PASSING = (
    "from openscf.db.failpoints import declare_failpoint, failpoint, check_armed\n"
    "name = declare_failpoint('test.place', 'x')\n"
    "check_armed()\n"
    "for n in (1, 2, 3): print(n, flush=True); failpoint(name)\n"
)


def test_an_unset_fail_point_does_nothing() -> None:
    failpoint(HERE)


@pytest.mark.parametrize(
    "setting",
    ["uow.before_commit", "x", "a.b:die", "a.b:exit@0", "a.b:exit@", "a.b:sleep", "a.b:sleep(-1)", "a.b:exit,,c.d:exit",
     "a.b:exit,a.b:raise", "a.b:exit@1@2", ",", "A.B:exit"],
)  # fmt: skip
def test_a_malformed_setting_is_refused(setting: str) -> None:
    with pytest.raises(FailpointSettingError, match="OPENSCF_FAILPOINT"):
        parse(setting)


def test_a_malformed_setting_stops_the_program_at_its_start() -> None:
    ended = in_a_process("uow.before_commit:explode", "import openscf.db")
    assert ended.returncode == 1
    assert "FailpointSettingError" in ended.stderr


def test_an_unknown_name_stops_the_program_when_it_opens_a_database() -> None:
    program = "from openscf.db import Database, Endpoints\nDatabase(Endpoints('', '', '', ''))"
    ended = in_a_process("uow.befor_commit:exit", program)
    assert ended.returncode == 1
    assert "unknown fail points: uow.befor_commit" in ended.stderr


def test_exit_ends_the_process_at_the_named_passage_and_nothing_after_it_runs() -> None:
    ended = in_a_process("test.place:exit@2", PASSING)
    assert (ended.returncode, ended.stdout.split()) == (EXIT_STATUS, ["1", "2"])


def test_raise_happens_at_the_first_passage_unless_told_otherwise() -> None:
    with armed("test.here:raise") as rules:
        with pytest.raises(FailpointError, match=r"test\.here"):
            failpoint(HERE)
        failpoint(HERE)
    assert rules[HERE].passages == 2
    failpoint(HERE)


def test_sleep_goes_on_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(failpoints.time, "sleep", slept.append)
    with armed("test.here:sleep(0.25)@2"):
        failpoint(HERE)
        failpoint(HERE)
        failpoint(HERE)
    assert slept == [0.25]


def test_arming_an_unknown_name_is_refused_and_leaves_the_earlier_setting() -> None:
    with armed("test.here:raise@1"):
        with pytest.raises(FailpointSettingError, match=r"no\.such"), armed("no.such:exit"):
            pass
        with pytest.raises(FailpointError):
            failpoint(HERE)


def test_passing_an_undeclared_place_is_an_error_when_anything_is_armed() -> None:
    with armed("test.here:raise@9"), pytest.raises(FailpointSettingError, match="not declared"):
        failpoint("test.nowhere")


def test_a_name_is_declared_once_with_a_meaning() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare_failpoint("test.here", "again")
    for name, meaning in (("nodot", "x"), ("Upper.case", "x"), ("a.b", "")):
        with pytest.raises(ValueError, match="needs a name"):
            declare_failpoint(name, meaning)


def test_every_passage_in_the_program_is_of_a_declared_place() -> None:
    """`failpoint("text")` could be misspelt; `failpoint(CONSTANT)`, made by declare_failpoint, can't."""
    literal = [
        f"{path.name}:{node.lineno}"
        for path in pathlib.Path(openscf.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "failpoint"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert literal == []
