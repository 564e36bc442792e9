"""SQL of the check value of the fingerprint key."""

from openscf.db.database import Database
from openscf.db.endpoints import APP


def noted(database: Database, number: int) -> bytes | None:
    """The check value of the key that this database was written with, if there is one."""
    query = "SELECT check_value FROM trades.fingerprint_key WHERE number = %s"
    with database.connection(APP) as connection:
        row = connection.execute(query, [number]).fetchone()
    return None if row is None else bytes(row[0])


def note(database: Database, number: int, check_value: bytes) -> None:
    """Note the key that is used from now on; noted already, it stays as it is."""
    with database.connection(APP) as connection:
        connection.execute(
            "INSERT INTO trades.fingerprint_key (number, check_value) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [number, check_value],
        )
