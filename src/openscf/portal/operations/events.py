"""The feed of events: what happened to what one takes part in."""

from typing import Annotated, Any

from pydantic import Field

from openscf import operations
from openscf.db import UnitOfWork
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.accounts import read_version
from openscf.portal.shapes import Instant, Paging, View


class FeedEvent(View):
    """Something that happened.

    Attributes:
        id: Receivers recognise a repetition by it; webhooks carry the same.
        position: Its place in the feed.
        aggregate: What it happened to.
    """

    id: str
    position: int
    at: Instant
    type: str
    aggregate: str
    data: dict[str, Any]


class Feed(View):
    """A piece of the feed.

    Attributes:
        next: Cursor to go on from, always there: ask again with it later, and nothing is missed.
    """

    items: list[FeedEvent]
    next: str


class FeedQuery(Paging):
    """From where on, and of which topics."""

    type: Annotated[str, Field(max_length=80, description="Beginning of the type, as `financing.`.")] = ""


@operation(
    "GET /v1/events", group="events", en="What happened?", zh="事件流。", work=Work.READ_HOUSE,
    refusals=("bad_cursor",),
)  # fmt: skip
def list_events(desk: Desk, work: UnitOfWork, query: FeedQuery) -> Feed:
    """Events about what one's enterprise takes part in, in the order of the feed, each at least once and for ever."""
    party = None if desk.principal.is_house else desk.party
    after = read_version(query.cursor) or 0
    found, seen = operations.feed(work, party, after=after, most=query.limit, topic=query.type)
    items = [
        FeedEvent(id=str(one.id), position=one.position, at=one.at, type=one.topic, aggregate=one.aggregate,
                  data=one.facts())
        for one in found
    ]  # fmt: skip
    return Feed(items=items, next=str(seen))
