"""What happened: the feed, and webhooks that are told of it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from openscf import events
from openscf.db import UnitOfWork
from openscf.db.outbox import events_after
from openscf.events import Webhook, WebhookId
from openscf.kernel.ids import EventId
from openscf.portal import feed
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.shapes import Body, Instant, Page, Paging, View, cursor_of, read_cursor

MOST_SCANNED = 2_000  # a page may be empty and have a next one: others' events were looked through
HOOK = "https://erp.example.com/openscf"
Url = Annotated[str, Field(max_length=2000, description="An https address of a public host.", examples=[HOOK])]
Topics = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=100)]],
    Field(max_length=50, default_factory=list, description="Beginnings of topics; none for all."),
]


class FeedFilter(Paging):
    """Which events."""

    topic: Annotated[str | None, Field(max_length=100, description="Beginning of the topic.")] = None


class EventSeen(View):
    """Something that happened to an object; ask for the object to know more.

    Attributes:
        object: Its id.
        record: What is kept of it; for the house's own people.
    """

    id: str
    position: int
    topic: str
    object: str
    at: Instant
    record: dict[str, Any] | None


class CreateWebhook(Body):
    """An address that wants to be told."""

    url: Url
    topics: Topics


class WebhookView(View):
    """An address that is told.

    Attributes:
        secret: Signs what is sent; shown when it is made or replaced, and never again.
        failing_since: Since when nothing has reached it.
    """

    id: str
    url: str
    topics: list[str]
    state: str
    failing_since: Instant | None
    made_at: Instant
    secret: str | None = None

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookView":
        """What is shown of a webhook."""
        return cls(
            id=str(webhook.id), url=webhook.url, topics=list(webhook.topics), state=webhook.state.value,
            failing_since=webhook.failing_since, made_at=webhook.made_at,
        )  # fmt: skip


class Webhooks(View):
    """The webhooks of an enterprise."""

    items: list[WebhookView]


class DeliveryView(View):
    """How telling an event went."""

    event: str
    state: str
    attempts: int
    status: int | None
    note: str
    due_at: Instant
    ended_at: Instant | None
    body: str


def _secret(desk: Desk, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """The secret leaves with the answer and is not kept with it."""
    webhook = WebhookId.parse(kept["id"])
    return {"secret": desk.read(lambda work: events.secret_of(work, webhook, vault=desk.house.vault))}


@operation(
    "GET /v1/events", group="events", en="What happened, as a feed.", zh="事件流。", work=Work.READ_HOUSE,
    refusals=("bad_cursor",),
)  # fmt: skip
def list_events(desk: Desk, work: UnitOfWork, query: FeedFilter) -> Page[EventSeen]:
    """What happened to the objects that one's enterprise takes part in, oldest first.

    A reader that goes on from `next` misses nothing. A page may be empty and still have a next one.
    """
    seen = read_cursor(query.cursor, (int,))
    position = 0 if seen is None else seen[0]
    items: list[EventSeen] = []
    page = events_after(work, position, most=MOST_SCANNED)
    who = feed.concerned(work, page) if not desk.principal.is_house else {}
    for message in page:
        position = message.position
        mine = desk.principal.is_house or desk.principal.party in who.get(message.id, feed.NOBODY)
        if not mine or not message.topic.startswith(query.topic or ""):
            continue
        record = message.facts() if desk.principal.is_house else None
        items.append(
            EventSeen(id=str(message.id), position=position, topic=message.topic, object=feed.subject_of(message),
                      at=message.at, record=record if isinstance(record, dict) else None)
        )  # fmt: skip
        if len(items) == query.limit:
            break
    return Page[EventSeen](items=items, next=cursor_of(position) if page else query.cursor)


@operation(
    "POST /v1/webhooks", group="events", en="Have an address told of what happens.", zh="创建 Webhook。", status=201,
    needs=Needs.MONEY, completes=_secret, refusals=("bad_webhook_url", "not_allowed"),
    examples={"all of financing": {"url": HOOK, "topics": ["financing."]}},
)  # fmt: skip
def create_webhook(desk: Desk, work: UnitOfWork, body: CreateWebhook) -> WebhookView:
    """From now on this address is told; the secret in the answer is shown this once."""
    private = desk.house.platform.settings.webhook_private
    made = events.create_webhook(
        work, desk.party, body.url, topics=body.topics, vault=desk.house.vault, private=private
    )
    return WebhookView.of(made)


@operation(
    "GET /v1/webhooks", group="events", en="List your webhooks.", zh="Webhook 列表。", work=Work.READ_HOUSE,
    refusals=("not_allowed",),
)  # fmt: skip
def list_webhooks(desk: Desk, work: UnitOfWork) -> Webhooks:
    """The addresses that one's enterprise has told."""
    return Webhooks(items=[WebhookView.of(one) for one in events.webhooks_of(work, desk.party)])


