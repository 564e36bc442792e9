"""A sample to learn from, of made-up firms whose outcome follows from three features."""

import numpy as np
import pytest

from openscf.credit import Sample

NAMES = ("sales_12m_minor", "sales_void_rate", "top_buyer_share", "in_out_ratio", "history_months", "alone_share")


def synthetic(seed: int, count: int = 240) -> Sample:
    """Firms with few voids and many sales default less; `in_out_ratio` is noise; a tenth of the values is missing."""
    chance = np.random.default_rng(seed)
    sales = np.round(np.exp(chance.normal(20, 1.5, count)))
    voids = chance.beta(1, 8, count)
    columns = [
        sales, voids, chance.beta(2, 4, count), chance.random(count), chance.integers(6, 39, count).astype(float),
        chance.beta(1, 20, count),
    ]  # fmt: skip
    logit = -1.5 - 0.9 * (np.log(sales) - 20) + 9 * (voids - 0.1) + 2 * (columns[2] - 0.33)
    bad = (chance.random(count) < 1 / (1 + np.exp(-logit))).astype(np.int64)
    x = np.column_stack(columns)
    x[chance.random(x.shape) < 0.1] = np.nan
    return Sample(tuple(f"F{number:04}" for number in range(count)), NAMES, x, bad)


@pytest.fixture(scope="session")
def sample() -> Sample:
    print("seed 7")
    return synthetic(7)
