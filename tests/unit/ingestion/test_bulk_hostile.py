"""Hostile VAT tables, as CSV and as XLSX: the lane of columns answers as the lane of rows, which the suite judges.

Planted defect: a lane that takes what is no amount for zero is found by the same comparison.
"""

import io
from typing import Any

import pytest
import xlsxwriter

from openscf.ingestion.adapters import vat_table
from openscf.ingestion.store import bulk
from openscf.kernel.errors import Refusal
from tests.contract import hostile
from tests.contract.samples.vat_table import EXAMPLES, HEADER, ROWS
from tests.unit.ingestion.test_bulk_lane import a_source

BOOK = next(one for one in EXAMPLES if one.name.endswith(".xlsx"))
TABLE = next(one for one in EXAMPLES if one.name.endswith(".csv"))
NO_AMOUNTS = (*hostile.AMOUNTS, 2.675, 1e300, -1e-300)


def workbook(amount: str | float) -> bytes:
    """A sales table in a workbook, its second row with this net amount: as text, or as a number."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("销项")
        for at, row in enumerate((HEADER.replace("销方", "购方"), *ROWS[:2])):
            for column, cell in enumerate(row.split(",")):
                sheet.write(at, column, amount if (at, column) == (2, 4) else cell)
    return made.getvalue()


def answer(content: bytes, name: str, *, columns: bool) -> Any:
    """What a lane makes of a file: its figures and rejections, or why it refused it."""
    source = a_source(content, name)
    try:
        if not columns:
            reading = vat_table.ADAPTER.read(source)
            return reading.rows, reading.covered, [str(one.refusal) for one in reading.rejections]
        read = bulk.read_vat_table(source)
        with read.connection:
            return read.rows, read.covered, [str(one.refusal) for one in read.rejections]
    except Refusal as refused:
        return refused.code, str(refused.where)


@pytest.mark.parametrize("example", [BOOK, TABLE], ids=["xlsx", "csv"])
def test_a_damaged_table_gets_the_same_answer_in_both_lanes(example) -> None:
    for what, content in hostile.variants(example):
        slow, fast = (answer(content, example.name, columns=columns) for columns in (False, True))
        assert slow == fast, f"{what}; seed {hostile.SEED}"


@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_what_is_no_amount_in_a_workbook_is_rejected_with_its_cell_in_both_lanes(amount: str | float) -> None:
    slow, fast = (answer(workbook(amount), "销项.xlsx", columns=columns) for columns in (False, True))
    assert slow == fast
    assert slow[:2] == (2, 1), slow


def test_a_formula_in_a_workbook_is_refused_in_both_lanes() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("进项")
        for at, row in enumerate((HEADER, *ROWS[:1])):
            sheet.write_row(at, 0, row.split(","))
        sheet.write_formula(1, 4, "=1+1", None, 2)
    for columns in (False, True):
        assert answer(made.getvalue(), "进项.xlsx", columns=columns)[0] == "workbook_formula"


def test_a_lane_that_mends_amounts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_row = bulk._judge_row

    def mending(source: Any, reading: Any, numbered: Any, *, words: Any) -> None:
        n, row = numbered
        cells = [cell if cell != "NaN" else "0" for cell in row.cells or ()]
        judge_row(source, reading, (n, type(row)(row.locator, row.number, cells, row.text)), words=words)

    monkeypatch.setattr(bulk, "_judge_row", mending)
    slow, fast = (answer(workbook("NaN"), "销项.xlsx", columns=columns) for columns in (False, True))
    assert slow != fast
