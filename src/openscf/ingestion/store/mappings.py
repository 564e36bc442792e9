"""SQL of what is remembered about the files of a source."""

import json
from collections.abc import Mapping

from openscf.db.unit_of_work import UnitOfWork

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


def newest(work: UnitOfWork, sender: str) -> tuple[int, str, Mapping[str, str]] | None:
    """Version, reader and options that were remembered last for a sender."""
    row = work.execute(
        f"SELECT version, reader, options FROM ingestion.mapping WHERE tenant_id = {_TENANT} AND sender = %s"
        " ORDER BY version DESC LIMIT 1",
        [sender],
    ).fetchone()
    return None if row is None else (row[0], row[1], row[2])


def add(work: UnitOfWork, sender: str, version: int, *, reader: str, options: Mapping[str, str]) -> bool:
    """Write a version; False if somebody has written it at this instant."""
    row = work.execute(
        "INSERT INTO ingestion.mapping (tenant_id, sender, version, reader, options, remembered_at, remembered_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING version",
        [work.context.tenant, sender, version, reader, json.dumps(dict(options)), work.at, work.context.actor],
    ).fetchone()
    return row is not None
