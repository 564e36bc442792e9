"""One world for the whole suite, and a client for each of its roles."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo
from starlette.testclient import TestClient

from openscf.db import Database
from tests.conftest import new_tenant
from tests.speaking import client_of
from tests.suites.output.logs import Logs
from tests.suites.output.world import Output, made_world

NAME = f"openscf_o_{os.getpid()}"
BASE = "http://testserver"


@pytest.fixture(scope="session")
def logs() -> Iterator[Logs]:
    with Logs() as kept:
        yield kept


@pytest.fixture(scope="session")
def world(server: Any, template: str, logs: Logs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Output]:
    database = Database(server.clone(template, NAME))
    tenant = new_tenant(database, "output")
    yield made_world(database, tenant, tmp_path_factory.mktemp("home"))
    database.close()
    server.drop(NAME)


@pytest.fixture(scope="session")
def administrator(server: Any, world: Output) -> str:
    """An administrator's URL of the world's database."""
    return make_conninfo(server.admin, dbname=NAME)


@pytest.fixture
def opens(world: Output) -> Callable[..., TestClient]:
    """A browser of somebody (`seller`: its person with every duty; None: nobody), in a language."""

    def opened(role: str | None, language: str = "en", base: str = BASE) -> TestClient:
        headers = {"Accept-Language": language}
        client = client_of(
            world.screens.app, base_url=base, headers=headers, follow_redirects=False, raise_server_exceptions=False
        )
        if role is not None:
            secure = "__Host-" if base.startswith("https") else ""
            client.cookies.set(f"{secure}openscf", world.screens.token(role if "." in role else f"{role}.all"))
        return client

    return opened
