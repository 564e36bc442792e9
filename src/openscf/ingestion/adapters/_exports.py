"""What the exports of Chinese banks and payment companies share: encodings, preambles, header words, columns.

An export is a table somewhere below a preamble. It is found by its header words, in UTF-8, GB18030 (which holds GBK
and GB2312) or UTF-16, or in an Excel workbook; an encoding is believed only if every byte decodes and the header words
appear. Each adapter says which words, and how one row becomes a line of a statement.
"""

import csv
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from openscf.ingestion.adapters._statements import refuse_large
from openscf.ingestion.adapters._workbook import is_workbook, read_workbook
from openscf.ingestion.contract import (
    CERTAIN,
    HEAD_BYTES,
    LIKELY,
    NO,
    Adapter,
    Reading,
    Rejection,
    Sample,
    Source,
    unreadable,
)
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.trades import BankLine, BankStatement, Identity, Provenance

ROW_MISSHAPEN = refusal(
    "row_misshapen",
    en="The row has {cells} cells; the header has {columns}.",
    zh="该行有 {cells} 个单元格，表头有 {columns} 列。",
    fix_en="Export the file again, without editing it in a spreadsheet.",
    fix_zh="请重新导出文件，不要用表格软件编辑。",
)
ROW_QUOTES = refusal(
    "row_quotes",
    en="The quotation marks of the row do not match.",
    zh="该行的引号不配对。",
    fix_en="Export the file again, without editing it in a spreadsheet.",
    fix_zh="请重新导出文件，不要用表格软件编辑。",
)

