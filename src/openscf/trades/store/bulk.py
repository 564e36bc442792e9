"""Documents by the hundred thousand: counted once by DuckDB, stored by PostgreSQL piece by piece.

The identities and contents are those of `rules.identity`, to the byte: DuckDB writes the messages, which are text, and
they are hashed as they are. PostgreSQL refuses COPY into tables with row security, and rightly so; a piece of the rows is
copied into a temporary table, small enough to stay in memory, and goes through the policies from there in one statement.

Most tables bring nothing but identities that are new, and the index that holds each identity once would notice another
one; so a piece is written first, and only if that fails it is asked what of it is known.
"""

import dataclasses
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import duckdb
import numpy as np
import psycopg
import pyarrow as pa

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId, FileId
from openscf.trades.model import Document, DocumentKind, DocumentStatus, Identity, Provenance
from openscf.trades.rules.identity import FORMAT, Fingerprinter, content_of, details_of, framed, party_key
from openscf.trades.store.binary import HEAD, TAIL, days, digests, integers, rows_of
from openscf.trades.store.overtaken import OvertakenError

PIECE_ROWS: Final = 20_000  # of a piece: some four megabytes, half of what PostgreSQL keeps of temporary tables in memory
_ORDINAL_BYTES = 6
_CODE = "OPENSCF"
_FRAMED = "strlen({0}), ':', {0}, ','"
_MESSAGES: Final = f"""
    WITH normal AS (
        SELECT n, CASE WHEN gross < 0 THEN '11:credit_note,' ELSE '7:invoice,' END AS kind, $place || seller AS seller_key,
               $place || buyer AS buyer_key, {{code}} AS code_key, {{number}} AS number_key, issued_on,
               concat('CNY|', net, '|', tax, '|', gross, '|', status, '||') AS numbers
        FROM checked),
    identified AS (
        SELECT n, numbers, concat($format, kind, {_FRAMED.format("seller_key")}, {_FRAMED.format("buyer_key")},
               {_FRAMED.format("code_key")}, {_FRAMED.format("number_key")}, '10:', issued_on, ',') AS identity
        FROM normal)
    SELECT n, identity, concat({_FRAMED.format("identity")}, {_FRAMED.format("numbers")}, $details) AS said
    FROM identified"""
_NORMAL = "coalesce(nullif(ltrim({0}, '0'), ''), '0')"
_MESSAGES_OF_DIGITS: Final = _MESSAGES.format(
    number=_NORMAL.format("number"), code=f"CASE WHEN code = '' THEN '' ELSE {_NORMAL.format('code')} END"
)
# Few rows of a table speak of the same document as another one: they alone are looked at together.
_COUNTED: Final = """
    CREATE TEMP TABLE met AS SELECT h.* FROM hashed h SEMI JOIN (
        SELECT fingerprint FROM hashed GROUP BY fingerprint HAVING count(*) > 1 OR bool_or(odd)) USING (fingerprint);
    CREATE TEMP TABLE judged_twins AS
    SELECT n, min(n) OVER same AS first_n, NOT bool_or(odd) OVER same AND min(content) OVER same = max(content) OVER same
           AS agreed FROM met WINDOW same AS (PARTITION BY fingerprint)"""
_STAGED: Final = f"""
    SELECT c.n, h.fingerprint, h.content, c.issued_on, c.net, c.tax, (c.status = 'void')::TINYINT AS void, c.number,
           nullif({_NORMAL.format("c.number")}, c.number) AS number_key, nullif(c.code, '') AS code, c.seller, c.buyer,
           c.locator
    FROM checked c JOIN hashed h ON h.n = c.n
    ANTI JOIN (SELECT n FROM judged_twins WHERE NOT agreed OR n > first_n) x ON x.n = c.n
    ORDER BY c.seller, {_NORMAL.format("c.number")}, h.fingerprint"""
_AGAIN: Final = """SELECT t.n, t.first_n, c.locator FROM judged_twins t JOIN checked c ON c.n = t.n
    WHERE t.agreed AND t.n > t.first_n"""
