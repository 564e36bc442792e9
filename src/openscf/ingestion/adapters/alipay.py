"""Bill of Alipay (支付宝 电子客户回单), exported as CSV in GBK.

An order called off after it was paid leaves two rows: the order, closed, and its refund, whose number begins with the
order's. Neither counts: together they moved nothing. A refund of any other order brought money in.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.ingestion.adapters._payments import STATUS_UNKNOWN, called_off, sign_of
from openscf.kernel.errors import Where
from openscf.kernel.money import CNY
from openscf.trades import BankLine, Identity

_ACCOUNT = re.compile(r"支付宝账户：\s*(\S+)")
_OWNER = re.compile(r"姓名：\s*(\S+)")
_UNPAID = ("等待付款", "等待买家付款", "待付款")


def _line(row: Row) -> BankLine:
    at = cell.when(row["交易时间"], "交易时间")
    refund = row["交易状态"] == "退款成功"
    sign = 1 if refund else sign_of(row["收/支"], "收/支")
    amount = cell.money(row["金额"], CNY, "金额")
    status = _status(row["交易状态"], sign)
    return BankLine(
        booked_on=at.date(),
        booked_at=at,
        amount_minor=sign * amount if sign else amount,
        currency=CNY.code,
        counterparty=cell.identity(row["交易对方"], row["对方账号"]),
        remittance=" ".join(text for text in map(cell.said, (row["商品说明"], row["备注"])) if text),
        reference=cell.said(row["交易订单号"]) or cell.said(row["商家订单号"]),
        method=cell.said(row["收/付款方式"]),
        status="neutral" if status == "booked" and not sign else status,
        flags=("refund",) if refund else (),
        provenance=row.provenance,
    )


def _status(text: str, sign: int) -> str:
    if called_off(text):
        return called_off(text)
    if text.endswith("成功"):
        return "booked"
    if text.startswith(_UNPAID):
        return "pending"
    if text.startswith(("等待", "待")):
        # Until the buyer confirms, Alipay holds the money: it has left the buyer and has not reached the seller.
        return "booked" if sign < 0 else "pending"
    raise STATUS_UNKNOWN(field="交易状态", status=repr(text[:40]), where=Where(field="交易状态"))


def _pair_refunds(lines: Sequence[BankLine]) -> Sequence[BankLine]:
    closed = {line.reference for line in lines if line.status == "closed" and line.reference}
    return [
        replace(line, status="refunded")
        if "refund" in line.flags and line.reference.partition("_")[0] in closed
        else line
        for line in lines
    ]


def _account(row: Row) -> Identity:
    text = "\n".join(row.preamble)
    number, owner = _ACCOUNT.search(text), _OWNER.search(text)
    return Identity(name=owner[1] if owner else None, account=number[1] if number else None)


ADAPTER = adapter(
    Export(
        name="alipay",
        en="Alipay bill",
        zh="支付宝交易明细",
        bank="支付宝",
        header=(
            "交易时间",
            "交易分类",
            "交易对方",
            "对方账号",
            "商品说明",
            "收/支",
            "金额",
            "收/付款方式",
            "交易状态",
            "交易订单号",
            "商家订单号",
            "备注",
        ),
        line=_line,
        account=_account,
        review=_pair_refunds,
        hints=("支付宝", "alipay"),
    )
)
