"""What must hold in scores, models, assessments and evaluations, found anew from the rows, for `openscf verify`."""

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from openscf.credit.evaluations import evaluation_again
from openscf.credit.evaluations.model import RULES_VERSION as EVALUATION_RULES
from openscf.credit.late_payment import LatePaymentModel, forecast_again
from openscf.credit.limits import assessment_again
from openscf.credit.limits.inputs import RULES_VERSION as LIMIT_RULES
from openscf.credit.models.record import model_of, record_of, reproduce
from openscf.credit.models.scored import Model
from openscf.credit.ratings import CHECKS as RATING_CHECKS
from openscf.credit.registry.model import LATE_PAYMENT, ModelAppointment, ModelRole, ModelVersionId
from openscf.credit.registry.reading import late_payment_model
from openscf.credit.registry.service import MODEL_APPOINTMENT
from openscf.credit.store import evaluations, forecasts, limits, models
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import Refusal
from openscf.kernel.invariants import Breach, Check
from openscf.parties import ApprovalRequestId, ApprovalState, found_request


def _scores(work: UnitOfWork) -> Iterator[Breach]:
    """Every stored score is made again from its stored inputs with its stored model, byte for byte."""
    known: dict[ModelVersionId, Model] = {}
    for given in models.all_scores(work):
        try:
            if given.version not in known:
                version = models.version(work, given.version)
                assert version is not None, "a foreign key"
                known[given.version] = model_of(version.body)
            reproduce(record_of(given.record), known[given.version])
        except Refusal as refused:
            yield Breach("I5", "score_is_made_again", str(given.id), {"refusal": refused.code, "firm": given.firm})


def _assessments(work: UnitOfWork) -> Iterator[Breach]:
    """Every assessment of the rules in force has the limit, reasons and levers that follow from its inputs."""
    for made in limits.all_of(work):
        if made.policy == LIMIT_RULES and not assessment_again(made):
            yield Breach("I5", "limit_assessment_is_made_again", str(made.id), {"limit": made.limit.as_json()})


def _evaluations(work: UnitOfWork) -> Iterator[Breach]:
    """Every evaluation of the rules in force has the answer that follows from its inputs and the score they name."""
    for made in evaluations.all_of(work):
        if made.rules != EVALUATION_RULES:
            continue
        try:
            same = evaluation_again(work, made) == canonical_json(made.answer)
        except Refusal:
            same = False
        if not same or made.answer["pd_ppb"] != made.pd_ppb:
            yield Breach("I5", "evaluation_is_made_again", str(made.id), {"grade": made.grade})


def _forecasts(work: UnitOfWork) -> Iterator[Breach]:
    """Every forecast is made again from its inputs with its model, byte for byte, and says what decisions were told."""
    known: dict[ModelVersionId, LatePaymentModel] = {}
    for given in forecasts.all_given(work):
        try:
            if given.version not in known:
                version = models.version(work, given.version)
                assert version is not None, "a foreign key"
                known[given.version] = late_payment_model(version.body)
            again = forecast_again(given.record, known[given.version])
            same = (again.late_ppm, again.sha256) == (given.late_ppm, given.record_sha256)
        except Refusal:
            same = False
        if not same:
            facts = {"from_day": given.from_day.isoformat(), "late_ppm": given.late_ppm}
            yield Breach("I5", "forecast_is_made_again", str(given.document), facts)


def _foretold(work: UnitOfWork) -> Iterator[Breach]:
    """Every run was made by the model that two persons had appointed for its day, and every forecast by its run's."""
    runs = {run.as_of: run.version for run in forecasts.all_runs(work)}
    spans = [(held, held.effective_to or dt.date.max) for held, _ in models.appointments(work)]
    for as_of, version in runs.items():
        # Whoever was followed on that very day still was in force when it began.
        fits = (
            held.version == version and held.effective_from <= as_of <= end
            for held, end in spans
            if (held.purpose, held.role) == (LATE_PAYMENT, ModelRole.CHAMPION)
        )
        if version is not None and not any(fits):
            yield Breach("I11", "forecasts_by_the_model_in_force", str(version), {"as_of": as_of.isoformat()})
    for given in forecasts.all_given(work):
        if runs.get(given.from_day) != given.version:
            facts = {"document": str(given.document), "from_day": given.from_day.isoformat()}
            yield Breach("I11", "forecasts_by_the_model_in_force", str(given.version), facts)


def _appointments(work: UnitOfWork) -> Iterator[Breach]:
    """Every model that judges was approved by two persons, as these very bytes and for this very day."""
    for held, request in models.appointments(work):
        if not _as_approved(work, held, request):
            yield Breach("I11", "model_is_as_approved", str(held.id), {"version": str(held.version)})


def _as_approved(work: UnitOfWork, held: ModelAppointment, named: ApprovalRequestId) -> bool:
    try:
        request = found_request(work, named)
    except Refusal:
        return False
    version = models.version(work, held.version)
    said, persons = request.payload, (held.made_by, held.approved_by)
    same = version is not None and dict(said) == {
        "version": str(held.version), "body_sha256": version.body_sha256, "role": held.role.value,
        "purpose": held.purpose, "effective_from": held.effective_from.isoformat(),
    }  # fmt: skip
    two = request.made_by == persons[0] and persons[1] in request.approvers and persons[0] != persons[1]
    return same and two and request.kind == MODEL_APPOINTMENT and request.state is ApprovalState.USED


def _overlaps(work: UnitOfWork) -> Iterator[Breach]:
    """On no day do two models stand in one role for one purpose."""
    by_role: dict[tuple[str, str], list[ModelAppointment]] = {}
    for held, _ in models.appointments(work):
        if held.effective_to is None or held.effective_to > held.effective_from:
            by_role.setdefault((held.purpose, held.role.value), []).append(held)
    for (purpose, role), several in sorted(by_role.items()):
        for one, following in pairwise(sorted(several, key=_from)):
            if (one.effective_to or dt.date.max) > following.effective_from:
                facts = {"purpose": purpose, "role": role, "beside": str(one.id)}
                yield Breach("I11", "one_model_in_a_role", str(following.id), facts)


def _from(held: ModelAppointment) -> tuple[dt.date, dt.datetime]:
    return held.effective_from, held.appointed_at


CHECKS: tuple[Check[UnitOfWork], ...] = (
    Check("I5", "score_is_made_again", _scores),
    Check("I5", "limit_assessment_is_made_again", _assessments),
    Check("I5", "evaluation_is_made_again", _evaluations),
    Check("I5", "forecast_is_made_again", _forecasts),
    *RATING_CHECKS,
    Check("I11", "model_is_as_approved", _appointments),
    Check("I11", "one_model_in_a_role", _overlaps),
    Check("I11", "forecasts_by_the_model_in_force", _foretold),
)
"""In the order of the invariants."""
