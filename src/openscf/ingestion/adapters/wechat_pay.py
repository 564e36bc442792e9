"""Bill of WeChat Pay (微信支付账单明细), exported as CSV or Excel workbook; each sheet is a statement of its own.

A payment that was given back later says so in its status and has its refund as a row of its own: both moved money.
"""

import re

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.ingestion.adapters._payments import STATUS_UNKNOWN, called_off, sign_of
from openscf.kernel.errors import Where
from openscf.kernel.money import CNY
from openscf.trades import BankLine, Identity

_NICKNAME = re.compile(r"微信昵称：\[(.*?)\]")
_DONE = frozenset(
    {
        "支付成功",
        "已存入零钱",
        "已转账",
        "朋友已收钱",
        "对方已收钱",
        "已收钱",
        "已收款",
        "提现已到账",
        "充值完成",
        "充值成功",
        "已到账",
        "已转入零钱",
        "已转入零钱通",
        "转账成功",
        "还款成功",
        "退款成功",
        "已领取",
        "对方已领取",
    }
)
_GIVEN_BACK = ("已全额退款", "已退款", "对方已退还", "已退还")
_WAITING = ("待", "等待", "处理中", "提现中", "支付中")


def _line(row: Row) -> BankLine:
    at = cell.when(row["交易时间"], "交易时间")
    sign = sign_of(row["收/支"], "收/支")
    amount = cell.money(row["金额(元)"], CNY, "金额(元)", marked=True)
    status = _status(row["当前状态"])
    return BankLine(
        booked_on=at.date(),
        booked_at=at,
        amount_minor=sign * amount if sign else amount,
        currency=CNY.code,
        counterparty=cell.identity(row["交易对方"]),
        remittance=" ".join(text for text in map(cell.said, (row["交易类型"], row["商品"], row["备注"])) if text),
        reference=cell.said(row["交易单号"]) or cell.said(row["商户单号"]),
        method=cell.said(row["支付方式"]),
        status="neutral" if status == "booked" and not sign else status,
        flags=("given_back_later",) if row["当前状态"].startswith(_GIVEN_BACK) else (),
        provenance=row.provenance,
    )


def _status(text: str) -> str:
    if text in _DONE or text.startswith(_GIVEN_BACK):
        return "booked"
    if called_off(text):
        return called_off(text)
    if text.startswith(_WAITING):
        return "pending"
    raise STATUS_UNKNOWN(field="当前状态", status=repr(text[:40]), where=Where(field="当前状态"))


def _account(row: Row) -> Identity:
    found = next((found for found in map(_NICKNAME.search, row.preamble) if found), None)
    return Identity(name=found[1] if found else None)


ADAPTER = adapter(
    Export(
        name="wechat_pay",
        en="WeChat Pay bill",
        zh="微信支付账单明细",
        bank="微信支付",
        header=(
            "交易时间",
            "交易类型",
            "交易对方",
            "商品",
            "收/支",
            "金额(元)",
            "支付方式",
            "当前状态",
            "交易单号",
            "商户单号",
            "备注",
        ),
        line=_line,
        account=_account,
        hints=("微信支付", "wechat"),
    )
)
