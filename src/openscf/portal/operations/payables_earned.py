"""What a buyer earned by paying early from its own cash."""

import datetime as dt

from openscf import operations
from openscf.db import UnitOfWork
from openscf.operations import EarlyPayment
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.shapes import Money, View

BUYERS = frozenset({PartyRole.ANCHOR, PartyRole.BUYER})


class EarlyPaymentView(View):
    """An invoice offered, agreed or paid early.

    Attributes:
        paid: What its supplier got; null until it is paid, like all that follows.
        discount: What the buyer earned.
        days_early: Before the due day.
        rate_percent: The discount a year, simple over 360 days, on the cash paid.
    """

    financing: str
    number: str
    supplier: str
    state: str
    face: Money
    due_on: dt.date
    paid: Money | None
    discount: Money | None
    paid_on: dt.date | None
    days_early: int | None
    rate_percent: str | None

    @classmethod
    def of(cls, one: EarlyPayment) -> "EarlyPaymentView":
        """An early payment, as its buyer sees it."""
        deal = one.kept.deal
        return cls(
            financing=str(deal.id), number=deal.book.number, supplier=str(deal.parties["client"]), state=deal.state,
            face=Money.of(deal.book.face), due_on=deal.book.due_on,
            paid=None if one.paid is None else Money.of(one.paid),
            discount=None if one.discount is None else Money.of(one.discount), paid_on=one.paid_on,
            days_early=None if one.paid_on is None else (deal.book.due_on - one.paid_on).days,
            rate_percent=None if one.rate is None else one.rate.percent_text(),
        )  # fmt: skip


class EarlyPayments(View):
    """Early payments, in the order in which they were offered."""

    items: list[EarlyPaymentView]


@operation(
    "GET /v1/early-payments", group="payables", en="What did we pay early, and what did it earn?",
    zh="提前付款及折扣收益。", offices=BUYERS, work=Work.READ_HOUSE, cli="openscf financing list",
)  # fmt: skip
def list_early_payments(desk: Desk, work: UnitOfWork) -> EarlyPayments:
    """Of one's own programmes of dynamic discounting; what others earn is theirs."""
    return EarlyPayments(items=[EarlyPaymentView.of(one) for one in operations.early_payments(work, desk.party)])
