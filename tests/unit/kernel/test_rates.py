"""Rates are exact, interest is rounded once."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from openscf.kernel.daycount import DayCount, Period
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, USD, Money, Rounding
from openscf.kernel.rates import Rate, discount, implied_rate, interest, interest_for_days, penalty_rate

MILLION = Money(100_000_000, CNY)
YEAR_2024 = Period(dt.date(2024, 1, 1), dt.date(2025, 1, 1))


def test_the_same_rate_by_every_road():
    assert Rate.bps(720) == Rate.percent("7.2") == Rate.parse("7.2%") == Rate.parse("0.072") == Rate(Fraction(9, 125))
    assert Rate.per_day("0.05") == Rate.percent(18)
    assert Rate.percent(Decimal("0.1")).per_year == Fraction(1, 1000)


@pytest.mark.parametrize(
    "text", ["", "7,2%", "7.2 %", "-1%", "+1%", "1E2", "NaN", "７%", "%", "1001%", "10.01", "7.2%%", " 1", 7.2, 7, None]
)
def test_a_rate_from_outside_is_read_strictly(text):
    with pytest.raises(Refusal, match="bad_rate") as refused:
        Rate.parse(text, field="penalty_rate")
    assert refused.value.where.field == "penalty_rate"


def test_the_highest_rate_is_a_thousand_per_cent():
    assert Rate.parse("1000%") == Rate.parse("10")


def test_a_rate_is_never_a_float():
    for make in (lambda: Rate(0.072), lambda: Rate.percent(7.2), lambda: Rate.bps(720.0), lambda: Rate.bps(True)):
        with pytest.raises(TypeError):
            make()


def test_a_rate_is_written_exactly_or_says_that_it_is_not():
    assert str(Rate.bps(720)) == "7.2 %"
    assert str(Rate.percent(100)) == "100 %"
    assert str(Rate(Fraction(18, 49))) == "≈ 36.734694 %"
    assert Rate(Fraction(18, 49)).percent_text() == "36.73"
    assert Rate(Fraction(1, 16)).percent_text(1) == "6.3"
    assert Rate.bps(720).as_json() == "9/125"


def test_rates_add_and_compare():
    assert Rate.bps(300) + Rate.bps(150) == Rate.bps(450) > Rate.bps(449)
    with pytest.raises(TypeError):
        Rate.bps(300) + 1


def test_interest_depends_on_the_basis_of_the_contract():
    """366 days of 2024 at 3.65 % on a million."""
    rate = Rate.percent("3.65")
    fen = {basis: interest(MILLION, rate, YEAR_2024, basis=basis).amount for basis in DayCount}
    assert fen == {
        DayCount.ACT_360: "37108.33",
        DayCount.ACT_365F: "36600.00",
        DayCount.ACT_ACT_ISDA: "36500.00",
        DayCount.THIRTY_360: "36500.00",
        DayCount.THIRTY_360_US: "36500.00",
        DayCount.THIRTY_E_360: "36500.00",
    }


def test_interest_on_a_reversal_is_the_exact_mirror():
    rate, span = Rate.percent("6.18"), Period(dt.date(2026, 3, 10), dt.date(2026, 6, 1))
    odd = Money(12_345_677, CNY)
    assert interest(-odd, rate, span) == -interest(odd, rate, span)


def test_half_a_fen_is_rounded_up_once():
    assert interest_for_days(Money(50, CNY), Rate.percent(1), 360) == Money(1, CNY)
    assert interest_for_days(Money(49, CNY), Rate.percent(1), 360) == Money(0, CNY)
    assert interest(
        Money(50, CNY), Rate.percent(1), YEAR_2024, basis=DayCount.ACT_ACT_ISDA, rounding=Rounding.DOWN
    ) == (Money(0, CNY))


def test_interest_for_no_days_is_nothing_and_for_negative_days_an_error():
    assert interest_for_days(MILLION, Rate.bps(500), 0) == Money(0, CNY)
    for days, year_days in ((-1, 360), (1, 0), (1, 350)):
        with pytest.raises(ValueError, match="days"):
            interest_for_days(MILLION, Rate.bps(500), days, year_days=year_days)


def test_discount_and_proceeds_sum_to_the_face_and_extra_days_cost():
    span = Period(dt.date(2026, 8, 15), dt.date(2026, 10, 29))
    for extra in (0, 3):
        taken, paid = discount(MILLION, Rate.percent("2.62"), span, extra_days=extra)
        assert taken + paid == MILLION
        assert taken == interest_for_days(MILLION, Rate.percent("2.62"), 75 + extra)
    for basis, extra in ((DayCount.THIRTY_360, 3), (DayCount.ACT_360, -1)):
        with pytest.raises(ValueError, match="extra days"):
            discount(MILLION, Rate.bps(262), span, basis=basis, extra_days=extra)


def test_the_penalty_rate_is_half_as_much_again_unless_the_contract_says_otherwise():
    assert penalty_rate(Rate.percent("7.2")) == Rate.percent("10.8")
    assert penalty_rate(Rate.percent("7.2"), multiplier=Fraction(13, 10)) == Rate.percent("9.36")


def test_the_implied_rate_inverts_simple_interest():
    assert implied_rate(Money(1_800_000, CNY), on=MILLION, days=90) == Rate.percent("7.2")
    with pytest.raises(ValueError, match="no rate"):
        implied_rate(Money(1, CNY), on=Money(0, CNY), days=90)
    with pytest.raises(ValueError, match="no rate"):
        implied_rate(Money(1, CNY), on=MILLION, days=0)
    with pytest.raises(Refusal, match="currency_mismatch"):
        implied_rate(Money(1, USD), on=MILLION, days=90)
