"""Money: arithmetic that never mixes currencies, explicit rounding, one spelling in JSON."""

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest

from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, CURRENCIES, JPY, LIMIT_MINOR, USD, Money, Rounding, currency, round_to_int, total

TEN_FEN = Money(10, CNY)


@pytest.mark.parametrize(
    "operation",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, b: a.ratio_to(b),
        lambda a, b: total([a, b], CNY),
    ],
)
@pytest.mark.parametrize("other", [Money(10, USD), Money(0, USD)])
def test_currencies_never_mix_silently_not_even_at_zero(operation, other):
    with pytest.raises(Refusal, match="currency_mismatch"):
        operation(TEN_FEN, other)


def test_amounts_of_different_currencies_are_different():
    assert Money(10, CNY) != Money(10, USD)
    assert len({Money(10, CNY), Money(10, USD), Money(10, CNY)}) == 2


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1), None])
def test_minor_units_are_an_int_and_nothing_else(minor):
    with pytest.raises(TypeError):
        Money(minor, CNY)


@pytest.mark.parametrize("operation", [lambda m: m + 1, lambda m: m - 0, lambda m: m * 1.5, lambda m: m * TEN_FEN])
def test_money_meets_only_money_in_sums_and_only_ints_in_products(operation):
    with pytest.raises(TypeError):
        operation(TEN_FEN)


@pytest.mark.parametrize("operation", [lambda m: m < 5, lambda m: m >= 0])
def test_money_is_not_compared_with_bare_numbers(operation):
    with pytest.raises(TypeError):
        operation(TEN_FEN)


def test_an_amount_stays_below_eighteen_digits():
    highest = Money(LIMIT_MINOR - 1, CNY)
    assert -highest == Money(1 - LIMIT_MINOR, CNY)
    for step in (lambda: highest + Money(1, CNY), lambda: highest * 2, lambda: Money(-LIMIT_MINOR, CNY)):
        with pytest.raises(Refusal, match="amount_out_of_range"):
            step()


def test_arithmetic_of_one_currency():
    assert Money(30, CNY) + TEN_FEN - Money(5, CNY) == Money(35, CNY)
    assert 3 * TEN_FEN == TEN_FEN * 3 == Money(30, CNY)
    assert abs(-TEN_FEN) == TEN_FEN
    assert bool(TEN_FEN)
    assert not Money.zero(CNY)
    assert min(TEN_FEN, Money(3, CNY)) == Money(3, CNY)
    assert total([], JPY) == Money(0, JPY)
    assert Money(1, CNY).ratio_to(Money(3, CNY)) == Fraction(1, 3)


# Ties and near ties on both sides of zero: rounding -> what becomes of 2.5, 3.5, 2.4, 2.6, -2.5, -3.5, -2.4, -2.6.
_ROUNDED = {
    Rounding.HALF_UP: (3, 4, 2, 3, -3, -4, -2, -3),
    Rounding.HALF_EVEN: (2, 4, 2, 3, -2, -4, -2, -3),
    Rounding.HALF_DOWN: (2, 3, 2, 3, -2, -3, -2, -3),
    Rounding.UP: (3, 4, 3, 3, -3, -4, -3, -3),
    Rounding.DOWN: (2, 3, 2, 2, -2, -3, -2, -2),
    Rounding.FLOOR: (2, 3, 2, 2, -3, -4, -3, -3),
    Rounding.CEILING: (3, 4, 3, 3, -2, -3, -2, -2),
}


@pytest.mark.parametrize("rounding", list(Rounding))
def test_every_rounding_mode_treats_ties_and_signs_as_it_says(rounding):
    values = ("2.5", "3.5", "2.4", "2.6", "-2.5", "-3.5", "-2.4", "-2.6")
    assert tuple(round_to_int(Decimal(value), rounding) for value in values) == _ROUNDED[rounding]
    assert round_to_int(-7, rounding) == -7


def test_a_factor_is_exact_or_refused():
    assert Money(100, CNY).times(Fraction(1, 3), Rounding.HALF_UP) == Money(33, CNY)
    assert Money(5, CNY).times(Decimal("0.1"), Rounding.HALF_UP) == Money(1, CNY)  # 0.5 fen
    for factor in (0.1, True, "0.1"):
        with pytest.raises(TypeError):
            Money(100, CNY).times(factor, Rounding.HALF_UP)
    for factor in (Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ValueError, match="finite"):
            Money(100, CNY).times(factor, Rounding.HALF_UP)


@pytest.mark.parametrize(
    ("minor", "code", "plain", "shown"),
    [
        (123456, "CNY", "1234.56", "CNY 1,234.56"),
        (5, "CNY", "0.05", "CNY 0.05"),
        (-5, "CNY", "-0.05", "CNY -0.05"),
        (0, "EUR", "0.00", "EUR 0.00"),
        (-123456789, "USD", "-1234567.89", "USD -1,234,567.89"),
        (1234567, "JPY", "1234567", "JPY 1,234,567"),
        (1234, "KWD", "1.234", "KWD 1.234"),
        (10000, "CLF", "1.0000", "CLF 1.0000"),
    ],
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(minor, code, plain, shown):
    money = Money(minor, currency(code))
    assert money.amount == plain
    assert str(money) == shown
    assert money.as_json() == {"amount": plain, "currency": code}


def test_money_survives_pickling_for_worker_processes():
    assert pickle.loads(pickle.dumps(TEN_FEN)) == TEN_FEN


@pytest.mark.parametrize("code", ["cny", "RMB", "XAU", "XTS", "BGN", "HRK", "", "ＣＮＹ", None, 156, "C" * 1000])
def test_a_code_that_is_no_currency_in_use_is_refused(code):
    with pytest.raises(Refusal, match="unknown_currency") as refused:
        currency(code)
    assert len(str(refused.value)) < 200


def test_the_table_of_currencies_is_complete_and_well_formed():
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CURRENCIES)
    assert len(CURRENCIES) == 165
    by_decimals = {decimals: sum(c.exponent == decimals for c in CURRENCIES.values()) for decimals in (0, 2, 3, 4)}
    assert by_decimals == {0: 17, 2: 139, 3: 7, 4: 2}
    assert CNY.minor_per_major == 100
    with pytest.raises(TypeError):
        CURRENCIES["ABC"] = CNY
