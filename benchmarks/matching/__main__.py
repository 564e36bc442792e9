"""Match synthetic orders, receipts and invoices, and join their keys, in the same run; print the ratio.

`python -m benchmarks.matching --share 0.1` does a tenth of the five million of each. The bar is twice the time of the
join. Each size is measured in a process of its own, join and match in turn; its peak of memory includes the tables,
which lie in DuckDB, and the join's result.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
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
    parser.add_argument("--pairs", type=int, default=5, help="pairs of runs; the median ratio is told")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)  # one size, in this process
    chosen = parser.parse_args()
    if chosen.rows:
        sys.stdout.write(json.dumps(_measured(chosen.rows, chosen.pairs, seed=chosen.seed)))
        return
    results = [_apart(round(FULL * share), chosen.pairs, seed=chosen.seed) for share in chosen.share]
    Console().print(_table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _apart(rows: int, pairs: int, *, seed: int) -> dict[str, float]:
    """Measure one size in a process of its own, so that its peak of memory is its own."""
    options = ["--rows", str(rows), "--pairs", str(pairs), "--seed", str(seed)]
    command = [sys.executable, "-m", "benchmarks.matching", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout))


def _measured(rows: int, pairs: int, *, seed: int) -> dict[str, float]:
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register(
            "nothing", pa.table({"n": [1]})
        )  # what DuckDB imports at its first use is not what we measure
        connection.execute(_STAGE.format(rows=rows, seed=seed))
        runs = [(_timed(lambda: connection.execute(_JOIN)), _timed(lambda: _ours(connection))) for _ in range(pairs)]
        found = connection.execute("SELECT count(*), count(DISTINCT invoice) FROM line_match").fetchone()
        billed = connection.execute("SELECT count(*), count(DISTINCT invoice) FROM invoice_line").fetchone()
    assert found == billed, "an invoice line was lost or doubled"
    ratios = [ours[0] / theirs[0] for theirs, ours in runs]
    return {
        "rows": rows,
        "ours_s": _middle(ours[0] for _, ours in runs), "ours_cpu_s": _middle(ours[1] for _, ours in runs),
        "join_s": _middle(theirs[0] for theirs, _ in runs), "join_cpu_s": _middle(theirs[1] for theirs, _ in runs),
        "ratio": _middle(ratios), "ratio_min": round(min(ratios), 2), "ratio_max": round(max(ratios), 2),
        "ratio_cpu": _middle(ours[1] / theirs[1] for theirs, ours in runs),
        "bar": BAR, "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10,
    }  # fmt: skip


def _ours(connection: duckdb.DuckDBPyConnection) -> None:
    match_lines(connection, Tolerance(quantity_bp=50, price_bp=10))


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of processors."""
    start, worked = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - start, time.process_time() - worked


def _middle(values: Iterable[float]) -> float:
    return round(statistics.median(values), 3)


def _table(results: list[dict[str, float]]) -> Table:
    table = Table(title=f"Three-way match beside the plain join of the keys; bar {BAR}")
    for heading in ("rows of each", "ours s", "CPU s", "join s", "CPU s", "ratio", "min-max", "CPU", "peak MiB"):
        table.add_column(heading, justify="right")
    for r in results:
        figures = (str(r[name]) for name in ("ours_s", "ours_cpu_s", "join_s", "join_cpu_s", "ratio"))
        spread = f"{r['ratio_min']}-{r['ratio_max']}"
        peak = f"{int(r['peak_bytes']) >> 20:,}"
        table.add_row(f"{int(r['rows']):,}", *figures, spread, str(r["ratio_cpu"]), peak)
    return table


if __name__ == "__main__":
    main()
