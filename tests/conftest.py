"""Shared fixtures: a PostgreSQL server for the whole run, and a fresh, migrated database for each test that asks.

`OPENSCF_TEST_DATABASE_URL` (an administrator's URL) chooses an external server; otherwise the embedded one is started.
"""

import contextlib
import dataclasses
import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from openscf.db.database import Database
from openscf.db.endpoints import LOGIN_ROLES, OWNER, Endpoints
from openscf.db.migrations import migrate, runner
from openscf.db.roles import provision
from openscf.db.server import EmbeddedServer, postmaster
from openscf.db.settings import Settings
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import SystemIds
from openscf.parties import credentials
from tests import speaking

gc.set_threshold(50_000, 20, 50)  # while everything loads

_ALONE = uuid.uuid4().hex
ROOM_IN_MEMORY = 4 << 30
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
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY").format(
                    *map(sql.Identifier, (name, template, OWNER))
                )
            )
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, LOGIN_ROLES))
                )
            )
            connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO openscf_app").format(sql.Identifier(name)))
        return Endpoints.of(make_conninfo(self.admin, dbname=name), PASSWORDS)

    @contextlib.contextmanager
    def copied(self, template: str) -> Iterator[Endpoints]:
        """A copy of a database, dropped in the end."""
        name = f"openscf_t_{uuid.uuid4().hex[:12]}"
        yield self.clone(template, name)
        self.drop(name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--seed` runs the random suites with this seed alone, as they printed it when they failed."""
    parser.addoption("--seed", type=int, default=None, help="seed of the random suites")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests first: workers that share the files end together only if the last ones are short."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: it is not looked through for garbage, and what is new less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure() -> None:
    """Libraries that tell what was left at the end (nanobind) would tell of all that was kept."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2id with the least cost in this process: people of the tests sign in some thousand times.

    What people's passwords really cost is asked of a process of its own (`tests/unit/parties/test_credentials.py`).
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "_HASHER", PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of this run: the one that is named, or an embedded one that all xdist workers of the run share.

    Each worker holds a lease; the last one to leave stops it. `OPENSCF_PG_WHEEL` and `OPENSCF_PG_BIN` choose its
    programs, so that the same suite judges each PostgreSQL.
    """
    url = os.environ.get("OPENSCF_TEST_DATABASE_URL")
    if url:
        yield Server(url)
        return
    with EmbeddedServer(embedded(run_folder(quick=True) / "home")).lease() as admin:
        yield Server(admin)


def embedded(home: Path, **chosen: Any) -> Settings:
    """Settings of an embedded server in `home`, with the programs that this run judges."""
    settings = dataclasses.replace(Settings.from_environment(), home=home, database_url=None, roles=None)
    return dataclasses.replace(settings, **chosen)


@pytest.fixture
def homes() -> Iterator[Callable[..., Settings]]:
    """Makes settings of fresh homes, each with a server of its own; stopped and removed when the test ends."""
    base = run_folder() / uuid.uuid4().hex[:6]
    made: list[Settings] = []

    def new(name: str = "h", **chosen: Any) -> Settings:
        base.mkdir(mode=0o755, exist_ok=True)
        base.chmod(0o755)
        made.append(embedded(base / name, **chosen))
        return made[-1]

    yield new
    for settings in made:
        if (settings.home / "state").exists():
            postmaster.stop(settings.home / "state", settings.home / "data", 20)
    shutil.rmtree(base, ignore_errors=True)


def run_folder(*, quick: bool = False) -> Path:
    """A short folder of this run, the same for all its workers, that an unprivileged account can reach.

    Args:
        quick: In memory if there is room: a database per test waits seconds for a slow disk otherwise (a server that
            does not wait is refused by the platform). What must survive a crash is tested on servers of `homes`.
    """
    return _folder(os.environ.get("PYTEST_XDIST_TESTRUNUID") or _ALONE, quick=quick)


def _folder(run: str, *, quick: bool) -> Path:
    memory = Path("/dev/shm")
    roomy = quick and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM_IN_MEMORY
    folder = Path(memory if roomy else tempfile.gettempdir(), f"oscf-{os.geteuid()}-{run[:10]}")
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)
    return folder


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove the run's folders when the server in them has stopped; by the run itself, not by its workers."""
    speaking.OPEN.close()
    if hasattr(session.config, "workerinput"):
        return
    run = getattr(session.config.pluginmanager.getplugin("dsession"), "nodemanager", None)
    for quick in (True, False):
        folder = _folder(run.testrunuid if run else _ALONE, quick=quick)
        state = folder / "home" / "state"
        if not state.exists() or postmaster.wait_gone(state, 30):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: Server) -> Iterator[str]:
    """A migrated, empty database to clone from."""
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    if runner.revisions() == ("0001_foundation",) and runner.script_of("0001_foundation") != runner.current_schema():
        raise pytest.UsageError("the tables changed since they were frozen: run python scripts/freeze_schema.py")
    endpoints = provision(server.admin, name, PASSWORDS)
    migrate(endpoints.owner)
    yield name
    server.drop(name)


@pytest.fixture(scope="session")
def founded(server: Server, template: str) -> Iterator[Any]:
    """A floor with its enterprises and people, whose database is copied for tests that begin with one."""
    from tests.unit.financing.floor import Floor

    with server.copied(template) as endpoints:
        database = Database(endpoints)
        made = Floor(database, new_tenant(database))
        database.close()
        yield made


@pytest.fixture
def endpoints(server: Server, template: str) -> Iterator[Endpoints]:
    """A database of its own for one test."""
    with server.copied(template) as copy:
        yield copy


@pytest.fixture
def database(endpoints: Endpoints) -> Iterator[Database]:
    """The opened database of one test."""
    opened = Database(endpoints)
    yield opened
    opened.close()


@pytest.fixture
def tenant(database: Database) -> TenantId:
    """A tenant in it."""
    return new_tenant(database)


def new_tenant(database: Database, name: str = "test") -> TenantId:
    """A tenant of which no audit entry tells; `openscf.db.tenants.add_tenant` writes one."""
    new = SystemIds().new(TenantId)
    with database.connection("openscf_app") as connection:
        connection.execute("INSERT INTO platform.tenant VALUES (%s, %s, now())", [new, name])
    return new
