"""The revisions and the descriptions of the tables make the same database, and an upgrade is safe to repeat."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf.db.endpoints import Endpoints
from openscf.db.migrations import current_schema, functions, migrate, newest_revision, revision_of
from openscf.db.migrations.runner import SCHEMA_TOO_NEW
from openscf.db.roles import provision
from openscf.kernel.errors import Refusal
from tests.conftest import PASSWORDS, Server

OURS = "n.nspname <> 'public' AND n.nspname !~ '^(pg_|information_schema)'"
CATALOGUE = {
    "columns": f"""SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   a.attidentity, pg_get_expr(d.adbin, d.adrelid), a.attacl::text
                   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                   JOIN pg_namespace n ON n.oid = c.relnamespace
                   LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
                   WHERE {OURS} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'p', 'm')""",
    "tables": f"""SELECT n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions::text,
                  c.relacl::text, pg_get_userbyid(c.relowner), CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}""",
    "indexes": f"""SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                   JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}""",
    "constraints": f"""SELECT n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
                       JOIN pg_class c ON c.oid = k.conrelid
                       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}""",
    "policies": """SELECT schemaname, tablename, policyname, permissive, roles::text, cmd, qual, with_check
                   FROM pg_policies""",
    "triggers": f"""SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND NOT t.tgisinternal""",
    "functions": f"""SELECT pg_get_functiondef(p.oid), p.proacl::text FROM pg_proc p
                     JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS}""",
    "schemas": f"SELECT n.nspname, n.nspacl::text FROM pg_namespace n WHERE {OURS}",
}


def catalogue(conninfo: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(conninfo) as connection:
        return {
            name: sorted(connection.execute(query.encode()).fetchall(), key=repr) for name, query in CATALOGUE.items()
        }


@pytest.fixture
def empty(server: Server) -> Iterator[Endpoints]:
    name = f"openscf_t_{uuid.uuid4().hex[:12]}"
    yield provision(server.admin, name, PASSWORDS)
    server.drop(name)


def describe(ends: Endpoints, also: str = "") -> None:
    with psycopg.connect(ends.owner) as connection:
        for script in (current_schema(), functions(), also):
            if script:
                connection.execute(script.encode())


def test_revisions_and_descriptions_make_the_same_database(empty: Endpoints, endpoints: Endpoints) -> None:
    describe(empty)
    described, migrated = catalogue(empty.owner), catalogue(endpoints.owner)
    assert len(migrated["columns"]) > 50
    for name in CATALOGUE:
        assert described[name] == migrated[name], name


@pytest.mark.parametrize(
    "drift",
    [
        "ALTER TABLE ledger.account ADD COLUMN nickname text",
        "ALTER TABLE ledger.account DROP CONSTRAINT account_floor",
        "ALTER TABLE ledger.transfer NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY account_member ON ledger.account",
        "GRANT UPDATE ON ledger.transfer TO openscf_app",
        "DROP INDEX ledger.transfer_reversed_once",
        "DROP TRIGGER append_only ON ledger.transfer",
        "CREATE FUNCTION ledger.extra() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_each_kind_of_drift_is_seen(empty: Endpoints, endpoints: Endpoints, drift: str) -> None:
    describe(empty, also=drift)
    assert catalogue(empty.owner) != catalogue(endpoints.owner)


def test_migrating_again_changes_nothing(endpoints: Endpoints) -> None:
    before = catalogue(endpoints.owner)
    migrate(endpoints.owner)
    assert catalogue(endpoints.owner) == before
    with psycopg.connect(endpoints.app) as connection:
        assert revision_of(connection) == newest_revision()


def test_changed_functions_are_replaced(endpoints: Endpoints) -> None:
    before = catalogue(endpoints.owner)
    with psycopg.connect(endpoints.owner) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION ledger.book_key(tenant uuid) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'"
        )
        connection.execute("COMMENT ON SCHEMA platform IS 'functions of another version'")
    assert catalogue(endpoints.owner) != before
    migrate(endpoints.owner)
    assert catalogue(endpoints.owner) == before


def test_a_database_of_a_newer_program_is_refused_untouched(endpoints: Endpoints) -> None:
    with psycopg.connect(endpoints.owner) as connection:
        connection.execute("UPDATE public.alembic_version SET version_num = '9999_future'")
    before = catalogue(endpoints.owner)
    with pytest.raises(Refusal) as refused:
        migrate(endpoints.owner)
    assert refused.value.kind is SCHEMA_TOO_NEW
    assert catalogue(endpoints.owner) == before


def test_concurrent_migrations_make_one_database(server: Server, empty: Endpoints, endpoints: Endpoints) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, [empty.owner] * 2))
    assert catalogue(empty.owner) == catalogue(endpoints.owner)
    assert make_conninfo(server.admin)
