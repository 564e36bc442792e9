"""Plain tables with header words, as CSV (UTF-8, GBK, GB18030) or XLSX: found, decoded and cut into rows, not judged.

A row is a line: a cell never runs over a line break, so a stray quotation mark spoils its own line and no other. The
header is the first row that is not empty; its words decide which column is which, in any order.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from openscf.ingestion.adapters._exports import ROW_MISSHAPEN, ROW_QUOTES
from openscf.ingestion.adapters._workbook import XLS, XLSX, read_workbook
from openscf.ingestion.contract import FILE_TOO_LARGE, Reading, Rejection, Sample, Source, unreadable
from openscf.kernel.errors import Refusal, Where
from openscf.trades import Document

MAX_TABLE_BYTES = 12 << 20  # read row by row; larger ones go through the bulk lane, which keeps no row in Python
OUTER = " \t\u00a0\u3000"  # white space around a cell: no part of what it says
_ENCODINGS = ("utf-8-sig", "gb18030")
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_EXCERPT = 120

IsHeader = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the header.

    Attributes:
        locator: `line 17` or `Sheet1!A17`.
        number: 17.
        cells: As written; None where the quotation marks of the line don't match.
        text: The line, for an excerpt.
    """

    locator: str
    number: int
    cells: list[str] | None
    text: str

    def under(self, words: Sequence[str]) -> dict[str, str]:
        """The cells by header word; empty cells beyond the header are no cells.

        Raises:
            Refusal: `row_quotes` or `row_misshapen`.
        """
        if self.cells is None:
            raise ROW_QUOTES()
        cells = self.cells
        if len(cells) < len(words) or any(cell.strip(OUTER) for cell in cells[len(words) :]):
            raise ROW_MISSHAPEN(cells=len(cells), columns=len(words))
        return dict(zip(words, cells, strict=False))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as its file holds it.

    Attributes:
        words: Header words, without white space.
        rows: Everything under the header; empty rows are left out, since nobody wrote them.
    """

    words: tuple[str, ...]
    rows: Iterator[Row]


def word(cell: str) -> str:
    """A header cell without any white space or byte-order mark."""
    return "".join(cell.replace("\ufeff", "").split())


def cells_of(line: str) -> list[str] | None:
    """The cells of one line of CSV; None if its quotation marks don't match."""
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None


def blank(line: str) -> bool:
    """Whether nobody wrote anything in this line: white space and commas only."""
    return not line.strip(OUTER + ",")


def text_of(source: Source, is_header: IsHeader, *, format: str) -> str:
    """The text of a CSV file, in the encoding that decodes strictly and shows the header words.

    Raises:
        Refusal: `unreadable_file`.
    """
    return _decoded(source, is_header, format)[0]


def utf8_of(source: Source, is_header: IsHeader, *, format: str) -> bytes:
    """What `text_of` says, as UTF-8 without a byte-order mark: the file's own bytes, where they are that.

    Raises:
        Refusal: `unreadable_file`.
    """
    text, encoding = _decoded(source, is_header, format)
    return source.content.removeprefix(codecs.BOM_UTF8) if encoding == _ENCODINGS[0] else text.encode()


def _decoded(source: Source, is_header: IsHeader, format: str) -> tuple[str, str]:
    for encoding in _ENCODINGS:
        try:
            text = source.content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if is_header(_first_words(text)):
            return text, encoding
    reason = "its first row does not hold the header words in UTF-8, GBK or GB18030"
    raise unreadable(source, format, reason)


def lines_of(text: str) -> list[str]:
    """The lines of a text, whatever its line breaks; the first has number 1."""
    return _LINE_BREAK.split(text) if "\r" in text else text.split("\n")


