"""Tables of Chinese VAT invoices: a firm's purchases 进项 or sales 销项, one invoice a row, as CSV or XLSX.

The column 销方单位代号 says that the firm bought, 购方单位代号 that it sold. Codes of firms and counterparties are the
source's own (`local`). Amounts below nothing are red-letter credit notes 红字发票. Some exports write the amount of a
void invoice as 0 or its state with a space in front: the space is left out and the row says so (`status_space`). Where
net and tax don't give the gross amount the row is kept as it is and flagged: `tax_sign` when the tax has the wrong
sign, `gross_mismatch` otherwise. Neither is repaired.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from openscf.ingestion.adapters._table import OUTER, Row, grids, is_table, read_rows
from openscf.ingestion.contract import CERTAIN, NO, Adapter, Reading, Sample, Source
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.money import currency, parse_amount
from openscf.trades import Document, DocumentKind, DocumentStatus, Identity

VAT_CELL_MISSING = refusal(
    "vat_cell_missing",
    en="{field} is empty; an invoice can't be told from others without it.",
    zh="{field} 为空，无法识别该发票。",
    fix_en="Fill in the cell as it stands on the invoice, or export the table again.",
    fix_zh="请按发票票面补全，或重新导出。",
)
VAT_DATE_UNREADABLE = refusal(
    "vat_date_unreadable",
    en="{field} holds {value}, which is no day of the calendar written as 2017/7/18 or 2017-07-18.",
    zh="{field} 的内容 {value} 不是 2017/7/18 或 2017-07-18 格式的有效日期。",
    fix_en="Write the day of issue as it stands on the invoice.",
    fix_zh="请按发票票面填写开票日期。",
)
VAT_STATUS_UNKNOWN = refusal(
    "vat_status_unknown",
    en="{field} holds {value}, which says neither that the invoice is valid nor that it is void.",
    zh="{field} 的内容 {value} 无法识别；发票状态应为“有效发票”或“作废发票”。",
    fix_en="Export the table again from the tax system.",
    fix_zh="请从税务系统重新导出。",
)

NAME = "vat_table"
FIRM, NUMBER, DATE, NET, TAX, GROSS, STATUS = (
    "企业代号", "发票号码", "开票日期", "金额", "税额", "价税合计", "发票状态",
)  # fmt: skip
SELLER, BUYER, CODE = "销方单位代号", "购方单位代号", "发票代码"
STATUSES = {"有效发票": DocumentStatus.VALID, "作废发票": DocumentStatus.VOID}
CNY = currency("CNY")
FORMAT = "VAT invoice table 增值税发票表"
_ALWAYS = {FIRM, NUMBER, DATE, NET, TAX, GROSS, STATUS}
_DATE = re.compile(r"([12][0-9]{3})([/-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12][0-9]|3[01])(?: 00:00:00)?", re.ASCII)


def is_header(words: Sequence[str]) -> bool:
    """Whether these are the header words: all seven, one counterparty, none of them twice."""
    ours = [one for one in words if one in _ALWAYS or one in (SELLER, BUYER, CODE)]
    return set(ours) >= _ALWAYS and (SELLER in ours) != (BUYER in ours) and len(ours) == len(set(ours))


def judge(source: Source, cells: Mapping[str, str], row: Row) -> Document:
    """The invoice of one row.

    Raises:
        Refusal: The first cell that can't be read, with its column.
    """
    said = {name: cell.strip(OUTER) for name, cell in cells.items()}
    other = SELLER if SELLER in said else BUYER
    status = STATUSES.get(said[STATUS])
    firm, counterparty = (Identity(codes={"local": _filled(said, name)}) for name in (FIRM, other))
    number, issued_on = _filled(said, NUMBER), _day(said[DATE])
    net, tax, gross = (
        parse_amount(said[name], CNY, field=name, allow_negative=True).minor for name in (NET, TAX, GROSS)
    )
    if status is None:
        raise _refused(STATUS, said[STATUS])
    return Document(
        kind=DocumentKind.CREDIT_NOTE if gross < 0 else DocumentKind.INVOICE,
        number=number,
        provenance=source.provenance(NAME, row.locator),
        code=said.get(CODE) or None,
        issued_on=issued_on,
        seller=counterparty if other == SELLER else firm,
        buyer=firm if other == SELLER else counterparty,
        currency="CNY",
        net_minor=net,
        tax_minor=tax,
        gross_minor=gross,
        status=status,
        flags=_flags(cells, said, (net, tax, gross)),
    )


def _flags(cells: Mapping[str, str], said: Mapping[str, str], amounts: tuple[int, int, int]) -> tuple[str, ...]:
    net, tax, gross = amounts
    trimmed = {name for name in _ALWAYS | {SELLER, BUYER, CODE} if cells.get(name) != said.get(name)}
    found = ["status_space"] if STATUS in trimmed else []
    found += ["outer_space"] if trimmed - {STATUS} else []
    if net + tax != gross:
        found.append("tax_sign" if net - tax == gross else "gross_mismatch")
    return tuple(found)


def _filled(said: Mapping[str, str], name: str) -> str:
    if not said[name]:
        raise VAT_CELL_MISSING(field=name, where=Where(field=name))
    return said[name]


def _day(text: str) -> dt.date:
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return dt.date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        raise VAT_DATE_UNREADABLE(field=DATE, value=repr(text[:40]), where=Where(field=DATE)) from None


def _refused(name: str, value: str) -> Refusal:
    return VAT_STATUS_UNKNOWN(field=name, value=repr(value[:40]), where=Where(field=name))


def _detect(sample: Sample) -> int:
    return CERTAIN if is_table(sample, is_header) else NO


def _read(source: Source) -> Reading:
    tables = grids(source, is_header, format=FORMAT)
    return read_rows(source, tables, lambda cells, row: judge(source, cells, row))


ADAPTER = Adapter(
    name=NAME, en="Table of Chinese VAT invoices", zh="增值税发票进项、销项表", detect=_detect, read=_read,
    extensions=(".csv", ".csv.gz", ".xlsx"),
)  # fmt: skip
