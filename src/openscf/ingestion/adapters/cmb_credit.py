"""Credit card statement of China Merchants Bank (招商银行信用卡对账单), as CSV made of the bank's statement.

Days have no year: they lie in the twelve months that end with the statement's month, which its title names. What was
spent has no sign, what was paid back or refunded a minus.
"""

import datetime as dt
import re

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.ingestion.adapters._statements import DATE_UNREADABLE, FIELD_MISSING
from openscf.kernel.errors import Where
from openscf.kernel.money import CNY
from openscf.trades import BankLine

_MONTH = re.compile(r"([0-9]{4})年([0-9]{1,2})月", re.ASCII)
_DAY = re.compile(r"([0-9]{2})/([0-9]{2})", re.ASCII)


def _line(row: Row) -> BankLine:
    return BankLine(
        booked_on=_day(row, "记账日"),
        traded_on=_day(row, "交易日") if row["交易日"] else None,
        amount_minor=-cell.money(row["人民币金额"], CNY, "人民币金额"),
        currency=CNY.code,
        remittance=row["交易摘要"],
        method=row["卡号末四位"],
        provenance=row.provenance,
    )


def _day(row: Row, column: str) -> dt.date:
    month = next((found for found in map(_MONTH.search, row.preamble) if found), None)
    if month is None:
        raise FIELD_MISSING(field="账单月份", where=Where(field="账单月份"))
    found = _DAY.fullmatch(row[column])
    try:
        if found is None:
            raise ValueError
        later = int(found[1]) > int(month[2])
        return dt.date(int(month[1]) - later, int(found[1]), int(found[2]))
    except ValueError:
        raise cell.unreadable(row[column], column, DATE_UNREADABLE) from None


ADAPTER = adapter(
    Export(
        name="cmb_credit",
        en="China Merchants Bank credit card statement",
        zh="招商银行信用卡对账单",
        bank="招商银行",
        header=("交易日", "记账日", "交易摘要", "人民币金额", "卡号末四位", "交易地金额"),
        line=_line,
        hints=("招商银行信用卡", "cmb"),
    )
)
