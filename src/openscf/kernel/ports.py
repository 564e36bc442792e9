"""Ports for what is not pure: the clock, the making of ids, chance. Each has a deterministic twin beside it.

The same engine runs on the wall clock and inside the simulator; nothing outside this module and `bootstrap` may
ask the machine for the time, an id or a random number.
"""

import datetime as dt
import random
import threading
import time
import uuid
from typing import Protocol, TypeVar

from uuid_utils import uuid7

from openscf.kernel.ids import TypedId

AnyId = TypeVar("AnyId", bound=TypedId)


class Clock(Protocol):
    """The time, as an aware instant in UTC."""

    def now(self) -> dt.datetime:
        """The present instant, with microseconds, in UTC."""
        ...


class IdSource(Protocol):
    """Makes identifiers: unique, and increasing in time within one source."""

    def new(self, kind: type[AnyId]) -> AnyId:
        """A new identifier of the type `kind`."""
        ...


class Randomness(Protocol):
    """Chance, for what must not happen in step (back-off, sampling); never for secrets and never for money."""

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1, each as likely as the others."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        """See `Clock.now`."""
        return dt.datetime.now(dt.UTC)


class ManualClock:
    """A clock that moves when told, for tests and the simulator."""

    def __init__(self, start: dt.datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._now = start.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        """See `Clock.now`."""
        return self._now

    def advance(self, by: dt.timedelta) -> dt.datetime:
        """Move forward by `by` (never back) and return the new instant."""
        if by < dt.timedelta(0):
            raise ValueError("time does not run backwards")
        self._now += by
        return self._now


class SystemIds:
    """UUIDv7 identifiers of this machine: 48 bits of time, then a counter and randomness."""

    def new(self, kind: type[AnyId]) -> AnyId:
        """See `IdSource.new`."""
        return kind(int=uuid7().int)


class SeededIds:
    """Reproducible identifiers with the layout of UUIDv7, from a seed and a clock."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducibility is the point
        self._clock = clock
        self._lock = threading.Lock()
        self._count = 0

    def new(self, kind: type[AnyId]) -> AnyId:
        """See `IdSource.new`."""
        with self._lock:
            self._count += 1
            millis = int(self._clock.now().timestamp() * 1000)
            low = self._random.getrandbits(30)
            # 48 bits time | version 7 | 12 + 32 bits counter | variant | 30 bits chance: unique for 2**44 ids
            high = (millis & (1 << 48) - 1) << 80 | 7 << 76 | (self._count >> 32 & 0xFFF) << 64
            return kind(int=high | 2 << 62 | (self._count & 0xFFFFFFFF) << 30 | low)


class SystemRandomness:
    """The machine's chance."""

    def below(self, limit: int) -> int:
        """See `Randomness.below`."""
        return random.randrange(limit)  # noqa: S311 - spreads load; nothing secret depends on it


class SeededRandomness:
    """The same numbers for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducibility is the point

    def below(self, limit: int) -> int:
        """See `Randomness.below`: the numbers of `random.randrange`, without its detours (half of a draw's time)."""
        if limit < 1:
            raise ValueError(f"nothing is below {limit}")
        bits = limit.bit_length()
        drawn = self._random.getrandbits(bits)
        while drawn >= limit:
            drawn = self._random.getrandbits(bits)
        return drawn


def monotonic() -> float:
    """Seconds on a clock that never steps back: for time-outs and measurements, never for business."""
    return time.monotonic()


def as_uuid(value: TypedId) -> uuid.UUID:
    """The bare UUID of a typed id."""
    return uuid.UUID(int=value.int)
