"""Cutting a sample into folds: seeded, with the good and the bad spread evenly."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from openscf.credit.models.sample import Integers

Index = npt.NDArray[np.intp]


def folds(bad: Integers, *, count: int, seed: int) -> Iterator[tuple[Index, Index]]:
    """Pairs of (rows to learn from, rows to test on); every row is tested once.

    Args:
        bad: 1 where the firm defaulted.
        count: How many folds; fewer if there are not that many firms of a kind.
        seed: Of the shuffle: the same seed, the same folds.
    """
    chance = np.random.default_rng(seed)
    fold = np.empty(len(bad), np.intp)
    count = max(2, min(count, int(bad.sum()), int(len(bad) - bad.sum())))
    start = 0
    for kind in (1, 0):
        rows = chance.permutation(np.flatnonzero(bad == kind))
        # The second kind goes on where the first ended, so that the folds have the same size.
        fold[rows] = (np.arange(len(rows)) + start) % count
        start += len(rows)
    for number in range(count):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)
