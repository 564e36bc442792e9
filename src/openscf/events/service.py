"""Webhooks: whoever wants to be told, what it is told, and trying again.

The feed is looked at for each webhook from where it was left, in one transaction with the deliveries that come of it:
no event is missed and none is told twice on our account. An attempt that was cut off is made again, so receivers
recognise a repetition by `webhook-id`, as the specification says.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from openscf import parties
from openscf.db import Context, Database, UnitOfWork
from openscf.db.outbox import Message, events_after, last_position
from openscf.events.model import Delivery, Webhook, WebhookId, WebhookState
from openscf.events.rules import (
    DISABLED_AFTER,
    SECRET_BYTES,
    WEBHOOK_NOT_FOUND,
    checked_url,
    pause_after,
    secret_text,
    signature,
)
from openscf.events.sender import Sender
from openscf.events.store import webhooks as store
from openscf.kernel.ids import EventId, PartyId, TenantId
from openscf.parties import Cleartext, Permission, PersonalKind, Place, Vault

Concerned = Callable[[UnitOfWork, Sequence[Message]], Mapping[EventId, frozenset[PartyId]]]
Told = Callable[[Message], str]
PAGE: Final = 200
AT_ONCE: Final = 20
BOTH_SIGN: Final = dt.timedelta(days=1)
CLAIMED: Final = dt.timedelta(
    minutes=2
)  # longer than all attempts of one claim can take when each runs into its time-out


def create_webhook(
    work: UnitOfWork, party: PartyId, url: str, *, topics: Sequence[str], vault: Vault, private: bool = False
) -> Webhook:
    """Have an address told of what happens from now on; `secret_of` is shown once.

    Raises:
        Refusal: `bad_webhook_url`, `not_allowed`.
    """
    parties.authorise(work, Permission.EDIT, party)
    webhook = Webhook(
        id=work.ids.new(WebhookId), party=party, url=checked_url(url, private=private), topics=tuple(topics),
        state=WebhookState.ACTIVE, position=last_position(work), failing_since=None, made_at=work.at,
    )  # fmt: skip
    secret = secret_text(vault.token(SECRET_BYTES))
    store.insert(work, webhook, secret_sealed=_sealed(work, webhook.id, secret, vault=vault))
    work.audit("events.create_webhook", str(webhook.id), {"party": party, "url": url, "topics": list(topics)})
    return webhook


def webhooks_of(work: UnitOfWork, party: PartyId) -> list[Webhook]:
    """The webhooks of an enterprise.

    Raises:
        Refusal: `not_allowed`, `party_not_found`.
    """
    parties.authorise(work, Permission.VIEW, party)
    return store.find(work, party=party, states=(WebhookState.ACTIVE, WebhookState.DISABLED))


def webhook_of(work: UnitOfWork, webhook: WebhookId) -> Webhook:
    """A webhook of one's enterprise.

    Raises:
        Refusal: `webhook_not_found`, `not_allowed`.
    """
    return _own(work, webhook, Permission.VIEW)


def delete_webhook(work: UnitOfWork, webhook: WebhookId) -> Webhook:
    """Tell an address nothing more.

    Raises:
        Refusal: `webhook_not_found`, `not_allowed`.
    """
    known = _own(work, webhook)
    store.move(work, webhook, WebhookState.DELETED)
    work.audit("events.delete_webhook", str(webhook), {})
    return dataclasses.replace(known, state=WebhookState.DELETED)


def enable_webhook(work: UnitOfWork, webhook: WebhookId) -> Webhook:
    """Tell an address again that was disabled because nothing reached it; what waits for it goes on.

    Raises:
        Refusal: `webhook_not_found`, `not_allowed`.
    """
    known = _own(work, webhook)
    store.move(work, webhook, WebhookState.ACTIVE)
    work.audit("events.enable_webhook", str(webhook), {})
    return dataclasses.replace(known, state=WebhookState.ACTIVE, failing_since=None)


def rotate_secret(work: UnitOfWork, webhook: WebhookId, *, vault: Vault) -> Webhook:
    """Give a webhook another secret, to be shown once; the old one signs beside it for a day (`BOTH_SIGN`).

    So a receiver has time to change over: it takes what either of the two signed. Rotating once more within the day
    ends the oldest at once, since at most two sign.

    Raises:
        Refusal: `webhook_not_found`, `not_allowed`.
    """
    known = _own(work, webhook)
    secret = secret_text(vault.token(SECRET_BYTES))
    sealed = _sealed(work, webhook, secret, vault=vault)
    store.set_secret(work, webhook, sealed, former_until=work.at + BOTH_SIGN)
    work.audit("events.rotate_secret", str(webhook), {})
    return known


def secret_of(work: UnitOfWork, webhook: WebhookId, *, vault: Vault) -> str:
    """The secret of a webhook, for whoever has just made or replaced it.

    Raises:
        Refusal: `webhook_not_found`, `not_allowed`.
    """
    _own(work, webhook)
    return vault.open(store.secrets(work, webhook)[0], _place(work, webhook))


def deliveries_of(work: UnitOfWork, webhook: WebhookId, *, before: int | None = None, most: int = 50) -> list[Delivery]:
    """How telling went, newest first.

    Raises:
        Refusal: `webhook_not_found`, `not_allowed`.
    """
    _own(work, webhook, Permission.VIEW)
    return store.deliveries(work, webhook, before=before, most=most)


def tell_again(work: UnitOfWork, webhook: WebhookId, event: EventId) -> None:
    """Tell an event once more.

    Raises:
        Refusal: `webhook_not_found`, also for an event that it was never told; `not_allowed`.
    """
    _own(work, webhook)
    if not store.again(work, webhook, event):
        raise WEBHOOK_NOT_FOUND(webhook=str(webhook))
    work.audit("events.tell_again", str(webhook), {"event": event})


class Pump:
    """Looks at the feed for the webhooks of a book and tells them; one step of a thread of the server.

    Args:
        database: Where they are.
        vault: Opens their secrets.
        sender: Sends.
        concerned: Which enterprises may know of which events.
        told: What is told of an event, as JSON text.
    """

    def __init__(self, database: Database, vault: Vault, sender: Sender, *, concerned: Concerned, told: Told) -> None:
        self._database, self._vault, self._sender = database, vault, sender
        self._concerned, self._told = concerned, told

    def run_once(self, tenant: TenantId) -> int:
        """Look and tell; how much was done."""
        context = Context(tenant, "system:webhooks")
        active = self._database.run(context, lambda work: store.find(work, states=(WebhookState.ACTIVE,)))
        looked = sum(self._database.run(context, lambda work, w=one: self._look(work, w)) for one in active)  # type: ignore[misc]
        claimed = self._database.run(context, lambda work: store.claim(work, work.at + CLAIMED, most=AT_ONCE))
        for delivery in claimed:
            self._deliver(context, delivery)
        return looked + len(claimed)

    def _look(self, work: UnitOfWork, webhook: Webhook) -> int:
        known = store.get(work, webhook.id, lock=True)
        if known is None or known.state is not WebhookState.ACTIVE:
            return 0
        page = events_after(work, known.position, most=PAGE)
        if not page:
            return 0
        # What happened before the webhook was made may get its place in the feed after it; it asked for what comes.
        wanted = [one for one in page if known.wants(one.topic) and one.at >= known.made_at]
        who = self._concerned(work, wanted)
        for message in wanted:
            if known.party in who.get(message.id, frozenset()):
                store.enqueue(work, known.id, message.id, position=message.position, body=self._told(message))
        store.looked(work, known.id, page[-1].position)
        return len(page)

    def _deliver(self, context: Context, delivery: Delivery) -> None:
        def prepare(work: UnitOfWork) -> tuple[Webhook | None, dict[str, str]]:
            webhook = store.get(work, delivery.webhook)
            place = _place(work, delivery.webhook)
            secrets = [self._vault.open(sealed, place) for sealed in store.secrets(work, delivery.webhook)]
            return webhook, _headers(secrets, delivery, int(work.at.timestamp()))

        webhook, headers = self._database.run(context, prepare)
        if webhook is None or webhook.state is not WebhookState.ACTIVE:
            return
        status, note = self._sender(webhook.url, delivery.body.encode(), headers)
        self._database.run(context, lambda work: _noted(work, webhook, delivery, answer=(status, note)))


def _noted(work: UnitOfWork, webhook: Webhook, delivery: Delivery, *, answer: tuple[int | None, str]) -> None:
    status, note = answer
    attempts = delivery.attempts + 1
    done = dataclasses.replace(delivery, attempts=attempts, status=status, note=note[:300])
    if status is not None and 200 <= status < 300:
        store.attempted(work, dataclasses.replace(done, state="delivered", ended_at=work.at))
        store.failing(work, webhook.id, None)
        return
    pause = pause_after(attempts)
    if pause is None:
        done = dataclasses.replace(done, state="given_up", ended_at=work.at)
    else:
        done = dataclasses.replace(done, due_at=work.at + pause)
    store.attempted(work, done)
    since = webhook.failing_since or work.at
    if status == 410 or work.at - since >= DISABLED_AFTER:  # 410 Gone: the receiver wants no more, says the spec
        store.move(work, webhook.id, WebhookState.DISABLED)
        work.audit("events.disable_webhook", str(webhook.id), {"since": since, "status": status})
    else:
        store.failing(work, webhook.id, work.at)


def _headers(secrets: Sequence[str], delivery: Delivery, timestamp_s: int) -> dict[str, str]:
    event, body = str(delivery.event), delivery.body.encode()
    signatures = [signature(each, event=event, timestamp_s=timestamp_s, body=body) for each in secrets]
    return {"webhook-id": event, "webhook-timestamp": str(timestamp_s), "webhook-signature": " ".join(signatures)}


def _own(work: UnitOfWork, webhook: WebhookId, permission: Permission = Permission.EDIT) -> Webhook:
    known = store.get(work, webhook, lock=permission is Permission.EDIT)
    if known is None or known.state is WebhookState.DELETED:
        raise WEBHOOK_NOT_FOUND(webhook=str(webhook))
    person = parties.acting_person(work)
    asked = parties.Asked(Permission.VIEW, known.party, parties.business_date(work.at))
    if not parties.may(work, person, asked):
        raise WEBHOOK_NOT_FOUND(webhook=str(webhook))
    parties.authorise(work, permission, known.party)
    return known


def _sealed(work: UnitOfWork, webhook: WebhookId, secret: str, *, vault: Vault) -> bytes:
    return vault.seal(Cleartext(PersonalKind.SECRET, secret), _place(work, webhook))


def _place(work: UnitOfWork, webhook: WebhookId) -> Place:
    return Place(work.context.tenant, webhook, "secret")
