"""SQL of evaluations."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from openscf.credit.evaluations.model import Evaluation, EvaluationId
from openscf.credit.limits import LimitAssessmentId
from openscf.credit.registry.model import ScoreId
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.ids import PartyId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_COLUMNS = """id, subject_id, number, as_of, firm, snapshot_sha256, score_id, assessment_id, rules, grade, pd_ppb, inputs, answer,
    evaluated_at"""


def insert(work: UnitOfWork, made: Evaluation) -> bool:
    """Write an evaluation; False if another transaction has taken its number."""
    row = work.execute(
        "INSERT INTO credit.evaluation (tenant_id, id, subject_id, number, as_of, firm, snapshot_sha256, score_id,"
        " assessment_id, rules, grade, pd_ppb, inputs, inputs_sha256, answer, evaluated_by, evaluated_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING RETURNING 1",
        [
            work.context.tenant, made.id, made.subject, made.number, made.as_of, made.firm, made.snapshot_sha256,
            made.score, made.assessment, made.rules, made.grade, made.pd_ppb, canonical_json(made.inputs).decode(),
            digest(made.inputs), canonical_json(made.answer).decode(), work.context.actor, made.evaluated_at,
        ],
    ).fetchone()  # fmt: skip
    return row is not None


def last(work: UnitOfWork, subject: PartyId, on: dt.date) -> Evaluation | None:
    """The newest evaluation of a day or of an earlier one."""
    row = work.execute(
        f"SELECT {_COLUMNS} FROM credit.evaluation WHERE tenant_id = {_TENANT} AND subject_id = %s AND as_of <= %s"
        " ORDER BY number DESC LIMIT 1",
        [subject, on],
    ).fetchone()
    return None if row is None else _evaluation(row)


def last_each(work: UnitOfWork, subjects: Sequence[PartyId], on: dt.date) -> dict[PartyId, Evaluation]:
    """The newest evaluation of each firm, of a day or of an earlier one; a firm whom nobody has judged is not there."""
    rows = work.execute(
        f"""SELECT DISTINCT ON (subject_id) {_COLUMNS} FROM credit.evaluation
            WHERE tenant_id = {_TENANT} AND subject_id = ANY(%s) AND as_of <= %s
            ORDER BY subject_id, number DESC""",
        [list(subjects), on],
    ).fetchall()
    return {found.subject: found for found in map(_evaluation, rows)}


def of_subject(work: UnitOfWork, subject: PartyId) -> list[Evaluation]:
    """All evaluations of a firm, oldest first."""
    rows = work.execute(
        f"SELECT {_COLUMNS} FROM credit.evaluation WHERE tenant_id = {_TENANT} AND subject_id = %s ORDER BY number",
        [subject],
    ).fetchall()
    return [_evaluation(row) for row in rows]


def all_of(work: UnitOfWork) -> list[Evaluation]:
    """All evaluations of the tenant, by firm and number."""
    rows = work.execute(
        f"SELECT {_COLUMNS} FROM credit.evaluation WHERE tenant_id = {_TENANT} ORDER BY subject_id, number"
    ).fetchall()
    return [_evaluation(row) for row in rows]


def grades(work: UnitOfWork, subjects: Sequence[PartyId], on: dt.date) -> dict[PartyId, int]:
    """The grade of each firm as of a day; a firm whom nobody has judged is not among them."""
    rows = work.execute(
        f"""SELECT DISTINCT ON (subject_id) subject_id, grade FROM credit.evaluation
            WHERE tenant_id = {_TENANT} AND subject_id = ANY(%s) AND as_of <= %s
            ORDER BY subject_id, number DESC""",
        [list(subjects), on],
    ).fetchall()
    return {PartyId.of(row[0]): int(row[1]) for row in rows if row[1] is not None}


def _evaluation(row: tuple[Any, ...]) -> Evaluation:
    return Evaluation(
        id=EvaluationId.of(row[0]), subject=PartyId.of(row[1]), number=row[2], as_of=row[3], firm=row[4],
        snapshot_sha256=row[5], score=None if row[6] is None else ScoreId.of(row[6]),
        assessment=LimitAssessmentId.of(row[7]), rules=row[8], grade=row[9], pd_ppb=row[10], inputs=json.loads(row[11]),
        answer=json.loads(row[12]), evaluated_at=row[13],
    )  # fmt: skip
