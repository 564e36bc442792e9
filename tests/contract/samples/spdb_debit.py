"""Shanghai Pudong Development Bank, debit card: a column for each direction."""

from tests.contract.samples._exports import examples

HEADER = ("顺序号", "交易日期", "交易类型", "存入金额", "取出金额", "余额", "交易对手名称", "交易对手账号", "附言")
TITLE = (("账号", "6200000000001230", "账户类型", "借记卡", "日期范围", "20251201-20251231"),)


def row(n: int, amount: str) -> list[str]:
    return [str(n), f"2025/12/{n:02}  14:06:51", "汇入", amount, "", "1981.33", "某某公司", "12345678901236500", "货款"]


EXAMPLES = examples(
    "浦发银行明细",
    TITLE,
    HEADER,
    row,
    bad=(["4", "2025/12/04", "汇入", "1.00", "", "1.00", "没有时间", "", ""],),
)
