"""Bill of Meituan (美团交易账单明细), exported as CSV: what was really paid, of which all rows are done."""

import re

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.ingestion.adapters._payments import sign_of
from openscf.kernel.money import CNY
from openscf.trades import BankLine, Identity

_USER = re.compile(r"美团用户名：\[(.*?)\]")


def _line(row: Row) -> BankLine:
    ordered = cell.when(row["交易创建时间"], "交易创建时间")
    done = cell.when(row["交易成功时间"], "交易成功时间")
    sign = sign_of(row["收/支"], "收/支")
    amount = cell.money(row["实付金额"], CNY, "实付金额", marked=True)
    return BankLine(
        booked_on=done.date(),
        booked_at=done,
        traded_on=ordered.date(),
        amount_minor=sign * amount if sign else amount,
        currency=CNY.code,
        remittance=" ".join(text for text in (row["交易类型"], row["订单标题"], cell.said(row["备注"])) if text),
        reference=cell.said(row["交易单号"]) or cell.said(row["商家单号"]),
        method=row["支付方式"],
        status="booked" if sign else "neutral",
        flags=("refund",) if row["交易类型"] == "退款" else (),
        provenance=row.provenance,
    )


def _account(row: Row) -> Identity:
    found = next((found for found in map(_USER.search, row.preamble) if found), None)
    return Identity(name=found[1] if found else None)


ADAPTER = adapter(
    Export(
        name="meituan",
        en="Meituan bill",
        zh="美团交易账单明细",
        bank="美团",
        header=(
            "交易创建时间",
            "交易成功时间",
            "交易类型",
            "订单标题",
            "收/支",
            "支付方式",
            "订单金额",
            "实付金额",
            "交易单号",
            "商家单号",
            "备注",
        ),
        line=_line,
        account=_account,
        hints=("美团", "meituan"),
    )
)
