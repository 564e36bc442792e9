"""Debit card statement of China Merchants Bank (招商银行), exported as CSV."""

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.trades import BankLine


def _line(row: Row) -> BankLine:
    unit = cell.unit_of(row["货币"], "货币")
    return BankLine(
        booked_on=cell.day(row["记账日期"], "记账日期"),
        amount_minor=cell.money(row["交易金额"], unit, "交易金额"),
        currency=unit.code,
        balance_minor=cell.money(row["联机余额"], unit, "联机余额"),
        counterparty=cell.other_side(row["对手信息"]),
        remittance=" ".join(text for text in (row["交易摘要"], cell.said(row["客户摘要"])) if text),
        provenance=row.provenance,
    )


ADAPTER = adapter(
    Export(
        name="cmb_debit",
        en="China Merchants Bank debit card statement",
        zh="招商银行借记卡交易流水",
        bank="招商银行",
        header=("记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息", "客户摘要"),
        line=_line,
        hints=("招商银行", "cmb"),
    )
)
