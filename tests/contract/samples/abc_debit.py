"""Agricultural Bank of China, debit card: rows may end early."""

from tests.contract.samples._exports import examples

HEADER = ("交易日期", "交易时间", "交易摘要", "交易金额", "本次余额", "对手信息", "日 志 号", "交易渠道", "交易附言")


def row(n: int, amount: str) -> list[str]:
    return [f"202401{n:02}", "093000", "转存", f"+{amount}", "8000.00", "某某公司", f"36939{n}", "超级网银", "货款"]


EXAMPLES = examples(
    "农业银行明细",
    (),
    HEADER,
    row,
    bad=(["20240230", "", "转存", "1.00", "1.00", "甲", "7"], ["20240201", "", "转存", "1.00"], ["只有一格"]),
)
