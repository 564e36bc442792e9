"""China Merchants Bank, credit card: days without a year, the month in the title."""

from tests.contract.samples._exports import examples

HEADER = ("交易日", "记账日", "交易摘要", "人民币金额", "卡号末四位", "交易地金额")
TITLE = (("招商银行信用卡对账单（个人消费卡账户 2024年01月）（补）",),)


def row(n: int, amount: str) -> list[str]:
    return [f"12/{n:02}", f"12/{n + 1:02}", "中国移动", amount, "1234", f"{amount}(CN)"]


EXAMPLES = examples(
    "招商银行信用卡", TITLE, HEADER, row, bad=(["13/01", "13/02", "没有这个月", "1.00", "1234", "1.00"],)
)