_ROWS: Final = """SELECT n, locator, seller, buyer, code, number, issued_on, net, tax, gross, status FROM checked
    WHERE n = ANY(?)"""

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_TABLE = """CREATE TEMPORARY TABLE IF NOT EXISTS staged_document (id uuid, fingerprint bytea, content bytea, n integer,
    issued_on date, net bigint, tax bigint, void smallint, number text, number_key text, code text, seller text,
    buyer text, locator text) ON COMMIT DROP"""
_COPY = "COPY staged_document FROM STDIN (FORMAT binary)"
_STORE = f"""INSERT INTO trades.document (tenant_id, id, fingerprint, version, current, content, kind, number,
        number_key, code, seller_key, buyer_key, issued_on, currency, net_minor, tax_minor, gross_minor, status, flags,
        file_id, locator, sender_id, recorded_at, body)
    SELECT {_TENANT}, id, fingerprint, 1, true, content, CASE WHEN net + tax < 0 THEN 'credit_note' ELSE 'invoice' END,
           number, coalesce(number_key, number), code, %(place)s || seller, %(place)s || buyer, issued_on, 'CNY', net,
           tax, net + tax, CASE void WHEN 1 THEN 'void' ELSE 'valid' END, '{{}}', %(file)s, locator, %(sender)s, %(at)s,
           '{{}}' FROM staged_document"""
# Each identity that is stored already, with the version that says the same, if there is one.
_KNOWN = f"""SELECT DISTINCT ON (s.n) s.n, s.locator, d.id, d.content = s.content FROM staged_document s
    JOIN trades.document d ON d.tenant_id = {_TENANT} AND d.fingerprint = s.fingerprint
    ORDER BY s.n, (d.content = s.content) DESC, d.version"""


@dataclass(slots=True)
class Stored:
    """What a set came to.

    Attributes:
        new: Documents whose identity was not known.
        seen: Rows that say what was said before.
        contested: Row numbers that say something else of an identity known here or in the store, and odd rows; nothing
            was done for them yet.
    """

    new: int = 0
    seen: int = 0
    contested: list[int] = field(default_factory=list)


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


def fingerprint(
    work: UnitOfWork, rows: duckdb.DuckDBPyConnection, *, odd: list[tuple[int, Document]], source: str,
    fingerprints: Fingerprinter,
) -> None:  # fmt: skip
    """Make `hashed`, the fingerprint and content of each row of `checked` and each odd document, and find twins.

    Args:
        work: The transaction; its tenant is part of the fingerprints.
        rows: DuckDB with `checked`, as `openscf.ingestion` makes it.
        odd: Documents that were read one by one, each with its row number.
        source: Who sent them; a source's own codes mean nothing outside it.
        fingerprints: The installation's.
    """
    rows.execute("""DROP TABLE IF EXISTS met; DROP TABLE IF EXISTS judged_twins;
        CREATE OR REPLACE TABLE hashed (n INTEGER, fingerprint BLOB, content BLOB, odd BOOLEAN)""")
    given = {"place": _place(source), "details": framed(details_of(_SPECIMEN)).decode(), "format": _FORMAT}
    for piece in rows.sql(_MESSAGES_OF_DIGITS, params=given).to_arrow_reader(PIECE_ROWS * 4):
        identities, said = (map(str.encode, piece[name].to_pylist()) for name in ("identity", "said"))
        marks = fingerprints.many(work.context.tenant, identities)
        contents = [hashlib.sha256(text).digest() for text in said]
        _keep(rows.cursor(), pa.table({"n": piece["n"], "fingerprint": marks, "content": contents}), odd=False)
    if odd:
        marks = [fingerprints.document(work.context.tenant, one) for _, one in odd]
        numbers = pa.array([n for n, _ in odd], pa.int32())
        table = pa.table({"n": numbers, "fingerprint": marks, "content": [content_of(one) for _, one in odd]})
        _keep(rows, table, odd=True)
    rows.execute(_COUNTED)


