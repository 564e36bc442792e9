"""Making the roles and the database: the only code that runs as an administrator of the server."""

import psycopg
from psycopg import sql

from openscf.db.endpoints import APP, LOGIN_ROLES, MEMBER, OWNER, READ, Endpoints

_LOCK = 0x6F73_6366  # "oscf": roles belong to the whole server, so concurrent set-ups take turns


def provision(admin: str, database: str, passwords: dict[str, str]) -> Endpoints:
    """Make the roles and the database where they are missing; doing it again changes nothing but the passwords.

    Args:
        admin: Connection string of a role that may create roles and databases.
        database: Name of the database to make.
        passwords: Password of each of `LOGIN_ROLES`.

    Returns:
        How to reach the database as each role.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        for role in LOGIN_ROLES:
            _make_role(connection, role, passwords[role])
        _make_role(connection, MEMBER, None)
        _grant_roles(connection)
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
                ).format(sql.Identifier(database), sql.Identifier(OWNER))
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(database), sql.SQL(", ").join(map(sql.Identifier, LOGIN_ROLES))
            )
        )
        # Bulk loads stage their rows in temporary tables: COPY is refused where row security is on.
        connection.execute(
            sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(APP))
        )
    return Endpoints.of(psycopg.conninfo.make_conninfo(admin, dbname=database), passwords)


def _make_role(connection: psycopg.Connection, role: str, password: str | None) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER ROLE {}" if known else "CREATE ROLE {}").format(sql.Identifier(role))
    rights = sql.SQL(" NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION ")
    login = sql.SQL("NOLOGIN") if password is None else sql.SQL("LOGIN PASSWORD {}").format(sql.Literal(password))
    connection.execute(verb + rights + login)


def _grant_roles(connection: psycopg.Connection) -> None:
    # PG 16 asks for the SET option by name when the granted role must not be inherited; PG 15 knows only NOINHERIT.
    modern = connection.info.server_version >= 160000
    option = sql.SQL(" WITH INHERIT FALSE, SET TRUE" if modern else "")
    for role in (APP, READ):
        if not modern:
            connection.execute(sql.SQL("ALTER ROLE {} NOINHERIT").format(sql.Identifier(role)))
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(MEMBER), sql.Identifier(role)) + option)
    connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(READ)))
