"""What somebody sends as an amount: read strictly or refused by name, with the field, before any arithmetic."""

import decimal

import pytest

from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, JPY, Money, currency, parse_amount, parse_money

KWD = currency("KWD")

GOOD = [
    ("0", CNY, 0),
    ("0.00", CNY, 0),
    ("1", CNY, 100),
    ("1.5", CNY, 150),
    ("1234.56", CNY, 123456),
    ("0.01", CNY, 1),
    ("9999999999999999.99", CNY, 10**18 - 1),
    ("999999999999999999", JPY, 10**18 - 1),
    ("1.234", KWD, 1234),
]

BAD = [
    ("NaN", "amount_malformed"),
    ("nan", "amount_malformed"),
    ("sNaN", "amount_malformed"),
    ("Infinity", "amount_malformed"),
    ("-inf", "amount_malformed"),
    ("1E+3000000", "amount_malformed"),
    ("1e5", "amount_malformed"),
    ("0x10", "amount_malformed"),
    ("１２３", "amount_malformed"),
    ("１２３.００", "amount_malformed"),
    ("١٢٣", "amount_malformed"),
    ("¹²", "amount_malformed"),
    ("1_000", "amount_malformed"),
    ("1,000.00", "amount_malformed"),
    ("1，000", "amount_malformed"),
    ("1 000", "amount_malformed"),
    (" 1", "amount_malformed"),
    ("1\n", "amount_malformed"),
    ("\t1", "amount_malformed"),
    ("1\u200b", "amount_malformed"),
    ("1\u00a0000", "amount_malformed"),
    ("(100.00)", "amount_malformed"),
    ("￥100", "amount_malformed"),
    ("¥100", "amount_malformed"),
    ("100元", "amount_malformed"),
    ("100 CNY", "amount_malformed"),
    ("+1", "amount_malformed"),
    ("--1", "amount_malformed"),
    ("−1", "amount_malformed"),
    ("1-", "amount_malformed"),
    (".5", "amount_malformed"),
    ("5.", "amount_malformed"),
    ("1.2.3", "amount_malformed"),
    ("1。5", "amount_malformed"),
    ("007", "amount_malformed"),
    ("00", "amount_malformed"),
    ("=1+1", "amount_malformed"),
    ("1\x00", "amount_malformed"),
    ("\ud800", "amount_malformed"),
    ("9" * 5_000_000 + "x", "amount_too_long"),  # judged by its length alone
    ("x" * 5_000_000, "amount_malformed"),
    ("0." + "0" * 5_000_000, "amount_malformed"),
    ("", "amount_missing"),
    ("-1", "amount_negative"),
    ("-0.01", "amount_negative"),
    ("-0", "amount_negative"),
    ("1.234", "amount_too_precise"),
    ("1.000", "amount_too_precise"),
    ("10000000000000000.00", "amount_too_long"),
    ("10000000000000000", "amount_too_long"),
    ("1234567890123456789", "amount_too_long"),
    ("9" * 5_000_000, "amount_too_long"),
    (None, "amount_not_text"),
    (1, "amount_not_text"),
    (1.5, "amount_not_text"),
    (float("nan"), "amount_not_text"),
    (True, "amount_not_text"),
    (decimal.Decimal("1E+3000000"), "amount_not_text"),
    (b"100", "amount_not_text"),
    (["100"], "amount_not_text"),
]


def _name(value):
    return ascii(value)[:30]


@pytest.mark.parametrize(("text", "unit", "minor"), GOOD, ids=_name)
def test_a_plain_amount_is_read_exactly(text, unit, minor):
    assert parse_amount(text, unit) == Money(minor, unit)


@pytest.mark.parametrize(("text", "code"), BAD, ids=_name)
def test_anything_else_is_refused_with_the_field_in_both_languages(text, code):
    with pytest.raises(Refusal) as refused:
        parse_amount(text, CNY, field="lines[3].price")
    assert refused.value.code == code
    assert refused.value.where.field == "lines[3].price"
    for language in ("en", "zh"):
        sentence = refused.value.sentence(language)
        assert "lines[3].price" in sentence
        assert len(sentence) < 300
        assert sentence.isprintable()
        assert refused.value.remedy(language)
    assert refused.value.kind.status == 400


def test_refused_amounts_never_reach_an_arithmetic_type(monkeypatch):
    """The reader judges text only: with every conversion booby-trapped, the refusals stay the same.

    Nothing here measures time. `int` of a checked, bounded text is the only conversion there is.
    """
    from openscf.kernel.money import parsing

    def conversion(text):
        assert len(text) <= 42, "an unbounded text was converted"
        assert text.isascii(), "an unchecked text was converted"
        assert text.isdecimal(), "an unchecked text was converted"
        return int(text)

    monkeypatch.setattr(parsing, "int", conversion, raising=False)
    for text, code in BAD:
        with pytest.raises(Refusal, match=code):
            parse_amount(text, CNY)
    assert parse_amount("12.34", CNY) == Money(1234, CNY)


def test_yen_have_no_decimals():
    with pytest.raises(Refusal, match="amount_too_precise"):
        parse_amount("1.0", JPY)


def test_a_negative_amount_is_read_where_it_is_allowed():
    assert parse_amount("-1.50", CNY, allow_negative=True) == Money(-150, CNY)
    assert parse_amount("-0", CNY, allow_negative=True) == Money(0, CNY)
    with pytest.raises(Refusal, match="amount_too_long"):
        parse_amount("-10000000000000000", CNY, allow_negative=True)


def test_the_json_form_is_read_back():
    money = Money(-123456, CNY)
    assert parse_money(money.as_json(), allow_negative=True) == money


@pytest.mark.parametrize(
    ("value", "code", "field"),
    [
        ("1234.56", "money_malformed", "total"),
        ({"amount": "1"}, "money_malformed", "total"),
        ({"amount": "1", "currency": "CNY", "extra": 1}, "money_malformed", "total"),
        (["amount", "currency"], "money_malformed", "total"),
        ({"amount": "1", "currency": "cny"}, "unknown_currency", "total.currency"),
        ({"amount": "1", "currency": ["CNY"]}, "unknown_currency", "total.currency"),
        ({"amount": 1.5, "currency": "CNY"}, "amount_not_text", "total.amount"),
        ({"amount": "1.234", "currency": "CNY"}, "amount_too_precise", "total.amount"),
    ],
)
def test_a_malformed_money_object_is_refused_with_the_member_named(value, code, field):
    with pytest.raises(Refusal, match=code) as refused:
        parse_money(value, field="total")
    assert refused.value.where.field == field
    assert refused.value.remedy("zh")


def test_the_suite_notices_a_reader_that_trusts_decimal(monkeypatch):
    """Planted defect: a reader that asks `Decimal` first lets full-width digits, separators and NaN through."""

    def gullible(text, unit):
        return int(decimal.Decimal(text).scaleb(unit.exponent))

    passed = []
    for text, _ in BAD:
        if not isinstance(text, str) or len(text) > 100 or "E+" in text:
            continue
        try:
            passed.append((text, gullible(text, CNY)))
        except (ValueError, ArithmeticError):
            continue
    assert {"１２３", "1_000", " 1", "1\n", "1e5", "1.234", "-1", "007"} <= {text for text, _ in passed}
