"""SQL of forecasts of late payment."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from openscf.credit.forecasts.model import ForecastRun, GivenForecast
from openscf.credit.late_payment import Forecast
from openscf.credit.registry.model import ModelVersionId
from openscf.db.unit_of_work import UnitOfWork
from openscf.trades import DocumentId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_GIVEN = "document_id, from_day, model_version_id, late_ppm, record, record_sha256"


def lock_runs(work: UnitOfWork) -> None:
    """Nobody else adds a run until this transaction ends, so that each is younger than those before it."""
    work.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('credit.lateness ' || %s::text, 0))", [work.context.tenant]
    )


def last_run(work: UnitOfWork, *, through: dt.date) -> ForecastRun | None:
    """The newest run up to a day."""
    row = work.execute(
        "SELECT as_of, model_version_id, snapshot_sha256, receivables FROM credit.lateness_run"
        f" WHERE tenant_id = {_TENANT} AND as_of <= %s ORDER BY as_of DESC LIMIT 1",
        [through],
    ).fetchone()
    return None if row is None else _run(row)


def insert_run(work: UnitOfWork, run: ForecastRun) -> None:
    """Write a run."""
    work.execute(
        "INSERT INTO credit.lateness_run (tenant_id, as_of, model_version_id, snapshot_sha256, receivables, made_at,"
        " made_by) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            work.context.tenant, run.as_of, run.version, run.snapshot_sha256, run.receivables, work.at,
            work.context.actor,
        ],
    )  # fmt: skip


def insert_changed(work: UnitOfWork, made: Sequence[Forecast], version: ModelVersionId, *, on: dt.date) -> int:
    """Write those forecasts that differ from the last one of their document; how many."""
    given = [(DocumentId.parse(one.document), one.late_ppm, one.data.decode(), one.sha256) for one in made]
    columns = [list(column) for column in zip(*given, strict=True)] or [[], [], [], []]
    done = work.execute(
        f"""INSERT INTO credit.lateness (tenant_id, fingerprint, from_day, document_id, model_version_id, late_ppm, record,
                record_sha256)
            SELECT i.tenant_id, i.fingerprint, %s, n.document, %s, n.late_ppm, n.record, n.sha256
            FROM unnest(%s::uuid[], %s::integer[], %s::text[], %s::text[]) n (document, late_ppm, record, sha256)
            JOIN trades.document_identity i ON i.tenant_id = {_TENANT} AND i.id = n.document
            WHERE n.sha256 IS DISTINCT FROM (
                SELECT l.record_sha256 FROM credit.lateness l
                WHERE l.tenant_id = i.tenant_id AND l.fingerprint = i.fingerprint ORDER BY l.from_day DESC LIMIT 1)
            ORDER BY n.document""",
        [on, version, *columns],
    )
    return int(done.rowcount)


def late_ppm(work: UnitOfWork, documents: Collection[DocumentId], *, through: dt.date) -> dict[DocumentId, int]:
    """The last word on each of these documents up to a run, where there is one."""
    rows = work.execute(
        f"""SELECT i.id, l.late_ppm FROM trades.document_identity i
            CROSS JOIN LATERAL (
                SELECT h.late_ppm FROM credit.lateness h
                WHERE h.tenant_id = i.tenant_id AND h.fingerprint = i.fingerprint AND h.from_day <= %s
                ORDER BY h.from_day DESC LIMIT 1) l
            WHERE i.tenant_id = {_TENANT} AND i.id = ANY(%s)""",
        [through, sorted(documents)],
    ).fetchall()
    return {DocumentId.of(row[0]): row[1] for row in rows}


def forecast(work: UnitOfWork, document: DocumentId, *, through: dt.date) -> GivenForecast | None:
    """The last word on a document up to a run, as it was given."""
    row = work.execute(
        f"""SELECT {_GIVEN} FROM credit.lateness
            WHERE tenant_id = {_TENANT} AND from_day <= %s AND fingerprint =
                (SELECT fingerprint FROM trades.document_identity i WHERE i.tenant_id = {_TENANT} AND i.id = %s)
            ORDER BY from_day DESC LIMIT 1""",
        [through, document],
    ).fetchone()
    return None if row is None else _given(row)


def all_runs(work: UnitOfWork) -> list[ForecastRun]:
    """All runs, the oldest first."""
    rows = work.execute(
        "SELECT as_of, model_version_id, snapshot_sha256, receivables FROM credit.lateness_run"
        f" WHERE tenant_id = {_TENANT} ORDER BY as_of"
    ).fetchall()
    return [_run(row) for row in rows]


def all_given(work: UnitOfWork) -> Iterator[GivenForecast]:
    """All forecasts, by day and document."""
    rows = work.execute(
        f"SELECT {_GIVEN} FROM credit.lateness WHERE tenant_id = {_TENANT} ORDER BY from_day, document_id"
    )
    return (_given(row) for row in rows)


def _run(row: tuple[Any, ...]) -> ForecastRun:
    version = None if row[1] is None else ModelVersionId.of(row[1])
    return ForecastRun(as_of=row[0], version=version, snapshot_sha256=row[2], receivables=row[3])


def _given(row: tuple[Any, ...]) -> GivenForecast:
    return GivenForecast(
        document=DocumentId.of(row[0]), from_day=row[1], version=ModelVersionId.of(row[2]), late_ppm=row[3],
        record=row[4].encode(), record_sha256=row[5],
    )  # fmt: skip
