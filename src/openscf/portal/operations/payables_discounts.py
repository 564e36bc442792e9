"""Being paid early from a buyer's own cash: the curve of days, rate and cash for one invoice."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import financing, operations
from openscf.db import UnitOfWork
from openscf.financing import ProgrammeId
from openscf.operations import DiscountDay
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.programmes import programme_view
from openscf.portal.shapes import Body, Money, View
from openscf.trades import DocumentId

TRADERS = frozenset({PartyRole.SUPPLIER, PartyRole.DISTRIBUTOR, PartyRole.ANCHOR, PartyRole.BUYER})


class CurveQuery(Body):
    """Under which offer."""

    programme: Annotated[str, Field(max_length=60, description="The buyer's frame of dynamic discounting.")]


class PointView(View):
    """Being paid on one day.

    Attributes:
        days_early: Before the due day.
        rate_percent: The discount a year, simple over 360 days, on the cash received.
    """

    pay_on: dt.date
    days_early: int
    discount: Money
    cash: Money
    rate_percent: str

    @classmethod
    def of(cls, one: DiscountDay) -> "PointView":
        """A day of the curve."""
        return cls(
            pay_on=one.pay_on, days_early=one.days_early, discount=Money.of(one.discount), cash=Money.of(one.cash),
            rate_percent=one.rate.percent_text(),
        )  # fmt: skip


class CurveView(View):
    """Every day on which an invoice could be paid early: for a slider between days, rate and cash."""

    face: Money
    due_on: dt.date
    points: list[PointView]


@operation(
    "GET /v1/documents/{document_id}/discounts", group="payables", en="What would being paid early cost, day by day?",
    zh="提前收款的折扣曲线。", offices=TRADERS, work=Work.READ_HOUSE,
    refusals=("document_not_found", "programme_not_found", "not_a_discount_programme", "no_due_date_yet", "bad_id"),
)  # fmt: skip
def discount_curve(desk: Desk, work: UnitOfWork, document_id: str, *, query: CurveQuery) -> CurveView:
    """For the invoice of one's own, each day from today to the day before it is due."""
    frame = financing.found_programme(work, ProgrammeId.parse(query.programme))
    programme_view(desk, work, frame)
    curve = operations.discount_curve(
        work, DocumentId.parse(document_id), frame, side=desk.party, on=desk.today, fingerprints=desk.fingerprints
    )
    return CurveView(
        face=Money.of(curve.face), due_on=curve.due_on, points=[PointView.of(one) for one in curve.days]
    )  # fmt: skip
