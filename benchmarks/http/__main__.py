"""Application to money over HTTP beside pgbench's two-row update, and reads a second; one server process and two.

`python -m benchmarks.http --count 100` measures a hundred applications a figure. Everything is real: `openscf serve` in
processes of its own, its log, its audit sealer and its relay at work, keys of programs, an idempotency record per
command, durable commits, clients in another process. Claims are applied for one by one, each by two commands, and by a
hundred with one command; the rates are of claims, the times those of what a caller waits for (both commands; the whole
request). Server, clients and database share the machine. The bars are
250 ms at the 99th percentile and a fifth of pgbench's rate at the same number of clients.

The first row of each run is the floor: a request that is let in by its key, reads under row security and finds nothing.
It says what HTTP, the key and a transaction cost on this machine before the application does anything. Of some 4,700
two-row updates a second at one client a fifth is 940 applications, that is 1,880 commands a second: as far as an empty
request stays behind that, no application can come up to it, whatever it saves; what lies between the floor and an
application is the application's own.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.http import measure
from benchmarks.origination import stage
from benchmarks.origination.measure import two_rows

BAR, BAR_MS = 0.2, 250
BOOK = 100  # deals before the first request, and the statistics of a book that has stood for a while


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2], help="server processes")
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 8], help="at the same time")
    parser.add_argument("--count", type=int, default=200, help="applications per figure")
    parser.add_argument("--seconds", type=float, default=4, help="length of each run of pgbench")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    results: list[dict[str, Any]] = []
    with stage.raised() as it:
        keys = measure.keys_on(it)
        stage.grow(it, BOOK)
        for workers in chosen.workers:
            with measure.serving(it, workers) as url:
                for clients in chosen.clients:
                    results += _measured(it, measure.At(url, keys, clients), workers=workers, chosen=chosen)
    Console().print(_table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _measured(it: stage.Stage, at: measure.At, *, workers: int, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    reference = two_rows(it, at.clients, seconds=chosen.seconds)
    found = []
    for job in measure.JOBS:
        took = job.run(it, at, chosen.count)
        found.append(
            {
                "job": job.name, "workers": workers, "clients": at.clients, "per_s": round(took.rate, 1),
                "p50_ms": round(took.p50_ms, 1), "p99_ms": round(took.p99_ms, 1), "pgbench_per_s": round(reference),
                "ratio": round(took.rate / reference, 4), "load": round(os.getloadavg()[0], 1),
            }
        )  # fmt: skip
    return found


def _table(results: list[dict[str, Any]]) -> Table:
    table = Table(title=f"Over HTTP (bar for applications: ratio {BAR}, p99 {BAR_MS} ms)")
    for name in results[0]:
        table.add_column(name, justify="right")
    for row in results:
        table.add_row(*(str(value) for value in row.values()))
    return table


if __name__ == "__main__":
    main()
