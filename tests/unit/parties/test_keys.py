"""The file of keys: made once, closed to others, and never silently replaced."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from openscf.db.settings import Settings
from openscf.parties import Cleartext, PersonalKind, vault_at
from openscf.parties.keys import FILE
from openscf.parties.store import vault_keys
from tests.unit.parties.house import refused

CLEAR = Cleartext(PersonalKind.NAME, "张三")


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


def test_the_key_is_made_once_and_readable_by_nobody_else(database, tenant, settings):
    first = vault_at(database, settings)
    path = settings.private / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert vault_at(database, settings).fingerprint(tenant, CLEAR) == first.fingerprint(tenant, CLEAR)
    path.chmod(0o644)
    with refused("private_file_open"):
        vault_at(database, settings)


def test_first_uses_at_once_agree_on_one_key(database, tenant, settings):
    with ThreadPoolExecutor(4) as pool:
        vaults = list(pool.map(lambda _: vault_at(database, settings), range(4)))
    assert len({vault.fingerprint(tenant, CLEAR) for vault in vaults}) == 1


def test_a_lost_or_foreign_key_is_refused_and_no_new_one_is_made(database, settings, tmp_path):
    vault_at(database, settings)
    other = Settings(home=tmp_path / "other")
    path = settings.private / FILE
    kept = path.read_bytes()
    path.unlink()
    with refused("personal_key_missing"):
        vault_at(database, settings)
    assert not path.exists()
    with refused("personal_key_missing"):
        vault_at(database, other)
    path.write_bytes(b'{"1": "' + random.Random(1).randbytes(32).hex().encode() + b'"}')
    path.chmod(0o600)
    with refused("personal_key_missing"):
        vault_at(database, settings)
    path.write_bytes(kept)
    vault_at(database, settings)


def test_a_second_key_is_noted_and_must_stay(database, settings):
    vault_at(database, settings)
    path = settings.private / FILE
    kept = path.read_text()
    path.write_text(kept[:-1] + f', "2": "{"ab" * 32}"}}')
    vault_at(database, settings)
    assert sorted(vault_keys.noted(database)) == [1, 2]
    path.write_text(kept)
    with refused("personal_key_missing"):
        vault_at(database, settings)
