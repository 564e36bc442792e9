"""Bringing a database to the newest revision, and its functions to their newest text."""

import functools
import hashlib
from importlib import resources
from importlib.resources.abc import Traversable

import psycopg

from openscf.kernel.errors import refusal

# Schemas are created in the order in which capabilities may know each other (docs: the order of imports).
CAPABILITIES = (
    "db", "parties", "access", "events", "ledger", "trades", "ingestion", "network", "credit", "settlement",
    "financing", "marketplace",
)  # fmt: skip
_LOCK = 0x6D69_6772  # "migr": one migration at a time
_VERSIONS = "openscf.db.migrations.versions"

SCHEMA_TOO_NEW = refusal(
    "schema_too_new",
    en="The tables are at revision {found}, which this version of the program does not know (its newest is {newest}).",
    zh="数据库表结构版本为 {found}，本版本程序无法识别（最新为 {newest}）。",
    fix_en="Run the newer version of the program that made them, or restore a backup from before.",
    fix_zh="请使用创建该结构的较新版本程序，或恢复升级前的备份。",
    status=409,
)


def current_schema() -> str:
    """The tables as they are described today, in the order of creation."""
    return "\n".join(_texts("schema"))


@functools.cache
def functions() -> str:
    """All server-side functions, each as `CREATE OR REPLACE`."""
    return "\n".join(_texts("functions"))


@functools.cache
def revisions() -> tuple[str, ...]:
    """The names of all revisions, oldest first (`0001_foundation`, …)."""
    found = (entry.name for entry in resources.files(_VERSIONS).iterdir())
    return tuple(sorted(name.removesuffix(".sql") for name in found if name.endswith(".sql")))


def newest_revision() -> str:
    """The revision that this program was written for."""
    return revisions()[-1]


def migrate(owner: str) -> None:
    """Bring the database to the newest revision; one look when it is there already.

    Each revision and its record are one transaction: a crash between two leaves a database that the next call goes on
    with.

    Args:
        owner: Connection string of the owner role.

    Raises:
        Refusal: `schema_too_new`: a newer program has been here; nothing was changed.
    """
    with psycopg.connect(owner, connect_timeout=10, autocommit=True) as connection:
        if _state(connection) == (newest_revision(), _functions_mark()):
            return
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        found = revision_of(connection)
        if found is not None and found not in revisions():
            raise SCHEMA_TOO_NEW(found=found, newest=newest_revision())
        if found != newest_revision():
            _upgrade(owner)
        with connection.transaction():
            connection.execute(functions().encode())
            connection.execute(f"COMMENT ON SCHEMA platform IS '{_functions_mark()}'".encode())


def revision_of(connection: psycopg.Connection) -> str | None:
    """The revision that the database is at, or None when it is empty."""
    found = connection.execute("SELECT to_regclass('public.alembic_version')").fetchone()
    if not found or found[0] is None:
        return None
    row = connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
    return str(row[0]) if row else None


def script_of(revision: str) -> str:
    """The SQL of a revision."""
    return (resources.files(_VERSIONS) / f"{revision}.sql").read_text(encoding="utf-8")


def _state(connection: psycopg.Connection) -> tuple[str | None, str | None]:
    mark = connection.execute("SELECT obj_description(to_regnamespace('platform'), 'pg_namespace')").fetchone()
    return revision_of(connection), mark[0] if mark else None


@functools.cache
def _functions_mark() -> str:
    return "functions " + hashlib.sha256(functions().encode()).hexdigest()


def _upgrade(owner: str) -> None:
    # Alembic and SQLAlchemy are loaded only when there is something to upgrade: they cost half a second of start-up.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "openscf.db:migrations")
    config.attributes["owner"] = owner
    command.upgrade(config, "head")


def _texts(kind: str) -> list[str]:
    root = resources.files("openscf")
    return [text for capability in CAPABILITIES for text in _sorted_sql(root / capability / kind)]


def _sorted_sql(folder: Traversable) -> list[str]:
    if not folder.is_dir():
        return []
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return [entry.read_text(encoding="utf-8") for entry in found]
