"""A small house: the platform's operator and a supplier with their people, on a real database."""

import random

import pytest

from openscf.db.database import Database
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import ManualClock
from openscf.parties import KeyRing, Party, PartyRole, PersonRole, Vault, add_role
from tests.unit.parties.house import SYSTEM, House


@pytest.fixture
def clock(database: Database) -> ManualClock:
    moved = ManualClock(database.clock.now())
    database.clock = moved
    return moved


@pytest.fixture
def vault() -> Vault:
    return Vault(KeyRing({1: b"0123456789abcdef" * 2}), random.Random(20261122).randbytes)


@pytest.fixture
def house(database: Database, tenant: TenantId, vault: Vault, clock: ManualClock) -> House:
    return House(database, tenant, vault, clock)


@pytest.fixture
def operator(house: House) -> Party:
    """The platform operator's enterprise, with an administrator and a checker."""
    party = house.party("平台运营有限公司")
    house.run(SYSTEM, add_role, party.id, PartyRole.OPERATOR)
    house.person("admin", party.id, PersonRole.ADMIN)
    house.person("reviewer", party.id, PersonRole.CHECKER)
    return party


@pytest.fixture
def supplier(house: House) -> Party:
    """A supplier with a maker, two checkers and a signatory."""
    party = house.party("华东精密零件有限公司")
    house.run(SYSTEM, add_role, party.id, PartyRole.SUPPLIER)
    house.person("maker", party.id, PersonRole.MAKER, PersonRole.TREASURER)
    house.person("checker", party.id, PersonRole.CHECKER)
    house.person("second", party.id, PersonRole.CHECKER)
    house.person("signatory", party.id, PersonRole.SIGNATORY)
    house.person("viewer", party.id, PersonRole.VIEWER)
    return party
