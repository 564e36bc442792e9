"""Sandboxes: books whose time may be moved forward, so that a 90-day deal can be tried in ten seconds."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from openscf.access.rules import BAD_ADVANCE, NO_SANDBOX
from openscf.access.store import sandboxes as store
from openscf.db import Database, UnitOfWork
from openscf.kernel.ports import Clock

LONGEST_ADVANCE: Final = dt.timedelta(days=400)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """Another clock, so much ahead."""

    clock: Clock
    ahead: dt.timedelta

    def now(self) -> dt.datetime:
        """See `Clock.now`."""
        return self.clock.now() + self.ahead


def ahead_of(work: UnitOfWork) -> dt.timedelta | None:
    """How far this book's time is ahead; None for a real book."""
    seconds = store.ahead_s(work)
    return None if seconds is None else dt.timedelta(seconds=seconds)


def in_its_time(database: Database, ahead: dt.timedelta | None) -> Database:
    """The same database, whose transactions carry the time of a book."""
    return database.on_clock(ShiftedClock(database.clock, ahead)) if ahead else database


def open_sandbox(work: UnitOfWork, *, ahead: dt.timedelta = dt.timedelta(0)) -> None:
    """Make the transaction's book a sandbox. To be done when it is added: a book that was real stays real.

    Its time may begin in the past (`ahead` is negative then), as for a book that a demonstration has filled.

    Whoever sets up the installation does this; no door offers it.
    """
    store.insert(work, int(ahead.total_seconds()))
    work.audit("access.open_sandbox", str(work.context.tenant), {})


def advance_time(work: UnitOfWork, by: dt.timedelta) -> dt.timedelta:
    """Move the time of a sandbox forward; how far it is ahead now.

    Raises:
        Refusal: `no_sandbox`, `bad_advance`.
    """
    if not dt.timedelta(seconds=1) <= by <= LONGEST_ADVANCE:
        raise BAD_ADVANCE(most=LONGEST_ADVANCE.days)
    if store.ahead_s(work) is None:
        raise NO_SANDBOX()
    store.advance(work, int(by.total_seconds()))
    ahead = ahead_of(work)
    assert ahead is not None, "a sandbox stays one"
    work.audit("access.advance_time", str(work.context.tenant), {"by_s": int(by.total_seconds())})
    return ahead
