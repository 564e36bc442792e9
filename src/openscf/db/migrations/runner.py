"""Bringing a database to the newest revision."""

from importlib import resources
from importlib.resources.abc import Traversable

import psycopg

# Schemas are created in the order in which capabilities may know each other (docs: the order of imports).
CAPABILITIES = ("db", "parties", "ledger", "trades", "ingestion", "network", "credit", "financing", "marketplace")
_LOCK = 0x6D69_6772  # "migr": one migration at a time


def current_schema() -> str:
    """The tables as they are described today, in the order of creation."""
    return "\n".join(_texts("schema"))


def functions() -> str:
    """All server-side functions, each as `CREATE OR REPLACE`."""
    return "\n".join(_texts("functions"))


def migrate(owner: str) -> None:
    """Bring the database to the newest revision; nothing happens when it is there already.

    Args:
        owner: Connection string of the owner role.
    """
    with psycopg.connect(owner) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute(current_schema().encode())
        connection.execute(functions().encode())


def revision_of(connection: psycopg.Connection) -> str | None:
    """The revision that the database is at, or None when it is empty."""
    found = connection.execute("SELECT to_regclass('public.alembic_version')").fetchone()
    if not found or found[0] is None:
        return None
    row = connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
    return str(row[0]) if row else None


def _texts(kind: str) -> list[str]:
    root = resources.files("openscf")
    return [text for capability in CAPABILITIES for text in _sorted_sql(root / capability / kind)]


def _sorted_sql(folder: Traversable) -> list[str]:
    if not folder.is_dir():
        return []
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return [entry.read_text(encoding="utf-8") for entry in found]
