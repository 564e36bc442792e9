"""Debit card statement of the Bank of China (中国银行交易流水明细单), as CSV made of the bank's PDF."""

from openscf.ingestion.adapters import _cells as cell
from openscf.ingestion.adapters._exports import Export, Row, adapter
from openscf.trades import BankLine, Identity


def _line(row: Row) -> BankLine:
    unit = cell.unit_of(row["币别"], "币别")
    return BankLine(
        booked_on=cell.day(row["记账日期"], "记账日期"),
        booked_at=cell.moment(row["记账日期"], row["记账时间"], "记账时间"),
        amount_minor=cell.money(row["金额"], unit, "金额"),
        currency=unit.code,
        balance_minor=cell.money(row["余额"], unit, "余额"),
        counterparty=cell.identity(row["对方账户名"], row["对方卡号/账号"], row["对方开户行"]),
        remittance=" ".join(text for text in (row["交易名称"], cell.said(row["附言"])) if text),
        method=row["渠道"],
        provenance=row.provenance,
    )


def _account(row: Row) -> Identity:
    return Identity(codes={"card_tail": row["借记卡号"]} if row["借记卡号"] else {})


ADAPTER = adapter(
    Export(
        name="boc_debit",
        en="Bank of China debit card statement",
        zh="中国银行借记卡交易流水",
        bank="中国银行",
        header=(
            "记账日期",
            "记账时间",
            "币别",
            "金额",
            "余额",
            "交易名称",
            "渠道",
            "网点名称",
            "附言",
            "对方账户名",
            "对方卡号/账号",
            "对方开户行",
            "借记卡号",
        ),
        line=_line,
        account=_account,
        hints=("中国银行交易流水", "boc"),
    )
)
