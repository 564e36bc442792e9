"""Large tables of invoices, judged by DuckDB as whole columns instead of row by row.

What is good beyond doubt is recognised here with strict patterns and exact decimals; no float is involved. Every other
row, be it wrong or only odd, is judged by the row lane, so that both lanes give the same answers by construction. The
file is cut into lines in pieces where it lies, and no line of it becomes an object of Python unless it is odd.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from openscf.ingestion.adapters import vat_table as vat
from openscf.ingestion.adapters._table import OUTER, Grid, Row, cells_of, grids, rejection, utf8_of, word
from openscf.ingestion.adapters._workbook import is_workbook
from openscf.ingestion.contract import Rejection, Source
from openscf.kernel.errors import Refusal
from openscf.trades import Document

MEMORY = "512MB"  # of DuckDB; what does not fit goes to its temporary folder
THREADS = 1  # of DuckDB: two files are under way at once, and what a second thread gains it costs twice
PIECE_BYTES = 8 << 20
_PARTY = "[0-9A-Z]{1,40}"
_AMOUNT = r"-?(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,2})?"  # what is longer is judged row by row
_DAY = r"[12][0-9]{3}(?:/(?:0?[1-9]|1[0-2])/|-(?:0?[1-9]|1[0-2])-)(?:0?[1-9]|[12][0-9]|3[01])"
# What a cell looks like that is good beyond doubt, by its header word.
_FORMS = {
    vat.FIRM: _PARTY, vat.SELLER: _PARTY, vat.BUYER: _PARTY, vat.CODE: "[0-9]{0,40}", vat.NUMBER: "[0-9]{1,40}",
    vat.DATE: _DAY, vat.NET: _AMOUNT, vat.TAX: _AMOUNT, vat.GROSS: _AMOUNT, vat.STATUS: f"(?:{'|'.join(vat.STATUSES)})",
}  # fmt: skip
_ANY_CELL = '[^,"]*'
# A row that is good beyond doubt needs its text no longer; one that isn't has nothing but its text.
_TABLE = """
    CREATE TABLE judged (n INTEGER, locator VARCHAR, place INTEGER, seller VARCHAR, buyer VARCHAR, code VARCHAR,
        number VARCHAR, issued_on DATE, net BIGINT, tax BIGINT, gross BIGINT, status VARCHAR, text VARCHAR);
    CREATE VIEW checked AS SELECT * EXCLUDE (place, text) FROM judged WHERE text IS NULL"""
_CELLS = """INSERT INTO judged
    WITH cut AS (SELECT n, place, text, plain, string_split(text, ',') AS c FROM piece
             WHERE plain OR NOT regexp_full_match(text, $blank)),
    typed AS (SELECT n, place, text, plain, c[$seller] AS seller, c[$buyer] AS buyer, c[$number] AS number,
              c[$state] AS state, coalesce(c[$code], '') AS code,
              CASE WHEN plain THEN try_cast(replace(c[$day], '/', '-') AS DATE) END AS issued_on,
              CASE WHEN plain THEN (c[$net]::DECIMAL(18, 2) * 100)::BIGINT END AS net,
              CASE WHEN plain THEN (c[$tax]::DECIMAL(18, 2) * 100)::BIGINT END AS tax,
              CASE WHEN plain THEN (c[$gross]::DECIMAL(18, 2) * 100)::BIGINT END AS gross
              FROM cut),
    told AS (SELECT *, coalesce(plain AND issued_on IS NOT NULL AND net + tax = gross, false) AS good FROM typed)
    SELECT n, $before || place, place, seller, buyer, code, number, issued_on, net, tax, gross,
           CASE state WHEN '有效发票' THEN 'valid' WHEN '作废发票' THEN 'void' END, CASE WHEN good THEN NULL ELSE text END
    FROM told"""
_REST = "SELECT n, locator, place, text FROM judged WHERE n > ? AND text IS NOT NULL ORDER BY n"


@dataclass(slots=True)
class BulkReading:
    """What came of a large table.

    Attributes:
        connection: DuckDB with a view `checked` of the rows that are good beyond doubt: n (ascending in the file),
            locator, seller and buyer (the source's own codes, already normal), code and number (digits), issued_on,
            net, tax, gross (minor units), status (`valid`, `void`). All are in CNY.
        odd: (n, document) of the rows that were accepted one by one.
        rejections: Rows that were not accepted.
        rows: All rows.
    """

    connection: duckdb.DuckDBPyConnection
    odd: list[tuple[int, Document]] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    rows: int = 0

    @property
    def adapter(self) -> str:
        """Name of the adapter."""
        return vat.NAME

    @property
    def covered(self) -> int:
        """Accepted rows."""
        return self.rows - len(self.rejections)

    def close(self) -> None:
        """Let DuckDB's memory go."""
        self.connection.close()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Consecutive lines under one header.

    Attributes:
        words: The header's words.
        before: What a locator says before the number of its line.
        numbers: The number of each line in its file or sheet.
        texts: The lines; blank ones are no rows.
    """

    words: tuple[str, ...]
    before: str
    numbers: pa.Array
    texts: pa.Array


def read_vat_table(source: Source, progress: Callable[[int], None] | None = None) -> BulkReading:
    """Read a table of VAT invoices, of any size.

    Args:
        source: The file, decompressed.
        progress: Told how many lines have been looked at.

    Raises:
        Refusal: The file is no such table.
    """
    connection = duckdb.connect(config={"memory_limit": MEMORY, "threads": THREADS})
    reading = BulkReading(connection)
    try:
        connection.execute(_TABLE)
        lines = 0
        for piece in _pieces(source):
            _judge(source, reading, piece, base=lines)
            lines += len(piece.texts)
            if progress:
                progress(lines)
        reading.rows = _count(connection)
    except BaseException:
        connection.close()
        raise
    return reading


def _pieces(source: Source) -> Iterator[_Piece]:
    if is_workbook(source.content):
        yield from _sheets(source)
        return
    content = utf8_of(source, vat.is_header, format=vat.FORMAT)
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    words: tuple[str, ...] = ()
    first, start = 1, 0
    while start < len(content):
        end = content.find(b"\n", start + PIECE_BYTES) + 1 or len(content)
        texts = _lines(content[start:end])
        number, start = first, end
        first += len(texts)
        while not words and len(texts):
            line, texts, number = texts[0].as_py(), texts[1:], number + 1
            words = tuple(word(cell) for cell in cells_of(line) or ()) if line.strip(OUTER + ",") else ()
        yield _Piece(words, "line ", pa.array(np.arange(number, first, dtype=np.int32)), texts)


def _lines(content: bytes) -> pa.Array:
    """The lines of a piece, where they lie."""
    ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n")) + 1
    if content and not content.endswith(b"\n"):
        ends = np.append(ends, len(content))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    lines = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(content))
    return pc.ascii_rtrim(lines, "\n")


def _sheets(source: Source) -> Iterator[_Piece]:
    for grid in grids(source, vat.is_header, format=vat.FORMAT):
        yield from _sheet(grid)


def _sheet(grid: Grid) -> Iterator[_Piece]:
    rows = list(grid.rows)
    if rows:
        before = rows[0].locator.removesuffix(str(rows[0].number))
        numbers = pa.array([row.number for row in rows], pa.int32())
        yield _Piece(grid.words, before, numbers, pa.array([row.text for row in rows], pa.string()))


def _judge(source: Source, reading: BulkReading, piece: _Piece, *, base: int) -> None:
    connection = reading.connection
    ordinals = np.arange(base + 1, base + 1 + len(piece.texts), dtype=np.int32)
    # One pattern for the whole line: read once from its left to its right, and not once for each cell.
    plain = pc.match_substring_regex(piece.texts, _line_form(piece.words))
    connection.register("piece", pa.table({"n": ordinals, "place": piece.numbers, "text": piece.texts, "plain": plain}))
    column = {name: at for at, name in enumerate(piece.words, 1)}
    bought = vat.SELLER in column
    firm, other = column[vat.FIRM], column[vat.SELLER if bought else vat.BUYER]
    connection.execute(_CELLS, {
        "seller": other if bought else firm, "buyer": firm if bought else other, "number": column[vat.NUMBER],
        "state": column[vat.STATUS], "day": column[vat.DATE], "net": column[vat.NET], "tax": column[vat.TAX],
        "gross": column[vat.GROSS], "code": column.get(vat.CODE, 0), "blank": f"[{OUTER},]*", "before": piece.before,
    })  # fmt: skip
    connection.unregister("piece")
    for n, locator, place, text in connection.execute(_REST, [base]).fetchall():
        _judge_row(source, reading, (n, Row(locator, place, cells_of(text), text)), words=piece.words)


def _line_form(words: tuple[str, ...]) -> str:
    """The pattern of a line that is good beyond doubt, under these header words."""
    return rf"\A{','.join(_FORMS.get(name, _ANY_CELL) for name in words)}\z"


def _judge_row(source: Source, reading: BulkReading, numbered: tuple[int, Row], *, words: tuple[str, ...]) -> None:
    n, row = numbered
    try:
        reading.odd.append((n, vat.judge(source, row.under(words), row)))
    except Refusal as no:
        reading.rejections.append(rejection(source, row, no))


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("SELECT count(*) FROM judged").fetchall()[0][0])
