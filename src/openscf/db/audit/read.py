"""Reading the audit log: as a tenant (sealed entries and those that still wait), and as the operator."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass

from openscf.db.audit import store
from openscf.db.audit.check import snapshot
from openscf.db.audit.format import Entry
from openscf.db.audit.notes import Note, record_from
from openscf.db.database import Database
from openscf.db.unit_of_work import Context, UnitOfWork
from openscf.kernel.ids import TenantId


def audited(
    database: Database, tenant: TenantId, *, actions: tuple[str, ...] | None = None, subject: str | None = None
) -> Iterator[Entry]:
    """All entries of a tenant, in order: the sealed ones, then those in the inbox (whose `seq` is 0).

    Args:
        database: The opened database; read in a snapshot of its own.
        tenant: Whose entries; row security shows no other.
        actions: Of these actions only.
        subject: About this subject only.
    """
    with database.reading(Context(tenant, "system:audit")) as work:
        yield from audited_in(work, actions=actions, subject=subject)


def audited_in(
    work: UnitOfWork, *, actions: tuple[str, ...] | None = None, subject: str | None = None
) -> Iterator[Entry]:
    """The same within a snapshot that is open already, so that entries can be compared with what else it shows.

    Args:
        work: From `Database.reading`: the read role sees the inbox too, and an entry is in exactly one of the two.
        actions: Of these actions only.
        subject: About this subject only.
    """
    choice = store.Choice(tenant=work.context.tenant, subject=subject, actions=actions)
    for sealed in store.sealed_entries(work.connection, choice):
        yield sealed.entry
    yield from store.waiting_entries(work.connection, choice)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the log is vouched for.

    Attributes:
        notes: The last signed notes that left the database, the newest first.
        waiting: Entries of the tenant that are not sealed yet.
    """

    notes: tuple[Note, ...]
    waiting: int


def standing_in(work: UnitOfWork, *, most: int) -> Standing:
    """The last notes, and what of a tenant waits for the sealer; within a snapshot from `Database.reading`."""
    notes = tuple(record_from(json.loads(text)).note for text in store.last_notes(work.connection, most))
    return Standing(notes, store.waiting_count(work.connection)[0])


def shown(database: Database, choice: store.Choice, limit: int) -> list[Entry]:
    """The first sealed entries of a choice, of all tenants unless it names one: for the operator on the host."""
    with snapshot(database) as connection:
        found = itertools.islice(store.sealed_entries(connection, choice), limit)
        return [sealed.entry for sealed in found]
