"""Debit card statement of Shanghai Pudong Development Bank (浦发银行), exported as an old Excel workbook."""

import re

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.kernel.money import CNY
from openscf.trades import BankLine, Identity

_ACCOUNT = re.compile(r"账号,\s*([0-9]{8,32})", re.ASCII)


def _line(row: Row) -> BankLine:
    at = cell.when(row["交易日期"], "交易日期")
    return BankLine(
        booked_on=at.date(),
        booked_at=at,
        amount_minor=cell.in_or_out(row["存入金额"], row["取出金额"], CNY, column="存入金额/取出金额"),
        currency=CNY.code,
        balance_minor=cell.money(row["余额"], CNY, "余额"),
        counterparty=cell.identity(row["交易对手名称"], row["交易对手账号"]),
        remittance=" ".join(text for text in (row["交易类型"], cell.said(row["附言"])) if text),
        provenance=row.provenance,
    )


def _account(row: Row) -> Identity:
    found = next((found for found in map(_ACCOUNT.search, row.preamble) if found), None)
    return Identity(account=found[1] if found else None)


ADAPTER = adapter(
    Export(
        name="spdb_debit",
        en="Shanghai Pudong Development Bank debit card statement",
        zh="浦发银行借记卡交易明细",
        bank="浦发银行",
        header=(
            "顺序号",
            "交易日期",
            "交易类型",
            "存入金额",
            "取出金额",
            "余额",
            "交易对手名称",
            "交易对手账号",
            "附言",
        ),
        line=_line,
        account=_account,
        hints=("浦发", "spdb"),
    )
)
