"""A server of somebody else's: roles and tables are made once, and no other home's roles are taken over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from openscf.bootstrap import open_platform
from openscf.db.server import EmbeddedServer
from openscf.db.settings import Settings
from openscf.kernel.errors import Refusal

Homes = Callable[..., Settings]
pytestmark = pytest.mark.slow
DEBIAN = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def admin(homes: Homes) -> Iterator[str]:
    """An administrator of a PostgreSQL that is not ours: Debian's 15 where it is installed."""
    chosen = {"pg_bin": DEBIAN} if DEBIAN.exists() else {}
    with EmbeddedServer(homes("theirs", **chosen)).lease() as url:
        yield url


def test_an_external_server_is_set_up_once_and_opened_again(homes: Homes, admin: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "ours", database_url=admin)
    for _ in range(2):
        with open_platform(settings) as platform, platform.database.connection("openscf_read") as connection:
            assert connection.execute("SELECT current_user, current_database()").fetchone() == (
                "openscf_read",
                "openscf",
            )
    assert not (settings.home / "data").exists()


def test_a_keeper_may_give_the_four_roles_instead(homes: Homes, admin: str, tmp_path: Path) -> None:
    with open_platform(Settings(home=tmp_path / "first", database_url=admin)) as platform:
        roles = platform.database.endpoints
    with open_platform(Settings(home=tmp_path / "second", roles=roles)) as platform:
        assert platform.database.endpoints == roles
    assert not (tmp_path / "second").exists()


def test_the_roles_of_another_home_are_not_taken_over(homes: Homes, admin: str, tmp_path: Path) -> None:
    with open_platform(Settings(home=tmp_path / "first", database_url=admin)):
        pass
    with (
        pytest.raises(Refusal, match="roles_of_another_home"),
        open_platform(Settings(home=tmp_path / "second", database_url=admin)),
    ):
        pass
    with open_platform(Settings(home=tmp_path / "first", database_url=admin)):
        pass


def test_an_external_server_that_may_lose_money_is_refused(homes: Homes, admin: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "ours", database_url=admin)
    with open_platform(settings):
        pass
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("ALTER ROLE openscf_app SET synchronous_commit = off")
    with pytest.raises(Exception, match="synchronous_commit"), open_platform(settings):
        pass


def test_the_commands_of_the_embedded_server_refuse_an_external_one(admin: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="server_not_embedded"):
        EmbeddedServer(Settings(home=tmp_path, database_url=admin))
