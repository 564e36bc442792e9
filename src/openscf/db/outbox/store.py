"""The outbox in PostgreSQL."""

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, Final, LiteralString

from openscf.db.database import Connection, Database
from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.db.outbox.model import Answer, Claim, Message
from openscf.db.outbox.rules import allowed, news
from openscf.db.unit_of_work import Context, UnitOfWork
from openscf.kernel.ids import EventId, TenantId

AFTER_NUMBER = declare_failpoint("relay.after_number", "messages have positions, not yet committed")
AFTER_CLAIM = declare_failpoint("relay.after_claim", "messages are held and none is delivered")
BEFORE_SETTLE = declare_failpoint("relay.before_settle", "messages are delivered and their answers not kept")
AFTER_SETTLE = declare_failpoint("relay.after_settle", "answers are kept and the relay does not know")

_COLUMNS: LiteralString = "tenant_id, id, position, at, topic, aggregate, payload, state, attempts, note"
_FIRST_OPEN: LiteralString = f"SELECT {_COLUMNS} FROM platform.claim_outbox(%s, %s, %s, %s, %s, %s)"
_PENDING: LiteralString = f"""
    SELECT {_COLUMNS} FROM platform.outbox o WHERE o.state = 'pending' AND o.due_at <= %s
    ORDER BY o.due_at LIMIT %s FOR UPDATE OF o SKIP LOCKED"""
_START: Final = (uuid.UUID(int=0), "")
_END: Final = (uuid.UUID(int=(1 << 128) - 1), "")
_SETTLE: LiteralString = """
    UPDATE platform.outbox SET state = %s, attempts = attempts + 1, due_at = %s, note = %s, answered_at = %s
    WHERE tenant_id = %s AND position = %s"""
_FEED: LiteralString = f"""
    SELECT {_COLUMNS} FROM platform.outbox WHERE tenant_id = %s AND position > %s ORDER BY position LIMIT %s"""
_LAST: LiteralString = """
    SELECT position FROM platform.outbox WHERE tenant_id = %s AND position IS NOT NULL ORDER BY position DESC LIMIT 1"""
_STUCK: LiteralString = f"""
    SELECT {_COLUMNS} FROM platform.outbox WHERE tenant_id = %s AND state IN ('parked', 'pending') ORDER BY position"""
_ONE: LiteralString = f"""
    SELECT {_COLUMNS} FROM platform.outbox WHERE tenant_id = %s AND id = %s AND state IN ('parked', 'pending')
    FOR UPDATE"""
_FREE: LiteralString = """
    UPDATE platform.outbox SET state = %s, attempts = %s, due_at = NULL, note = %s, answered_at = %s
    WHERE tenant_id = %s AND position = %s"""


