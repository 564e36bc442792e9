"""The one accident of taking in: two files with the same document at the same instant."""

import psycopg


class OvertakenError(psycopg.errors.SerializationFailure):
    """Another transaction wrote one of these identities first: begin again, and see it.

    A serialisation failure, since it means the same: `Database.run` and `run_command` run the transaction again.
    """
