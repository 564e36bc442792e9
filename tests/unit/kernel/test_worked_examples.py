"""The worked examples hold, and they notice the mistakes that are usually made."""

import datetime as dt
from fractions import Fraction

import pytest

from openscf.kernel import calendars, daycount, money, rates
from openscf.kernel.calendars import Gazette
from openscf.kernel.money import Rounding, round_to_int
from tests.unit.kernel.worked_examples import EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.__name__)
def test_worked_example(example):
    example()


def red():
    """The names of the examples that fail."""
    failed = set()
    for example in EXAMPLES:
        try:
            example()
        except AssertionError:
            failed.add(example.__name__)
    return failed


def test_all_examples_are_green_without_a_defect():
    assert len(EXAMPLES) == 18
    assert red() == set()


def test_planted_defect_a_daily_rate_rounded_first(monkeypatch):
    def twice(principal, rate, days, *, year_days=360):
        daily = Fraction(round_to_int(rate.per_year / year_days * 10**6, Rounding.HALF_UP), 10**6)
        return principal.times(daily * days, Rounding.HALF_UP)

    monkeypatch.setattr(rates, "interest_for_days", twice)
    assert {"section_0_a_daily_rate_rounded_first_under_charges", "section_2_7_order_finance"} <= red()


def test_planted_defect_interest_rounded_down(monkeypatch):
    real = rates.interest_for_days

    def down(principal, rate, days, *, year_days=360):
        exact = rate.per_year * Fraction(days, year_days)
        return min(real(principal, rate, days, year_days=year_days), principal.times(exact, Rounding.DOWN))

    monkeypatch.setattr(rates, "interest_for_days", down)
    assert "section_2_7_order_finance" in red()


def test_planted_defect_head_and_tail_counted(monkeypatch):
    def both_ends(self):
        return (self.end_on - self.start_on).days + 1

    monkeypatch.setattr(daycount.Period, "days", property(both_ends))
    assert {"section_1_1_factoring", "section_1_5_bill_discounting", "section_2_6_letter_of_credit"} <= red()


def test_planted_defect_residue_dropped(monkeypatch):
    def dropped(amount, weights):
        whole = sum(weight.minor if isinstance(weight, money.Money) else weight for weight in weights)
        shares = [Fraction(getattr(weight, "minor", weight), whole) for weight in weights]
        return [amount.times(share, Rounding.DOWN) for share in shares]

    monkeypatch.setattr(money, "pro_rata", dropped)
    assert "section_1_4_voucher_partial_payment" in red()


def test_planted_defect_penalty_at_the_contract_rate(monkeypatch):
    monkeypatch.setattr(rates, "penalty_rate", lambda contract: contract)
    assert red() == {"section_1_1_factoring_partial_and_late"}


def test_planted_defect_sundays_are_business_days(monkeypatch):
    sunday = Gazette(2026, working=frozenset({dt.date(2026, 5, 31)}))
    open_on_sunday = calendars.china_interbank().with_gazette(sunday)
    monkeypatch.setattr(calendars, "china_interbank", lambda: open_on_sunday)
    assert red() == {"section_1_1_factoring"}
