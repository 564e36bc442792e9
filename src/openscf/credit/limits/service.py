"""Assessing limits as data arrive: each change of inputs is one more assessment on record; the newest holds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf.credit.incentives import DataQuality
from openscf.credit.limits.evidence import LimitFacts, facts_from
from openscf.credit.limits.inputs import RULES_VERSION, LimitAssessment, LimitAssessmentId, inputs_of, terms_of
from openscf.credit.limits.levers import what_would_raise
from openscf.credit.limits.model import Evidence, Limit, LimitPolicy
from openscf.credit.limits.rules import limit_of
from openscf.credit.store import limits as store
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.parties import Permission, authorise, business_date, find_party

_SYSTEM: Final = "system:"
_TRIES: Final = 20

LIMIT_BY_HAND = refusal(
    "limit_by_hand",
    en="{actor} is a person: limits are assessed by the platform's rules, from evidence.",
    zh="{actor} 为自然人：额度由平台规则依据证据自动评估。",
    fix_en="Bring in better evidence; the limit is assessed anew as it arrives.",
    fix_zh="请补充证据，数据到达后额度将自动重新评估。",
    status=403,
)
LIMIT_ASSESSMENT_NOT_FOUND = refusal(
    "limit_assessment_not_found",
    en="There is no limit assessment {assessment}, or you may not see it.",
    zh="额度评估 {assessment} 不存在，或您无权查看。",
    status=404,
)
LIMIT_ASSESSED_MEANWHILE = refusal(
    "limit_assessed_meanwhile",
    en="The limit of {subject} is being assessed by many at once.",
    zh="{subject} 的额度正被多个任务同时评估。",
    fix_en="Try again in a moment.",
    fix_zh="请稍后重试。",
    status=423,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitQuestion:
    """What a firm's limit is to be assessed from.

    Attributes:
        subject: The firm.
        evidence: All there is about it.
        pd: One year's probability of default, exact.
        policy: The terms.
        quality: Its data-quality score.
        headroom_minor: What the limits above it have free.
    """

    subject: PartyId
    evidence: Sequence[Evidence]
    pd: Fraction
    policy: LimitPolicy
    quality: DataQuality | None = None
    headroom_minor: int | None = None


def assess_limit(work: UnitOfWork, asked: LimitQuestion) -> LimitAssessment:
    """Assess a limit; with the same inputs as before nothing is written and the assessment that holds is answered.

    An assessment moves no headroom by itself: whoever keeps the limit's account follows it, and raising that account
    is an act for two persons.

    Raises:
        Refusal: `limit_by_hand`, `party_not_found`, `bad_evidence`, `limit_assessed_meanwhile`.
    """
    if not work.context.actor.startswith(_SYSTEM):
        raise LIMIT_BY_HAND(actor=work.context.actor[:80])
    find_party(work, asked.subject)
    for _ in range(_TRIES):
        holds = store.last(work, asked.subject)
        made = _judged(work, asked, number=1 if holds is None else holds.number + 1)
        if holds is not None and digest(holds.inputs) == digest(made.inputs):
            return holds
        if store.insert(work, made):
            return _said(work, made, holds)
    raise LIMIT_ASSESSED_MEANWHILE(subject=str(asked.subject))


def limit_assessments(work: UnitOfWork, subject: PartyId) -> list[LimitAssessment]:
    """All assessments of a firm, oldest first, for the house and for the firm itself.

    Raises:
        Refusal: `party_not_found`, `not_allowed`.
    """
    if work.context.member is None:
        authorise(work, Permission.VIEW, subject)
    return store.of_subject(work, subject)


def found_assessment(work: UnitOfWork, assessment: LimitAssessmentId) -> LimitAssessment:
    """An assessment by its id; a member finds its own.

    Raises:
        Refusal: `limit_assessment_not_found`.
    """
    found = store.get(work, assessment)
    if found is None:
        raise LIMIT_ASSESSMENT_NOT_FOUND(assessment=str(assessment))
    return found


def limit_answer(asked: LimitQuestion, *, on: dt.date) -> tuple[LimitFacts, Limit, dict[str, Any]]:
    """The facts, the limit that follows, and all that is told of it, JSON-ready.

    Raises:
        Refusal: `bad_evidence`.
    """
    facts, refuted = facts_from(
        asked.evidence, asked.pd, asked.policy, on=on, quality=asked.quality, headroom_minor=asked.headroom_minor
    )
    limit = limit_of(facts, asked.policy)
    answer = {
        **limit.as_record(),
        "would_raise": [change.as_record() for change in what_would_raise(facts, asked.policy)],
        "not_counted": [
            {"kind": one.evidence.kind.value, "source": one.evidence.source, "reason": one.reason.as_record()}
            for one in refuted
        ],
    }
    return facts, limit, answer


def assessment_again(made: LimitAssessment) -> bool:
    """Whether an assessment's inputs give, to the byte, the facts and the answer that were kept with them."""
    question = question_of(made)
    facts, limit, answer = limit_answer(question, on=made.assessed_on)
    same = canonical_json(inputs_of(facts, question.policy, question.evidence)) == canonical_json(made.inputs)
    return same and canonical_json(answer) == canonical_json(made.answer) and limit.amount == made.limit


def question_of(made: LimitAssessment) -> LimitQuestion:
    """What was asked when an assessment was made, from its inputs.

    Raises:
        ValueError: They were written under other rules.
    """
    facts, policy, evidence = terms_of(made.inputs)
    return LimitQuestion(
        subject=made.subject, evidence=evidence, pd=facts.pd, policy=policy, quality=facts.quality,
        headroom_minor=facts.headroom_minor,
    )  # fmt: skip


def _judged(work: UnitOfWork, asked: LimitQuestion, *, number: int) -> LimitAssessment:
    today = business_date(work.at)
    facts, limit, answer = limit_answer(asked, on=today)
    return LimitAssessment(
        id=work.ids.new(LimitAssessmentId), subject=asked.subject, number=number, assessed_on=today,
        policy=RULES_VERSION, inputs=inputs_of(facts, asked.policy, asked.evidence), limit=limit.amount,
        binding=limit.binding, answer=answer, assessed_at=work.at,
    )  # fmt: skip


def _said(work: UnitOfWork, made: LimitAssessment, before: LimitAssessment | None) -> LimitAssessment:
    facts = {
        "assessment": made.id, "number": made.number, "rules": made.policy, "inputs_sha256": digest(made.inputs),
        "limit": made.limit, "binding": made.binding, "before": None if before is None else before.limit,
    }  # fmt: skip
    work.audit("credit.assess_limit", str(made.subject), facts)
    if before is None or before.limit != made.limit:
        work.emit("credit.limit_assessed", str(made.subject), {"assessment": made.id, "limit": made.limit})
    return made
