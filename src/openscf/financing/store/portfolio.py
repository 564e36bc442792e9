"""SQL of the whole portfolio: few columns of many deals, without reading their books."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.ids import DealId
from openscf.trades import DocumentId

Kind = tuple[str, str]  # product and state
_OF_KINDS = """d.tenant_id = %(tenant)s AND NOT d.over AND (%(after)s::uuid IS NULL OR d.id > %(after)s)
    AND (d.product, d.state) IN (SELECT * FROM unnest(%(products)s::text[], %(states)s::text[]))"""


def late(work: UnitOfWork, kinds: Collection[Kind], on: dt.date) -> list[DealId]:
    """Deals of these kinds whose due day has passed, in the order of their ids."""
    rows = work.execute(
        f"SELECT d.id FROM financing.deal d WHERE {_OF_KINDS} AND d.due_on < %(on)s ORDER BY d.id",
        {**_named(work, kinds, None), "on": on},
    )
    return [DealId.of(row[0]) for row in rows]


def documents(
    work: UnitOfWork, kinds: Collection[Kind], *, after: DealId | None, most: int
) -> list[tuple[DealId, DocumentId | None, int]]:
    """A page of deals of these kinds: each with what it is lent on, and the face that it counts on."""
    rows = work.execute(
        f"""SELECT d.id, d.document_id, d.face_minor FROM financing.deal d WHERE {_OF_KINDS}
            ORDER BY d.id LIMIT %(most)s""",
        {**_named(work, kinds, after), "most": most},
    )
    return [(DealId.of(row[0]), None if row[1] is None else DocumentId.of(row[1]), row[2]) for row in rows]


def loans(work: UnitOfWork, *, after: DealId | None, most: int) -> list[tuple[Any, ...]]:
    """A page of open deals: id, product, state, currency, terms, principal, the loan in the book (None: none), parties."""
    return work.execute(
        """SELECT d.id, d.product, d.state, d.currency, d.terms, d.principal_minor, (d.book::json -> 'loan')::text,
                  (SELECT json_object_agg(p.role, p.party_id) FROM financing.deal_party p
                   WHERE p.tenant_id = d.tenant_id AND p.deal_id = d.id)
           FROM financing.deal d
           WHERE d.tenant_id = %s AND NOT d.over AND (%s::uuid IS NULL OR d.id > %s) ORDER BY d.id LIMIT %s""",
        [work.context.tenant, after, after, most],
    ).fetchall()


def _named(work: UnitOfWork, kinds: Collection[Kind], after: DealId | None) -> dict[str, Any]:
    named = sorted(kinds)
    return {
        "tenant": work.context.tenant, "after": after, "products": [product for product, _ in named],
        "states": [state for _, state in named],
    }  # fmt: skip
