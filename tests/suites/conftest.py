"""Fixtures of the suites: a database that also holds the tables of the play, and an observer of its locks."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf.db import Context, Database, Endpoints
from tests.conftest import Server, new_tenant
from tests.suites import play


@pytest.fixture
def stage(endpoints: Endpoints) -> Iterator[Database]:
    """A database with the tables of the play in it."""
    play.set_up(endpoints.owner)
    opened = Database(endpoints, size=12)
    yield opened
    opened.close()


@pytest.fixture
def context(stage: Database) -> Context:
    """A tenant of the play, and someone who acts in it."""
    return Context(new_tenant(stage), "system:play")


@pytest.fixture
def observer(server: Server, endpoints: Endpoints) -> Iterator[psycopg.Connection[Any]]:
    """An administrator's connection to the database of the test; deadlocks in it are found quickly."""
    with psycopg.connect(make_conninfo(server.admin, dbname=endpoints.database), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE \"{endpoints.database}\" SET deadlock_timeout = '50ms'")
        yield connection
