"""What a screen shows of a firm's credit: its rating with the reasons, and its limit with what would raise it.

Both read what the last evaluation kept, so that the firm, its funder and the operator see the same figures, dated.

Whoever looks decides how much is told. The firm itself and the house see everything. Another enterprise sees what the
firm has consented to share, of its rating the grade and the opinions, of its limit the amount; never what the firm's
sales are.

Consent decides who may *see* an opinion and never whether it *counts*: a firm that could withdraw a bad opinion from
its evaluation would raise its own limit by doing so.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openscf import credit, financing, parties
from openscf.credit import Evaluation, EvaluationId, LimitAssessment, LimitAssessmentId, Said
from openscf.db import UnitOfWork
from openscf.financing import LimitId, LimitKind
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, parse_money
from openscf.parties import Asked, Permission, Scope, business_date

SYSTEM = "system:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOpinion:
    """What the champion said.

    Attributes:
        name, version: Of the model.
        points: The score.
        grade: On the master scale, `M1` to `M15`.
        pd_1y_ppm: One year's PD in millionths.
        as_of: The cut-off of what it saw.
        confidence: `high`, `medium` or `low`.
        notes: Why the confidence is not higher.
        headline: The score in one sentence.
    """

    name: str
    version: int
    points: int
    grade: str
    pd_1y_ppm: int
    as_of: dt.date
    confidence: str
    notes: tuple[Said, ...]
    headline: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterOpinion:
    """What one rater said, and how it counts.

    Attributes:
        kind: `platform`, `agency`, `bank`, `ecommerce` or `anchor`.
        rater: Its name.
        scale, symbol: As it said it.
        grade: The same on the master scale.
        rated_on, valid_until: Its time.
        weight: Its part of the whole, an exact fraction as text; `0` if it does not count.
        notches: Grades worse (positive) or better than the middle; None where it plays no part.
        outlier: Whether it stands apart.
        reason: Why it counts as it does.
    """

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
    reason: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorElement:
    """What one element of the relation to a core enterprise, or one form of its word, is worth.

    Attributes:
        name: `confirmation`, `depth`, `tier`, `anchor` for the whole; or a form: `data`, `confirmed`, `irrevocable`.
        saved_bps: Basis points off the price of an ordinary loan.
        limit_gain: How much more of a limit.
        pd_ppb: Of an element what it saves in PD, of a form the PD under it; None where the reader may not see it.
        said: The sentence.
    """

    name: str
    saved_bps: int
    limit_gain: Money
    pd_ppb: int | None
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorShown:
    """What a core enterprise's credit, passed on, is worth to a firm.

    PDs tell the core enterprise's own, which is its own business: they are there for the house, for its people, and for
    those to whom it consented to show its ratings. What it is worth in price and money the firm always sees.

    Attributes:
        party, name: The core enterprise.
        confirmation: What it has said of most claims: `none`, `data`, `confirmed`.
        tenure_months, tier: Of the relation.
        pd_without_ppb, pd_with_ppb: The firm's own PD, and that of its claims on this buyer.
        said: The relation in words.
        elements: What its word, the depth, the tier and the whole are worth as things stand.
        levels: What each form of its word would be worth, the weakest first.
    """

    party: PartyId
    name: str
    confirmation: str
    tenure_months: int
    tier: int
    pd_without_ppb: int | None
    pd_with_ppb: int | None
    said: Said
    elements: tuple[AnchorElement, ...]
    levels: tuple[AnchorElement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingOf:
    """A firm's rating as it holds.

    Attributes:
        party: The firm.
        evaluation: Where it stands.
        as_of: The day of judgement.
        grade: Combined master grade, `M1` to `M15` or `D`; None where nobody knows anything of the firm.
        pd_ppb: Combined one-year PD, parts per billion.
        pd_1y: The same in per cent, for people: `0.80`.
        model: The platform's own opinion; None where no model has judged, or the reader may not see it.
        reasons: What cost the most points and how they come back; empty for another enterprise.
        opinions: Every rater's, newest first.
        spread: Grades from the best to the worst current opinion.
        disagreement: The same in words; None where the raters agree.
        price: What an ordinary loan costs, with its components; None without a rating or for another enterprise.
        anchors: What its largest buyers' credit is worth to it; empty for another enterprise.
    """

    party: PartyId
    evaluation: EvaluationId
    as_of: dt.date
    grade: str | None
    pd_ppb: int | None
    pd_1y: str | None
    model: ModelOpinion | None
    reasons: tuple[Said, ...]
    opinions: tuple[RaterOpinion, ...]
    spread: int
    disagreement: Said | None
    price: Mapping[str, Any] | None
    anchors: tuple[AnchorShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """One change that would lift the limit.

    Attributes:
        lever: Stable: `sales`, `settled`, `rest_of_buyers`, `history`, `debt`, `disputed`, `pd`,
            `quality_completeness`, `quality_timeliness`, `quality_consistency`, `quality_agreement`.
        limit: What the limit would then be.
        said: The sentence.
    """

    lever: str
    limit: Money
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A funder's limit for the firm, as it stands beside the assessed one.

    Attributes:
        id: Of the limit.
        owner: The funder.
        role: In which role the firm stands; empty: in any.
        amount, used, available: What it bounds, what is in use, and what is free.
        valid_until: Last day on which it may be drawn on.
        rise: What the assessment allows beyond it; a rise is asked for, and approved by a second person.
    """

    id: LimitId
    owner: PartyId
    role: str
    amount: Money
    used: Money
    available: Money
    valid_until: dt.date | None
    rise: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitExplained:
    """A firm's assessed limit, why it is what it is, and what would raise it.

    Attributes:
        party: The firm.
        assessment: Where it stands.
        assessed_on: The day.
        limit: What may be owed at most.
        binding: What holds it down, a stable name: a bound's, `risk`, `debt`, `lowest` or `history`.
        reasons: In the order of the computation; empty for another enterprise, as the next two.
        raises: What would raise it, the largest gain first; empty if no single change does.
        not_counted: Evidence that was left aside, with the reason.
        in_force: Limits of funders that the reader may see.
        anchors: What its largest buyers' credit is worth; empty for another enterprise.
    """

    party: PartyId
    assessment: LimitAssessmentId
    assessed_on: dt.date
    limit: Money
    binding: str
    reasons: tuple[Said, ...]
    raises: tuple[Raise, ...]
    not_counted: tuple[Said, ...]
    in_force: tuple[InForce, ...]
    anchors: tuple[AnchorShown, ...]


