"""Properties of money and time over random values: parts sum to the whole, nothing drifts, order never turns round."""

import datetime as dt
import json
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st

from openscf.kernel.calendars import Calendar, CalendarDay, DayStatus, Roll, add_business_days, add_months, roll
from openscf.kernel.canonical import canonical_json
from openscf.kernel.daycount import DayCount, Period
from openscf.kernel.errors import Refusal
from openscf.kernel.money import (
    CNY,
    CURRENCIES,
    Money,
    Rounding,
    equal_parts,
    instalments,
    parse_amount,
    parse_money,
    pro_rata,
    round_to_int,
    splits,
    total,
)
from openscf.kernel.rates import Rate, accrual, discount, interest

SEED = 20261122

minors = st.integers(-(10**15), 10**15)
moneys = minors.map(lambda minor: Money(minor, CNY))
annual_rates = st.integers(0, 36_000).map(Rate.bps)
dates = st.dates(dt.date(2010, 1, 1), dt.date(2040, 12, 31))
shares = st.lists(st.fractions(min_value=0, max_value=10**9, max_denominator=10**6), min_size=1, max_size=40)


def examples(count):
    def apply(test):
        return seed(SEED)(settings(max_examples=count, deadline=None, database=None)(test))

    return apply


def check_pro_rata(amount, weights, divide=pro_rata):
    """Σ pieces = whole, each less than one fen from exact, none against the sign of the whole."""
    pieces = divide(amount, weights)
    whole = sum(weights)
    assert len(pieces) == len(weights)
    assert total(pieces, CNY) == amount
    for piece, weight in zip(pieces, weights, strict=True):
        assert abs(piece.minor - amount.minor * Fraction(weight) / whole) < 1
        assert piece.minor * amount.minor >= 0
        assert weight or not piece


@examples(300)
@given(moneys, shares)
def test_pieces_sum_to_the_whole_and_are_within_one_fen_of_exact(amount, weights):
    assume(sum(weights) > 0)
    check_pro_rata(amount, weights)
    assert pro_rata(-amount, weights) == [-piece for piece in pro_rata(amount, weights)]


@examples(100)
@given(moneys, st.integers(1, 60))
def test_equals_differ_by_a_fen_at_most_and_instalments_only_in_the_last(amount, count):
    parts = equal_parts(amount, count)
    assert total(parts, CNY) == amount
    assert max(parts).minor - min(parts).minor <= 1
    paid = instalments(amount, count)
    assert total(paid, CNY) == amount
    assert len(set(paid[:-1])) <= 1
    assert 0 <= abs(paid[-1].minor) - abs(paid[0].minor) < count


@examples(200)
@given(st.sampled_from(sorted(CURRENCIES)), st.integers(-(10**18) + 1, 10**18 - 1))
def test_every_amount_of_every_currency_is_read_back_from_its_own_text(code, minor):
    money = Money(minor, CURRENCIES[code])
    assert parse_amount(money.amount, money.currency, allow_negative=True) == money
    assert parse_money(json.loads(canonical_json(money)), allow_negative=True) == money


def answer(text):
    try:
        return parse_amount(text, CNY)
    except Refusal as refused:
        return refused


@examples(500)
@given(st.text(max_size=60) | st.text(alphabet="0123456789.-+eE_, ¥１２", max_size=30))
def test_any_text_is_an_amount_or_a_named_refusal(text):
    outcome = answer(text)
    if isinstance(outcome, Refusal):
        assert outcome.code.startswith("amount_")
        assert outcome.where is not None
    else:
        assert text in (outcome.amount, outcome.amount.removesuffix("0"), outcome.amount.removesuffix(".00"))


@examples(300)
@given(st.fractions(max_denominator=10**6), st.sampled_from(list(Rounding)))
def test_rounding_moves_by_less_than_one_and_mirrors(value, rounding):
    rounded = round_to_int(value, rounding)
    assert abs(rounded - value) < 1
    if rounding not in (Rounding.FLOOR, Rounding.CEILING):
        assert round_to_int(-value, rounding) == -rounded
    if rounding.name.startswith("HALF"):
        assert abs(rounded - value) <= Fraction(1, 2)


@examples(200)
@given(moneys, annual_rates, dates, st.integers(0, 800))
def test_interest_is_within_half_a_fen_of_exact_on_every_basis(principal, rate, start, days):
    span = Period(start, start + dt.timedelta(days=days))
    for basis in DayCount:
        exact = principal.minor * rate.per_year * basis.year_fraction(span)
        assert abs(interest(principal, rate, span, basis=basis).minor - exact) <= Fraction(1, 2)
        assert interest(-principal, rate, span, basis=basis) == -interest(principal, rate, span, basis=basis)
    taken, paid = discount(principal, rate, span)
    assert taken + paid == principal


def check_accruals(principal, rate, days, piece=accrual):
    """The accruals of single days sum to one posting at the end."""
    start = dt.date(2026, 3, 10)
    marks = [start + dt.timedelta(days=n) for n in range(days + 1)]
    daily = [piece(principal, rate, Period(a, b), since_on=start) for a, b in pairwise(marks)]
    assert total(daily, CNY) == interest(principal, rate, Period(start, marks[-1]))


