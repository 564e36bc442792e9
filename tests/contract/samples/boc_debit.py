"""Bank of China, debit card: a title above the header, fillers of dashes in cells."""

from tests.contract.samples._exports import examples

HEADER = (
    "记账日期",
    "记账时间",
    "币别",
    "金额",
    "余额",
    "交易名称",
    "渠道",
    "网点名称",
    "附言",
    "对方账户名",
    "对方卡号/账号",
    "对方开户行",
    "借记卡号",
)
DASHES = "-------------------"


def row(n: int, amount: str) -> list[str]:
    return [
        f"2025-08-{n:02}",
        "17:57:17",
        "人民币",
        f"-{amount}",
        "3,240.28",
        "跨行转账",
        "网银",
        DASHES,
        "----------",
        "张三",
        "6226******5669",
        DASHES,
        "3167",
    ]


EXAMPLES = examples(
    "中国银行交易流水",
    (("中国银行交易流水明细单",),),
    HEADER,
    row,
    bad=([*row(4, "1.00")[:2], "贝壳币", *row(4, "1.00")[3:]], row(5, "1.00")[:9]),
)
