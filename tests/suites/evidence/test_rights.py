"""The log is append-only by privilege and by trigger, and a tenant reads its own entries only (I5)."""

import json

import psycopg
import pytest
from psycopg import errors

from openscf.cli import main
from openscf.cli.common import open_platform, seal_written
from openscf.db.audit import audited, audited_in
from openscf.db.endpoints import LOGIN_ROLES, OWNER, READ, SEAL
from openscf.db.unit_of_work import Context
from tests.suites.evidence.test_tampering import edit
from tests.suites.evidence.world import World

TABLES = ("audit_entry", "audit_seal", "audit_node", "audit_checkpoint")
CHANGES = ("UPDATE platform.{0} SET {1} = {1}", "DELETE FROM platform.{0}", "TRUNCATE platform.{0}")
COLUMNS = {"audit_entry": "actor", "audit_seal": "at", "audit_node": "hash", "audit_checkpoint": "note"}


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_no_role_may_change_what_is_sealed(world: World, role: str) -> None:
    for table in TABLES:
        for change in CHANGES:
            with psycopg.connect(world.database.endpoints.as_role(role)) as connection:
                statement = change.format(table, COLUMNS[table])
                with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
                    connection.execute(statement.encode())
    assert world.verify().ok


@pytest.mark.parametrize("table", TABLES)
def test_the_trigger_stops_even_a_superuser_who_does_not_disarm_it(world: World, table: str) -> None:
    for change in CHANGES:
        with psycopg.connect(world.administrator) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(change.format(table, COLUMNS[table]).encode())


@pytest.mark.parametrize("role", [role for role in LOGIN_ROLES if role not in (SEAL, OWNER)])
def test_only_the_sealer_may_add(world: World, role: str) -> None:
    for table in TABLES:
        refusals = (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)
        with psycopg.connect(world.database.endpoints.as_role(role)) as connection, pytest.raises(refusals):
            connection.execute(f"INSERT INTO platform.{table} DEFAULT VALUES".encode())


def test_a_tenant_reads_its_own_entries_and_no_others(world: World) -> None:
    world.act(20)
    for tenant in world.tenants:
        seen = list(audited(world.database, tenant))
        assert len(seen) == 150
        assert {entry.tenant for entry in seen} == {tenant}
        for reading in (world.database.transaction, world.database.reading):
            with reading(Context(tenant, "per_LI")) as work:
                found = work.execute("SELECT DISTINCT tenant_id FROM platform.audit_entry").fetchall()
                assert found == [(tenant,)]


def test_without_a_tenant_the_roles_of_business_see_nothing(world: World) -> None:
    for role in ("openscf_app", READ):
        with psycopg.connect(world.database.endpoints.as_role(role)) as connection:
            assert connection.execute("SELECT count(*) FROM platform.audit_entry").fetchone() == (0,)


def test_sealed_and_waiting_entries_are_read_once_each_in_order(world: World) -> None:
    world.act(20)
    for tenant in world.tenants:
        amounts = [json.loads(entry.payload)["amount_minor"] for entry in audited(world.database, tenant)]
        assert amounts == sorted(amounts)
        with world.database.reading(Context(tenant, "system:test")) as work:
            one = [entry.subject for entry in audited_in(work, actions=("ledger.post", "x"), subject="trf_3")]
        assert one
        assert set(one) == {"trf_3"}
    assert list(audited(world.database, world.tenants[0], actions=("parties.approve",))) == []


@pytest.fixture
def environment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line works on this database, this folder of notes and these keys."""
    for name in ("owner", "app", "seal", "read"):
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{name.upper()}", getattr(world.database.endpoints, name))
    monkeypatch.delenv("OPENSCF_DATABASE_URL", raising=False)
    monkeypatch.setenv("OPENSCF_LANG", "en")
    monkeypatch.setenv("OPENSCF_HOME", str(world.folder.parent / "home"))
    monkeypatch.setenv("OPENSCF_CHECKPOINTS", str(world.folder))
    private = world.folder.parent / "home" / "private"
    private.mkdir(mode=0o700, parents=True)
    world.sealer.keys.folder = world.sealer.keys.folder.rename(private / "keys")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0), capsys.readouterr().out


@pytest.mark.usefixtures("environment")
def test_the_command_line_seals_shows_exports_and_verifies(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.act(10)
    code, out = run(capsys, "audit", "seal", "--json")
    assert (code, json.loads(out)) == (0, {"sealed": 10, "entries": 290, "covered": 290})
    code, out = run(capsys, "audit", "show", "--subject", "trf_3", "--limit", "2", "--json")
    assert [(item["seq"], item["subject"]) for item in json.loads(out)] == [(3, "trf_3"), (12, "trf_3")]
    assert run(capsys, "audit", "rotate-key")[0] == 0
    file = str(world.folder.parent / "evidence.zip")
    assert run(capsys, "evidence", "export", file, "--from", "1", "--to", "50")[0] == 0
    for key in (world.folder.parent / "home" / "private" / "keys").glob("*.pub"):
        code, out = run(capsys, "evidence", "verify", file, "--key", str(key), "--json")
        assert (code, json.loads(out)["ok"], len(json.loads(out)["entries"])) == (0, True, 50)
    code, out = run(capsys, "audit", "verify", "--json")
    assert (code, json.loads(out)["ok"]) == (0, True)


@pytest.mark.usefixtures("environment")
def test_the_command_line_ends_with_1_and_names_the_first_bad_entry(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    edit("payload", "'{}'")(world)
    code, out = run(capsys, "audit", "verify", "--json")
    assert code == 1
    assert json.loads(out)["first_bad_entry"] == {
        "seq": 57,
        "reason": "its content is not what was signed",
        "until": 57,
    }
    code, out = run(capsys, "audit", "verify")
    assert code == 1
    assert "First bad entry: 57: its content is not what was signed" in out
    evidence = world.folder.parent / "bad.zip"
    evidence.write_bytes(b"PK")
    key = next((world.folder.parent / "home" / "private" / "keys").glob("*.pub"))
    assert run(capsys, "evidence", "verify", str(evidence), "--key", str(key))[0] == 1
    assert run(capsys, "evidence", "export", str(evidence), "--from", "1")[0] == 2


@pytest.mark.usefixtures("environment")
def test_a_command_that_ends_after_its_act_seals_it_or_says_why_not(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_platform() as platform:
        world.act(10)
        seal_written(platform)
        assert world.verify().covered == 290
        world.act(10)
        world.as_superuser("DELETE FROM platform.audit_entry WHERE seq = 290")
        seal_written(platform)
    assert "audit_head_damaged" in capsys.readouterr().err
    assert world.verify().waiting == 10
