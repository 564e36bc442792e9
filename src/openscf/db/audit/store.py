"""The SQL of the audit log. Only the role `openscf_seal` runs what writes here."""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg

from openscf.db.audit.format import CHAIN_START, Entry, SealedEntry
from openscf.db.audit.merkle import Frontier, node
from openscf.db.audit.notes import Seal

Connection = psycopg.Connection[tuple[Any, ...]]

_LOCK: Final = 0x7365616C  # "seal": one sealer at a time
_TILE: Final = 8  # stored levels of the tree: 8, 16, …
_STREAM_ROWS: Final = 2000
_CURSORS: Final = itertools.count()  # names of cursors: unique in a process, so in each of its connections

_COLUMNS: LiteralString = "seq, tenant_id, id, at, actor, action, subject, request_id, payload"
# An instant that Python has no value for can only be a superuser's doing: it is read as NULL and found by the hash.
_READABLE: LiteralString = _COLUMNS.replace(
    " at,", " CASE WHEN at >= '0001-01-02 00:00Z' AND at < '9999-12-30 00:00Z' THEN at END,"
)
_TAKE: LiteralString = """SELECT ordinal, tenant_id, id, at, actor, action, subject, request_id, payload
                          FROM platform.audit_inbox ORDER BY ordinal LIMIT %s"""
# The rows go from table to table inside the server; only their new places and hashes travel.
_MOVE: LiteralString = f"""
    WITH sealed AS (
        SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::bytea[], %b::bytea[]) AS s (ordinal, seq, leaf, chain)
    ), taken AS (
        DELETE FROM platform.audit_inbox i USING sealed s WHERE i.ordinal = s.ordinal
        RETURNING s.seq, i.tenant_id, i.id, i.at, i.actor, i.action, i.subject, i.request_id, i.payload, s.leaf, s.chain
    )
    INSERT INTO platform.audit_entry ({_COLUMNS}, leaf_hash, chain_hash) SELECT * FROM taken ORDER BY seq"""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entries to read; what is None is not asked for.

    Attributes:
        tenant: Of this tenant only.
        subject: About this subject only.
        actions: Of these actions only.
        first: From this place on.
        last: Up to this place.
    """

    tenant: uuid.UUID | None = None
    subject: str | None = None
    actions: tuple[str, ...] | None = None
    first: int | None = None
    last: int | None = None

    def where(self, *, sealed: bool = True) -> tuple[str, list[Any]]:
        """The condition and its parameters; entries in the inbox have no place yet."""
        actions = None if self.actions is None else list(self.actions)
        terms: list[tuple[str, Any]] = [
            ("tenant_id = %s", self.tenant),
            ("subject = %s", self.subject),
            ("action = ANY(%s)", actions),
        ]
        if sealed:
            terms += [("seq >= %s", self.first), ("seq <= %s", self.last)]
        asked = [(term, value) for term, value in terms if value is not None]
        return " AND ".join(["true", *(term for term, _ in asked)]), [value for _, value in asked]


def lock(connection: Connection, *, shared: bool = False) -> None:
    """Be the only sealer (or, shared, hold sealers off) until `unlock` or the end of the session."""
    connection.execute(f"SELECT pg_advisory_lock{'_shared' if shared else ''}(%s)", [_LOCK])


def unlock(connection: Connection, *, shared: bool = False) -> None:
    """Give back what `lock` took."""
    connection.execute(f"SELECT pg_advisory_unlock{'_shared' if shared else ''}(%s)", [_LOCK])


def last_seal(connection: Connection) -> tuple[Seal, Frontier] | None:
    """The last seal and the tree it stands for; None for an empty log.

    Raises:
        ValueError: The stored peaks do not fit the size.
    """
    row = connection.execute(
        """SELECT first_seq, last_seq, at, root, chain_hash, key_id, signature, peaks
           FROM platform.audit_seal ORDER BY last_seq DESC LIMIT 1"""
    ).fetchone()
    if row is None:
        return None
    peaks = [row[7][at : at + 32] for at in range(0, len(row[7]), 32)]
    return Seal(*row[:7]), Frontier(row[1], peaks)


def last_entry(connection: Connection) -> tuple[int, bytes]:
    """Place and stored chain hash of the last entry; 0 and the start of the chain for an empty log."""
    row = connection.execute("SELECT seq, chain_hash FROM platform.audit_entry ORDER BY seq DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, CHAIN_START)


def chain_at(connection: Connection, seq: int) -> bytes | None:
    """The stored chain hash of entry `seq`; the start of the chain for 0; None if there is no such entry."""
    if seq == 0:
        return CHAIN_START
    row = connection.execute("SELECT chain_hash FROM platform.audit_entry WHERE seq = %s", [seq]).fetchone()
    return row[0] if row else None


def take(connection: Connection, limit: int) -> list[tuple[Any, ...]]:
    """The first waiting rows: ordinal, then the fields of `Entry` after its place."""
    return connection.execute(_TAKE, [limit]).fetchall()


def move(
    connection: Connection, ordinals: Sequence[int], first: int, *, leaves: Sequence[bytes], chains: Sequence[bytes]
) -> None:
    """Move the rows with these ordinals into the chain, at places `first`, `first` + 1 and so on.

    Raises:
        RuntimeError: Not every row was there: somebody else moved it, in spite of the lock.
    """
    places = list(range(first, first + len(ordinals)))
    moved = connection.execute(_MOVE, [list(ordinals), places, list(leaves), list(chains)])
    if moved.rowcount != len(ordinals):
        raise RuntimeError(f"{moved.rowcount} of {len(ordinals)} audit entries could be moved")


def add_seal(connection: Connection, seal: Seal, tree: Frontier) -> None:
    """Add the seal of a run."""
    connection.execute(
        """INSERT INTO platform.audit_seal (first_seq, last_seq, at, root, chain_hash, key_id, signature, peaks)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        [seal.first, seal.last, seal.at, seal.root, seal.chain, seal.key, seal.signature, b"".join(tree.peaks)],
    )


