"""Evaluating firms from the platform's own data: snapshot, features, champion, ratings, limit, price; all on record.

    gather   one snapshot -> features and evidence of all firms, set-based
    assess   a firm, in one transaction: score -> the platform's opinion beside all others -> limit and price

A firm of which nothing changed keeps its evaluation: days pass without another row. What decides is what came out and
what went in, never that a snapshot is newer.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from openscf import credit, parties
from openscf.credit import (
    BILLION,
    AnchorKnown,
    Evaluation,
    EvaluationQuestion,
    Evidence,
    GivenScore,
    LimitAssessment,
    LimitPolicy,
    LimitQuestion,
    Model,
    ModelRole,
    ModelVersion,
    NewRating,
    PaysLate,
    PriceTerms,
    RaterKind,
    RatingPolicy,
    ScoreRecord,
    ScoreUsed,
    Snapshot,
    Told,
)
from openscf.db import Context, Database, UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import CNY, Currency, parse_amount
from openscf.operations.evaluation.snapshots import take_snapshot

ACTOR: Final = "system:credit"
RATER: Final = "platform"
"""Under this name the platform's own opinion stands beside the others, whichever model gave it."""

_NO_MODEL: Final = "no_model_in_charge"
_FRESH_DAYS: Final = 30
_MOST_ANCHORS: Final = 3
"""Buyers of whom an evaluation tells what their credit is worth: the largest whose own credit is known."""
_OUTCOME: Final = ("points", "pd_1y_ppm", "grade", "parts", "reasons", "confidence", "model")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationTerms:
    """How firms are judged.

    Attributes:
        limit: Shares, caps and floors; its currency is the one whose amounts are summed.
        price: What is priced.
        ratings: How opinions are weighed.
        rating_days: How long the platform's own opinion holds without a newer one.
    """

    limit: LimitPolicy
    price: PriceTerms = field(default_factory=PriceTerms)
    ratings: RatingPolicy = field(default_factory=RatingPolicy)
    rating_days: int = 365

    @property
    def currency(self) -> Currency:
        """Of the limits."""
        return self.limit.step.currency


def standard_terms() -> EvaluationTerms:
    """The terms of an installation that has set no others: limits in yuan from 100,000 to 50 million."""
    lowest, highest, step = (parse_amount(text, CNY) for text in ("100000.00", "50000000.00", "10000.00"))
    return EvaluationTerms(limit=LimitPolicy(lowest=lowest, highest=highest, step=step))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What one snapshot says of firms.

    Attributes:
        on: The cut-off.
        snapshot_sha256: Which snapshot.
        firms: The enterprises that can be judged, each with its key in the network.
        known: Which enterprise of the platform a key of the network is, also of those that are not judged now.
        features: Of all of them.
        told: Evidence for their limits, and how good the data about them are, by key.
        snapshot: All of it.
        late: How late buyers pay, by key of seller and of buyer.
    """

    on: dt.date
    snapshot_sha256: str
    firms: Mapping[PartyId, str]
    known: Mapping[str, PartyId]
    features: Mapping[str, Mapping[str, Any]]
    told: Mapping[str, Told]
    snapshot: Snapshot
    late: Mapping[tuple[str, str], PaysLate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What became of one firm.

    Attributes:
        evaluation: The one that holds.
        assessment: Its limit.
        changed: Whether it is new.
    """

    evaluation: Evaluation
    assessment: LimitAssessment
    changed: bool


def gather(
    database: Database, context: Context, home: Path, *, on: dt.date, wanted: Sequence[PartyId] | None = None,
    currency: Currency = CNY, threads: int | None = None,
) -> Gathered:  # fmt: skip
    """Take a snapshot, and compute features and evidence of the enterprises of the platform.

    Args:
        database: The database.
        context: The tenant.
        home: The installation's folder, where snapshots lie.
        on: The cut-off; what is dated later is not seen.
        wanted: Only these; None: all that have a public code.
        currency: The one whose amounts are summed.
        threads: Of the analytical engine; None: as many as there are processors.
    """
    with database.reading(Context(context.tenant, ACTOR)) as work:
        folder = take_snapshot(work, home).folder
        known = dict(_firms(work))
        groups = {node: str(parties.ultimate_parent(work, party, on)) for party, node in known.items()}
    firms = {party: node for party, node in known.items() if wanted is None or party in wanted}
    snapshot = credit.open_snapshot(folder, credit.duckdb_engine(threads))
    keys = sorted(firms.values())
    features = credit.compute_features(snapshot, on, firms=keys, currency=currency.code, groups=groups)
    told = credit.gather_evidence(snapshot, keys, on, groups=groups, currency=currency.code)
    pairs = [(firm, one.buyer) for firm in keys for one in told[firm].relations]
    late = credit.lateness_between(snapshot, pairs, on, groups=groups)
    return Gathered(
        on=on, snapshot_sha256=snapshot.sha256, firms=firms, known={node: party for party, node in known.items()},
        features=features.rows(), told=told, snapshot=snapshot, late=late,
    )  # fmt: skip


