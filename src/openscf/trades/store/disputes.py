"""SQL of contradictions between versions, and of how two persons settled them."""

from collections.abc import Collection
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.records import StoredDocument

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


def flags(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, tuple[str, ...]]:
    """In what the versions of these identities contradict each other, as `contradicts_gross_minor`; settled ones not.

    It does not matter which version speaks: whichever came first, they contradict each other.
    """
    rows = work.execute(
        "SELECT d.fingerprint, array_agg(DISTINCT f ORDER BY f) FROM trades.document d, unnest(d.flags) f"
        f" WHERE d.tenant_id = {_TENANT} AND d.fingerprint = ANY(%s) AND d.version > 1 AND f LIKE 'contradicts\\_%%'"
        " AND d.version > coalesce((SELECT max(s.through) FROM trades.settlement s"
        " WHERE s.tenant_id = d.tenant_id AND s.fingerprint = d.fingerprint), 0) GROUP BY d.fingerprint",
        [sorted(set(fingerprints))],
    )
    return {bytes(fingerprint): tuple(found) for fingerprint, found in rows}


def settle(work: UnitOfWork, holding: StoredDocument, *, through: int, request: Any) -> None:
    """Let a version speak for its identity, and end the dispute between all versions up to `through`."""
    work.execute(
        f"UPDATE trades.document SET current = false WHERE tenant_id = {_TENANT} AND fingerprint = %s AND current",
        [holding.fingerprint],
    )
    work.execute(f"UPDATE trades.document SET current = true WHERE tenant_id = {_TENANT} AND id = %s", [holding.id])
    work.execute(
        "INSERT INTO trades.settlement (tenant_id, fingerprint, through, document_id, request_id, settled_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        [work.context.tenant, holding.fingerprint, through, holding.id, request, work.at],
    )
