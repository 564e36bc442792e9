"""What the evidence suite acts on: a platform with a clock of its own, and a superuser who means harm."""

import datetime as dt
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from openscf.db.audit import FolderSink, KeyRing, LogReport, SealedEntry, Sealer, verify_audit
from openscf.db.audit import store as audit_store
from openscf.db.audit.format import CHAIN_START, Entry, chain_hash, leaf_hash
from openscf.db.audit.keys import SigningKey
from openscf.db.audit.merkle import Frontier
from openscf.db.audit.notes import Seal
from openscf.db.database import Database
from openscf.db.endpoints import Endpoints
from openscf.db.unit_of_work import Context
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import ManualClock, SeededIds, SystemIds
from tests.conftest import Server

START = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)


@dataclass
class World:
    """A platform under attack.

    Attributes:
        database: Its database.
        clock: Its time.
        sealer: Its sealer.
        folder: Where its notes are.
        tenants: Two.
        administrator: Connection string of a superuser.
    """

    database: Database
    clock: ManualClock
    sealer: Sealer
    folder: Path
    tenants: Sequence[TenantId]
    administrator: str
    acts: int = 0

    @classmethod
    def opened(cls, server: Server, endpoints: Endpoints, folder: Path) -> "World":
        clock = ManualClock(START)
        database = Database(endpoints, clock=clock, ids=SeededIds(7, clock))
        tenants = [SystemIds().new(TenantId) for _ in range(2)]
        with database.connection("openscf_app") as connection:
            for tenant in tenants:
                connection.execute("INSERT INTO platform.tenant VALUES (%s, 'test', %s)", [tenant, START])
        sealer = Sealer(database, KeyRing(folder / "keys"), [FolderSink(folder / "checkpoints")])
        administrator = make_conninfo(server.admin, dbname=endpoints.database)
        return cls(database, clock, sealer, folder / "checkpoints", tenants, administrator)

    def act(self, count: int) -> None:
        """So many business acts, in transactions of ten, by the two tenants in turn."""
        while count:
            step = min(count, 10)
            with self.database.transaction(Context(self.tenants[self.acts // 10 % 2], "per_ZHANG")) as work:
                for _ in range(step):
                    self.acts += 1
                    work.audit("ledger.post", f"trf_{self.acts % 9}", {"amount_minor": self.acts, "名": "应收账款"})
            count -= step

    def verify(self) -> LogReport:
        return verify_audit(self.database, self.sealer.keys, self.sealer.sinks)

    def as_superuser(self, *statements: str) -> None:
        """Run statements as a superuser for whom no trigger fires."""
        with psycopg.connect(self.administrator) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement.encode())

    def entries(self) -> list[SealedEntry]:
        with psycopg.connect(self.administrator) as connection:
            return list(audit_store.sealed_entries(connection, audit_store.Choice()))

    def rewrite(self, change: Callable[[list[Entry]], list[Entry]], *, key: SigningKey | None = None) -> None:
        """Replace the whole log by a changed one with every hash recomputed, as a thorough forger would.

        Args:
            change: From the true entries to the forged ones; places are given anew.
            key: Signs the seals anew; without it they stay as they are.
        """
        forged = [replace(entry, seq=at) for at, entry in enumerate(change([s.entry for s in self.entries()]), start=1)]
        tree, chain, seals, rows = Frontier(), CHAIN_START, [], []
        for entry in forged:
            leaf = leaf_hash(entry)
            chain = chain_hash(chain, leaf)
            tree.extend([leaf])
            rows.append((*_fields(entry), leaf, chain))
            if key and (entry.seq % 10 == 0 or entry is forged[-1]):
                seal = Seal(seals[-1][1] + 1 if seals else 1, entry.seq, entry.at, tree.root(), chain, key.id)
                seal = seal.signed_by(key.private)
                seals.append(
                    (seal.first, seal.last, seal.at, seal.root, chain, b"".join(tree.peaks), key.id, seal.signature)
                )
        with psycopg.connect(self.administrator) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("DELETE FROM platform.audit_entry")
            connection.cursor().executemany(
                "INSERT INTO platform.audit_entry VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", rows
            )
            if key:
                connection.execute("DELETE FROM platform.audit_seal")
                connection.cursor().executemany(
                    """INSERT INTO platform.audit_seal
                           (first_seq, last_seq, at, root, chain_hash, peaks, key_id, signature)
                       VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
                    seals,
                )

    def lines(self) -> list[str]:
        return (self.folder / "checkpoints-000000000001.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)

    def write_lines(self, lines: Sequence[str]) -> None:
        (self.folder / "checkpoints-000000000001.jsonl").write_text("".join(lines), encoding="utf-8")


TABLES = ("audit_inbox", "audit_entry", "audit_seal", "audit_node", "audit_checkpoint")


@dataclass(frozen=True)
class Saved:
    """A state of the platform to which a test can go back.

    Attributes:
        world: The platform that was saved.
        rows: The contents of each table, as COPY gives them.
        files: Folder with its keys and notes.
    """

    world: World
    rows: Mapping[str, bytes]
    files: Path

    @classmethod
    def of(cls, world: World, name: str) -> "Saved":
        files = world.folder.parent / name
        for kind in ("keys", "checkpoints"):
            if (world.folder.parent / kind).is_dir():
                shutil.copytree(world.folder.parent / kind, files / kind)
        with psycopg.connect(world.administrator) as connection:
            rows = {table: _copied(connection, table) for table in TABLES}
        return cls(replace(world), rows, files)

    def copied_to(self, folder: Path) -> World:
        """The platform as it was, with its files in another folder and its clock at the start."""
        world = self.world
        with psycopg.connect(world.administrator) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "SELECT setval(pg_get_serial_sequence('platform.audit_inbox', 'ordinal'), %s, false)", [world.acts + 1]
            )
            for table, rows in self.rows.items():
                connection.execute(f"DELETE FROM platform.{table}".encode())
                with connection.cursor().copy(f"COPY platform.{table} FROM STDIN (FORMAT binary)".encode()) as copy:
                    copy.write(rows)
        if self.files.is_dir():
            shutil.copytree(self.files, folder, dirs_exist_ok=True)
        world.database.clock = clock = ManualClock(START)
        sealer = Sealer(world.database, KeyRing(folder / "keys"), [FolderSink(folder / "checkpoints")])
        return replace(world, clock=clock, sealer=sealer, folder=folder / "checkpoints")


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY platform.{table} TO STDOUT (FORMAT binary)".encode()) as copy:
        return b"".join(bytes(block) for block in copy)


def forged_entry(world: World) -> Entry:
    """An entry that never was."""
    tenant = uuid.UUID(int=world.tenants[0].int)
    return Entry(0, tenant, uuid.uuid4(), START, "per_ZHANG", "ledger.post", "trf_1", None, '{"amount_minor":9}')


def _fields(entry: Entry) -> tuple[object, ...]:
    return (
        entry.seq,
        entry.tenant,
        entry.id,
        entry.at,
        entry.actor,
        entry.action,
        entry.subject,
        entry.request,
        entry.payload,
    )
