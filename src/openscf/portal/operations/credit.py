"""A firm's rating and limit with their reasons, for itself and for those to whom it shows them; ratings sent in."""

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from openscf import credit, operations, parties
from openscf.credit import NewRating, RaterKind, Said
from openscf.db import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.operations import (
    AnchorElement,
    AnchorShown,
    InForce,
    LimitExplained,
    ModelOpinion,
    Raise,
    RaterOpinion,
    RatingOf,
)
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.approvals import RequestView, request_view
from openscf.portal.shapes import Body, Money, View

NOT_EVALUATED = refusal(
    "not_evaluated",
    en="{party} has not been evaluated yet.",
    zh="{party} 尚未评估。",
    fix_en="Send invoices and orders; the next evaluation reads them.",
    fix_zh="请上传发票和订单，下次评估时将予采用。",
    status=404,
)
RATING_EXAMPLE = {
    "agency": {"subject": "pty_01JD0000000000000000000000", "kind": "agency", "scale": "international",
               "symbol": "BBB", "rated_on": "2026-03-01", "valid_until": "2027-03-01", "source": "report 4711"},
}  # fmt: skip


class SaidView(View):
    """A sentence in both languages."""

    en: str
    zh: str

    @classmethod
    def of(cls, said: Said) -> "SaidView":
        """The same, as it is shown."""
        return cls(en=said.en, zh=said.zh)


class ModelView(View):
    """What the platform's own model says, for the firm itself and the house."""

    name: str
    version: int
    points: int
    grade: str
    pd_1y_ppm: int
    as_of: dt.date
    confidence: str
    notes: list[SaidView]
    headline: SaidView


class OpinionView(View):
    """What one rater says, and how it counts."""

    kind: str
    rater: str
    scale: str
    symbol: str
    grade: str
    rated_on: dt.date
    valid_until: dt.date
    weight: str
    notches: int | None
    outlier: bool
    reason: SaidView


class AnchorElementView(View):
    """What one element of a core enterprise's credit, or one form of its word, is worth.

    Attributes:
        pd_percent: What it saves in PD, or the PD under this form; for whom the core enterprise shows its ratings.
    """

    name: str
    saved_bps: int
    limit_gain: Money
    pd_percent: str | None
    said: SaidView


class AnchorView(View):
    """What a core enterprise's credit, passed on, is worth to the firm in PD, price and limit.

    Attributes:
        confirmation: What it has said of most claims: none, data or confirmed.
        pd_without_percent, pd_with_percent: For the house, and for whom the core enterprise shows its ratings.
        elements: As things stand: its word, the depth, the tier, and the whole.
        levels: What each form of its word would be worth.
    """

    party: str
    name: str
    confirmation: str
    tenure_months: int
    tier: int
    pd_without_percent: str | None
    pd_with_percent: str | None
    said: SaidView
    elements: list[AnchorElementView]
    levels: list[AnchorElementView]


class RatingView(View):
    """A firm's rating as it holds.

    Attributes:
        grade: Combined master grade, M1 to M15 or D.
        pd_1y_percent: One year's probability of default.
        model, reasons, price, anchors: For the firm itself and the house; another enterprise sees what the raters say.
    """

    party: str
    as_of: dt.date
    grade: str | None
    pd_1y_percent: str | None
    model: ModelView | None
    reasons: list[SaidView]
    opinions: list[OpinionView]
    spread: int
    disagreement: SaidView | None
    price: dict[str, Any] | None
    anchors: list[AnchorView]


class RaiseView(View):
    """One change that would lift the limit, and to what."""

    lever: str
    limit: Money
    said: SaidView


class InForceView(View):
    """A funder's limit for the firm that the reader may see."""

    id: str
    owner: str
    role: str
    amount: Money
    used: Money
    available: Money
    valid_until: dt.date | None
    rise: Money


class LimitExplainedView(View):
    """A firm's assessed limit, why it is what it is, and what would raise it.

    Attributes:
        binding: What holds it down.
        raises: The largest gain first.
        not_counted: Evidence that was left aside: what the applicant alone says never counts.
        anchors: What its largest buyers' credit is worth; for the firm itself and the house.
    """

    party: str
    assessed_on: dt.date
    limit: Money
    binding: str
    reasons: list[SaidView]
    raises: list[RaiseView]
    not_counted: list[SaidView]
    in_force: list[InForceView]
    anchors: list[AnchorView]


class CreditQuery(Body):
    """As of which day; today by default."""

    on: dt.date | None = None


class RecordRating(Body):
    """An opinion on a firm, as it stands in its document."""

    subject: Annotated[str, Field(max_length=40, description="The firm (pty_…).")]
    kind: RaterKind
    rater_name: Annotated[str | None, Field(max_length=200, description="For the house: whose it is.")] = None
    scale: Annotated[str, Field(max_length=40)]
    symbol: Annotated[str, Field(max_length=20)]
    rated_on: dt.date
    valid_until: dt.date
    source: Annotated[str, Field(min_length=1, max_length=200, description="The document.")]


def _said(found: tuple[Said, ...]) -> list[SaidView]:
    return [SaidView.of(one) for one in found]


def _model(one: ModelOpinion) -> ModelView:
    return ModelView(
        name=one.name, version=one.version, points=one.points, grade=one.grade, pd_1y_ppm=one.pd_1y_ppm,
        as_of=one.as_of, confidence=one.confidence, notes=_said(one.notes), headline=SaidView.of(one.headline),
    )  # fmt: skip


