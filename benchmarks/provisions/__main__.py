"""Stage, classify and provide for a book of claims, and pass over its columns with DuckDB; print the ratio.

`python -m benchmarks.provisions --share 0.1` does a tenth of ten million claims. The reference is one DuckDB query
over the same columns that ages, classifies and sums them with a flat loss rate, and keeps no row. The bar is three
times its time.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from rich.console import Console
from rich.table import Table

from openscf.credit.provisions import ClaimColumns, ProvisionPolicy, book_totals, loss_curve, provide_all

FULL = 10_000_000
BAR = 3.0
_REFERENCE = """
SELECT category, stage, count(*), sum(outstanding::HUGEINT), sum((outstanding * loss)::HUGEINT // 1000000000) FROM (
    SELECT outstanding_minor AS outstanding, CASE WHEN dpd > 90 OR grade = 16 THEN 3 WHEN dpd > 30
            OR grade - first_grade >= 3 THEN 2 ELSE 1 END AS stage,
        CASE WHEN dpd > 360 THEN 5 WHEN dpd > 270 THEN 4 WHEN dpd > 90 THEN 3 WHEN dpd > 0 THEN 2 ELSE 1 END
            AS category,
        CASE WHEN dpd > 90 THEN 450000000 ELSE 1000000 * grade END AS loss
    FROM claims)
GROUP BY ALL ORDER BY ALL
"""


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.provisions", description="Provisions beside a query.")
    parser.add_argument("--share", type=float, nargs="*", default=[0.01, 0.1, 1], help="shares of ten million")
    parser.add_argument("--pairs", type=int, default=3, help="pairs of runs; the median ratio is told")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    results = [_measured(round(FULL * share), chosen.pairs, seed=chosen.seed) for share in chosen.share]
    Console().print(_table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _book(rows: int, seed: int) -> dict[str, Any]:
    chance = np.random.default_rng(seed)
    dpd = np.where(chance.random(rows) < 0.12, chance.integers(1, 500, rows), 0).astype(np.int32)
    grade = chance.integers(3, 15, rows).astype(np.int8)
    return {
        "outstanding_minor": chance.integers(1, 10**10, rows),
        "dpd": dpd,
        "days_left": np.where(dpd > 0, 0, chance.integers(1, 360, rows)).astype(np.int32),
        "grade": grade,
        "first_grade": np.clip(grade - chance.integers(-2, 5, rows), 1, 15).astype(np.int8),
        "lgd_class": np.zeros(rows, np.int8),
        "events": np.where(chance.random(rows) < 0.02, 4, 0).astype(np.int16),
    }


def _measured(rows: int, pairs: int, *, seed: int) -> dict[str, Any]:
    book, curve = _book(rows, seed), loss_curve(ProvisionPolicy())
    claims = ClaimColumns(**book)
    with duckdb.connect() as connection:
        connection.register("book", book)
        connection.execute("CREATE TABLE claims AS SELECT * FROM book")
        times = []
        for _ in range(pairs):
            start = time.perf_counter()
            provided = provide_all(claims, curve)
            middle = time.perf_counter()
            summed = book_totals(claims, provided)
            end = time.perf_counter()
            connection.execute(_REFERENCE).fetchall()
            times.append((middle - start, end - middle, time.perf_counter() - end))
    assert sum(summed.count.values()) == rows, "a claim was lost"
    return {
        "rows": rows,
        "provide_s": round(statistics.median(ours for ours, _, _ in times), 3),
        "totals_s": round(statistics.median(sums for _, sums, _ in times), 3),
        "duckdb_s": round(statistics.median(theirs for _, _, theirs in times), 3),
        "ratio": round(statistics.median((ours + sums) / theirs for ours, sums, theirs in times), 2),
        "bar": BAR,
    }


def _table(results: list[dict[str, Any]]) -> Table:
    table = Table(title="Provisions, beside one DuckDB pass over the same columns")
    for name in results[0]:
        table.add_column(name, justify="right")
    for row in results:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else f"{value:g}" for value in row.values()))
    return table


if __name__ == "__main__":
    main()
