"""SQL of closures and of the tolerances that contracts allow."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import DocumentId
from openscf.trades.rules.closure import Tolerance

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
WHOLE_PPM = 1_000_000
MANY = 20_000
# An invoice that nothing hangs together with has no row: nothing of it is ordered, received or paid, unless nothing of it
# is payable at all.
_FLOWS = {
    "order": "coalesce(c.order_ppm, 0)",
    "goods": "coalesce(c.goods_ppm, 0)",
    "invoice": "coalesce(c.invoice_ppm, 0)",
    "money": f"coalesce(c.money_ppm, CASE WHEN d.gross_minor = 0 THEN {WHOLE_PPM} ELSE 0 END)",
}
_STANDING = f"""CASE WHEN d.status = 'void' THEN 'void' WHEN {_FLOWS["money"]} = {WHOLE_PPM} THEN 'paid'
                    WHEN d.due_on < %(on)s THEN 'overdue' ELSE 'open' END"""
_DEGREE = f"least({', '.join(_FLOWS.values())})"


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A stored closure: version, canonical JSON, and when it was found."""

    fingerprint: bytes
    version: int
    result: str
    matched_at: dt.datetime


@dataclass(frozen=True, slots=True)
class NewClosure:
    """A closure to be stored: canonical JSON, and what is searched for."""

    fingerprint: bytes
    ppm: tuple[int, int, int, int]
    backed: bool
    result: str


def current(work: UnitOfWork, fingerprints: Collection[bytes]) -> dict[bytes, ClosureRow]:
    """The closures of these invoices, as far as they have one."""
    rows = work.execute(
        f"SELECT fingerprint, version, result, matched_at FROM trades.closure WHERE tenant_id = {_TENANT}"
        " AND fingerprint = ANY(%s) AND current",
        [sorted(set(fingerprints))],
    )
    return {bytes(one): ClosureRow(bytes(one), version, text, at) for one, version, text, at in rows}


def lock(work: UnitOfWork, fingerprint: bytes) -> None:
    """Keep the closure of an invoice as it is until this transaction ends."""
    query = f"SELECT 1 FROM trades.closure WHERE tenant_id = {_TENANT} AND fingerprint = %s AND current FOR SHARE"
    # One that was replaced while we waited for its lock drops out of the first answer; the second locks its heir.
    if work.execute(query, [fingerprint]).fetchone() is None:
        work.execute(query, [fingerprint])


def history(work: UnitOfWork, fingerprint: bytes) -> list[ClosureRow]:
    """All closures that an invoice ever had, the last one at the end."""
    rows = work.execute(
        f"SELECT fingerprint, version, result, matched_at FROM trades.closure WHERE tenant_id = {_TENANT}"
        " AND fingerprint = %s ORDER BY version",
        [fingerprint],
    )
    return [ClosureRow(bytes(one), version, text, matched_at=at) for one, version, text, at in rows]


def store(work: UnitOfWork, found: Sequence[NewClosure], known: Mapping[bytes, ClosureRow]) -> None:
    """Write closures that changed, each as the next version."""
    if not found:
        return
    work.execute(
        f"UPDATE trades.closure SET current = false WHERE tenant_id = {_TENANT} AND fingerprint = ANY(%s) AND current",
        [sorted(one.fingerprint for one in found)],
    )
    work.connection.cursor().executemany(
        "INSERT INTO trades.closure (tenant_id, fingerprint, version, current, order_ppm, goods_ppm, invoice_ppm,"
        " money_ppm, backed, result, matched_at) VALUES (%s, %s, %s, true, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                work.context.tenant, one.fingerprint,
                known[one.fingerprint].version + 1 if one.fingerprint in known else 1, *one.ppm, one.backed,
                one.result, work.at,
            )
            for one in sorted(found, key=lambda one: one.fingerprint)
        ],
    )  # fmt: skip


