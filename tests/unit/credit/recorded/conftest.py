"""The house of the parties' tests: an operator and a supplier with their people, on a real database."""

import datetime as dt
import random

import pytest

from openscf.db.database import Database
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import ManualClock
from openscf.parties import KeyRing, Party, PartyRole, PersonRole, Vault, add_role
from tests.unit.parties.house import SYSTEM, House


@pytest.fixture
def house(database: Database, tenant: TenantId) -> House:
    clock = ManualClock(dt.datetime(2026, 6, 30, 4, tzinfo=dt.UTC))  # noon in Shanghai
    database.clock = clock
    vault = Vault(KeyRing({1: b"0123456789abcdef" * 2}), random.Random(20261122).randbytes)
    return House(database, tenant, vault, clock)


@pytest.fixture
def operator(house: House) -> Party:
    """The platform operator's enterprise, with a maker and a checker."""
    party = house.party("平台运营有限公司")
    house.run(SYSTEM, add_role, party.id, PartyRole.OPERATOR)
    house.person("clerk", party.id, PersonRole.MAKER, PersonRole.VIEWER)
    house.person("senior", party.id, PersonRole.CHECKER)
    return party


@pytest.fixture
def firm(house: House, operator: Party) -> Party:
    """The firm that is rated."""
    party = house.party("华东精密零件有限公司")
    house.person("owner", party.id, PersonRole.MAKER, PersonRole.CHECKER, PersonRole.SIGNATORY)
    house.person("cousin", party.id, PersonRole.CHECKER)
    return party


@pytest.fixture
def bank(house: House, operator: Party) -> Party:
    """A bank that rates it."""
    party = house.party("第一银行股份有限公司")
    house.person("banker", party.id, PersonRole.VIEWER, PersonRole.MAKER)
    return party
