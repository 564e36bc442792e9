"""Webhooks: addresses of one's own that are told what happens, after the Standard Webhooks specification."""

from typing import Annotated

from pydantic import Field

from openscf import events
from openscf.db import UnitOfWork
from openscf.events import Delivery, DeliveryId, Webhook, WebhookId
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.shapes import Body, Instant, Page, Paging, View

EXAMPLE = {"all": {"url": "https://erp.example.com/openscf", "topics": ["financing.", "vouchers."]}}


class CreateWebhook(Body):
    """An address that is to be told."""

    url: Annotated[str, Field(max_length=2000, description="Public https address.")]
    topics: Annotated[
        list[Annotated[str, Field(max_length=80)]],
        Field(max_length=50, default_factory=list, description="Beginnings of types; none: all."),
    ]


class WebhookView(View):
    """An address that is told; its secret is shown by `reveal_webhook_secret` alone.

    Attributes:
        state: `active`, or `disabled` after five days in which it took nothing.
    """

    id: str
    url: str
    topics: list[str]
    state: str
    failing_since: Instant | None
    made_at: Instant

    @classmethod
    def of(cls, one: Webhook) -> "WebhookView":
        """A webhook, without its secret."""
        return cls(
            id=str(one.id), url=one.url, topics=list(one.topics), state=one.state.value,
            failing_since=one.failing_since, made_at=one.made_at,
        )  # fmt: skip


class Webhooks(View):
    """Webhooks, oldest first."""

    items: list[WebhookView]


class WebhookSecret(View):
    """The secret with which a receiver checks signatures."""

    secret: str


class DeliveryView(View):
    """A message for a webhook: `waiting`, `delivered` or `failed`."""

    id: str
    event: str
    type: str
    state: str
    attempts: int
    due_at: Instant | None
    status: int | None
    note: str
    made_at: Instant
    answered_at: Instant | None
    body: str

    @classmethod
    def of(cls, one: Delivery) -> "DeliveryView":
        """A delivery."""
        return cls(
            id=str(one.id), event=str(one.event), type=one.topic, state=one.state, attempts=one.attempts,
            due_at=one.due_at, status=one.status, note=one.note, made_at=one.made_at, answered_at=one.answered_at,
            body=one.body,
        )  # fmt: skip


class DeliveryFilter(Paging):
    """Which deliveries."""

    state: Annotated[str | None, Field(pattern="^(waiting|delivered|failed)$")] = None


@operation(
    "POST /v1/webhooks", group="events", en="Be told of events.", zh="新建 Webhook。", status=201, examples=EXAMPLE,
    refusals=("bad_webhook_url", "too_many_webhooks"),
)  # fmt: skip
def create_webhook(desk: Desk, work: UnitOfWork, body: CreateWebhook) -> WebhookView:
    """As an administrator, have one's enterprise told at a public https address; messages are signed."""
    made = events.create_webhook(
        work, desk.party, body.url, topics=body.topics, vault=desk.house.vault, entropy=desk.house.entropy
    )
    return WebhookView.of(made)


@operation("GET /v1/webhooks", group="events", en="Which webhooks have we?", zh="Webhook 列表。", work=Work.READ_HOUSE)
def list_webhooks(desk: Desk, work: UnitOfWork) -> Webhooks:
    """The webhooks of one's enterprise."""
    return Webhooks(items=[WebhookView.of(one) for one in events.webhooks_of(work, desk.party)])


@operation(
    "DELETE /v1/webhooks/{webhook_id}", group="events", en="Delete a webhook.", zh="删除 Webhook。",
    refusals=("webhook_not_found", "bad_id"),
)  # fmt: skip
def delete_webhook(desk: Desk, work: UnitOfWork, webhook_id: str) -> Webhooks:
    """It is told nothing any more; answered with those that are left."""
    events.delete_webhook(work, WebhookId.parse(webhook_id), desk.party)
    return Webhooks(items=[WebhookView.of(one) for one in events.webhooks_of(work, desk.party)])


@operation(
    "POST /v1/webhooks/{webhook_id}/rotate-secret", group="events", en="Give a webhook a new secret.",
    zh="轮换 Webhook 密钥。", refusals=("webhook_not_found", "bad_id"),
)  # fmt: skip
def rotate_webhook_secret(desk: Desk, work: UnitOfWork, webhook_id: str) -> WebhookView:
    """The old secret signs besides for 24 hours, so that no message is turned away meanwhile."""
    fresh = events.rotate_secret(
        work, WebhookId.parse(webhook_id), desk.party, vault=desk.house.vault, entropy=desk.house.entropy
    )
    return WebhookView.of(fresh)


@operation(
    "GET /v1/webhooks/{webhook_id}/secret", group="events", en="Show a webhook's secret.", zh="查看 Webhook 密钥。",
    needs=Needs.MONEY, work=Work.READ_HOUSE, refusals=("webhook_not_found", "bad_id"),
)  # fmt: skip
def reveal_webhook_secret(desk: Desk, work: UnitOfWork, webhook_id: str) -> WebhookSecret:
    """As an administrator with a fresh proof, for setting up the receiver; that it was shown is in the audit log."""
    secret = events.reveal_secret(work, WebhookId.parse(webhook_id), desk.party, vault=desk.house.vault)
    return WebhookSecret(secret=secret)


@operation(
    "GET /v1/webhooks/{webhook_id}/deliveries", group="events", en="What was sent to a webhook?", zh="投递记录。",
    work=Work.READ_HOUSE, refusals=("webhook_not_found", "bad_id"),
)  # fmt: skip
def list_webhook_deliveries(
    desk: Desk, work: UnitOfWork, webhook_id: str, *, query: DeliveryFilter
) -> Page[DeliveryView]:
    """Messages for a webhook, newest first, with what came of each."""
    found = events.deliveries_of(
        work, WebhookId.parse(webhook_id), desk.party, state=query.state, most=query.limit,
        before=None if query.cursor is None else DeliveryId.parse(query.cursor),
    )  # fmt: skip
    more = str(found[-1].id) if len(found) == query.limit else None
    return Page[DeliveryView](items=[DeliveryView.of(one) for one in found], next=more)


@operation(
    "POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", group="events", en="Send a message again.",
    zh="重新投递。", refusals=("webhook_not_found", "delivery_not_found", "bad_id"),
)  # fmt: skip
def replay_webhook(desk: Desk, work: UnitOfWork, webhook_id: str, *, delivery_id: str) -> DeliveryView:
    """Now, and from its first try; a webhook that was disabled is active again."""
    again = events.replay(
        work, WebhookId.parse(webhook_id), DeliveryId.parse(delivery_id), party=desk.party
    )  # fmt: skip
    return DeliveryView.of(again)
