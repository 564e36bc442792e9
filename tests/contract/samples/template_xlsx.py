"""Examples of our templates as XLSX: dates and numbers as Excel holds them, and as text."""

import datetime as dt
import io

import xlsxwriter

from tests.contract.samples._example import Example
from tests.contract.samples.template_csv import INVOICE_ROWS, INVOICES


def workbook(*rows: str, typed: bool = True) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet("invoices"), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate((INVOICES, *rows)):
            for column, cell in enumerate(row.split(",")):
                if typed and at and column == 2:
                    sheet.write_datetime(at, column, dt.datetime.fromisoformat(cell), day)
                elif typed and at and column >= 7:
                    sheet.write_number(at, column, float(cell))
                else:
                    sheet.write_string(at, column, cell)
    return made.getvalue()


def with_amount(text: str) -> bytes:
    return workbook(*(row.replace("87.29", text) for row in INVOICE_ROWS), typed=False)


def grown(count: int) -> bytes:
    return workbook(*(f"INV-{n},PO-1,2026-01-31,S,B,1,A,1,1,1.00,0.13,1.13" for n in range(count)))


EXAMPLES = (
    Example("invoices.xlsx", workbook(*INVOICE_ROWS), 3, amount=with_amount, grown=grown),
    Example("as text.xlsx", workbook(*INVOICE_ROWS, typed=False), 3),
)
