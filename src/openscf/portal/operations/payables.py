"""Approved payables: uploaded in batches, sold by suppliers, by a standing order too, and disclosed by the anchor."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import financing, operations, trades
from openscf.db import UnitOfWork
from openscf.financing import AutoTrade, DealId, Payable, Programme, ProgrammeId
from openscf.kernel.rates import Rate
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.operations.financings import AcceptedView, financing_view
from openscf.portal.seeing import frame_relations_of
from openscf.portal.shapes import Body, Money, Sentence, View
from openscf.trades import DocumentId

ANCHORS = frozenset({PartyRole.ANCHOR, PartyRole.BUYER})
SELLERS = frozenset({PartyRole.SUPPLIER, PartyRole.DISTRIBUTOR})
OF_FRAME = ("programme_not_found", "programme_not_active", "not_a_payables_programme", "bad_id")


class PayableSaid(Body):
    """A payable that the core enterprise means to approve."""

    document: Annotated[str, Field(max_length=60)]
    face: Money
    due_on: dt.date


class UploadPayables(Body):
    """A batch of payables, irrevocable once it is approved."""

    programme: Annotated[str, Field(max_length=60)]
    payables: Annotated[list[PayableSaid], Field(min_length=1, max_length=2000)]


class AutoTradeSaid(Body):
    """When a supplier sells what is approved without being asked."""

    enabled: bool
    least_days: Annotated[int, Field(ge=1, le=365)] = 1
    least_face: Money | None = None
    highest_rate: Annotated[str | None, Field(max_length=30, examples=["4.5%"])] = None


class AutoTradeView(View):
    """A supplier's standing order; absent ones sell nothing."""

    enabled: bool
    least_days: int
    least_face: Money | None
    highest_rate_percent: str | None


class Period(Body):
    """From the end of one day to the end of another."""

    opening_on: dt.date
    closing_on: dt.date


class SpanView(View):
    """A range of due dates, in days from the invoice and as dates."""

    least_days: int | None
    most_days: int | None
    first_on: dt.date
    last_on: dt.date
    count: int


class SnapshotView(View):
    """IAS 7.44H (b) at the end of a day.

    Attributes:
        carrying: (i) Carrying amount in the programme.
        paid_out: (ii) Of which suppliers have been paid by the funder.
        inside, outside: (iii) Ranges of due dates in the programme, and of comparable payables in none.
    """

    on: dt.date
    carrying: Money
    paid_out: Money
    inside: SpanView | None
    outside: SpanView | None


class DisclosureView(View):
    """The table of IAS 7.44H for one programme and one period."""

    programme: str
    anchor: str
    opening: SnapshotView
    closing: SnapshotView


def _frame(desk: Desk, work: UnitOfWork, programme_id: str) -> tuple[Programme, frozenset[str]]:
    """A frame that the caller may know of, and what he is to it.

    Raises:
        Refusal: `programme_not_found`, `bad_id`.
    """
    found = financing.found_programme(work, ProgrammeId.parse(programme_id))
    relations = frame_relations_of(desk, work, found)
    if not relations:
        raise financing.PROGRAMME_NOT_FOUND(programme=programme_id)
    return found, relations


@operation(
    "POST /v1/payables", group="payables", en="Upload approved payables.", zh="上传应付账款确认。", offices=ANCHORS,
    status=201, examples={"one": {"programme": "prg_01JD0000000000000000000000", "payables": [
        {"document": "doc_01JD0000000000000000000000", "face": {"amount": "1000000.00", "currency": "CNY"},
         "due_on": "2026-06-30"}]}},
    refusals=(*OF_FRAME, "document_not_found", "payables_batch_size", "not_the_debtor", "supplier_not_here",
              "wrong_currency", "payable_exceeds_invoice", "payable_known", "already_due", "amount_is_nothing"),
)  # fmt: skip
def upload_payables(desk: Desk, work: UnitOfWork, body: UploadPayables) -> Asked:
    """A second person approves exactly this batch, then it is irrevocable; a wrong line is refused with its number."""
    frame, _ = _frame(desk, work, body.programme)
    payables = []
    for said in body.payables:
        document = DocumentId.parse(said.document)
        if not trades.is_side_of(work, trades.current_version(work, document), desk.party):
            raise trades.DOCUMENT_NOT_FOUND(document=said.document)
        payables.append(Payable(document=document, face=said.face.read("face"), due_on=said.due_on))
    return asked(financing.request_payables(work, frame.id, payables))


