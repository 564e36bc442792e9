"""Applicants and evidence from the rows of a table that somebody sent."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final, NoReturn

from openscf.credit.allocation import Applicant
from openscf.credit.limits import Evidence, EvidenceKind, EvidenceOrigin
from openscf.kernel.errors import Refusal, RefusalKind, Where, refusal
from openscf.kernel.money import Currency, Money, parse_amount

__all__ = ["APPLICANT_COLUMNS", "EVIDENCE_COLUMNS", "applicants_from", "evidence_from"]

APPLICANT_COLUMNS: Final = ("name", "segment", "pd_1y")
EVIDENCE_COLUMNS: Final = ("kind", "value", "origin", "source", "as_of")
_YES, _NO = ("yes", "true", "1", "是"), ("no", "false", "0", "否", "")

COLUMN_MISSING = refusal(
    "column_missing",
    en="The table has no column {name}; it needs {needed}.",
    zh="表格缺少列 {name}；必需列：{needed}。",
    fix_en="Add the column, with its name in the first row.",
    fix_zh="请补充该列，列名写在首行。",
    status=400,
)
BAD_CREDIT_ROW = refusal(
    "bad_credit_row",
    en="Row {row}, {field}: {value} is not what belongs there ({expected}).",
    zh="第 {row} 行 {field} 列：{value} 不符合要求（{expected}）。",
    fix_en="Correct the cell.",
    fix_zh="请更正该单元格。",
    status=400,
)

Row = Mapping[str, str]


def applicants_from(rows: Iterable[Row], currency: Currency, *, lgd: float = 1.0) -> list[Applicant]:
    """Applicants from rows with `name`, `segment`, `pd_1y`, and if given `lgd`, `lendable` (yes/no) and `most`.

    Args:
        rows: Cells by column name, in the order of the table.
        currency: Of `most`.
        lgd: For rows without one.

    Raises:
        Refusal: `column_missing`, `bad_credit_row`, with the line of the table (the first row of data is line 2).
    """
    return [_applicant(row, number, currency, lgd=lgd) for number, row in _numbered(rows, APPLICANT_COLUMNS)]


def evidence_from(rows: Iterable[Row], currency: Currency) -> list[Evidence]:
    """Evidence from rows with `kind`, `value` (amount or months), `origin`, `source`, `as_of`, perhaps `same_group`.

    Raises:
        Refusal: As `applicants_from`.
    """
    return [_evidence(row, number, currency) for number, row in _numbered(rows, EVIDENCE_COLUMNS)]


def _numbered(rows: Iterable[Row], needed: tuple[str, ...]) -> Iterable[tuple[int, Row]]:
    for number, row in enumerate(rows, 2):
        missing = [name for name in needed if row.get(name) is None]
        if missing:
            raise COLUMN_MISSING(name=missing[0], needed=", ".join(needed), where=Where(line=number))
        yield number, row


def _applicant(row: Row, number: int, currency: Currency, *, lgd: float) -> Applicant:
    most = (row.get("most") or "").strip()
    return Applicant(
        name=_text(row, "name", number),
        segment=row["segment"].strip(),
        pd_1y=_part(row, "pd_1y", number),
        lgd=_part(row, "lgd", number) if (row.get("lgd") or "").strip() else lgd,
        lendable=_flag(row.get("lendable") or "yes", "lendable", number),
        most=_money(most, "most", number, currency=currency) if most else None,
    )


def _evidence(row: Row, number: int, currency: Currency) -> Evidence:
    kinds, origins = {one.value: one for one in EvidenceKind}, {one.value: one for one in EvidenceOrigin}
    kind = kinds.get(row["kind"].strip()) or _wrong(row["kind"], "kind", number, expected=", ".join(kinds))
    origin = origins.get(row["origin"].strip()) or _wrong(row["origin"], "origin", number, expected=", ".join(origins))
    months = kind is EvidenceKind.HISTORY
    return Evidence(
        kind=kind,
        value=_months(row, number)
        if months
        else _money(row["value"].strip(), "value", number, currency=currency).minor,
        origin=origin,
        source=_text(row, "source", number),
        as_of=_day(row, number),
        same_group=_flag(row.get("same_group") or "", "same_group", number),
    )


def _text(row: Row, field: str, number: int) -> str:
    return row[field].strip() or _wrong(row[field], field, number, expected="text")


def _part(row: Row, field: str, number: int) -> float:
    text = (row[field] or "").strip()
    try:
        value = float(text) if text.isascii() and len(text) <= 30 and "_" not in text else -1.0
    except ValueError:
        value = -1.0
    return value if 0 <= value <= 1 else _wrong(text, field, number, expected="0 … 1")


def _months(row: Row, number: int) -> int:
    text = row["value"].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else _wrong(
        text, "value", number, expected="months"
    )  # fmt: skip


def _day(row: Row, number: int) -> dt.date:
    try:
        return dt.date.fromisoformat(row["as_of"].strip())
    except ValueError:
        return _wrong(row["as_of"], "as_of", number, expected="2026-01-31")


def _flag(text: str, field: str, number: int) -> bool:
    plain = text.strip().lower()
    return plain in _YES if plain in (*_YES, *_NO) else _wrong(text, field, number, expected="yes, no")


def _money(text: str, field: str, number: int, *, currency: Currency) -> Money:
    try:
        return parse_amount(text, currency, field=field)
    except Refusal as refused:
        raise refused.at(Where(line=number, field=field)) from None


def _wrong(value: str, field: str, number: int, *, expected: str, kind: RefusalKind = BAD_CREDIT_ROW) -> NoReturn:
    raise kind(
        row=number, field=field, value=ascii(value)[:40], expected=expected, where=Where(line=number, field=field)
    )
