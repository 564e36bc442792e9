"""Rows that a unit of work has written and not sent yet: sent together, by one statement.

A transaction over many things writes many rows of few kinds. Kept here until somebody looks (or the commit), they cost
one statement, however many tables they are for, and a row that changes again before it is sent is sent once, as it came
to be. What was written since a mark can be dropped in memory, without a savepoint of the server.
"""

import datetime as dt
import functools
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString

Row = dict[str, Any]
Statement = tuple[LiteralString, list[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table that is written to in this way; rows of the one that it refers to are sent before its own.

    Attributes:
        name: With its schema.
        of: The table that its rows refer to, if they can be written by the same transaction.
    """

    name: LiteralString
    of: "Table | None" = None

    @property
    def depth(self) -> int:
        """How many tables are sent before it."""
        return 0 if self.of is None else self.of.depth + 1


@dataclass(frozen=True, slots=True)
class _Entry:
    table: Table
    row: Row
    new: bool

    @property
    def key(self) -> tuple[Table, Any] | None:
        """By what another entry about the same row is known."""
        return (self.table, self.row["id"]) if "id" in self.row else None


@dataclass(slots=True)
class Pending:
    """Rows in the order of their writing; they are sent table by table, changes last."""

    _entries: list[_Entry] = field(default_factory=list)
    _gone: int = 0

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, table: Table, row: Row) -> None:
        """A new row; all rows of a table name the same columns."""
        self._entries.append(_Entry(table, row, new=True))

    def change(self, table: Table, row: Row) -> None:
        """Other values for the row with this `tenant_id` and `id`; all changes of a table name the same columns."""
        self._entries.append(_Entry(table, row, new=False))

    def are_for(self, query: str) -> bool:
        """Whether there are rows for a table that a statement names."""
        return any(entry.table.name in query for entry in self._entries)

    def mark(self) -> int:
        """Where it stands, for `back_to` and `take`."""
        return self._gone + len(self._entries)

    def back_to(self, mark: int) -> None:
        """Drop what was written since."""
        del self._entries[max(mark - self._gone, 0) :]

    def take(self, until: int | None = None) -> list[Statement]:
        """The statements that send everything, or what was written before a mark; it is gone from here."""
        at = len(self._entries) if until is None else max(until - self._gone, 0)
        taken, self._entries = self._entries[:at], self._entries[at:]
        self._gone += at
        return list(_statements(taken))


def _statements(entries: list[_Entry]) -> Iterator[Statement]:
    inserted: dict[Table, list[Row]] = {}
    changed: dict[Table, list[Row]] = {}
    keyed: dict[tuple[Table, Any], Row] = {}
    for entry in entries:
        known = None if entry.new or entry.key is None else keyed.get(entry.key)
        if known is not None:
            known |= entry.row
            continue
        row = entry.row
        if entry.key is not None:
            row = keyed[entry.key] = dict(row)
        (inserted if entry.new else changed).setdefault(entry.table, []).append(row)
    for table, rows in sorted(inserted.items(), key=lambda item: item[0].depth):
        yield _insert(table.name, tuple(rows[0])), [_text(rows)]
    for table, rows in changed.items():
        yield _update(table.name, tuple(name for name in rows[0] if name not in _KEY)), [_text(rows)]


_KEY = ("tenant_id", "id")


def together(statements: Sequence[Statement]) -> Statement:
    """One statement that does what all of these do.

    None of them may need to see what another one does; that a row refers to another one is looked at when all are done.
    """
    texts = [values for _, values in statements]
    return _joined(tuple(query for query, _ in statements)), [value for values in texts for value in values]


@functools.lru_cache(maxsize=200)
def _joined(queries: tuple[LiteralString, ...]) -> LiteralString:
    *before, last = queries
    if not before:
        return last
    named: LiteralString = ", ".join(f"w{number} AS ({query})" for number, query in enumerate(before))
    return f"WITH {named} {last}"


@functools.lru_cache(maxsize=200)
def _insert(table: LiteralString, columns: tuple[LiteralString, ...]) -> LiteralString:
    # The rows as one text: arrays would have to escape every value, and COPY knows no row security.
    named: LiteralString = ", ".join(columns)
    return f"INSERT INTO {table} ({named}) SELECT {named} FROM json_populate_recordset(NULL::{table}, %s::json)"


@functools.lru_cache(maxsize=200)
def _update(table: LiteralString, columns: tuple[LiteralString, ...]) -> LiteralString:
    named: LiteralString = ", ".join(f"{name} = r.{name}" for name in columns)
    return f"""UPDATE {table} t SET {named} FROM json_populate_recordset(NULL::{table}, %s::json) r
        WHERE t.tenant_id = r.tenant_id AND t.id = r.id"""


def _text(rows: list[Row]) -> str:
    return _ENCODER.encode(rows)


def _spelled(value: Any) -> str:
    """As PostgreSQL reads it in a text."""
    if isinstance(value, uuid.UUID):
        return f"{value.int:032x}"
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} has no column")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_spelled)
