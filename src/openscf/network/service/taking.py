"""The shell: takes snapshots of the documents that a reader may see."""

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from openscf.db.unit_of_work import UnitOfWork
from openscf.network import snapshots, store
from openscf.network.model import Manifest, Snapshot
from openscf.network.snapshots import Progress
from openscf.network.tables import FORMAT, KINDS, TABLES

NOT_FINANCED: Final[Mapping[str, str]] = MappingProxyType({})


def take_snapshot(
    work: UnitOfWork,
    home: Path,
    *,
    financed: Mapping[str, str] = NOT_FINANCED,
    progress: Progress = lambda _table, _bytes: None,
) -> Snapshot:
    """Write what this transaction's reader may see as a snapshot, and make it the newest.

    Equal content is kept once: taking a snapshot again when nothing changed gives the one that is there.

    Args:
        work: A reading transaction (`Database.reading`): one instant for all tables.
        home: The installation's folder.
        financed: Names of the views in which whoever finances publishes `instalments` and `confirmed` claims, with the
            columns of `financing.instalment` and `financing.confirmed_claim`; without them nothing is repaid.
        progress: Told the table and how many of its bytes were read.
    """
    shelf = snapshots.shelf(home, work.context.tenant, work.context.member)
    made = snapshots.workplace(shelf)
    entries = {}
    for table in TABLES:
        rows, path = made / f"{table}.csv", made / f"{table}.parquet"
        told = functools.partial(progress, table)
        content = store.write_rows(work, table, rows, kinds=KINDS, financed=financed, progress=told)
        count = snapshots.write_table(rows, path, table)
        rows.unlink()
        entries[table] = snapshots.entry_of(path, rows=count, content=content)
    version = snapshots.version_of({table: entry.content for table, entry in entries.items()})
    manifest = Manifest(FORMAT, work.context.tenant, work.context.member, version, work.at, entries)
    return snapshots.keep(shelf, made, manifest)
