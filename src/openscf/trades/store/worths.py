"""SQL of what many claims are worth at once, without reading their bodies."""

from collections.abc import Collection
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import DocumentId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


def stated(work: UnitOfWork, documents: Collection[DocumentId]) -> list[tuple[Any, ...]]:
    """Of each of these documents: id, identity, and status, amount and currency of the version that speaks for it."""
    return work.execute(
        "SELECT w.id, c.fingerprint, c.status, coalesce((c.body ->> 'payable_minor')::bigint, c.gross_minor), c.currency"
        " FROM trades.document w"
        " JOIN trades.document c ON c.tenant_id = w.tenant_id AND c.fingerprint = w.fingerprint AND c.current"
        f" WHERE w.tenant_id = {_TENANT} AND w.id = ANY(%s)",
        [sorted(set(documents))],
    ).fetchall()


def holders(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, tuple[str, ...]]:
    """The deals whose liens hold on these assets."""
    rows = work.execute(
        "SELECT fingerprint, array_agg(deal ORDER BY deal) FROM trades.lien"
        f" WHERE tenant_id = {_TENANT} AND fingerprint = ANY(%s) AND state = 'active' GROUP BY fingerprint",
        [sorted(set(fingerprints))],
    )
    return {bytes(fingerprint): tuple(deals) for fingerprint, deals in rows}