def rating_of(
    work: UnitOfWork, party: PartyId, *, viewer: PartyId | None = None, on: dt.date | None = None
) -> RatingOf | None:
    """The rating of a firm that holds on a day; None if it was never evaluated.

    Args:
        work: The transaction, of the house or of the firm as a member.
        party: The firm.
        viewer: Another enterprise that looks; None: the firm itself, or the house.
        on: The day; today by default.

    Raises:
        Refusal: `party_not_found`, `not_allowed`; `credit_not_shared` for a viewer without consent.
    """
    day = on or business_date(work.at)
    if viewer is not None and viewer != party:
        found = credit.shared_evaluation(work, party, viewer, scope=Scope.RATINGS, on=day)
        return None if found is None else _rating(found, whole=False)
    found = credit.evaluation_on(work, party, day)
    return None if found is None else _rating(found, whole=True, anchors=_anchors(work, found))


def limit_explained(
    work: UnitOfWork, party: PartyId, *, viewer: PartyId | None = None, on: dt.date | None = None
) -> LimitExplained | None:
    """The limit of a firm that was assessed last by a day, with its reasons; None if it was never assessed.

    Args:
        work: As for `rating_of`.
        party: The firm.
        viewer: Another enterprise that looks: it sees the amount, and of the limits in force its own.
        on: The day; today by default.

    Raises:
        Refusal: As `rating_of`.
    """
    day = on or business_date(work.at)
    other = None if viewer == party else viewer
    if other is None:
        found = credit.evaluation_on(work, party, day)
    else:
        found = credit.shared_evaluation(work, party, other, scope=Scope.LIMITS, on=day)
    if found is None:
        return None
    made = credit.found_assessment(work, found.assessment)
    anchors = _anchors(work, found) if other is None else ()
    return _explained(
        made, whole=other is None, in_force=_in_force(work, party, made.limit, owner=other), anchors=anchors
    )


def _rating(found: Evaluation, *, whole: bool, anchors: tuple[AnchorShown, ...] = ()) -> RatingOf:
    said = found.answer
    model = said["model"] if whole else None
    spread = int(said["spread"])
    return RatingOf(
        party=found.subject, evaluation=found.id, as_of=found.as_of, grade=said["grade"], pd_ppb=found.pd_ppb,
        pd_1y=None if found.pd_ppb is None else f"{found.pd_ppb / 10_000_000:.2f}",
        model=None if model is None else _model(model),
        reasons=_sentences([one["said"] for one in model["reasons"]] if model else []),
        opinions=tuple(_opinion(one) for one in said["opinions"]), spread=spread,
        disagreement=_disagreement(said["opinions"], spread), price=said["price"] if whole else None, anchors=anchors,
    )  # fmt: skip


def _model(record: Mapping[str, Any]) -> ModelOpinion:
    return ModelOpinion(
        name=record["name"], version=record["version"], points=record["points"], grade=record["grade"],
        pd_1y_ppm=record["pd_1y_ppm"], as_of=dt.date.fromisoformat(record["as_of"]), confidence=record["confidence"],
        notes=_sentences(record["notes"]), headline=Said(**record["headline"]),
    )  # fmt: skip


