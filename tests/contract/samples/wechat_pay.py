"""WeChat Pay: ¥ before amounts, tabs behind numbers, rows that moved nothing."""

from tests.contract.samples._exports import examples

HEADER = (
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
)
PREAMBLE = (
    ("微信支付账单明细",),
    ("微信昵称：[测试]",),
    ("----------------------微信支付账单明细列表-----------------",),
)


def row(n: int, amount: str, status: str = "支付成功") -> list[str]:
    return [
        f"2024-06-{n:02} 12:45:27",
        "商户消费",
        "云膳过桥米线",
        "/",
        "支出",
        f"¥{amount}",
        "零钱",
        status,
        f"39857{n}\t",
        f"1298{n}\t",
        "/",
    ]


EXAMPLES = examples(
    "微信支付账单",
    PREAMBLE,
    HEADER,
    row,
    bad=(row(4, "1.00", "从未见过的状态"), [*row(5, "1.00")[:4], "左", *row(5, "1.00")[5:]]),
)
