"""A platform on a real database."""

import pytest

from openscf.db import Database
from openscf.kernel.ids import TenantId
from tests.unit.financing.floor import Floor
from tests.unit.financing.vouchers_fixtures import chain, prepared

__all__ = ["chain", "floor", "prepared"]


@pytest.fixture
def floor(database: Database, tenant: TenantId) -> Floor:
    return Floor(database, tenant)