def _opinion(record: Mapping[str, Any]) -> RaterOpinion:
    names = ("kind", "scale", "symbol", "grade", "weight", "notches", "outlier")
    return RaterOpinion(
        **{name: record[name] for name in names}, rater=record["rater"], reason=Said(**record["reason"]),
        rated_on=dt.date.fromisoformat(record["rated_on"]), valid_until=dt.date.fromisoformat(record["valid_until"]),
    )  # fmt: skip


def _disagreement(opinions: Sequence[Mapping[str, Any]], spread: int) -> Said | None:
    current = [one for one in opinions if one["notches"] is not None]
    apart = [str(one["rater"]) for one in current if one["outlier"]]
    if spread == 0:
        return None
    names = ", ".join(apart)
    tail_en = f"; standing apart: {names}" if apart else ""
    tail_zh = f"；偏离较大：{names}" if apart else ""
    return Said(
        f"{len(current)} raters lie {spread} grades apart{tail_en}.",
        f"{len(current)} 家评级最多相差 {spread} 级{tail_zh}。",
    )


def _explained(
    made: LimitAssessment, *, whole: bool, in_force: tuple[InForce, ...], anchors: tuple[AnchorShown, ...]
) -> LimitExplained:
    said = made.answer
    raises = [
        Raise(lever=one["lever"], limit=parse_money(one["limit"]), said=Said(**one["said"]))
        for one in said["would_raise"]
    ]
    return LimitExplained(
        party=made.subject, assessment=made.id, assessed_on=made.assessed_on, limit=made.limit, binding=made.binding,
        reasons=_sentences(said["reasons"]) if whole else (), raises=tuple(raises) if whole else (),
        not_counted=_sentences([one["reason"] for one in said["not_counted"]]) if whole else (), in_force=in_force,
        anchors=anchors,
    )  # fmt: skip


def _anchors(work: UnitOfWork, found: Evaluation) -> tuple[AnchorShown, ...]:
    return tuple(
        _anchor(one, whole=_may_see_rating(work, PartyId.parse(one["party"]), found.subject))
        for one in found.answer["anchors"]
    )


def _anchor(one: Mapping[str, Any], *, whole: bool) -> AnchorShown:
    elements = tuple(_element(each, name="element", pd="pd_saved_ppb", whole=whole) for each in one["elements"])
    levels = tuple(_element(each, name="confirmation", pd="pd_ppb", whole=whole) for each in one["levels"])
    return AnchorShown(
        party=PartyId.parse(one["party"]), name=one["name"], confirmation=one["confirmation"],
        tenure_months=one["tenure_months"], tier=one["tier"],
        pd_without_ppb=one["pd_without_ppb"] if whole else None, pd_with_ppb=one["pd_with_ppb"] if whole else None,
        said=Said(**one["said"]), elements=elements, levels=levels,
    )  # fmt: skip


def _element(record: Mapping[str, Any], *, name: str, pd: str, whole: bool) -> AnchorElement:
    return AnchorElement(
        name=record[name], saved_bps=record["saved_bps"], limit_gain=parse_money(record["limit_gain"]),
        pd_ppb=record[pd] if whole else None, said=Said(**record["said"]),
    )  # fmt: skip


def _may_see_rating(work: UnitOfWork, anchor: PartyId, firm: PartyId) -> bool:
    """Whether the reader may see what tells an anchor's own rating."""
    if work.context.member is not None:
        return False  # a member's transaction sees nobody else's consents
    shared = parties.may_share(work, anchor, firm, scope=Scope.RATINGS, on=business_date(work.at))
    return shared or _may_see(work, anchor)


def _in_force(work: UnitOfWork, party: PartyId, assessed: Money, *, owner: PartyId | None) -> tuple[InForce, ...]:
    if work.context.member is not None:
        return ()  # a limit is its owner's own business
    found = []
    for node in financing.limits_of(work, owner=owner, party=party):
        fits = node.kind is LimitKind.COUNTERPARTY and node.amount.currency == assessed.currency
        if not fits or not _may_see(work, node.owner):
            continue
        use = financing.usage(work, node)
        rise = max(assessed - node.amount, Money.zero(assessed.currency))
        found.append(
            InForce(
                id=node.id, owner=node.owner, role=node.role, amount=node.amount, used=use.used,
                available=use.available, valid_until=node.valid_until, rise=rise,
            )
        )  # fmt: skip
    return tuple(found)


def _may_see(work: UnitOfWork, owner: PartyId) -> bool:
    """Whether the actor may see what is the owner's own business: his people, and the operator's."""
    if work.context.actor.startswith(SYSTEM):
        return True
    return parties.may(work, parties.acting_person(work), Asked(Permission.VIEW, owner, business_date(work.at)))


def _sentences(records: Sequence[Mapping[str, str]]) -> tuple[Said, ...]:
    return tuple(Said(en=one["en"], zh=one["zh"]) for one in records)
