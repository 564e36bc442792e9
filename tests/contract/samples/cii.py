"""Cross Industry Invoices, written here: with lines, without, a credit note, with unusual prefixes."""

from tests.contract.samples._example import Example

URN = "urn:un:unece:uncefact:data:standard:"
HEAD = (
    f'xmlns:rsm="{URN}CrossIndustryInvoice:100" xmlns:ram="{URN}ReusableAggregateBusinessInformationEntity:100" '
    f'xmlns:udt="{URN}UnqualifiedDataType:100"'
)


def day(name: str, text: str) -> str:
    """A date as CII writes it."""
    return f'<ram:{name}><udt:DateTimeString format="102">{text}</udt:DateTimeString></ram:{name}>'


def line(number: int) -> str:
    """A line of 10.00."""
    return (
        f"<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>{number}</ram:LineID>"
        "</ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:SellerAssignedID>A1</ram:SellerAssignedID>"
        "<ram:Name>Stahl</ram:Name></ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement>"
        "<ram:NetPriceProductTradePrice><ram:ChargeAmount>5.00</ram:ChargeAmount></ram:NetPriceProductTradePrice>"
        '</ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">2'
        "</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement>"
        "<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>10.00</ram:LineTotalAmount>"
        "</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>\n"
    )


def minor(amount: int) -> str:
    """Cents as an amount."""
    return f"{amount // 100}.{amount % 100:02d}"


def invoice(n: int = 2, gross: str = "", code: str = "380") -> bytes:
    """An invoice of n lines of 10.00 and 19 % tax."""
    net, tax = minor(1000 * n), minor(190 * n)
    total = gross or minor(1190 * n)
    lines = "".join(line(k) for k in range(1, n + 1)) or ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice {HEAD}>\n'
        f"<rsm:ExchangedDocument><ram:ID>RE-2026-1</ram:ID><ram:TypeCode>{code}</ram:TypeCode>"
        f"{day('IssueDateTime', '20260301')}</rsm:ExchangedDocument>\n<rsm:SupplyChainTradeTransaction>{lines}"
        "<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Lieferant GmbH</ram:Name>"
        '<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123456789</ram:ID></ram:SpecifiedTaxRegistration>'
        "</ram:SellerTradeParty><ram:BuyerTradeParty><ram:Name>Kunde AG</ram:Name></ram:BuyerTradeParty>"
        "<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>PO-7</ram:IssuerAssignedID>"
        "</ram:BuyerOrderReferencedDocument></ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery>"
        f"<ram:ActualDeliverySupplyChainEvent>{day('OccurrenceDateTime', '20260228')}"
        "</ram:ActualDeliverySupplyChainEvent></ram:ApplicableHeaderTradeDelivery><ram:ApplicableHeaderTradeSettlement>"
        "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode><ram:ApplicableTradeTax>"
        f"<ram:CalculatedAmount>{tax}</ram:CalculatedAmount><ram:BasisAmount>{net}</ram:BasisAmount>"
        f"</ram:ApplicableTradeTax><ram:SpecifiedTradePaymentTerms>{day('DueDateDateTime', '20260331')}"
        "</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<ram:LineTotalAmount>{net}</ram:LineTotalAmount><ram:TaxBasisTotalAmount>{net}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="EUR">{tax}</ram:TaxTotalAmount>'
        f"<ram:GrandTotalAmount>{total}</ram:GrandTotalAmount><ram:DuePayableAmount>{total}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>"
        "</rsm:SupplyChainTradeTransaction>\n</rsm:CrossIndustryInvoice>\n"
    ).encode()


PREFIXED = invoice().replace(b"rsm:", b"a:").replace(b"ram:", b"b:").replace(b"xmlns:rsm", b"xmlns:a").replace(
    b"xmlns:ram", b"xmlns:b")  # fmt: skip

EXAMPLES = (
    Example("invoice.xml", invoice(), rows=1, amount=lambda text: invoice(gross=text), grown=invoice),
    Example("minimum.xml", invoice(0), rows=1),
    Example("credit.xml", invoice(code="381"), rows=1),
    Example("prefixes.xml", PREFIXED, rows=1),
    Example("undated.xml", invoice().replace(b"20260301", b"20260230"), rows=1, rejections=1),
)
