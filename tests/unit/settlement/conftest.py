"""A small market on a real database."""

import datetime as dt
import random

import pytest

from openscf.db.database import Database
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import ManualClock
from openscf.parties import KeyRing, Party, PartyRole, PersonRole, Vault, add_role
from tests.unit.parties.house import SYSTEM, House
from tests.unit.settlement.market import MONDAY, Market, open_market


@pytest.fixture
def clock(database: Database) -> ManualClock:
    moved = ManualClock(MONDAY - dt.timedelta(days=3))  # accounts cool before the week begins
    database.clock = moved
    return moved


@pytest.fixture
def house(database: Database, tenant: TenantId, clock: ManualClock) -> House:
    vault = Vault(KeyRing({1: b"0123456789abcdef" * 2}), random.Random(20261122).randbytes)
    return House(database, tenant, vault, clock)


@pytest.fixture
def operator(house: House) -> Party:
    party = house.party("平台运营有限公司")
    house.run(SYSTEM, add_role, party.id, PartyRole.OPERATOR)
    house.person("admin", party.id, PersonRole.ADMIN)
    house.person("reviewer", party.id, PersonRole.CHECKER)
    return party


@pytest.fixture
def market(house: House, operator: Party, clock: ManualClock) -> Market:
    made = open_market(house, operator)
    clock.advance(MONDAY - clock.now())
    return made
