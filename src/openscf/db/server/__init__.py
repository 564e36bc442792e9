"""The server: an embedded PostgreSQL run by our own launcher, or an external one.

`openscf.bootstrap` asks `endpoints` for the way to the database; the command line uses `EmbeddedServer` and the
backups.
"""

import contextlib
from collections.abc import Iterator

from psycopg.conninfo import make_conninfo

from openscf.db.endpoints import LOGIN_ROLES, Endpoints
from openscf.db.roles import provision
from openscf.db.server.embedded import EmbeddedServer, Status
from openscf.db.server.external import external_endpoints, opens
from openscf.db.server.private import passwords
from openscf.db.settings import Settings

__all__ = ["EmbeddedServer", "Status", "endpoints"]


@contextlib.contextmanager
def endpoints(settings: Settings) -> Iterator[Endpoints]:
    """The way to the database that `settings` choose; an embedded server is up at least until the block ends.

    Roles and the database are made when they are missing; tables are the migrations' matter.

    Raises:
        Refusal: The home, the server or its roles can't be used.
    """
    if not settings.embedded:
        yield external_endpoints(settings)
        return
    with EmbeddedServer(settings).lease() as admin:
        known = passwords(settings.private, LOGIN_ROLES)
        ours = Endpoints.of(make_conninfo(admin, dbname=settings.database_name), known)
        yield ours if opens(ours) else provision(admin, settings.database_name, known)
