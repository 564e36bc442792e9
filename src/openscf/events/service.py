"""Webhooks in a unit of work: made, told of, sent to, given up."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Sequence

from openscf import parties
from openscf.db import Context, Database
from openscf.db.outbox import Message
from openscf.db.unit_of_work import UnitOfWork
from openscf.events import rules, store
from openscf.events.model import Delivery, DeliveryId, Sent, Webhook, WebhookId, WebhookState
from openscf.events.sender import Sender
from openscf.kernel.ids import EventId, PartyId, TenantId
from openscf.parties import Cleartext, Permission, PersonalKind, Vault
from openscf.parties.vault import Place

Entropy = Callable[[int], bytes]
ACTOR = "system:webhooks"


def create_webhook(
    work: UnitOfWork, party: PartyId, url: str, *, topics: Sequence[str], vault: Vault, entropy: Entropy
) -> Webhook:
    """Have an enterprise told of what happens to what is its own.

    Args:
        work: The transaction; its actor must be an administrator of the enterprise.
        party: The enterprise.
        url: A public https address.
        topics: Beginnings of topics; empty: all.
        vault: Seals the secret.
        entropy: Unpredictable bytes.

    Raises:
        Refusal: `not_allowed`, `bad_webhook_url`, `too_many_webhooks`.
    """
    parties.authorise(work, Permission.EDIT, party)
    checked = rules.check_url(url)
    if len(store.listed(work, party)) >= rules.MOST_WEBHOOKS:
        raise rules.TOO_MANY_WEBHOOKS(most=rules.MOST_WEBHOOKS)
    identity = work.ids.new(WebhookId)
    new = Webhook(
        id=identity, party=party, url=checked, topics=tuple(topics), secret=_sealed(work, identity, vault, entropy),
        old_secret=None, old_until=None, state=WebhookState.ACTIVE, failing_since=None, made_by=work.context.actor,
        made_at=work.at, moved_at=work.at,
    )  # fmt: skip
    store.insert(work, new)
    work.audit("events.create_webhook", str(identity), {"party": party, "url": checked, "topics": list(topics)})
    return new


def found_webhook(work: UnitOfWork, webhook: WebhookId, party: PartyId, *, lock: bool = False) -> Webhook:
    """A webhook of an enterprise.

    Raises:
        Refusal: `webhook_not_found`, also for one of another enterprise.
    """
    found = store.get(work, webhook, lock=lock)
    if found is None or found.party != party:
        raise rules.WEBHOOK_NOT_FOUND(webhook=str(webhook))
    return found


def webhooks_of(work: UnitOfWork, party: PartyId) -> list[Webhook]:
    """The webhooks of an enterprise, oldest first."""
    return store.listed(work, party)


def delete_webhook(work: UnitOfWork, webhook: WebhookId, party: PartyId) -> None:
    """Tell it nothing any more; what waits for it stays unsent.

    Raises:
        Refusal: `webhook_not_found`, `not_allowed`.
    """
    known = found_webhook(work, webhook, party, lock=True)
    parties.authorise(work, Permission.EDIT, party)
    store.update(work, dataclasses.replace(known, state=WebhookState.DELETED))
    work.audit("events.delete_webhook", str(webhook), {"party": party, "url": known.url})


def rotate_secret(work: UnitOfWork, webhook: WebhookId, party: PartyId, *, vault: Vault, entropy: Entropy) -> Webhook:
    """Give it a new secret; the old one signs besides for a day, so that no message is turned away meanwhile.

    Raises:
        Refusal: `webhook_not_found`, `not_allowed`.
    """
    known = found_webhook(work, webhook, party, lock=True)
    parties.authorise(work, Permission.EDIT, party)
    fresh = dataclasses.replace(
        known, secret=_sealed(work, webhook, vault, entropy), old_secret=known.secret,
        old_until=work.at + rules.OLD_SECRET,
    )  # fmt: skip
    store.update(work, fresh)
    work.audit("events.rotate_secret", str(webhook), {"party": party})
    return fresh


def reveal_secret(work: UnitOfWork, webhook: WebhookId, party: PartyId, *, vault: Vault) -> str:
    """The secret, for whoever sets up the receiver; audited.

    Raises:
        Refusal: `webhook_not_found`, `not_allowed`.
    """
    known = found_webhook(work, webhook, party)
    parties.authorise(work, Permission.EDIT, party)
    work.audit("events.reveal_secret", str(webhook), {"party": party})
    return vault.open(known.secret, _place(work.context.tenant, webhook))


def deliveries_of(
    work: UnitOfWork, webhook: WebhookId, party: PartyId, *, state: str | None = None,
    before: DeliveryId | None = None, most: int = 100,
) -> list[Delivery]:  # fmt: skip
    """What was sent to a webhook, newest first.

    Raises:
        Refusal: `webhook_not_found`.
    """
    found_webhook(work, webhook, party)
    return store.deliveries(work, webhook, state=state, before=before, most=most)


def replay(work: UnitOfWork, webhook: WebhookId, delivery: DeliveryId, *, party: PartyId) -> Delivery:
    """Send a message again, now and from its first try; a webhook that was disabled is active again.

    Raises:
        Refusal: `webhook_not_found`, `delivery_not_found`, `not_allowed`.
    """
    known = found_webhook(work, webhook, party, lock=True)
    parties.authorise(work, Permission.EDIT, party)
    found = store.delivery(work, webhook, delivery)
    if found is None:
        raise rules.DELIVERY_NOT_FOUND(delivery=str(delivery))
    again = dataclasses.replace(found, state="waiting", attempts=0, due_at=work.at, note="")
    store.settle(work, again)
    store.update(work, dataclasses.replace(known, state=WebhookState.ACTIVE, failing_since=None))
    work.audit("events.replay", str(webhook), {"delivery": delivery})
    return again


def enqueue(work: UnitOfWork, message: Message, audience: Collection[PartyId]) -> int:
    """Put a message of the outbox on its way to every webhook that may and wants to be told; how many are new.

    A webhook is told of what happens from the moment on at which it was made; what was before is in the feed.
    """
    body = rules.body_of(message.topic, message.at, message.facts())
    active = store.listed(work, None, active=True)
    told = [one for one in active if one.party in audience and one.made_at <= message.at]
    wanting = [one for one in told if rules.wants(one.topics, message.topic)]
    return sum(store.enqueue(work, _new(work, one, message, body=body)) for one in wanting)


def _new(work: UnitOfWork, webhook: Webhook, message: Message, *, body: str) -> Delivery:
    return Delivery(
        id=work.ids.new(DeliveryId), webhook=webhook.id, event=EventId.of(message.id), topic=message.topic, body=body,
        state="waiting", attempts=0, due_at=work.at, status=None, note="", made_at=work.at, answered_at=None,
    )  # fmt: skip


class Dispatcher:
    """Sends what waits for webhooks, each message with growing pauses until it arrives or has failed.

    Args:
        database: Where the messages wait.
        vault: Opens the secrets.
        sender: Takes messages to addresses.
    """

    def __init__(self, database: Database, vault: Vault, sender: Sender) -> None:
        self._database, self._vault, self._sender = database, vault, sender

    def drain(self, tenant: TenantId, *, most: int = 1_000) -> int:
        """Send everything of a book that is due now; how many messages were tried."""
        context = Context(tenant, ACTOR)
        tried = 0
        while tried < most and self._database.run(context, self._one):
            tried += 1
        return tried

    def _one(self, work: UnitOfWork) -> bool:
        # The row stays locked while it is sent: two dispatchers never send it at the same time, and one that dies gives
        # it back at once. Time-outs bound how long that is.
        found = store.due(work, work.at)
        webhook = None if found is None else store.get(work, found.webhook, lock=True)
        if found is None or webhook is None:
            return False
        at = int(work.at.timestamp())
        signed = rules.headers(self._secrets(work, webhook), str(found.event), at, body=found.body)
        _settle(work, webhook, found, self._sender.send(webhook.url, signed, found.body))
        return True

    def _secrets(self, work: UnitOfWork, webhook: Webhook) -> list[str]:
        sealed = [webhook.secret]
        if webhook.old_secret is not None and webhook.old_until is not None and work.at < webhook.old_until:
            sealed.append(webhook.old_secret)
        return [self._vault.open(one, _place(work.context.tenant, webhook.id)) for one in sealed]


def _settle(work: UnitOfWork, webhook: Webhook, tried: Delivery, sent: Sent) -> None:
    attempts = tried.attempts + 1
    due_at: dt.datetime | None = None if sent.arrived else rules.next_try(attempts, work.at)
    state = "delivered" if sent.arrived else "failed" if due_at is None else "waiting"
    settled = dataclasses.replace(
        tried, state=state, attempts=attempts, due_at=due_at, status=sent.status, note=sent.note[:300],
        answered_at=work.at,
    )  # fmt: skip
    store.settle(work, settled)
    since = None if sent.arrived else webhook.failing_since or work.at
    if rules.gives_up(since, sent.status, work.at):
        store.update(work, dataclasses.replace(webhook, state=WebhookState.DISABLED, failing_since=since))
        work.audit("events.disable_webhook", str(webhook.id), {"failing_since": since, "status": sent.status})
        work.emit("events.webhook_disabled", str(webhook.party), {"webhook": webhook.id, "failing_since": since})
    elif since != webhook.failing_since:
        store.update(work, dataclasses.replace(webhook, failing_since=since))


def _sealed(work: UnitOfWork, webhook: WebhookId, vault: Vault, entropy: Entropy) -> bytes:
    secret = rules.secret_of(entropy(rules.SECRET_BYTES))
    return vault.seal(Cleartext(PersonalKind.SECRET, secret), _place(work.context.tenant, webhook))


def _place(tenant: TenantId, webhook: WebhookId) -> Place:
    return Place(tenant, webhook, "webhook_secret")
