"""Readers of invoices: what they read, flag and reject, on the examples of the conformance suite."""

import datetime as dt
import random
import zlib
from decimal import Decimal

import pytest

from openscf.ingestion import ADAPTERS, Source
from openscf.ingestion.contract import Reading
from openscf.kernel.errors import Refusal
from openscf.trades import Document, DocumentKind, Identity, Reference
from tests.contract.samples import cii, e_invoice_cn, factur_x, ofd_invoice, ubl
from tests.contract.samples._example import a_source

ADAPTERS.discover("openscf.ingestion.adapters")


def read(adapter: str, content: bytes) -> Reading:
    return ADAPTERS.get(adapter).read(a_source("file", content))


def one(adapter: str, content: bytes) -> Document:
    reading = read(adapter, content)
    assert not reading.rejections, [str(each.refusal) for each in reading.rejections]
    (found,) = reading.records
    assert isinstance(found, Document)
    return found


def why(adapter: str, content: bytes) -> tuple[str, str | None]:
    (rejection,) = read(adapter, content).rejections
    assert rejection.refusal.where is not None
    return rejection.refusal.code, rejection.refusal.where.field


def money(found: Document) -> tuple[int | None, ...]:
    return found.net_minor, found.tax_minor, found.gross_minor, found.payable_minor


def test_a_cross_industry_invoice_is_read() -> None:
    found = one("cii", cii.invoice())
    assert (found.kind, found.number, found.issued_on) == (DocumentKind.INVOICE, "RE-2026-1", dt.date(2026, 3, 1))
    assert (found.due_on, found.delivered_on) == (dt.date(2026, 3, 31), dt.date(2026, 2, 28))
    assert money(found) == (2000, 380, 2380, 2380)
    assert found.seller == Identity("Lieferant GmbH", {"vat": "DE123456789"})
    assert found.references == (Reference(DocumentKind.PURCHASE_ORDER, "PO-7"),)
    assert [(line.number, line.item, line.quantity, line.unit_price, line.net_minor) for line in found.lines] == [
        ("1", "A1", 2, 5, 1000), ("2", "A1", 2, 5, 1000),
    ]  # fmt: skip
    assert found.flags == ()


def test_the_same_invoice_inside_a_pdf_says_the_same() -> None:
    plain, inside = one("cii", cii.invoice()), one("factur_x", factur_x.pdf({"factur-x.xml": cii.invoice()}))
    assert inside.provenance.locator == "factur-x.xml!/CrossIndustryInvoice"
    assert (inside.number, inside.seller, money(inside)) == (plain.number, plain.seller, money(plain))
    assert inside.lines == plain.lines


@pytest.mark.parametrize(
    ("old", "new", "flag"),
    [
        (b"<ram:GrandTotalAmount>23.80", b"<ram:GrandTotalAmount>23.81", "gross_total"),
        (b"<ram:DuePayableAmount>23.80", b"<ram:DuePayableAmount>23.00", "payable_total"),
        (b"<ram:BasisAmount>20.00", b"<ram:BasisAmount>21.00", "taxable_base"),
        (b"<ram:CalculatedAmount>3.80", b"<ram:CalculatedAmount>3.79", "tax_sum"),
        (b"<ram:ChargeAmount>5.00", b"<ram:ChargeAmount>5.10", "line_price"),
        (b'unitCode="C62"', b"", "quantity_without_unit"),
        (b"<ram:TypeCode>380", b"<ram:TypeCode>393", "factored_invoice"),
        (b"<ram:TypeCode>380", b"<ram:TypeCode>999", "type_code"),
    ],
)
def test_what_does_not_add_up_is_flagged_and_left_as_it_is(old: bytes, new: bytes, flag: str) -> None:
    assert old in cii.invoice()
    found = one("cii", cii.invoice().replace(old, new))
    assert flag in found.flags
    assert flag in {name for name, _ in found.places}


def test_an_amount_in_another_currency_is_no_amount_of_this_invoice() -> None:
    mixed = ubl.invoice().replace(
        b'<cbc:LineExtensionAmount currencyID="CNY">10.00', b'<cbc:LineExtensionAmount currencyID="USD">10.00', 1
    )
    assert why("ubl", mixed) == ("document_currencies_mixed", "/Invoice/InvoiceLine[1]/LineExtensionAmount")


def test_a_field_given_twice_is_no_choice_of_ours() -> None:
    twice = ubl.invoice().replace(b"<cbc:ID>INV-2026-1</cbc:ID>", b"<cbc:ID>INV-2026-1</cbc:ID><cbc:ID>INV-9</cbc:ID>")
    assert why("ubl", twice) == ("document_field_repeated", "/Invoice/ID[2]")


