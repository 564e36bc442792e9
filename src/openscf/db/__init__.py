"""The database: embedded or external PostgreSQL, transactions, idempotency, audit, outbox, evidence."""

from openscf.db.commands import Outcome, answer_command, run_command
from openscf.db.database import CommitUnknownError, Database, UnsafeDatabaseError
from openscf.db.endpoints import Endpoints
from openscf.db.idempotency import Command
from openscf.db.pending import Table
from openscf.db.unit_of_work import Context, OvertakenError, UnitOfWork

__all__ = [
    "Command",
    "CommitUnknownError",
    "Context",
    "Database",
    "Endpoints",
    "Outcome",
    "OvertakenError",
    "Table",
    "UnitOfWork",
    "UnsafeDatabaseError",
    "answer_command",
    "run_command",
]