def grids(source: Source, is_header: IsHeader, *, format: str) -> Iterator[Grid]:
    """The tables of a file: one of a CSV, one for each sheet that is not empty of a workbook.

    Raises:
        Refusal: `file_too_large`, `unreadable_file`, `workbook_formula`.
    """
    if len(source.content) > MAX_TABLE_BYTES:
        size, where = len(source.content), Where(file=source.name)
        raise FILE_TOO_LARGE(name=source.name, size_bytes=size, limit_bytes=MAX_TABLE_BYTES, where=where)
    if source.content[:4] in (XLSX, XLS):
        yield from _sheets(source, is_header, format)
        return
    yield _grid(text_rows(text_of(source, is_header, format=format)))


def text_rows(text: str) -> Iterator[Row]:
    """All rows of a CSV text, the header first."""
    for number, line in enumerate(lines_of(text), 1):
        if not blank(line):
            yield Row(f"line {number}", number, cells_of(line), line)


def is_table(sample: Sample, is_header: IsHeader) -> bool:
    """Whether the head of a file shows the header words, in its first row or in the first row of a sheet."""
    if sample.head[:4] in (XLSX, XLS):
        return len(sample.head) == sample.size_bytes and _is_workbook_table(sample, is_header)
    for encoding in _ENCODINGS:
        first = sample.head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").splitlines()[:1]
        try:
            if first and is_header(_first_words(first[0].decode(encoding))):
                return True
        except UnicodeDecodeError:
            continue
    return False


def read_rows(source: Source, tables: Iterator[Grid], judge: Callable[[Mapping[str, str], Row], Document]) -> Reading:
    """Judge each row of the tables: a document, or a rejection with file, line and column."""
    records: list[Document] = []
    rejections: list[Rejection] = []
    for grid in tables:
        for row in grid.rows:
            try:
                records.append(judge(row.under(grid.words), row))
            except Refusal as no:
                rejections.append(rejection(source, row, no))
    return Reading(records, rejections, len(records) + len(rejections), len(records))


def rejection(source: Source, row: Row, no: Refusal) -> Rejection:
    """The rejection of a row, with its place."""
    field = no.where.field if no.where else None
    if "!" in row.locator and field is None:
        field = row.locator
    return Rejection(no.at(Where(file=source.name, line=row.number, field=field)), row.text[:_EXCERPT])


def _first_words(text: str) -> list[str]:
    for line in lines_of(text[: 64 << 10]):
        if not blank(line):
            return [word(cell) for cell in cells_of(line) or []]
    return []


def _grid(rows: Iterator[Row]) -> Grid:
    header = next(rows)
    return Grid(tuple(word(cell) for cell in header.cells or ()), rows)


def _sheets(source: Source, is_header: IsHeader, format: str) -> Iterator[Grid]:
    found = 0
    for sheet in read_workbook(source):
        rows = [
            Row(f"{sheet.name}!A{number}", number, cells, joined(cells))
            for number, cells in enumerate(sheet.rows, 1)
            if any(cell.strip(OUTER) for cell in cells)
        ]
        if not rows:
            continue
        if not is_header([word(cell) for cell in rows[0].cells or ()]):
            reason = f"the sheet {sheet.name[:40]!r} does not begin with the header words"
            raise unreadable(source, format, reason, line=rows[0].number, field=sheet.name[:80])
        found += 1
        yield _grid(iter(rows))
    if not found:
        raise unreadable(source, format, "all its sheets are empty")


def joined(cells: Sequence[str]) -> str:
    """Cells as one line of CSV, from which `cells_of` makes them again (line breaks become spaces)."""
    if not any(mark in cell for cell in cells for mark in ',"\r\n'):
        return ",".join(cells)
    made = io.StringIO()
    csv.writer(made, lineterminator="").writerow([_LINE_BREAK.sub(" ", cell) for cell in cells])
    return made.getvalue()


def _is_workbook_table(sample: Sample, is_header: IsHeader) -> bool:
    try:
        book = read_workbook(Source(sample.name, sample.head, ""))
    except Refusal:
        return False
    firsts = (next((row for row in sheet.rows if any(row)), []) for sheet in book)
    return any(is_header([word(cell) for cell in first]) for first in firsts)