def invoices(
    work: UnitOfWork, conditions: Mapping[str, Any], *, after: DocumentId | None, limit: int
) -> list[DocumentId]:
    """Current invoices that fulfil the conditions, in the order of their ids.

    Args:
        work: The transaction.
        conditions: Any of `missing`, `closed` (names of flows), `backed`, `degree_from`, `degree_until` (parts per
            million), `party_key`, `seller_key`, `buyer_key`, `issued_from`, `issued_until`, `seller_keys`,
            `buyer_keys`, `either_keys`, `due_from`, `due_until`, `amount_from`, `amount_until` (minor units), `currency`, `like` (a
            pattern of the normalised number), `standing` as of `on`.
        after: The last one of the page before.
        limit: At most so many.
    """
    tests = {
        "backed": " AND coalesce(c.backed, false) = %(backed)s",
        "degree_from": f" AND {_DEGREE} >= %(degree_from)s",
        "degree_until": f" AND {_DEGREE} <= %(degree_until)s",
        "party_key": " AND %(party_key)s IN (d.seller_key, d.buyer_key)",
        "seller_key": " AND d.seller_key = %(seller_key)s",
        "buyer_key": " AND d.buyer_key = %(buyer_key)s",
        "issued_from": " AND d.issued_on >= %(issued_from)s",
        "issued_until": " AND d.issued_on <= %(issued_until)s",
        "seller_keys": " AND d.seller_key = ANY(%(seller_keys)s)",
        "buyer_keys": " AND d.buyer_key = ANY(%(buyer_keys)s)",
        "either_keys": " AND (d.seller_key = ANY(%(either_keys)s) OR d.buyer_key = ANY(%(either_keys)s))",
        "due_from": " AND d.due_on >= %(due_from)s",
        "due_until": " AND d.due_on <= %(due_until)s",
        "amount_from": " AND d.gross_minor >= %(amount_from)s",
        "amount_until": " AND d.gross_minor <= %(amount_until)s",
        "currency": " AND d.currency = %(currency)s",
        "like": " AND d.number_key LIKE %(like)s",
        "standing": f" AND {_STANDING} = %(standing)s",
    }
    mine = _few_of_member(work, after)
    own = "" if mine is None else " AND d.id = ANY(%(mine)s)"
    flows = [f" AND {_FLOWS[name]} < {WHOLE_PPM}" for name in conditions.get("missing") or ()]
    flows += [f" AND {_FLOWS[name]} = {WHOLE_PPM}" for name in conditions.get("closed") or ()]
    given = {name: value for name, value in conditions.items() if name in tests and value is not None}
    query = (
        "SELECT d.id FROM trades.document d LEFT JOIN trades.closure c ON c.tenant_id = d.tenant_id"
        f" AND c.fingerprint = d.fingerprint AND c.current WHERE d.tenant_id = {_TENANT} AND d.current"
        " AND d.kind = 'invoice' AND d.id > %(after)s"
    )
    query += "".join(tests[name] for name in sorted(given)) + "".join(flows) + own
    place = {"after": after or DocumentId(int=0), "limit": limit, "on": conditions.get("on"), "mine": mine}
    rows = work.execute(f"{query} ORDER BY d.id LIMIT %(limit)s", {**given, **place})
    return [DocumentId.of(row[0]) for row in rows]


def _few_of_member(work: UnitOfWork, after: DocumentId | None) -> list[DocumentId] | None:
    """The member's own invoices after this one, if they are few; None for whoever has many, and for the house.

    Row security alone would ask of each invoice of the book whether it is the member's: 455 ms for one without any among
    170,000. The summaries of parties find a member's few in under a millisecond; whoever has many soon meets them in
    the order of the ids. The planner knows neither before it has seen the table, so it is told to use the summaries.
    """
    if work.context.member is None:
        return None
    keys = [row[0] for row in work.execute(f"SELECT key FROM trades.party_link WHERE tenant_id = {_TENANT}")]
    sides = ("d.seller_key", "d.buyer_key", "d.signer_key") if keys else ()
    theirs = " OR ".join(["d.sender_id = %(member)s", *(f"{side} = ANY(%(keys)s)" for side in sides)])
    work.execute("SET LOCAL enable_seqscan = off")
    work.execute("SET LOCAL enable_indexscan = off")
    rows = work.execute(
        f"SELECT d.id FROM trades.document d WHERE d.tenant_id = {_TENANT} AND d.current AND d.kind = 'invoice'"
        f" AND ({theirs}) AND d.id > %(after)s LIMIT %(most)s",
        {"member": work.context.member, "keys": keys, "after": after or DocumentId(int=0), "most": MANY + 1},
    ).fetchall()
    work.execute("SET LOCAL enable_seqscan TO DEFAULT")
    work.execute("SET LOCAL enable_indexscan TO DEFAULT")
    return None if len(rows) > MANY else [DocumentId.of(row[0]) for row in rows]