def assess_firm(work: UnitOfWork, gathered: Gathered, party: PartyId, *, terms: EvaluationTerms) -> Assessed:
    """Evaluate one firm, and keep what came out; where nothing changed the evaluation that holds is answered.

    Args:
        work: The transaction; its actor is the system.
        gathered: What the network says.
        party: One of its firms.
        terms: How firms are judged.

    Raises:
        Refusal: `limit_by_hand`, `evaluation_by_hand`, `limit_assessed_meanwhile`, `evaluated_meanwhile`.
    """
    node = gathered.firms[party]
    used = _scored(work, gathered, party, role=ModelRole.CHAMPION)
    _scored(work, gathered, party, role=ModelRole.CHALLENGER)
    if used is not None:
        _rate(work, used, party, on=gathered.on, days=terms.rating_days)
    question = EvaluationQuestion(
        subject=party, firm=node, on=gathered.on, snapshot=gathered.snapshot_sha256, score=used,
        ratings=credit.ratings_of(work, party), group=parties.group_of(work, party, gathered.on),
        rating_policy=terms.ratings, price=terms.price, quality=gathered.told[node].quality,
        anchors=_anchors(work, gathered, party),
    )  # fmt: skip
    holds = credit.evaluation_on(work, party, dt.date.max)
    evidence = gathered.told[node].evidence
    if holds is not None:
        assessment = credit.found_assessment(work, holds.assessment)
        if _same(holds, question) and assessment.inputs["evidence"] == _evidence_record(evidence, terms, assessment):
            return Assessed(evaluation=holds, assessment=assessment, changed=False)
    assessment = credit.assess_limit(work, _limit_question(question, evidence, terms))
    made = credit.record_evaluation(work, question, assessment.id)
    return Assessed(evaluation=made, assessment=assessment, changed=holds is None or made.id != holds.id)


def buyers_first(gathered: Gathered) -> list[PartyId]:
    """The firms to judge, those that others sell to first: what their credit is worth to a seller rests on it."""
    bought = {one.buyer for told in gathered.told.values() for one in told.relations}
    return sorted(gathered.firms, key=lambda party: (gathered.firms[party] not in bought, party))


def sellers_to_judge_again(gathered: Gathered, order: Sequence[PartyId], changed: Collection[PartyId]) -> list[PartyId]:
    """Firms that were judged before one of their buyers was judged otherwise.

    A firm's own credit does not depend on its buyers', so that once again is enough, whoever sells to whom in a circle.
    """
    place = {gathered.firms[party]: number for number, party in enumerate(order)}
    new = {gathered.firms[party] for party in changed}
    return [
        party
        for number, party in enumerate(order)
        if any(one.buyer in new and place[one.buyer] > number for one in gathered.told[gathered.firms[party]].relations)
    ]


def _firms(work: UnitOfWork) -> Iterator[tuple[PartyId, str]]:
    """Every enterprise with a public code, and the key under which it stands in the network."""
    page, after = parties.list_parties(work, limit=500)
    while page:
        for one in page:
            if one.uscc or one.lei:
                yield one.id, f"tax:{one.uscc}" if one.uscc else f"lei:{one.lei}"
        if after is None:
            return
        page, after = parties.list_parties(work, after=after, limit=500)


