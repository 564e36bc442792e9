"""Tables that several expressions look at, each computed once by the engine and let go afterwards."""

from dataclasses import dataclass, field

import ibis.expr.types as ir
from ibis.util import gen_name


@dataclass(slots=True)
class Workspace:
    """Kept tables of one computation.

    On DuckDB they are temporary tables, dropped here: what `ir.CachedTable.release` would do renders no valid statement
    with the locked sqlglot. Other engines keep them their own way.
    """

    _kept: dict[str, ir.Table] = field(default_factory=dict)

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """The table, computed at the first call for its name."""
        if name not in self._kept:
            backend = table.get_backend()
            if backend.name == "duckdb":
                self._kept[name] = backend.create_table(gen_name(name), table, schema=table.schema(), temp=True)
            else:
                self._kept[name] = table.cache()
        return self._kept[name]

    def release(self) -> None:
        """Let all tables go."""
        for kept in self._kept.values():
            if isinstance(kept, ir.CachedTable):
                kept.release()
            else:
                kept.get_backend().raw_sql(f'DROP TABLE IF EXISTS "{kept.get_name()}"')
        self._kept.clear()
