"""The embedded server lives exactly as long as somebody uses it, whatever kills whom."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from openscf.db.server import EmbeddedServer, control, postmaster
from openscf.db.settings import Settings
from openscf.kernel.errors import Refusal

USER = Path(__file__).with_name("user.py")
Homes = Callable[..., Settings]
pytestmark = pytest.mark.slow
AT_WORK = """SELECT 1 FROM pg_stat_activity
             WHERE query LIKE '%/* work */%' AND pid <> pg_backend_pid() AND state = 'active'"""


def start_user(settings: Settings) -> subprocess.Popen[str]:
    """Another program that takes a lease; returns when it has it."""
    command = [sys.executable, str(USER), str(settings.home), settings.pg_wheel]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def told(user: subprocess.Popen[str]) -> int:
    """The first process of the server that the user found."""
    assert user.stdout is not None
    return int(user.stdout.readline().split()[0])


def end(user: subprocess.Popen[str]) -> None:
    user.communicate("\n", timeout=60)


def gone(settings: Settings) -> bool:
    return postmaster.wait_gone(settings.home / "state", 60)


def test_the_server_stops_when_its_only_user_leaves(homes: Homes) -> None:
    settings = homes()
    with EmbeddedServer(settings).lease() as admin, psycopg.connect(admin) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert gone(settings)
    assert not EmbeddedServer(settings).status().running


def test_a_killed_user_does_not_keep_the_server(homes: Homes) -> None:
    settings = homes()
    user = start_user(settings)
    told(user)
    user.kill()
    user.wait()
    assert gone(settings)


def test_the_server_stays_while_one_user_is_left(homes: Homes) -> None:
    settings = homes()
    user = start_user(settings)
    pid = told(user)
    with EmbeddedServer(settings).lease():
        pass
    time.sleep(0.3)
    assert postmaster.postmaster_pid(settings.home / "data") == pid
    end(user)
    assert gone(settings)


def test_users_that_come_at_once_start_one_server(homes: Homes) -> None:
    settings = homes()
    users = [start_user(settings) for _ in range(4)]
    assert len({told(user) for user in users}) == 1
    for user in users:
        end(user)
    assert gone(settings)


def test_a_new_user_brings_a_new_watchdog_when_the_old_one_was_killed(homes: Homes) -> None:
    settings = homes()
    first = start_user(settings)
    told(first)
    lock = settings.home / "state" / "watchdog.lock"
    (watchdog,) = until(lambda: postmaster.holders(lock))
    os.kill(watchdog, signal.SIGKILL)
    until(lambda: not postmaster.holders(lock))
    second = start_user(settings)
    told(second)
    end(first)
    end(second)
    assert gone(settings)


def until(ask: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 20
    while not (answer := ask()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return answer


def test_after_the_servers_violent_death_the_next_user_finds_all_that_was_committed(homes: Homes) -> None:
    settings = homes()
    server = EmbeddedServer(settings)
    with server.lease() as admin:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (i int)")
            connection.execute("INSERT INTO kept VALUES (1)")
            os.kill(server.status().pid or 0, signal.SIGKILL)
        with server.lease(), psycopg.connect(admin) as connection:
            assert connection.execute("SELECT i FROM kept").fetchall() == [(1,)]


def test_a_restart_waits_for_processes_that_the_dead_server_left_at_work(homes: Homes) -> None:
    server = EmbeddedServer(homes())
    with server.lease() as admin:
        pid = server.status().pid or 0
        busy = threading.Thread(target=_work, args=[admin])
        with psycopg.connect(admin, autocommit=True) as connection:
            busy.start()
            until(lambda: connection.execute(AT_WORK).fetchall())
        os.kill(pid, signal.SIGKILL)
        until(lambda: postmaster.postmaster_pid(server.home.data) is None)
        assert postmaster.alive(server.home.state), "the orphan must still be at work for this test to say something"
        with server.lease(), psycopg.connect(admin) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert server.status().pid != pid
        busy.join()


def _work(admin: str) -> None:
    try:
        with psycopg.connect(admin) as connection:
            connection.execute("SELECT /* work */ sum(i) FROM generate_series(1, 12000000) i")
    except psycopg.Error:
        pass  # it may be cut off: the server is dead


def test_a_pinned_server_stays_until_it_is_stopped(homes: Homes) -> None:
    server = EmbeddedServer(homes())
    server.pin()
    time.sleep(0.5)
    assert server.status().ready
    assert server.status().pinned
    assert server.unpin() == ()
    assert not server.status().running


def test_a_stop_waits_for_users_unless_told_otherwise(homes: Homes) -> None:
    settings = homes()
    server = EmbeddedServer(settings)
    server.pin()
    user = start_user(settings)
    told(user)
    assert server.unpin() == (user.pid,)
    assert server.status().ready
    end(user)
    assert gone(settings)
    with server.lease():
        assert server.unpin(now=True) == ()
        assert not server.status().running


def test_a_stale_file_that_names_another_programs_process_hinders_nobody(
    homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = EmbeddedServer(homes())
    with server.lease():
        pass
    assert gone(server.settings)
    bystander = subprocess.Popen(["sleep", "600"], **server.home.account.switch)
    stale = server.home.data / "postmaster.pid"
    try:
        stale.write_text(f"{bystander.pid}\n{server.home.data}\n1\n5432\n{server.home.run}\n\n  1  1\nready   \n")
        os.chown(stale, server.home.account.uid, server.home.account.gid)
        assert postmaster.postmaster_pid(server.home.data) is None
        postmaster.stop(server.home.state, server.home.data, 1)
        assert bystander.poll() is None, "a stop must never signal a stranger"
        with monkeypatch.context() as planted:  # the planted defect: PostgreSQL left alone believes the number
            planted.setattr(control, "_clear_remains", lambda home: None)
            with pytest.raises(Refusal, match="database_not_started"), server.lease():
                pass
        with server.lease():
            assert server.status().ready
    finally:
        bystander.kill()
        bystander.wait()


def test_a_database_of_another_version_is_refused_and_left_alone(homes: Homes) -> None:
    server = EmbeddedServer(homes())
    with server.lease():
        pass
    assert gone(server.settings)
    (server.home.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(Refusal) as refused, server.lease():
        pass
    assert refused.value.code == "database_of_another_version"
    assert "14" in refused.value.sentence("zh")
    assert not (server.home.data / "postmaster.pid").exists()


def test_nothing_listens_on_tcp_and_a_password_is_asked_for(homes: Homes) -> None:
    server = EmbeddedServer(homes())
    with server.lease() as admin:
        with psycopg.connect(admin) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(admin, password="wrong")
