"""A log to be tampered with: two tenants, 280 entries, two checkpoints outside the database, the last 30 uncovered.

One database serves all tests: each begins with a copy of what was saved, so it costs milliseconds and no new database.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Server
from tests.suites.evidence.world import Saved, World


@pytest.fixture(scope="session")
def saved(server: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Saved]]:
    """The empty and the filled platform, to begin from."""
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    world = World.opened(server, server.clone(template, name), tmp_path_factory.mktemp("evidence"))
    empty = Saved.of(world, "empty")
    world.act(120)
    world.sealer.seal()
    world.act(130)
    world.sealer.seal()
    world.act(30)
    report = world.sealer.seal()
    assert (report.size, report.covered) == (280, 250)
    assert world.verify().ok
    yield {"empty": empty, "full": Saved.of(world, "filled")}
    world.database.close()
    server.drop(name)


@pytest.fixture
def empty(saved: dict[str, Saved], tmp_path: Path) -> World:
    """A platform without a single entry."""
    return saved["empty"].copied_to(tmp_path)


@pytest.fixture
def world(saved: dict[str, Saved], tmp_path: Path) -> World:
    """The platform that the module's first line describes."""
    return saved["full"].copied_to(tmp_path)