def tolerances(
    work: UnitOfWork, pairs: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[tuple[dt.date, Tolerance]]]:
    """What the contracts of these pairs of seller and buyer let pass, from which day on, the first one first."""
    wanted = sorted(set(pairs))
    rows = work.execute(
        "SELECT t.seller_key, t.buyer_key, t.from_on, t.quantity_bp, t.price_bp, t.days, t.amount_minor"
        " FROM trades.tolerance t JOIN unnest(%s::text[], %s::text[]) p(s, b) ON p.s = t.seller_key AND p.b = t.buyer_key"
        f" WHERE t.tenant_id = {_TENANT} ORDER BY t.from_on, t.version",
        [[seller for seller, _ in wanted], [buyer for _, buyer in wanted]],
    )
    found: dict[tuple[str, str], list[tuple[dt.date, Tolerance]]] = {}
    for seller, buyer, on, quantity, price, days, amount in rows:
        found.setdefault((seller, buyer), []).append((on, Tolerance(quantity, price, days, amount_minor=amount)))
    return found


def set_tolerance(
    work: UnitOfWork, pair: tuple[str, str], tolerance: Tolerance, *, from_on: dt.date, request: Any
) -> None:
    """Write what a contract lets pass from a day on."""
    work.execute(
        "INSERT INTO trades.tolerance (tenant_id, seller_key, buyer_key, from_on, version, quantity_bp, price_bp, days,"
        " amount_minor, request_id, set_by, set_at) SELECT %(tenant)s, %(seller)s, %(buyer)s, %(on)s,"
        " coalesce(max(version), 0) + 1, %(quantity)s, %(price)s, %(days)s, %(amount)s, %(request)s, %(by)s, %(at)s"
        f" FROM trades.tolerance WHERE tenant_id = {_TENANT} AND seller_key = %(seller)s AND buyer_key = %(buyer)s"
        " AND from_on = %(on)s",
        {
            "tenant": work.context.tenant, "seller": pair[0], "buyer": pair[1], "on": from_on,
            "quantity": tolerance.quantity_bp, "price": tolerance.price_bp, "days": tolerance.days,
            "amount": tolerance.amount_minor, "request": request, "by": work.context.actor, "at": work.at,
        },
    )  # fmt: skip


def proven_purchases(
    work: UnitOfWork, buyer_keys: Collection[str], since: dt.date, *, currency: str, also: Collection[bytes]
) -> int:
    """What invoices to these keys come to that the buyer confirmed, or whose goods somebody else signed for."""
    row = work.execute(
        "SELECT coalesce(sum(d.gross_minor), 0) FROM trades.document d"
        " LEFT JOIN trades.closure c ON c.tenant_id = d.tenant_id AND c.fingerprint = d.fingerprint AND c.current"
        f" WHERE d.tenant_id = {_TENANT} AND d.current AND d.kind = 'invoice' AND d.status = 'valid'"
        " AND d.buyer_key = ANY(%s) AND d.issued_on >= %s AND d.currency = %s"
        f" AND (c.goods_ppm = {WHOLE_PPM} OR d.fingerprint = ANY(%s))",
        [list(buyer_keys), since, currency, list(also)],
    ).fetchone()
    assert row is not None, "a sum is always there"
    return int(row[0])
