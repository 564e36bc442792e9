"""Dividing money so that the parts always sum to the whole.

Two rules, both of PRODUCTS section 0 ("the last instalment or piece takes the residue"):

* *Pro rata* (several holders of one claim): what rounding leaves over is carried from piece to piece and ends with
  the last one, so every piece also stays within one minor unit of its exact share, however many there are.
* *Instalments* (one payer over time): all instalments are the same, and the last one takes the residue.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise

from openscf.kernel.errors import refusal
from openscf.kernel.money.rounding import Rounding, as_fraction, round_to_int
from openscf.kernel.money.value import CURRENCY_MISMATCH, Money

NOTHING_TO_SPLIT_BY = refusal(
    "nothing_to_split_by",
    en="{amount} can't be divided by these {count} shares: they must be zero or more, and one at least above zero.",
    zh="{amount} 无法按这 {count} 个份额分配：份额不得为负，且至少一个大于零。",
    fix_en="Correct the shares.",
    fix_zh="请更正份额。",
)


def pro_rata(amount: Money, weights: Sequence[Fraction | Decimal | int | Money]) -> list[Money]:
    """Divide `amount` in the proportion of `weights`; what can't be divided is carried on to the last piece.

    The first k pieces together get the exact share of the first k weights, rounded towards zero. So Σ pieces =
    amount, each piece is less than one minor unit away from its exact share, has the sign of the amount (or is
    nothing), and a weight of zero gets nothing.

    Args:
        amount: May be negative (a reversal): the pieces are the exact mirror.
        weights: Zero or more, one at least above zero; exact numbers, or amounts of one currency.

    Raises:
        Refusal: `nothing_to_split_by`; `currency_mismatch` among weights that are amounts.
        TypeError: A weight is a float.
    """
    exact = _exact(weights)
    whole = sum(exact, Fraction(0))
    if whole <= 0 or min(exact) < 0:
        raise NOTHING_TO_SPLIT_BY(amount=str(amount), count=len(exact))
    reached = accumulate(exact, initial=Fraction(0))
    marks = [round_to_int(amount.minor * upto / whole, Rounding.DOWN) for upto in reached]
    return [Money(upper - lower, amount.currency) for lower, upper in pairwise(marks)]


def equal_parts(amount: Money, count: int) -> list[Money]:
    """Divide `amount` among `count` equals: no two parts differ by more than one minor unit.

    Raises:
        Refusal: `nothing_to_split_by`, if `count` is below one.
    """
    return pro_rata(amount, [1] * count)


def instalments(amount: Money, count: int) -> list[Money]:
    """Divide `amount` into `count` instalments: all the same, rounded towards zero, the last takes the residue.

    Raises:
        Refusal: `nothing_to_split_by`, if `count` is below one.
    """
    if count < 1:
        raise NOTHING_TO_SPLIT_BY(amount=str(amount), count=count)
    each = amount.times(Fraction(1, count), Rounding.DOWN)
    return [each] * (count - 1) + [amount - each * (count - 1)]


def _exact(weights: Sequence[Fraction | Decimal | int | Money]) -> list[Fraction]:
    amounts = [weight for weight in weights if isinstance(weight, Money)]
    foreign = next((weight for weight in amounts if weight.currency != amounts[0].currency), None)
    if foreign is not None:
        raise CURRENCY_MISMATCH(left=str(amounts[0]), right=str(foreign))
    if amounts and len(amounts) != len(weights):
        raise TypeError("weights are amounts or numbers, not both")
    return [Fraction(weight.minor) if isinstance(weight, Money) else as_fraction(weight) for weight in weights]
