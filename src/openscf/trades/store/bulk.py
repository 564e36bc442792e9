"""Documents by the hundred thousand: fingerprinted and counted once by DuckDB, stored by PostgreSQL as one set.

The identities and contents are those of `rules.identity`, to the byte: the pieces that differ between rows are put into
a message that the rules themselves have made of a specimen. PostgreSQL refuses COPY into tables with row security, and
rightly so; the rows are copied into a temporary table and go through the policies from there, in one statement.
"""

import dataclasses
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import psycopg

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId, FileId
from openscf.trades.model import Document, DocumentKind, DocumentStatus, Identity, Provenance
from openscf.trades.rules.identity import FORMAT, Fingerprinter, content_of, details_of, normal_number, party_key
from openscf.trades.store.body import body_of
from openscf.trades.store.overtaken import OvertakenError

_SELLER, _BUYER = "OPENSCFSELLER", "OPENSCFBUYER"  # stand in the specimen where a row has its own codes
_ORDINAL_DIGITS = 12
_PIECE_BYTES = 1 << 18
_FRAME = "unhex(printf('%08x', strlen({0}))) || encode({0})"
_FINGERPRINTED: Final = f"""
    CREATE OR REPLACE TABLE document AS
    WITH parts AS (
        SELECT *, CASE WHEN gross < 0 THEN 'credit_note' ELSE 'invoice' END AS kind,
               coalesce(nullif(ltrim(number, '0'), ''), '0') AS number_key,
               CASE WHEN code = '' THEN '' ELSE coalesce(nullif(ltrim(code, '0'), ''), '0') END AS code_key,
               $place::VARCHAR || seller AS seller_key, $place::VARCHAR || buyer AS buyer_key,
               issued_on::VARCHAR AS issued
        FROM checked),
    identified AS (
        SELECT *, unhex($format) || {_FRAME.format("kind")} || {_FRAME.format("seller_key")}
               || {_FRAME.format("buyer_key")} || {_FRAME.format("code_key")} || {_FRAME.format("number_key")}
               || {_FRAME.format("issued")} AS identity,
               'CNY|' || net || '|' || tax || '|' || gross || '|' || status || '||' AS numbers,
               replace(replace($details::VARCHAR, '{_SELLER}', seller), '{_BUYER}', buyer) AS details
        FROM parts)
    SELECT n, locator, kind, number, number_key, nullif(code, '') AS code, seller_key, buyer_key, issued_on, net, tax,
           gross, status, '' AS flags, seller AS said_seller, buyer AS said_buyer, NULL::VARCHAR AS body,
           sha256(unhex($outer) || unhex(sha256(unhex($inner) || identity))) AS fingerprint,
           sha256(unhex(printf('%08x', octet_length(identity))) || identity || {_FRAME.format("numbers")}
                  || {_FRAME.format("details")}) AS content
    FROM identified"""
_ONCE: Final = """
    CREATE OR REPLACE TABLE counted AS
    SELECT *, first_value(n) OVER same AS first_n, row_number() OVER same AS nth,
           count(*) OVER (PARTITION BY fingerprint) AS mates, count(*) OVER (PARTITION BY fingerprint, content) AS twins
    FROM document WINDOW same AS (PARTITION BY fingerprint, content ORDER BY n)"""
_STAGED: Final = """
    SELECT n, '\\x' || fingerprint, '\\x' || content, locator, kind, number, number_key, code, seller_key, buyer_key,
           issued_on, net, tax, gross, status, flags, said_seller, said_buyer, body
    FROM counted WHERE nth = 1 AND mates = twins ORDER BY fingerprint"""
_AGAIN: Final = "SELECT first_n, locator FROM counted WHERE nth > 1 AND mates = twins"
_ROWS: Final = """SELECT n, locator, seller, buyer, code, number, issued_on, net, tax, gross, status FROM checked
    WHERE n = ANY(?)"""
