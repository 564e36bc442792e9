"""Limits and what they carry, what is on offer to a funder, and all sources of money for one invoice."""

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from openscf import financing, operations, parties
from openscf.db import UnitOfWork
from openscf.financing import DealId, LimitKind, LimitNode, NewLimit, ProgrammeId
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money as Amount
from openscf.operations import Source
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.operations.financings import FinancingView, financing_view
from openscf.portal.operations.prices_shown import PriceView
from openscf.portal.shapes import Body, Money, Page, Paging, Sentence, View, shaped
from openscf.trades import DocumentId

BOUNDERS = frozenset({PartyRole.FUNDER, PartyRole.OPERATOR})
SELLERS = frozenset({PartyRole.SUPPLIER, PartyRole.DISTRIBUTOR, PartyRole.ANCHOR})
LIMIT_EXAMPLE = {
    "debtor": {"kind": "counterparty", "amount": {"amount": "5000000.00", "currency": "CNY"},
               "party": "pty_01JD0000000000000000000000", "role": "obligor"},
    "whole": {"kind": "funder", "amount": {"amount": "50000000.00", "currency": "CNY"}},
}  # fmt: skip


class CreateLimit(Body):
    """A limit that is to be set, or given another amount; its owner is the enterprise acted for."""

    kind: LimitKind
    amount: Money
    party: Annotated[str | None, Field(max_length=60, description="The enterprise, or the top of the group.")] = None
    role: Annotated[str, Field(max_length=40, description="Only where it stands in this role.")] = ""
    product: Annotated[str | None, Field(max_length=60)] = None
    programme: Annotated[str | None, Field(max_length=60)] = None
    valid_until: dt.date | None = None


class LimitView(View):
    """A limit and how much of it is taken.

    Attributes:
        committed: In use.
        reserved: Set aside for deals that are not funded yet.
        free: Left.
        owed_back: By how much it was cut below what was in use.
    """

    id: str
    kind: LimitKind
    owner: str
    party: str | None
    party_name: str | None
    role: str
    product: str | None
    programme: str | None
    amount: Money
    committed: Money
    reserved: Money
    free: Money
    owed_back: Money
    valid_until: dt.date | None


class Limits(View):
    """Limits, those of higher levels first."""

    items: list[LimitView]


class LimitFilter(Body):
    """Which limits."""

    party: Annotated[str | None, Field(max_length=60, description="About this enterprise.")] = None


class BranchView(View):
    """A limit in its place in the tree."""

    limit: LimitView
    parent: str | None
    depth: int


class ExposureView(View):
    """The tree of limits, each after the one above it."""

    items: list[BranchView]


class OpportunityView(View):
    """A claim that could be paid for.

    Attributes:
        outlay: What would be paid out today, net of what is taken then.
        income: Fee, discount and interest, if the debtor pays on the due day.
        net_yield_percent: Income a year on the outlay, simple over 360 days, before the funder's own cost.
    """

    financing: FinancingView
    outlay: Money | None
    income: Money | None
    net_yield_percent: str | None
    tenor_days: int | None


class SourceView(View):
    """One way to money for an invoice, net of everything.

    Attributes:
        kind: `funder`, `buyer` (its own cash, for a discount) or `voucher`.
        cost_percent: Cost as a part of the face.
        all_in_percent: Cost a year, simple over 360 days, on the cash received.
        available: Nothing stands against it.
        price: How the rate came about, where the programme prices from credit.
    """

    programme: str
    programme_name: str
    product: str
    kind: str
    provider: str
    provider_name: str
    available: bool
    face: Money
    cash_now: Money
    cash_later: Money
    cost: Money
    cost_percent: str
    all_in_percent: str | None
    due_on: dt.date
    tenor_days: int
    reasons: list[Sentence]
    price: PriceView | None = None


class Sources(View):
    """All sources of money for one invoice: those that can be had now first, the most cash first."""

    items: list[SourceView]


class SourceQuery(Body):
    """What nobody said yet of the invoice."""

    due_on: Annotated[dt.date | None, Field(description="When the debtor must pay, where nobody said it.")] = None


def limit_view(work: UnitOfWork, node: LimitNode) -> LimitView:
    """A limit with its use."""
    taken = financing.usage(work, node)
    return LimitView(
        id=str(node.id), kind=node.kind, owner=str(node.owner), party=None if node.party is None else str(node.party),
        party_name=None if node.party is None else parties.find_party(work, node.party).name, role=node.role,
        product=node.product, programme=None if node.programme is None else str(node.programme),
        amount=Money.of(node.amount), committed=Money.of(taken.used), reserved=Money.of(taken.reserved),
        free=Money.of(taken.available), owed_back=Money.of(Amount(node.excess_minor, node.amount.currency)),
        valid_until=node.valid_until,
    )  # fmt: skip


def _mine(desk: Desk) -> PartyId | None:
    return None if desk.principal.is_house else desk.party


