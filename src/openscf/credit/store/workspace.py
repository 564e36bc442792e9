"""Tables that several expressions look at, each computed once by the engine and let go afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend
from ibis.util import gen_name


@dataclass(slots=True)
class Workspace:
    """Kept tables of one computation.

    On DuckDB they are temporary tables, dropped here: what `ir.CachedTable.release` would do renders no valid statement
    with the locked sqlglot. Other engines keep them their own way.
    """

    _kept: dict[str, ir.Table] = field(default_factory=dict)
    _endings: list[Callable[[], object]] = field(default_factory=list)

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """The table, computed at the first call for its name."""
        if name not in self._kept:
            backend = table.get_backend()
            if backend.name == "duckdb":
                self._kept[name] = self._made(backend, name, table)
            else:
                cached = table.cache()
                self._endings.append(cached.release)
                self._kept[name] = cached
        return self._kept[name]

    def introduce(self, name: str, rows: pa.Table, backend: BaseBackend) -> ir.Table:
        """Rows of ours as a table of the engine."""
        if backend.name == "duckdb":
            self._kept[name] = self._made(backend, name, ibis.memtable(rows))
        else:
            self._kept[name] = ibis.memtable(rows)
            backend.to_pyarrow(self._kept[name].count())  # an engine meets such a table only when it is asked for it
        return self._kept[name]

    def release(self) -> None:
        """Let all tables go."""
        for end in self._endings:
            end()
        self._endings.clear()
        self._kept.clear()

    def _made(self, backend: BaseBackend, name: str, rows: ir.Table) -> ir.Table:
        made = gen_name(name)
        table = backend.create_table(made, rows, temp=True)
        self._endings.append(lambda: backend.raw_sql(f'DROP TABLE IF EXISTS "{made}"'))
        return table
