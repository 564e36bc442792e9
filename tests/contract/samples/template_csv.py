"""Examples of our templates as CSV."""

from tests.contract.samples._example import Example

INVOICES = "invoice_number,order_number,issued_on,seller_code,buyer_code,line,item,quantity,unit_price,net,tax,gross"
ORDERS = "订单号,日期,销方名称,购方名称,行号,货物名称,数量,单位,单价,币种,金额,税额,价税合计,状态"
INVOICE_ROWS = (
    "INV-1,PO-1,2026-01-31,91310000MA1FL0000X,91310000MA1FL1111X,1,A,10,1.5,15.00,1.95,16.95",
    "INV-1,PO-2,2026-01-31,91310000MA1FL0000X,91310000MA1FL1111X,2,B,1,100,100.00,13.00,113.00",
    "INV-2,PO-2,2026-01-31,91310000MA1FL0000X,91310000MA1FL1111X,1,B,1,77.25,77.25,10.04,87.29",
)
ORDER_ROWS = (
    "PO-1,2026/1/5,上海甲公司,北京乙公司,1,钢材,10.5,吨,4000,CNY,42000,5460,47460,有效",
    "PO-3,2026/1/6,上海甲公司,北京乙公司,1,钢材,1,吨,4000,CNY,4000,520,4520,作废",
)
BAD = (
    "INV-3,PO-2,2026-01-31,91310000MA1FL0000X,91310000MA1FL1111X,1,B,1,1,1.00,0.13,1.13",
    "INV-3,PO-2,2026-01-31,91310000MA1FL0000X,91310000MA1FL1111X,2,B,many,1,1.00,0.13,1.13",
    ",PO-2,2026-01-31,91310000MA1FL0000X,91310000MA1FL1111X,2,B,1,1,1.00,0.13,1.13",
    "INV-4,PO-2,2026-01-31,91310000MA1FL0000X,91310000MA1FL1111X,2,B,1,1,1.00,0.13",
    "INV-5,PO-2,2026-01-32,91310000MA1FL0000X,91310000MA1FL1111X,2,B,1,1,1.00,0.13,1.13",
)


def table(header: str, *rows: str) -> bytes:
    return ("\n".join((header, *rows)) + "\n").encode()


def grown(count: int) -> bytes:
    return table(INVOICES, *(f"INV-{n},PO-1,2026-01-31,S,B,1,A,1,1,1.00,0.13,1.13" for n in range(count)))


EXAMPLES = (
    Example("invoices.csv", table(INVOICES, *INVOICE_ROWS), 3, amount="87.29", grown=grown),
    Example("订单.csv", table(ORDERS, *ORDER_ROWS).decode().encode("gbk"), 2, encoding="gbk"),
    Example("bad.csv", table(INVOICES, *INVOICE_ROWS, *BAD), 8, rejections=5),
)
