"""Exports of banks and payment companies, made in code: a preamble, a header, rows, as CSV or as a workbook."""

import csv
import io
from collections.abc import Callable, Sequence

import xlsxwriter

from tests.contract.samples._example import Example
from tests.contract.samples._xls import as_xls

Rows = Sequence[Sequence[str]]

THE_AMOUNT = "4321.09"  # occurs once in each example: where the hostile amounts stand


def as_csv(preamble: Rows, header: Sequence[str], rows: Rows, *, encoding: str = "utf-8") -> bytes:
    """The export as CSV."""
    made = io.StringIO()
    csv.writer(made).writerows([*preamble, header, *rows])
    return made.getvalue().encode(encoding)


def as_xlsx(preamble: Rows, header: Sequence[str], rows: Rows) -> bytes:
    """The export as a workbook whose cells are all text."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("明细")
        for number, row in enumerate([*preamble, header, *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return made.getvalue()


def examples(
    name: str,
    preamble: Rows,
    header: Sequence[str],
    row: Callable[[int, str], Sequence[str]],
    *,
    encoding: str = "utf-8",
    tolerated: Sequence[str] = (),
    bad: Sequence[Sequence[str]] = (),
) -> tuple[Example, ...]:
    """The same export four times: as its sender writes it, with rows that must be rejected, as a workbook old and new.

    Args:
        name: File name without ending.
        preamble: Rows above the header.
        header: The header words.
        row: The n-th row, with an amount.
        encoding: What the sender writes.
        tolerated: Hostile amounts that are good in this format.
        bad: Rows that must be rejected.
    """
    rows = [row(1, "10.00"), row(2, THE_AMOUNT), row(3, "0.05")]

    def made(amount: str) -> bytes:
        return as_csv(preamble, header, [rows[0], row(2, amount), rows[2]], encoding=encoding)

    def grown(n: int) -> bytes:
        return as_csv(preamble, header, [row(1 + k % 27, f"{k}.25") for k in range(1, n + 1)], encoding=encoding)

    return (
        Example(
            f"{name}.csv",
            made(THE_AMOUNT),
            rows=3,
            amount=made,
            encoding=encoding,
            grown=grown,
            tolerated=frozenset(tolerated),
        ),
        Example(
            f"{name}-bad.csv",
            as_csv(preamble, header, [*rows, *bad], encoding=encoding),
            rows=3 + len(bad),
            rejections=len(bad),
            encoding=encoding,
        ),
        Example(f"{name}.xlsx", as_xlsx(preamble, header, rows), rows=3),
        Example(f"{name}.xls", as_xls([*preamble, header, *rows]), rows=3),
    )
