"""SQL of ownership edges."""

import datetime as dt
from collections.abc import Collection
from typing import Any, LiteralString

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties.model import Ownership, OwnershipId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
EDGE: LiteralString = "o.id, o.owner_id, o.owned_id, o.share_bps, o.controls, o.valid_from, o.valid_until, o.source"
# UNION and not UNION ALL: each enterprise is visited once, so even a spoilt table can't make the walk endless.
ABOVE: LiteralString = f"""SELECT unnest(%(start)s::uuid[])
    UNION
    SELECT o.owner_id FROM parties.ownership o JOIN up ON o.owned_id = up.id
    WHERE o.tenant_id = {_TENANT} AND o.controls
      AND o.valid_from < %(until)s AND coalesce(o.valid_until, 'infinity') > %(from)s"""
"""Enterprises (`start`) and all who control them, as the recursive table `up (id)`."""
_ABOVE = f"""WITH RECURSIVE up (id) AS ({ABOVE})
             SELECT {EDGE} FROM parties.ownership o JOIN up ON o.owned_id = up.id
             WHERE o.tenant_id = {_TENANT} AND o.controls
               AND o.valid_from < %(until)s AND coalesce(o.valid_until, 'infinity') > %(from)s"""
_BELOW = f"""WITH RECURSIVE down (id) AS (
                 SELECT %(start)s::uuid
                 UNION
                 SELECT o.owned_id FROM parties.ownership o JOIN down ON o.owner_id = down.id
                 WHERE o.tenant_id = {_TENANT} AND o.controls
                   AND o.valid_from <= %(on)s AND coalesce(o.valid_until, 'infinity') > %(on)s)
             SELECT id FROM down ORDER BY id"""


def lock_book(work: UnitOfWork) -> None:
    """Become the only writer of ownership in this tenant until the end of the transaction."""
    work.execute(
        "INSERT INTO parties.ownership_book (tenant_id, version) VALUES (%s, 1)"
        " ON CONFLICT (tenant_id) DO UPDATE SET version = ownership_book.version + 1",
        [work.context.tenant],
    )


def insert(work: UnitOfWork, edge: Ownership) -> None:
    """Write an edge."""
    work.execute(
        "INSERT INTO parties.ownership (tenant_id, id, owner_id, owned_id, share_bps, controls, valid_from,"
        " valid_until, source, recorded_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            work.context.tenant, edge.id, edge.owner, edge.owned, edge.share_bps, edge.controls, edge.valid_from,
            edge.valid_until, edge.source, work.at,
        ],
    )  # fmt: skip


def get(work: UnitOfWork, edge: OwnershipId) -> Ownership | None:
    """The edge with this id."""
    query = f"SELECT {EDGE} FROM parties.ownership o WHERE o.tenant_id = {_TENANT} AND o.id = %s"
    row = work.execute(query, [edge]).fetchone()
    return None if row is None else edge_of(row)


def end(work: UnitOfWork, edge: OwnershipId, *, on: dt.date) -> None:
    """Let an edge hold only until that day."""
    work.execute(f"UPDATE parties.ownership SET valid_until = %s WHERE tenant_id = {_TENANT} AND id = %s", [on, edge])


def into(work: UnitOfWork, owned: PartyId) -> list[Ownership]:
    """All edges into an enterprise, of all days."""
    query = f"""SELECT {EDGE} FROM parties.ownership o WHERE o.tenant_id = {_TENANT} AND o.owned_id = %s
                ORDER BY o.valid_from, o.id"""
    return [edge_of(row) for row in work.execute(query, [owned]).fetchall()]


def above(
    work: UnitOfWork, start: Collection[PartyId], *, valid_from: dt.date, valid_until: dt.date | None
) -> list[Ownership]:
    """The controlling edges at and above these enterprises that hold on some of these days."""
    days = {"start": sorted(start), "from": valid_from, "until": valid_until or dt.date.max}
    return [edge_of(row) for row in work.execute(_ABOVE, days).fetchall()]


def below(work: UnitOfWork, start: PartyId, *, on: dt.date) -> list[PartyId]:
    """The enterprise and all whom it controls, directly or through others, on that day."""
    return [PartyId.of(row[0]) for row in work.execute(_BELOW, {"start": start, "on": on}).fetchall()]


def edge_of(row: tuple[Any, ...]) -> Ownership:
    """The edge of a row of `EDGE`."""
    identity, owner, owned, share, controls, start, until, source = row
    return Ownership(
        id=OwnershipId.of(identity), owner=PartyId.of(owner), owned=PartyId.of(owned), share_bps=share,
        controls=controls, valid_from=start, valid_until=until, source=source,
    )  # fmt: skip
