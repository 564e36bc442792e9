"""What `make check` runs by hand runs in the CI lane as tests: lint, format, types; and the set-up itself."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=["lint", "format", "types"]
)
def test_the_tool_finds_nothing(command: tuple[str, ...]) -> None:
    ran = run(BIN / command[0], *command[1:])
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "text"),
    [
        (("ruff", "check", "--config", ROOT / "pyproject.toml"), "def public(x):\n    return x\n"),
        (("ruff", "format", "--check", "--config", ROOT / "pyproject.toml"), "x = {  'a':1 }\n"),
        (("mypy", "--config-file", ROOT / "pyproject.toml", "--cache-dir", os.devnull), "x: int = 'one'\n"),
    ],
    ids=["lint", "format", "types"],
)  # fmt: skip
def test_the_tool_speaks_of_a_planted_defect(command: tuple[object, ...], text: str, tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(text, encoding="utf-8")
    ran = run(BIN / str(command[0]), *command[1:], planted)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "planted.py" in ran.stdout + ran.stderr


@pytest.mark.parametrize("script", ["scripts/setup.sh", ".ci/run"])
def test_the_shell_understands_the_script(script: str) -> None:
    first = (ROOT / script).read_text(encoding="utf-8").splitlines()[0]
    shell = "sh" if first == "#!/bin/sh" else "bash"
    ran = run(shell, "-n", script)
    assert ran.returncode == 0, ran.stderr
    assert os.access(ROOT / script, os.X_OK)


def test_the_test_command_of_the_readme_is_the_one_that_ci_runs() -> None:
    for page in ("README.md", "README.zh-CN.md"):
        assert re.search(r"^make test$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert "^test:" not in (ROOT / "README.md").read_text(encoding="utf-8")


CLOSING = re.compile(r"^=+ (.+) in [0-9.]+s.* =+$")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("selected", "code", "closing"),
    [
        ("tests/architecture/test_documents.py -k numbered", 0, "1 passed"),
        ("tests/architecture/test_documents.py -k no_test_has_this_name", 5, "deselected"),
        ("tests/architecture/no_such_file.py", 4, "no tests ran"),
    ],
    ids=["green", "none", "wrong"],
)
def test_ci_ends_with_the_closing_line_and_the_code_of_the_run(selected: str, code: int, closing: str) -> None:
    assert "NESTED" not in os.environ, "the selection did not reach the inner run: it would start this test for ever"
    # Variables of an outer `make test PYTEST_ARGS=…` would win over the selection below.
    outer = dict.fromkeys(("MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL"), "")
    ran = run(
        ROOT / ".ci" / "run",
        NESTED="1",
        WORKERS="0",
        PYTEST_ARGS=f"-p no:cacheprovider {selected}",
        PYTEST_ADDOPTS="",
        **outer,
    )
    last = CLOSING.match(ran.stdout.splitlines()[-1])
    assert last, ran.stdout[-2000:] + ran.stderr
    assert closing in last.group(1)
    assert ran.returncode == code