def _anchors(work: UnitOfWork, gathered: Gathered, party: PartyId) -> tuple[AnchorKnown, ...]:
    """The largest buyers outside the firm's own group whose own credit is known, and what is known of the relation."""
    told = gathered.told[gathered.firms[party]].relations
    group = parties.group_of(work, party, gathered.on)
    found: list[AnchorKnown] = []
    for one in told:
        buyer = gathered.known.get(one.buyer)
        if len(found) == _MOST_ANCHORS or buyer is None or buyer in group:
            continue
        judged = credit.evaluation_on(work, buyer, gathered.on)
        late = gathered.late.get((gathered.firms[party], one.buyer))
        if judged is not None and judged.pd_ppb is not None:
            found.append(
                AnchorKnown(
                    party=buyer, name=parties.find_party(work, buyer).name, pd_ppb=judged.pd_ppb,
                    confirmation=one.confirmation, tenure_months=one.tenure_months,
                    share=Fraction(one.sales_minor, one.whole_minor), settled_minor=one.settled_minor,
                    late_ppm=None if late is None else late.late_ppm, late_days=None if late is None else late.days,
                )
            )  # fmt: skip
    return tuple(found)


def _scored(work: UnitOfWork, gathered: Gathered, party: PartyId, *, role: ModelRole) -> ScoreUsed | None:
    """The score of a firm in one role, kept if it says something new; None where no model is in charge of it."""
    try:
        version, model = credit.model_in_charge(work, on=gathered.on, role=role)
    except Refusal as refused:
        if refused.code != _NO_MODEL:
            raise
        return None
    node = gathered.firms[party]
    values = gathered.features[node]
    if values.get("history_months") is None:
        return None  # nobody but itself tells of it: there is nothing to score
    record = credit.score_firm(model, values, firm=node, as_of=gathered.on, snapshot=gathered.snapshot_sha256)
    last = credit.last_score(work, node, version.id, role=role)
    if last is not None and _says_the_same(credit.record_of(last.record), record):
        return _used(last, version, model)
    return _used(credit.keep_score(work, record, version.id, role=role, party=party), version, model)


def _used(given: GivenScore, version: ModelVersion, model: Model) -> ScoreUsed:
    return ScoreUsed(id=given.id, record=credit.record_of(given.record), version=version, model=model)


def _says_the_same(last: ScoreRecord, now: ScoreRecord) -> bool:
    fresh = dt.timedelta(0) <= now.as_of - last.as_of < dt.timedelta(days=_FRESH_DAYS)
    return fresh and all(last.content[name] == now.content[name] for name in _OUTCOME)


def _rate(work: UnitOfWork, used: ScoreUsed, party: PartyId, *, on: dt.date, days: int) -> None:
    """Put the champion's opinion beside those of the others, once for each score."""
    known = {one.source for one in credit.ratings_of(work, party) if one.kind is RaterKind.PLATFORM}
    if str(used.id) in known:
        return
    pd_ppb = used.record.pd_1y_ppm * (BILLION // 1_000_000)
    new = NewRating(
        subject=party, kind=RaterKind.PLATFORM, rater_name=RATER, scale="pd", symbol=str(pd_ppb), rated_on=on,
        valid_until=on + dt.timedelta(days=days), source=str(used.id),
    )  # fmt: skip
    credit.record_rating(work, new)


def _limit_question(
    question: EvaluationQuestion, evidence: Sequence[Evidence], terms: EvaluationTerms
) -> LimitQuestion:
    """Whom nobody rates is judged as if it were the worst: no opinion is no credit."""
    found = credit.combine_ratings(question.ratings, question.rating_policy, on=question.on, group=question.group)
    pd = terms.limit.worst_pd if found.pd_ppb is None else Fraction(found.pd_ppb, BILLION)
    return LimitQuestion(
        subject=question.subject, evidence=evidence, pd=pd, policy=terms.limit, quality=question.quality
    )


def _same(holds: Evaluation, question: EvaluationQuestion) -> bool:
    """Whether an evaluation that is not old yet has the same inputs, but for the day."""
    if not dt.timedelta(0) <= question.on - holds.as_of < dt.timedelta(days=_FRESH_DAYS):
        return False
    now = credit.evaluation_inputs(question)
    return canonical_json({**now, "on": ""}) == canonical_json({**holds.inputs, "on": ""})


def _evidence_record(evidence: Sequence[Evidence], terms: EvaluationTerms, made: LimitAssessment) -> Any:
    """The evidence as it would be written down, if the policy is the one of the assessment; None if it is another."""
    facts, _ = credit.facts_from(evidence, terms.limit.worst_pd, terms.limit, on=made.assessed_on)
    now = credit.inputs_of(facts, terms.limit, evidence)
    return now["evidence"] if now["policy"] == made.inputs["policy"] else None
