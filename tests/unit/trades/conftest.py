"""A market on a real database."""

import pytest

from openscf.db.database import Database
from openscf.kernel.ids import PartyId, TenantId
from tests.unit.trades.market import Market


@pytest.fixture
def market(database: Database, tenant: TenantId) -> Market:
    return Market(database, tenant)


@pytest.fixture
def funder(market: Market) -> PartyId:
    return market.party(100, "第一银行")


@pytest.fixture
def rival(market: Market) -> PartyId:
    return market.party(101, "第二银行")