_ENCODINGS = ("utf-8-sig", "gb18030")
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_TABS = re.compile(r"\t+(?=,|$)")
_LAYOUT = re.compile(r"-{5,}[^-]*-*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the header.

    Attributes:
        cells: Trimmed text by header word; a column that the row does not reach is empty.
        provenance: Its place.
        preamble: The rows above the header, each as its text.
        options: Of the source.
    """

    cells: Mapping[str, str]
    provenance: Provenance
    preamble: Sequence[str]
    options: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, word: str) -> str:
        return self.cells[word]


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of export.

    Attributes:
        name, en, zh: As the adapter's.
        bank: Who keeps the account.
        header: Words that all stand in the header row, in its order; more columns may follow.
        line: What a row means.
        shortest: Cells that a row has at least; 0 for all of the header.
        account: Account number and name as the preamble and the first row tell them.
        hints: Words in a file name that make a large workbook likely.
        review: A last look over all lines of a statement.
    """

    name: str
    en: str
    zh: str
    bank: str
    header: tuple[str, ...]
    line: Callable[[Row], BankLine]
    shortest: int = 0
    account: Callable[[Row], Identity] | None = None
    hints: tuple[str, ...] = ()
    review: Callable[[Sequence[BankLine]], Sequence[BankLine]] = tuple


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows with their locators: text lines or a sheet."""

    rows: Sequence[tuple[str, list[str] | None, str]]


def adapter(export: Export) -> Adapter:
    """The adapter of a kind of export."""
    return Adapter(
        name=export.name,
        en=export.en,
        zh=export.zh,
        detect=lambda sample: _detect(export, sample),
        read=lambda source: _read(export, source),
        extensions=(".csv", ".xls", ".xlsx"),
    )


def _detect(export: Export, sample: Sample) -> int:
    if is_workbook(sample.head):
        return _detect_workbook(export, sample)
    for text, letters in _spelled(sample.head):
        if export.header[0] in letters and any(_is_header(export, cells) for _, cells, _ in _text_rows(text) if cells):
            return CERTAIN
    return NO


@functools.lru_cache(maxsize=4)  # all kinds of export look at the same head, one after the other
def _spelled(head: bytes) -> tuple[tuple[str, str], ...]:
    """The beginning of a file in the encodings that it may have: as it stands, and without its spaces."""
    texts = [head.decode(encoding, "ignore") for encoding in _encodings(head)]
    return tuple((text, _word(text)) for text in texts)


def _detect_workbook(export: Export, sample: Sample) -> int:
    if sample.size_bytes <= min(len(sample.head), HEAD_BYTES):
        try:
            tables = _workbook_tables(Source(sample.name, sample.head, ""))
        except Refusal:
            return NO
        return CERTAIN if any(_header_of(export, table) is not None for table in tables) else NO
    if all(word.encode("utf-16-le") in sample.head for word in export.header):
        return CERTAIN
    return LIKELY if any(hint in sample.name.lower() for hint in export.hints) else NO


def _read(export: Export, source: Source) -> Reading:
    refuse_large(source)
    records: list[BankStatement] = []
    rejections: list[Rejection] = []
    rows = covered = 0
    for table, start in _tables(export, source):
        lines, refused, first = _lines(export, source, table, start=start)
        rejections += refused
        rows, covered = rows + len(lines) + len(refused), covered + len(lines)
        records += _statements(export, source, lines, first=first)
    return Reading(records, rejections, rows, covered)


def _tables(export: Export, source: Source) -> list[tuple[_Table, int]]:
    if is_workbook(source.content):
        candidates: Iterator[_Table] = iter(_workbook_tables(source))
    else:
        candidates = _text_tables(source)
    found = [(table, start) for table in candidates if (start := _header_of(export, table)) is not None]
    if not found:
        reason = f"no row holds the words {' '.join(export.header)} in an encoding that is read"
        raise unreadable(source, export.zh, reason)
    return found if is_workbook(source.content) else found[:1]


def _text_tables(source: Source) -> Iterator[_Table]:
    for encoding in _encodings(source.content):
        try:
            text = source.content.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield _Table(list(_text_rows(text)))


def _encodings(content: bytes) -> tuple[str, ...]:
    marked = _BOMS.get(content[:2])
    return (marked,) if marked else _ENCODINGS


def _text_rows(text: str) -> Iterator[tuple[str, list[str] | None, str]]:
    for number, line in enumerate(_LINE_BREAK.split(text), 1):
        yield f"line {number}", _cells(line), line


def _cells(line: str) -> list[str] | None:
    """Cells of one line; None if its quotation marks don't match. A cell never runs over a line break here."""
    try:
        rows = list(csv.reader([_TABS.sub("", line)], strict=True))
    except csv.Error:
        return None
    return [cell.strip() for cell in rows[0]] if rows else []


def _workbook_tables(source: Source) -> list[_Table]:
    return [
        _Table(
            [
                (f"{sheet.name}!A{number}", [cell.strip() for cell in row], ",".join(row))
                for number, row in enumerate(sheet.rows, 1)
            ]
        )
        for sheet in read_workbook(source)
    ]


def _header_of(export: Export, table: _Table) -> int | None:
    return next((at for at, (_, cells, _) in enumerate(table.rows) if cells and _is_header(export, cells)), None)


def _is_header(export: Export, cells: Sequence[str]) -> bool:
    return tuple(map(_word, cells[: len(export.header)])) == export.header


def _word(cell: str) -> str:
    return "".join(cell.split())


def _lines(
    export: Export, source: Source, table: _Table, *, start: int
) -> tuple[list[BankLine], list[Rejection], Row | None]:
    words = [_word(cell) for cell in table.rows[start][1] or ()]
    preamble = [text.strip(", \t") for _, _, text in table.rows[:start]]
    lines: list[BankLine] = []
    refused: list[Rejection] = []
    first: Row | None = None
    for locator, cells, text in table.rows[start + 1 :]:
        if cells is not None and _is_layout(cells):
            continue
        try:
            named = _named(export, words, cells)
            row = Row(named, source.provenance(export.name, locator), preamble, source.options)
            lines.append(export.line(row))
            first = first or row
        except Refusal as no:
            where = Where(file=source.name, line=_number(locator), field=no.where.field if no.where else None)
            refused.append(Rejection(no.at(where), text[:120]))
    return lines, refused, first


def _is_layout(cells: Sequence[str]) -> bool:
    there = [cell for cell in cells if cell]
    return not there or (len(there) == 1 and _LAYOUT.fullmatch(there[0]) is not None)


def _named(export: Export, words: Sequence[str], cells: Sequence[str] | None) -> dict[str, str]:
    if cells is None:
        raise ROW_QUOTES()
    spare = [cell for cell in cells[len(words) :] if cell]
    wanted = export.shortest or len([word for word in words if word])
    if spare or len(cells) < wanted:
        raise ROW_MISSHAPEN(cells=len(cells), columns=len(words))
    filled = [*cells, *[""] * (len(words) - len(cells))]
    return {word: cell for word, cell in zip(words, filled, strict=False) if word}


def _number(locator: str) -> int | None:
    found = re.search(r"(?:line |!A)([0-9]+)$", locator)
    return int(found[1]) if found else None


def _statements(
    export: Export, source: Source, lines: Sequence[BankLine], *, first: Row | None
) -> Iterator[BankStatement]:
    """One statement for each currency: a balance is of one currency, and a card may be used in several."""
    if first is None:
        return
    account = export.account(first) if export.account else Identity()
    account = replace(account, account=account.account or source.options.get("account"), bank=export.bank)
    reviewed = export.review(lines)
    for code in dict.fromkeys(line.currency for line in reviewed):
        own = tuple(line for line in reviewed if line.currency == code)
        yield BankStatement(
            account=account,
            provenance=own[0].provenance,
            currency=code,
            lines=own,
            flags=() if _chains(own) else ("running_balance_breaks",),
        )


def _chains(lines: Sequence[BankLine]) -> bool:
    """Whether each balance follows from its neighbour, read downwards or upwards."""
    told = [line for line in lines if line.balance_minor is not None]
    if len(told) < len(lines):
        return not told
    pairs = list(pairwise(told))
    down = all((before.balance_minor or 0) + after.amount_minor == after.balance_minor for before, after in pairs)
    up = all((after.balance_minor or 0) + before.amount_minor == before.balance_minor for before, after in pairs)
    return down or up
