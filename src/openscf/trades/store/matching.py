"""The rule of `rules.matching` for millions of lines at once, as one set in DuckDB, in exact integers.

It starts where references have been resolved to order lines (`pool`) and each document counts once: it adds up what was
received, lets invoice lines draw on their order line by date, and compares prices. Quantities are integers in
millionths of the unit, prices in millionths of the major unit; what is covered is told in 1/10,000 of a millionth, so
that a tolerance in basis points stays a whole number. Nothing is rounded; what does not fit in 63 bits (more than 900 million
units on one order line) is an error and never a wrong number.

    order_line(pool BIGINT unique, seller BIGINT, quantity BIGINT, price BIGINT)
    receipt_line(pool BIGINT, signer BIGINT, quantity BIGINT)
    invoice_line(invoice BIGINT, line BIGINT, pool BIGINT, issued_on DATE, quantity BIGINT, price BIGINT)

make `line_match(invoice, line, quantity, ordered, received, price_agrees)`: a row for each invoice line.
"""

from typing import Final

import duckdb

from openscf.trades.rules.closure import BASIS, Tolerance

MICRO = 10**6
FINE = MICRO * BASIS  # line_match tells what is covered in 1/FINE of the unit

# Most order lines have goods from one signer and are billed once: they need sums by key only. What is dear, a signer's
# own sum and the invoices before an invoice, is worked out for the few others alone.
_RECEIVED: Final = """
    CREATE OR REPLACE TEMPORARY TABLE received AS
    SELECT pool, sum(quantity)::BIGINT AS quantity, min(signer) AS first, max(signer) AS last
    FROM receipt_line GROUP BY pool"""
_SEVERAL: Final = """
    CREATE OR REPLACE TEMPORARY TABLE several AS
    SELECT pool, max(quantity)::BIGINT AS quantity FROM (
        SELECT r.pool, r.signer, sum(r.quantity) AS quantity
        FROM receipt_line r JOIN received c ON c.pool = r.pool AND c.first <> c.last
        JOIN order_line o ON o.pool = r.pool WHERE r.signer <> o.seller GROUP BY r.pool, r.signer)
    GROUP BY pool"""
_SETTLED: Final = """
    UPDATE received SET quantity = s.quantity, first = NULL FROM several s WHERE s.pool = received.pool"""
_BEFORE: Final = """
    CREATE OR REPLACE TEMPORARY TABLE before AS
    SELECT i.rowid AS place, sum(i.quantity) OVER (PARTITION BY i.pool ORDER BY i.issued_on, i.invoice, i.line
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)::BIGINT AS quantity
    FROM invoice_line i SEMI JOIN (SELECT pool FROM invoice_line GROUP BY pool HAVING count(*) > 1) USING (pool)"""
_DRAWN: Final = f"""
    CREATE OR REPLACE TABLE line_match AS
    SELECT i.invoice, i.line, i.quantity,
           least(i.quantity * {BASIS}, greatest(0,
               coalesce(o.quantity, 0) * $more - coalesce(b.quantity, 0) * {BASIS})) AS ordered,
           least(i.quantity * {BASIS}, greatest(0,
               CASE WHEN o.seller IS NULL OR r.first = o.seller THEN 0 ELSE coalesce(r.quantity, 0) END * $more
               - coalesce(b.quantity, 0) * {BASIS})) AS received,
           coalesce(abs(i.price - o.price) * {BASIS} <= o.price * $price, true) AS price_agrees
    FROM invoice_line i LEFT JOIN order_line o ON o.pool = i.pool LEFT JOIN received r ON r.pool = i.pool
    LEFT JOIN before b ON b.place = i.rowid"""


def match_lines(connection: duckdb.DuckDBPyConnection, tolerance: Tolerance) -> None:
    """Make `line_match` from the three tables of `connection`, see the head of this module.

    Args:
        connection: Holds `order_line`, `receipt_line` and `invoice_line`.
        tolerance: Of the contract; days and money belong to documents, not to lines, and are not looked at.

    Raises:
        duckdb.Error: A number does not fit (`OutOfRangeException`, `ConversionException`); no line is told then.
    """
    for step in (_RECEIVED, _SEVERAL, _SETTLED, _BEFORE):
        connection.execute(step)
    connection.execute(
        _DRAWN,
        {"more": BASIS + tolerance.quantity_bp, "price": tolerance.price_bp},
    )
