"""SQL of the checks: each query looks at the rows anew, without a word of the code that wrote them."""

from openscf.db import UnitOfWork
from openscf.financing.ids import DealId, account_within
from openscf.kernel.ids import AccountId
from openscf.trades import LienId


def principals(work: UnitOfWork) -> list[tuple[DealId, AccountId, int]]:
    """Every deal with its claim account and the principal that it says."""
    rows = work.execute(
        "SELECT id, principal_minor FROM financing.deal WHERE tenant_id = %s ORDER BY id", [work.context.tenant]
    )
    deals = ((DealId.of(row[0]), row[1]) for row in rows.fetchall())
    return [(deal, account_within(deal, "funder:claim"), principal) for deal, principal in deals]


def unfinished(work: UnitOfWork) -> list[tuple[DealId, LienId | None, int]]:
    """Deals that are over and still hold a lien or headroom."""
    rows = work.execute(
        """SELECT d.id, d.lien_id, count(u.limit_id) FROM financing.deal d
           LEFT JOIN financing.limit_use u ON u.tenant_id = d.tenant_id AND u.deal_id = d.id
                AND (u.reserved_minor > 0 OR u.used_minor > 0)
           WHERE d.tenant_id = %s AND d.over GROUP BY d.id, d.lien_id
           HAVING d.lien_id IS NOT NULL OR count(u.limit_id) > 0 ORDER BY d.id""",
        [work.context.tenant],
    )
    return [(DealId.of(row[0]), None if row[1] is None else LienId.of(row[1]), row[2]) for row in rows]
