"""The settings that an environment chooses."""

import os
from pathlib import Path

import pytest

from openscf.db.settings import ROLE_VARIABLES, ROOT_HOME, Settings
from openscf.kernel.errors import Refusal


def test_without_a_word_the_server_is_embedded_and_the_home_is_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.from_environment({})
    assert settings.embedded
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert Settings.from_environment({}).home == ROOT_HOME
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert Settings.from_environment({}).home == Path.home() / ".local" / "share" / "openscf"
    assert Settings.from_environment({"XDG_DATA_HOME": "/data"}).home == Path("/data/openscf")
    assert Settings.from_environment({"XDG_DATA_HOME": "data"}).home == Path.home() / ".local" / "share" / "openscf"
    assert Settings.from_environment({"OPENSCF_HOME": "/h", "XDG_DATA_HOME": "/data"}).home == Path("/h")


def test_all_four_roles_or_none() -> None:
    given = {name: f"host=h user={name}" for name in ROLE_VARIABLES}
    assert not Settings.from_environment(given).embedded
    del given["OPENSCF_DATABASE_URL_SEAL"]
    with pytest.raises(Refusal) as refused:
        Settings.from_environment(given)
    assert refused.value.code == "settings_incomplete"
    assert refused.value.params["missing"] == "OPENSCF_DATABASE_URL_SEAL"


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert Settings.from_environment({"OPENSCF_DATABASE_URL": "", "OPENSCF_PG_BIN": ""}).embedded


def test_secrets_lie_under_the_private_folder() -> None:
    settings = Settings(home=Path("/h"))
    assert settings.audit_keys.is_relative_to(settings.private)
    assert not settings.audit_notes.is_relative_to(settings.private)
