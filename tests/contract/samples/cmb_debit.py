"""China Merchants Bank, debit card: thousands in groups."""

from tests.contract.samples._exports import examples

HEADER = ("记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息", "客户摘要")


def row(n: int, amount: str) -> list[str]:
    return [f"2024-01-{n:02}", "CNY", f"-{amount}", "1,271.66", "转账汇款", "张三 66666666666666", "转账"]


EXAMPLES = examples(
    "招商银行",
    (),
    HEADER,
    row,
    bad=(
        ["2024-01-01", "CNY", "1,00.00", "1.00", "转账", "", ""],
        ["2024-01-01", "CNY", "1.001", "1.00", "转账", "", ""],
    ),
)
