"""Credit card statement of the Bank of China (中国银行信用卡账单): a column for each direction, several currencies."""

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.trades import BankLine


def _line(row: Row) -> BankLine:
    unit = cell.unit_of(row["币种"], "币种")
    return BankLine(
        booked_on=cell.day(row["银行记账日"], "银行记账日"),
        traded_on=cell.day(row["交易日"], "交易日"),
        amount_minor=cell.in_or_out(row["存入"], row["支出"], unit, column="存入/支出"),
        currency=unit.code,
        remittance=row["交易描述"],
        method=row["卡号后四位"],
        provenance=row.provenance,
    )


ADAPTER = adapter(
    Export(
        name="boc_credit",
        en="Bank of China credit card statement",
        zh="中国银行信用卡账单",
        bank="中国银行",
        header=("交易日", "银行记账日", "卡号后四位", "交易描述", "存入", "支出", "币种"),
        line=_line,
        hints=("中国银行信用卡", "boc"),
    )
)