@operation(
    "DELETE /v1/webhooks/{webhook_id}", group="events", en="Tell an address nothing more.", zh="删除 Webhook。",
    refusals=("webhook_not_found", "not_allowed", "bad_id"),
)  # fmt: skip
def delete_webhook(desk: Desk, work: UnitOfWork, webhook_id: str) -> WebhookView:
    """From now on this address is told nothing."""
    return WebhookView.of(events.delete_webhook(work, WebhookId.parse(webhook_id)))


@operation(
    "POST /v1/webhooks/{webhook_id}/enable", group="events", en="Tell an address again that was disabled.",
    zh="重新启用 Webhook。", refusals=("webhook_not_found", "not_allowed", "bad_id"),
)  # fmt: skip
def enable_webhook(desk: Desk, work: UnitOfWork, webhook_id: str) -> WebhookView:
    """Go on with an address that nothing had reached for five days."""
    return WebhookView.of(events.enable_webhook(work, WebhookId.parse(webhook_id)))


@operation(
    "POST /v1/webhooks/{webhook_id}/secret", group="events", en="Replace a webhook's secret.", zh="更换 Webhook 密钥。",
    needs=Needs.MONEY, completes=_secret, refusals=("webhook_not_found", "not_allowed", "bad_id"),
)  # fmt: skip
def rotate_webhook_secret(desk: Desk, work: UnitOfWork, webhook_id: str) -> WebhookView:
    """The new secret is in the answer, this once; for a day the old one signs beside it."""
    return WebhookView.of(events.rotate_secret(work, WebhookId.parse(webhook_id), vault=desk.house.vault))


@operation(
    "GET /v1/webhooks/{webhook_id}/deliveries", group="events", en="How telling an address went.",
    zh="Webhook 推送记录。", work=Work.READ_HOUSE,
    refusals=("webhook_not_found", "not_allowed", "bad_id", "bad_cursor"),
)  # fmt: skip
def list_webhook_deliveries(desk: Desk, work: UnitOfWork, webhook_id: str, query: Paging) -> Page[DeliveryView]:
    """Deliveries, newest first, with what was sent and what came of it."""
    seen = read_cursor(query.cursor, (int,))
    found = events.deliveries_of(
        work, WebhookId.parse(webhook_id), before=None if seen is None else seen[0], most=query.limit
    )
    items = [
        DeliveryView(event=str(one.event), state=one.state, attempts=one.attempts, status=one.status, note=one.note,
                     due_at=one.due_at, ended_at=one.ended_at, body=one.body)
        for one in found
    ]  # fmt: skip
    more = cursor_of(found[-1].position) if len(found) == query.limit else None
    return Page[DeliveryView](items=items, next=more)


@operation(
    "POST /v1/webhooks/{webhook_id}/deliveries/{event_id}/replay", group="events", en="Tell an event once more.",
    zh="重新推送事件。", refusals=("webhook_not_found", "not_allowed", "bad_id"),
)  # fmt: skip
def replay_webhook(desk: Desk, work: UnitOfWork, webhook_id: str, event_id: str) -> WebhookView:
    """The event is told again, from its first attempt."""
    identity = WebhookId.parse(webhook_id)
    events.tell_again(work, identity, EventId.parse(event_id))
    return WebhookView.of(events.webhook_of(work, identity))
