"""Documents by the hundred thousand: counted once by DuckDB, stored by PostgreSQL piece by piece.

The identities and contents are those of `rules.identity`, to the byte: DuckDB writes the messages, which are text, and
they are hashed as they are, those of contents once for all rows of a run that say the same. PostgreSQL refuses COPY into tables with row security, and rightly so; a piece of the rows is
copied into a temporary table, small enough to stay in memory, and goes through the policies from there in one statement.

Most tables bring nothing but identities that are new, and the index that holds each identity once would notice another
one; so a piece is written first, and only if that fails it is asked what of it is known.
"""

import dataclasses
import hashlib
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import duckdb
import numpy as np
import psycopg
import pyarrow as pa

from openscf.db.unit_of_work import OvertakenError, UnitOfWork
from openscf.kernel.ids import PartyId, TenantId
from openscf.trades.ids import DocumentId, FileId
from openscf.trades.model import Document, DocumentKind, DocumentStatus, Identity, Provenance
from openscf.trades.records import MOST_NAMED
from openscf.trades.rules.identity import FORMAT, MARK_BYTES, Fingerprinter, details_of, framed, identity_of, party_key
from openscf.trades.store.ahead import ahead
from openscf.trades.store.binary import HEAD, TAIL, Bytes, days, digests, integers, rows_of

RUN_ROWS: Final = (
    50_000  # sorted at once: few enough that the rows of a firm stay near each other, see the index of parties
)
PIECE_ROWS: Final = (
    25_000  # of a piece: some five megabytes, less than what PostgreSQL keeps of temporary tables in memory
)
_ORDINAL_BYTES = 6
_MOST_ORDINAL = (1 << 8 * _ORDINAL_BYTES - 1) - 1  # with room behind it
_CODE = "OPENSCF"
_IDENTITY = "seller, buyer, code_key, number_key, issued_on, letter"
_BARE = "coalesce(nullif(ltrim({0}, '0'), ''), '0')"
_ODD: Final = """CREATE OR REPLACE TEMP TABLE odd (n INTEGER, seller VARCHAR, buyer VARCHAR, code_key VARCHAR,
    number_key VARCHAR, issued_on DATE, letter BOOLEAN)"""
# Few rows of a table speak of the same document as another one, and they alone are looked at together: those that agree
# are one document, those that don't and the odd ones are judged row by row.
_NORMAL: Final = f"""
    CREATE OR REPLACE TEMP VIEW normal AS
    SELECT *, {_BARE.format("number")} AS number_key, CASE WHEN code = '' THEN '' ELSE {_BARE.format("code")} END AS code_key,
           gross < 0 AS letter FROM checked;
    SELECT n, hash({_IDENTITY}) AS mark, false AS odd FROM normal UNION ALL SELECT n, hash({_IDENTITY}), true FROM odd"""
_TWINS: Final = f"""
    CREATE OR REPLACE TEMP TABLE twin AS
    SELECT n, min(n) OVER same AS first_n, count(net) OVER same = count(*) OVER same
           AND count(DISTINCT (net, tax, gross, status)) OVER same = 1 AS agreed
    FROM (SELECT n, {_IDENTITY}, net, tax, gross, status FROM normal SEMI JOIN met USING (n)
          UNION ALL SELECT n, {_IDENTITY}, NULL, NULL, NULL, NULL FROM odd)
    WINDOW same AS (PARTITION BY {_IDENTITY})"""
