"""Debit card statement of the Bank of Communications (交通银行), exported as CSV."""

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.kernel.money import CNY
from openscf.trades import BankLine

_SIGNS = {"贷Cr": 1, "借Dr": -1}


def _line(row: Row) -> BankLine:
    side = _SIGNS.get("".join(row["借贷"].split()))
    if side is None:
        raise cell.unreadable(row["借贷"], "借贷")
    return BankLine(
        booked_on=cell.day(row["交易日期"], "交易日期"),
        booked_at=cell.moment(row["交易日期"], row["交易时间"], "交易时间"),
        amount_minor=side * cell.money(row["交易金额"], CNY, "交易金额"),
        currency=CNY.code,
        balance_minor=cell.money(row["余额"], CNY, "余额"),
        counterparty=cell.identity(row["对方户名"], row["对方账号"]),
        remittance=" ".join(text for text in (row["交易类型"], cell.said(row["摘要"])) if text),
        method=row["交易地点"],
        provenance=row.provenance,
    )


ADAPTER = adapter(
    Export(
        name="bocom_debit",
        en="Bank of Communications debit card statement",
        zh="交通银行借记卡交易明细",
        bank="交通银行",
        header=(
            "序号",
            "交易日期",
            "交易时间",
            "交易类型",
            "借贷",
            "交易金额",
            "余额",
            "对方账号",
            "对方户名",
            "交易地点",
            "摘要",
        ),
        line=_line,
        hints=("交通银行", "bocom"),
    )
)
