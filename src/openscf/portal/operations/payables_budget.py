"""How much of its own cash a buyer puts into early payment, and which suppliers may take part."""

import datetime as dt
from typing import Annotated, Final

from pydantic import Field

from openscf import financing, parties
from openscf.db import UnitOfWork
from openscf.financing import EarlyPayRule, EarlyPayUse, Programme, ProgrammeId
from openscf.kernel.ids import PartyId
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.seeing import known_parties
from openscf.portal.shapes import Body, Money, View

PAYERS: Final = frozenset({PartyRole.ANCHOR, PartyRole.BUYER, PartyRole.OPERATOR})
OF_OFFER: Final = ("programme_not_found", "not_an_early_pay_programme", "bad_id")


class EarlyPaySaid(Body):
    """What a buyer puts into early payment from now on; what is left out is not bounded."""

    budget: Annotated[
        Money | None, Field(description="The most that is out at once: agreed to or paid, and not due yet.")
    ] = None
    daily: Annotated[Money | None, Field(description="The most that is agreed to be paid on one day.")] = None
    suppliers: Annotated[
        list[Annotated[str, Field(max_length=60)]],
        Field(max_length=2000, default_factory=list, description="Who may take part (pty_…); none: every supplier."),
    ]


class AdmittedView(View):
    """A supplier that may take part."""

    id: str
    name: str


class DayUseView(View):
    """What is agreed to be paid, or was paid, on one day."""

    on: dt.date
    cash: Money


class EarlyPayRuleView(View):
    """What a buyer puts into early payment, and what of it is used.

    Attributes:
        budget, daily: Null where nothing is bounded.
        suppliers: Who may take part; none: every supplier.
        out: Cash that is out today.
        left: Of the budget; null where there is none.
        days: From today on, where anything is to be paid.
    """

    programme: str
    name: str
    budget: Money | None
    daily: Money | None
    suppliers: list[AdmittedView]
    out: Money
    left: Money | None
    days: list[DayUseView]


def _own(desk: Desk, work: UnitOfWork, programme_id: str) -> Programme:
    """An offer whose budget is the caller's business: its own, or for the house any.

    Raises:
        Refusal: `programme_not_found`, `bad_id`.
    """
    found = financing.found_programme(work, ProgrammeId.parse(programme_id))
    if not desk.relations({"owner": found.owner}):
        raise financing.PROGRAMME_NOT_FOUND(programme=programme_id)
    return found


@operation(
    "GET /v1/programmes/{programme_id}/early-pay-rule", group="payables", offices=PAYERS, work=Work.READ_HOUSE,
    en="How much do we put into early payment, and what is used?", zh="提前付款资金额度与使用情况。", refusals=OF_OFFER,
    cli="openscf financing early-pay {programme_id}",
)  # fmt: skip
def get_early_pay_rule(desk: Desk, work: UnitOfWork, programme_id: str) -> EarlyPayRuleView:
    """For the buyer alone: what its suppliers can still take is not told to them."""
    frame = _own(desk, work, programme_id)
    return _view(work, frame, financing.early_pay_use(work, frame.id, on=desk.today))


@operation(
    "POST /v1/programmes/{programme_id}/early-pay-rule", group="payables", offices=PAYERS, status=201,
    en="Ask for another budget or other suppliers of early payment.", zh="申请调整提前付款额度与供应商范围。",
    refusals=(*OF_OFFER, "early_pay_rule", "party_not_found", "amount_malformed", "not_allowed"),
    examples={"bounded": {"budget": {"amount": "5000000.00", "currency": "CNY"},
                          "daily": {"amount": "800000.00", "currency": "CNY"},
                          "suppliers": ["pty_01JD0000000000000000000000"]},
              "everybody": {"suppliers": []}},
    cli="openscf financing set-early-pay {programme_id} --budget AMOUNT --daily AMOUNT"
        " --supplier PARTY",
)  # fmt: skip
def set_early_pay_rule(desk: Desk, work: UnitOfWork, programme_id: str, *, body: EarlyPaySaid) -> Asked:
    """It stands once a second person of the buyer has approved it; what was agreed to before stays agreed."""
    frame = _own(desk, work, programme_id)
    rule = EarlyPayRule(
        budget=None if body.budget is None else body.budget.read("budget"),
        daily=None if body.daily is None else body.daily.read("daily"),
        suppliers=tuple(map(str, known_parties(desk, body.suppliers))),
    )  # fmt: skip
    return asked(financing.request_early_pay_rule(work, frame.id, rule))


def _view(work: UnitOfWork, frame: Programme, use: EarlyPayUse) -> EarlyPayRuleView:
    rule = use.rule or EarlyPayRule()
    left = None if rule.budget is None else rule.budget - min(rule.budget, use.out)
    admitted = [AdmittedView(id=one, name=parties.find_party(work, PartyId.parse(one)).name) for one in rule.suppliers]
    return EarlyPayRuleView(
        programme=str(frame.id), name=frame.name, budget=None if rule.budget is None else Money.of(rule.budget),
        daily=None if rule.daily is None else Money.of(rule.daily), suppliers=admitted, out=Money.of(use.out),
        left=None if left is None else Money.of(left),
        days=[DayUseView(on=day, cash=Money.of(cash)) for day, cash in use.by_day.items()],
    )  # fmt: skip