_CONTESTED: Final = "SELECT n FROM counted WHERE mates <> twins ORDER BY n"

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_TABLES = """
    CREATE TEMPORARY TABLE staged_document (n integer, fingerprint bytea, content bytea, locator text, kind text,
        number text, number_key text, code text, seller_key text, buyer_key text, issued_on date, net bigint,
        tax bigint, gross bigint, status text, flags text, seller text, buyer text, body text) ON COMMIT DROP;
    CREATE TEMPORARY TABLE staged_sighting (n integer, locator text) ON COMMIT DROP;
    CREATE TEMPORARY TABLE known_document (n integer, id uuid, same boolean) ON COMMIT DROP"""
# Each identity that is stored already, with the version that says the same, if there is one.
_KNOWN = f"""INSERT INTO known_document
    SELECT DISTINCT ON (s.n) s.n, d.id, d.content = s.content FROM staged_document s
    JOIN trades.document d ON d.tenant_id = {_TENANT} AND d.fingerprint = s.fingerprint
    ORDER BY s.n, (d.content = s.content) DESC, d.version"""
_STORE = f"""INSERT INTO trades.document (tenant_id, id, fingerprint, version, current, content, kind, number,
        number_key, code, seller_key, buyer_key, issued_on, currency, net_minor, tax_minor, gross_minor, status, flags,
        file_id, locator, sender_id, recorded_at, body)
    SELECT {_TENANT}, (%(stem)s || lpad(to_hex(n), {_ORDINAL_DIGITS}, '0'))::uuid, fingerprint, 1, true, content, kind,
           number, number_key, code, seller_key, buyer_key, issued_on, 'CNY', net, tax, gross, status,
           CASE WHEN coalesce(flags, '') = '' THEN '{{}}' ELSE string_to_array(flags, ' ') END, %(file)s, locator, %(sender)s, %(at)s,
           coalesce(body, replace(replace(%(specimen)s, '{_SELLER}', seller), '{_BUYER}', buyer))::jsonb
    FROM staged_document s WHERE NOT EXISTS (SELECT FROM known_document k WHERE k.n = s.n) ORDER BY fingerprint"""
_SIGHT = f"""INSERT INTO trades.sighting (tenant_id, document_id, file_id, locator)
    SELECT {_TENANT}, coalesce(k.id, (%(stem)s || lpad(to_hex(m.n), {_ORDINAL_DIGITS}, '0'))::uuid), %(file)s, m.locator
    FROM (SELECT n, locator FROM staged_sighting
          UNION ALL SELECT k.n, s.locator FROM known_document k JOIN staged_document s ON s.n = k.n WHERE k.same) m
    LEFT JOIN known_document k ON k.n = m.n
    WHERE k.same IS NOT FALSE ON CONFLICT DO NOTHING"""
_OTHERWISE = """SELECT m.n FROM known_document k JOIN (SELECT n, n AS first_n FROM staged_document) m ON m.first_n = k.n
    WHERE NOT k.same ORDER BY m.n"""

# Bulk rows have digits for numbers, so a payment quotes them as they are written.
_SPOKEN_OF = f"""SELECT s.fingerprint FROM staged_document s
    JOIN trades.payment_link p ON p.tenant_id = {_TENANT} AND p.link = 'no:' || s.number
    UNION SELECT s.fingerprint FROM staged_document s
    JOIN trades.reversal r ON r.tenant_id = {_TENANT} AND r.number_key = s.number_key AND r.kind = s.kind
    AND r.seller_key IS NOT DISTINCT FROM s.seller_key"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a set came to.

    Attributes:
        new: Documents whose identity was not known.
        seen: Rows that say what was said before.
        contested: Row numbers that say something else of an identity known here or in the store; nothing was done yet.
    """

    new: int
    seen: int
    contested: tuple[int, ...]


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
    """Give each row of the table `checked` its fingerprint and content, add the odd documents, and count twins.

    Args:
        work: The transaction; its tenant is part of the fingerprints.
        rows: DuckDB with `checked`, as `openscf.ingestion` makes it.
        odd: Documents that were read one by one, each with its row number.
        source: Who sent them; a source's own codes mean nothing outside it.
        fingerprints: The installation's.
    """
    inner, outer = fingerprints.blocks
    specimen = _specimen(source)
    place = party_key(Identity(codes={"local": _SELLER}), source=source).removesuffix(_SELLER)
    rows.execute("SET preserve_insertion_order = false")
    rows.execute(_FINGERPRINTED, {
        "place": place, "details": details_of(specimen).decode(), "outer": outer.hex(),
        "inner": (inner + work.context.tenant.bytes).hex(), "format": (len(FORMAT).to_bytes(4, "big") + FORMAT).hex(),
    })  # fmt: skip
    if odd:
        one = [_odd_row(work, n, document, fingerprints=fingerprints) for n, document in odd]
        rows.executemany(f"INSERT INTO document VALUES ({', '.join(['?'] * len(one[0]))})", one)
    rows.execute(_ONCE)