def _opinion(one: RaterOpinion) -> OpinionView:
    return OpinionView(
        kind=one.kind, rater=one.rater, scale=one.scale, symbol=one.symbol, grade=one.grade, rated_on=one.rated_on,
        valid_until=one.valid_until, weight=one.weight, notches=one.notches, outlier=one.outlier,
        reason=SaidView.of(one.reason),
    )  # fmt: skip


def _rating(one: RatingOf) -> RatingView:
    return RatingView(
        party=str(one.party), as_of=one.as_of, grade=one.grade, pd_1y_percent=one.pd_1y,
        model=None if one.model is None else _model(one.model), reasons=_said(one.reasons),
        opinions=[_opinion(each) for each in one.opinions], spread=one.spread,
        disagreement=None if one.disagreement is None else SaidView.of(one.disagreement),
        price=None if one.price is None else dict(one.price), anchors=[_anchor(each) for each in one.anchors],
    )  # fmt: skip


def _raise(one: Raise) -> RaiseView:
    return RaiseView(lever=one.lever, limit=Money.of(one.limit), said=SaidView.of(one.said))


def _in_force(one: InForce) -> InForceView:
    return InForceView(
        id=str(one.id), owner=str(one.owner), role=one.role, amount=Money.of(one.amount), used=Money.of(one.used),
        available=Money.of(one.available), valid_until=one.valid_until, rise=Money.of(one.rise),
    )  # fmt: skip


def _percent(pd_ppb: int | None) -> str | None:
    return None if pd_ppb is None else f"{pd_ppb / 10_000_000:.3f}"


def _element(one: AnchorElement) -> AnchorElementView:
    return AnchorElementView(
        name=one.name, saved_bps=one.saved_bps, limit_gain=Money.of(one.limit_gain), pd_percent=_percent(one.pd_ppb),
        said=SaidView.of(one.said),
    )  # fmt: skip


def _anchor(one: AnchorShown) -> AnchorView:
    return AnchorView(
        party=str(one.party), name=one.name, confirmation=one.confirmation, tenure_months=one.tenure_months,
        tier=one.tier, pd_without_percent=_percent(one.pd_without_ppb), pd_with_percent=_percent(one.pd_with_ppb),
        said=SaidView.of(one.said), elements=[_element(each) for each in one.elements],
        levels=[_element(each) for each in one.levels],
    )  # fmt: skip


def _limit(one: LimitExplained) -> LimitExplainedView:
    return LimitExplainedView(
        party=str(one.party), assessed_on=one.assessed_on, limit=Money.of(one.limit), binding=one.binding,
        reasons=_said(one.reasons), raises=[_raise(each) for each in one.raises], not_counted=_said(one.not_counted),
        in_force=[_in_force(each) for each in one.in_force], anchors=[_anchor(each) for each in one.anchors],
    )  # fmt: skip


def _viewer(desk: Desk, party: PartyId) -> PartyId | None:
    """Who looks: another enterprise, or nobody else than the firm itself or the house."""
    return None if desk.principal.is_house or desk.principal.party == party else desk.party


@operation(
    "GET /v1/parties/{party_id}/rating", group="credit", en="A firm's rating, its raters and its reasons.",
    zh="企业评级、评级方及理由。", work=Work.READ_HOUSE,
    refusals=("party_not_found", "credit_not_shared", "not_evaluated", "bad_id"),
)  # fmt: skip
def get_rating(desk: Desk, work: UnitOfWork, party_id: str, *, query: CreditQuery) -> RatingView:
    """One's own with the model and every reason; another's only with its consent, and then what the raters say."""
    party = PartyId.parse(party_id)
    found = operations.rating_of(work, party, viewer=_viewer(desk, party), on=query.on or desk.today)
    if found is None:
        raise NOT_EVALUATED(party=str(party))
    return _rating(found)


@operation(
    "GET /v1/parties/{party_id}/limit", group="credit", en="Why this limit, and what would raise it?",
    zh="额度的依据与提升途径。", work=Work.READ_HOUSE,
    refusals=("party_not_found", "credit_not_shared", "not_evaluated", "bad_id"),
    cli="openscf credit limit-explained {party_id}",
)  # fmt: skip
def explain_limit(desk: Desk, work: UnitOfWork, party_id: str, *, query: CreditQuery) -> LimitExplainedView:
    """What may be owed at most, what holds it down, and each single change that would lift it, in yuan."""
    party = PartyId.parse(party_id)
    found = operations.limit_explained(work, party, viewer=_viewer(desk, party), on=query.on or desk.today)
    if found is None:
        raise NOT_EVALUATED(party=str(party))
    return _limit(found)


@operation(
    "POST /v1/ratings", group="credit", en="Send a rating of a firm.", zh="报送企业评级。",
    offices={PartyRole.RATER, PartyRole.OPERATOR}, status=202, examples=RATING_EXAMPLE,
    refusals=("party_not_found", "rating_entry_not_operator", "platform_rating_by_hand", "unknown_rating_scale",
    "unknown_rating_symbol", "bad_rating_period", "rating_of_oneself", "bad_id"),
)  # fmt: skip
def record_rating(desk: Desk, work: UnitOfWork, body: RecordRating) -> RequestView:
    """A rater sends its own opinion, the house what stands in somebody's document; a second person approves it."""
    own = not desk.principal.is_house
    name = parties.find_party(work, desk.party).name if own or body.rater_name is None else body.rater_name
    new = NewRating(
        subject=PartyId.parse(body.subject), kind=body.kind, rater_name=name, rater=desk.party if own else None,
        scale=body.scale, symbol=body.symbol, rated_on=body.rated_on, valid_until=body.valid_until,
        source=body.source,
    )  # fmt: skip
    return request_view(desk, credit.propose_rating(work, desk.party, new))
