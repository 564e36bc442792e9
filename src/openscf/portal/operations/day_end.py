"""Ending a business day, and whether the books hold."""

import datetime as dt
import json
from typing import Annotated, Any

from pydantic import Field

from openscf import financing, operations
from openscf.db import Context, UnitOfWork
from openscf.kernel.errors import refusal
from openscf.operations import DayEnd
from openscf.parties import PartyRole, Permission, authorise
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.shapes import Body, View

HOUSE = frozenset({PartyRole.OPERATOR})
DAY_NOT_ENDED = refusal(
    "day_not_ended",
    en="No day has been ended yet, or {day} has not.",
    zh="尚未进行日终处理，或 {day} 未处理。",
    fix_en="End the day first.",
    fix_zh="请先进行日终处理。",
    status=404,
)


class EndDay(Body):
    """Which day; by default today."""

    day: dt.date | None = None
    close: Annotated[bool, Field(description="Close the books through it at the end.")] = True


class FailedView(View):
    """A deal that could not be served: a person must look."""

    deal: str
    code: str


class DayEndView(View):
    """What ending a day came to.

    Attributes:
        collected: Receipts that waited in escrow and were shared out.
        sold: Payables sold by standing orders.
        diluted, lapsed: Deals whose claim shrank, and deals that fell overdue.
        standing: Deals with money out, and pieces of vouchers that funders bought.
        reclassified: Those whose category changed.
        postings: Accruals posted.
        expired: Reservations that lapsed.
        closed: Nothing posts into the day any more.
    """

    on: dt.date
    sold: int
    diluted: int
    lapsed: int
    standing: int
    reclassified: int
    postings: int
    expired: int
    closed: bool
    failed: list[FailedView]
    collected: int = 0


class DayQuery(Body):
    """Which day; by default the last one that was ended."""

    day: dt.date | None = None


def _view(record: dict[str, Any]) -> DayEndView:
    failed = [FailedView(deal=deal, code=code) for deal, code in record["failed"]]
    return DayEndView(**{**record, "failed": failed})


def _authorised(desk: Desk) -> None:
    desk.database.run(desk.context, lambda work: authorise(work, Permission.MAKE, desk.party))


@operation(
    "POST /v1/day-ends", group="running", en="End a business day.", zh="日终处理。", offices=HOUSE, needs=Needs.MONEY,
    work=Work.ALONE, status=201, refusals=("day_already_closed",), examples={"today": {}},
    cli="openscf day-end --date {day}",
)  # fmt: skip
def run_day_end(desk: Desk, body: EndDay) -> DayEndView:
    """Red letters, late payers, interest, categories, expected loss, then the books are closed; repeating is safe."""
    _authorised(desk)
    context = Context(desk.principal.tenant, desk.context.actor, request=desk.request)
    done: DayEnd = operations.run_day_end(
        desk.database, context, body.day or desk.today, fingerprints=desk.fingerprints, close=body.close
    )
    return _view(json.loads(json.dumps(done.as_record(), default=str)))


@operation(
    "GET /v1/day-end", group="running", en="What did ending a day come to?", zh="日终结果。", offices=HOUSE,
    work=Work.READ_HOUSE, refusals=("day_not_ended",), cli="openscf day-end --date {day}",
)  # fmt: skip
def get_day_end(desk: Desk, work: UnitOfWork, query: DayQuery) -> DayEndView:
    """What ending a day came to: of the last one, or of the one that is named."""
    del desk
    day = query.day or financing.last_day(work)
    record = None if day is None else financing.kept_day(work, day)
    if record is None:
        raise DAY_NOT_ENDED(day="-" if day is None else day.isoformat())
    return _view(json.loads(record))
