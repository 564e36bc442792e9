"""SQL of what deals say was paid on invoices, and of the accounts of which the platform itself keeps the books."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import DocumentId, PaymentId
from openscf.trades.model import Identity
from openscf.trades.records import ToldPayment
from openscf.trades.store.body import party, party_from

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PAID, FORGIVEN, OWN = "paid", "forgiven", "own"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something told and not placed yet: one share of one payment."""

    subject: str
    version: int
    what: str
    fingerprint: bytes
    amount_minor: int
    currency: str
    day: str
    payer: Identity | None


def know_house_account(work: UnitOfWork, number: str) -> None:
    """Note an account of the platform's own, its number normalised."""
    work.execute(
        "INSERT INTO trades.house_account (tenant_id, number) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [work.context.tenant, number],
    )
    work.forget("trades.house_accounts")


def house_accounts(work: UnitOfWork) -> frozenset[str]:
    """The numbers of these accounts, normalised."""

    def read() -> frozenset[str]:
        rows = work.execute(f"SELECT number FROM trades.house_account WHERE tenant_id = {_TENANT}")
        return frozenset(row[0] for row in rows)

    return work.once("trades.house_accounts", read)


def insert(work: UnitOfWork, told: ToldPayment, shares: Iterable[tuple[bytes, str, int]]) -> None:
    """Note what an event says was paid; what it has said before stays.

    Args:
        work: The transaction.
        told: The event.
        shares: (invoice, what, minor units) of each.
    """
    payer = None if told.payer is None else json.dumps(party(told.payer), ensure_ascii=False)
    work.connection.cursor().executemany(
        "INSERT INTO trades.told_payment (tenant_id, subject, version, fingerprint, what, amount_minor, currency, paid_on,"
        " payer) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [
            (work.context.tenant, told.subject, told.version, fingerprint, what, amount, told.currency, told.on, payer)
            for fingerprint, what, amount in shares
        ],
    )


def waiting(work: UnitOfWork) -> list[Waiting]:
    """What was told in this transaction and is not placed: others place theirs before they commit."""
    rows = work.execute(
        "SELECT subject, version, what, fingerprint, amount_minor, currency, paid_on, payer FROM trades.told_payment"
        f" WHERE tenant_id = {_TENANT} AND payment_id IS NULL ORDER BY subject, version, what, fingerprint"
    )
    return [
        Waiting(row[0], row[1], row[2], bytes(row[3]), row[4], row[5], row[6].isoformat(), party_from(row[7]))
        for row in rows
    ]


def placed(work: UnitOfWork, told: Mapping[tuple[str, int, str], PaymentId]) -> None:
    """Note where what was told is placed: payment by subject, version and what."""
    work.connection.cursor().executemany(
        f"UPDATE trades.told_payment SET payment_id = %s WHERE tenant_id = {_TENANT} AND subject = %s AND version = %s"
        " AND what = %s",
        [(payment, *key) for key, payment in told.items()],
    )


def mark_returned(work: UnitOfWork, subject: str, version: int) -> bool:
    """What an event said was paid is gone again; whether it said anything."""
    found = work.execute(
        f"UPDATE trades.told_payment SET returned = true WHERE tenant_id = {_TENANT} AND subject = %s AND version = %s"
        " AND what = 'paid' AND NOT returned",
        [subject, version],
    )
    return found.rowcount > 0


def settling_still(work: UnitOfWork) -> list[tuple[PaymentId, int, str, int, bytes, int]]:
    """What is returned and settles invoices still: payment, its version, subject, event, invoice, minor units."""
    rows = work.execute(
        "SELECT t.payment_id, r.version, t.subject, t.version, t.fingerprint, t.amount_minor FROM trades.told_payment t"
        " JOIN trades.reconciliation r ON r.tenant_id = t.tenant_id AND r.payment_id = t.payment_id AND r.current"
        " JOIN trades.share s ON s.tenant_id = r.tenant_id AND s.payment_id = r.payment_id AND s.version = r.version"
        " AND s.fingerprint = t.fingerprint"
        f" WHERE t.tenant_id = {_TENANT} AND t.returned AND s.amount_minor > 0 ORDER BY t.payment_id, t.fingerprint"
    )
    return [(PaymentId.of(a), b, c, d, bytes(e), f) for a, b, c, d, e, f in rows]


