"""UBL documents of every kind, written here; prefixes differ on purpose."""

from tests.contract.samples._example import Example

URN = "urn:oasis:names:specification:ubl:schema:xsd:"
HEAD = f'xmlns:cac="{URN}CommonAggregateComponents-2" xmlns:cbc="{URN}CommonBasicComponents-2"'


def document(kind: str, inner: str) -> bytes:
    """A document of this kind."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="{URN}{kind}-2" {HEAD}>\n{inner}\n</{kind}>\n'
    return text.encode()


def party(role: str, name: str, code: str) -> str:
    """A party in a role."""
    return (
        f"<cac:{role}><cac:Party><cac:PartyIdentification><cbc:ID>{code}</cbc:ID></cac:PartyIdentification>"
        f"<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName></cac:Party></cac:{role}>"
    )


def item(name: str) -> str:
    """What a line is about."""
    return (
        f"<cac:Item><cbc:Name>{name}</cbc:Name><cac:SellersItemIdentification><cbc:ID>I1</cbc:ID>"
        "</cac:SellersItemIdentification></cac:Item>"
    )


HEADER = "<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-03-01</cbc:IssueDate>"
ACCOUNTING = party("AccountingSupplierParty", "甲公司", "S1") + party("AccountingCustomerParty", "乙公司", "B1")
TRADING = party("BuyerCustomerParty", "乙公司", "B1") + party("SellerSupplierParty", "甲公司", "S1")
DELIVERY = party("DespatchSupplierParty", "甲公司", "S1") + party("DeliveryCustomerParty", "乙公司", "B1")
ORDER = "<cac:OrderReference><cbc:ID>PO-7</cbc:ID></cac:OrderReference>"
PRICE = '<cac:Price><cbc:PriceAmount currencyID="CNY">10</cbc:PriceAmount></cac:Price>'


def invoice(n: int = 2, payable: str = "1.13", kind: str = "Invoice") -> bytes:
    """An invoice or credit note of n lines at 10.00 and 13 % tax, in hundredths so that the total is short."""
    counted = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
    net, tax = 10 * n, f"{130 * n // 100}.{130 * n % 100:02d}"
    gross = f"{1130 * n // 100}.{1130 * n % 100:02d}" if payable == "1.13" else payable
    lines = "".join(
        f'\n<cac:{kind}Line><cbc:ID>{k}</cbc:ID><cbc:{counted} unitCode="C62">1</cbc:{counted}>'
        f'<cbc:LineExtensionAmount currencyID="CNY">10.00</cbc:LineExtensionAmount>'
        f"{'<cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>' if kind == 'Invoice' else ''}"
        f"{item('steel')}{PRICE}</cac:{kind}Line>"
        for k in range(1, n + 1)
    )
    return document(
        kind,
        HEADER.format(number="INV-2026-1")
        + f"<cbc:DocumentCurrencyCode>CNY</cbc:DocumentCurrencyCode>{ORDER}{ACCOUNTING}"
        + f'<cac:TaxTotal><cbc:TaxAmount currencyID="CNY">{tax}</cbc:TaxAmount></cac:TaxTotal>'
        + f'<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="CNY">{net}</cbc:LineExtensionAmount>'
        + f'<cbc:TaxExclusiveAmount currencyID="CNY">{net}</cbc:TaxExclusiveAmount>'
        + f'<cbc:PayableAmount currencyID="CNY">{gross}</cbc:PayableAmount></cac:LegalMonetaryTotal>{lines}',
    )


ORDER_LINE = (
    '<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="KGM">3.5</cbc:Quantity>'
    f'<cbc:LineExtensionAmount currencyID="CNY">35.00</cbc:LineExtensionAmount>{PRICE}{item("steel")}'
    "</cac:LineItem></cac:OrderLine>"
)
PURCHASE_ORDER = document("Order", HEADER.format(number="PO-7") + TRADING + ORDER_LINE)
RESPONSE = document("OrderResponse", HEADER.format(number="OR-7") + ORDER + TRADING + ORDER_LINE)
SIMPLE = document(
    "OrderResponseSimple",
    HEADER.format(number="OR-8") + "<cbc:AcceptedIndicator>false</cbc:AcceptedIndicator>" + ORDER + TRADING,
)
DESPATCH = document(
    "DespatchAdvice",
    HEADER.format(number="DA-1") + ORDER + DELIVERY + '<cac:DespatchLine><cbc:ID>1</cbc:ID><cbc:DeliveredQuantity '
    f'unitCode="KGM">3.5</cbc:DeliveredQuantity>{item("steel")}</cac:DespatchLine>',
)  # fmt: skip
RECEIPT = document(
    "ReceiptAdvice",
    HEADER.format(number="RA-1") + ORDER + DELIVERY + '<cac:ReceiptLine><cbc:ID>1</cbc:ID><cbc:ReceivedQuantity '
    'unitCode="KGM">3</cbc:ReceivedQuantity><cbc:ShortQuantity unitCode="KGM">0.5</cbc:ShortQuantity>'
    f'{item("steel")}</cac:ReceiptLine>',
)  # fmt: skip
REMITTANCE = document(
    "RemittanceAdvice",
    HEADER.format(number="RM-1") + '<cbc:TotalPaymentAmount currencyID="CNY">22.60</cbc:TotalPaymentAmount>'
    + ACCOUNTING + '<cac:RemittanceAdviceLine><cbc:ID>1</cbc:ID><cbc:DebitLineAmount currencyID="CNY">22.60'
    "</cbc:DebitLineAmount><cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>INV-2026-1</cbc:ID>"
    "</cac:InvoiceDocumentReference></cac:BillingReference></cac:RemittanceAdviceLine>",
)  # fmt: skip
PREFIXED = invoice().replace(b"cac:", b"harry:").replace(b"cbc:", b"sally:").replace(
    b"xmlns:cac", b"xmlns:harry").replace(b"xmlns:cbc", b"xmlns:sally")  # fmt: skip

EXAMPLES = (
    Example("invoice.xml", invoice(), rows=1, amount=lambda text: invoice(payable=text), grown=invoice),
    Example("credit.xml", invoice(kind="CreditNote"), rows=1),
    Example("prefixes.xml", PREFIXED, rows=1),
    Example("order.xml", PURCHASE_ORDER, rows=1, amount="3.5"),
    Example("response.xml", RESPONSE, rows=1),
    Example("refusal.xml", SIMPLE, rows=1),
    Example("despatch.xml", DESPATCH, rows=1),
    Example("receipt.xml", RECEIPT, rows=1),
    Example("remittance.xml", REMITTANCE, rows=1, amount="22.60"),
    Example("nothing.xml", document("Invoice", "<cbc:ID>1</cbc:ID>"), rows=1, rejections=1),
)
