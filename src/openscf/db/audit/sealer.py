"""The sealer: moves committed entries from the inbox into the chain, signs, and lets signed notes leave the database.

It may be called at any time, by anyone, any number of times at once: an advisory lock lets one work while the others
wait. A batch is one transaction (entries in, inbox rows out, seal), so a crash at any point loses nothing and does
nothing twice. A transaction that commits late gets a later place. Entries about one subject keep their order, because
whoever changes a subject holds its lock until after its entry has its ordinal.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from psycopg.pq import TransactionStatus

from openscf.db.audit import store
from openscf.db.audit.format import Entry, chain_hash, leaf_hash
from openscf.db.audit.head import Head, load_head
from openscf.db.audit.keys import KeyRing
from openscf.db.audit.notary import Notary
from openscf.db.audit.notes import Note, Seal, raw_public
from openscf.db.audit.sinks import FolderSink, Sink
from openscf.db.database import Database
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.db.settings import Settings
from openscf.kernel.errors import refusal

BATCH_ENTRIES: Final = 2000
CHECKPOINT_ENTRIES: Final = 100
CHECKPOINT_AGE: Final = dt.timedelta(seconds=60)

_TAKEN = declare_failpoint("audit.taken", "a batch was read from the inbox, nothing was written")
_BEFORE_COMMIT = declare_failpoint("audit.before_commit", "a batch is in the chain, not committed")
_AFTER_COMMIT = declare_failpoint("audit.after_commit", "a batch is committed, no note speaks of it yet")
_ROTATED = declare_failpoint("audit.rotated", "the rotation is noted, the old key is still the current one here")

AUDIT_LOG_EMPTY = refusal(
    "audit_log_empty",
    en="The audit log has no sealed entry yet.",
    zh="审计日志尚无已封存的记录。",
    fix_en="Do something that is worth an entry first; then run `openscf audit seal`.",
    fix_zh="请先产生至少一条业务记录，再运行 `openscf audit seal`。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class SealReport:
    """What a run of the sealer did.

    Attributes:
        sealed: Entries that it moved into the chain.
        size: Entries in the chain now.
        note: The last note outside the database, or None.
    """

    sealed: int
    size: int
    note: Note | None

    @property
    def covered(self) -> int:
        """Entries that a note outside the database covers."""
        return self.note.size if self.note else 0


def sealer_at(database: Database, settings: Settings) -> "Sealer":
    """The sealer of an installation: its keys and its folder of notes, where the settings have them."""
    return Sealer(database, KeyRing(settings.audit_keys), [FolderSink(settings.audit_notes)])


class Sealer:
    """See the module.

    Args:
        database: The opened database.
        keys: The signing keys.
        sinks: Where notes are kept; the first is read back, the others follow it.
    """

    def __init__(self, database: Database, keys: KeyRing, sinks: Sequence[Sink]) -> None:
        if not sinks:
            raise ValueError("a sealer needs a place outside the database")
        self.database = database
        self.keys = keys
        self.sinks = tuple(sinks)
        self.notary = Notary(self.sinks, database.clock)

    def seal(self, *, checkpoint: bool = False) -> SealReport:
        """Seal everything that is committed; make a checkpoint when one is due.

        Args:
            checkpoint: Make one even if it is not due, when there are entries that none covers.

        Raises:
            Refusal: The history is not the one that was signed; see `openscf.db.audit.head`.
        """
        with self.alone() as connection:
            head = load_head(connection, self.keys, sinks=self.sinks, now=self.database.clock.now())
            sealed = 0
            while batch := store.take(connection, BATCH_ENTRIES):
                self._seal_batch(connection, head, batch)
                sealed += len(batch)
                if self._due(head):
                    self.notary.publish(connection, head, self.notary.note(connection, head, "checkpoint"))
                if len(batch) < BATCH_ENTRIES:
                    break
            connection.commit()
            if self._due(head, forced=checkpoint):
                self.notary.publish(connection, head, self.notary.note(connection, head, "checkpoint"))
            return SealReport(sealed, head.tree.size, head.note)

    def seal_waiting(self) -> SealReport | None:
        """Seal with a checkpoint if entries wait, for a program that ends after its act; None if none waits."""
        with self.database.sealing() as connection:
            waiting, _ = store.waiting_count(connection)
        return self.seal(checkpoint=True) if waiting else None

    def rotate_key(self) -> Note:
        """Change the signing key: a note signed by the old key and endorsed by the new one.

        Raises:
            Refusal: `audit_log_empty`, or the history is not the one that was signed.
        """
        with self.alone() as connection:
            head = load_head(connection, self.keys, sinks=self.sinks, now=self.database.clock.now())
            if head.tree.size == 0:
                raise AUDIT_LOG_EMPTY()
            fresh = self.keys.make(self.database.clock.now())
            note = self.notary.note(
                connection, head, "rotation", detail=raw_public(fresh.private) + raw_public(head.key.private)
            )
            note = replace(note, endorsement=fresh.private.sign(note.body()))
            self.notary.publish(connection, head, note)
            failpoint(_ROTATED)
            self.keys.use(fresh.id)
            return note

    @contextlib.contextmanager
    def alone(self) -> Iterator[store.Connection]:
        """A connection of the sealer that no other sealer works beside."""
        with self.database.sealing() as connection:
            store.lock(connection)
            connection.commit()
            try:
                yield connection
            finally:
                # The lock belongs to the session: it must not go back to the pool with it.
                with contextlib.suppress(Exception):
                    connection.rollback()
                    store.unlock(connection)
                    connection.commit()
                if connection.info.transaction_status != TransactionStatus.IDLE:
                    connection.close()

    def _seal_batch(self, connection: store.Connection, head: Head, batch: list[tuple[Any, ...]]) -> None:
        failpoint(_TAKEN)
        first, chain, leaves, chains = head.tree.size + 1, head.chain, [], []
        nodes: list[tuple[int, int, bytes]] = []
        for seq, row in enumerate(batch, start=first):
            leaf = leaf_hash(Entry(seq, *row[1:]))
            chain = chain_hash(chain, leaf)
            leaves.append(leaf)
            chains.append(chain)
            nodes.extend(head.tree.append(leaf))
        store.move(connection, [row[0] for row in batch], first, leaves=leaves, chains=chains)
        store.add_nodes(connection, nodes)
        at = self.database.clock.now()
        seal = Seal(first, head.tree.size, at, head.tree.root(), chain, head.key.id).signed_by(head.key.private)
        store.add_seal(connection, seal, head.tree)
        failpoint(_BEFORE_COMMIT)
        connection.commit()
        failpoint(_AFTER_COMMIT)
        head.chain = chain

    def _due(self, head: Head, *, forced: bool = False) -> bool:
        uncovered = head.tree.size - (head.note.size if head.note else 0)
        if not uncovered or head.note is None or forced or uncovered >= CHECKPOINT_ENTRIES:
            return uncovered > 0
        return self.database.clock.now() - head.note.at >= CHECKPOINT_AGE