_FRAMED = "strlen({0}), ':', {0}, ','"
_STAGED: Final = f"""
    WITH once AS (
        SELECT * FROM normal ANTI JOIN (SELECT n FROM twin WHERE NOT agreed OR n > first_n) USING (n)),
    keyed AS (
        SELECT *, $place || seller AS seller_key, $place || buyer AS buyer_key,
               concat('CNY|', net, '|', tax, '|', gross, '|', status, '||') AS numbers FROM once),
    identified AS (
        SELECT *, concat($format, CASE WHEN letter THEN '11:credit_note,' ELSE '7:invoice,' END,
               {_FRAMED.format("seller_key")}, {_FRAMED.format("buyer_key")}, {_FRAMED.format("code_key")},
               {_FRAMED.format("number_key")}, '10:', issued_on, ',') AS identity FROM keyed)
    SELECT n, encode(identity) AS identity, encode(number_key) AS marked, encode(numbers) AS numbers,
           issued_on, net, tax, (status = 'void')::TINYINT AS void, number, nullif(number_key, number) AS number_key,
           nullif(code, '') AS code, seller, buyer, locator
    FROM identified"""
_AGAIN: Final = """SELECT t.n, t.first_n, c.locator FROM twin t JOIN checked c ON c.n = t.n
    WHERE t.agreed AND t.n > t.first_n ORDER BY t.n"""
_ROWS: Final = """SELECT n, locator, seller, buyer, code, number, issued_on, net, tax, gross, status FROM checked
    WHERE n = ANY(?)"""

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_TABLE = """CREATE TEMPORARY TABLE IF NOT EXISTS staged_document (id uuid, fingerprint bytea, content bytea, n integer,
    issued_on date, net bigint, tax bigint, void smallint, number text, number_key text, code text, seller text,
    buyer text, locator text) ON COMMIT DROP"""
_COPY = "COPY staged_document FROM STDIN (FORMAT binary)"
_STORE = """INSERT INTO trades.document (tenant_id, id, fingerprint, version, current, content, kind, number,
        number_key, code, seller_key, buyer_key, issued_on, currency, net_minor, tax_minor, gross_minor, status, flags,
        file_id, locator, sender_id, recorded_at, body)
    SELECT %(tenant)s, id, fingerprint, 1, true, content, CASE WHEN net + tax < 0 THEN 'credit_note' ELSE 'invoice' END,
           number, coalesce(number_key, number), code, %(place)s || seller, %(place)s || buyer, issued_on, 'CNY', net,
           tax, net + tax, CASE void WHEN 1 THEN 'void' ELSE 'valid' END, '{}', %(file)s, locator, %(sender)s, %(at)s,
           '{}' FROM staged_document"""
# Each identity that is stored already, with the version that says the same, if there is one.
_KNOWN = f"""SELECT DISTINCT ON (s.n) s.n, s.locator, d.id, d.content = s.content FROM staged_document s
    JOIN trades.document d ON d.tenant_id = {_TENANT} AND d.fingerprint = s.fingerprint
    ORDER BY s.n, (d.content = s.content) DESC, d.version"""

_FIRST = f"""SELECT id FROM trades.document WHERE tenant_id = {_TENANT} AND id >= %s AND id < %s AND file_id = %s
    ORDER BY id LIMIT %s"""

