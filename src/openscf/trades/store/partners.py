"""SQL of who trades with whom, summed up from the invoices that a reader may see."""

from collections.abc import Sequence
from typing import Any

from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.records import Partner, TradeEdge

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_COUNTED = f"""FROM trades.document d WHERE d.tenant_id = {_TENANT} AND d.current AND d.kind = 'invoice'
               AND d.status = 'valid' AND d.gross_minor > 0 AND d.issued_on IS NOT NULL"""


def partners(work: UnitOfWork, keys: Sequence[str], *, most: int) -> list[Partner]:
    """Those to whom and from whom these keys sold and bought, the largest first."""
    rows: list[tuple[Any, ...]] = []
    for side, own in (("buyer", "seller"), ("seller", "buyer")):
        rows += work.execute(
            f"SELECT '{side}', d.{side}_key, max(d.body -> '{side}' ->> 'name'), d.currency, sum(d.gross_minor)::bigint,"
            f" count(*)::bigint, min(d.issued_on), max(d.issued_on) {_COUNTED} AND d.{own}_key = ANY(%s)"
            f" AND d.{side}_key IS NOT NULL GROUP BY d.{side}_key, d.currency"
            f" ORDER BY sum(d.gross_minor) DESC, d.{side}_key LIMIT %s",
            [list(keys), most],
        ).fetchall()
    return [
        Partner(side=row[0], key=row[1], name=row[2], currency=row[3], amount_minor=row[4], invoice_count=row[5],
                first_on=row[6], last_on=row[7])
        for row in rows
    ]  # fmt: skip


def edges(work: UnitOfWork, *, most: int) -> list[TradeEdge]:
    """Who sold to whom in all, the largest first."""
    rows = work.execute(
        "SELECT d.seller_key, d.buyer_key, d.currency, sum(d.gross_minor)::bigint, count(*)::bigint, min(d.issued_on),"
        f" max(d.issued_on) {_COUNTED} AND d.seller_key IS NOT NULL AND d.buyer_key IS NOT NULL"
        " GROUP BY d.seller_key, d.buyer_key, d.currency ORDER BY sum(d.gross_minor) DESC, 1, 2 LIMIT %s",
        [most],
    )
    return [
        TradeEdge(seller_key=row[0], buyer_key=row[1], currency=row[2], amount_minor=row[3], invoice_count=row[4],
                  first_on=row[5], last_on=row[6])
        for row in rows
    ]  # fmt: skip
