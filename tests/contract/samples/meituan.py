"""Meituan: what was ordered and what was paid are two amounts."""

from tests.contract.samples._exports import examples

HEADER = (
    "交易创建时间",
    "交易成功时间",
    "交易类型",
    "订单标题",
    "收/支",
    "支付方式",
    "订单金额",
    "实付金额",
    "交易单号",
    "商家单号",
    "备注",
)
PREAMBLE = (("美团交易账单明细",), ("美团用户名：[甲]",), ("",), ("【美团交易账单明细列表】",))


def row(n: int, amount: str) -> list[str]:
    return [
        f"2025-02-{n:02} 20:35:13",
        f"2025-02-{n:02} 20:35:25",
        "支付",
        "喜茶",
        "支出",
        "美团月付",
        "¥9999.00",
        f"¥{amount}",
        f"2502{n}\t",
        f"0_22{n}\t",
        "/",
    ]


EXAMPLES = examples("美团账单", PREAMBLE, HEADER, row, bad=([*row(4, "1.00")[:1], "从未成功", *row(4, "1.00")[2:]],))