def store(work: UnitOfWork, rows: duckdb.DuckDBPyConnection, delivery: Delivery) -> Stored:
    """Store what `fingerprint` prepared, as a set.

    Raises:
        OvertakenError: Somebody was faster with one of the identities; the transaction is to be run again.
    """
    work.execute(_TABLES)
    with tempfile.TemporaryDirectory(prefix="openscf-") as folder:
        for table, query in (("staged_document", _STAGED), ("staged_sighting", _AGAIN)):
            path = Path(folder, table)
            rows.execute(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER false, NULL '', FORCE_QUOTE (locator))")
            _copy(work, table, path)
    work.execute("ANALYZE staged_document")
    known = work.execute(_KNOWN).rowcount
    stem = work.ids.new(DocumentId).hex[: 32 - _ORDINAL_DIGITS]
    values: Mapping[str, Any] = {
        "stem": stem, "file": delivery.file, "sender": delivery.sender, "at": work.at,
        "specimen": canonical_json(body_of(_specimen(delivery.provenance.source))).decode(),
    }  # fmt: skip
    try:
        new = work.execute(_STORE, values).rowcount
    except psycopg.errors.UniqueViolation as error:
        raise OvertakenError(str(error)) from error
    seen = work.execute(_SIGHT, values).rowcount if known or _any(rows) else 0
    return Stored(new, seen, tuple(_contested(work, rows)))


def spoken_of(work: UnitOfWork) -> set[bytes]:
    """Those of the documents stored last that a payment quotes or a red letter speaks of."""
    return {bytes(row[0]) for row in work.execute(_SPOKEN_OF)}


def rows_as_documents(
    rows: duckdb.DuckDBPyConnection, numbers: tuple[int, ...], file: Provenance
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


def _contested(work: UnitOfWork, rows: duckdb.DuckDBPyConnection) -> list[int]:
    """Rows of identities with several contents, here or beside the store, in the order of the file."""
    here = [row[0] for row in rows.execute(_CONTESTED).fetchall()]
    first = [row[0] for row in work.execute(_OTHERWISE)]
    twins = rows.execute("SELECT n FROM counted WHERE first_n = ANY(?) AND mates = twins", [first]).fetchall()
    return sorted({*here, *(row[0] for row in twins)})


def _any(rows: duckdb.DuckDBPyConnection) -> bool:
    found = rows.execute(f"SELECT count(*) FROM ({_AGAIN})").fetchone()
    return bool(found and found[0])


def _copy(work: UnitOfWork, table: str, path: Path) -> None:
    statement = f"COPY {table} FROM STDIN (FORMAT csv, NULL '')".encode()
    with work.connection.cursor() as cursor, cursor.copy(statement) as stream:
        for piece in _pieces(path):
            stream.write(piece)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece


def _specimen(source: str) -> Document:
    seller, buyer = Identity(codes={"local": _SELLER}), Identity(codes={"local": _BUYER})
    provenance = Provenance("", "", "", "", source)
    return Document(DocumentKind.INVOICE, "1", provenance, seller=seller, buyer=buyer, currency="CNY")


def _odd_row(work: UnitOfWork, n: int, said: Document, *, fingerprints: Fingerprinter) -> tuple[Any, ...]:
    source = said.provenance.source
    return (
        n, said.provenance.locator, said.kind.value, said.number, normal_number(said.number).value, said.code,
        party_key(said.seller, source=source), party_key(said.buyer, source=source), said.issued_on, said.net_minor,
        said.tax_minor, said.gross_minor, said.status.value, " ".join(said.flags), "", "",
        canonical_json(body_of(said)).decode(), fingerprints.document(work.context.tenant, said).hex(),
        content_of(said).hex(),
    )  # fmt: skip
