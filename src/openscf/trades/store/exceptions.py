"""SQL of the queue of payments that wait for a person."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import ExceptionId, PaymentId
from openscf.trades.records import ExceptionState, PaymentException
from openscf.trades.rules.explanations import Reason
from openscf.trades.store.payments import COLUMNS, payment_from

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_SELECT = f"""SELECT e.id, e.amount_minor, e.reason, e.params, e.candidates, e.state, e.opened_at, e.decided_at,
                     e.decided_by, e.why, {COLUMNS}
              FROM trades.exception e JOIN trades.payment p ON p.tenant_id = e.tenant_id AND p.id = e.payment_id
              WHERE e.tenant_id = {_TENANT}"""


def open_on(work: UnitOfWork, payments: Collection[PaymentId]) -> dict[PaymentId, PaymentException]:
    """The open exceptions of these payments."""
    rows = work.execute(f"{_SELECT} AND e.payment_id = ANY(%s) AND e.state = 'open'", [sorted(set(payments))])
    return {one.payment.id: one for one in map(_exception, rows)}


def insert(work: UnitOfWork, found: Sequence[PaymentException]) -> None:
    """Open exceptions."""
    rows = [
        (
            work.context.tenant, one.id, one.payment.id, one.amount_minor, one.payment.payment.currency,
            one.reason.code, json.dumps(dict(one.reason.params), ensure_ascii=False), list(one.candidates),
            one.opened_at, one.payment.sender,
        )
        for one in found
    ]  # fmt: skip
    if rows:
        work.connection.cursor().executemany(
            "INSERT INTO trades.exception (tenant_id, id, payment_id, amount_minor, currency, reason, params,"
            " candidates, state, opened_at, sender_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'open', %s, %s)",
            rows,
        )


def change(work: UnitOfWork, one: PaymentException) -> None:
    """Let an open exception say what is unexplained now."""
    work.execute(
        "UPDATE trades.exception SET amount_minor = %s, reason = %s, params = %s, candidates = %s"
        f" WHERE tenant_id = {_TENANT} AND id = %s AND state = 'open'",
        [
            one.amount_minor, one.reason.code, json.dumps(dict(one.reason.params), ensure_ascii=False),
            list(one.candidates), one.id,
        ],
    )  # fmt: skip


def decide(work: UnitOfWork, identity: ExceptionId, state: ExceptionState, *, by: str, why: str) -> None:
    """End an open exception."""
    work.execute(
        "UPDATE trades.exception SET state = %s, decided_at = %s, decided_by = %s, why = %s"
        f" WHERE tenant_id = {_TENANT} AND id = %s AND state = 'open'",
        [state.value, work.at, by, why, identity],
    )


def get(work: UnitOfWork, identity: ExceptionId) -> PaymentException | None:
    """An exception."""
    row = work.execute(f"{_SELECT} AND e.id = %s", [identity]).fetchone()
    return None if row is None else _exception(row)


def find(
    work: UnitOfWork, conditions: Mapping[str, Any], *, after: ExceptionId | None, limit: int
) -> list[PaymentException]:
    """Exceptions that fulfil the conditions, in the order of their ids.

    Args:
        work: The transaction.
        conditions: Any of `state`, `reason`, `currency`, `amount_from`, `amount_until`, `sender`, `candidate`.
        after: The last one of the page before.
        limit: At most so many.
    """
    tests = {
        "state": " AND e.state = %(state)s",
        "reason": " AND e.reason = %(reason)s",
        "currency": " AND e.currency = %(currency)s",
        "amount_from": " AND e.amount_minor >= %(amount_from)s",
        "amount_until": " AND e.amount_minor <= %(amount_until)s",
        "sender": " AND e.sender_id = %(sender)s",
        "candidate": " AND %(candidate)s = ANY(e.candidates)",
    }
    given = {name: value for name, value in conditions.items() if value is not None}
    query = _SELECT + "".join(tests[name] for name in sorted(given)) + " AND e.id > %(after)s"
    place = {"after": after or ExceptionId(int=0), "limit": limit}
    rows = work.execute(f"{query} ORDER BY e.id LIMIT %(limit)s", {**given, **place})
    return [_exception(row) for row in rows]


def _exception(row: Sequence[Any]) -> PaymentException:
    identity, amount, reason, params, candidates, state, opened_at, decided_at, decided_by, why, *payment = row
    return PaymentException(
        id=ExceptionId.of(identity), payment=payment_from(payment), amount_minor=amount,
        reason=Reason(reason, params), candidates=tuple(map(bytes, candidates)), state=ExceptionState(state),
        opened_at=opened_at, decided_at=decided_at, decided_by=decided_by, why=why,
    )  # fmt: skip
