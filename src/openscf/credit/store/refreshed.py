"""SQL of the days of which all firms were judged anew."""

import datetime as dt
from typing import Final

from openscf.db.unit_of_work import UnitOfWork

GIVEN_UP: Final = dt.timedelta(hours=1)
"""Whoever has not ended by then is dead: the day is begun again."""

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


def begin_refresh(work: UnitOfWork, on: dt.date) -> bool:
    """Claim a day; False if somebody else has it, or if it is done."""
    row = work.execute(
        "INSERT INTO credit.refreshed_day AS d (tenant_id, on_day, begun_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (tenant_id, on_day) DO UPDATE SET begun_at = excluded.begun_at"
        " WHERE d.record IS NULL AND d.begun_at < excluded.begun_at - %s RETURNING 1",
        [work.context.tenant, on, work.at, GIVEN_UP],
    ).fetchone()
    return row is not None


def end_refresh(work: UnitOfWork, on: dt.date, record: str) -> None:
    """Keep what judging all firms as of a day came to; of several times the last."""
    work.execute(
        "INSERT INTO credit.refreshed_day (tenant_id, on_day, begun_at, ended_at, record) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (tenant_id, on_day) DO UPDATE SET ended_at = excluded.ended_at, record = excluded.record",
        [work.context.tenant, on, work.at, work.at, record],
    )


def refreshed_through(work: UnitOfWork) -> dt.date | None:
    """The last day of which all firms were judged; None if there is none."""
    row = work.execute(
        f"SELECT max(on_day) FROM credit.refreshed_day WHERE tenant_id = {_TENANT} AND record IS NOT NULL"
    ).fetchone()
    found: dt.date | None = None if row is None else row[0]
    return found
