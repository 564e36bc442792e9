"""Application to money beside pgbench's two-row update, at 1 and 8 clients, with a growing book; print ratios.

Measured with one seller, buyer and funder, whose limits and cash every deal must lock, and with fifty sellers, twenty
buyers and four funders.

`python -m benchmarks.origination --deals 100` stops at a book of a hundred deals. Both sides commit durably to the same
server in the same run. An application is two transactions: apply (eligibility, decision, offer) and accept (headroom,
lien, posting); a batch is one transaction for all its claims, and its times are those of the whole command. The bar is
a fifth of the reference's rate and 250 ms at the 99th percentile.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.origination import measure, stage

BAR, BAR_MS = 0.2, 250


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.origination", description=__doc__)
    parser.add_argument("--deals", type=int, nargs="*", default=[100, 1_000, 10_000], help="deals in the book")
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 8], help="at the same time")
    parser.add_argument("--count", type=int, default=200, help="applications per figure")
    parser.add_argument("--batch", type=int, nargs="*", default=[100], help="claims of one command, beside single ones")
    parser.add_argument("--seconds", type=float, default=4, help="length of each run of pgbench")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    results: list[dict[str, Any]] = []
    with stage.raised() as it:
        sent = measure.statements(it)
        for deals in chosen.deals:
            stage.grow(it, deals)
            for clients in chosen.clients:
                results += [_measured(it, clients, deals=deals, many=many, chosen=chosen) for many in (False, True)]
                results += [_measured(it, clients, deals=deals, batch=each, chosen=chosen) for each in chosen.batch]
    console = Console()
    console.print(f"{sent} statements from application to money")
    console.print(_table(results))
    if chosen.json:
        told = {"statements": sent, "results": results}
        chosen.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _measured(
    it: stage.Stage, clients: int, *, deals: int, chosen: argparse.Namespace, many: bool = False, batch: int = 0
) -> dict[str, Any]:
    before = measure.two_rows(it, clients, seconds=chosen.seconds / 2)
    if batch:
        whole = -(-chosen.count // (batch * clients)) * batch * clients  # full batches for every client
        ours = measure.batched(it, clients, count=whole, batch=batch)
    else:
        ours = measure.originated(it, it.many if many else it.one, clients, count=chosen.count)
    reference = (before + measure.two_rows(it, clients, seconds=chosen.seconds / 2)) / 2
    return {
        "deals": deals,
        "clients": clients,
        "parties": "many" if many else "one",
        "at once": batch or 1,
        "per_s": round(ours.rate, 1),
        "p50_ms": round(ours.p50_ms, 1),
        "p99_ms": round(ours.p99_ms, 1),
        "pgbench_per_s": round(reference),
        "ratio": round(ours.rate / reference, 4),
        "load": round(os.getloadavg()[0], 1),
    }


def _table(results: list[dict[str, Any]]) -> Table:
    table = Table(title=f"Application to money (bar: ratio {BAR}, p99 {BAR_MS} ms)")
    for name in results[0]:
        table.add_column(name, justify="right")
    for row in results:
        table.add_row(*(str(value) for value in row.values()))
    return table


if __name__ == "__main__":
    main()
