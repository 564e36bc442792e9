"""SQL of debtors' disputes."""

from collections.abc import Collection
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.ids import DealId, DisputeId
from openscf.financing.model.confirmation import Dispute
from openscf.kernel.ids import PartyId
from openscf.trades import DocumentId

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


def of_debtors(work: UnitOfWork, debtors: Collection[PartyId]) -> set[bytes]:
    """The identities of all claims that these debtors dispute."""
    rows = work.execute(
        "SELECT fingerprint FROM financing.dispute WHERE tenant_id = %s AND obligor_id = ANY(%s) AND settled_at IS NULL",
        [work.context.tenant, sorted(debtors)],
    )
    return {bytes(row[0]) for row in rows}


def in_pools(work: UnitOfWork, party: PartyId | None) -> list[tuple[Dispute, DealId, DocumentId, bool]]:
    """Open disputes on what may be in pools of a party, or of all, with the item, and whether that says so.

    They meet by debtor and number, so whoever asks compares the identity of the document.
    """
    rows = work.execute(
        f"""SELECT {", ".join(f"d.{name}" for name in _COLUMNS.split(", "))}, i.deal_id, i.document_id, i.disputed
            FROM financing.dispute d JOIN financing.pool_item i
              ON i.tenant_id = d.tenant_id AND i.debtor_id = d.obligor_id AND i.number = d.number
             AND i.left_version IS NULL
            WHERE d.tenant_id = %(tenant)s AND d.settled_at IS NULL AND (%(party)s::uuid IS NULL OR EXISTS (
                SELECT FROM financing.deal_party p WHERE p.tenant_id = i.tenant_id AND p.deal_id = i.deal_id
                   AND p.party_id = %(party)s)) ORDER BY d.raised_at, d.id""",
        {"tenant": work.context.tenant, "party": party},
    )
    return [(_dispute(row[:8]), DealId.of(row[8]), DocumentId.of(row[9]), row[10]) for row in rows]


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
