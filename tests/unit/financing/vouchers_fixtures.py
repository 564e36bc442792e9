"""A chain on a database of its own for each test: built once for a module, and copied by the server."""

import uuid
from collections.abc import Iterator

import pytest

from openscf.db import Database
from tests.conftest import Server, new_tenant
from tests.unit.financing.vouchers_house import Chain


@pytest.fixture(scope="module")
def prepared(server: Server, template: str) -> Iterator[tuple[str, Chain]]:
    """The name of a database with a chain in it, and the chain."""
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    database = Database(server.clone(template, name))
    chain = Chain(database, new_tenant(database, "vouchers"))
    database.close()
    yield name, chain
    server.drop(name)


@pytest.fixture
def chain(server: Server, prepared: tuple[str, Chain]) -> Iterator[Chain]:
    """A copy of it."""
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    database = Database(server.clone(prepared[0], name), size=12)
    yield prepared[1].moved_to(database)
    database.close()
    server.drop(name)
