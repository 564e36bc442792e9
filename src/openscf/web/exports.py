"""Tables as files: numbers stay numbers, and text is inert: no cell of a spreadsheet computes or calls anything."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Final

import xlsxwriter

from openscf.kernel.errors import refusal
from openscf.portal import Money
from openscf.web.tables import Cell, Code, Link, Percent, State, Table
from openscf.web.words import Words

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXACT_DIGITS: Final = 15  # what a spreadsheet's number holds; a longer amount is written as text
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r")

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
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_inert(one) for one in headings(table, words)])
    pairs = _pairs(table)
    for row in table.cells():
        writer.writerow([_csv_cell(one) for one in _line(row, pairs, words)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(table: Table, words: Words) -> bytes:
    """A workbook of one sheet."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet(table.name[:31])
    strong, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, heading in enumerate(headings(table, words)):
        sheet.write_string(0, place, heading, strong)
    pairs = _pairs(table)
    for line, row in enumerate(table.cells(), start=1):
        for place, value in enumerate(_line(row, pairs, words)):
            if isinstance(value, dt.date):
                sheet.write_datetime(line, place, value, day)
            elif isinstance(value, Decimal | int):
                sheet.write_number(line, place, value, amount if isinstance(value, Decimal) else None)
            elif value:
                sheet.write_string(line, place, value)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


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


def spread(cell: Cell, words: Words) -> list[Decimal | int | dt.date | str]:
    """A cell as one value, or an amount as two."""
    match cell:
        case Money(amount=amount, currency=currency):
            digits = sum(one.isdigit() for one in amount)
            return [Decimal(amount) if digits <= EXACT_DIGITS else amount, currency]
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


def _line(row: list[Cell], pairs: set[int], words: Words) -> list[Decimal | int | dt.date | str]:
    found: list[Decimal | int | dt.date | str] = []
    for place, cell in enumerate(row):
        values = spread(cell, words)
        found += values if place not in pairs or len(values) == 2 else [*values, ""]
    return found


def _csv_cell(value: Decimal | int | dt.date | str) -> str:
    return _inert(value) if isinstance(value, str) else str(value)


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_ACTIVE) else text