def test_totals_are_never_rounded() -> None:
    fine = ubl.invoice(payable="22.605")
    assert why("ubl", fine)[0] == "amount_too_precise"


def test_an_invoice_that_names_another_payee_keeps_no_account_for_the_seller() -> None:
    payee = b"<cac:PayeeParty><cac:PartyName><cbc:Name>Factor</cbc:Name></cac:PartyName></cac:PayeeParty><cac:TaxTotal>"
    found = one("ubl", ubl.invoice().replace(b"<cac:TaxTotal>", payee, 1))
    assert "payee_named" in found.flags


def test_a_refused_order_and_a_short_delivery_are_flagged() -> None:
    assert one("ubl", ubl.SIMPLE).flags == ("order_rejected",)
    assert one("ubl", ubl.RECEIPT).places == (("short", "/ReceiptAdvice/ReceiptLine[1]"),)


def test_a_price_for_many_is_turned_into_a_price_for_one() -> None:
    price = b'<cbc:PriceAmount currencyID="CNY">10</cbc:PriceAmount>'
    many = b'<cbc:PriceAmount currencyID="CNY">1000</cbc:PriceAmount><cbc:BaseQuantity>100</cbc:BaseQuantity>'
    found = one("ubl", ubl.invoice().replace(price, many))
    assert {line.unit_price for line in found.lines} == {Decimal(10)}
    assert "line_price" not in found.flags
    third = one("ubl", ubl.invoice().replace(price, many.replace(b"100<", b"300<").replace(b"1000<", b"100<")))
    assert third.lines[0].unit_price == Decimal("0.33333333333333333333")


def test_a_digital_invoice_is_read() -> None:
    found = one("e_invoice_cn", e_invoice_cn.digital())
    assert (found.kind, found.number, found.code) == (DocumentKind.INVOICE, "26332000000012345678", None)
    assert (found.issued_on, found.currency) == (dt.date(2026, 3, 1), "CNY")
    assert money(found) == (20000, 2600, 22600, None)
    assert found.seller == Identity(
        "甲钢铁有限公司", {"uscc": e_invoice_cn.SELLER}, "1202020202020202020", "工商银行杭州支行"
    )
    assert found.buyer == Identity("乙建筑有限公司", {"uscc": e_invoice_cn.BUYER})
    line = found.lines[1]
    assert (line.number, line.description, line.unit, line.quantity) == ("2", "*钢材*螺纹钢", "吨", 2)
    assert (line.unit_price, line.net_minor, line.tax_minor) == (50, 10000, 1300)
    assert found.flags == ()


def test_an_older_invoice_keeps_its_code_and_parts_bank_from_account() -> None:
    found = one("e_invoice_cn", e_invoice_cn.older(prefix="fp"))
    assert (found.code, found.number, found.issued_on) == ("033002100111", "12345678", dt.date(2026, 3, 1))
    assert found.seller is not None
    assert (found.seller.bank, found.seller.account) == ("工商银行杭州支行", "1202020202020202020")
    assert found.flags == ()


def test_a_red_letter_is_negative_and_names_what_it_reverses() -> None:
    found = one("e_invoice_cn", e_invoice_cn.digital(sign=-1))
    assert (found.kind, money(found)) == (DocumentKind.CREDIT_NOTE, (-20000, -2600, -22600, None))
    assert found.references == (Reference(DocumentKind.INVOICE, "26332000000011111111"),)
    note = "<Note>对应正数发票代码:033002100111号码:87654321</Note><GoodsInfos>".encode()
    older = e_invoice_cn.older().replace(b"<GoodsInfos>", note)
    found = one("e_invoice_cn", older)
    assert found.references == (Reference(DocumentKind.INVOICE, "87654321", code="033002100111"),)
    assert "reversal_not_negative" in found.flags, "a black invoice that reverses another one is odd"


@pytest.mark.parametrize(
    ("old", "new", "flag"),
    [
        ("<TotalTax-includedAmount>226.00", "<TotalTax-includedAmount>226.01", "gross_total"),
        ("<TotalAmWithoutTax>200.00", "<TotalAmWithoutTax>199.00", "line_sum"),
        ("<TotalTaxAm>26.00", "<TotalTaxAm>-26.00", "tax_sign"),
        ("<TotalTaxAm>26.00", "<TotalTaxAm>25.00", "tax_sum"),
        ("<UnPrice>50.00", "<UnPrice>51.00", "line_price"),
        ("<ComTaxAm>13.00", "<ComTaxAm>***", "tax_exempt"),
        ("<InvoiceNumber>26332000000012345678", "<InvoiceNumber>2633200", "number_shape"),
    ],
)
def test_a_digital_invoice_that_does_not_add_up_is_flagged(old: str, new: str, flag: str) -> None:
    text = e_invoice_cn.digital().decode()
    assert old in text
    assert flag in one("e_invoice_cn", text.replace(old, new).encode()).flags


