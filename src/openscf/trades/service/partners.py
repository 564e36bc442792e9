"""Who trades with whom, live: what a screen shows. What is measured on a network is `openscf.network`'s."""

from collections.abc import Sequence

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.records import Partner, TradeEdge
from openscf.trades.store import partners as store

MOST = 2000


def partners(work: UnitOfWork, keys: Sequence[str], *, most: int = 200) -> list[Partner]:
    """Those to whom an enterprise with these keys sold and from whom it bought, the largest of each side first.

    Args:
        work: The transaction; a member's sums up what it may see.
        keys: The enterprise's.
        most: At most so many of a side.
    """
    return store.partners(work, keys, most=max(1, min(most, MOST))) if keys else []


def trade_edges(work: UnitOfWork, *, most: int = 500) -> list[TradeEdge]:
    """Who sold to whom in all that the reader may see, the largest first."""
    return store.edges(work, most=max(1, min(most, MOST)))
