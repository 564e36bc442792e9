"""*crash* (b): `kill -9` of the database at random moments: nothing acknowledged is lost, nothing counts twice.

Planted defect: asynchronous commits, which lose what was acknowledged and not yet written.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack

import psycopg
import pytest

from openscf.bootstrap import open_platform
from openscf.db.server import EmbeddedServer, postmaster
from openscf.db.settings import Settings
from tests.suites.restore import load

pytestmark = pytest.mark.slow
Homes = Callable[..., Settings]
SEED = random.randrange(10**6)
KILLS = 3


def kill(server: EmbeddedServer) -> None:
    """Kill the first process of the server, as the kernel does when memory runs out, and see it die."""
    pid = postmaster.postmaster_pid(server.home.data)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while postmaster.postmaster_pid(server.home.data) is not None:
        time.sleep(0.005)


def test_random_kills_of_the_server_lose_and_double_nothing(homes: Homes) -> None:
    rng = random.Random(SEED)
    settings = homes()
    server = EmbeddedServer(settings)
    with open_platform(settings) as platform, ExitStack() as leases:
        log = load.start(platform.database, platform.database.endpoints.owner)
        with load.running(platform.database, log, clients=4):
            for _ in range(KILLS):
                time.sleep(rng.uniform(0.05, 0.6))
                kill(server)
                leases.enter_context(server.lease())
        platform.database.close()  # its idle connections are to the dead servers
        assert all(entry.place is not None for entry in log.entries.values()), f"seed {SEED}: unanswered"
        assert load.breaches(platform.database, log, whole=True) == [], f"seed {SEED}"
        assert load.held(platform.database, log.context)[0] == len(log.entries)


def test_planted_asynchronous_commits_lose_what_was_acknowledged(homes: Homes) -> None:
    settings = homes()
    server = EmbeddedServer(settings)
    with open_platform(settings) as platform:
        log = load.start(platform.database, platform.database.endpoints.owner)
        platform.database.close()
        with psycopg.connect(server.admin, autocommit=True) as connection:
            # The platform has looked at its settings already; the operator "makes it faster" behind its back.
            connection.execute("ALTER ROLE openscf_app SET synchronous_commit = off")
            connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            connection.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
            connection.execute("SELECT pg_reload_conf()")
        with load.running(platform.database, log, clients=1):
            time.sleep(0.5)
        platform.database.close()
        kill(server)
        with server.lease():
            found = load.breaches(platform.database, log, whole=True)
    assert any("is lost" in breach for breach in found)
