"""Run the ledger's benchmarks and print ratios."""

import argparse
import json
import statistics
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.ledger import measure, stage

BARS = {"one by one": 0.5, "batch, 1 connection": 0.05, "batch, 2 connections": 0.08}


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description="Posting beside its reference.")
    parser.add_argument("--seconds", type=float, default=4, help="length of each one-by-one run (default 4)")
    parser.add_argument("--pairs", type=int, default=3, help="pairs of runs per figure; the median ratio is told")
    parser.add_argument("--only", default="", help="only the jobs whose name contains this")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    console = Console()
    results: list[dict[str, object]] = []
    with stage.raised() as it, console.status("measuring"):
        for name, bar, ours, reference in _measurements(it, chosen.seconds):
            if chosen.only not in name:
                continue
            results.append(_pairs(name, bar, ours=ours, reference=reference, count=chosen.pairs))
            console.log(_line(results[-1]))
    console.print(_table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


Measurement = tuple[str, float | None, Callable[[], float], Callable[[], float]]


def _measurements(it: stage.Stage, seconds: float) -> list[Measurement]:
    found: list[Measurement] = []
    for clients in (1, 8, 32):
        reference = _bound(measure.reference, it, clients, seconds=seconds)
        ours = _bound(measure.one_by_one, it, clients, seconds=seconds)
        found.append((f"one by one, {clients} clients", BARS["one by one"], ours, reference))
    units = _bound(measure.in_units_of_work, it, 8, seconds=seconds)
    hot = _bound(measure.one_by_one, it, 32, seconds=seconds, hot=True)
    found.append(("in units of work, 8 clients", None, units, _bound(measure.reference, it, 8, seconds=seconds)))
    found.append(("one hot account, 32 clients", None, hot, _bound(measure.reference, it, 32, seconds=seconds)))
    for size, calls in ((100, 60), (1_000, 20), (10_000, 5)):
        reference = _bound(measure.copied, it, size, calls=calls)
        for connections in (1, 2):
            bar = BARS[f"batch, {connections} connection{'s' * (connections > 1)}"] if size >= 1_000 else None
            ours = _bound(measure.in_batches, it, size, connections=connections, calls=calls)
            found.append((f"batches of {size:,}, {connections} connection(s)", bar, ours, reference))
    shared = _bound(measure.in_batches, it, 10_000, connections=2, calls=5, shared=True)
    found.append(
        ("batches of 10,000, 2 on the same accounts", None, shared, _bound(measure.copied, it, 10_000, calls=5))
    )
    return found


def _bound(what: Callable[..., float], *arguments: object, **named: object) -> Callable[[], float]:
    return lambda: what(*arguments, **named)


def _pairs(
    name: str, bar: float | None, *, ours: Callable[[], float], reference: Callable[[], float], count: int
) -> dict[str, object]:
    pairs = [(ours(), reference()) for _ in range(count)]
    ratios = sorted(mine / theirs for mine, theirs in pairs)
    return {
        "name": name,
        "ours_per_s": round(statistics.median(mine for mine, _ in pairs)),
        "reference_per_s": round(statistics.median(theirs for _, theirs in pairs)),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_min": round(ratios[0], 3),
        "ratio_max": round(ratios[-1], 3),
        "bar": bar,
    }


def _line(result: dict[str, object]) -> str:
    return f"{result['name']}: {result['ours_per_s']:,}/s, {result['ratio']} of {result['reference_per_s']:,}/s"


def _table(results: list[dict[str, object]]) -> Table:
    table = Table(title="Posting transfers: ratio to the reference of the same run")
    for heading in ("job", "ours /s", "reference /s", "ratio", "min-max", "bar"):
        table.add_column(heading, justify="left" if heading == "job" else "right")
    for r in results:
        spread = f"{r['ratio_min']}-{r['ratio_max']}"
        table.add_row(
            str(r["name"]),
            f"{r['ours_per_s']:,}",
            f"{r['reference_per_s']:,}",
            str(r["ratio"]),
            spread,
            str(r["bar"] or "-"),
        )
    return table


if __name__ == "__main__":
    main()
