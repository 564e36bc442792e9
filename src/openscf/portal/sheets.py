"""Lists as files for spreadsheets: numbers stay numbers, and text is inert: no cell computes or calls anything.

Source: OWASP, CSV Injection: a cell that begins with `=`, `+`, `-`, `@`, a tab or a line's end is a formula, in East
Asian spreadsheets their full-width forms too; a separator of another locale inside an unquoted cell begins a new one.
"""

import csv
import datetime as dt
import enum
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import xlsxwriter
from pydantic import BaseModel

from openscf.portal.shapes import Money, Page

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXACT_DIGITS: Final = 15  # what a spreadsheet's number holds; a longer amount is written as text
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TURNS: Final = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Marks that turn the direction of writing: with them a name rewrites what stands beside it."""
_CURRENCY: Final = ".currency"
Value = Decimal | int | dt.date | str
Sheet = tuple[Sequence[str], Sequence[Sequence[Value]]]


def inert(text: str) -> str:
    """The text as a cell of a CSV file may hold it: a formula becomes a text that shows itself."""
    plain = unturned(text)
    return f"'{plain}" if plain.lstrip(" \u3000\xa0").startswith(_ACTIVE) else plain


def unturned(text: str) -> str:
    """The text without marks that turn the direction of writing."""
    return text.translate(_TURNS)


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese; all texts in quotes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([inert(one) for one in headings])
    for row in rows:
        writer.writerow([inert(one) if isinstance(one, str) else one for one in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(name: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A workbook of one sheet; a text is never read as a formula, an address or a number."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet(name[:31])
    strong, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, strong)
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(line, place, value, day)
            elif isinstance(value, Decimal | int):
                sheet.write_number(line, place, value, amount if isinstance(value, Decimal) else None)
            elif value:
                sheet.write_string(line, place, unturned(value))
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def number_of(money: Money) -> Decimal | str:
    """An amount as a number, if a spreadsheet's numbers hold it exactly."""
    return Decimal(money.amount) if sum(one.isdigit() for one in money.amount) <= EXACT_DIGITS else money.amount


def sheet_of(page: Page[Any]) -> Sheet:
    """The items of a list as headings and rows: what lies deeper has dots, an amount has its currency beside it."""
    lines = [dict(_spread("", item)) for item in page.items]
    said = page.__pydantic_generic_metadata__["args"]
    fields = list(said[0].model_fields) if said else []
    names = list(dict.fromkeys(name for line in lines for name in line) or fields)
    seen = {name: place for place, name in enumerate(names)}

    def place_of(name: str) -> tuple[int, int, bool]:
        top, amount = name.partition(".")[0], name.removesuffix(_CURRENCY)
        return fields.index(top) if top in fields else len(fields), seen.get(amount, seen[name]), amount != name

    headings = sorted(names, key=place_of)
    return headings, [[line.get(name, "") for name in headings] for line in lines]


def _spread(name: str, value: Any) -> Iterable[tuple[str, Value]]:
    if isinstance(value, Money):
        yield from ((name, number_of(value)), (f"{name}{_CURRENCY}", value.currency))
    elif isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
        yield from _spread(name, Money.model_validate(value))
    elif isinstance(value, BaseModel | Mapping):
        items = (
            value.items() if isinstance(value, Mapping) else ((each, getattr(value, each)) for each in _fields(value))
        )
        for inner, one in items:
            yield from _spread(f"{name}.{inner}" if name else str(inner), one)
    else:
        yield name, _plain(value)


def _fields(value: BaseModel) -> Iterable[str]:
    return type(value).model_fields


def _plain(value: Any) -> Value:  # noqa: PLR0911 - one a kind
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case enum.Enum():
            return str(value.value)
        case int() | Decimal() | dt.date() | str():
            return value
        case list() | tuple() if all(isinstance(one, str) for one in value):
            return "; ".join(value)
        case _:
            return json.dumps(_record(value), ensure_ascii=False, sort_keys=True, default=str)


def _record(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_record(one) for one in value]
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
