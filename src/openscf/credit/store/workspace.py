"""Tables that several expressions look at, each computed once by the engine and let go afterwards."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend
from ibis.util import gen_name

from openscf.credit.store.plans import (
    Recorder,
    Step,
    carry_out,
    columns_of,
    make_table,
    name_of,
    place_of,
    table_names,
)


@dataclass(slots=True)
class Workspace:
    """Kept tables of one computation.

    On DuckDB they are temporary tables, dropped here: what `ir.CachedTable.release` would do renders no valid statement
    with the locked sqlglot. Other engines keep them their own way.

    Attributes:
        recorder: Notes what is carried out, so that it can be carried out again without translation.
    """

    recorder: Recorder | None = None
    _kept: dict[str, ir.Table] = field(default_factory=dict)
    _endings: list[Callable[[], object]] = field(default_factory=list)

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """The table, computed at the first call for its name."""
        if name not in self._kept:
            backend = table.get_backend()
            if backend.name == "duckdb":
                self._kept[name] = self._computed(backend, name, table)
            else:
                cached = table.cache()
                self._endings.append(cached.release)
                self._kept[name] = cached
        return self._kept[name]

    def introduce(self, name: str, rows: pa.Table, backend: BaseBackend) -> ir.Table:
        """Rows of ours as a table of the engine."""
        if backend.name == "duckdb":
            made = gen_name(name)
            self._kept[name] = backend.create_table(made, ibis.memtable(rows), temp=True)
            self._known(backend, made, name)
        else:
            self._kept[name] = ibis.memtable(rows)
            backend.to_pyarrow(self._kept[name].count())  # an engine meets such a table only when it is asked for it
        return self._kept[name]

    def answer(self, name: str, table: ir.Table) -> pa.Table:
        """The rows of a table."""
        backend = table.get_backend()
        if self.recorder is None or backend.name != "duckdb":
            return table.to_pyarrow()
        query = str(backend.compile(table))
        self.recorder.note(name, query)
        return backend.con.sql(query).to_arrow_table()

    def ends(self, backend: BaseBackend, made: str) -> None:
        """A temporary table is dropped at the end."""
        self._endings.append(lambda: backend.raw_sql(f'DROP TABLE IF EXISTS "{made}"'))

    def release(self) -> None:
        """Let all tables go."""
        for end in self._endings:
            end()
        self._endings.clear()
        self._kept.clear()

    def _computed(self, backend: BaseBackend, name: str, rows: ir.Table) -> ir.Table:
        made, query, columns = gen_name(name), str(backend.compile(rows)), columns_of(backend, rows)
        if self.recorder is not None:
            self.recorder.note(name, query, columns)
        self._known(backend, made, name)
        make_table(backend, made, query, columns=columns)
        return backend.table(made, database=("temp", "main"))

    def _known(self, backend: BaseBackend, made: str, name: str) -> None:
        self.ends(backend, made)
        if self.recorder is not None:
            self.recorder.names[made] = place_of(name)


def carried_out_again(
    plan: Sequence[Step],
    relations: Mapping[str, ir.Table],
    day: dt.date,
    *,
    introduced: Callable[[Workspace], Mapping[str, ir.Table]],
) -> dict[str, pa.Table]:
    """The answers of a plan on other tables of the same columns.

    Args:
        plan: Its statements.
        relations: The tables of the engine, by the names that they had when the plan was made.
        day: The cut-off.
        introduced: Brings rows of ours into the engine, by the names that they had then.

    Returns:
        The answers by name.
    """
    backend = next(iter(relations.values())).get_backend()
    workspace, made = Workspace(), list[str]()
    places = {place: name for name, place in (table_names(relations) or {}).items()}
    try:
        places |= {place_of(name): name_of(table) for name, table in introduced(workspace).items()}
        return carry_out(plan, backend, day, places=places, made=made)
    finally:
        for table in made:
            workspace.ends(backend, table)
        workspace.release()
