"""Any step of any product, alone or with a second person, and deciding again what was decided."""

from typing import Annotated, Any

from pydantic import Field

from openscf import financing
from openscf.db import UnitOfWork
from openscf.financing import DealId
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.operations.financings import OF_CLAIMS, FinancingView, financing_view
from openscf.portal.shapes import Body, View

STEP_REFUSALS = (
    "deal_not_found", "event_not_allowed", "state_is_final", "step_not_allowed", "field_missing", "field_unknown",
    "field_malformed", "field_out_of_range", "limit_exceeded", "no_limit", "exceeds_credits", "day_closed", "bad_id",
)  # fmt: skip
STEP_EXAMPLE: dict[str, dict[str, Any]] = {
    "none": {"params": {}},
    "amount": {"params": {"amount": "100000.00"}},
}


class DoStep(Body):
    """What the step must be told, as `list_products` describes its parameters."""

    params: Annotated[dict[str, Any], Field(default_factory=dict)]


class ReproducedView(View):
    """A decision as it was kept, and as it is decided now from what was kept.

    Attributes:
        equal: Byte for byte.
        kept, now: Canonical JSON of outcome and book.
    """

    deal: str
    version: int
    equal: bool
    kept: str
    now: str


@operation(
    "POST /v1/financings/{deal_id}/steps/{step}", group="financings", en="Do a step of a financing.",
    zh="办理业务步骤。", needs=Needs.MONEY, examples=STEP_EXAMPLE, cli="openscf financing do {deal_id} {step}",
    refusals=(*STEP_REFUSALS, "needs_four_eyes", *OF_CLAIMS),
)  # fmt: skip
def perform_step(desk: Desk, work: UnitOfWork, deal_id: str, *, step: str, body: DoStep) -> FinancingView:
    """Do what the product allows in this state to whoever may do it alone; `allowed` of a financing says what it is."""
    deal = DealId.parse(deal_id)
    financing_view(desk, financing.found_deal(work, deal))
    financing.perform(work, deal, step, on=desk.today, fingerprints=desk.fingerprints, params=body.params)
    return financing_view(desk, financing.found_deal(work, deal))


@operation(
    "POST /v1/financings/{deal_id}/steps/{step}/requests", group="financings", status=201,
    en="Ask a second person for a step of a financing.", zh="申请办理须双人复核的业务步骤。", examples=STEP_EXAMPLE,
    refusals=STEP_REFUSALS, cli="openscf financing request {deal_id} {step}",
)  # fmt: skip
def request_step(desk: Desk, work: UnitOfWork, deal_id: str, *, step: str, body: DoStep) -> Asked:
    """It happens, on exactly this version of the financing, when a colleague approves."""
    deal = DealId.parse(deal_id)
    financing_view(desk, financing.found_deal(work, deal))
    return asked(financing.request_step(work, deal, step, on=desk.today, params=body.params))


@operation(
    "GET /v1/financings/{deal_id}/decisions/{decision}", group="financings", en="Decide again what was decided.",
    zh="复现决策。", offices={PartyRole.FUNDER, PartyRole.OPERATOR}, work=Work.READ_HOUSE,
    refusals=("deal_not_found", "bad_id"), cli="openscf financing reproduce {deal_id} {decision}",
)  # fmt: skip
def reproduce_decision(desk: Desk, work: UnitOfWork, deal_id: str, *, decision: str) -> ReproducedView:
    """The kept bytes of a decision beside those that its kept inputs give now: equal, or something was changed."""
    deal = DealId.parse(deal_id)
    kept = financing.found_deal(work, deal)
    view = financing_view(desk, kept)
    if not set(view.relations) & {"funder", "operator"} or not (decision.isascii() and decision.isdigit()):
        raise financing.DEAL_NOT_FOUND(deal=f"{deal_id} (version {decision[:20]})")
    was, now = financing.reproduce(work, deal, int(decision[:9]))
    return ReproducedView(
        deal=deal_id, version=int(decision[:9]), equal=was == now, kept=was.decode(), now=now.decode()
    )  # fmt: skip
