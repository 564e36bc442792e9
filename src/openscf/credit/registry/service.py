"""Registering models, appointing them under four eyes, and keeping scores that can be made again."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from openscf.credit.late_payment import LatePaymentModel
from openscf.credit.models.record import ScoreRecord, model_of, record_of, reproduce
from openscf.credit.models.scored import Model
from openscf.credit.registry.model import (
    FIRM_DEFAULT,
    LATE_PAYMENT,
    GivenScore,
    ModelAppointment,
    ModelAppointmentId,
    ModelRole,
    ModelVersion,
    ModelVersionId,
    ScoreId,
)
from openscf.credit.registry.reading import Registrable, check_purpose, late_payment_model, purpose_of, registrable
from openscf.credit.store import models as store
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties import (
    KINDS,
    ApprovalKind,
    ApprovalRequest,
    PartyRole,
    business_date,
    request_approval,
    roles_of,
)

MODEL_APPOINTMENT: Final = "model_appointment"
MODEL_RETIREMENT: Final = "model_retirement"
JUDGES: Final = frozenset({PartyRole.OPERATOR, PartyRole.RATER})

MODEL_NOT_FOUND = refusal(
    "model_not_found",
    en="There is no model version {model} in this book.",
    zh="本账簿中没有模型版本 {model}。",
    fix_en="Look at the list of the registered versions.",
    fix_zh="请查看已登记的模型版本列表。",
    status=404,
)
MODEL_OVERTAKEN = refusal(
    "model_overtaken",
    en="Somebody else registered or appointed a model for {model} at this instant.",
    zh="他人刚刚为 {model} 登记或任用了模型。",
    fix_en="Try again.",
    fix_zh="请重试。",
    status=409,
)
NO_CHAMPION = refusal(
    "no_model_in_charge",
    en="No model judges {purpose} on {on}.",
    zh="{on} 没有负责 {purpose} 的生效模型。",
    fix_en="Have a registered version appointed: one person proposes, another approves.",
    fix_zh="请提出模型任用申请，由另一人批准。",
    status=409,
)
MODEL_JUDGE_NOT_INDEPENDENT = refusal(
    "model_judge_not_independent",
    en="{party} is neither the platform's operator nor a rater, and can't decide which model judges.",
    zh="{party} 既非平台运营方也非独立评级方，无权决定采用何种模型。",
    status=403,
)
MODEL_APPOINTED_IN_THE_PAST = refusal(
    "model_appointed_in_the_past",
    en="A model can't judge from {effective_from} on: that day lies before {earliest}.",
    zh="模型不能自 {effective_from} 起生效：该日早于 {earliest}。",
    fix_en="Name today or a later day; what was decided before stays as it was decided.",
    fix_zh="请填写今日或之后的日期；此前的决策保持原样。",
)
SCORE_NOT_FOUND = refusal(
    "score_not_found",
    en="There is no score {score}, or you may not see it.",
    zh="评分 {score} 不存在，或您无权查看。",
    status=404,
)


def register_model(work: UnitOfWork, model: Registrable, *, metrics: Mapping[str, Any]) -> ModelVersion:
    """Enter a model; the same body again is the same version. Nothing is judged with it yet.

    Args:
        work: The transaction.
        model: The model, as it was learned.
        metrics: Its figures, JSON-ready, without floats.

    Raises:
        Refusal: `model_malformed` and the like, if the bytes don't make a model again; `model_overtaken`.
    """
    body = model.to_bytes()
    sha256 = hashlib.sha256(body).hexdigest()
    known = store.version_with_body(work, sha256)
    if known is not None:
        return known
    registrable(body)
    trained = model.trained
    new = ModelVersion(
        id=work.ids.new(ModelVersionId), model=model.name, version=store.newest_number(work, model.name) + 1,
        kind=model.kind, body=body, body_sha256=sha256, snapshot_sha256=str(trained.get("snapshot_sha256", "")),
        trained_as_of=dt.date.fromisoformat(str(trained["as_of"])), metrics=metrics, registered_at=work.at,
        registered_by=work.context.actor,
    )  # fmt: skip
    if not store.insert_version(work, new):
        raise MODEL_OVERTAKEN(model=model.name)
    facts = {"model": new.model, "version": new.version, "body_sha256": sha256, "metrics": metrics}
    work.audit("credit.register_model", str(new.id), facts)
    return new


def propose_model(
    work: UnitOfWork,
    version: ModelVersionId,
    party: PartyId,
    *,
    role: ModelRole,
    effective_from: dt.date,
    purpose: str | None = None,
) -> ApprovalRequest:
    """Ask that a version may judge what its form is for; another person of the operator or the rater must approve.

    Raises:
        Refusal: `model_not_found`, `model_of_another_purpose`, `model_judge_not_independent`,
            `model_appointed_in_the_past`, and what `request_approval` refuses.
    """
    known = found_model(work, version)
    purpose = purpose or purpose_of(known)
    check_purpose(known, purpose)
    _check_judge(work, party)
    _check_day(effective_from, business_date(work.at))
    payload = {
        "version": version, "body_sha256": known.body_sha256, "role": role.value, "purpose": purpose,
        "effective_from": effective_from,
    }  # fmt: skip
    return request_approval(work, MODEL_APPOINTMENT, party, payload=payload)


def propose_retirement(
    work: UnitOfWork,
    party: PartyId,
    *,
    role: ModelRole,
    last_on: dt.date,
    purpose: str = FIRM_DEFAULT,
) -> ApprovalRequest:
    """Ask that whoever holds a role judge no longer after a day, without a successor; another person must approve.

    Raises:
        Refusal: `no_model_in_charge`, `model_judge_not_independent`, `model_appointed_in_the_past`, and what
            `request_approval` refuses.
    """
    _check_judge(work, party)
    _check_day(last_on, business_date(work.at))
    held = store.open_appointment(work, purpose, role)
    if held is None:
        raise NO_CHAMPION(purpose=purpose, on=last_on.isoformat())
    payload = {"appointment": held.id, "role": role.value, "purpose": purpose, "last_on": last_on}
    return request_approval(work, MODEL_RETIREMENT, party, payload=payload)


def appointments_of(work: UnitOfWork) -> list[ModelAppointment]:
    """Who judged, judges and will judge, in the order of the appointments."""
    return [held for held, _ in store.appointments(work)]


def found_model(work: UnitOfWork, version: ModelVersionId) -> ModelVersion:
    """The version with this id.

    Raises:
        Refusal: `model_not_found`.
    """
    known = store.version(work, version)
    if known is None:
        raise MODEL_NOT_FOUND(model=str(version))
    return known


def registered_models(work: UnitOfWork) -> list[ModelVersion]:
    """All versions, by name and number."""
    return store.versions(work)


def model_in_charge(
    work: UnitOfWork, *, on: dt.date, role: ModelRole = ModelRole.CHAMPION, purpose: str = FIRM_DEFAULT
) -> tuple[ModelVersion, Model]:
    """The version that judges on a day, and the model made from its body.

    Raises:
        Refusal: `no_model_in_charge`.
    """
    held = store.appointed_on(work, purpose, role, on=on)
    if held is None:
        raise NO_CHAMPION(purpose=purpose, on=on.isoformat())
    version = found_model(work, held.version)
    return version, model_of(version.body)


def late_payment_in_charge(work: UnitOfWork, *, on: dt.date) -> tuple[ModelVersion, LatePaymentModel] | None:
    """The version that foretells payments on a day, and the model made from its body; None if there is none."""
    held = store.appointed_on(work, LATE_PAYMENT, ModelRole.CHAMPION, on=on)
    if held is None:
        return None
    version = found_model(work, held.version)
    return version, late_payment_model(version.body)


def keep_score(
    work: UnitOfWork,
    record: ScoreRecord,
    version: ModelVersionId,
    *,
    role: ModelRole = ModelRole.CHAMPION,
    party: PartyId | None = None,
) -> GivenScore:
    """Keep a score, after it has been made again from its inputs.

    Args:
        work: The transaction.
        record: The score.
        version: The version that gave it.
        role: In what role.
        party: The enterprise of the platform that the firm is, which may then see it.

    Raises:
        Refusal: `model_not_found`, `score_of_another_model`, `score_not_reproduced`.
    """
    known = found_model(work, version)
    reproduce(record, model_of(known.body))
    given = GivenScore(
        id=work.ids.new(ScoreId), firm=record.firm, as_of=record.as_of, version=version, role=role, record=record.data,
        scored_at=work.at,
    )  # fmt: skip
    sha256 = hashlib.sha256(record.data).hexdigest()
    store.insert_score(work, given, party=party, record_sha256=sha256)
    facts = {"firm": record.firm, "version": version, "role": role.value, "record_sha256": sha256}
    work.audit("credit.keep_score", str(given.id), {**facts, "points": record.points, "grade": record.grade})
    return given


def reproduce_score(work: UnitOfWork, score: ScoreId) -> ScoreRecord:
    """Make a score that was given again from its stored inputs with its stored model; every byte must be the same.

    Raises:
        Refusal: `score_not_found`, `score_of_another_model`, `score_not_reproduced`.
    """
    given = found_score(work, score)
    record = record_of(given.record)
    reproduce(record, model_of(found_model(work, given.version).body))
    return record


def found_score(work: UnitOfWork, score: ScoreId) -> GivenScore:
    """A score that was given.

    Raises:
        Refusal: `score_not_found`.
    """
    given = store.score(work, score)
    if given is None:
        raise SCORE_NOT_FOUND(score=str(score))
    return given


def scores_of(work: UnitOfWork, firm: str) -> list[GivenScore]:
    """All scores of a firm, the oldest first."""
    return store.scores_of(work, firm)


def last_score(work: UnitOfWork, firm: str, version: ModelVersionId, *, role: ModelRole) -> GivenScore | None:
    """The newest score of a firm by one version in one role."""
    return store.last_score(work, firm, version, role=role)


def scores_about(work: UnitOfWork, party: PartyId) -> list[ScoreRecord]:
    """What champions said of an enterprise of the platform, the oldest first; the enterprise itself may ask it."""
    return [record_of(data) for _, data in store.records_about(work, party)]


def _appointed(work: UnitOfWork, request: ApprovalRequest) -> None:
    """The effect of the approval: the version judges from its day on, and its predecessor until then."""
    asked = request.payload
    version, role = ModelVersionId.parse(asked["version"]), ModelRole(asked["role"])
    effective_from = dt.date.fromisoformat(asked["effective_from"])
    _check_judge(work, request.party)
    previous = store.open_appointment(work, asked["purpose"], role)
    _check_day(effective_from, max(business_date(work.at), previous.effective_from if previous else dt.date.min))
    if previous is not None:
        store.end_appointment(work, previous.id, effective_from)
    new = ModelAppointment(
        id=work.ids.new(ModelAppointmentId), purpose=asked["purpose"], role=role, version=version,
        effective_from=effective_from, effective_to=None, made_by=request.made_by, approved_by=_approver(request),
        appointed_at=work.at,
    )  # fmt: skip
    if not store.insert_appointment(work, new, request.id):
        raise MODEL_OVERTAKEN(model=asked["purpose"])
    facts = {**asked, "approved_by": new.approved_by, "instead_of": previous.version if previous else None}
    work.audit("credit.appoint_model", str(new.id), facts)


def _retired(work: UnitOfWork, request: ApprovalRequest) -> None:
    """The effect of the approval: the appointment ends after its last day, if it is still the open one."""
    asked = request.payload
    _check_judge(work, request.party)
    held = store.open_appointment(work, asked["purpose"], ModelRole(asked["role"]))
    if held is None or str(held.id) != asked["appointment"]:
        raise MODEL_OVERTAKEN(model=asked["purpose"])
    last_on = dt.date.fromisoformat(asked["last_on"])
    _check_day(last_on, max(business_date(work.at), held.effective_from - dt.timedelta(days=1)))
    store.end_appointment(work, held.id, last_on + dt.timedelta(days=1))
    work.audit("credit.retire_model", str(held.id), {**asked, "version": held.version})


def _approver(request: ApprovalRequest) -> PersonId:
    return min(request.approvers - request.writers)


def _check_judge(work: UnitOfWork, party: PartyId) -> None:
    today = business_date(work.at)
    held = {each.role for each in roles_of(work, party) if each.valid_from <= today < (each.valid_until or dt.date.max)}
    if not JUDGES & held:
        raise MODEL_JUDGE_NOT_INDEPENDENT(party=str(party))


def _check_day(effective_from: dt.date, earliest: dt.date) -> None:
    if effective_from < earliest:
        raise MODEL_APPOINTED_IN_THE_PAST(effective_from=effective_from.isoformat(), earliest=earliest.isoformat())


KINDS.add(ApprovalKind(name=MODEL_APPOINTMENT, editable=False, effect=_appointed), origin=__name__)
KINDS.add(ApprovalKind(name=MODEL_RETIREMENT, editable=False, effect=_retired), origin=__name__ + ".retirement")