@examples(60)
@given(moneys, annual_rates, st.integers(1, 200))
def test_daily_accruals_sum_to_one_posting_at_the_end(principal, rate, days):
    check_accruals(principal, rate, days)


@examples(200)
@given(dates, st.lists(st.integers(0, 500), min_size=2, max_size=2), st.sampled_from(list(DayCount)))
def test_a_longer_period_is_never_a_smaller_part_of_a_year(start, lengths, basis):
    near, far = (Period(start, start + dt.timedelta(days=length)) for length in sorted(lengths))
    assert 0 <= basis.year_fraction(near) <= basis.year_fraction(far)


@st.composite
def calendars(draw):
    """A calendar of 2026 to 2028 with random holidays and working weekends."""
    first, last = dt.date(2026, 1, 1), dt.date(2028, 12, 31)
    changed = draw(st.sets(st.dates(dt.date(2026, 6, 1), dt.date(2028, 6, 30)), max_size=60))
    days = {on: CalendarDay(on, on.weekday() >= 5, DayStatus.PROVISIONAL) for on in changed}
    return Calendar("RANDOM", first, last, gazetted_years=frozenset({2026, 2027, 2028}), exceptions=days)


days_of_2027 = st.dates(dt.date(2027, 1, 1), dt.date(2027, 12, 31))


@examples(150)
@given(calendars(), days_of_2027, days_of_2027)
def test_rolling_lands_on_the_nearest_business_day_of_its_side_and_keeps_the_order(calendar, one, other):
    for convention in Roll:
        landed = roll(one, convention, calendar)
        assert roll(landed, convention, calendar) == landed
        if convention is not Roll.UNADJUSTED:
            assert calendar.day(landed).is_open
        low, high = sorted((one, other))
        assert roll(low, convention, calendar) <= roll(high, convention, calendar)
    assert roll(one, Roll.PRECEDING, calendar) <= one <= roll(one, Roll.FOLLOWING, calendar)


@examples(150)
@given(calendars(), days_of_2027)
def test_modified_rules_stay_in_the_month_if_it_has_a_business_day(calendar, on):
    month = [on.replace(day=1) + dt.timedelta(days=n) for n in range(31)]
    if any(day.month == on.month and calendar.day(day).is_open for day in month):
        for convention in (Roll.MODIFIED_FOLLOWING, Roll.MODIFIED_PRECEDING):
            assert roll(on, convention, calendar).month == on.month


@examples(100)
@given(calendars(), days_of_2027, st.integers(1, 40))
def test_business_days_forth_and_back_meet_again(calendar, on, count):
    start = roll(on, Roll.FOLLOWING, calendar)
    assert add_business_days(add_business_days(start, count, calendar), -count, calendar) == start


@examples(200)
@given(dates, st.integers(-120, 120), st.booleans())
def test_months_move_by_whole_months_and_never_past_the_end(on, months, sticky):
    moved = add_months(on, months, end_of_month=sticky)
    assert (moved.year * 12 + moved.month) - (on.year * 12 + on.month) == months
    assert moved.day <= on.day or sticky


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=5)
    ),
    max_leaves=30,
)


@examples(300)
@given(plain)
def test_canonical_json_reads_back_to_the_value_and_writes_the_same_bytes_again(value):
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


@examples(200)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.integers(), max_size=8))
def test_the_order_of_members_does_not_matter(members):
    assert canonical_json(dict(reversed(members.items()))) == canonical_json(members)


# Planted defects: each turns the check above red.


def test_planted_defect_residue_dropped():
    def dropped(amount, weights):
        return [amount.times(Fraction(weight) / sum(weights), Rounding.DOWN) for weight in weights]

    with pytest.raises(AssertionError):
        check_pro_rata(Money(100, CNY), [1, 1, 1], divide=dropped)


def test_planted_defect_all_the_residue_on_the_last():
    """Rounded down each, and the last takes what is left: two thirds of a fen too much for each of the others."""

    def heaped(amount, weights):
        first = [amount.times(Fraction(weight) / sum(weights), Rounding.DOWN) for weight in weights[:-1]]
        return [*first, amount - total(first, CNY)]

    with pytest.raises(AssertionError):
        check_pro_rata(Money(200, CNY), [1, 1, 1], divide=heaped)


def test_planted_defect_pieces_rounded_away_from_zero(monkeypatch):
    monkeypatch.setattr(splits, "round_to_int", lambda value, rounding: round_to_int(value, Rounding.FLOOR))
    with pytest.raises(AssertionError):
        assert pro_rata(Money(-200, CNY), [1, 1, 1]) == [-p for p in pro_rata(Money(200, CNY), [1, 1, 1])]


def test_planted_defect_each_day_rounded_by_itself():
    def alone(principal, rate, period, *, since_on):
        return interest(principal, rate, period)

    with pytest.raises(AssertionError):
        check_accruals(Money(102_400, CNY), Rate.percent("7.2"), 83, piece=alone)


def check_tie(charge=interest):
    """360 days of 1 % on 0.50 is exactly half a fen."""
    year = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 27))
    assert charge(Money(50, CNY), Rate.percent(1), year) == Money(1, CNY)


def test_half_a_fen_is_charged():
    check_tie()


def test_planted_defect_half_even_instead_of_half_up():
    with pytest.raises(AssertionError):
        check_tie(lambda *terms: interest(*terms, rounding=Rounding.HALF_EVEN))
