"""The shell: takes snapshots of the documents that a reader may see."""

from pathlib import Path

from openscf.db.unit_of_work import UnitOfWork
from openscf.network import snapshots, store
from openscf.network.model import Manifest, Snapshot
from openscf.network.snapshots import Progress
from openscf.network.tables import FORMAT, KINDS, TABLES


def take_snapshot(work: UnitOfWork, home: Path, *, progress: Progress = lambda _table, _bytes: None) -> Snapshot:
    """Write what this transaction's reader may see as a snapshot, and make it the newest.

    Equal content is kept once: taking a snapshot again when nothing changed gives the one that is there.

    Args:
        work: A reading transaction (`Database.reading`): one instant for all tables.
        home: The installation's folder.
        progress: Told the table and how many of its bytes were read.
    """
    shelf = snapshots.shelf(home, work.context.tenant, work.context.member)
    made = snapshots.workplace(shelf)
    entries = {}
    for table in TABLES:
        rows, path = made / f"{table}.csv", made / f"{table}.parquet"
        content = store.write_rows(work, table, rows, kinds=KINDS, progress=lambda size, t=table: progress(t, size))  # type: ignore[misc]
        count = snapshots.write_table(rows, path, table)
        rows.unlink()
        entries[table] = snapshots.entry_of(path, rows=count, content=content)
    version = snapshots.version_of({table: entry.content for table, entry in entries.items()})
    manifest = Manifest(FORMAT, work.context.tenant, work.context.member, version, work.at, entries)
    return snapshots.keep(shelf, made, manifest)
