"""What the network says: snapshots, edges, and what is measured on them. Frozen types, no behaviour of their own."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openscf.kernel.ids import PartyId, TenantId


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table of a snapshot, as its manifest describes it.

    Attributes:
        rows: How many.
        content: SHA-256 of the rows as the database gave them; equal content has equal hashes.
        sha256: Of the Parquet file.
        size_bytes: Of the Parquet file.
    """

    rows: int
    content: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is.

    Attributes:
        format: Of its tables (`tables.FORMAT`).
        tenant: Whose book.
        member: On whose behalf it was read; None: the house's, with all that the tenant has.
        version: Hash of all tables' content, so equal books have equal versions.
        taken_at: The instant that it shows: one transaction's.
        tables: By name.
    """

    format: int
    tenant: TenantId
    member: PartyId | None
    version: str
    taken_at: dt.datetime
    tables: Mapping[str, TableEntry]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot in a folder; `path` is where a table lies."""

    folder: Path
    manifest: Manifest

    def path(self, table: str) -> Path:
        """The Parquet file of a table."""
        return self.folder / f"{table}.parquet"