def unpaid_again(work: UnitOfWork, returned: Iterable[tuple[str, int]], subject: str) -> list[tuple[bytes, str, int]]:
    """What is returned of these events and was not told again by a subject: invoice, currency, minor units."""
    events = sorted(set(returned))
    rows = work.execute(
        f"""SELECT t.fingerprint, t.currency, sum(t.amount_minor)::bigint - coalesce((
                   SELECT sum(a.amount_minor) FROM trades.told_payment a
                   WHERE a.tenant_id = {_TENANT} AND a.subject = %s AND a.fingerprint = t.fingerprint), 0)::bigint
            FROM trades.told_payment t
            JOIN unnest(%s::text[], %s::int[]) e (subject, version)
              ON e.subject = t.subject AND e.version = t.version
            WHERE t.tenant_id = {_TENANT} AND t.returned GROUP BY t.fingerprint, t.currency ORDER BY t.fingerprint""",
        [subject, [one[0] for one in events], [one[1] for one in events]],
    )
    return [(bytes(row[0]), row[1], row[2]) for row in rows if row[2] > 0]


def last_version(work: UnitOfWork, subject: str) -> int:
    """Number of the last event of a subject that told something; 0 if none did."""
    row = work.execute(
        f"SELECT coalesce(max(version), 0) FROM trades.told_payment WHERE tenant_id = {_TENANT} AND subject = %s",
        [subject],
    ).fetchone()
    assert row is not None, "a maximum is always there"
    return int(row[0])


def told_of(work: UnitOfWork) -> dict[str, int]:
    """What all events of each subject say was paid or forgiven on invoices, in minor units."""
    rows = work.execute(
        f"SELECT subject, sum(amount_minor)::bigint FROM trades.told_payment WHERE tenant_id = {_TENANT} GROUP BY subject"
    )
    return dict(row for row in rows)


def told_on(work: UnitOfWork) -> dict[tuple[str, DocumentId], int]:
    """The same on each invoice, under each of its versions."""
    rows = work.execute(
        "SELECT t.subject, d.id, sum(t.amount_minor)::bigint FROM trades.told_payment t"
        " JOIN trades.document d ON d.tenant_id = t.tenant_id AND d.fingerprint = t.fingerprint"
        f" WHERE t.tenant_id = {_TENANT} GROUP BY t.subject, d.id"
    )
    return {(subject, DocumentId.of(document)): said for subject, document, said in rows}


def unplaced(work: UnitOfWork) -> list[tuple[str, int, str, str, int, int]]:
    """What was told and is not a share of its payment: (subject, version, invoice, what, told, placed)."""
    rows = work.execute(
        "SELECT t.subject, t.version, encode(t.fingerprint, 'hex'), t.what, t.amount_minor, coalesce(s.amount_minor, 0)"
        " FROM trades.told_payment t"
        " LEFT JOIN trades.reconciliation r ON r.tenant_id = t.tenant_id AND r.payment_id = t.payment_id AND r.current"
        " LEFT JOIN trades.share s ON s.tenant_id = r.tenant_id AND s.payment_id = r.payment_id"
        " AND s.version = r.version AND s.fingerprint = t.fingerprint"
        f" WHERE t.tenant_id = {_TENANT} AND (r.payment_id IS NULL OR r.decided <> 'booked'"
        " OR coalesce(s.amount_minor, 0) <> CASE WHEN t.what = 'own' OR t.returned THEN 0 ELSE t.amount_minor END)"
        " ORDER BY t.subject, t.version, t.fingerprint, t.what"
    )
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]
