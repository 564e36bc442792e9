"""Examples of VAT invoice tables."""

import io

import xlsxwriter

from tests.contract.samples._example import Example

HEADER = "企业代号,发票号码,开票日期,销方单位代号,金额,税额,价税合计,发票状态"
ROWS = (
    "E1,3390939,2017/7/18,A00297,-943.4,-56.6,-1000.0,有效发票",
    "E1,3390940,2017/7/18,A00297,4780.24,286.81,5067.05,有效发票",
    "E1,3390940,2017/7/18,A00297,4780.24,286.81,5067.05,有效发票",
    "E2,00082240,2019/11/11,B08909,0,0,0, 作废发票",
    "E11,76244287,2019-10-28,A10956,-22.54,0.68,-23.22,有效发票",
)
BAD = (
    "E1,3390941,2017/2/30,A00297,1.00,0.06,1.06,有效发票",
    "E1,,2017/7/18,A00297,1.00,0.06,1.06,有效发票",
    "E1,3390942,2017/7/18,A00297,1.001,0.06,1.06,有效发票",
    "E1,3390943,2017/7/18,A00297,1.00,0.06,1.06,丢失",
    "E1,3390944,2017/7/18,A00297,1.00,0.06,1.06",
    'E1,"3390945,2017/7/18,A00297,1.00,0.06,1.06,有效发票',
)


def table(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


def workbook(*rows: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("进项")
        for at, row in enumerate((HEADER, *rows)):
            for column, cell in enumerate(row.split(",")):
                number = column in (4, 5, 6) and at > 0
                sheet.write(at, column, float(cell) if number else cell)
    return made.getvalue()


def grown(count: int) -> bytes:
    rows = (f"E1,{n + 1},2017/7/18,A{n % 97:05},{n}.5,0.5,{n + 1}.0,有效发票" for n in range(count))
    return table(*rows).encode()


EXAMPLES = (
    Example("进项.csv", table(*ROWS).encode(), 5, amount="4780.24", grown=grown),
    Example(
        "sales.csv", table(*ROWS, header=HEADER.replace("销方", "购方")).encode("gbk"), 5, amount="4780.24",
        encoding="gbk",
    ),
    Example("bad rows.csv", table(*ROWS, *BAD).encode("utf-8-sig"), 11, rejections=6, encoding="utf-8-sig"),
    Example("进项.xlsx", workbook(*ROWS), 5),
)  # fmt: skip
