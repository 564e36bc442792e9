"""Workbooks are judged before they are laid out: what would become large or holds formulas is refused by name."""

import io
import zipfile

import pytest
import xlsxwriter

from openscf.ingestion.adapters import camt, citic_credit, mt940, spdb_debit
from openscf.ingestion.adapters._statements import MAX_STATEMENT_BYTES
from openscf.ingestion.adapters._workbook import read_workbook
from openscf.kernel.errors import Refusal
from openscf.trades import BankStatement
from tests.contract.samples._example import a_source, unzipped, zipped
from tests.contract.samples._xls import as_xls

HEADER = ("交易日期", "入账日期", "交易描述", "卡末四位", "交易币种", "结算币种", "交易金额", "结算金额")
ROW = ("2024-11-09", "2024-11-09", "财付通", "6688", "人民币", "人民币", "5.90", "5.90")


def xlsx(*, cell: str = "", formula: str = "", number: float | None = None) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("a")
        for at, row in enumerate((HEADER, ROW)):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)
        if number is not None:
            sheet.write_number(1, 7, number)
        if cell:
            sheet.write_string(cell, "x")
        if formula:
            sheet.write_formula("H2", formula, value="5.90")
    return made.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        citic_credit.ADAPTER.read(a_source("a.xlsx", content))
    return caught.value.code


def amounts(content: bytes) -> list[int]:
    (statement,) = citic_credit.ADAPTER.read(a_source("a.xlsx", content)).records
    assert isinstance(statement, BankStatement)
    return [line.amount_minor for line in statement.lines]


def test_old_and_new_workbooks_read_alike() -> None:
    assert amounts(xlsx()) == amounts(as_xls([HEADER, ROW])) == [-590]


def test_a_single_cell_in_the_last_corner_is_refused_before_it_is_laid_out() -> None:
    assert refused(xlsx(cell="XFD1048576")) == "file_too_large"
    assert refused(as_xls([HEADER, ROW], far=(65535, 255))) == "file_too_large"


def test_cells_that_hide_their_place_do_not_hide_their_reach() -> None:
    members = unzipped(xlsx())
    sheet = members["xl/worksheets/sheet1.xml"]
    cells = b"<c><v>1</v></c>" * 40
    rows = b'<row r="20000">' + cells + b"</row>"
    content = zipped({**members, "xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", rows + b"</sheetData>")})
    assert refused(content) == "file_too_large"


def test_formulas_are_refused() -> None:
    assert refused(xlsx(formula="=1+1")) == "workbook_formula"
    assert refused(as_xls([HEADER, ROW], far=(1, 8), formula=True)) == "workbook_formula"


@pytest.mark.parametrize(
    ("number", "minor"), [(5.9, -590), (0.07, -7), (2243.46, -224346), (1001.1, -100110), (3, -300)]
)
def test_a_cell_with_a_number_is_read_by_its_shortest_digits(number: float, minor: int) -> None:
    assert amounts(xlsx(number=number)) == [minor]


@pytest.mark.parametrize("number", [2.675, 5.901, 1e300])
def test_a_number_that_is_no_amount_is_rejected_not_rounded(number: float) -> None:
    reading = citic_credit.ADAPTER.read(a_source("a.xlsx", xlsx(number=number)))
    assert (reading.rows, reading.records) == (1, [])
    assert reading.rejections[0].refusal.code in {"amount_too_precise", "amount_malformed", "amount_too_long"}
    where = reading.rejections[0].refusal.where
    assert where is not None
    assert (where.file, where.line, where.field) == ("a.xlsx", 2, "结算金额")


def test_sectors_in_a_circle_end() -> None:
    content = bytearray(as_xls([HEADER, ROW]))
    content[512 + 8 : 512 + 12] = (2).to_bytes(4, "little")  # the workbook's first sector follows itself
    assert refused(bytes(content)) == "unreadable_file"


def test_a_member_that_is_larger_than_it_says_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (30 << 20))
    with pytest.raises(Refusal, match="file_too_large"):
        read_workbook(a_source("a.xlsx", made.getvalue()))


@pytest.mark.parametrize("adapter", [camt, mt940, spdb_debit])
def test_a_statement_beyond_the_limit_is_refused_before_it_is_read(adapter) -> None:
    with pytest.raises(Refusal, match="file_too_large"):
        adapter.ADAPTER.read(a_source("a", b" " * (MAX_STATEMENT_BYTES + 1)))
