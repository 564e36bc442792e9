"""A log to be tampered with: two tenants, 280 entries, two checkpoints outside the database, the last 30 uncovered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openscf.db.endpoints import Endpoints
from tests.conftest import Server
from tests.suites.evidence.world import World


@pytest.fixture
def empty(server: Server, endpoints: Endpoints, tmp_path: Path) -> Iterator[World]:
    """A platform without a single entry."""
    world = World.opened(server, endpoints, tmp_path)
    yield world
    world.database.close()


@pytest.fixture
def world(empty: World) -> World:
    """The platform that the module's first line describes."""
    empty.act(120)
    empty.sealer.seal()
    empty.act(130)
    empty.sealer.seal()
    empty.act(30)
    report = empty.sealer.seal()
    assert (report.size, report.covered) == (280, 250)
    assert empty.verify().ok
    return empty
