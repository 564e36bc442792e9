"""Every command that a page of the documentation tells its reader to run is there, with the options that are named.

Planted defect: a command or an option that is gone stays in a page (`test_what_is_gone_is_noticed`).
"""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from openscf.cli import build

ROOT = Path(__file__).parents[2]
PAGES = [
    page for page in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    if "adr" not in page.parts and page.name != "CHANGELOG.md"
]  # fmt: skip
COMMAND = re.compile(r"(?<![\w./-])openscf ((?:[^|;&>#`\n()]|\\\n)+)")
CODE = re.compile(r"^```[^\n]*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
PROGRAM = typer.main.get_command(build())


def commands(page: Path) -> list[list[str]]:
    """The command lines of a page's code, as words."""
    found = []
    for block, inline in CODE.findall(page.read_text(encoding="utf-8")):
        for line in COMMAND.findall(block or inline):
            text = line.replace("\\\n", " ").replace("…", "").replace("'", "").replace('"', "")
            found.append(shlex.split(text))
    return found


def fault(words: list[str]) -> str | None:
    """What is wrong with a command line: a command that is none, or an option that it does not take."""
    here: Any = PROGRAM
    rest = list(words)
    while hasattr(here, "commands") and rest and not rest[0].startswith("-"):
        if rest[0].isupper():
            return None  # a word that stands for any
        if rest[0] not in here.commands:
            return f"openscf {' '.join(words)}: no {rest[0]}"
        here = here.commands[rest.pop(0)]
    known = {name for one in here.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
    wrong = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]
    return f"openscf {' '.join(words)}: no {wrong[0]}" if wrong else None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_a_page_are_there(page: Path) -> None:
    assert [one for one in map(fault, commands(page)) if one is not None] == []


def test_there_are_many() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 150


@pytest.mark.parametrize("line", ["ledger burn", "demo --fast", "financing quote --loudly X", "db start stop"])
def test_what_is_gone_is_noticed(line: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"```\nopenscf {line}\nopenscf demo --no-serve\n```\n", encoding="utf-8")
    assert len([one for one in map(fault, commands(page)) if one is not None]) == (0 if line == "db start stop" else 1)
