"""Keeping evaluations: each change of inputs is one more on record; the newest holds."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final

from openscf.credit.evaluations import rules
from openscf.credit.evaluations.model import RULES_VERSION, Evaluation, EvaluationId, EvaluationQuestion
from openscf.credit.limits import LimitAssessmentId, found_assessment
from openscf.credit.models.record import ScoreRecord, model_of, record_of
from openscf.credit.models.scored import Model
from openscf.credit.registry.service import found_model, found_score
from openscf.credit.store import evaluations as store
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.parties import Permission, Scope, authorise, business_date, may_share

_SYSTEM: Final = "system:"

EVALUATION_BY_HAND = refusal(
    "evaluation_by_hand",
    en="{actor} is a person: firms are evaluated by the platform's rules, from evidence.",
    zh="{actor} 为自然人：企业评估由平台规则依据证据自动完成。",
    fix_en="Bring in better evidence, or propose a rating that a colleague approves.",
    fix_zh="请补充证据，或提交评级并由同事复核。",
    status=403,
)
CREDIT_NOT_SHARED = refusal(
    "credit_not_shared",
    en="There is nothing on the credit of {subject} that {viewer} may see.",
    zh="{viewer} 无可查看的 {subject} 信用信息。",
    fix_en="Ask the enterprise for its consent to share ratings or limits.",
    fix_zh="请该企业授权共享评级或额度数据。",
    status=404,
)
EVALUATED_MEANWHILE = refusal(
    "evaluated_meanwhile",
    en="{subject} is being evaluated by another job at this instant.",
    zh="{subject} 正由另一任务评估。",
    fix_en="Try again in a moment.",
    fix_zh="请稍后重试。",
    status=423,
)


def record_evaluation(work: UnitOfWork, asked: EvaluationQuestion, assessment: LimitAssessmentId) -> Evaluation:
    """Evaluate a firm and keep the answer; with the same inputs as before nothing is written.

    Raises:
        Refusal: `evaluation_by_hand`, `limit_assessment_not_found`, `evaluated_meanwhile`.
    """
    if not work.context.actor.startswith(_SYSTEM):
        raise EVALUATION_BY_HAND(actor=work.context.actor[:80])
    holds = store.last(work, asked.subject, dt.date.max)
    inputs = rules.inputs_of(asked)
    if holds is not None and holds.assessment == assessment and digest(holds.inputs) == digest(inputs):
        return holds
    used = asked.score
    limit = found_assessment(work, assessment).inputs
    answer = rules.evaluate(inputs, None if used is None else (used.record, used.model), limit)
    combined = rules.combined_of(inputs)
    made = Evaluation(
        id=work.ids.new(EvaluationId), subject=asked.subject, number=1 if holds is None else holds.number + 1,
        as_of=asked.on, firm=asked.firm, snapshot_sha256=asked.snapshot, score=None if used is None else used.id,
        assessment=assessment, rules=RULES_VERSION, grade=combined.grade, pd_ppb=combined.pd_ppb, inputs=inputs,
        answer=answer, evaluated_at=work.at,
    )  # fmt: skip
    if not store.insert(work, made):
        raise EVALUATED_MEANWHILE(subject=str(asked.subject))
    _told(work, made, holds)
    return made


def evaluations_of(work: UnitOfWork, subject: PartyId) -> list[Evaluation]:
    """All evaluations of a firm, oldest first, for the house and for the firm itself.

    Raises:
        Refusal: `party_not_found`, `not_allowed`.
    """
    _check_reader(work, subject)
    return store.of_subject(work, subject)


def evaluation_on(work: UnitOfWork, subject: PartyId, on: dt.date) -> Evaluation | None:
    """The evaluation that held on a day, for the house and for the firm itself; None if there was none.

    Raises:
        Refusal: `party_not_found`, `not_allowed`.
    """
    _check_reader(work, subject)
    return store.last(work, subject, on)


def shared_evaluation(
    work: UnitOfWork, subject: PartyId, viewer: PartyId, *, scope: Scope, on: dt.date
) -> Evaluation | None:
    """The evaluation that held on a day, for another enterprise to whom the firm has consented; None if there is none.

    Args:
        work: The transaction of the house; its actor must be somebody of the viewer's, or the installation.
        subject: The firm.
        viewer: Who wants to see.
        scope: What is looked for, `RATINGS` or `LIMITS`.
        on: The day; the consent must hold on it and today.

    Raises:
        Refusal: `not_allowed`; `credit_not_shared`, the same for a firm without consent and for one that is not there.
    """
    if work.context.member is not None:
        raise CREDIT_NOT_SHARED(subject=str(subject), viewer=str(viewer))
    authorise(work, Permission.VIEW, viewer)
    today = business_date(work.at)
    if not all(may_share(work, subject, viewer, scope=scope, on=day) for day in {on, today}):
        raise CREDIT_NOT_SHARED(subject=str(subject), viewer=str(viewer))
    work.audit(f"credit.share_{scope.value}", str(subject), {"viewer": viewer, "on": on})
    return store.last(work, subject, on)


def grades_on(work: UnitOfWork, subjects: Sequence[PartyId], on: dt.date) -> dict[PartyId, int]:
    """The master grade of each of these firms as of a day, for the house; whom nobody judged is not among them."""
    return store.grades(work, subjects, on)


def newest_evaluations(work: UnitOfWork, subjects: Collection[PartyId], on: dt.date) -> dict[PartyId, Evaluation]:
    """The evaluation of each of these firms that held on a day, for the house's own rules; read by one statement.

    Nobody's right to see it is judged: whoever answers a person with it does that. Whom nobody judged is not there.
    """
    return store.last_each(work, sorted(subjects), on) if subjects else {}


def evaluation_again(work: UnitOfWork, made: Evaluation) -> bytes:
    """The answer of an evaluation made again from its inputs, the score they name and its limit's inputs, as bytes.

    Raises:
        Refusal: `score_not_found`, `model_not_found`.
        ValueError: It was made under other rules.
    """
    limit = found_assessment(work, made.assessment).inputs
    again = rules.evaluate(made.inputs, _score_named(work, made), limit)
    return canonical_json(again)


def _score_named(work: UnitOfWork, made: Evaluation) -> tuple[ScoreRecord, Model] | None:
    if made.score is None:
        return None
    given = found_score(work, made.score)
    return record_of(given.record), model_of(found_model(work, given.version).body)


def _check_reader(work: UnitOfWork, subject: PartyId) -> None:
    if work.context.member is None:
        authorise(work, Permission.VIEW, subject)


def _told(work: UnitOfWork, made: Evaluation, before: Evaluation | None) -> None:
    facts = {
        "evaluation": made.id, "number": made.number, "rules": made.rules, "inputs_sha256": digest(made.inputs),
        "score": made.score, "assessment": made.assessment, "grade": made.grade, "pd_ppb": made.pd_ppb,
        "before": None if before is None else before.grade,
    }  # fmt: skip
    work.audit("credit.evaluate", str(made.subject), facts)
    if before is None or before.grade != made.grade:
        said = {"evaluation": made.id, "grade": made.grade, "before": None if before is None else before.grade}
        work.emit("credit.evaluated", str(made.subject), said)


def same_answer(made: Evaluation, again: bytes) -> bool:
    """Whether an evaluation's stored answer is, to the byte, the one made again."""
    return canonical_json(made.answer) == again
