"""Bank of Communications, debit card: amounts without a sign, direction in a column."""

from tests.contract.samples._exports import examples

HEADER = (
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
)


def row(n: int, amount: str) -> list[str]:
    side = "贷 Cr" if n % 2 else "借 Dr"
    return [str(n), f"2025-01-{n:02}", "09:30:00", "转账", side, amount, "99.00", "66666666", "甲公司", "网银", "货款"]


EXAMPLES = examples(
    "交通银行明细",
    (),
    HEADER,
    row,
    bad=(["1", "2025-01-01", "09:30:00", "转账", "贷或借", "1.00", "9.00", "", "", "", ""],),
)
