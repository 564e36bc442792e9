"""A funder's portfolio: where its money is concentrated and how late it is, and what was decided about it."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from openscf import financing, parties
from openscf.db import UnitOfWork
from openscf.financing import Bucket as DueBucket
from openscf.financing import DealId, DecidedEvent, Holding, Slice
from openscf.kernel.ids import PartyId
from openscf.kernel.rates import Rate
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.shapes import BAD_CURSOR, Body, Instant, Money, Page, Paging, View, cursor_of, read_cursor

LENDERS = frozenset({PartyRole.FUNDER, PartyRole.OPERATOR})


class PortfolioQuery(Body):
    """Whose, and as of which day."""

    funder: Annotated[str | None, Field(max_length=60, description="For the house: one funder (pty_…).")] = None
    on: Annotated[
        Annotated[dt.date, Field(ge=dt.date(1990, 1, 1), le=dt.date(2200, 1, 1))] | None,
        Field(description="From which day lateness is counted; today by default."),
    ] = None


class SliceView(View):
    """A part of what is lent in one currency.

    Attributes:
        key: Id of the debtor or of the top of its group, code of the product, or the bucket.
        name: Of the debtor or group; empty for products and buckets.
        count: Open financings with money out.
        outstanding: Lent and not repaid.
        share_percent: Of all that is lent in this currency.
        late: Of it, what is past its day.
        expected_loss: When the last day was ended.
    """

    key: str
    name: str = ""
    count: int
    outstanding: Money
    share_percent: str
    late: Money
    expected_loss: Money


class PortfolioView(View):
    """What is lent and not repaid, cut four ways, and the whole of each currency.

    Attributes:
        buckets: By distance from the due day, those that fall due last first.
    """

    on: dt.date
    wholes: list[SliceView]
    debtors: list[SliceView]
    groups: list[SliceView]
    products: list[SliceView]
    buckets: list[SliceView]


class DecisionFilter(Paging):
    """Which decisions."""

    product: Annotated[str | None, Field(max_length=60)] = None
    event: Annotated[str | None, Field(max_length=60, description="As `fund` or `accept`.")] = None


class DecisionView(View):
    """Something that was decided about a financing, with what the decision knew.

    Attributes:
        decision: Its number, for `reproduce_decision`.
        told: Parameters of the step.
        knew: Findings of the data network and words of the debtor that were held against the rules.
        amounts: What it came to, by name.
    """

    deal: str
    decision: int
    product: str
    event: str
    state_from: str
    state_to: str
    value_on: dt.date
    at: Instant
    told: dict[str, Any]
    knew: dict[str, Any]
    amounts: dict[str, Money]


def _lender(desk: Desk, work: UnitOfWork, said: str | None) -> PartyId | None:
    """Whose portfolio: one's own; for the house the one that it names, or all."""
    if not desk.principal.is_house:
        return desk.for_party(said)
    return None if said is None else parties.find_party(work, PartyId.parse(said)).id


@operation(
    "GET /v1/portfolio", group="limits", en="Where is the money concentrated, and how late is it?",
    zh="资产组合集中度与账龄。", offices=LENDERS, work=Work.READ_HOUSE, refusals=("party_not_found", "bad_id"),
)  # fmt: skip
def get_portfolio(desk: Desk, work: UnitOfWork, query: PortfolioQuery) -> PortfolioView:
    """What is lent and not repaid, by debtor, group of companies, product and days to the due day; for the house, all.

    Pieces of vouchers that a funder bought are among them, at what is left of each; no provision is made for those.
    """
    on = query.on or desk.today
    held = financing.holdings_of(work, _lender(desk, work, query.funder), on=on)
    debtors = {one.debtor for one in held if one.debtor is not None}
    tops = parties.ultimate_parents(work, debtors, on)
    names = {str(party): _name(work, party) for party in debtors | set(tops.values())}

    def top(one: Holding) -> str:
        return "" if one.debtor is None else str(tops[one.debtor])

    return PortfolioView(
        on=on, wholes=_cut(financing.slices(held, lambda _: "")),
        debtors=_cut(financing.slices(held, lambda one: str(one.debtor or "")), names),
        groups=_cut(financing.slices(held, top), names),
        products=_cut(financing.slices(held, lambda one: one.product)), buckets=_cut(_ageing(held)),
    )  # fmt: skip


def _ageing(held: list[Holding]) -> list[Slice]:
    places = {one.value: place for place, one in enumerate(DueBucket)}
    found = financing.slices(held, lambda one: one.bucket.value)
    return sorted(found, key=lambda one: (one.principal.currency.code, places[one.key]))


def _name(work: UnitOfWork, party: PartyId) -> str:
    return parties.find_party(work, party).name


def _cut(found: list[Slice], names: Mapping[str, str] | None = None) -> list[SliceView]:
    return [
        SliceView(key=one.key, name=(names or {}).get(one.key, ""), count=one.count,
                  outstanding=Money.of(one.principal), share_percent=Rate(one.share).percent_text(),
                  late=Money.of(one.late), expected_loss=Money.of(one.provision))
        for one in found
    ]  # fmt: skip


@operation(
    "GET /v1/decisions", group="financings", en="What was decided about financings, and from what?",
    zh="融资决策及其依据。", offices=LENDERS, work=Work.READ_HOUSE, refusals=("bad_cursor", "bad_id"),
)  # fmt: skip
def list_decisions(desk: Desk, work: UnitOfWork, query: DecisionFilter) -> Page[DecisionView]:
    """Decisions about the financings that one lends on, the newest day first, each with the facts that it knew."""
    before = _place(query.cursor)
    found = financing.decisions_of(
        work, _lender(desk, work, None), product=query.product, event=query.event, before=before, most=query.limit
    )
    more = _cursor(found[-1]) if len(found) == query.limit else None
    return Page[DecisionView](items=[_decision(one, house=desk.principal.is_house) for one in found], next=more)


def _place(cursor: str | None) -> tuple[dt.date, dt.datetime, DealId, int] | None:
    seen = read_cursor(cursor, (str, str, str, int))
    if seen is None:
        return None
    try:
        day, at = dt.date.fromisoformat(seen[0]), dt.datetime.fromisoformat(seen[1])
    except ValueError:
        raise BAD_CURSOR() from None
    return day, at, DealId.parse(seen[2]), seen[3]


def _cursor(one: DecidedEvent) -> str:
    return cursor_of(one.row.value_on.isoformat(), one.row.at.isoformat(), str(one.deal), one.row.version)


def _decision(one: DecidedEvent, *, house: bool) -> DecisionView:
    inputs, outcome, row = json.loads(one.row.inputs), json.loads(one.row.outcome), one.row
    amounts = {name: Money(**value) for name, value in outcome.get("amounts", {}).items()}
    knew = inputs.get("evidence") or {}
    if not house and knew.get("notes"):  # what others are judged at is theirs to share: a lender sees what it comes to
        knew = {**knew, "notes": {name: note for name, note in knew["notes"].items() if name != financing.PRICE_NOTE}}
    return DecisionView(
        deal=str(one.deal), decision=row.version, product=one.product, event=row.event, state_from=row.state_from,
        state_to=row.state_to, value_on=row.value_on, at=row.at, told=inputs.get("params") or {},
        knew=knew, amounts=amounts,
    )  # fmt: skip