def store(work: UnitOfWork, rows: duckdb.DuckDBPyConnection, delivery: Delivery) -> Stored:
    """Store what `fingerprint` prepared, as a set.

    Raises:
        OvertakenError: Somebody was faster with one of the identities; the transaction is to be run again.
    """
    work.execute(_TABLE)
    again = rows.execute(_AGAIN).fetchall()
    loading = _Loading(work, delivery, frozenset(first for _, first, _ in again))
    for piece in rows.sql(_STAGED).to_arrow_reader(PIECE_ROWS):
        loading.take(piece)
    contested = set(loading.otherwise)
    told = Stored(loading.new, len(loading.met) + len(again))
    for n, first, locator in again:
        if first in contested:
            told.contested.append(n)
        else:
            loading.met.append((loading.ids[first], locator))
    told.seen = len(loading.met)
    _sight(work, delivery.file, loading.met)
    unsettled = rows.execute("SELECT n FROM judged_twins WHERE NOT agreed").fetchall()
    told.contested = sorted({*told.contested, *contested, *(row[0] for row in unsettled)})
    return told


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
    """

    def __init__(self, work: UnitOfWork, delivery: Delivery, firsts: frozenset[int]) -> None:
        self.new = 0
        self.met: list[tuple[UUID, str]] = []
        self.otherwise: list[int] = []
        self.ids: dict[int, UUID] = {}
        self._work = work
        self._firsts = np.array(sorted(firsts), np.int32)
        self._stem = work.ids.new(DocumentId).bytes[:-_ORDINAL_BYTES]
        self._taken = 0
        self._values: Mapping[str, Any] = {
            "file": delivery.file, "sender": delivery.sender, "at": work.at, "place": _place(delivery.provenance.source),
        }  # fmt: skip

    def take(self, piece: pa.RecordBatch) -> None:
        """Store a piece of the rows."""
        self._copy(piece)
        try:
            with self._work.connection.transaction():
                self.new += self._work.execute(_STORE, self._values).rowcount
        except psycopg.errors.UniqueViolation:
            self._take_unknown()

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

    def _copy(self, piece: pa.RecordBatch) -> None:
        ids = self._ids(piece)
        fixed = [
            ids, digests(piece["fingerprint"], 32), digests(piece["content"], 32), integers(piece["n"], 4),
            days(piece["issued_on"]), integers(piece["net"], 8), integers(piece["tax"], 8), integers(piece["void"], 2),
        ]  # fmt: skip
        texts = [piece[name] for name in ("number", "number_key", "code", "seller", "buyer", "locator")]
        self._work.execute("TRUNCATE staged_document")
        with self._work.connection.cursor() as cursor, cursor.copy(_COPY) as stream:
            stream.write(HEAD)
            stream.write(rows_of(fixed, texts))
            stream.write(TAIL)

    def _ids(self, piece: pa.RecordBatch) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """An id for each row, ascending as the rows do: the index of ids grows at its end."""
        ordinals = np.arange(self._taken, self._taken + piece.num_rows, dtype=">u8")
        self._taken += piece.num_rows
        ends = ordinals.view(np.uint8).reshape(-1, 8)[:, -_ORDINAL_BYTES:]
        stems = np.broadcast_to(np.frombuffer(self._stem, np.uint8), (piece.num_rows, len(self._stem)))
        ids = np.hstack([stems, ends])
        numbers = piece["n"].to_numpy()
        for at in np.flatnonzero(np.isin(numbers, self._firsts)):
            self.ids[int(numbers[at])] = UUID(bytes=ids[at].tobytes())
        return ids


def _keep(rows: duckdb.DuckDBPyConnection, table: pa.Table, *, odd: bool) -> None:
    rows.register("marked", table)
    rows.execute("INSERT INTO hashed SELECT n, fingerprint, content, ? FROM marked", [odd])
    rows.unregister("marked")


def _sight(work: UnitOfWork, file: FileId, met: list[tuple[UUID, str]]) -> None:
    """Note where versions were met again, in one statement."""
    work.execute(
        f"INSERT INTO trades.sighting (tenant_id, document_id, file_id, locator)"
        f" SELECT {_TENANT}, v, %s, l FROM unnest(%s::uuid[], %s::text[]) m(v, l) ORDER BY v, l ON CONFLICT DO NOTHING",
        [file, [version for version, _ in met], [locator for _, locator in met]],
    )


def _place(source: str) -> str:
    """What the key of a party says before its code."""
    return party_key(Identity(codes={"local": _CODE}), source=source).removesuffix(_CODE)


_FORMAT = framed(FORMAT).decode()
_SPECIMEN = Document(
    DocumentKind.INVOICE, "1", Provenance("", "", "", ""), seller=Identity(codes={"local": _CODE}),
    buyer=Identity(codes={"local": _CODE}),
)  # fmt: skip
