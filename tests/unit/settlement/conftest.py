"""A small market on a real database: set up once, copied for each test."""

import copy
import dataclasses
import uuid
from collections.abc import Iterator

import pytest

from openscf import settlement as s
from openscf.db.database import Database
from openscf.kernel.ports import ManualClock, SeededRandomness
from tests.conftest import Server
from tests.unit.settlement.market import MONDAY, Market, new_market


@pytest.fixture(scope="session")
def prepared(server: Server, template: str) -> Iterator[tuple[str, Market]]:
    """The name of a database with a market in it, and that market; nobody is connected to it."""
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    database = Database(server.clone(template, name))
    market = new_market(database)
    database.close()
    yield name, market
    server.drop(name)


@pytest.fixture
def market(server: Server, prepared: tuple[str, Market]) -> Iterator[Market]:
    """A market of its own for one test."""
    source, known = prepared
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    database = Database(server.clone(source, name))
    database.clock = clock = ManualClock(MONDAY)
    house = dataclasses.replace(known.house, database=database, clock=clock, people=dict(known.house.people))
    bank = s.SimulatedBank(clock, SeededRandomness(7), state=copy.deepcopy(known.bank.state))
    yield dataclasses.replace(known, house=house, bank=bank, read={})
    database.close()
    server.drop(name)
