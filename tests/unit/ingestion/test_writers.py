"""What goes out is valid against the published schemas, and read back it is what it was."""

import dataclasses
import datetime as dt
import functools
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from openscf.ingestion.adapters import ubl
from openscf.ingestion.writers import VERSIONS, PaymentInstruction, PaymentOrder, write_pain001, write_ubl_invoice
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, JPY, Money
from openscf.trades import Document, DocumentKind, Identity, Line, Provenance, Reference
from tests.contract.samples._example import a_source

DATA = Path(__file__).parents[4] / "shared" / "data"
SEED = 20261122
NOWHERE = Provenance("", "", "", "")
DAY = dt.date(2026, 3, 1)

INVOICE = Document(
    kind=DocumentKind.INVOICE,
    number="INV-2026-1",
    provenance=NOWHERE,
    issued_on=DAY,
    seller=Identity(
        "甲钢铁有限公司", {"local": "S1", "vat": "DE1", "uscc": "91330000MA0000001X"}, "6222020000000001", "ICBKCNBJ"
    ),
    buyer=Identity("乙 <建筑> & 公司", {"gln": "1234567890123", "tax": "T1", "legal": "L1"}),
    currency="CNY",
    net_minor=30000,
    tax_minor=3900,
    gross_minor=33900,
    payable_minor=23900,
    due_on=dt.date(2026, 5, 31),
    delivered_on=dt.date(2026, 2, 28),
    references=(
        Reference(DocumentKind.PURCHASE_ORDER, "PO-7", issued_on=DAY),
        Reference(DocumentKind.DESPATCH_ADVICE, "DA-1"),
        Reference(DocumentKind.RECEIPT_ADVICE, "RA-1"),
    ),
    lines=(
        Line("1", "A1", "螺纹钢", Decimal("2.5"), "TNE", Decimal("100"), 25000, 3250, (
            Reference(DocumentKind.PURCHASE_ORDER, "PO-7", "1"),
            Reference(DocumentKind.DESPATCH_ADVICE, "DA-1", "1"),
        )),
        Line("2", None, "运费", None, None, None, 5000, 650),
    ),
)  # fmt: skip


@functools.cache
def schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


def ubl_schema(kind: str) -> etree.XMLSchema:
    path = DATA / "ubl" / "xsd-2.1" / "maindoc" / f"UBL-{kind}-2.1.xsd"
    if not path.is_file():
        pytest.skip(f"the schemas of UBL 2.1 are absent: {path}")
    return schema(path)


def pain_schema(version: str) -> etree.XMLSchema:
    path = DATA / "iso20022" / "xsd" / f"{version}.xsd"
    if not path.is_file():
        pytest.skip(f"the schema of {version} is absent: {path}")
    return schema(path)


def back(content: bytes) -> Document:
    reading = ubl.read(a_source("out.xml", content))
    assert not reading.rejections, str(reading.rejections[0].refusal)
    (found,) = reading.records
    assert isinstance(found, Document)
    return dataclasses.replace(found, provenance=NOWHERE)


