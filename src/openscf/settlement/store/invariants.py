"""What must hold in these tables, as queries that return what breaks it."""

from typing import Any

from openscf.db.unit_of_work import UnitOfWork

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
MOST = 100  # breaches of one check that are told


def lines_not_used_up(work: UnitOfWork) -> list[tuple[Any, ...]]:
    """Lines, their amount, and what their uses come to."""
    return work.execute(
        f"""SELECT l.id, l.amount_minor, coalesce(sum(u.amount_minor), 0) FROM settlement.line l
            LEFT JOIN settlement.line_use u ON u.tenant_id = l.tenant_id AND u.line_id = l.id
            WHERE l.tenant_id = {_TENANT} GROUP BY l.id, l.amount_minor
            HAVING coalesce(sum(u.amount_minor), 0) <> l.amount_minor ORDER BY l.id LIMIT {MOST}"""
    ).fetchall()


def statements_that_do_not_add_up(work: UnitOfWork) -> list[tuple[Any, ...]]:
    """Booked statements whose lines don't lead from opening to closing, with both and the sum."""
    return work.execute(
        f"""SELECT s.id, s.opening_minor, s.closing_minor, coalesce(sum(l.amount_minor), 0)
            FROM settlement.statement s
            LEFT JOIN settlement.line l ON l.tenant_id = s.tenant_id AND l.statement_id = s.id
            WHERE s.tenant_id = {_TENANT} AND s.state = 'booked' GROUP BY s.id, s.opening_minor, s.closing_minor
            HAVING s.closing_minor - s.opening_minor <> coalesce(sum(l.amount_minor), 0) ORDER BY s.id LIMIT {MOST}"""
    ).fetchall()


def broken_chains(work: UnitOfWork) -> list[tuple[Any, ...]]:
    """Accounts whose statements have no end that all of them lead to: account, sum of movements, closing balance."""
    return work.execute(
        f"""SELECT a.id, coalesce(sum(s.closing_minor - s.opening_minor), 0), a.closing_minor FROM settlement.account a
            LEFT JOIN settlement.statement s
              ON s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.state = 'booked'
            WHERE a.tenant_id = {_TENANT} GROUP BY a.id, a.closing_minor
            HAVING coalesce(sum(s.closing_minor - s.opening_minor), 0) <> a.closing_minor ORDER BY a.id LIMIT {MOST}"""
    ).fetchall()


def lines_without_a_booked_statement(work: UnitOfWork) -> list[tuple[Any, ...]]:
    """Lines in the books whose statement is parked or dropped."""
    return work.execute(
        f"""SELECT l.id, s.state FROM settlement.line l
            JOIN settlement.statement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
            WHERE l.tenant_id = {_TENANT} AND s.state <> 'booked' ORDER BY l.id LIMIT {MOST}"""
    ).fetchall()


def unplaced(work: UnitOfWork) -> dict[Any, tuple[int, int]]:
    """By account: what is open in, and out."""
    rows = work.execute(
        f"""SELECT account_id, coalesce(sum(open_minor) FILTER (WHERE side = 'in'), 0),
                   coalesce(sum(open_minor) FILTER (WHERE side = 'out'), 0)
            FROM settlement.suspense WHERE tenant_id = {_TENANT} GROUP BY account_id"""
    )
    return {row[0].int: (int(row[1]), int(row[2])) for row in rows}


def under_way(work: UnitOfWork) -> dict[Any, tuple[int, int]]:
    """By account: what is confirmed and stands on no statement, and what is held for orders without a last word."""
    rows = work.execute(
        f"""SELECT account_id, coalesce(sum(amount_minor) FILTER (WHERE state = 'confirmed'), 0),
                   coalesce(sum(amount_minor) FILTER (WHERE state IN ('held', 'sent')), 0)
            FROM settlement.payout WHERE tenant_id = {_TENANT} GROUP BY account_id"""
    )
    return {row[0].int: (int(row[1]), int(row[2])) for row in rows}


def miscounted_expectations(work: UnitOfWork) -> list[tuple[Any, ...]]:
    """Expectations that received something else than their receipts say: id, received, sum of the receipts.

    What a bank took back before it was passed on is received no more.
    """
    return work.execute(
        f"""SELECT e.id, e.received_minor, coalesce(sum(r.amount_minor), 0) FROM settlement.expectation e
            LEFT JOIN settlement.receipt r ON r.tenant_id = e.tenant_id AND r.expectation_id = e.id AND NOT EXISTS (
                SELECT FROM settlement.recall_receipt b
                WHERE b.tenant_id = r.tenant_id AND b.receipt_id = r.id AND b.direct)
            WHERE e.tenant_id = {_TENANT} GROUP BY e.id, e.received_minor
            HAVING e.received_minor <> coalesce(sum(r.amount_minor), 0) ORDER BY e.id LIMIT {MOST}"""
    ).fetchall()


def principal_into_fees(work: UnitOfWork) -> list[tuple[Any, ...]]:
    """Transfers that took money from a bank or from suspense straight into the platform's own pocket."""
    return work.execute(
        f"""SELECT e.transfer_id, e.account_id, e.amount_minor FROM settlement.pocket p
            JOIN settlement.account a ON a.tenant_id = p.tenant_id
            JOIN ledger.entry e ON e.tenant_id = p.tenant_id AND e.account_id = p.ledger_id
                                AND e.other_id IN (a.bank_id, a.suspense_id) AND e.amount_minor > 0
            WHERE p.tenant_id = {_TENANT} AND p.purpose = 'fees' AND e.reason <> 'settlement.returned'
            ORDER BY e.transfer_id LIMIT {MOST}"""
    ).fetchall()
