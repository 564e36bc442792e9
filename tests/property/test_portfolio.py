"""The columns of day end are the pure rule, row for row, to the minor unit."""

import datetime as dt
import random
from fractions import Fraction

import numpy as np
import pytest

from openscf.financing.rules import portfolio
from openscf.financing.rules.loans import Loan, Price, Timing
from openscf.financing.rules.portfolio import Position, accrue_all, accrue_columns, accrue_one, columns_of
from openscf.kernel.daycount import DayCount
from openscf.kernel.money import CNY, Money
from openscf.kernel.rates import Rate

ON = dt.date(2026, 6, 15)


def position(chance: random.Random, *, plain: bool = False) -> Position:
    start = ON - dt.timedelta(days=chance.randint(0, 1200))
    size = chance.choice([0, 1, 99, 10**6, 10**9, 10**13, 10**18 - 1])
    bases = (DayCount.ACT_360, DayCount.ACT_365F) if plain else tuple(DayCount)
    rates = ("7.2", "0", "4.35", "999.999999", "0.0000001") if plain else ("7.2", "4.123456789123", "36")
    price = Price(
        rate=Rate.percent(chance.choice(rates)), timing=chance.choice(list(Timing)), basis=chance.choice(bases),
        penalty_multiplier=chance.choice([Fraction(3, 2), Fraction(1), Fraction(2)]),
    )  # fmt: skip
    carried = Fraction(0) if plain or chance.random() < 0.5 else Fraction(chance.randint(0, 10**6), 7)
    principal = Money(chance.randint(0, size), CNY)
    loan = Loan(
        principal=principal, interest=carried, fees=Money.zero(CNY), accrued_to=start,
        due_on=start + dt.timedelta(days=chance.randint(-30, 1300)),
    )  # fmt: skip
    return Position(loan, price)


@pytest.mark.parametrize("plain", [True, False])
def test_a_book_accrues_as_its_loans_do_one_by_one(plain: bool) -> None:
    for seed in range(30):
        chance = random.Random(f"portfolio {seed} {plain}")
        book = [position(chance, plain=plain) for _ in range(200)]
        assert accrue_all(book, ON) == [accrue_one(one, ON) for one in book], f"seed {seed}"


def test_products_1_1_in_columns() -> None:
    price = Price(rate=Rate.percent("7.2"))
    principal = Money(800_000_00, CNY)
    loan = Loan(principal=principal, fees=Money.zero(CNY), accrued_to=dt.date(2026, 3, 10), due_on=dt.date(2026, 6, 1))
    found = accrue_columns(columns_of([Position(loan, price)]), dt.date(2026, 6, 1))
    assert (found.interest_minor[0], found.penalty_minor[0], found.dpd[0]) == (13_280_00, 0, 0)
    rest = Loan(
        principal=Money(313_280_00, CNY),
        fees=Money.zero(CNY),
        accrued_to=dt.date(2026, 6, 1),
        due_on=dt.date(2026, 6, 1),
    )
    late = accrue_columns(columns_of([Position(rest, price)]), ON)
    assert (late.interest_minor[0], late.penalty_minor[0], late.dpd[0]) == (0, 1_315_78, 14)


def test_an_empty_book_accrues_nothing() -> None:
    assert accrue_all([], ON) == []


def test_interest_that_was_counted_further_is_refused() -> None:
    price = Price(rate=Rate.percent("7.2"))
    day = ON + dt.timedelta(days=1)
    loan = Loan(principal=Money(1, CNY), fees=Money.zero(CNY), accrued_to=day, due_on=day)
    with pytest.raises(ValueError, match="counted beyond"):
        accrue_columns(columns_of([Position(loan, price)]), ON)


@pytest.mark.parametrize("defect", ["rounding down", "limb dropped"])
def test_planted_defects_are_found(defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = portfolio._scaled
    broken = {
        "rounding down": lambda amount, numerator, denominator: amount * numerator // denominator,
        "limb dropped": lambda amount, numerator, denominator: plain(amount & ((1 << 40) - 1), numerator, denominator),
    }
    monkeypatch.setattr(portfolio, "_scaled", broken[defect])
    chance = random.Random("planted")
    book = [position(chance, plain=True) for _ in range(500)]
    with np.errstate(all="ignore"):
        assert accrue_all(book, ON) != [accrue_one(one, ON) for one in book]
