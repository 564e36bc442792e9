"""Lifecycles: states, events and the transitions between them as a table, never as a chain of `if`.

    FACTORING = Lifecycle(
        "factoring",
        states=("proposed", "verified", "funded", "settled", "cancelled"),
        initial="proposed",
        final=("settled", "cancelled"),
        transitions=(
            ("proposed", "verify", "verified"),
            (("proposed", "verified"), "cancel", "cancelled"),
            ("verified", "fund", "funded"),
            ("funded", "collect", "settled"),
        ),
    )
    FACTORING.next("proposed", "verify")  # "verified"

States are adjectives, events imperatives (ARCHITECTURE section 5). A table that can't work is refused when it is
declared, that is, when its module is imported.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from openscf.kernel.errors import refusal

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
_SHOWN = 40  # characters of somebody's event in a sentence

EVENT_NOT_ALLOWED = refusal(
    "event_not_allowed",
    en="'{event}' in state '{state}' of {lifecycle}; allowed: {allowed}.",
    zh="{lifecycle} 处于“{state}”状态，不能执行“{event}”；可执行：{allowed}。",
    fix_en="Do one of the allowed steps first, or look at the record again: somebody may have moved it on.",
    fix_zh="请先执行允许的步骤，或刷新后重试：该业务可能已被他人处理。",
    status=409,
)

STATE_IS_FINAL = refusal(
    "state_is_final",
    en="'{event}' in state '{state}' of {lifecycle}: this state is final, nothing more can happen.",
    zh="{lifecycle} 已处于终结状态“{state}”，不能再执行“{event}”。",
    status=409,
)


@dataclass(frozen=True, slots=True, order=True)
class Transition:
    """One row of the table: in `state`, `event` leads to `target`."""

    state: str
    event: str
    target: str

    def __str__(self) -> str:
        return f"{self.state} --{self.event}--> {self.target}"


class Lifecycle:
    """A table of states and events.

    Attributes:
        name: What lives this life, as `factoring`.
        states: All states, in the order of their declaration.
        initial: Where it begins.
        final: Where it may end; nothing leads out of these.
        transitions: The rows, in the order of their declaration.
    """

    def __init__(
        self,
        name: str,
        *,
        states: Sequence[str],
        initial: str,
        final: Iterable[str],
        transitions: Iterable[tuple[str | tuple[str, ...], str, str]],
    ) -> None:
        """Declare the table.

        Args:
            name: See the attribute.
            states: Every state once.
            initial: One of them.
            final: At least one of them.
            transitions: Rows (state, event, target); a tuple of states stands for one row each.

        Raises:
            ValueError: An unknown, misspelt or doubled name, two rows for the same state and event, a final state
                with a way out, a state that can't be reached, or one from which no end can be reached; all at once.
        """
        self.name = name
        self.states = tuple(states)
        self.initial = initial
        self.final = frozenset(final)
        self.transitions = tuple(chain.from_iterable(_rows(*row) for row in transitions))
        self._table = {(row.state, row.event): row for row in self.transitions}
        self._allowed = {state: tuple(sorted(e for known, e in self._table if known == state)) for state in self.states}
        defects = [*_spelling(self), *_table_defects(self)] or _shape(self)
        if defects:
            raise ValueError(f"lifecycle {name!r}: {'; '.join(defects)}")

    @property
    def events(self) -> tuple[str, ...]:
        """All events, in the order of their first mention."""
        return tuple(dict.fromkeys(row.event for row in self.transitions))

    def allowed(self, state: str) -> tuple[str, ...]:
        """The events that are possible in `state`, by name.

        Raises:
            ValueError: There is no such state: a stored state that nobody declares is a defect, not an answer.
        """
        if state not in self._allowed:
            raise ValueError(f"lifecycle {self.name!r} has no state {state!r}")
        return self._allowed[state]

    def next(self, state: str, event: str) -> str:
        """The state that `event` leads to.

        Raises:
            Refusal: `event_not_allowed` with what is allowed, or `state_is_final`.
            ValueError: There is no such state.
        """
        allowed = self.allowed(state)
        row = self._table.get((state, event))
        if row is not None:
            return row.target
        shown = event if _NAME.fullmatch(event) and len(event) <= _SHOWN else ascii(event[:_SHOWN])[1:-1]
        if state in self.final:
            raise STATE_IS_FINAL(event=shown, state=state, lifecycle=self.name)
        raise EVENT_NOT_ALLOWED(event=shown, state=state, lifecycle=self.name, allowed=", ".join(allowed))

    def is_final(self, state: str) -> bool:
        """Whether nothing more can happen in `state`."""
        return not self.allowed(state)

    def paths(self, most_events: int) -> Iterator[tuple[Transition, ...]]:
        """Every way from the initial state to a final one in at most so many events, shorter prefixes first.

        The order is that of the declaration, so tests that walk the paths are reproducible. Loops are walked as often
        as the bound allows: keep it small.
        """
        yield from self._onward((), self.initial, most_events)

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, for the reference pages."""
        ends = [f"    {state} --> [*]" for state in self.states if state in self.final]
        rows = [f"    {row.state} --> {row.target}: {row.event}" for row in self.transitions]
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.initial}", *rows, *ends]) + "\n"

    def _onward(self, walked: tuple[Transition, ...], state: str, left: int) -> Iterator[tuple[Transition, ...]]:
        if state in self.final:
            yield walked
            return
        for row in self.transitions if left else ():
            if row.state == state:
                yield from self._onward((*walked, row), row.target, left - 1)

    def __repr__(self) -> str:
        return f"Lifecycle({self.name!r}, {len(self.states)} states, {len(self.transitions)} transitions)"


