"""SQL of the registry of models."""

import datetime as dt
import json
from typing import Any

from openscf.credit.registry.model import (
    GivenScore,
    ModelAppointment,
    ModelAppointmentId,
    ModelRole,
    ModelVersion,
    ModelVersionId,
    ScoreId,
)
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties import ApprovalRequestId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_VERSION = (
    "id, model, version, kind, body, body_sha256, snapshot_sha256, trained_as_of, metrics, registered_at, registered_by"
)
_APPOINTMENT = "id, purpose, role, model_version_id, effective_from, effective_to, made_by, approved_by, appointed_at"


def insert_version(work: UnitOfWork, new: ModelVersion) -> bool:
    """Write a version; False if its number or its body is there already."""
    row = work.execute(
        f"INSERT INTO credit.model_version (tenant_id, {_VERSION})"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
        [
            work.context.tenant, new.id, new.model, new.version, new.kind, new.body.decode(), new.body_sha256,
            new.snapshot_sha256, new.trained_as_of, canonical_json(new.metrics).decode(), new.registered_at,
            new.registered_by,
        ],
    ).fetchone()  # fmt: skip
    return row is not None


def version(work: UnitOfWork, wanted: ModelVersionId) -> ModelVersion | None:
    """The version with this id."""
    row = work.execute(
        f"SELECT {_VERSION} FROM credit.model_version WHERE tenant_id = {_TENANT} AND id = %s", [wanted]
    ).fetchone()
    return None if row is None else _version(row)


def version_with_body(work: UnitOfWork, body_sha256: str) -> ModelVersion | None:
    """The version with this body."""
    row = work.execute(
        f"SELECT {_VERSION} FROM credit.model_version WHERE tenant_id = {_TENANT} AND body_sha256 = %s", [body_sha256]
    ).fetchone()
    return None if row is None else _version(row)


def versions(work: UnitOfWork) -> list[ModelVersion]:
    """All versions, by name and number."""
    rows = work.execute(
        f"SELECT {_VERSION} FROM credit.model_version WHERE tenant_id = {_TENANT} ORDER BY model, version"
    ).fetchall()
    return [_version(row) for row in rows]


def newest_number(work: UnitOfWork, model: str) -> int:
    """The highest number of a model's versions, 0 if there is none."""
    row = work.execute(
        f"SELECT coalesce(max(version), 0) FROM credit.model_version WHERE tenant_id = {_TENANT} AND model = %s",
        [model],
    ).fetchone()
    return int(row[0]) if row else 0


def open_appointment(work: UnitOfWork, purpose: str, role: ModelRole) -> ModelAppointment | None:
    """Who holds a role without an end, locked until the transaction ends."""
    row = work.execute(
        f"SELECT {_APPOINTMENT} FROM credit.model_appointment"
        f" WHERE tenant_id = {_TENANT} AND purpose = %s AND role = %s AND effective_to IS NULL FOR UPDATE",
        [purpose, role.value],
    ).fetchone()
    return None if row is None else _appointment(row)


def appointed_on(work: UnitOfWork, purpose: str, role: ModelRole, *, on: dt.date) -> ModelAppointment | None:
    """Who holds a role on a day."""
    row = work.execute(
        f"SELECT {_APPOINTMENT} FROM credit.model_appointment WHERE tenant_id = {_TENANT} AND purpose = %s AND role = %s"
        " AND effective_from <= %s AND (effective_to IS NULL OR effective_to > %s)"
        " ORDER BY appointed_at DESC LIMIT 1",
        [purpose, role.value, on, on],
    ).fetchone()
    return None if row is None else _appointment(row)


def appointments(work: UnitOfWork) -> list[tuple[ModelAppointment, ApprovalRequestId]]:
    """All appointments with the request under which each was approved, in the order of their making."""
    rows = work.execute(
        f"SELECT {_APPOINTMENT}, request_id FROM credit.model_appointment WHERE tenant_id = {_TENANT}"
        " ORDER BY appointed_at, id"
    ).fetchall()
    return [(_appointment(row), ApprovalRequestId.of(row[9])) for row in rows]


def all_scores(work: UnitOfWork) -> list[GivenScore]:
    """All scores of the tenant, by id."""
    rows = work.execute(
        "SELECT id, firm, as_of, model_version_id, role, record, scored_at FROM credit.score"
        f" WHERE tenant_id = {_TENANT} ORDER BY id"
    ).fetchall()
    return [_score(row) for row in rows]


