"""Each operation says the command line that does the same: pages and the reference show it, so it has to be one.

Planted defect: a line of an operation names a command that was renamed (`openscf settlement suspense TENANT`).
"""

import re
import shlex
from typing import Any

import pytest
import typer.main

from openscf.cli import build
from openscf.portal import OPERATIONS

ROOT: Any = typer.main.get_command(build())
LINES = {one.id: one.cli for one in OPERATIONS.values() if one.cli}


def faults(line: str) -> list[str]:
    """What the command line would refuse of a line whose placeholders are filled in."""
    words, command = shlex.split(re.sub(r"\{(\w+)\}", r"\1", line))[1:], ROOT
    while hasattr(command, "commands"):
        name = words.pop(0) if words else ""
        if name not in command.commands:
            return [f"there is no command {name!r}"]
        command = command.commands[name]
    options = {name: one for one in command.params if one.param_type_name == "option" for name in one.opts}
    given, told = 0, set()
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            given += 1
            continue
        if word not in options:
            return [f"there is no option {word}"]
        told.add(word)
        if not options[word].is_flag:
            words.pop(0)
    return _missing(command, given, told)


def _missing(command: Any, given: int, told: set[str]) -> list[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    most = 10_000 if any(one.nargs == -1 for one in arguments) else len(arguments)
    found = [] if sum(one.required for one in arguments) <= given <= most else [f"{given} arguments"]
    wanted = [one for one in command.params if one.param_type_name == "option" and one.required and not one.envvar]
    return found + [f"lacks {one.opts[0]}" for one in wanted if not told & set(one.opts)]


@pytest.mark.parametrize("name", sorted(LINES))
def test_the_command_line_of_an_operation_is_one(name: str) -> None:
    assert faults(LINES[name]) == []


def test_a_line_that_is_none_is_found() -> None:
    """The planted defect, and its kin."""
    assert faults("openscf settlement suspense TENANT") == ["there is no command 'TENANT'"]
    assert faults("openscf financing list TENANT") == ["1 arguments"]
    assert faults("openscf financing confirm {document} --amount {amount}") == ["there is no option --amount"]
    assert faults("openscf documents fetch {number}") == ["lacks --out"]
