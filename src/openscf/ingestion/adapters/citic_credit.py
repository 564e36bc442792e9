"""Credit card statement of China CITIC Bank (中信银行), exported as an old Excel workbook.

The bank writes what was spent without a sign and what came back with a minus; what counts is the settled amount.
"""

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.trades import BankLine


def _line(row: Row) -> BankLine:
    unit = cell.unit_of(row["结算币种"], "结算币种")
    return BankLine(
        booked_on=cell.day(row["入账日期"], "入账日期"),
        traded_on=cell.day(row["交易日期"], "交易日期"),
        amount_minor=-cell.money(row["结算金额"], unit, "结算金额"),
        currency=unit.code,
        remittance=row["交易描述"],
        method=row["卡末四位"],
        provenance=row.provenance,
    )


ADAPTER = adapter(
    Export(
        name="citic_credit",
        en="China CITIC Bank credit card statement",
        zh="中信银行信用卡账单",
        bank="中信银行",
        header=("交易日期", "入账日期", "交易描述", "卡末四位", "交易币种", "结算币种", "交易金额", "结算金额"),
        line=_line,
        hints=("中信", "citic"),
    )
)
