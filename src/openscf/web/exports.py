"""Tables as files: numbers stay numbers, and text is inert: no cell of a spreadsheet computes or calls anything."""

import datetime as dt
from decimal import Decimal

from openscf.kernel.errors import refusal
from openscf.portal import Money, sheets
from openscf.portal.sheets import CSV, XLSX
from openscf.web.tables import Cell, Code, Link, Percent, State, Table
from openscf.web.words import Words

NO_SUCH_EXPORT = refusal(
    "no_such_export",
    en="This page has no table {table} to export as {kind}.",
    zh="该页面没有可导出为 {kind} 的表格 {table}。",
    fix_en="Use the export links under the table.",
    fix_zh="请使用表格下方的导出链接。",
    status=404,
)


def as_csv(table: Table, words: Words) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese."""
    return sheets.as_csv(headings(table, words), _lines(table, words))


def as_xlsx(table: Table, words: Words) -> bytes:
    """A workbook of one sheet."""
    return sheets.as_xlsx(table.name, headings(table, words), _lines(table, words))


def headings(table: Table, words: Words) -> list[str]:
    """Headings of the file: a column of amounts is two, the number and its currency."""
    found: list[str] = []
    pairs = _pairs(table)
    for place, column in enumerate(table.columns):
        heading = words(column.en, column.zh)
        found.append(heading)
        if place in pairs:
            found.append(words("{of} (currency)", "{of}（币种）", of=heading))
    return found


def spread(cell: Cell, words: Words) -> list[Decimal | int | dt.date | str]:  # noqa: PLR0911 - one a kind
    """A cell as one value, or an amount as two."""
    match cell:
        case Money(currency=currency):
            return [sheets.number_of(cell), currency]
        case Percent(text=text):
            return [Decimal(text)]
        case Link(text=text) | Code(text=text):
            return [text]
        case State(code=code, group=group):
            return [words.name(group, code)]
        case dt.datetime():
            return [words.instant(cell)]
        case None:
            return [""]
        case _:
            return [cell]


def _pairs(table: Table) -> set[int]:
    return {place for row in table.cells() for place, cell in enumerate(row) if isinstance(cell, Money)}


def _lines(table: Table, words: Words) -> list[list[sheets.Value]]:
    pairs = _pairs(table)
    return [_line(row, pairs, words) for row in table.cells()]


def _line(row: list[Cell], pairs: set[int], words: Words) -> list[Decimal | int | dt.date | str]:
    found: list[Decimal | int | dt.date | str] = []
    for place, cell in enumerate(row):
        values = spread(cell, words)
        found += values if place not in pairs or len(values) == 2 else [*values, ""]
    return found


__all__ = ["CSV", "NO_SUCH_EXPORT", "XLSX", "as_csv", "as_xlsx", "headings", "spread"]