def test_a_gbk_invoice_is_read_when_it_says_so() -> None:
    text = e_invoice_cn.digital().decode().replace('encoding="utf-8"', 'encoding="GBK"')
    found = one("e_invoice_cn", text.encode("gbk"))
    assert found.seller is not None
    assert found.seller.name == "甲钢铁有限公司"


def test_an_ofd_leads_to_the_attached_invoice() -> None:
    found = one("ofd_invoice", ofd_invoice.ofd({ofd_invoice.ORIGINAL: e_invoice_cn.older()}, ofd_invoice.figures()))
    assert found.provenance.locator == "Doc_0/Attachs/original_invoice.xml!/eInvoice"
    assert money(found) == (20000, 2600, 22600, None)
    assert found.flags == ()


def test_an_ofd_that_contradicts_itself_is_flagged() -> None:
    figures = {**ofd_invoice.figures(), "发票号码": "99999999"}
    found = one("ofd_invoice", ofd_invoice.ofd({ofd_invoice.ORIGINAL: e_invoice_cn.older()}, figures))
    assert "index_differs" in found.flags


def test_an_ofd_without_attachment_gives_its_key_figures_and_says_so() -> None:
    found = one("ofd_invoice", ofd_invoice.ofd({}, ofd_invoice.figures()))
    assert (found.code, found.number, money(found)) == ("033002100111", "12345678", (20000, 2600, None, None))
    assert found.seller == Identity(codes={"uscc": e_invoice_cn.SELLER})
    assert found.flags == ("key_figures_only",)


def test_key_figures_that_are_not_all_there_make_no_invoice() -> None:
    figures = ofd_invoice.figures()
    del figures["合计金额"]
    assert why("ofd_invoice", ofd_invoice.ofd({}, figures))[0] == "document_field_missing"


def test_two_invoices_of_one_ofd_are_judged_each_by_itself() -> None:
    broken = e_invoice_cn.digital().replace(b"2026-03-01", b"2026-02-30")
    reading = read(
        "ofd_invoice", ofd_invoice.ofd({"Doc_0/Attachs/a.xml": e_invoice_cn.digital(), "Doc_0/Attachs/b.xml": broken})
    )
    assert (reading.rows, reading.covered, len(reading.rejections)) == (2, 1, 1)
    assert reading.rejections[0].refusal.where is not None
    assert reading.rejections[0].refusal.where.field == "Doc_0/Attachs/b.xml!/EInvoice/TaxSupervisionInfo/IssueTime"


def refused(adapter: str, content: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(adapter, content)
    return caught.value


def test_a_damaged_attachment_is_refused_and_not_mended() -> None:
    """Each bit of the packed stream, its checksum included, counts: the PDF library alone would let some pass."""
    whole = factur_x.pdf({"factur-x.xml": cii.invoice()})
    packed = zlib.compress(cii.invoice())
    start, chance = whole.index(packed), random.Random(20261122)
    for _ in range(200):
        place, bit = start + chance.randrange(2, len(packed)), chance.randrange(8)
        damaged = whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
        assert refused("factur_x", damaged).code == "unreadable_file"


def test_a_pdf_without_an_invoice_is_refused() -> None:
    assert "no attachment" in refused("factur_x", factur_x.pdf({"notes.xml": b"<notes/>"})).sentence()


def test_an_attachment_that_swells_is_refused() -> None:
    assert "too large" in refused("factur_x", factur_x.pdf({"factur-x.xml": b" " * (64 << 20)})).sentence()


def test_a_document_type_inside_a_container_is_refused_by_name() -> None:
    mined = cii.invoice().replace(b"?>", b'?><!DOCTYPE x [<!ENTITY e "1">]>', 1)
    assert refused("factur_x", factur_x.pdf({"factur-x.xml": mined})).code == "xml_doctype"
    older = e_invoice_cn.older().replace(b"?>", b'?><!DOCTYPE x [<!ENTITY e "1">]>', 1)
    assert refused("ofd_invoice", ofd_invoice.ofd({ofd_invoice.ORIGINAL: older})).code == "xml_doctype"


def test_an_unknown_root_is_refused_with_what_is_known() -> None:
    for adapter in ("ubl", "cii", "e_invoice_cn"):
        assert refused(adapter, b"<letter/>").where is not None
    with pytest.raises(Refusal):
        ADAPTERS.get("ubl").read(Source("x", ubl.document("Catalogue", ""), "0"))
