"""For tests that begin with a floor: their database is a copy of one in which it was made once.

A `conftest.py` that imports these fixtures gives them to its folder.
"""

from collections.abc import Iterator

import pytest

from openscf.db import Database
from openscf.db.endpoints import Endpoints
from openscf.kernel.ids import TenantId
from tests.conftest import Server
from tests.unit.financing.floor import Floor

__all__ = ["endpoints", "floor", "tenant"]


@pytest.fixture
def endpoints(server: Server, founded: Floor) -> Iterator[Endpoints]:
    """A database of its own for one test, with the enterprises and people of a floor."""
    with server.copied(founded.database.endpoints.database) as copy:
        yield copy


@pytest.fixture
def tenant(founded: Floor) -> TenantId:
    """The floor's."""
    return founded.tenant


@pytest.fixture
def floor(database: Database, founded: Floor) -> Floor:
    return Floor(database, founded.tenant, standing=founded)