def add_nodes(connection: Connection, nodes: Sequence[tuple[int, int, bytes]]) -> None:
    """Add those of the completed nodes (level, place, hash) that are kept."""
    kept = [item for item in nodes if item[0] % _TILE == 0]
    if kept:
        connection.cursor().executemany("INSERT INTO platform.audit_node VALUES (%s, %s, %s)", kept)


def last_checkpoint(connection: Connection) -> int:
    """Number of the last note in the database; 0 if there is none."""
    row = connection.execute("SELECT max(number) FROM platform.audit_checkpoint").fetchone()
    return (row[0] or 0) if row else 0


def add_checkpoint(connection: Connection, number: int, size: int, *, note: str) -> None:
    """Add the copy of a note."""
    connection.execute("INSERT INTO platform.audit_checkpoint VALUES (%s, %s, %s)", [number, size, note])


def checkpoints(connection: Connection, after: int = 0) -> list[tuple[int, int, str]]:
    """Number, size and text of the notes after number `after`, in order."""
    found = connection.execute(
        "SELECT number, size, note FROM platform.audit_checkpoint WHERE number > %s ORDER BY number", [after]
    )
    return [(row[0], row[1], row[2]) for row in found.fetchall()]


def last_notes(connection: Connection, most: int) -> list[str]:
    """The texts of the last notes, the newest first."""
    found = connection.execute("SELECT note FROM platform.audit_checkpoint ORDER BY number DESC LIMIT %s", [most])
    return [row[0] for row in found.fetchall()]


def seals(connection: Connection) -> Iterator[Seal]:
    """All seals, in order."""
    with connection.cursor(name="audit_seals") as cursor:
        cursor.itersize = _STREAM_ROWS
        cursor.execute(
            """SELECT first_seq, last_seq, at, root, chain_hash, key_id, signature
               FROM platform.audit_seal ORDER BY last_seq"""
        )
        for row in cursor:
            yield Seal(*row)


def sealed_entries(connection: Connection, choice: Choice) -> Iterator[SealedEntry]:
    """The sealed entries of a choice, in order of place, streamed."""
    condition, parameters = choice.where()
    with connection.cursor(name=f"audit_{next(_CURSORS)}") as cursor:
        cursor.itersize = _STREAM_ROWS
        query = f"SELECT {_READABLE}, leaf_hash, chain_hash FROM platform.audit_entry WHERE {condition} ORDER BY seq"
        cursor.execute(query.encode(), parameters)
        for row in cursor:
            yield SealedEntry(Entry(*row[:9]), row[9], row[10])


def waiting_entries(connection: Connection, choice: Choice) -> Iterator[Entry]:
    """The entries of a choice that wait in the inbox, in order of writing, streamed; their place is 0."""
    condition, parameters = choice.where(sealed=False)
    with connection.cursor(name=f"audit_{next(_CURSORS)}") as cursor:
        cursor.itersize = _STREAM_ROWS
        query = f"SELECT {_COLUMNS.replace('seq', '0')} FROM platform.audit_inbox WHERE {condition} ORDER BY ordinal"
        cursor.execute(query.encode(), parameters)
        for row in cursor:
            yield Entry(*row)


def waiting_count(connection: Connection) -> tuple[int, dt.datetime | None]:
    """How many entries wait in the inbox, and the instant of the oldest."""
    row = connection.execute("SELECT count(*), min(at) FROM platform.audit_inbox").fetchone()
    return (row[0], row[1]) if row else (0, None)


def leaves(connection: Connection, first: int, last: int) -> tuple[bytes, ...]:
    """The stored leaf hashes of entries `first` to `last`."""
    found = connection.execute(
        "SELECT leaf_hash FROM platform.audit_entry WHERE seq BETWEEN %s AND %s ORDER BY seq", [first, last]
    )
    return tuple(row[0] for row in found.fetchall())


class TreeReader:
    """Reads nodes of complete subtrees from the entries and the stored nodes, 256 at a time.

    Args:
        connection: Inside a snapshot.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tiles: dict[tuple[int, int], list[bytes]] = {}
        self._between: dict[tuple[int, int], bytes] = {}  # nodes of levels that are not stored

    def __call__(self, level: int, place: int) -> bytes:
        """See `openscf.db.audit.merkle.ReadNode`.

        Raises:
            LookupError: The log is shorter than that.
        """
        if level % _TILE == 0:
            tile = self._tile(level, place >> _TILE)
            at = place & (1 << _TILE) - 1
            if at >= len(tile):
                raise LookupError(f"node {place} of level {level} is not complete")
            return tile[at]
        known = self._between.get((level, place))
        if known is None:
            known = node(self(level - 1, 2 * place), self(level - 1, 2 * place + 1))
            self._between[level, place] = known
        return known

    def _tile(self, base: int, number: int) -> list[bytes]:
        known = self._tiles.get((base, number))
        if known is not None:
            return known
        low = number << _TILE
        high = low + (1 << _TILE)
        if base == 0:
            found = list(leaves(self._connection, low + 1, high))
        else:
            rows = self._connection.execute(
                "SELECT hash FROM platform.audit_node WHERE level = %s AND place >= %s AND place < %s ORDER BY place",
                [base, low, high],
            ).fetchall()
            found = [row[0] for row in rows]
        self._tiles[base, number] = found
        return found
