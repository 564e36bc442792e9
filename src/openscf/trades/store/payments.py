"""SQL of payments, of what they settle, and of what is left for a person."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.ids import PaymentId, StatementLineId
from openscf.trades.model import Identity
from openscf.trades.records import Placed, StoredPayment
from openscf.trades.rules.bank_lines import Payment
from openscf.trades.rules.identity import number_mark
from openscf.trades.store.body import party, party_from
from openscf.trades.store.numbers import with_number

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
COLUMNS = "p.id, p.key, p.amount_minor, p.currency, p.day, p.text, p.payer, p.payee, p.sender_id, p.house"


def insert(
    work: UnitOfWork, given: Iterable[tuple[StatementLineId | None, Payment]], *, sender: PartyId | None,
    house: Collection[str] = (),
) -> dict[PaymentId, Payment]:  # fmt: skip
    """Write payments that are not known yet; those that are new.

    Args:
        work: The transaction.
        given: Each with the line that it came by.
        sender: Who sent the statement.
        house: Keys of those that came from or to an account of the platform itself.
    """
    made = {work.ids.new(PaymentId): (line, payment) for line, payment in given}
    rows = [
        (
            work.context.tenant, identity, one.key, line, one.key in house, one.amount_minor, one.currency, one.day, one.text,
            None if one.payer is None else json.dumps(party(one.payer), ensure_ascii=False),
            json.dumps(party(one.payee) or {"codes": {}}, ensure_ascii=False), sender,
        )
        for identity, (line, one) in made.items()
    ]  # fmt: skip
    if not rows:
        return {}
    work.connection.cursor().executemany(
        "INSERT INTO trades.payment (tenant_id, id, key, line_id, house, amount_minor, currency, day, text, payer, payee,"
        " sender_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT ON CONSTRAINT payment_once DO NOTHING",
        rows,
    )
    kept = work.execute(f"SELECT id FROM trades.payment WHERE tenant_id = {_TENANT} AND id = ANY(%s)", [sorted(made)])
    return {PaymentId.of(row[0]): made[PaymentId.of(row[0])][1] for row in kept}


def link(work: UnitOfWork, links: Mapping[PaymentId, Collection[str]]) -> None:
    """Note the links of payments."""
    pairs = sorted((link, payment) for payment, found in links.items() for link in found)
    if pairs:
        work.execute(
            "INSERT INTO trades.payment_link (tenant_id, link, payment_id)"
            " SELECT %s, l, p FROM unnest(%s::text[], %s::uuid[]) n(l, p) ON CONFLICT DO NOTHING",
            [work.context.tenant, [link for link, _ in pairs], [payment for _, payment in pairs]],
        )


def any_linked(work: UnitOfWork) -> bool:
    """Whether there is any payment at all."""
    row = work.execute(f"SELECT EXISTS (SELECT FROM trades.payment WHERE tenant_id = {_TENANT})").fetchone()
    return bool(row and row[0])


def links_of(work: UnitOfWork, payments: Collection[PaymentId]) -> set[str]:
    """All links of these payments."""
    rows = work.execute(
        f"SELECT DISTINCT link FROM trades.payment_link WHERE tenant_id = {_TENANT} AND payment_id = ANY(%s)",
        [sorted(set(payments))],
    )
    return {row[0] for row in rows}


def linked(work: UnitOfWork, links: Collection[str]) -> set[PaymentId]:
    """The payments with one of these links that rules decide on."""
    rows = work.execute(
        "SELECT DISTINCT l.payment_id FROM trades.payment_link l LEFT JOIN trades.reconciliation r"
        " ON r.tenant_id = l.tenant_id AND r.payment_id = l.payment_id AND r.current"
        f" WHERE l.tenant_id = {_TENANT} AND l.link = ANY(%s) AND coalesce(r.decided, 'rule') = 'rule'",
        [sorted(set(links))],
    )
    return {PaymentId.of(row[0]) for row in rows}


def numbered(work: UnitOfWork, number_keys: Collection[str]) -> dict[bytes, str]:
    """The current invoices with these numbers, as normalised: fingerprint to number as written."""
    wanted = sorted(set(number_keys))
    found = with_number("w", "n.fingerprint, n.number", "n.kind = 'invoice' AND n.current")
    rows = work.execute(
        f"SELECT d.fingerprint, d.number FROM (SELECT {_TENANT} AS tenant_id, k AS number_key, m AS number_mark"
        f" FROM unnest(%s::text[], %s::bytea[]) u(k, m)) w CROSS JOIN {found} d",
        [wanted, [number_mark(number) for number in wanted]],
    )
    return {bytes(fingerprint): number for fingerprint, number in rows}


def settled(work: UnitOfWork, fingerprints: Collection[bytes]) -> set[bytes]:
    """Those of these invoices that payments settle in full which no rule places again."""
    rows = work.execute(
        "SELECT s.fingerprint FROM trades.share s"
        " JOIN trades.reconciliation r ON r.tenant_id = s.tenant_id AND r.payment_id = s.payment_id"
        " AND r.version = s.version AND r.current AND r.decided <> 'rule'"
        " JOIN trades.document d ON d.tenant_id = s.tenant_id AND d.fingerprint = s.fingerprint AND d.current"
        f" WHERE s.tenant_id = {_TENANT} AND s.fingerprint = ANY(%s) GROUP BY s.fingerprint, d.id, d.gross_minor, d.body"
        " HAVING sum(s.amount_minor) >= coalesce((d.body ->> 'payable_minor')::bigint, d.gross_minor)",
        [sorted(set(fingerprints))],
    )
    return {bytes(row[0]) for row in rows}


def load(work: UnitOfWork, payments: Collection[PaymentId]) -> list[StoredPayment]:
    """These payments."""
    rows = work.execute(
        f"SELECT {COLUMNS} FROM trades.payment p WHERE p.tenant_id = {_TENANT} AND p.id = ANY(%s) ORDER BY p.key",
        [sorted(set(payments))],
    )
    return [payment_from(row) for row in rows]


def placed(work: UnitOfWork, payments: Collection[PaymentId]) -> dict[PaymentId, Placed]:
    """What these payments settle now."""
    rows = work.execute(
        "SELECT r.payment_id, r.version, r.decided, r.left_minor, r.result, array_agg(s.fingerprint ORDER BY"
        " s.fingerprint) FILTER (WHERE s.fingerprint IS NOT NULL), array_agg(s.amount_minor ORDER BY s.fingerprint)"
        " FILTER (WHERE s.fingerprint IS NOT NULL) FROM trades.reconciliation r"
        " LEFT JOIN trades.share s ON s.tenant_id = r.tenant_id AND s.payment_id = r.payment_id"
        " AND s.version = r.version"
        f" WHERE r.tenant_id = {_TENANT} AND r.payment_id = ANY(%s) AND r.current"
        " GROUP BY r.payment_id, r.version, r.decided, r.left_minor, r.result",
        [sorted(set(payments))],
    )
    return {
        PaymentId.of(payment): Placed(
            payment=PaymentId.of(payment), version=version, decided=decided, left_minor=left, result=result,
            shares=dict(zip(map(bytes, whose or ()), amounts or (), strict=True)),
        )
        for payment, version, decided, left, result, whose, amounts in rows
    }  # fmt: skip


def place(work: UnitOfWork, found: Sequence[Placed]) -> None:
    """Write what payments settle from now on; each `version` is one more than the one before."""
    if not found:
        return
    tenant = work.context.tenant
    work.execute(
        f"UPDATE trades.reconciliation SET current = false WHERE tenant_id = {_TENANT} AND payment_id = ANY(%s)"
        " AND current",
        [sorted(one.payment for one in found)],
    )
    cursor = work.connection.cursor()
    cursor.executemany(
        "INSERT INTO trades.reconciliation (tenant_id, payment_id, version, current, decided, left_minor, result,"
        " matched_at) VALUES (%s, %s, %s, true, %s, %s, %s, %s)",
        [
            (tenant, one.payment, one.version, one.decided, one.left_minor, one.result, work.at)
            for one in sorted(found, key=lambda one: one.payment)
        ],
    )
    shares = [
        (tenant, one.payment, one.version, fingerprint, amount)
        for one in sorted(found, key=lambda one: one.payment)
        for fingerprint, amount in sorted(one.shares.items())
    ]
    if shares:
        cursor.executemany(
            "INSERT INTO trades.share (tenant_id, payment_id, version, fingerprint, amount_minor)"
            " VALUES (%s, %s, %s, %s, %s)",
            shares,
        )


def shares_on(work: UnitOfWork, fingerprints: Collection[bytes]) -> list[tuple[bytes, PaymentId, str, int, str, str]]:
    """What is paid on these invoices: (invoice, payment, its key, amount, its day, how it was decided)."""
    rows = work.execute(
        "SELECT s.fingerprint, s.payment_id, p.key, s.amount_minor, p.day, r.decided FROM trades.share s"
        " JOIN trades.reconciliation r ON r.tenant_id = s.tenant_id AND r.payment_id = s.payment_id"
        " AND r.version = s.version AND r.current"
        " JOIN trades.payment p ON p.tenant_id = s.tenant_id AND p.id = s.payment_id"
        f" WHERE s.tenant_id = {_TENANT} AND s.fingerprint = ANY(%s) ORDER BY s.fingerprint, p.key",
        [sorted(set(fingerprints))],
    )
    return [(bytes(row[0]), PaymentId.of(row[1]), *row[2:]) for row in rows]


def misplaced(work: UnitOfWork) -> list[tuple[str, int, int, int, int]]:
    """Payments that are not placed once: (id, amount, sum of shares, left, open exceptions) where they don't add up."""
    rows = work.execute(
        "SELECT p.id, p.amount_minor, coalesce(s.total, 0)::bigint, coalesce(r.left_minor, -1), coalesce(e.total, 0)::bigint"
        " FROM trades.payment p"
        " LEFT JOIN trades.reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id AND r.current"
        " LEFT JOIN LATERAL (SELECT sum(amount_minor) AS total FROM trades.share x WHERE x.tenant_id = r.tenant_id"
        " AND x.payment_id = r.payment_id AND x.version = r.version) s ON true"
        " LEFT JOIN LATERAL (SELECT sum(amount_minor) AS total FROM trades.exception x WHERE x.tenant_id = p.tenant_id"
        " AND x.payment_id = p.id AND x.state = 'open') e ON true"
        f" WHERE p.tenant_id = {_TENANT} AND (r.payment_id IS NULL"
        " OR coalesce(s.total, 0) + r.left_minor <> p.amount_minor"
        " OR coalesce(e.total, 0) <> CASE WHEN r.decided IN ('rule', 'fixed') THEN r.left_minor ELSE 0 END) ORDER BY p.id"
    )
    return [(str(PaymentId.of(row[0])), *row[1:]) for row in rows]


def payment_from(row: Sequence[Any]) -> StoredPayment:
    """The payment of a row of `COLUMNS`."""
    identity, key, amount, currency, day, text, payer, payee, sender, house = row
    said = Payment(
        key, amount, currency, payer=party_from(payer), text=text, day=day, payee=party_from(payee) or Identity()
    )
    by = None if sender is None else PartyId.of(sender)
    return StoredPayment(id=PaymentId.of(identity), payment=said, sender=by, house=house)
