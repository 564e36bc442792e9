"""A market on a real database."""

import pytest

from openscf.db.database import Database
from openscf.kernel.ids import TenantId
from tests.unit.trades.market import Market


@pytest.fixture
def market(database: Database, tenant: TenantId) -> Market:
    return Market(database, tenant)
