"""The CI lane's storms, the second half; in two files, so that two workers share them."""

import pytest

from tests.simulation.storms import COMMANDS, SECOND, weather


@pytest.mark.slow
def test_more_storms_of_five_hundred_commands_break_nothing() -> None:
    answered, _ = weather(SECOND)
    assert answered >= len(SECOND) * COMMANDS * 9 // 10
