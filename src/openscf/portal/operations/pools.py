"""Pools of receivables, and deals that begin without an application: escrow, bills, early payment, tax refunds."""

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from openscf import financing, trades
from openscf.db import UnitOfWork
from openscf.financing import DealId, NewDeal, PoolStanding, ProgrammeId
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money as Amount
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.operations.credit import SaidView
from openscf.portal.operations.financings import FinancingView, financing_view
from openscf.portal.operations.programmes import programme_view
from openscf.portal.shapes import Body, Money, Sentence, View, seen_by, shaped
from openscf.trades import DocumentId

OPENED = frozenset(
    {"receivables_pool", "payment_escrow", "bill_discounting", "dynamic_discounting", "export_tax_refund"}
)
BY_APPLICATION = refusal(
    "opened_by_application",
    en="{product} begins with an application, an approval or an issue; it is not opened like this.",
    zh="{product} 须通过申请、确认或开立办理，不能直接建立。",
    fix_en="Use apply_financing, upload_payables or issue_voucher.",
    fix_zh="请使用融资申请、应付账款确认或凭证开立。",
    status=409,
)


class OpenFinancing(Body):
    """A deal to be opened under a frame.

    Attributes:
        parties: Roles that the frame leaves open, with the enterprise that stands in each.
        proposal: As `list_products` describes it.
    """

    programme: Annotated[str, Field(max_length=60)]
    document: Annotated[str | None, Field(max_length=60)] = None
    parties: Annotated[dict[str, str], Field(max_length=12, default_factory=dict)]
    proposal: Annotated[dict[str, Any], Field(default_factory=dict)]


class PoolItemView(View):
    """A receivable in a pool, with what counts of it and what stands against the rest.

    Attributes:
        late_ppm: Probability that it is paid later than is tolerated, in millionths; none without a forecast.
    """

    document: str
    number: str
    debtor: str
    due_on: dt.date
    open: Money
    counted: Money
    reasons: list[Sentence]
    late_ppm: int | None = seen_by("funder", "operator")


class PoolReserveView(View):
    """What a pool keeps back for dilution.

    Attributes:
        amount: All of it.
        foretold: What of it is kept back only because payments are foretold to be late.
        as_of: Day as of which payments were foretold; none: never, or the contract does not ask.
        model: By which version of the model; none: no forecast.
        said: Why; none where the contract does not ask.
    """

    amount: Money
    foretold: Money
    as_of: dt.date | None
    model: str | None = seen_by("funder", "operator")
    said: SaidView | None


class PoolView(View):
    """A pool as it stands at this moment.

    Attributes:
        base: What counts, after caps.
        reserve: What is kept back of it for dilution, and why.
        available: What can be drawn now, limits counted.
        headroom: What the limits above the pool still allow.
    """

    financing: FinancingView
    base: Money
    reserve: PoolReserveView
    available: Money
    headroom: Money | None = seen_by("funder", "operator")
    items: list[PoolItemView]


class Draw(Body):
    """How much is drawn."""

    amount: Money


@operation(
    "POST /v1/financings/open", group="financings", en="Open a deal that begins without an application.",
    zh="建立业务（资金池、托管、票据、提前付款、退税）。", status=201,
    examples={"pool": {"programme": "prg_01JD0000000000000000000000",
                       "parties": {"client": "pty_01JD0000000000000000000000"}}},
    refusals=("programme_not_found", "programme_not_active", "opened_by_application", "not_your_claim",
              "party_not_found", "role_missing", "document_not_found", "field_missing", "field_unknown",
              "field_malformed", "bad_id"),
)  # fmt: skip
def open_financing(desk: Desk, work: UnitOfWork, body: OpenFinancing) -> FinancingView:
    """A pool, an escrow, a bill, an early payment or a tax refund; nothing moves before its first step."""
    frame = financing.found_programme(work, ProgrammeId.parse(body.programme))
    programme_view(desk, work, frame)
    if frame.product not in OPENED:
        raise BY_APPLICATION(product=frame.product)
    document = None if body.document is None else DocumentId.parse(body.document)
    if document is not None and not trades.is_side_of(work, trades.current_version(work, document), desk.party):
        raise trades.DOCUMENT_NOT_FOUND(document=body.document)
    new = NewDeal(
        programme=frame.id, parties={role: PartyId.parse(party) for role, party in body.parties.items()},
        proposal=body.proposal, document=document,
    )  # fmt: skip
    deal = financing.open_deal(work, new, on=desk.today)
    return financing_view(desk, financing.found_deal(work, deal.id))


@operation(
    "GET /v1/pools/{deal_id}", group="pools", en="What does a pool carry now?", zh="融资池当前状况。",
    work=Work.READ_HOUSE, refusals=("deal_not_found", "not_a_pool", "bad_id"),
    cli="openscf financing pool availability {deal_id}",
)  # fmt: skip
def get_pool(desk: Desk, work: UnitOfWork, deal_id: str) -> PoolView:
    """Every receivable in it with what counts and why not more, and what can be drawn."""
    deal = DealId.parse(deal_id)
    view = financing_view(desk, financing.found_deal(work, deal))
    return shaped(_pool(view, financing.pool_standing(work, deal, on=desk.today)), view.relations)


def _pool(view: FinancingView, standing: PoolStanding) -> PoolView:
    currency = standing.kept.deal.currency

    def shown(minor: int) -> Money:
        return Money.of(Amount(minor, currency))

    items = [
        PoolItemView(
            document=one.item.document, number=one.item.number, debtor=one.item.debtor, due_on=one.item.due_on,
            open=shown(one.item.open_minor), counted=shown(one.counted_minor),
            reasons=[Sentence.of(reason) for reason in one.reasons], late_ppm=standing.late_ppm(one.item.document),
        )
        for one in standing.items
    ]  # fmt: skip
    return PoolView(
        financing=view, base=shown(standing.found.base_minor), reserve=_reserve(standing),
        available=Money.of(standing.available),
        headroom=None if standing.headroom is None else Money.of(standing.headroom), items=items,
    )  # fmt: skip


def _reserve(standing: PoolStanding) -> PoolReserveView:
    foretold, said = standing.foretold, standing.reserve_said
    return PoolReserveView(
        amount=Money.of(standing.reserve), foretold=Money.of(standing.foretold_reserve),
        as_of=None if foretold is None else foretold.as_of, model=foretold.model or None if foretold else None,
        said=None if said is None else SaidView.of(said),
    )  # fmt: skip


@operation(
    "POST /v1/pools/{deal_id}/draw", group="pools", en="Draw on a pool.", zh="融资池提款。",
    offices={PartyRole.SUPPLIER, PartyRole.DISTRIBUTOR, PartyRole.ANCHOR}, needs=Needs.MONEY,
    examples={"part": {"amount": {"amount": "100000.00", "currency": "CNY"}}},
    refusals=("deal_not_found", "not_a_pool", "event_not_allowed", "step_not_allowed", "needs_four_eyes",
              "unknown_currency", "pool_availability_exceeded", "limit_exceeded", "bad_id"),
)  # fmt: skip
def draw_pool(desk: Desk, work: UnitOfWork, deal_id: str, *, body: Draw) -> FinancingView:
    """At once up to what goes by rule; more with `request_step`, where a second person approves."""
    deal = DealId.parse(deal_id)
    financing_view(desk, financing.found_deal(work, deal))
    financing.draw_from_pool(work, deal, body.amount.read(), on=desk.today, fingerprints=desk.fingerprints)
    return financing_view(desk, financing.found_deal(work, deal))
