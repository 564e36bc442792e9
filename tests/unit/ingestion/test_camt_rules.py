"""What a camt statement must keep to, on messages made here."""

import dataclasses
from decimal import Decimal

import pytest

from openscf.ingestion.adapters import camt
from openscf.ingestion.contract import Reading
from openscf.trades import BankStatement
from tests.contract.samples._example import a_source
from tests.contract.samples.camt import document, statement


def read(content: bytes) -> Reading:
    return camt.ADAPTER.read(a_source("statement.xml", content))


def refused(content: bytes) -> tuple[str, str]:
    (rejection,) = read(content).rejections
    where = rejection.refusal.where
    assert where is not None
    assert where.line
    return rejection.refusal.code, where.field or ""


@pytest.mark.parametrize(
    ("code", "opening", "amount", "closing", "minor"),
    [
        ("EUR", "100", "0.10", "100.1", 10),
        ("EUR", "018.15000", "8.850", "27.00000", 885),
        ("JPY", "1000", "250", "1250", 250),
        ("JPY", "1000.00000", "250.0", "1250", 250),
        ("KWD", "1.001", "0.002", "1.003", 2),
        ("CLF", "1.0001", "0.0002", "1.0003", 2),
        ("DEM", "10.00", "0.50", "10.50", 50),
        ("ITL", "1000", "50", "1050", 50),
    ],
)
def test_amounts_are_exact_in_currencies_of_every_exponent(code, opening, amount, closing, minor) -> None:
    (read_one,) = read(document(statement(1, amount, closing, code=code, opening=opening))).records
    assert isinstance(read_one, BankStatement)
    assert [line.amount_minor for line in read_one.lines] == [minor]
    assert read_one.currency == code


@pytest.mark.parametrize(("code", "amount"), [("EUR", "0.001"), ("JPY", "0.5"), ("KWD", "0.0001"), ("ITL", "0.5")])
def test_digits_that_the_currency_has_no_room_for_are_refused_not_rounded(code: str, amount: str) -> None:
    found, field = refused(document(statement(1, amount, "100", code=code)))
    assert found == "amount_too_precise"
    assert field.endswith("Ntry") or "Amt" in field


def test_a_difference_of_one_minor_unit_is_enough() -> None:
    (rejection,) = read(document(statement(1, "50.50", "150.49"))).rejections
    assert rejection.refusal.code == "statement_does_not_add_up"
    assert Decimal(rejection.refusal.params["difference"]) == Decimal("-0.01")
    for language in ("en", "zh"):
        for figure in ("100.00", "50.50", "150.49", "-0.01", "EUR"):
            assert figure in rejection.refusal.sentence(language)


def test_only_booked_entries_move_the_balance() -> None:
    content = document(statement(1, "50", "100")).replace(b"<Sts>BOOK</Sts>", b"<Sts>PDNG</Sts>")
    (read_one,) = read(content).records
    assert isinstance(read_one, BankStatement)
    assert read_one.lines[0].status == "pending"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<Sts>BOOK</Sts>", b"<Sts>PERHAPS</Sts>", "statement_field_unreadable"),
        (b"<Sts>BOOK</Sts>", b"", "statement_field_unreadable"),
        (b"<BookgDt><Dt>2024-01-02", b"<BookgDt><Dt>2024-02-30", "statement_date_unreadable"),
        (b"<BookgDt><Dt>2024-01-02", b"<BookgDt><Dt>02.01.2024", "statement_date_unreadable"),
        (b'Ccy="EUR">50<', b'Ccy="EUX">50<', "unknown_currency"),
        (b'Ccy="EUR">50<', b">50<", "unknown_currency"),
        (b'Ccy="EUR">50<', b'Ccy="EUR">-50<', "statement_field_unreadable"),
        (b'Ccy="EUR">50<', b'Ccy="USD">50<', "statement_mixes_currencies"),
        (b"<CdtDbtInd>CRDT</CdtDbtInd><Sts>", b"<CdtDbtInd>C</CdtDbtInd><Sts>", "statement_field_unreadable"),
    ],
)
def test_one_field_that_can_not_be_read_rejects_the_statement(old: bytes, new: bytes, code: str) -> None:
    content = document(statement(1, "50", "150"))
    assert old in content
    assert refused(content.replace(old, new))[0] == code


def test_two_opening_balances_are_a_contradiction() -> None:
    content = document(statement(1, "50", "150"))
    start, end = content.index(b"<Bal>"), content.index(b"</Bal>") + len(b"</Bal>")
    assert refused(content[:end] + content[start:end] + content[end:])[0] == "statement_field_repeated"


def test_a_good_statement_is_not_lost_for_its_neighbour() -> None:
    reading = read(document(statement(1, "50", "150") + statement(2, "50", "151") + statement(3, "1", "101")))
    assert [dataclasses.asdict(each)["number"] for each in reading.records] == ["S1", "S3"]
    assert len(reading.rejections) == 1


def test_a_reader_that_books_what_does_not_add_up_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: nobody holds the statement to its balances."""
    monkeypatch.setattr(camt, "refuse_unless_it_adds_up", lambda *arguments, **named: None)
    with pytest.raises(ValueError, match="not enough values"):
        test_a_difference_of_one_minor_unit_is_enough()
