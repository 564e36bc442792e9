"""Bank of China, credit card: a column for each direction, several currencies."""

from tests.contract.samples._exports import examples

HEADER = ("交易日", "银行记账日", "卡号后四位", "交易描述", "存入", "支出", "币种")


def row(n: int, amount: str) -> list[str]:
    return [f"2024-12-{n:02}", f"2024-12-{n + 1:02}", "2875", "网银在线CHN", "", amount, "USD" if n == 3 else "CNY"]


EXAMPLES = examples(
    "中国银行信用卡账单",
    (("中国银行信用卡账单(2025年01月)",),),
    HEADER,
    row,
    bad=(
        ["2024-12-01", "2024-12-02", "2875", "两个方向", "1.00", "1.00", "CNY"],
        ["2024-12-01", "2024-12-02", "2875", "没有方向", "", "", "CNY"],
    ),
)
