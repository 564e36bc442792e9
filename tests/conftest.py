"""Shared fixtures: a PostgreSQL server for the whole run, and a fresh, migrated database for each test that asks.

`OPENSCF_TEST_DATABASE_URL` (an administrator's URL) chooses an external server; otherwise the embedded one is started.
"""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from openscf.db.database import Database
from openscf.db.endpoints import LOGIN_ROLES, OWNER, Endpoints
from openscf.db.migrations import migrate
from openscf.db.roles import provision
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import SystemIds

PASSWORDS = {role: f"test-{role}" for role in LOGIN_ROLES}


@dataclass(frozen=True)
class Server:
    """A server under test and how to administer it."""

    admin: str

    def drop(self, name: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def clone(self, template: str, name: str) -> Endpoints:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*map(sql.Identifier, (name, template, OWNER)))
            )
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, LOGIN_ROLES))
                )
            )
        return Endpoints.of(make_conninfo(self.admin, dbname=name), PASSWORDS)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of this run."""
    url = os.environ.get("OPENSCF_TEST_DATABASE_URL")
    if not url:
        pytest.skip("the embedded server's launcher is not built yet; set OPENSCF_TEST_DATABASE_URL")
    yield Server(url)


@pytest.fixture(scope="session")
def template(server: Server) -> Iterator[str]:
    """A migrated, empty database to clone from."""
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    endpoints = provision(server.admin, name, PASSWORDS)
    migrate(endpoints.owner)
    yield name
    server.drop(name)


@pytest.fixture
def endpoints(server: Server, template: str) -> Iterator[Endpoints]:
    """A database of its own for one test."""
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    yield server.clone(template, name)
    server.drop(name)


@pytest.fixture
def database(endpoints: Endpoints) -> Iterator[Database]:
    """The opened database of one test."""
    opened = Database(endpoints)
    yield opened
    opened.close()


@pytest.fixture
def tenant(database: Database) -> TenantId:
    """A tenant in it."""
    new = SystemIds().new(TenantId)
    with database.connection("openscf_app") as connection:
        connection.execute("INSERT INTO platform.tenant VALUES (%s, 'test', now())", [new])
    return new
