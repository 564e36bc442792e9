"""Debit card statement of the Agricultural Bank of China (中国农业银行), exported as CSV."""

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.kernel.money import CNY
from openscf.trades import BankLine


def _line(row: Row) -> BankLine:
    number = row["日志号"]
    return BankLine(
        booked_on=cell.day(row["交易日期"], "交易日期"),
        booked_at=cell.moment(row["交易日期"], row["交易时间"], "交易时间"),
        amount_minor=cell.money(row["交易金额"], CNY, "交易金额"),
        currency=CNY.code,
        balance_minor=cell.money(row["本次余额"], CNY, "本次余额"),
        counterparty=cell.identity(row["对手信息"]),
        remittance=" ".join(text for text in (row["交易摘要"], cell.said(row["交易附言"])) if text),
        reference=number if number.strip("0") else "",
        method=row["交易渠道"],
        provenance=row.provenance,
    )


ADAPTER = adapter(
    Export(
        name="abc_debit",
        en="Agricultural Bank of China debit card statement",
        zh="中国农业银行借记卡交易明细",
        bank="中国农业银行",
        header=(
            "交易日期",
            "交易时间",
            "交易摘要",
            "交易金额",
            "本次余额",
            "对手信息",
            "日志号",
            "交易渠道",
            "交易附言",
        ),
        line=_line,
        shortest=7,  # the bank leaves out empty cells at the end
        hints=("农业银行", "abc_debit"),
    )
)
