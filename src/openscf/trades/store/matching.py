"""Columns of DuckDB for `rules.columns`, and its answer back as a table.

    order_line(pool BIGINT unique, seller BIGINT, quantity BIGINT, price BIGINT or null)
    receipt_line(pool BIGINT, signer BIGINT, quantity BIGINT)
    invoice_line(invoice BIGINT, line BIGINT, pool BIGINT, issued_on DATE, quantity BIGINT, price BIGINT or null)

make `line_match(invoice, line, quantity, ordered, received, price_agrees)`: a row for each invoice line. Units are those
of `rules.columns`: `quantity` in 1/MICRO of the unit, what is covered in 1/FINE.
"""

from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from openscf.trades.rules.closure import BASIS, Tolerance
from openscf.trades.rules.columns import InvoiceLines, OrderLines, ReceiptLines, match_columns

MICRO: Final = 10**6
FINE: Final = MICRO * BASIS

_ORDERS: Final = "SELECT pool, seller, quantity, coalesce(price, 0) AS price FROM order_line"
_RECEIPTS: Final = "SELECT pool, signer, quantity FROM receipt_line"
_INVOICES: Final = """SELECT invoice, line, pool, issued_on - DATE '1970-01-01' AS issued_on, quantity,
    coalesce(price, 0) AS price FROM invoice_line"""
_PRICED: Final = "SELECT price IS NOT NULL AS priced FROM {0} WHERE EXISTS (FROM {0} WHERE price IS NULL)"
_MATCHED: Final = "CREATE OR REPLACE TABLE line_match AS SELECT * FROM matched"


def match_lines(connection: duckdb.DuckDBPyConnection, tolerance: Tolerance) -> None:
    """Make `line_match` from the three tables of `connection`, see the head of this module.

    Args:
        connection: Holds `order_line`, `receipt_line` and `invoice_line`.
        tolerance: Of the contract.

    Raises:
        OverflowError: A number does not fit; no line is told then.
    """
    orders = OrderLines(**_columns(connection, _ORDERS), priced=_priced(connection, "order_line"))
    receipts = ReceiptLines(**_columns(connection, _RECEIPTS))
    invoices = InvoiceLines(**_columns(connection, _INVOICES), priced=_priced(connection, "invoice_line"))
    covered = match_columns(orders, receipts, invoices, tolerance=tolerance)
    matched = pa.table({
        "invoice": invoices.invoice, "line": invoices.line, "quantity": invoices.quantity, "ordered": covered.ordered,
        "received": covered.received, "price_agrees": covered.price_agrees,
    })  # fmt: skip
    connection.register("matched", matched)
    try:
        connection.execute(_MATCHED)
    finally:
        connection.unregister("matched")


def _columns(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    table = connection.sql(query).to_arrow_table()
    return {name: table[name].to_numpy() for name in table.column_names}


def _priced(connection: duckdb.DuckDBPyConnection, table: str) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
    found = connection.sql(_PRICED.format(table)).to_arrow_table()["priced"]
    return found.to_numpy() if len(found) else None
