"""Parts of money always sum to the whole: holders of a claim, equals, instalments."""

from fractions import Fraction

import pytest

from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, USD, Money, equal_parts, instalments, pro_rata


def fen(*minors):
    return [Money(minor, CNY) for minor in minors]


def test_a_partial_payment_is_shared_pro_rata_and_the_residue_ends_with_the_last():
    """PRODUCTS 1.4: C pays 1,000,000 of 3,000,000 to the holders of 1,800,000, 700,000 and 500,000."""
    leaves = fen(180_000_000, 70_000_000, 50_000_000)
    assert pro_rata(Money(100_000_000, CNY), leaves) == fen(60_000_000, 23_333_333, 16_666_667)


def test_what_cant_be_divided_is_carried_on_and_nobody_is_a_whole_fen_off():
    assert pro_rata(Money(200, CNY), [1, 1, 1]) == fen(66, 67, 67)
    assert equal_parts(Money(100, CNY), 3) == fen(33, 33, 34)
    assert equal_parts(Money(2, CNY), 5) == fen(0, 0, 1, 0, 1)


def test_a_reversal_is_shared_as_the_exact_mirror():
    assert pro_rata(Money(-200, CNY), [1, 1, 1]) == fen(-66, -67, -67)
    assert instalments(Money(-100, CNY), 3) == fen(-33, -33, -34)


def test_a_share_of_zero_gets_nothing_even_at_the_end():
    assert pro_rata(Money(100, CNY), [1, 1, 1, 0]) == fen(33, 33, 34, 0)
    assert pro_rata(Money(100, CNY), [0, Fraction(1, 7)]) == fen(0, 100)


def test_instalments_are_equal_and_the_last_takes_the_residue():
    assert instalments(Money(10, CNY), 4) == fen(2, 2, 2, 4)
    assert instalments(Money(10, CNY), 1) == fen(10)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], fen(0, 0)])
def test_shares_that_divide_nothing_are_refused(weights):
    with pytest.raises(Refusal, match="nothing_to_split_by"):
        pro_rata(Money(100, CNY), weights)


@pytest.mark.parametrize("divide", [equal_parts, instalments])
def test_there_is_at_least_one_part(divide):
    with pytest.raises(Refusal, match="nothing_to_split_by"):
        divide(Money(100, CNY), 0)


def test_shares_in_two_currencies_are_refused():
    with pytest.raises(Refusal, match="currency_mismatch"):
        pro_rata(Money(100, CNY), [Money(1, CNY), Money(1, USD)])


@pytest.mark.parametrize("weights", [[0.5, 0.5], [1, True], [1, Money(1, CNY)]])
def test_shares_are_exact_numbers_or_amounts(weights):
    with pytest.raises(TypeError):
        pro_rata(Money(100, CNY), weights)
