"""A thousand seeds of five hundred commands, the first half; in two files, so that two workers share them."""

import pytest

from tests.simulation.storms import COMMANDS, weather


@pytest.mark.slow
def test_five_hundred_storms_break_nothing(request: pytest.FixtureRequest) -> None:
    seed = request.config.getoption("--seed")
    seeds = range(500) if seed is None else range(seed, seed + 1)
    answered, _ = weather(seeds)
    assert answered >= len(seeds) * COMMANDS * 9 // 10
