"""China CITIC Bank, credit card."""

from tests.contract.samples._exports import examples

HEADER = ("交易日期", "入账日期", "交易描述", "卡末四位", "交易币种", "结算币种", "交易金额", "结算金额")


def row(n: int, amount: str) -> list[str]:
    return [f"2024-11-{n:02}", f"2024-11-{n:02}", "财付通", "6688", "人民币", "人民币", amount, amount]


EXAMPLES = examples(
    "中信信用卡",
    (("本期账单明细(人民币)",),),
    HEADER,
    row,
    bad=(["2024-11-31", "2024-11-31", "财付通", "6688", "人民币", "人民币", "1.00", "1.00"],),
)
