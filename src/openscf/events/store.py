"""SQL of webhooks and deliveries."""

import datetime as dt
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.events.model import Delivery, DeliveryId, Webhook, WebhookId, WebhookState
from openscf.kernel.ids import EventId, PartyId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_WEBHOOK = """id, party_id, url, topics, secret, old_secret, old_until, state, failing_since, made_by, made_at,
              moved_at"""
_DELIVERY = "id, webhook_id, event_id, topic, body, state, attempts, due_at, status, note, made_at, answered_at"


def insert(work: UnitOfWork, one: Webhook) -> None:
    """A new webhook."""
    work.execute(
        f"""INSERT INTO events.webhook (tenant_id, {_WEBHOOK})
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, one.id, one.party, one.url, list(one.topics), one.secret, one.old_secret,
            one.old_until, one.state.value, one.failing_since, one.made_by, one.made_at, one.moved_at,
        ],
    )  # fmt: skip


def update(work: UnitOfWork, one: Webhook) -> None:
    """A webhook after something happened to it."""
    work.execute(
        f"""UPDATE events.webhook SET secret = %s, old_secret = %s, old_until = %s, state = %s, failing_since = %s,
               moved_at = %s WHERE tenant_id = {_TENANT} AND id = %s""",
        [one.secret, one.old_secret, one.old_until, one.state.value, one.failing_since, work.at, one.id],
    )


def get(work: UnitOfWork, webhook: WebhookId, *, lock: bool = False) -> Webhook | None:
    """A webhook that is not deleted."""
    row = work.execute(
        f"""SELECT {_WEBHOOK} FROM events.webhook WHERE tenant_id = {_TENANT} AND id = %s AND state <> 'deleted'
            {"FOR NO KEY UPDATE" if lock else ""}""",
        [webhook],
    ).fetchone()
    return None if row is None else _webhook(row)


def listed(work: UnitOfWork, party: PartyId | None, *, active: bool = False) -> list[Webhook]:
    """Webhooks of a party, or of all, oldest first."""
    rows = work.execute(
        f"""SELECT {_WEBHOOK} FROM events.webhook WHERE tenant_id = {_TENANT} AND (%s::uuid IS NULL OR party_id = %s)
              AND (state = 'active' OR (state = 'disabled' AND NOT %s)) ORDER BY id""",
        [party, party, active],
    )
    return [_webhook(row) for row in rows]


def enqueue(work: UnitOfWork, one: Delivery) -> bool:
    """A message for a webhook; whether it was new."""
    row = work.execute(
        f"""INSERT INTO events.delivery (tenant_id, {_DELIVERY})
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (tenant_id, webhook_id, event_id) DO NOTHING RETURNING id""",
        [
            work.context.tenant, one.id, one.webhook, one.event, one.topic, one.body, one.state, one.attempts,
            one.due_at, one.status, one.note, one.made_at, one.answered_at,
        ],
    ).fetchone()  # fmt: skip
    return row is not None


def due(work: UnitOfWork, now: dt.datetime) -> Delivery | None:
    """The delivery that has waited longest and is due; nobody else gets it until the transaction ends."""
    row = work.execute(
        f"""SELECT {_DELIVERY} FROM events.delivery d
            WHERE tenant_id = {_TENANT} AND state = 'waiting' AND due_at <= %s
              AND EXISTS (SELECT FROM events.webhook w WHERE w.tenant_id = d.tenant_id AND w.id = d.webhook_id
                             AND w.state = 'active')
            ORDER BY due_at, id LIMIT 1 FOR NO KEY UPDATE OF d SKIP LOCKED""",
        [now],
    ).fetchone()
    return None if row is None else _delivery(row)


def settle(work: UnitOfWork, one: Delivery) -> None:
    """A delivery after a try."""
    work.execute(
        f"""UPDATE events.delivery SET state = %s, attempts = %s, due_at = %s, status = %s, note = %s, answered_at = %s
            WHERE tenant_id = {_TENANT} AND id = %s""",
        [one.state, one.attempts, one.due_at, one.status, one.note, one.answered_at, one.id],
    )


def delivery(work: UnitOfWork, webhook: WebhookId, identity: DeliveryId) -> Delivery | None:
    """A delivery of a webhook."""
    row = work.execute(
        f"SELECT {_DELIVERY} FROM events.delivery WHERE tenant_id = {_TENANT} AND webhook_id = %s AND id = %s",
        [webhook, identity],
    ).fetchone()
    return None if row is None else _delivery(row)


def deliveries(
    work: UnitOfWork, webhook: WebhookId, *, state: str | None, before: DeliveryId | None, most: int
) -> list[Delivery]:
    """Deliveries of a webhook, newest first."""
    rows = work.execute(
        f"""SELECT {_DELIVERY} FROM events.delivery WHERE tenant_id = {_TENANT} AND webhook_id = %s
              AND (%s::text IS NULL OR state = %s) AND (%s::uuid IS NULL OR id < %s) ORDER BY id DESC LIMIT %s""",
        [webhook, state, state, before, before, most],
    )
    return [_delivery(row) for row in rows]


def _webhook(row: tuple[Any, ...]) -> Webhook:
    identity, party, url, topics, secret, old, until, state, failing, by, made, moved = row
    return Webhook(
        id=WebhookId.of(identity), party=PartyId.of(party), url=url, topics=tuple(topics), secret=bytes(secret),
        old_secret=None if old is None else bytes(old), old_until=until, state=WebhookState(state),
        failing_since=failing, made_by=by, made_at=made, moved_at=moved,
    )  # fmt: skip


def _delivery(row: tuple[Any, ...]) -> Delivery:
    identity, webhook, event, topic, body, state, attempts, due_at, status, note, made, answered = row
    return Delivery(
        id=DeliveryId.of(identity), webhook=WebhookId.of(webhook), event=EventId.of(event), topic=topic, body=body,
        state=state, attempts=attempts, due_at=due_at, status=status, note=note, made_at=made, answered_at=answered,
    )  # fmt: skip
