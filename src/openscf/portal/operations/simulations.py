"""What happens only in sandboxes: time that is moved forward, debtors that do not pay."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import access, financing, operations, parties
from openscf.db import UnitOfWork
from openscf.financing import DealId
from openscf.kernel.errors import refusal
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.financings import FinancingView, financing_view
from openscf.portal.shapes import Body, Instant, View

NOTHING_TO_DEFAULT = refusal(
    "nothing_to_default",
    en="{deal} is {state}: nobody owes anything on a date under it.",
    zh="{deal} 当前状态为 {state}，不存在到期应付款。",
    fix_en="Choose a financing that is funded.",
    fix_zh="请选择已放款的融资。",
    status=409,
)
DAY = dt.timedelta(days=1)


class Advance(Body):
    """How far time is moved forward; at most 400 days at once."""

    days: Annotated[int, Field(ge=0, le=400)] = 0
    seconds: Annotated[int, Field(ge=0, le=86_400)] = 0


class SandboxTime(View):
    """The time of a sandbox now."""

    now: Instant
    today: dt.date
    ahead_s: int


class Default(Body):
    """A financing whose debtor does not pay."""

    financing: Annotated[str, Field(max_length=60)]
    days: Annotated[int, Field(ge=1, le=180, description="Days past due that are waited.")] = 1


@operation(
    "POST /v1/simulations/advance-time", group="simulations", en="Move the sandbox's time forward.",
    zh="推进沙箱时间。", sandbox=True, refusals=("bad_advance",), examples={"quarter": {"days": 90}},
)  # fmt: skip
def advance_time(desk: Desk, work: UnitOfWork, body: Advance) -> SandboxTime:
    """From now on all that happens in this book carries a later time; it is never moved back."""
    ahead = access.advance_time(work, dt.timedelta(days=body.days, seconds=body.seconds))
    now = desk.house.database.clock.now() + ahead
    return SandboxTime(now=now, today=parties.business_date(now), ahead_s=int(ahead.total_seconds()))


@operation(
    "POST /v1/simulations/buyer-default", group="simulations", en="Let a debtor not pay.", zh="模拟买方违约。",
    sandbox=True, work=Work.ALONE, refusals=("deal_not_found", "nothing_to_default", "bad_advance", "bad_id"),
    examples={"late": {"financing": "dea_01JD0000000000000000000000", "days": 10}},
)  # fmt: skip
def simulate_buyer_default(desk: Desk, body: Default) -> FinancingView:
    """Wait until the due day has passed by so many days without a payment, and mark the financing overdue."""
    deal = DealId.parse(body.financing)
    kept = desk.read(lambda work: financing.found_deal(work, deal))
    financing_view(desk, kept)
    due_on: dt.date | None = getattr(kept.deal.book, "due_on", None)
    if due_on is None or kept.deal.state not in {"funded", "part_paid", "overdue"}:
        raise NOTHING_TO_DEFAULT(deal=body.financing, state=kept.deal.state)
    wait = due_on + body.days * DAY - desk.today
    if wait > dt.timedelta(0):
        desk.house.database.run(desk.context, lambda work: access.advance_time(work, wait))
    return desk.read(lambda work: _lapsed(desk, work, deal, on=due_on + body.days * DAY))


def _lapsed(desk: Desk, work: UnitOfWork, deal: DealId, *, on: dt.date) -> FinancingView:
    operations.lapse_if_late(work, deal, on=on, fingerprints=desk.fingerprints)
    return financing_view(desk, financing.found_deal(work, deal))
