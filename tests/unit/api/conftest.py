"""A platform behind its API."""

from pathlib import Path

import pytest

from openscf.db import Database
from openscf.kernel.ids import TenantId
from tests.founded import endpoints, floor, tenant
from tests.unit.api.hosted import Hosted
from tests.unit.financing.floor import Floor

__all__ = ["endpoints", "floor", "tenant"]


@pytest.fixture
def hosted(database: Database, tenant: TenantId, floor: Floor, tmp_path: Path) -> Hosted:
    return Hosted(database, tenant, tmp_path, floor=floor)
