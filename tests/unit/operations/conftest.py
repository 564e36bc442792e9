"""A platform on a real database."""

import pytest

from openscf.db import Database
from openscf.kernel.ids import TenantId
from tests.unit.financing.floor import Floor


@pytest.fixture
def floor(database: Database, tenant: TenantId) -> Floor:
    return Floor(database, tenant)
