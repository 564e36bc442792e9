"""Our own tables for whoever has no other format: orders, despatches, receipts, invoices, payments.

One row is one line of a document; the rows of one number, day, seller and buyer are one document, and its totals are
their sums. If one of its rows can't be read the whole document is rejected, since half of it would be another document.
Header words are the English or the Chinese ones below, in any order; columns of other names are mapped by the option
`column:<their word>` = our word. Columns that nobody knows are refused: what they say would be lost.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openscf.ingestion.adapters._table import OUTER, Grid, Row, grids, is_table, rejection, word
from openscf.ingestion.adapters._workbook import is_workbook
from openscf.ingestion.contract import CERTAIN, NO, Adapter, Reading, Rejection, Sample, Source
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.money import Currency, currency, parse_amount
from openscf.trades import Document, DocumentKind, DocumentStatus, Identity, Line, Reference

TEMPLATE_CELL = refusal(
    "template_cell_unreadable",
    en="{field} holds {value}; expected is {expected}.",
    zh="{field} 的内容 {value} 不符合要求，应为：{expected}。",
    fix_en="Correct the cell; `openscf ingest --template` shows an example.",
    fix_zh="请更正该单元格；示例见 openscf ingest --template。",
)
TEMPLATE_DOCUMENT_BROKEN = refusal(
    "template_document_broken",
    en="Another row of document {number} can't be accepted (line {line}); a document is taken in whole or not.",
    zh="单据 {number} 的另一行（第 {line} 行）无法接受；单据须整张接受。",
    fix_en="Correct that row and send the file again.",
    fix_zh="请更正该行后重新发送。",
)
TEMPLATE_ROWS_DIFFER = refusal(
    "template_rows_differ",
    en="The rows of document {number} differ in {field}, which belongs to the whole document.",
    zh="单据 {number} 各行的 {field} 不一致，该项应整张单据相同。",
    fix_en="Write the same value in all its rows.",
    fix_zh="请在该单据各行填写相同内容。",
)

WORDS: Mapping[str, str] = {
    "payment_number": "付款单号", "invoice_number": "发票号码", "receipt_number": "收货单号",
    "despatch_number": "发货单号", "order_number": "订单号", "invoice_code": "发票代码", "issued_on": "日期",
    "seller_name": "销方名称", "seller_code": "销方税号", "buyer_name": "购方名称", "buyer_code": "购方税号",
    "signer_name": "签收方名称", "signer_code": "签收方税号", "line": "行号", "item": "货物编码",
    "description": "货物名称", "quantity": "数量", "unit": "单位", "unit_price": "单价", "currency": "币种",
    "net": "金额", "tax": "税额", "gross": "价税合计", "due_on": "到期日", "delivered_on": "交付日期", "status": "状态",
}  # fmt: skip
"""Our header words: English to Chinese."""

KINDS: Mapping[str, tuple[str, DocumentKind]] = {
    "payments": ("payment_number", DocumentKind.REMITTANCE_ADVICE),
    "invoices": ("invoice_number", DocumentKind.INVOICE),
    "receipts": ("receipt_number", DocumentKind.RECEIPT_ADVICE),
    "despatches": ("despatch_number", DocumentKind.DESPATCH_ADVICE),
    "orders": ("order_number", DocumentKind.PURCHASE_ORDER),
}
"""Template to the column of its own number; the first of these columns that a table has says which template it is."""

FORMAT = "openscf template 平台模板"
_ENGLISH = {zh: en for en, zh in WORDS.items()}
_REFERRED = {number: kind for number, kind in KINDS.values()}
_WHOLE = ("currency", "due_on", "delivered_on", "status", "signer_name", "signer_code", "seller_name", "buyer_name")
_LINE = ("line", "item", "description", "quantity", "unit", "unit_price")
_MONEY = ("net", "tax", "gross")
_DATE = re.compile(r"([12][0-9]{3})([/-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12][0-9]|3[01])(?: 00:00:00)?", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,8})?", re.ASCII)
_STATUSES = {"": DocumentStatus.VALID, "valid": DocumentStatus.VALID, "有效": DocumentStatus.VALID,
             "void": DocumentStatus.VOID, "作废": DocumentStatus.VOID}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """One row, read."""

    row: Row
    said: Mapping[str, str]
    key: tuple[str, ...]
    line: Line | None
    amounts: tuple[int | None, ...]


def adapter(name: str, *, en: str, zh: str, workbook: bool) -> Adapter:
    """The reader of our templates in one of the two forms."""

    def detect(sample: Sample) -> int:
        return CERTAIN if is_workbook(sample.head) is workbook and is_table(sample, _is_ours) else NO

    def read(source: Source) -> Reading:
        return _read(name, source)

    return Adapter(name, en, zh, detect, read, extensions=(".xlsx",) if workbook else (".csv",))


def template(kind: str, *, chinese: bool = False) -> str:
    """An empty template as CSV: its header.

    Raises:
        KeyError: There is no such template.
    """
    number, _ = KINDS[kind]
    later = [own for own, _ in KINDS.values()]
    referred = later[later.index(number) + 1 :]
    rest = [one for one in WORDS if one not in later]
    names = [number, *referred, *rest]
    return ",".join(WORDS[one] if chinese else one for one in names) + "\n"


def _read(name: str, source: Source) -> Reading:
    renamed = {word(theirs.removeprefix("column:")): ours
               for theirs, ours in source.options.items() if theirs.startswith("column:")}  # fmt: skip

    def known(words: Sequence[str]) -> bool:
        return _is_ours([renamed.get(one, one) for one in words])

    records: list[tuple[int, Document]] = []
    rejections: list[tuple[int, Rejection]] = []
    rows = 0
    for grid in grids(source, known, format=FORMAT):
        words = tuple(_ours(renamed.get(one, one)) for one in grid.words)
        rows += _read_grid(name, source, Grid(words, grid.rows), found=(records, rejections, rows))
    rejected = [one for _, one in sorted(rejections, key=lambda pair: pair[0])]
    documents = [one for _, one in sorted(records, key=lambda pair: pair[0])]
    return Reading(documents, rejected, rows, rows - len(rejected))


def _read_grid(
    name: str, source: Source, grid: Grid, *,
    found: tuple[list[tuple[int, Document]], list[tuple[int, Rejection]], int],
) -> int:  # fmt: skip
    records, rejections, before = found
    number = next(own for own, _ in KINDS.values() if own in grid.words)
    groups: dict[tuple[str, ...], list[tuple[int, _Part]]] = {}
    broken: dict[tuple[str, ...], int] = {}
    count = 0
    for row in grid.rows:
        count += 1
        key: tuple[str, ...] = ()
        try:
            said = {name: cell.strip(OUTER) for name, cell in row.under(grid.words).items()}
            key = _key(said, number)
            groups.setdefault(key, []).append((before + count, _part(said, key, row)))
        except Refusal as no:
            rejections.append((before + count, rejection(source, row, no)))
            if key:
                broken.setdefault(key, row.number)
    for key, parts in groups.items():
        try:
            if key in broken:
                raise TEMPLATE_DOCUMENT_BROKEN(number=repr(key[0][:40]), line=broken[key])
            records.append((parts[0][0], _document(name, source, [part for _, part in parts], number=number)))
        except Refusal as no:
            rejections.extend((at, rejection(source, part.row, no)) for at, part in parts)
    return count


def _is_ours(words: Sequence[str]) -> bool:
    ours = [_ours(one) for one in words if one]
    numbered = any(own in ours for own, _ in KINDS.values())
    named = any(one in ours for one in ("seller_name", "seller_code")) and any(
        one in ours for one in ("buyer_name", "buyer_code")
    )
    return numbered and named and "issued_on" in ours and set(ours) <= set(WORDS) and len(ours) == len(set(ours))


def _ours(one: str) -> str:
    return _ENGLISH.get(one, one.lower())


def _key(said: Mapping[str, str], number: str) -> tuple[str, ...]:
    parties = (said.get(f"{side}_{what}", "") for side in ("seller", "buyer") for what in ("code", "name"))
    return (said[number], said.get("invoice_code", ""), said["issued_on"], *parties)


def _part(said: Mapping[str, str], key: tuple[str, ...], row: Row) -> _Part:
    if not key[0]:
        raise _unreadable("number", "", "a number 单据号")
    _day(said, "issued_on", needed=True)
    unit = _currency(said)
    amounts = tuple(_minor(said, name, unit) for name in _MONEY)
    line = None
    if any(said.get(name) for name in _LINE):
        net, tax, _ = amounts
        line = Line(
            said.get("line") or "1", said.get("item") or None, said.get("description") or None,
            quantity=_decimal(said, "quantity"), unit=said.get("unit") or None,
            unit_price=_decimal(said, "unit_price"), net_minor=net, tax_minor=tax,
        )  # fmt: skip
    return _Part(row, said, key, line, amounts)


def _document(name: str, source: Source, parts: list[_Part], *, number: str) -> Document:
    first = parts[0].said
    for field in _WHOLE:
        if any(part.said.get(field, "") != first.get(field, "") for part in parts):
            raise TEMPLATE_ROWS_DIFFER(number=repr(parts[0].key[0][:40]), field=field, where=Where(field=field))
    totals = [_sum([part.amounts[at] for part in parts]) for at in range(len(_MONEY))]
    net, tax, gross = totals
    status = _STATUSES.get(first.get("status", ""))
    if status is None:
        raise _unreadable("status", first["status"], "valid, void, 有效, 作废")
    kind = _REFERRED[number]
    if kind is DocumentKind.INVOICE and (gross or 0) < 0:
        kind = DocumentKind.CREDIT_NOTE
    return Document(
        kind=kind, number=parts[0].key[0], provenance=source.provenance(name, parts[0].row.locator),
        code=first.get("invoice_code") or None, issued_on=_day(first, "issued_on", needed=True),
        seller=_party(first, "seller"), buyer=_party(first, "buyer"), signer=_party(first, "signer"),
        currency=None if totals == [None] * 3 else _currency(first).code, net_minor=net, tax_minor=tax,
        gross_minor=gross, status=status, due_on=_day(first, "due_on"), delivered_on=_day(first, "delivered_on"),
        references=tuple(dict.fromkeys(_references(parts, number))),
        lines=tuple(part.line for part in parts if part.line is not None), flags=_flags(net, tax, gross),
    )  # fmt: skip


def _references(parts: Sequence[_Part], own: str) -> Iterator[Reference]:
    for part in parts:
        for number, kind in _REFERRED.items():
            if number != own and part.said.get(number):
                yield Reference(kind, part.said[number])


def _flags(net: int | None, tax: int | None, gross: int | None) -> tuple[str, ...]:
    if net is None or tax is None or gross is None or net + tax == gross:
        return ()
    return ("gross_mismatch",)


def _sum(amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _party(said: Mapping[str, str], side: str) -> Identity | None:
    name, code = said.get(f"{side}_name", ""), said.get(f"{side}_code", "")
    if not name and not code:
        return None
    return Identity(name or None, {"vat": code} if code else {})


def _currency(said: Mapping[str, str]) -> Currency:
    try:
        return currency(said.get("currency") or "CNY")
    except Refusal as no:
        raise no.at(Where(field="currency")) from None


def _minor(said: Mapping[str, str], name: str, unit: Currency) -> int | None:
    text = said.get(name, "")
    return parse_amount(text, unit, field=name, allow_negative=True).minor if text else None


def _decimal(said: Mapping[str, str], name: str) -> Decimal | None:
    text = said.get(name, "")
    if text and not _DECIMAL.fullmatch(text):
        raise _unreadable(name, text, "a plain number such as 12.5 普通数字")
    return Decimal(text) if text else None


def _day(said: Mapping[str, str], name: str, *, needed: bool = False) -> dt.date | None:
    text = said.get(name, "")
    if not text and not needed:
        return None
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return dt.date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        raise _unreadable(name, text, "2026-01-31") from None


def _unreadable(field: str, value: str, expected: str) -> Refusal:
    return TEMPLATE_CELL(field=field, value=repr(value[:40]), expected=expected, where=Where(field=field))