# Bulk rows have digits for numbers, so a payment quotes them as they are written.
_SPOKEN_OF = f"""SELECT s.fingerprint FROM staged_document s
    JOIN trades.payment_link p ON p.tenant_id = {_TENANT} AND p.link = 'no:' || s.number
    UNION SELECT s.fingerprint FROM staged_document s
    JOIN trades.reversal r ON r.tenant_id = {_TENANT} AND r.number_key = coalesce(s.number_key, s.number)
    AND r.kind = CASE WHEN s.net + s.tax < 0 THEN 'credit_note' ELSE 'invoice' END
    AND r.seller_key IS NOT DISTINCT FROM %(place)s || s.seller"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a set came to.

    Attributes:
        new: Documents whose identity was not known.
        seen: Rows that say what was said before.
        contested: Row numbers that say something else of an identity known here or in the store, and odd rows; nothing
            was done for them yet.
        spoken_of: Fingerprints of new documents that a payment quotes or a red letter speaks of.
        first: The first of the new documents.
    """

    new: int
    seen: int
    contested: tuple[int, ...]
    spoken_of: frozenset[bytes]
    first: tuple[DocumentId, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a set of rows comes from.

    Attributes:
        file: The reading that they belong to.
        provenance: Of the file; its locator is not used.
        sender: The enterprise that sent it, if it was one.
    """

    file: FileId
    provenance: Provenance
    sender: PartyId | None


def find_twins(rows: duckdb.DuckDBPyConnection, odd: Mapping[int, Document]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Make `twin`: the rows of the table `checked` and the odd documents that share their identity with another one.

    Args:
        rows: DuckDB with `checked`, as `openscf.ingestion` makes it.
        odd: Documents that were read one by one, by row number.

    Returns:
        A number for each identity, ascending; two identities may share one by chance.
    """
    rows.execute(_ODD)
    if odd:
        given = [_odd_row(n, one) for n, one in odd.items()]
        names = ("n", "seller", "buyer", "code_key", "number_key", "issued_on", "letter")
        _fill(rows, pa.table(list(map(pa.array, zip(*given, strict=True))), names))
    found = rows.execute(_NORMAL).fetchnumpy()
    order = np.argsort(found["mark"])
    marks: np.ndarray[Any, np.dtype[np.uint64]] = found["mark"][order]
    met = np.zeros(len(marks), bool)
    met[1:] = marks[1:] == marks[:-1]
    met[:-1] |= met[1:]
    met |= np.isin(marks, found["mark"][found["odd"]])
    rows.register("met", pa.table({"n": found["n"][order][met]}))
    rows.execute(_TWINS)
    rows.unregister("met")
    return marks


@dataclass(frozen=True, slots=True)
class Hashed:
    """Rows with their hashes.

    Attributes:
        rows: Columns n, issued_on, net, tax, void, number, number_key, code, seller, buyer, locator.
        fingerprints, contents: An array (rows, 32) of bytes each.
    """

    rows: pa.Table
    fingerprints: Bytes
    contents: Bytes


def hashed(
    rows: duckdb.DuckDBPyConnection, tenant: TenantId, *, source: str, fingerprints: Fingerprinter
) -> Iterator[Hashed]:
    """The rows that `find_twins` left, each identity once.

    They come in the order of their fingerprints, `RUN_ROWS` at a time, so that the largest index is written from its
    left to its right.

    Args:
        rows: DuckDB with `checked` and `twin`.
        tenant: Part of the fingerprints.
        source: Who sent them; a source's own codes mean nothing outside it.
        fingerprints: The installation's.
    """
    given = {"place": place_of(source), "format": framed(FORMAT).decode()}
    for run in rows.sql(_STAGED, params=given).to_arrow_reader(RUN_ROWS):
        marks = digests(fingerprints.many(tenant, run["identity"].to_pylist()), 32).copy()
        marks[:, :MARK_BYTES] = _number_marks(run["marked"])
        contents = _contents(run["numbers"])
        order = np.argsort(marks[:, :8].copy().view(">u8").ravel())
        table = pa.Table.from_batches([run]).drop_columns(["identity", "marked", "numbers"])
        for start in range(0, len(order), PIECE_ROWS):
            piece = order[start : start + PIECE_ROWS]
            yield Hashed(table.take(piece).combine_chunks(), marks[piece], contents[piece])


def _contents(numbers: pa.Array) -> Bytes:
    """`rules.identity.content_of` of rows that say no more than these numbers; many rows say the same ones."""
    coded = numbers.dictionary_encode()
    details = framed(details_of(_SPECIMEN))
    found = [hashlib.sha256(framed(one) + details).digest() for one in coded.dictionary.to_pylist()]
    each: Bytes = digests(found, 32)[coded.indices.to_numpy()]
    return each


def _number_marks(numbers: pa.Array) -> Bytes:
    """`rules.identity.number_mark` of many numbers."""
    sums = np.fromiter(map(zlib.crc32, numbers.to_pylist()), ">u4", len(numbers))
    return sums.view(np.uint8).reshape(-1, 4)[:, :MARK_BYTES]


def store(
    work: UnitOfWork, rows: duckdb.DuckDBPyConnection, delivery: Delivery, *, fingerprints: Fingerprinter
) -> Stored:
    """Store what `find_twins` prepared, as a set.

    Raises:
        OvertakenError: Somebody was faster with one of the identities; the transaction is to be run again.
    """
    work.execute(_TABLE)
    again = rows.execute(_AGAIN).fetchall()
    unsettled = [n for (n,) in rows.execute("SELECT n FROM twin WHERE NOT agreed").fetchall()]
    loading = _Loading(work, delivery, frozenset(first for _, first, _ in again))
    source = delivery.provenance.source
    pieces = hashed(rows, work.context.tenant, source=source, fingerprints=fingerprints)
    with closing(ahead(map(loading.laid_out, pieces))) as coming:  # made while PostgreSQL stores the one before
        for piece in coming:
            loading.take(piece)
    otherwise = set(loading.otherwise)
    loading.met += [(loading.ids[first], locator) for _, first, locator in again if first not in otherwise]
    _sight(work, delivery.file, loading.met)
    contested = {*unsettled, *otherwise, *(n for n, first, _ in again if first in otherwise)}
    spoken_of = frozenset(loading.spoken_of)
    return Stored(loading.new, len(loading.met), tuple(sorted(contested)), spoken_of, loading.first())


def rows_as_documents(
    rows: duckdb.DuckDBPyConnection, numbers: Collection[int], file: Provenance
) -> dict[int, Document]:
    """The documents of these rows of `checked`, by row number."""
    found = rows.execute(_ROWS, [list(numbers)]).fetchall()
    return {
        n: Document(
            DocumentKind.CREDIT_NOTE if gross < 0 else DocumentKind.INVOICE, number,
            dataclasses.replace(file, locator=locator), code=code or None, issued_on=issued_on,
            seller=Identity(codes={"local": seller}), buyer=Identity(codes={"local": buyer}), currency="CNY",
            net_minor=net, tax_minor=tax, gross_minor=gross, status=DocumentStatus(status),
        )
        for n, locator, seller, buyer, code, number, issued_on, net, tax, gross, status in found
    }  # fmt: skip


class _Loading:
    """A load under way: what became of the pieces so far.

    Attributes:
        new: Rows written.
        met: (version, locator) of the rows that say what a stored version says.
        otherwise: Row numbers that say something else of a stored identity.
        ids: The versions that stand for the rows which have twins further down in the file.
        spoken_of: Fingerprints of what was written and somebody has spoken of already.
    """

    def __init__(self, work: UnitOfWork, delivery: Delivery, firsts: frozenset[int]) -> None:
        self.new = 0
        self.met: list[tuple[UUID, str]] = []
        self.otherwise: list[int] = []
        self.ids: dict[int, UUID] = {}
        self.spoken_of: set[bytes] = set()
        self._work = work
        self._firsts = np.array(sorted(firsts), np.int32)
        first = work.ids.new(DocumentId)
        self._stem = np.frombuffer(first.bytes[:-_ORDINAL_BYTES], np.uint8)
        self._next = first.int & _MOST_ORDINAL  # counted from where chance put it: two loads of one instant don't meet
        self._from = self._next
        self._values: Mapping[str, Any] = {
            "tenant": work.context.tenant, "file": delivery.file, "sender": delivery.sender, "at": work.at, "place": place_of(delivery.provenance.source),
        }  # fmt: skip

    def take(self, piece: bytes) -> None:
        """Store a piece of the rows, laid out."""
        self._work.execute("TRUNCATE staged_document")
        with self._work.connection.cursor() as cursor, cursor.copy(_COPY) as stream:
            stream.write(piece)
        try:
            with self._work.connection.transaction():
                self.new += self._work.execute(_STORE, self._values).rowcount
        except psycopg.errors.UniqueViolation:
            self._take_unknown()
        self.spoken_of |= {bytes(row[0]) for row in self._work.execute(_SPOKEN_OF, self._values)}

    def first(self) -> tuple[DocumentId, ...]:
        """The first of what was written: all of a load have ids that follow each other."""
        ends = (bytes(self._stem) + at.to_bytes(_ORDINAL_BYTES, "big") for at in (self._from, self._next))
        rows = self._work.execute(_FIRST, [*(UUID(bytes=end) for end in ends), self._values["file"], MOST_NAMED])
        return tuple(DocumentId.of(row[0]) for row in rows)

    def _take_unknown(self) -> None:
        known = self._work.execute(_KNOWN).fetchall()
        for n, locator, version, same in known:
            if same:
                self.met.append((version, locator))
                self.ids[n] = version
            else:
                self.otherwise.append(n)
        self._work.execute("DELETE FROM staged_document WHERE n = ANY(%s)", [[row[0] for row in known]])
        try:
            self.new += self._work.execute(_STORE, self._values).rowcount
        except psycopg.errors.UniqueViolation as error:
            raise OvertakenError(str(error)) from error

    def laid_out(self, piece: Hashed) -> bytes:
        """A piece as COPY takes it, with an id for each row; called from one thread, in the order of the pieces."""
        rows = piece.rows
        fixed = [
            self._ids(rows), piece.fingerprints, piece.contents, integers(rows["n"], 4), days(rows["issued_on"]),
            integers(rows["net"], 8), integers(rows["tax"], 8), integers(rows["void"], 2),
        ]  # fmt: skip
        texts = [rows[name].chunk(0) for name in ("number", "number_key", "code", "seller", "buyer", "locator")]
        return b"".join((HEAD, rows_of(fixed, texts), TAIL))

    def _ids(self, rows: pa.Table) -> Bytes:
        """An id for each row, ascending as the rows do: the index of ids grows at its end."""
        ordinals = np.arange(self._next, self._next + rows.num_rows, dtype=np.uint64).astype(">u8")
        self._next += rows.num_rows
        ends = ordinals.view(np.uint8).reshape(-1, 8)[:, -_ORDINAL_BYTES:]
        ids = np.hstack([np.broadcast_to(self._stem, (rows.num_rows, len(self._stem))), ends])
        numbers = rows["n"].to_numpy()
        for at in np.flatnonzero(np.isin(numbers, self._firsts)):
            self.ids[int(numbers[at])] = UUID(bytes=ids[at].tobytes())
        return ids


def _odd_row(n: int, one: Document) -> tuple[object, ...]:
    said = dict(identity_of(one).fields)
    place = place_of(one.provenance.source)
    seller, buyer = (said[role].removeprefix(place) for role in ("seller", "buyer"))
    return n, seller, buyer, said["code"], said["number"], one.issued_on, one.kind is DocumentKind.CREDIT_NOTE


def _fill(rows: duckdb.DuckDBPyConnection, table: pa.Table) -> None:
    rows.register("given", table)
    rows.execute("INSERT INTO odd SELECT * FROM given")
    rows.unregister("given")


def _sight(work: UnitOfWork, file: FileId, met: list[tuple[UUID, str]]) -> None:
    """Note where versions were met again, in one statement."""
    work.execute(
        f"INSERT INTO trades.sighting (tenant_id, document_id, file_id, locator)"
        f" SELECT {_TENANT}, v, %s, l FROM unnest(%s::uuid[], %s::text[]) m(v, l) ORDER BY v, l ON CONFLICT DO NOTHING",
        [file, [version for version, _ in met], [locator for _, locator in met]],
    )


def place_of(source: str) -> str:
    """What the key of a party says before its code."""
    return party_key(Identity(codes={"local": _CODE}), source=source).removesuffix(_CODE)


_SPECIMEN = Document(
    DocumentKind.INVOICE, "1", Provenance("", "", "", ""), seller=Identity(codes={"local": _CODE}),
    buyer=Identity(codes={"local": _CODE}),
)  # fmt: skip
