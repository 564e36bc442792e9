"""Whether today's firms are still those that the model was learned on: PSI of the score, CSI of each input."""

import math
from collections.abc import Sequence
from typing import Final

WATCH: Final = 0.10
SHIFTED: Final = 0.25
_SMOOTH: Final = 0.5


def stability_index(then: Sequence[int], now: Sequence[int]) -> float:
    """Population stability index of two distributions over the same bins.

    Σ (now - then) · ln(now / then) of the shares, each count smoothed by a half. Under 0.10 nothing has moved, over
    0.25 the model must be looked at (Siddiqi 2006). For a score it is called PSI, for an input CSI.
    """
    if len(then) != len(now):
        raise ValueError(f"{len(then)} bins then, {len(now)} now")
    old, new = sum(then) + _SMOOTH * len(then), sum(now) + _SMOOTH * len(now)
    shares = (((b + _SMOOTH) / new, (a + _SMOOTH) / old) for a, b in zip(then, now, strict=True))
    return sum((b - a) * math.log(b / a) for b, a in shares)


def verdict(index: float) -> str:
    """`stable`, `watch` or `shifted`."""
    if index < WATCH:
        return "stable"
    return "watch" if index < SHIFTED else "shifted"
