"""Match synthetic orders, receipts and invoices, and join their keys, in the same run; print the ratio.

`python -m benchmarks.matching --share 0.1` does a tenth of the five million of each. The bar is twice the time of the
join.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from openscf.trades import Tolerance
from openscf.trades.store.matching import match_lines

FULL = 5_000_000
BAR = 2.0
# From the row's number and a seed: one order in twenty is delivered in two parts, one in twenty billed in two, one in
# fifty has two signers, one in thirty was received short; no rows stand in the order of their keys.
_STAGE = """
CREATE TABLE numbered AS SELECT n, hash(n + {seed}) % 1000 AS chance FROM range({rows}) t(n) ORDER BY hash(n - {seed});
CREATE TABLE order_line AS SELECT n AS pool, n % 5000 AS seller, (1 + n % 900) * 1000000 AS quantity,
    (5 + n % 70) * 1000000 AS price FROM numbered;
CREATE TABLE receipt_line AS SELECT pool, CASE WHEN chance < 20 THEN 9000 + part ELSE 9000 END AS signer,
    CASE WHEN chance < 50 THEN quantity // 2 WHEN chance > 966 THEN quantity - 1000000 ELSE quantity END AS quantity
    FROM (SELECT n AS pool, chance, (1 + n % 900) * 1000000 AS quantity, part FROM numbered, range(2) p(part)
          WHERE part = 0 OR chance < 50) ORDER BY hash(pool + 1);
CREATE TABLE invoice_line AS SELECT pool * 2 + part AS invoice, 1::BIGINT AS line, pool,
    DATE '2026-01-01' + (pool % 300)::INTEGER AS issued_on,
    CASE WHEN chance BETWEEN 30 AND 79 THEN quantity // 2 ELSE quantity END AS quantity, price
    FROM (SELECT n AS pool, chance, (1 + n % 900) * 1000000 AS quantity, (5 + n % 70) * 1000000 AS price, part
          FROM numbered, range(2) p(part) WHERE part = 0 OR chance BETWEEN 30 AND 79) ORDER BY hash(pool + 2);
DROP TABLE numbered;
"""
_JOIN = """CREATE OR REPLACE TABLE joined AS
    SELECT i.invoice, i.line, o.quantity AS ordered, r.quantity AS received, i.quantity AS billed
    FROM invoice_line i JOIN order_line o ON o.pool = i.pool JOIN receipt_line r ON r.pool = i.pool"""


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description="Matching beside a bare join.")
    parser.add_argument("--share", type=float, nargs="*", default=[0.01, 0.1, 1], help="shares of five million")
    parser.add_argument("--pairs", type=int, default=3, help="pairs of runs; the median ratio is told")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    results = [_measured(round(FULL * share), chosen.pairs, seed=chosen.seed) for share in chosen.share]
    Console().print(_table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _measured(rows: int, pairs: int, *, seed: int) -> dict[str, float]:
    with duckdb.connect() as connection:
        connection.execute(_STAGE.format(rows=rows, seed=seed))
        times: list[tuple[float, float]] = []
        for _ in range(pairs):
            start = time.perf_counter()
            match_lines(connection, Tolerance(quantity_bp=50, price_bp=10))
            middle = time.perf_counter()
            connection.execute(_JOIN)
            times.append((middle - start, time.perf_counter() - middle))
        found = connection.execute("SELECT count(*), count(DISTINCT invoice) FROM line_match").fetchone()
        billed = connection.execute("SELECT count(*), count(DISTINCT invoice) FROM invoice_line").fetchone()
    assert found == billed, "an invoice line was lost or doubled"
    ratios = [ours / theirs for ours, theirs in times]
    return {
        "rows": rows,
        "ours_s": round(statistics.median(ours for ours, _ in times), 3),
        "join_s": round(statistics.median(theirs for _, theirs in times), 3),
        "ratio": round(statistics.median(ratios), 2),
        "bar": BAR,
    }


def _table(results: list[dict[str, float]]) -> Table:
    table = Table(title="Three-way match: time beside the plain join of the same run")
    for heading in ("rows of each", "ours s", "join s", "ratio", "bar"):
        table.add_column(heading, justify="right")
    for result in results:
        table.add_row(f"{result['rows']:,}", *(str(result[name]) for name in ("ours_s", "join_s", "ratio", "bar")))
    return table


if __name__ == "__main__":
    main()
