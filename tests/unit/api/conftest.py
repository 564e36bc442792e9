"""A platform behind its API."""

from pathlib import Path

import pytest

from openscf.db import Database
from openscf.kernel.ids import TenantId
from tests.unit.api.hosted import Hosted


@pytest.fixture
def hosted(database: Database, tenant: TenantId, tmp_path: Path) -> Hosted:
    return Hosted(database, tenant, tmp_path)
