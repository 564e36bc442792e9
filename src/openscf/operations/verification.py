"""Verifying the books: every invariant of every tenant, from one snapshot each, and the audit log of all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from openscf import credit, financing, ledger, parties, settlement, trades
from openscf.db import Context, Database, UnitOfWork
from openscf.db.audit import LogReport, Sealer, verify_audit
from openscf.db.tenants import tenants
from openscf.kernel.ids import TenantId
from openscf.kernel.invariants import Breach, Check

CHECKS: tuple[Check[UnitOfWork], ...] = (
    *ledger.CHECKS,
    *parties.CHECKS,
    *trades.CHECKS,
    *credit.CHECKS,
    *settlement.CHECKS,
    *financing.CHECKS,
)
"""The checks of all capabilities, in the order of the invariants."""

Progress = Callable[[TenantId, Check[UnitOfWork]], None]


@dataclass(frozen=True, slots=True)
class TenantReport:
    """One tenant's books.

    Attributes:
        tenant: Whose.
        checks: How many checks ran.
        breaches: What does not hold, in the order of the checks; empty when all is well.
    """

    tenant: TenantId
    checks: int
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class BooksReport:
    """All books, and the audit log that vouches for them.

    Attributes:
        tenants: A report per tenant.
        audit: The judgement over the log.
    """

    tenants: tuple[TenantReport, ...]
    audit: LogReport

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.audit.ok and not any(report.breaches for report in self.tenants)

    def as_record(self) -> dict[str, Any]:
        """JSON-ready: `{"ok", "tenants": [{"tenant", "checks", "breaches"}], "audit"}`."""
        books = [
            {"tenant": str(r.tenant), "checks": r.checks, "breaches": [asdict(breach) for breach in r.breaches]}
            for r in self.tenants
        ]
        return {"ok": self.ok, "tenants": books, "audit": self.audit.as_record()}


def _silent(_tenant: TenantId, _check: Check[UnitOfWork]) -> None:
    """Nobody watches."""


def verify_books(database: Database, sealer: Sealer, *, progress: Progress = _silent) -> BooksReport:
    """Check every invariant of every tenant, and the audit log against its notes outside the database.

    Args:
        database: The database; only read.
        sealer: Knows the keys and where the notes lie.
        progress: Told before each check.

    Returns:
        The report; `ok` is false at the first breach, and all breaches are named.
    """
    reports = tuple(verify_tenant(database, tenant, progress=progress) for tenant in tenants(database))
    return BooksReport(reports, verify_audit(database, sealer.keys, sealer.sinks))


def verify_tenant(
    database: Database,
    tenant: TenantId,
    *,
    checks: Sequence[Check[UnitOfWork]] = CHECKS,
    progress: Progress = _silent,
) -> TenantReport:
    """Check the invariants of one tenant in one snapshot, as the role that can only read."""
    with database.reading(Context(tenant, "system:verify")) as work:
        breaches = tuple(_all_breaches(work, checks, progress))
    return TenantReport(tenant, len(checks), breaches)


def _all_breaches(work: UnitOfWork, checks: Sequence[Check[UnitOfWork]], progress: Progress) -> Iterator[Breach]:
    for check in checks:
        progress(work.context.tenant, check)
        yield from check.find(work)
