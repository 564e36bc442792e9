"""A platform on a real database."""

from pathlib import Path

import pytest

from tests.founded import endpoints, floor, tenant
from tests.unit.financing.floor import Floor
from tests.unit.operations.town import Town

__all__ = ["endpoints", "floor", "tenant"]


@pytest.fixture
def town(floor: Floor, tmp_path: Path) -> Town:
    return Town(floor, tmp_path)


@pytest.fixture
def judged(town: Town) -> Town:
    """With a model in charge and two years of sales."""
    town.appointed()
    town.history()
    return town