class PostgresOutbox:
    """The messages of a database; see `Outbox`.

    Args:
        database: Where they are. The relay works as the sealer, which sees all tenants' messages and nothing else of
            them; operators work as the application, inside their tenant.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last = _START  # the aggregate claimed last: the next claim goes on behind it, so none is starved

    def number(self, most: int = 1000) -> int:
        """See `Outbox.number`."""
        with self._database.sealing() as connection:
            row = connection.execute("SELECT platform.number_outbox(%s)", [most]).fetchone()
            count = int(row[0]) if row else 0
            if count:
                failpoint(AFTER_NUMBER)
        return count

    @contextlib.contextmanager
    def claimed(self, state: str, now: dt.datetime, most: int) -> Iterator[Claim]:
        """See `Outbox.claimed`: held by row locks, which a relay that dies gives back at once."""
        with self._database.sealing() as connection:
            if state == "pending":
                claim = Claim([_message(row) for row in connection.execute(_PENDING, [now, most])])
            else:
                claim = Claim(sorted(self._first_open(connection, now, most), key=lambda message: message.position))
            if not claim.messages:
                yield claim
                return
            failpoint(AFTER_CLAIM)
            yield claim
            connection.cursor().executemany(_SETTLE, _settlements(claim, now))
            failpoint(BEFORE_SETTLE)
        failpoint(AFTER_SETTLE)

    def _first_open(self, connection: Connection, now: dt.datetime, most: int) -> list[Message]:
        found: list[Message] = []
        for start, end in ((self._last, _END), (_START, self._last)):
            if start < end and len(found) < most:
                rows = connection.execute(_FIRST_OPEN, [*start, *end, now, most - len(found)])
                found += map(_message, rows)
        if found:
            self._last = (found[-1].tenant, found[-1].aggregate)
        return found

    def events_after(self, tenant: TenantId, cursor: int, *, most: int = 100) -> list[Message]:
        """See `Outbox.events_after`."""
        with self._database.reading(Context(tenant, "system:feed")) as work:
            return events_after(work, cursor, most=most)

    def stuck(self, tenant: TenantId) -> list[Message]:
        """See `Outbox.stuck`."""
        with self._database.reading(Context(tenant, "system:feed")) as work:
            return stuck(work)

    def release(self, context: Context, event: EventId, reason: str) -> None:
        """See `Outbox.release`."""
        self._database.run(context, lambda work: release(work, event, reason))

    def skip(self, context: Context, event: EventId, reason: str) -> None:
        """See `Outbox.skip`."""
        self._database.run(context, lambda work: skip(work, event, reason))

    def conclude(self, context: Context, event: EventId, answer: Answer) -> None:
        """See `Outbox.conclude`."""
        self._database.run(context, lambda work: conclude(work, event, answer))


def events_after(work: UnitOfWork, cursor: int, *, most: int = 100) -> list[Message]:
    """The feed of the tenant behind `cursor`: a reader that goes on from the last position misses nothing, ever."""
    return [_message(row) for row in work.execute(_FEED, [work.context.tenant, cursor, most])]


def last_position(work: UnitOfWork) -> int:
    """Where the tenant's feed ends at present; 0 for one without events."""
    row = work.execute(_LAST, [work.context.tenant]).fetchone()
    return 0 if row is None else int(row[0])


def stuck(work: UnitOfWork) -> list[Message]:
    """The parked and the pending messages of the tenant, oldest first."""
    return [_message(row) for row in work.execute(_STUCK, [work.context.tenant])]


def release(work: UnitOfWork, event: EventId, reason: str) -> None:
    """Let a parked message be sent again, from its first attempt; audited.

    Raises:
        Refusal: `message_not_found`, `message_not_open`.
    """
    message = allowed(_open(work, event), event, "parked")
    work.execute(_FREE, ["waiting", 0, reason, None, message.tenant, message.position])
    work.audit("platform.release_message", str(event), {"reason": reason, "attempts": message.attempts})


def skip(work: UnitOfWork, event: EventId, reason: str) -> None:
    """Give a parked message up, so that the later ones of its aggregate go on; audited.

    Raises:
        Refusal: `message_not_found`, `message_not_open`.
    """
    message = allowed(_open(work, event), event, "parked")
    work.execute(_FREE, ["skipped", message.attempts, reason, work.at, message.tenant, message.position])
    work.audit("platform.skip_message", str(event), {"reason": reason, "attempts": message.attempts})


def conclude(work: UnitOfWork, event: EventId, answer: Answer) -> None:
    """End a pending message by the news that came; audited.

    Raises:
        Refusal: `message_not_found`, `message_not_open`.
        ValueError: The answer is no outcome.
    """
    message = allowed(_open(work, event), event, "pending")
    state = news(answer)
    work.execute(_FREE, [state, message.attempts, answer.note, work.at, message.tenant, message.position])
    work.audit("platform.conclude_message", str(event), {"outcome": state, "note": answer.note})


def _open(work: UnitOfWork, event: EventId) -> Message | None:
    row = work.execute(_ONE, [work.context.tenant, event]).fetchone()
    return _message(row) if row else None


def _settlements(claim: Claim, now: dt.datetime) -> list[tuple[Any, ...]]:
    found = [(message, claim.settlements[message.id]) for message in claim.messages if message.id in claim.settlements]
    return [(made.state, made.due_at, made.note, now, message.tenant, message.position) for message, made in found]


def _message(row: tuple[Any, ...]) -> Message:
    return Message(TenantId.of(row[0]), EventId.of(row[1]), *row[2:])