def end_appointment(work: UnitOfWork, appointment: ModelAppointmentId, on: dt.date) -> None:
    """End an open appointment."""
    work.execute(
        f"UPDATE credit.model_appointment SET effective_to = %s WHERE tenant_id = {_TENANT} AND id = %s",
        [on, appointment],
    )


def insert_appointment(work: UnitOfWork, new: ModelAppointment, request: ApprovalRequestId) -> bool:
    """Write an appointment; False if somebody else has just been appointed."""
    row = work.execute(
        f"INSERT INTO credit.model_appointment (tenant_id, {_APPOINTMENT}, request_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
        [
            work.context.tenant, new.id, new.purpose, new.role.value, new.version, new.effective_from, new.effective_to,
            new.made_by, new.approved_by, new.appointed_at, request,
        ],
    ).fetchone()  # fmt: skip
    return row is not None


def insert_score(work: UnitOfWork, new: GivenScore, *, party: PartyId | None, record_sha256: str) -> None:
    """Write a score."""
    work.execute(
        "INSERT INTO credit.score (tenant_id, id, firm, party_id, as_of, model_version_id, role, record, record_sha256,"
        " scored_at, scored_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            work.context.tenant, new.id, new.firm, party, new.as_of, new.version, new.role.value, new.record.decode(),
            record_sha256, new.scored_at, work.context.actor,
        ],
    )  # fmt: skip


def score(work: UnitOfWork, wanted: ScoreId) -> GivenScore | None:
    """The score with this id."""
    row = work.execute(
        "SELECT id, firm, as_of, model_version_id, role, record, scored_at FROM credit.score"
        f" WHERE tenant_id = {_TENANT} AND id = %s",
        [wanted],
    ).fetchone()
    return None if row is None else _score(row)


def scores_of(work: UnitOfWork, firm: str) -> list[GivenScore]:
    """All scores of a firm, the oldest first."""
    rows = work.execute(
        "SELECT id, firm, as_of, model_version_id, role, record, scored_at FROM credit.score"
        f" WHERE tenant_id = {_TENANT} AND firm = %s ORDER BY as_of, id",
        [firm],
    ).fetchall()
    return [_score(row) for row in rows]


def last_score(work: UnitOfWork, firm: str, version: ModelVersionId, *, role: ModelRole) -> GivenScore | None:
    """The newest score of a firm by one version in one role."""
    row = work.execute(
        "SELECT id, firm, as_of, model_version_id, role, record, scored_at FROM credit.score"
        f" WHERE tenant_id = {_TENANT} AND firm = %s AND model_version_id = %s AND role = %s"
        " ORDER BY as_of DESC, id DESC LIMIT 1",
        [firm, version, role.value],
    ).fetchone()
    return None if row is None else _score(row)


def records_about(work: UnitOfWork, party: PartyId) -> list[tuple[dt.date, bytes]]:
    """Cut-off and record of what was said of an enterprise by champions, the oldest first; a member may ask it."""
    rows = work.execute(
        "SELECT as_of, record FROM credit.score"
        f" WHERE tenant_id = {_TENANT} AND party_id = %s AND role = 'champion' ORDER BY as_of, id",
        [party],
    ).fetchall()
    return [(row[0], row[1].encode()) for row in rows]


def _version(row: tuple[Any, ...]) -> ModelVersion:
    return ModelVersion(
        id=ModelVersionId.of(row[0]), model=row[1], version=row[2], kind=row[3], body=row[4].encode(),
        body_sha256=row[5], snapshot_sha256=row[6], trained_as_of=row[7], metrics=json.loads(row[8]),
        registered_at=row[9], registered_by=row[10],
    )  # fmt: skip


def _appointment(row: tuple[Any, ...]) -> ModelAppointment:
    return ModelAppointment(
        id=ModelAppointmentId.of(row[0]), purpose=row[1], role=ModelRole(row[2]), version=ModelVersionId.of(row[3]),
        effective_from=row[4], effective_to=row[5], made_by=PersonId.of(row[6]), approved_by=PersonId.of(row[7]),
        appointed_at=row[8],
    )  # fmt: skip


def _score(row: tuple[Any, ...]) -> GivenScore:
    return GivenScore(
        id=ScoreId.of(row[0]), firm=row[1], as_of=row[2], version=ModelVersionId.of(row[3]), role=ModelRole(row[4]),
        record=row[5].encode(), scored_at=row[6],
    )  # fmt: skip
