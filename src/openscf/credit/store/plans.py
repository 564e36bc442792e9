"""Plans of a computation on DuckDB: its statements in their order, translated once and carried out again and again.

Translating the expressions of all families takes half a second, whatever the size of the snapshot, and the statements
differ only in the names of tables and in the day. So they are kept as texts with places for those. A plan belongs to the
columns that it was made for: a snapshot with other ones gets another.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend
from ibis.util import gen_name

DAY: Final = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}day\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
MOST: Final = 64  # plans that are kept; each is some 60 kB of text


@dataclass(frozen=True, slots=True)
class Step:
    """One statement.

    Attributes:
        name: The table that it makes, or whose answer it is.
        query: Its text, with places for names and for the day.
        columns: Of the table that it makes, as SQL; empty for an answer.
    """

    name: str
    query: str
    columns: str = ""


@dataclass(slots=True)
class Recorder:
    """Writes the statements down while they are carried out for the first time.

    Attributes:
        day: The cut-off of this run.
        names: The names that tables have in this run, and those of their places.
        steps: What was carried out.
    """

    day: dt.date
    names: dict[str, str]
    steps: list[Step] = field(default_factory=list)

    def note(self, name: str, query: str, columns: str = "") -> None:
        """A statement was carried out."""
        text = query.replace(_spelled(self.day), DAY)
        for real, place in self.names.items():
            text = text.replace(f'"{real}"', place)
        self.steps.append(Step(name, text, columns))


_PLANS: Final[dict[object, Sequence[Step]]] = {}


def known_plan(key: object) -> Sequence[Step] | None:
    """The plan with this key, if there is one."""
    return _PLANS.get(key)


def keep_plan(key: object, steps: Sequence[Step]) -> None:
    """Keep a plan; the oldest goes when there are too many."""
    while len(_PLANS) >= MOST:
        del _PLANS[next(iter(_PLANS))]
    _PLANS[key] = tuple(steps)


def place_of(name: str) -> str:
    """Where the name of a table goes in the text."""
    return DAY.replace("day", f"table {name}")


def name_of(table: ir.Table) -> str:
    """The bare name of a table of the engine."""
    return str(table.op().name)


def table_names(relations: Mapping[str, ir.Table]) -> dict[str, str] | None:
    """The name of the one table of the engine that each relation looks at; None if one looks at several."""
    found = {}
    for name, relation in relations.items():
        tables = relation.op().find(ops.DatabaseTable)
        if len(tables) != 1:
            return None
        found[tables[0].name] = place_of(name)
    return found


def shape_of(relations: Mapping[str, ir.Table]) -> tuple[object, ...]:
    """What a plan depends on: the columns of the tables that relations look at."""
    return tuple(
        (name, tuple((column, str(kind)) for column, kind in table.schema.items()))
        for name, relation in sorted(relations.items())
        for table in relation.op().find(ops.DatabaseTable)
    )


def carry_out(
    plan: Sequence[Step], backend: BaseBackend, day: dt.date, *, places: Mapping[str, str], made: list[str]
) -> dict[str, pa.Table]:
    """Carry a plan out again.

    Args:
        plan: Its statements.
        backend: DuckDB.
        day: The cut-off.
        places: Place to name, of the tables that are there.
        made: Told the tables that were made, for their end.

    Returns:
        The answers by name.
    """
    named, answers = {DAY: _spelled(day), **{place: f'"{name}"' for place, name in places.items()}}, {}
    for step in plan:
        query = step.query
        for place, real in named.items():
            query = query.replace(place, real)
        if step.columns:
            table = gen_name(step.name)
            made.append(table)
            make_table(backend, table, query, columns=step.columns)
            named[place_of(step.name)] = f'"{table}"'
        else:
            answers[step.name] = backend.con.sql(query).to_arrow_table()
    return answers


def make_table(backend: BaseBackend, name: str, query: str, *, columns: str) -> None:
    """Make a temporary table of a query, in the types that are declared and not those that the engine sums in."""
    backend.raw_sql(f'CREATE TEMP TABLE "{name}" ({columns})')
    backend.raw_sql(f'INSERT INTO "{name}" {query}')


def columns_of(backend: BaseBackend, table: ir.Table) -> str:
    """The columns of a table as SQL declares them."""
    kinds = backend.compiler.type_mapper
    return ", ".join(f'"{name}" {kinds.to_string(kind)}' for name, kind in table.schema().items())


def _spelled(day: dt.date) -> str:
    return f"MAKE_DATE({day.year}, {day.month}, {day.day})"
