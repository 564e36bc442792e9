"""SQL of limit assessments."""

import json
from typing import Any

from openscf.credit.limits.inputs import LimitAssessment, LimitAssessmentId
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, currency

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_COLUMNS = "id, subject_id, number, assessed_on, policy, inputs, currency, limit_minor, binding, answer, assessed_at"


def insert(work: UnitOfWork, made: LimitAssessment) -> bool:
    """Write an assessment; False if another transaction has taken its number."""
    row = work.execute(
        "INSERT INTO credit.limit_assessment (tenant_id, id, subject_id, number, assessed_on, policy, inputs,"
        " inputs_sha256, currency, limit_minor, binding, answer, assessed_by, assessed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1",
        [
            work.context.tenant, made.id, made.subject, made.number, made.assessed_on, made.policy,
            canonical_json(made.inputs).decode(), digest(made.inputs), made.limit.currency.code, made.limit.minor,
            made.binding, canonical_json(made.answer).decode(), work.context.actor, made.assessed_at,
        ],
    ).fetchone()  # fmt: skip
    return row is not None


def last(work: UnitOfWork, subject: PartyId) -> LimitAssessment | None:
    """The assessment that holds."""
    query = f"""SELECT {_COLUMNS} FROM credit.limit_assessment
                WHERE tenant_id = {_TENANT} AND subject_id = %s ORDER BY number DESC LIMIT 1"""
    row = work.execute(query, [subject]).fetchone()
    return None if row is None else _assessment(row)


def get(work: UnitOfWork, assessment: LimitAssessmentId) -> LimitAssessment | None:
    """The assessment with this id."""
    query = f"SELECT {_COLUMNS} FROM credit.limit_assessment WHERE tenant_id = {_TENANT} AND id = %s"
    row = work.execute(query, [assessment]).fetchone()
    return None if row is None else _assessment(row)


def all_of(work: UnitOfWork) -> list[LimitAssessment]:
    """All assessments of the tenant, by firm and number."""
    query = f"SELECT {_COLUMNS} FROM credit.limit_assessment WHERE tenant_id = {_TENANT} ORDER BY subject_id, number"
    return [_assessment(row) for row in work.execute(query).fetchall()]


def of_subject(work: UnitOfWork, subject: PartyId) -> list[LimitAssessment]:
    """All assessments of a firm, oldest first."""
    query = f"""SELECT {_COLUMNS} FROM credit.limit_assessment
                WHERE tenant_id = {_TENANT} AND subject_id = %s ORDER BY number"""
    return [_assessment(row) for row in work.execute(query, [subject]).fetchall()]


def _assessment(row: tuple[Any, ...]) -> LimitAssessment:
    return LimitAssessment(
        id=LimitAssessmentId.of(row[0]), subject=PartyId.of(row[1]), number=row[2], assessed_on=row[3], policy=row[4],
        inputs=json.loads(row[5]), limit=Money(row[7], currency(row[6])), binding=row[8], answer=json.loads(row[9]),
        assessed_at=row[10],
    )  # fmt: skip