@operation(
    "POST /v1/limits", group="limits", en="Ask for a limit, or for another amount of one.", zh="申请设定或调整额度。",
    offices=BOUNDERS, status=201, examples=LIMIT_EXAMPLE,
    refusals=("party_not_found", "limit_not_yours", "programme_not_found", "amount_malformed", "amount_missing",
              "amount_negative", "amount_too_precise", "amount_too_long", "amount_out_of_range", "unknown_currency",
              "bad_id"),
    cli="openscf financing set-limit {kind} {amount} --owner {owner}",
)  # fmt: skip
def create_limit(desk: Desk, work: UnitOfWork, body: CreateLimit) -> Asked:
    """Ask for a limit; it is in force once a second person of one's enterprise has approved exactly this."""
    programme = None if body.programme is None else ProgrammeId.parse(body.programme)
    if programme is not None and financing.found_programme(work, programme).owner != desk.party:
        raise financing.PROGRAMME_NOT_FOUND(programme=str(programme))
    new = NewLimit(
        kind=body.kind, owner=desk.party, amount=body.amount.read(), role=body.role, product=body.product,
        party=None if body.party is None else PartyId.parse(body.party), programme=programme,
        valid_until=body.valid_until,
    )  # fmt: skip
    return asked(financing.request_limit(work, new))


@operation(
    "GET /v1/limits", group="limits", en="List limits and how much of them is taken.", zh="额度列表与占用。",
    offices=BOUNDERS, work=Work.READ_HOUSE, refusals=("bad_id",), cli="openscf financing limits --owner {owner}",
)  # fmt: skip
def list_limits(desk: Desk, work: UnitOfWork, query: LimitFilter) -> Limits:
    """A funder's own limits; for the house, all."""
    party = None if query.party is None else PartyId.parse(query.party)
    found = financing.limits_of(work, owner=_mine(desk), party=party)
    return Limits(items=[limit_view(work, node) for node in found])


@operation(
    "GET /v1/exposure", group="limits", en="Where does the exposure lie?", zh="授信敞口树。", offices=BOUNDERS,
    work=Work.READ_HOUSE, cli="openscf financing limits --owner {owner}",
)  # fmt: skip
def get_exposure(desk: Desk, work: UnitOfWork) -> ExposureView:
    """The tree of limits from the platform down to single contracts; a funder sees its own part of it."""
    nodes = financing.limits_of(work, owner=_mine(desk))
    named = {node.party for node in nodes if node.party is not None}
    branches = financing.tree_of(
        nodes, groups={party: parties.ultimate_parent(work, party, desk.today) for party in named},
        products={frame.id: frame.product for frame in financing.programmes(work)},
    )  # fmt: skip
    return ExposureView(
        items=[
            BranchView(limit=limit_view(work, one.node), parent=None if one.parent is None else str(one.parent),
                       depth=one.depth)
            for one in branches
        ]
    )  # fmt: skip


@operation(
    "GET /v1/opportunities", group="limits", en="What could I finance?", zh="可投资产。", offices={PartyRole.FUNDER},
    work=Work.READ_HOUSE, refusals=("bad_id",), cli="openscf financing list --party {party}",
)  # fmt: skip
def list_opportunities(desk: Desk, work: UnitOfWork, query: Paging) -> Page[OpportunityView]:
    """Claims under one's own frames on which nobody has paid yet, with what each would earn."""
    after = None if query.cursor is None else DealId.parse(query.cursor)
    found = operations.opportunities(work, desk.party, on=desk.today, after=after, most=query.limit)
    more = str(found[-1].kept.deal.id) if len(found) == query.limit else None
    return Page[OpportunityView](items=[_opportunity(desk, one) for one in found], next=more)


def _opportunity(desk: Desk, one: operations.Opportunity) -> OpportunityView:
    offer = one.offer
    said: dict[str, Any] = {"outlay": None, "income": None, "net_yield_percent": None, "tenor_days": None}
    if offer is not None:
        said = {
            "outlay": Money.of(offer.cash_now), "income": Money.of(offer.cost),
            "net_yield_percent": offer.all_in.percent_text(), "tenor_days": offer.days,
        }  # fmt: skip
    return OpportunityView(financing=financing_view(desk, one.kept), **said)


@operation(
    "GET /v1/documents/{document_id}/sources", group="limits", en="All sources of money for one invoice, side by side.",
    zh="一张发票的所有资金来源对比。", offices=SELLERS, work=Work.READ_HOUSE,
    refusals=("document_not_found", "bad_id"), cli="openscf financing quote {programme} {document_id}",
)  # fmt: skip
def compare_sources(desk: Desk, work: UnitOfWork, document_id: str, *, query: SourceQuery) -> Sources:
    """Each programme of each funder, the buyer's own cash, and its vouchers: net, in yuan and in per cent."""
    found = operations.compare_sources(
        work, DocumentId.parse(document_id), client=desk.party, on=desk.today, fingerprints=desk.fingerprints,
        due_on=query.due_on,
    )  # fmt: skip
    relations = desk.relations({"client": desk.party})
    return Sources(items=[shaped(_source(work, one), relations) for one in found])


def _source(work: UnitOfWork, one: Source) -> SourceView:
    return SourceView(
        programme=str(one.programme.id), programme_name=one.programme.name, product=one.programme.product,
        kind=one.kind, provider=str(one.provider), provider_name=parties.find_party(work, one.provider).name,
        available=not one.reasons, face=Money.of(one.face), cash_now=Money.of(one.cash_now),
        cash_later=Money.of(one.cash_later), cost=Money.of(one.cost), cost_percent=one.cost_percent_text(),
        all_in_percent=None if one.all_in is None else one.all_in.percent_text(), due_on=one.due_on,
        tenor_days=one.days, reasons=[Sentence.of(reason) for reason in one.reasons],
        price=None if one.priced is None else PriceView.of(one.priced),
    )  # fmt: skip
