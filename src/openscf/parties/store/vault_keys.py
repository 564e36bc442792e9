"""SQL of the check values of the keys that seal personal data."""

from openscf.db.database import Database
from openscf.db.endpoints import APP


def noted(database: Database) -> dict[int, bytes]:
    """The check value of each key that this database was written with."""
    with database.connection(APP) as connection:
        rows = connection.execute("SELECT number, check_value FROM parties.vault_key").fetchall()
    return {int(number): bytes(value) for number, value in rows}


def note(database: Database, number: int, check_value: bytes) -> None:
    """Note a key that is used from now on; noted already, it stays as it is."""
    with database.connection(APP) as connection:
        connection.execute(
            "INSERT INTO parties.vault_key (number, check_value) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [number, check_value],
        )
