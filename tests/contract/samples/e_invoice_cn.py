"""Chinese e-invoices as XML, written here after the public descriptions: digital, older, red letters."""

from tests.contract.samples._example import Example

SELLER, BUYER = "91330000MA0000001X", "91310000MA0000002Y"


def cents(amount: int) -> str:
    """Fen as an amount."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def digital(n: int = 2, gross: str = "", *, sign: int = 1, number: str = "26332000000012345678") -> bytes:
    """A fully digital e-invoice of n lines of 100.00 and 13 % tax."""
    lines = "".join(
        f"\n<IssuItemInformation><ItemName>*钢材*螺纹钢</ItemName><SpecMod>HRB400</SpecMod><MeaUnits>吨</MeaUnits>"
        f"<Quantity>{2 * sign}</Quantity><UnPrice>50.00</UnPrice><Amount>{cents(10000 * sign)}</Amount><TaxRate>0.13"
        f"</TaxRate><ComTaxAm>{cents(1300 * sign)}</ComTaxAm></IssuItemInformation>"
        for _ in range(n)
    )
    red = "<RedEInvoice><OriginalInvoiceCode>26332000000011111111</OriginalInvoiceCode></RedEInvoice>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<EInvoice><Header><EIid>' + number + "</EIid><EInvoiceTag>SWEI3200"
        "</EInvoiceTag><Version>0.2</Version></Header><EInvoiceData><SellerInformation>"
        f"<SellerIdNum>{SELLER}</SellerIdNum><SellerName>甲钢铁有限公司</SellerName><SellerBankName>工商银行杭州支行"
        "</SellerBankName><SellerBankAccNum>1202020202020202020</SellerBankAccNum></SellerInformation>"
        f"<BuyerInformation><BuyerIdNum>{BUYER}</BuyerIdNum><BuyerName>乙建筑有限公司</BuyerName></BuyerInformation>"
        f"<BasicInformation><TotalAmWithoutTax>{cents(10000 * n * sign)}</TotalAmWithoutTax>"
        f"<TotalTaxAm>{cents(1300 * n * sign)}</TotalTaxAm><TotalTax-includedAmount>"
        f"{gross or cents(11300 * n * sign)}</TotalTax-includedAmount></BasicInformation>{lines}"
        f"<SpecificInformation>{red if sign < 0 else ''}</SpecificInformation></EInvoiceData><TaxSupervisionInfo>"
        f"<InvoiceNumber>{number}</InvoiceNumber><IssueTime>2026-03-01 10:11:12</IssueTime></TaxSupervisionInfo>"
        "</EInvoice>\n"
    ).encode()


def older(n: int = 2, gross: str = "", *, prefix: str = "") -> bytes:
    """A VAT e-invoice of the older kind, with a namespace prefix or without."""
    p, ns = (f"{prefix}:", f' xmlns:{prefix}="urn:example:invoice"') if prefix else ("", "")
    lines = "".join(
        f"\n<{p}GoodsInfo><{p}Item>*钢材*螺纹钢</{p}Item><{p}MeasurementDimension>吨</{p}MeasurementDimension>"
        f"<{p}Quantity>2</{p}Quantity><{p}Price>50</{p}Price><{p}Amount>100.00</{p}Amount>"
        f"<{p}TaxAmount>13.00</{p}TaxAmount></{p}GoodsInfo>"
        for _ in range(n)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{p}eInvoice{ns}><{p}InvoiceCode>033002100111</{p}InvoiceCode>'
        f"<{p}InvoiceNo>12345678</{p}InvoiceNo><{p}IssueDate>2026年03月01日</{p}IssueDate><{p}Buyer><{p}BuyerName>"
        f"乙建筑有限公司</{p}BuyerName><{p}BuyerTaxID>{BUYER}</{p}BuyerTaxID></{p}Buyer><{p}Seller><{p}SellerName>"
        f"甲钢铁有限公司</{p}SellerName><{p}SellerTaxID>{SELLER}</{p}SellerTaxID><{p}SellerFinancialAccount>"
        f"工商银行杭州支行 1202020202020202020</{p}SellerFinancialAccount></{p}Seller>"
        f"<{p}TaxExclusiveTotalAmount>{cents(10000 * n)}</{p}TaxExclusiveTotalAmount>"
        f"<{p}TaxTotalAmount>{cents(1300 * n)}</{p}TaxTotalAmount><{p}TaxInclusiveTotalAmount>"
        f"{gross or cents(11300 * n)}</{p}TaxInclusiveTotalAmount><{p}GoodsInfos>{lines}</{p}GoodsInfos>"
        f"</{p}eInvoice>\n"
    ).encode()


EXAMPLES = (
    Example("digital.xml", digital(), rows=1, amount=lambda text: digital(gross=text), grown=digital),
    Example("red.xml", digital(sign=-1), rows=1),
    Example("older.xml", older(), rows=1, amount=lambda text: older(gross=text), grown=older),
    Example("prefixed.xml", older(prefix="fp"), rows=1),
    Example("undated.xml", digital().replace(b"2026-03-01", b"2026-13-01"), rows=1, rejections=1),
)
