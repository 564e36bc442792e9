"""The database: embedded or external PostgreSQL, transactions, idempotency, audit, outbox, evidence."""

from openscf.db.database import CommitUnknownError, Database, UnsafeDatabaseError
from openscf.db.endpoints import Endpoints
from openscf.db.unit_of_work import Context, UnitOfWork

__all__ = ["CommitUnknownError", "Context", "Database", "Endpoints", "UnitOfWork", "UnsafeDatabaseError"]
