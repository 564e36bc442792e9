"""Large tables of invoices, judged by DuckDB as whole columns instead of row by row.

What is good beyond doubt is recognised here with strict patterns and exact decimals; no float is involved. Every other
row, be it wrong or only odd, is judged by the row lane, so that both lanes give the same answers by construction. The
file is cut into lines in pieces, and no more than one piece of it lies in Python at a time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from openscf.ingestion.adapters import vat_table as vat
from openscf.ingestion.adapters._table import Grid, Row, blank, cells_of, grids, lines_of, rejection, text_of, word
from openscf.ingestion.adapters._workbook import is_workbook
from openscf.ingestion.contract import Rejection, Source
from openscf.kernel.errors import Refusal
from openscf.trades import Document

MEMORY = "1GB"  # of DuckDB; what does not fit goes to its temporary folder
PIECE_LINES = 100_000
_AMOUNT = r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?"  # what is longer is judged row by row
_DAY = r"[12][0-9]{3}(/(0?[1-9]|1[0-2])/|-(0?[1-9]|1[0-2])-)(0?[1-9]|[12][0-9]|3[01])"
_TABLE = """CREATE TABLE checked (n INTEGER, locator VARCHAR, seller VARCHAR, buyer VARCHAR, code VARCHAR,
            number VARCHAR, issued_on DATE, net BIGINT, tax BIGINT, gross BIGINT, status VARCHAR)"""
_CELLS = """CREATE OR REPLACE TEMP TABLE judged AS
    WITH cut AS (SELECT n, locator, text, string_split(text, ',') AS c FROM piece),
    typed AS (SELECT n, locator, text, c[$firm] AS firm, c[$other] AS other, c[$number] AS number, c[$state] AS state, coalesce(c[$code], '') AS code,
              try_cast(replace(c[$day], '/', '-') AS DATE) AS issued_on,
              c[$net] AS net_text, c[$tax] AS tax_text, c[$gross] AS gross_text,
              len(c) = $columns AND NOT contains(text, '"')
              AND regexp_full_match(c[$firm], '[0-9A-Z]{1,40}') AND regexp_full_match(c[$other], '[0-9A-Z]{1,40}')
              AND regexp_full_match(c[$number], '[0-9]{1,40}')
              AND regexp_full_match(coalesce(c[$code], ''), '[0-9]{0,40}') AND regexp_full_match(c[$day], $day_form)
              AND regexp_full_match(c[$net], $amount_form) AND regexp_full_match(c[$tax], $amount_form)
              AND regexp_full_match(c[$gross], $amount_form) AS plain
              FROM cut),
    counted AS (SELECT * EXCLUDE (net_text, tax_text, gross_text),
                CASE WHEN plain THEN (net_text::DECIMAL(18, 2) * 100)::BIGINT END AS net,
                CASE WHEN plain THEN (tax_text::DECIMAL(18, 2) * 100)::BIGINT END AS tax,
                CASE WHEN plain THEN (gross_text::DECIMAL(18, 2) * 100)::BIGINT END AS gross
                FROM typed)
    SELECT n, locator, text, firm, other, code, number, issued_on, net, tax, gross, state,
           coalesce(plain AND issued_on IS NOT NULL AND net + tax = gross AND state IN ('有效发票', '作废发票'), false)
           AS good
    FROM counted"""
_KEEP = """INSERT INTO checked
    SELECT n, locator, {seller}, {buyer}, code, number, issued_on, net, tax, gross, CASE state WHEN '有效发票' THEN 'valid' ELSE 'void' END
    FROM judged WHERE good"""
_REST = "SELECT n, locator, text FROM judged WHERE NOT good ORDER BY n"


@dataclass(slots=True)
class BulkReading:
    """What came of a large table.

    Attributes:
        connection: DuckDB with a table `checked` of the rows that are good beyond doubt: n (the row's number in the
            file), locator, seller and buyer (the source's own codes, already normal), code and number (digits), issued_on,
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
    words: tuple[str, ...]
    numbers: list[int]
    locators: list[str]
    texts: list[str]


def read_vat_table(source: Source, progress: Callable[[int], None] | None = None) -> BulkReading:
    """Read a table of VAT invoices, of any size.

    Args:
        source: The file, decompressed.
        progress: Told how many rows have been judged.

    Raises:
        Refusal: The file is no such table.
    """
    connection = duckdb.connect(config={"memory_limit": MEMORY, "threads": 2})
    reading = BulkReading(connection)
    try:
        connection.execute(_TABLE)
        for piece in _pieces(source):
            _judge(source, reading, piece)
            if progress:
                progress(reading.rows)
    except BaseException:
        connection.close()
        raise
    return reading


def _pieces(source: Source) -> Iterator[_Piece]:
    if is_workbook(source.content):
        for grid in grids(source, vat.is_header, format=vat.FORMAT):
            yield from _sheet_pieces(grid)
        return
    text = text_of(source, vat.is_header, format=vat.FORMAT)
    words: tuple[str, ...] = ()
    first, start = 1, 0
    while start < len(text):
        end = _piece_end(text, start)
        lines = lines_of(text[start:end])
        if end < len(text) and lines and not lines[-1]:
            lines.pop()  # the piece ends with its last line's break
        kept = [(number, line) for number, line in enumerate(lines, first) if line and not blank(line)]
        if not words and kept:
            words = tuple(word(cell) for cell in cells_of(kept.pop(0)[1]) or ())
        numbers = [number for number, _ in kept]
        yield _Piece(words, numbers, [f"line {number}" for number in numbers], [line for _, line in kept])
        first, start = first + len(lines), end


def _piece_end(text: str, start: int) -> int:
    end = start + PIECE_LINES * 80
    if end >= len(text):
        return len(text)
    found = text.find("\n", end)
    return len(text) if found < 0 else found + 1


def _sheet_pieces(grid: Grid) -> Iterator[_Piece]:
    rows = list(grid.rows)
    yield _Piece(grid.words, [r.number for r in rows], [r.locator for r in rows], [r.text for r in rows])


def _judge(source: Source, reading: BulkReading, piece: _Piece) -> None:
    base = reading.rows
    connection = reading.connection
    table = pa.table({
        "n": pa.array(range(base + 1, base + 1 + len(piece.texts)), pa.int32()),
        "locator": pa.array(piece.locators, pa.string()),
        "text": pa.array(piece.texts, pa.string()),
    })  # fmt: skip
    place = {name: at for at, name in enumerate(piece.words, 1)}
    bought = vat.SELLER in place
    connection.register("piece", table)
    connection.execute(_CELLS, {
        "firm": place[vat.FIRM], "other": place[vat.SELLER if bought else vat.BUYER], "number": place[vat.NUMBER],
        "state": place[vat.STATUS], "day": place[vat.DATE], "net": place[vat.NET], "tax": place[vat.TAX],
        "gross": place[vat.GROSS], "code": place.get(vat.CODE, 0), "columns": len(piece.words), "day_form": _DAY,
        "amount_form": _AMOUNT,
    })  # fmt: skip
    connection.execute(_KEEP.format(seller="other" if bought else "firm", buyer="firm" if bought else "other"))
    for n, locator, text in connection.execute(_REST).fetchall():
        _judge_row(
            source, reading, (n, Row(locator, piece.numbers[n - base - 1], cells_of(text), text)), words=piece.words
        )
    connection.unregister("piece")
    reading.rows += len(piece.texts)


def _judge_row(source: Source, reading: BulkReading, numbered: tuple[int, Row], *, words: tuple[str, ...]) -> None:
    n, row = numbered
    try:
        reading.odd.append((n, vat.judge(source, row.under(words), row)))
    except Refusal as no:
        reading.rejections.append(rejection(source, row, no))
