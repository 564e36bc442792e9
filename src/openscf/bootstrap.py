"""The only place that chooses implementations: which server, which clock, which source of ids."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openscf.db import doctor, server
from openscf.db.database import Database
from openscf.db.endpoints import READ
from openscf.db.migrations import migrate
from openscf.db.settings import Settings
from openscf.kernel.ports import Clock, IdSource, SystemClock, SystemIds, SystemRandomness

if TYPE_CHECKING:
    from openscf.settlement import BankFolder


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything that a door (API, screens, command line) needs to call a capability.

    Attributes:
        database: The opened database.
        clock: The time.
        ids: Source of identifiers.
        settings: What the environment chose.
    """

    database: Database
    clock: Clock
    ids: IdSource
    settings: Settings


@contextlib.contextmanager
def open_platform(settings: Settings | None = None, *, clock: Clock | None = None) -> Iterator[Platform]:
    """Open the platform: server up, roles and tables there and current, safe settings; closed again at the end.

    Args:
        settings: By default what the environment chooses.
        clock: The time that everything carries; by default the machine's. A demonstration or simulation brings its own.

    Raises:
        Refusal: The home, the server or the database can't be used; nothing was changed in it.
        Refusal: `unsafe_installation`: one of the doctor's indispensable checks fails.
        UnsafeDatabaseError: The server would lose or spoil money.
    """
    chosen = settings or Settings.from_environment()
    clock, ids = clock or SystemClock(), SystemIds()
    with server.endpoints(chosen) as endpoints:
        migrate(endpoints.owner)
        database = Database(endpoints, clock=clock, ids=ids)
        try:
            with database.connection(READ) as connection:
                doctor.refuse_unsafe(doctor.Patient(chosen, SystemClock().now(), connection))
            yield Platform(database, clock, ids, chosen)
        finally:
            database.close()


def revive(settings: Settings) -> None:
    """Start the embedded server again if it died; an external one is its keeper's business.

    Raises:
        Refusal: It can't be started.
    """
    if settings.embedded:
        server.EmbeddedServer(settings).revive()


def bank_of(platform: Platform, clock: Clock | None = None) -> "BankFolder":
    """The bank that this installation speaks to: the simulated one, whose books lie beside the database's folder.

    Args:
        platform: The opened platform.
        clock: The bank's time, by default the platform's.
    """
    from openscf.settlement import BankFolder  # noqa: PLC0415 - most commands speak to no bank

    return BankFolder(platform.settings.home / "bank", clock or platform.clock, SystemRandomness())


def signing() -> tuple[Settings, dt.datetime]:
    """The settings that the environment chooses, and the time: what signing and verifying need without a database."""
    return Settings.from_environment(), SystemClock().now()


def examine(settings: Settings | None = None) -> list[doctor.Finding]:
    """What `openscf doctor` finds; opens nothing that it would have to refuse."""
    return doctor.examine(settings or Settings.from_environment(), SystemClock().now())
