"""SQL of the whole portfolio: few columns of many deals, without reading their books."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.ids import DealId, PieceId
from openscf.kernel.ids import PartyId
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


def held(
    work: UnitOfWork,
    funder: PartyId | None,
    on: dt.date,
    *,
    roles: Mapping[str, Sequence[str]],
    bounds: Sequence[int],
) -> list[tuple[Any, ...]]:
    """Money out in groups: currency, product, debtor, place among the bounds, how many, principal, provision.

    The place is None where there is no due day.

    Args:
        work: The transaction.
        funder: Whose; None: of all.
        on: The day from which lateness is counted.
        roles: By product, in which roles the debtor stands; the first that is filled counts.
        bounds: Days past due at which the next group begins.
    """
    named = [(product, role, place) for product, found in roles.items() for place, role in enumerate(found)]
    return work.execute(
        """WITH debtor_role AS (
               SELECT * FROM unnest(%(products)s::text[], %(roles)s::text[], %(places)s::int[]) r (product, role, place))
           SELECT d.currency, d.product, o.party_id,
                  width_bucket(%(on)s::date - d.due_on, %(bounds)s::int[]), count(*)::int,
                  sum(d.principal_minor)::bigint, coalesce(sum(s.provision_minor), 0)::bigint
           FROM financing.deal d
           LEFT JOIN LATERAL (
               SELECT p.party_id FROM financing.deal_party p
               JOIN debtor_role r ON r.product = d.product AND r.role = p.role
               WHERE p.tenant_id = d.tenant_id AND p.deal_id = d.id ORDER BY r.place LIMIT 1) o ON true
           LEFT JOIN financing.standing s ON s.tenant_id = d.tenant_id AND s.deal_id = d.id
           WHERE d.tenant_id = %(tenant)s AND NOT d.over AND d.principal_minor > 0
             AND (%(funder)s::uuid IS NULL OR EXISTS (
                 SELECT FROM financing.deal_party f WHERE f.tenant_id = d.tenant_id AND f.deal_id = d.id
                    AND f.role = 'funder' AND f.party_id = %(funder)s))
           GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
        {
            "tenant": work.context.tenant, "funder": funder, "on": on, "bounds": list(bounds),
            "products": [one[0] for one in named], "roles": [one[1] for one in named], "places": [one[2] for one in named],
        },
    ).fetchall()  # fmt: skip


def bought(
    work: UnitOfWork, funder: PartyId | None, on: dt.date, *, bounds: Sequence[int]
) -> list[tuple[PieceId, str, str, PartyId, int]]:
    """Pieces of vouchers that funders bought and hold: piece, currency, product, obligor, place among the bounds.

    What is offered is not bought yet; what was sold on, or paid, is held no more.

    Args:
        work: The transaction.
        funder: Whose; None: of all.
        on: The day from which lateness is counted.
        bounds: As for `held`.
    """
    rows = work.execute(
        """SELECT p.id, v.currency, v.product, v.obligor_id, width_bucket(%(on)s::date - v.due_on, %(bounds)s::int[])
           FROM financing.voucher_piece p
           JOIN financing.voucher v ON v.tenant_id = p.tenant_id AND v.id = p.voucher_id
           WHERE p.tenant_id = %(tenant)s AND NOT p.over AND p.way = 'discount' AND p.state IN ('held', 'frozen')
             AND (%(funder)s::uuid IS NULL OR p.holder_id = %(funder)s)
           ORDER BY p.id""",
        {"tenant": work.context.tenant, "funder": funder, "on": on, "bounds": list(bounds)},
    )
    return [(PieceId.of(row[0]), row[1], row[2], PartyId.of(row[3]), row[4]) for row in rows]


def bought_page(
    work: UnitOfWork, *, after: DealId | None, most: int
) -> list[tuple[PieceId, str, str, PartyId, dt.date]]:
    """A page of pieces that funders bought and hold, by their ids: piece, state, currency, obligor, due day."""
    rows = work.execute(
        """SELECT p.id, p.state, v.currency, v.obligor_id, v.due_on
           FROM financing.voucher_piece p
           JOIN financing.voucher v ON v.tenant_id = p.tenant_id AND v.id = p.voucher_id
           WHERE p.tenant_id = %s AND NOT p.over AND p.way = 'discount' AND p.state IN ('held', 'frozen')
             AND (%s::uuid IS NULL OR p.id > %s) ORDER BY p.id LIMIT %s""",
        [work.context.tenant, after, after, most],
    )
    return [(PieceId.of(row[0]), row[1], row[2], PartyId.of(row[3]), row[4]) for row in rows]


def decided(
    work: UnitOfWork,
    funder: PartyId | None,
    *,
    product: str | None,
    event: str | None,
    before: tuple[dt.date, dt.datetime, DealId, int] | None,
    most: int,
) -> list[tuple[Any, ...]]:
    """A page of decisions, the newest day first, which an index keeps: deal, product, then the columns of an event."""
    on, at, deal, version = before or (None, None, None, None)
    return work.execute(
        """SELECT d.id, d.product, e.version, e.command, e.event, e.state_from, e.state_to, e.value_on, e.at, e.actor,
                  e.inputs, e.outcome, e.book, e.terms
           FROM financing.deal_event e JOIN financing.deal d ON d.tenant_id = e.tenant_id AND d.id = e.deal_id
           WHERE e.tenant_id = %(tenant)s AND e.version > 0
             AND (%(product)s::text IS NULL OR d.product = %(product)s)
             AND (%(event)s::text IS NULL OR e.event = %(event)s)
             AND (%(on)s::date IS NULL OR (e.value_on, e.at, e.deal_id, e.version) < (%(on)s, %(at)s, %(deal)s::uuid, %(version)s))
             AND (%(funder)s::uuid IS NULL OR EXISTS (
                 SELECT FROM financing.deal_party f WHERE f.tenant_id = d.tenant_id AND f.deal_id = d.id
                    AND f.role = 'funder' AND f.party_id = %(funder)s))
           ORDER BY e.value_on DESC, e.at DESC, e.deal_id DESC, e.version DESC LIMIT %(most)s""",
        {
            "tenant": work.context.tenant, "funder": funder, "product": product, "event": event, "on": on, "at": at, "deal": deal,
            "version": version, "most": most,
        },
    ).fetchall()  # fmt: skip