def some_document(chance: random.Random) -> Document:
    """A document that adds up, of random parts."""
    lines = tuple(some_line(chance, number) for number in range(1, chance.randint(2, 6)))
    net = sum(line.net_minor or 0 for line in lines)
    tax = chance.choice([None, net * 13 // 100])
    kind = chance.choice([DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE])
    gross = net + (tax or 0)
    maybe = functools.partial(some_of, chance)
    return Document(
        kind=kind,
        number=f"N{chance.randrange(10**9)}",
        provenance=NOWHERE,
        issued_on=DAY,
        seller=Identity(f"甲{chance.randrange(99)}", maybe({"uscc": "U1", "local": "S1", "vat": "V1", "lei": "X1"}),
                        chance.choice([None, "6222-01"])),
        buyer=Identity(f"乙{chance.randrange(99)}", maybe({"gln": "G1", "tax": "T1", "duns": "D1"})),
        currency="CNY",
        net_minor=net,
        tax_minor=tax,
        gross_minor=gross,
        payable_minor=chance.choice([gross, gross - gross // 3]),
        due_on=chance.choice([None, DAY]),
        delivered_on=chance.choice([None, DAY]),
        references=tuple(each for each in (
            Reference(DocumentKind.PURCHASE_ORDER, "PO-1", issued_on=DAY),
            Reference(DocumentKind.INVOICE, "I-1"),
            Reference(DocumentKind.CREDIT_NOTE, "C-1"),
            Reference(DocumentKind.DESPATCH_ADVICE, "D-1"),
        ) if chance.random() < 0.5),
        lines=lines,
    )  # fmt: skip


def some_line(chance: random.Random, number: int) -> Line:
    quantity, price = Decimal(chance.randrange(1, 10**4)) / 8, Decimal(chance.randrange(1, 10**4)) / 100
    net = int((quantity * price * 100).to_integral_value())
    refers = (Reference(DocumentKind.PURCHASE_ORDER, "PO-1", str(number)),) if chance.random() < 0.5 else ()
    return Line(str(number), chance.choice([None, "A1"]), "件 & Teile", quantity, "C62", price, net, None, refers)


def some_of(chance: random.Random, codes: dict[str, str]) -> dict[str, str]:
    return {scheme: code for scheme, code in codes.items() if chance.random() < 0.6}


def test_an_invoice_is_valid_and_comes_back_as_it_was() -> None:
    written = write_ubl_invoice(INVOICE)
    ubl_schema("Invoice").assertValid(etree.fromstring(written))
    assert back(written) == INVOICE


def test_the_round_trip_needs_no_schema() -> None:
    assert back(write_ubl_invoice(INVOICE)) == INVOICE


def test_random_documents_are_valid_and_come_back_as_they_were() -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for _ in range(60):
        document = some_document(chance)
        written = write_ubl_invoice(document)
        kind = "Invoice" if document.kind is DocumentKind.INVOICE else "CreditNote"
        ubl_schema(kind).assertValid(etree.fromstring(written))
        assert back(written) == document
        assert write_ubl_invoice(document) == written


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": DocumentKind.PURCHASE_ORDER}, "no_ubl_invoice"),
        ({"lines": ()}, "invoice_lines_not_given"),
        ({"net_minor": 29999}, "invoice_does_not_add_up"),
        ({"gross_minor": 33901}, "invoice_does_not_add_up"),
        ({"payable_minor": 33901}, "invoice_does_not_add_up"),
        ({"code": "033002100111"}, "no_place_in_ubl"),
        ({"references": (Reference(DocumentKind.BILL, "B1"),)}, "no_place_in_ubl"),
        ({"issued_on": None}, "field_not_given"),
        ({"number": " "}, "field_not_given"),
        ({"seller": None}, "field_not_given"),
        ({"currency": None}, "field_not_given"),
        ({"currency": "XAU"}, "unknown_currency"),
        ({"number": "1\x00"}, "text_not_writable"),
        ({"number": "1" * 500}, "text_too_long"),
        ({"gross_minor": None}, "field_not_given"),
        ({"lines": (dataclasses.replace(INVOICE.lines[0], net_minor=None),)}, "invoice_lines_not_given"),
    ],
)
def test_what_ubl_cannot_carry_or_does_not_add_up_stays_here(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        write_ubl_invoice(dataclasses.replace(INVOICE, **changes))
    assert refused.value.code == code


def test_a_writer_that_spoils_a_field_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted defect: line amounts go out without their sign."""
    from openscf.ingestion.writers import ubl_invoice

    negative = dataclasses.replace(
        INVOICE, net_minor=-30000, tax_minor=-3900, gross_minor=-33900, payable_minor=-33900,
        lines=tuple(dataclasses.replace(line, net_minor=-(line.net_minor or 0), tax_minor=None,
                                        quantity=None, unit=None) for line in INVOICE.lines),
    )  # fmt: skip
    assert back(write_ubl_invoice(negative)) == negative
    monkeypatch.setattr(ubl_invoice, "_amount", lambda minor, unit: Money(abs(minor), unit).amount)
    assert back(write_ubl_invoice(negative)) != negative


CREDITOR = Identity("甲钢铁有限公司", {"uscc": "91330000MA0000001X"}, "6222020000000001", "102331002016")
ORDER = PaymentOrder(
    message_id="OPENSCF-20260310-0001",
    created_at=dt.datetime(2026, 3, 10, 16, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    initiator=Identity("openscf"),
    debtor=Identity("丙保理有限公司", {"lei": "5493001KJTIIGC8Y1R12"}, "DE89 3704 0044 0532 0130 00", "COBADEFFXXX"),
    execute_on=dt.date(2026, 3, 11),
    instructions=(
        PaymentInstruction("E2E-1", Money(79500000, CNY), CREDITOR, "INV-2026-1 融资款"),
        PaymentInstruction("E2E-2", Money(1, CNY), Identity("乙公司", {}, "1000/22", "某农村信用社")),
        PaymentInstruction("E2E-3", Money(250, CNY), Identity("丁公司", {}, "GB82WEST12345698765432")),
    ),
)
NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_payment_order_is_valid(version: str) -> None:
    pain_schema(version).assertValid(etree.fromstring(write_pain001(ORDER, version)))


def test_a_payment_order_says_what_is_to_be_paid() -> None:
    root = etree.fromstring(write_pain001(ORDER))

    def texts(path: str) -> list[str]:
        return [found.text for found in root.iterfind(f".//{path}", NS)]

    assert texts("p:GrpHdr/p:NbOfTxs") == texts("p:PmtInf/p:NbOfTxs") == ["3"]
    assert texts("p:GrpHdr/p:CtrlSum") == texts("p:PmtInf/p:CtrlSum") == ["795002.51"]
    assert texts("p:GrpHdr/p:CreDtTm") == ["2026-03-10T08:30:00.000Z"]
    assert texts("p:ReqdExctnDt/p:Dt") == ["2026-03-11"]
    assert texts("p:InstdAmt") == ["795000.00", "0.01", "2.50"]
    assert {found.get("Ccy") for found in root.iterfind(".//p:InstdAmt", NS)} == {"CNY"}
    assert texts("p:EndToEndId") == ["E2E-1", "E2E-2", "E2E-3"]
    assert texts("p:DbtrAcct/p:Id/p:IBAN") == ["DE89370400440532013000"]
    assert texts("p:DbtrAgt/p:FinInstnId/p:BICFI") == ["COBADEFFXXX"]
    assert texts("p:CdtrAcct/p:Id/p:Othr/p:Id") == ["6222020000000001", "1000/22"]
    assert texts("p:CdtrAgt/p:FinInstnId/p:ClrSysMmbId/p:MmbId") == ["102331002016"]
    assert texts("p:CdtrAgt/p:FinInstnId/p:Nm") == ["某农村信用社"]
    assert texts("p:RmtInf/p:Ustrd") == ["INV-2026-1 融资款"]


def test_a_currency_without_decimals_is_written_without_a_point() -> None:
    yen = dataclasses.replace(ORDER, instructions=(PaymentInstruction("E", Money(5, JPY), CREDITOR),))
    written = write_pain001(yen)
    pain_schema(VERSIONS[0]).assertValid(etree.fromstring(written))
    assert b'<InstdAmt Ccy="JPY">5</InstdAmt>' in written


def paying(**changes: Any) -> tuple[PaymentInstruction, ...]:
    return (ORDER.instructions[0], dataclasses.replace(ORDER.instructions[1], **changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"instructions": ()}, "field_not_given"),
        ({"instructions": paying(reference="E2E-1")}, "payment_twice"),
        ({"instructions": paying(amount=Money(1, JPY))}, "payment_currencies"),
        ({"instructions": paying(amount=Money(0, CNY))}, "payment_not_positive"),
        ({"instructions": paying(amount=Money(-1, CNY))}, "payment_not_positive"),
        ({"instructions": paying(reference="x" * 36)}, "text_too_long"),
        ({"instructions": paying(remittance="x" * 141)}, "text_too_long"),
        ({"instructions": paying(creditor=Identity("甲"))}, "field_not_given"),
        ({"instructions": paying(creditor=Identity(None, {}, "1"))}, "field_not_given"),
        ({"instructions": paying(creditor=Identity("甲", {}, "GB82WEST12345698765433"))}, "account_check_digits"),
        ({"instructions": paying(creditor=Identity("甲\x0b", {}, "1"))}, "text_not_writable"),
        ({"message_id": ""}, "field_not_given"),
    ],
)
def test_a_payment_order_that_a_bank_could_misread_stays_here(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        write_pain001(dataclasses.replace(ORDER, **changes))
    assert refused.value.code == code


def test_an_unknown_version_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="version"):
        write_pain001(ORDER, "pain.001.001.02")
    with pytest.raises(ValueError, match="naive"):
        write_pain001(dataclasses.replace(ORDER, created_at=ORDER.created_at.replace(tzinfo=None)))
