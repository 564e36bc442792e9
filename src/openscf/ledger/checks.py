"""The ledger's invariants, each as one query that returns what breaks it.

Nothing here trusts what posting computed: balances, versions, holds and digests are made again from the transfer rows.
"""

import functools
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, LiteralString

from openscf.db import UnitOfWork
from openscf.kernel.ids import AccountId, AuditId, TransferId, TypedId
from openscf.kernel.invariants import Breach, Check
from openscf.ledger.store import invariants as store

Shown = dict[str, Any]


def _rows(work: UnitOfWork, query: LiteralString) -> Iterator[Shown]:
    cursor = work.execute(query, {"tenant": work.context.tenant, "most": store.MOST_BREACHES})
    names = [column.name for column in cursor.description or ()]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _find(work: UnitOfWork, *, check: tuple[str, str], query: LiteralString) -> Iterator[Breach]:
    for row in _rows(work, query):
        subject = _named(row)
        yield Breach(
            *check,
            subject,
            {name: _plain(value) for name, value in row.items() if name not in _NAMES and name != "unit"},
        )


_NAMES: dict[str, Callable[[uuid.UUID], TypedId]] = {
    "account_id": AccountId.of,
    "transfer_id": TransferId.of,
    "audit_id": AuditId.of,
}


def _named(row: Shown) -> str:
    for name, kind in _NAMES.items():
        if name in row:
            return str(kind(row[name]))
    return str(row["unit"])


def _plain(value: object) -> object:
    if isinstance(value, Decimal):  # sums of bigint come as numeric
        return int(value)
    return value if value is None or isinstance(value, int | str) else str(value)


def _check(invariant: str, name: str, query: LiteralString) -> Check[UnitOfWork]:
    return Check(invariant, name, functools.partial(_find, check=(invariant, name), query=query))


CHECKS: tuple[Check[UnitOfWork], ...] = (
    _check("I1", "one_unit_per_transfer", store.MIXED_UNITS),
    _check("I2", "trial_balance", store.TRIAL_BALANCE_OFF),
    _check("I3", "balance_is_sum_of_entries", store.BALANCE_OFF),
    _check("I3", "history_without_gap", store.HISTORY_BROKEN),
    _check("I3", "held_is_sum_of_open_holds", store.HELD_OFF),
    _check("I4", "within_bounds", store.OUT_OF_BOUNDS),
    _check("I5", "transfers_as_they_were_audited", store.DIGEST_OFF),
    _check("I9", "hold_ends_once", store.HOLD_ENDS_OFF),
    _check("I9", "reversed_once", store.REVERSED_TWICE),
    _check("I15", "closed_days", store.POSTED_INTO_CLOSED_DAY),
)
"""All checks of the ledger; each runs in a read-only snapshot of one tenant."""