def _rows(sources: str | tuple[str, ...], event: str, target: str) -> Iterator[Transition]:
    for source in (sources,) if isinstance(sources, str) else sources:
        yield Transition(source, event, target)


def _spelling(table: Lifecycle) -> list[str]:
    names = [*table.states, *table.events]
    return [f"{name!r} is not snake_case" for name in names if not _NAME.fullmatch(name)]


def _table_defects(table: Lifecycle) -> list[str]:
    used = chain.from_iterable((row.state, row.target) for row in table.transitions)
    mentioned = sorted({table.initial, *table.final, *used} - set(table.states))
    defects = [f"unknown state {name!r}" for name in mentioned]
    defects += [f"state {name!r} is declared twice" for name, count in Counter(table.states).items() if count > 1]
    rows = Counter((row.state, row.event) for row in table.transitions)
    defects += [
        f"{event!r} in state {state!r} is declared twice" for (state, event), count in rows.items() if count > 1
    ]
    defects += [f"final state {row.state!r} has the way out {row.event!r}" for row in _leaving(table)]
    return defects if table.final else [*defects, "there is no final state"]


def _leaving(table: Lifecycle) -> list[Transition]:
    return [row for row in table.transitions if row.state in table.final]


def _shape(table: Lifecycle) -> list[str]:
    """States out of reach, dead ends, and circles without an exit; judged only once all names are good."""
    ahead = {state: {row.target for row in table.transitions if row.state == state} for state in table.states}
    behind = {state: {row.state for row in table.transitions if row.target == state} for state in table.states}
    reached, ending = _closure({table.initial}, ahead), _closure(set(table.final), behind)
    defects = [f"state {state!r} can't be reached" for state in table.states if state not in reached]
    for state in (state for state in table.states if state not in ending):
        defects.append(f"no end can be reached from {state!r}" if ahead[state] else f"state {state!r} is a dead end")
    return defects


def _closure(start: set[str], edges: dict[str, set[str]]) -> set[str]:
    found, fresh = set(start), set(start)
    while fresh:
        fresh = set().union(*(edges[state] for state in fresh)) - found
        found |= fresh
    return found
