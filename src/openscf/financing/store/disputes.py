"""SQL of debtors' disputes."""

from collections.abc import Collection
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.ids import DisputeId
from openscf.financing.model.confirmation import Dispute
from openscf.kernel.ids import PartyId

_COLUMNS = "id, fingerprint, obligor_id, number, reason, raised_by, raised_at, settled_at"


def insert(work: UnitOfWork, one: Dispute) -> bool:
    """Write a dispute; False if one is open on this claim already."""
    work.forget(("financing.dispute", one.fingerprint))
    row = work.execute(
        """INSERT INTO financing.dispute (tenant_id, id, fingerprint, obligor_id, number, reason, raised_by, raised_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1""",
        [
            work.context.tenant, one.id, one.fingerprint, one.obligor, one.number, one.reason, one.raised_by,
            one.raised_at,
        ],
    ).fetchone()  # fmt: skip
    return row is not None


def open_on(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, Dispute]:
    """The open disputes on these claims."""
    rows = work.execute(
        f"SELECT {_COLUMNS} FROM financing.dispute WHERE tenant_id = %s AND fingerprint = ANY(%s)"
        " AND settled_at IS NULL",
        [work.context.tenant, sorted(set(fingerprints))],
    )
    return {bytes(row[1]): _dispute(row) for row in rows}


def on_claim(work: UnitOfWork, fingerprint: bytes) -> Dispute | None:
    """The open dispute on a claim, if there is one; whoever asks has locked a deal on the claim or its document.

    So does whoever raises one (see `service.disputes`), and what is found here stays true.
    """
    fact = ("financing.dispute", fingerprint)
    return work.once(fact, lambda: open_on(work, [fingerprint]).get(fingerprint))


def of_obligor(work: UnitOfWork, obligor: PartyId | None, *, most: int) -> list[Dispute]:
    """The open disputes of a debtor, or of all, the oldest first."""
    rows = work.execute(
        f"SELECT {_COLUMNS} FROM financing.dispute WHERE tenant_id = %s AND settled_at IS NULL"
        " AND (%s::uuid IS NULL OR obligor_id = %s) ORDER BY raised_at, id LIMIT %s",
        [work.context.tenant, obligor, obligor, most],
    )
    return [_dispute(row) for row in rows]


def settle(work: UnitOfWork, fingerprint: bytes, obligor: PartyId) -> bool:
    """End the open dispute of a debtor on a claim, if there is one."""
    work.forget(("financing.dispute", fingerprint))
    found = work.execute(
        """UPDATE financing.dispute SET settled_at = %s
           WHERE tenant_id = %s AND fingerprint = %s AND obligor_id = %s AND settled_at IS NULL""",
        [work.at, work.context.tenant, fingerprint, obligor],
    )
    return found.rowcount > 0


def _dispute(row: tuple[Any, ...]) -> Dispute:
    return Dispute(
        id=DisputeId.of(row[0]), fingerprint=bytes(row[1]), obligor=PartyId.of(row[2]), number=row[3], reason=row[4],
        raised_by=row[5], raised_at=row[6], settled_at=row[7],
    )  # fmt: skip
