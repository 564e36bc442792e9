"""Monotone binning with weights of evidence.

A feature is cut at quantiles, then neighbours are merged: first until the share of bad firms moves only in the declared
direction (pool adjacent violators), then while a bin is too small or there are too many, each time where the least
evidence is lost. Weight of evidence of a bin: ln(share of the good in it / share of the bad in it), each count smoothed
by a half, so that a bin without a bad firm does not weigh infinitely (Siddiqi, Credit Risk Scorecards, 2006).

What is missing has a bin of its own. It weighs what was seen where enough was missing, but never more than nothing, and
as the worst bin otherwise: nobody gains by withholding data.
"""

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from openscf.credit.models.sample import Floats, Integers

PREBINS: Final = 12
MOST_BINS: Final = 5
LEAST_SHARE: Final = 0.05  # of the sample in each bin, and
LEAST_COUNT: Final = 8  # firms at least: fewer say nothing about a rate
_SMOOTH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Bins:
    """How one feature is cut.

    Attributes:
        edges: Ascending; a value belongs to the bin after the last edge that is not above it.
        woe: Weight of evidence of each bin, one more than edges; larger is better.
        missing_woe: That of a missing value.
        good, bad: Firms of the sample in each bin, the missing ones last.
        value: Information value: what the feature tells in all.
    """

    edges: tuple[float, ...]
    woe: tuple[float, ...]
    missing_woe: float
    good: tuple[int, ...]
    bad: tuple[int, ...]
    value: float

    def place(self, value: float | None) -> int:
        """Number of the bin of a value; -1 if it is missing."""
        return -1 if value is None or math.isnan(value) else bisect.bisect_right(self.edges, value)

    def weigh(self, values: Floats) -> Floats:
        """Weights of evidence of many values."""
        placed = np.searchsorted(np.array(self.edges), values, side="right")
        found = np.array(self.woe)[placed]
        found[np.isnan(values)] = self.missing_woe
        return found


@dataclass(slots=True)
class _Cut:
    low: float
    good: int
    bad: int

    @property
    def count(self) -> int:
        return self.good + self.bad

    @property
    def rate(self) -> float:
        return self.bad / self.count

    @property
    def odds(self) -> float:
        """Good for each bad, smoothed as the weights of evidence are."""
        return (self.good + _SMOOTH) / (self.bad + _SMOOTH)

    def take(self, right: "_Cut") -> None:
        self.good += right.good
        self.bad += right.bad


def cut(values: Floats, bad: Integers, *, sign: int) -> Bins:
    """Bin one feature.

    Args:
        values: Its values, NaN where missing.
        bad: 1 where the firm defaulted.
        sign: +1 if larger values may only raise the score, -1 if they may only lower it, 0 for whichever direction
            tells more (it is monotone all the same).
    """
    if sign == 0:
        return max((cut(values, bad, sign=one) for one in (1, -1)), key=lambda bins: bins.value)
    there = ~np.isnan(values)
    cuts = _quantiles(values[there], bad[there])
    least = max(LEAST_COUNT, math.ceil(LEAST_SHARE * len(values)))
    # Larger bins are smoothed less, so what was in order before they were merged is put in order again.
    cuts = _monotone(_merged(_monotone(cuts, sign), least), sign)
    return _weighed(cuts, good=int(np.sum(~there & (bad == 0))), bad=int(np.sum(~there & (bad == 1))), least=least)


def _quantiles(values: Floats, bad: Integers) -> list[_Cut]:
    if len(values) == 0:
        return [_Cut(-math.inf, 0, 0)]
    ordered = np.sort(values)
    places = [len(ordered) * number // PREBINS for number in range(1, PREBINS)]
    edges = sorted({float(ordered[place]) for place in places} - {float(ordered[0])})
    placed = np.searchsorted(np.array(edges), values, side="right")
    lows = [-math.inf, *edges]
    return [
        _Cut(low, int(np.sum((placed == at) & (bad == 0))), int(np.sum((placed == at) & (bad == 1))))
        for at, low in enumerate(lows)
    ]


def _monotone(cuts: list[_Cut], sign: int) -> list[_Cut]:
    """Merge neighbours until the odds rise (sign +1) or fall (-1) strictly from bin to bin."""
    done: list[_Cut] = []
    for each in cuts:
        done.append(each)
        while len(done) > 1 and (done[-1].odds - done[-2].odds) * sign <= 0:
            right = done.pop()
            done[-1].take(right)
    return done


def _merged(cuts: list[_Cut], least: int) -> list[_Cut]:
    """Merge while a bin is too small or there are too many, where the two differ least."""
    while len(cuts) > 1 and (len(cuts) > MOST_BINS or min(each.count for each in cuts) < least):
        small = [at for at, each in enumerate(cuts) if each.count < least]
        pairs = [at for at in range(len(cuts) - 1) if not small or {at, at + 1} & set(small)]
        at = min(pairs, key=lambda left: (_loss(cuts[left], cuts[left + 1]), left))
        cuts[at].take(cuts.pop(at + 1))
    return cuts


def _loss(left: _Cut, right: _Cut) -> float:
    """Chi-square of the two bins: how sure it is that they differ."""
    rate = (left.bad + right.bad) / (left.count + right.count)
    if rate in (0.0, 1.0):
        return 0.0
    return (left.rate - right.rate) ** 2 * left.count * right.count / (left.count + right.count) / (rate * (1 - rate))


def _weighed(cuts: list[_Cut], *, good: int, bad: int, least: int) -> Bins:
    goods, bads = sum(each.good for each in cuts) + good, sum(each.bad for each in cuts) + bad
    woe = [_woe(each.good, each.bad, goods=goods, bads=bads) for each in cuts]
    worst = min(0.0, *woe)
    missing = min(0.0, _woe(good, bad, goods=goods, bads=bads)) if good + bad >= least else worst
    counts = [(each.good, each.bad) for each in cuts]
    return Bins(
        edges=tuple(each.low for each in cuts[1:]),
        woe=tuple(woe),
        missing_woe=missing,
        good=(*(each.good for each in cuts), good),
        bad=(*(each.bad for each in cuts), bad),
        value=_value([*counts, (good, bad)], [*woe, missing], goods=goods, bads=bads),
    )


def _woe(good: int, bad: int, *, goods: int, bads: int) -> float:
    return math.log(((good + _SMOOTH) / (goods + _SMOOTH)) / ((bad + _SMOOTH) / (bads + _SMOOTH)))


def _value(counts: Sequence[tuple[int, int]], woe: Sequence[float], *, goods: int, bads: int) -> float:
    parts = zip(counts, woe, strict=True)
    return sum((good / max(goods, 1) - bad / max(bads, 1)) * weight for (good, bad), weight in parts)