@operation(
    "POST /v1/financings/{deal_id}/sell", group="payables", en="Sell an approved payable.", zh="转让已确认的应付账款。",
    offices=SELLERS, needs=Needs.MONEY,
    refusals=("deal_not_found", "event_not_allowed", "state_is_final", "step_not_allowed", "limit_exceeded", "no_limit",
              "bad_id"),
)  # fmt: skip
def sell_payable(desk: Desk, work: UnitOfWork, deal_id: str) -> AcceptedView:
    """Without recourse; where the frame's policy says so the money is there in the same moment."""
    deal = DealId.parse(deal_id)
    financing_view(desk, financing.found_deal(work, deal))
    sold = operations.sell(work, deal, on=desk.today, fingerprints=desk.fingerprints)
    waiting = None if sold.waiting is None else Sentence.of(sold.waiting)
    return AcceptedView(financing=financing_view(desk, financing.found_deal(work, deal)), waiting=waiting)


@operation(
    "GET /v1/programmes/{programme_id}/auto-trade", group="payables", en="Show one's standing order to sell.",
    zh="查看自动转让规则。", offices=SELLERS, work=Work.READ_HOUSE, refusals=OF_FRAME,
)  # fmt: skip
def get_auto_trade(desk: Desk, work: UnitOfWork, programme_id: str) -> AutoTradeView:
    """When one's enterprise sells what is approved without being asked."""
    frame, _ = _frame(desk, work, programme_id)
    rule = financing.auto_trade_of(work, frame.id, desk.party) or AutoTrade(enabled=False)
    return AutoTradeView(
        enabled=rule.enabled, least_days=rule.least_days,
        least_face=None if rule.least_face is None else Money.of(rule.least_face),
        highest_rate_percent=None if rule.highest_rate is None else rule.highest_rate.percent_text(),
    )  # fmt: skip


@operation(
    "POST /v1/programmes/{programme_id}/auto-trade", group="payables", en="Ask for a standing order to sell.",
    zh="申请自动转让。", offices=SELLERS, status=201, refusals=(*OF_FRAME, "bad_rate"),
    examples={"always": {"enabled": True}, "cheap": {"enabled": True, "least_days": 30, "highest_rate": "4.5%"}},
)  # fmt: skip
def set_auto_trade(desk: Desk, work: UnitOfWork, programme_id: str, *, body: AutoTradeSaid) -> Asked:
    """It stands once a second person of one's enterprise has approved it; the end of each day carries it out."""
    frame, _ = _frame(desk, work, programme_id)
    rule = AutoTrade(
        enabled=body.enabled, least_days=body.least_days,
        least_face=None if body.least_face is None else body.least_face.read("least_face"),
        highest_rate=None if body.highest_rate is None else Rate.parse(body.highest_rate, field="highest_rate"),
    )  # fmt: skip
    return asked(financing.request_auto_trade(work, frame.id, desk.party, rule=rule))


@operation(
    "GET /v1/programmes/{programme_id}/disclosure", group="payables", en="What IAS 7.44H asks to be disclosed.",
    zh="供应商融资安排披露（IAS 7.44H）。", work=Work.READ_HOUSE, refusals=(*OF_FRAME, "disclosure_period"),
)  # fmt: skip
def get_disclosure(desk: Desk, work: UnitOfWork, programme_id: str, *, query: Period) -> DisclosureView:
    """For the core enterprise, whoever offers the programme, and the house."""
    frame, relations = _frame(desk, work, programme_id)
    if not relations & {"obligor", "owner", "operator"}:
        raise financing.PROGRAMME_NOT_FOUND(programme=programme_id)
    found = financing.disclosure(work, frame.id, opening_on=query.opening_on, closing_on=query.closing_on)
    return DisclosureView(
        programme=programme_id, anchor=str(found.anchor), opening=_snapshot(found.opening),
        closing=_snapshot(found.closing),
    )  # fmt: skip


def _snapshot(one: financing.Snapshot) -> SnapshotView:
    return SnapshotView(
        on=one.on, carrying=Money.of(one.carrying), paid_out=Money.of(one.paid_out), inside=_span(one.inside),
        outside=_span(one.outside),
    )  # fmt: skip


def _span(one: financing.Span | None) -> SpanView | None:
    if one is None:
        return None
    return SpanView(
        least_days=one.least_days, most_days=one.most_days, first_on=one.first_on, last_on=one.last_on, count=one.count
    )  # fmt: skip
