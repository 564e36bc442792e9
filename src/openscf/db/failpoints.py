"""Fail points: named places where the tests make the program die, err or dawdle.

`OPENSCF_FAILPOINT=name:action@n`, several separated by commas. `@n` means at the n-th passage only; the default is the
first. The actions:

| action | at the n-th passage |
|---|---|
| `exit` | the process ends at once with status 86, as in a power cut: nothing is flushed, closed or rolled back |
| `raise` | `FailpointError` |
| `sleep(s)` | the thread waits `s` seconds and goes on |

A place is declared once, beside the code that passes it, so the crash suite can enumerate every one. A setting that is
not well formed is refused when this module is imported; one that names no declared place, when a database is opened:
a test that believes it injected a fault must never pass because of a typing error. Unset, a passage costs one test
against None.
"""

import contextlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from openscf.kernel.errors import OpenscfError

VARIABLE: Final = "OPENSCF_FAILPOINT"
EXIT_STATUS: Final = 86

_NAME = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
_RULE = re.compile(
    r"^(?P<name>[a-z0-9_.]+):(?P<action>exit|raise|sleep\((?P<seconds>\d+(\.\d+)?)\))(@(?P<at>[1-9]\d*))?$"
)


class FailpointError(OpenscfError):
    """The error that the action `raise` injects."""


class FailpointSettingError(OpenscfError):
    """`OPENSCF_FAILPOINT` is malformed or names a place that nobody declared."""


@dataclass(slots=True)
class Rule:
    """What happens at one place.

    Attributes:
        act: Called with the name of the place.
        at: At which passage, counted from 1; None for each one.
        passages: How often the place was passed since it was armed.
    """

    act: Callable[[str], None]
    at: int | None = 1
    passages: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def passed(self, name: str) -> None:
        """Count a passage and act if it is the one."""
        with self._lock:
            self.passages += 1
            due = self.at is None or self.passages == self.at
        if due:
            self.act(name)


_declared: dict[str, str] = {}
_armed: dict[str, Rule] | None = None


def declare_failpoint(name: str, meaning: str) -> str:
    """Declare a place, at import time, beside the code that passes it.

    Args:
        name: `part.place`, as `uow.before_commit`.
        meaning: What is done and not yet done at this place.

    Returns:
        The name, to be given to `failpoint`.

    Raises:
        ValueError: The name is not well formed, is taken, or has no meaning.
    """
    if not _NAME.match(name) or not meaning:
        raise ValueError(f"fail point {name!r} needs a name like part.place and a meaning")
    if name in _declared:
        raise ValueError(f"fail point {name!r} is declared twice")
    _declared[name] = meaning
    return name


def failpoint(name: str) -> None:
    """Pass the declared place `name`; nothing happens unless it is armed.

    Raises:
        FailpointError: It is armed with `raise`.
    """
    if _armed is None:
        return
    if name not in _declared:
        raise FailpointSettingError(f"fail point {name!r} was passed but is not declared")
    rule = _armed.get(name)
    if rule is not None:
        rule.passed(name)


def declared() -> Mapping[str, str]:
    """All places declared by the modules imported so far, by name, with their meaning."""
    return dict(sorted(_declared.items()))


def parse(setting: str) -> dict[str, Rule]:
    """The rules of a setting as `OPENSCF_FAILPOINT` holds it; none when it is empty.

    Raises:
        FailpointSettingError: It is malformed, or speaks twice of one place.
    """
    rules: dict[str, Rule] = {}
    for part in setting.split(",") if setting.strip() else ():
        found = _RULE.match(part.strip())
        if found is None or found["name"] in rules:
            raise FailpointSettingError(f"{VARIABLE}: {part!r} is not a new name:exit|raise|sleep(seconds)[@n]")
        rules[found["name"]] = Rule(_action(found), int(found["at"] or 1))
    return rules


def check_armed() -> None:
    """Refuse to start when an armed place is unknown; called when a database is opened.

    Raises:
        FailpointSettingError: Names the unknown places.
    """
    unknown = sorted((_armed or {}).keys() - _declared.keys())
    if unknown:
        raise FailpointSettingError(f"{VARIABLE} names unknown fail points: {', '.join(unknown)}")


@contextlib.contextmanager
def armed(rules: str | Mapping[str, Rule]) -> Iterator[Mapping[str, Rule]]:
    """Arm places of this process for the length of a block, in place of what was armed before.

    Args:
        rules: A setting as in the environment, or rules whose `act` is any callable (a scheduler's gate).

    Yields:
        The rules, whose `passages` tell how often each place was passed.

    Raises:
        FailpointSettingError: It is malformed or names an unknown place.
    """
    global _armed  # noqa: PLW0603 - one setting per process, as the environment is
    before, _armed = _armed, parse(rules) if isinstance(rules, str) else dict(rules)
    try:
        check_armed()
        yield _armed
    finally:
        _armed = before


def _action(found: re.Match[str]) -> Callable[[str], None]:
    if found["action"] == "exit":
        return _exit
    if found["action"] == "raise":
        return _raise
    seconds = float(found["seconds"])
    return lambda name: time.sleep(seconds)  # noqa: ARG005 - every action is told the name


def _exit(name: str) -> None:
    os.write(2, f"fail point {name}: exit\n".encode())
    os._exit(EXIT_STATUS)


def _raise(name: str) -> None:
    raise FailpointError(f"fail point {name}")


_armed = parse(os.environ[VARIABLE]) or None if VARIABLE in os.environ else None
