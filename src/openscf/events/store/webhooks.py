"""SQL of webhooks and deliveries."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.events.model import Delivery, Webhook, WebhookId, WebhookState
from openscf.kernel.ids import EventId, PartyId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_WEBHOOK = "id, party_id, url, topics, state, position, failing_since, made_at"
_DELIVERY = "webhook_id, event_id, position, body, state, attempts, due_at, status, note, ended_at"


def insert(work: UnitOfWork, webhook: Webhook, *, secret_sealed: bytes) -> None:
    """Write a webhook."""
    work.execute(
        """INSERT INTO events.webhook (tenant_id, id, party_id, url, topics, secret_sealed, state, position, made_by,
               made_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, webhook.id, webhook.party, webhook.url, list(webhook.topics), secret_sealed,
            webhook.state.value, webhook.position, work.context.actor, work.at,
        ],
    )  # fmt: skip


def get(work: UnitOfWork, webhook: WebhookId, *, lock: bool = False) -> Webhook | None:
    """The webhook with this id."""
    ending = " FOR NO KEY UPDATE" if lock else ""
    row = work.execute(
        f"SELECT {_WEBHOOK} FROM events.webhook WHERE tenant_id = {_TENANT} AND id = %s{ending}", [webhook]
    ).fetchone()
    return None if row is None else _webhook(row)


def secrets(work: UnitOfWork, webhook: WebhookId) -> tuple[bytes, ...]:
    """The sealed secrets of a webhook that is there: the one that holds, and for a day the one before it."""
    row = work.execute(
        f"""SELECT secret_sealed, CASE WHEN former_until > %s THEN former_sealed END FROM events.webhook
            WHERE tenant_id = {_TENANT} AND id = %s""",
        [work.at, webhook],
    ).fetchone()
    assert row is not None, "the webhook is there"
    return tuple(bytes(sealed) for sealed in row if sealed is not None)


def find(work: UnitOfWork, *, party: PartyId | None = None, states: Sequence[WebhookState]) -> list[Webhook]:
    """Webhooks in these states, of an enterprise or of all, oldest first."""
    rows = work.execute(
        f"""SELECT {_WEBHOOK} FROM events.webhook WHERE tenant_id = {_TENANT} AND state = ANY(%s)
            AND (%s::uuid IS NULL OR party_id = %s) ORDER BY id""",
        [[state.value for state in states], party, party],
    )
    return [_webhook(row) for row in rows]


def move(work: UnitOfWork, webhook: WebhookId, state: WebhookState) -> None:
    """Change how a webhook stands; one that is active again has a clean record."""
    work.execute(
        f"UPDATE events.webhook SET state = %s, failing_since = NULL WHERE tenant_id = {_TENANT} AND id = %s",
        [state.value, webhook],
    )


def set_secret(work: UnitOfWork, webhook: WebhookId, secret_sealed: bytes, *, former_until: dt.datetime) -> None:
    """Replace the secret; the one before it signs beside the new one until then."""
    work.execute(
        f"""UPDATE events.webhook SET former_sealed = secret_sealed, former_until = %s, secret_sealed = %s
            WHERE tenant_id = {_TENANT} AND id = %s""",
        [former_until, secret_sealed, webhook],
    )


def looked(work: UnitOfWork, webhook: WebhookId, position: int) -> None:
    """Note up to where the feed was looked at for a webhook."""
    work.execute(
        f"UPDATE events.webhook SET position = %s WHERE tenant_id = {_TENANT} AND id = %s", [position, webhook]
    )


def failing(work: UnitOfWork, webhook: WebhookId, since: dt.datetime | None) -> None:
    """Note since when nothing reaches a webhook; what began earlier stays."""
    work.execute(
        f"""UPDATE events.webhook SET failing_since = CASE WHEN %s::timestamptz IS NULL THEN NULL
                ELSE coalesce(failing_since, %s) END WHERE tenant_id = {_TENANT} AND id = %s""",
        [since, since, webhook],
    )


def enqueue(work: UnitOfWork, webhook: WebhookId, event: EventId, *, position: int, body: str) -> None:
    """An event is to be told; telling it again changes nothing."""
    work.execute(
        """INSERT INTO events.delivery (tenant_id, webhook_id, event_id, position, body, state, due_at)
           VALUES (%s, %s, %s, %s, %s, 'waiting', %s) ON CONFLICT DO NOTHING""",
        [work.context.tenant, webhook, event, position, body, work.at],
    )


def claim(work: UnitOfWork, until: dt.datetime, *, most: int) -> list[Delivery]:
    """Due deliveries of active webhooks, which nobody else takes before `until`."""
    rows = work.execute(
        f"""UPDATE events.delivery d SET due_at = %s WHERE d.tenant_id = {_TENANT} AND (d.webhook_id, d.event_id) IN (
                SELECT c.webhook_id, c.event_id FROM events.delivery c
                JOIN events.webhook w ON w.tenant_id = c.tenant_id AND w.id = c.webhook_id
                WHERE c.tenant_id = {_TENANT} AND c.state = 'waiting' AND c.due_at <= %s AND w.state = 'active'
                ORDER BY c.due_at, c.position LIMIT %s FOR UPDATE OF c SKIP LOCKED)
            RETURNING {_DELIVERY}""",
        [until, work.at, most],
    )
    return sorted((_delivery(row) for row in rows), key=lambda one: one.position)


def attempted(work: UnitOfWork, delivery: Delivery) -> None:
    """Write how an attempt went."""
    work.execute(
        f"""UPDATE events.delivery SET state = %s, attempts = %s, due_at = %s, status = %s, note = %s, ended_at = %s
            WHERE tenant_id = {_TENANT} AND webhook_id = %s AND event_id = %s""",
        [
            delivery.state, delivery.attempts, delivery.due_at, delivery.status, delivery.note, delivery.ended_at,
            delivery.webhook, delivery.event,
        ],
    )  # fmt: skip


def deliveries(work: UnitOfWork, webhook: WebhookId, *, before: int | None, most: int) -> list[Delivery]:
    """Deliveries of a webhook, newest first."""
    rows = work.execute(
        f"""SELECT {_DELIVERY} FROM events.delivery WHERE tenant_id = {_TENANT} AND webhook_id = %s
            AND (%s::bigint IS NULL OR position < %s) ORDER BY position DESC LIMIT %s""",
        [webhook, before, before, most],
    )
    return [_delivery(row) for row in rows]


def again(work: UnitOfWork, webhook: WebhookId, event: EventId) -> bool:
    """Tell an event once more, from its first attempt; False if it was never told."""
    return bool(
        work.execute(
            f"""UPDATE events.delivery SET state = 'waiting', attempts = 0, due_at = %s, ended_at = NULL
                WHERE tenant_id = {_TENANT} AND webhook_id = %s AND event_id = %s""",
            [work.at, webhook, event],
        ).rowcount
    )


def _webhook(row: tuple[Any, ...]) -> Webhook:
    identity, party, url, topics, state, position, failing_since, made_at = row
    return Webhook(
        id=WebhookId.of(identity), party=PartyId.of(party), url=url, topics=tuple(topics), state=WebhookState(state),
        position=position, failing_since=failing_since, made_at=made_at,
    )  # fmt: skip


def _delivery(row: tuple[Any, ...]) -> Delivery:
    webhook, event, position, body, state, attempts, due_at, status, note, ended_at = row
    return Delivery(
        webhook=WebhookId.of(webhook), event=EventId.of(event), position=position, body=body, state=state,
        attempts=attempts, due_at=due_at, status=status, note=note, ended_at=ended_at,
    )  # fmt: skip
