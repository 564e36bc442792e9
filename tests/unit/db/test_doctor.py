"""The doctor: each check passes on a fresh database and turns unsafe for the defect that it is there for."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf.bootstrap import open_platform
from openscf.db import roles
from openscf.db.doctor import DATABASE, MUST, Patient, Status, examine, examine_database, machine, refuse_unsafe
from openscf.db.endpoints import Endpoints
from openscf.db.server import EmbeddedServer, postmaster
from openscf.db.settings import Settings
from openscf.kernel.errors import Refusal
from tests.conftest import Server

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
Homes = Callable[..., Settings]

# What an operator or a careless migration might do, and the check that must notice.
DEFECTS = {
    "ALTER ROLE openscf_app SUPERUSER": "role_powers",
    "ALTER ROLE openscf_read BYPASSRLS": "role_powers",
    "GRANT openscf_owner TO openscf_app": "role_powers",
    "GRANT pg_read_all_data TO openscf_read": "role_powers",
    "ALTER ROLE openscf_app SET synchronous_commit = off": "durability",
    "SET LOCAL synchronous_commit = off": "durability",
    "ALTER TABLE ledger.account DISABLE ROW LEVEL SECURITY": "row_security",
    "ALTER TABLE ledger.account NO FORCE ROW LEVEL SECURITY": "row_security",
    "CREATE TABLE ledger.forgotten (i int); ALTER TABLE ledger.forgotten OWNER TO openscf_owner": "row_security",
    "CREATE TABLE public.stray (i int)": "ownership",
    "ALTER VIEW ledger.entry SET (security_invoker = false)": "views",
    "ALTER VIEW ledger.entry RESET (security_invoker)": "views",
    "CREATE MATERIALIZED VIEW ledger.copy AS SELECT * FROM ledger.account": "views",
    "CREATE FUNCTION ledger.lent() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';"
    "REVOKE ALL ON FUNCTION ledger.lent() FROM PUBLIC": "definer_functions",
    "CREATE FUNCTION ledger.lent() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog"
    " AS 'SELECT 1'": "definer_functions",
    "GRANT UPDATE ON ledger.transfer TO openscf_app": "append_only",
    "GRANT UPDATE (amount_minor) ON ledger.transfer TO openscf_app": "append_only",
    "GRANT DELETE ON platform.audit_entry TO openscf_seal": "append_only",
    "GRANT TRUNCATE ON platform.audit_entry TO PUBLIC": "append_only",
    "GRANT SELECT ON ledger.account TO PUBLIC": "foreign_grants",
    "GRANT TRUNCATE ON ledger.account TO openscf_app": "foreign_grants",
    "UPDATE public.alembic_version SET version_num = '0000_older'": "schema_revision",
}  # fmt: skip


@pytest.fixture
def operating(server: Server, endpoints: Endpoints) -> Iterator[psycopg.Connection[Any]]:
    """An operator's connection in a transaction that is rolled back; roles are everybody's, so set-ups wait for it."""
    with psycopg.connect(make_conninfo(server.admin, dbname=endpoints.database)) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [roles._LOCK])
        yield connection
        connection.rollback()


def unsafe(connection: psycopg.Connection[Any], tmp_path: Path) -> set[str]:
    findings = examine_database(Patient(Settings(home=tmp_path), NOW, connection))
    return {finding.name for finding in findings if finding.status is Status.UNSAFE}


def test_a_fresh_database_is_safe_in_every_respect(operating: psycopg.Connection[Any], tmp_path: Path) -> None:
    assert unsafe(operating, tmp_path) == set()


@pytest.mark.parametrize(("defect", "check"), DEFECTS.items(), ids=lambda text: text[:60])
def test_every_defect_is_found_by_its_check(
    operating: psycopg.Connection[Any], tmp_path: Path, defect: str, check: str
) -> None:
    operating.execute(defect.encode())
    assert check in unsafe(operating, tmp_path)


def test_every_check_of_the_database_has_a_defect_that_it_finds(
    operating: psycopg.Connection[Any], tmp_path: Path
) -> None:
    names = {finding.name for finding in examine_database(Patient(Settings(home=tmp_path), NOW, operating), DATABASE)}
    warnings_only = {"log_archive"}
    impossible_here = {"server_version"}
    assert names - warnings_only - impossible_here == set(DEFECTS.values())


def test_nothing_opens_while_an_indispensable_check_fails(operating: psycopg.Connection[Any], tmp_path: Path) -> None:
    patient = Patient(Settings(home=tmp_path), NOW, operating)
    refuse_unsafe(patient)
    operating.execute("ALTER TABLE ledger.account NO FORCE ROW LEVEL SECURITY")
    with pytest.raises(Refusal) as refused:
        refuse_unsafe(patient)
    assert refused.value.code == "unsafe_installation"
    assert "ledger.account (not forced)" in refused.value.sentence("en")


def test_findings_speak_both_languages_and_say_what_to_do(operating: psycopg.Connection[Any], tmp_path: Path) -> None:
    for defect in ("ALTER TABLE ledger.account DISABLE ROW LEVEL SECURITY", "CREATE TABLE public.stray (i int)"):
        operating.execute(defect.encode())
    for finding in examine_database(Patient(Settings(home=tmp_path), NOW, operating)):
        record = finding.as_record()
        assert record["sentence"]["en"] != record["sentence"]["zh"]
        assert bool(record["remedy"]["en"]) == bool(record["remedy"]["zh"]) == (finding.status is not Status.OK)


@pytest.mark.slow
def test_the_platform_refuses_an_unsafe_database_and_the_doctor_names_it(homes: Homes) -> None:
    settings = homes()
    server = EmbeddedServer(settings)
    with open_platform(settings) as platform:
        at = make_conninfo(server.admin, dbname=platform.database.endpoints.database)
        with psycopg.connect(at, autocommit=True) as connection:
            connection.execute("ALTER TABLE ledger.account DISABLE ROW LEVEL SECURITY")
        with pytest.raises(Refusal, match="unsafe_installation"), open_platform(settings):
            pass
        assert "row_security" in {finding.name for finding in examine(settings, NOW) if finding.status is Status.UNSAFE}


@pytest.mark.slow
def test_a_server_that_would_lose_money_is_refused_with_the_setting_named(homes: Homes) -> None:
    settings = homes()
    with open_platform(settings):
        pass
    assert postmaster.wait_gone(settings.home / "state", 60)
    (settings.home / "etc" / "local.conf").write_text("fsync = off\n")
    with pytest.raises(Exception, match="fsync is off"), open_platform(settings):
        pass
    found = {finding.name: finding for finding in examine(settings, NOW)}
    assert found["durability"].status is Status.UNSAFE
    assert "fsync = off" in found["durability"].zh


def test_must_is_a_part_of_what_the_doctor_examines() -> None:
    assert set(MUST) <= set(DATABASE)


def of(check: Callable[[Patient], Iterator[Any]], settings: Settings, now: dt.datetime = NOW) -> dict[str, Status]:
    return {finding.name: finding.status for finding in check(Patient(settings, now))}


def test_a_secret_that_others_can_read_is_unsafe(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.audit_keys.mkdir(parents=True, mode=0o700)
    settings.private.chmod(0o700)
    secret = settings.audit_keys / "some.key"
    secret.touch(mode=0o600)
    (settings.audit_keys / "some.pub").touch(mode=0o644)
    assert of(machine.private_files, settings) == {"private_files": Status.OK}
    secret.chmod(0o604)
    assert of(machine.private_files, settings) == {"private_files": Status.UNSAFE}


def test_a_full_disk_is_unsafe_and_a_nearly_full_one_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, status in ((100, Status.UNSAFE), (2 << 30, Status.WARNING), (50 << 30, Status.OK)):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda place, usage=usage: usage)
        assert of(machine.disk, Settings(home=tmp_path / "not" / "made")) == {"free_disk": status}


def test_calendars_are_known_provisional_or_missing() -> None:
    here = Settings(home=Path("/nowhere"))
    early, late, beyond = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2024, 2027, 2099))
    assert set(of(machine.calendars, here, early).values()) == {Status.OK}
    assert set(of(machine.calendars, here, late).values()) == {Status.WARNING}
    assert set(of(machine.calendars, here, beyond).values()) == {Status.UNSAFE}


def test_a_missing_chinese_font_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_FONT_FOLDERS", (str(tmp_path),))
    (tmp_path / "DejaVuSans.ttf").touch()
    assert of(machine.fonts, Settings(home=tmp_path)) == {"fonts": Status.WARNING}
    (tmp_path / "wqy-microhei.ttc").touch()
    assert of(machine.fonts, Settings(home=tmp_path)) == {"fonts": Status.OK}


def test_an_unreachable_database_is_a_finding_and_not_a_crash(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "h", database_url="host=/nowhere dbname=postgres user=postgres")
    assert {f.name: f.status for f in examine(settings, NOW)}["database"] is Status.UNSAFE
