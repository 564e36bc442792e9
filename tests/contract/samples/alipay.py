"""Alipay: GBK, a preamble of notes, cells padded with spaces, a comma behind each row."""

from tests.contract.samples._exports import examples

HEADER = (
    "交易时间            ",
    "交易分类   ",
    "交易对方   ",
    "对方账号 ",
    "商品说明 ",
    "收/支   ",
    "金额  ",
    "收/付款方式 ",
    "交易状态 ",
    "交易订单号     ",
    "商家订单号   ",
    "备注     ",
    "",
)
PREAMBLE = (
    ("------------------------------------------------------------------------------------",),
    ("支付宝账户：a@example.com",),
    ("------------------------支付宝（中国）网络技术有限公司  电子客户回单------------------------",),
)


def row(n: int, amount: str, status: str = "交易成功") -> list[str]:
    return [
        f"2023-02-{n:02} 21:32:14 ",
        "日用百货   ",
        "某店   ",
        "/   ",
        "货款  ",
        "支出   ",
        f"{amount}  ",
        "余额  ",
        status,
        f"2023{n}\t",
        f"T{n}\t",
        "   ",
        "",
    ]


EXAMPLES = examples("支付宝账单", PREAMBLE, HEADER, row, encoding="gb18030", bad=(row(4, "1.00", "从未见过的状态"),))
