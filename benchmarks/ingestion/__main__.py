"""Run the ingestion benchmark and print its ratios to both references."""

import argparse
import dataclasses
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.ingestion.measure import sample
from openscf.db.endpoints import LOGIN_ROLES, Endpoints
from openscf.db.migrations import migrate
from openscf.db.roles import provision
from openscf.db.server import EmbeddedServer
from openscf.db.settings import Settings

DATA = Path(__file__).parents[3] / "shared" / "data" / "cumcm2020c"
SCALES = {"1/100": 100, "1/10": 10, "full": 1}
BAR, MEMORY_BAR = 10, 2 << 30
REFERENCES = ("durable", "memory")  # the bar is against the first


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingestion", description="Taking in, beside DuckDB.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the four tables")
    parser.add_argument("--pairs", type=int, default=3, help="runs of each side per size; the median ratio is told")
    parser.add_argument("--scale", choices=SCALES, action="append", help="only this size")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    if not chosen.data.is_dir():
        parser.error(f"there is no folder {chosen.data}: name the one with the tables by --data")
    console, results = Console(), []
    with tempfile.TemporaryDirectory(prefix="oscf-bench-") as folder:
        Path(folder).chmod(0o755)
        settings = dataclasses.replace(
            Settings.from_environment(), home=Path(folder, "h"), database_url=None, roles=None
        )
        server = EmbeddedServer(settings)
        with server.lease() as admin:
            pid = server.status().pid
            assert pid is not None, "the server that was just started can be seen"
            for name in chosen.scale or SCALES:
                rows = chosen.data
                if SCALES[name] > 1:
                    rows = Path(folder, name.replace("/", "-"))
                    sample(chosen.data, rows, SCALES[name])
                results.append({"scale": name, **_pairs((admin, pid), rows, chosen.pairs)})
                console.log(results[-1])
        server.unpin(now=True)  # else its folder would be cleared away under it
    console.print(_table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _pairs(server: tuple[str, int], rows: Path, count: int) -> dict[str, Any]:
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "durable": [], "memory": []}
    for number in range(count):
        runs["memory"].append(_measured("memory", rows))
        with tempfile.TemporaryDirectory(prefix="oscf-bench-duckdb-") as folder:
            runs["durable"].append(_measured("durable", rows, Path(folder, "rows.duckdb")))
        runs["ours"].append(_ours(server, rows, f"bench_{rows.name.replace('-', '_')}_{number}"))
    mine = runs["ours"]
    told = {
        "rows": mine[0]["rows"], "edges": mine[0]["edges"], "peak_bytes": max(one["peak_bytes"] for one in mine),
        "ours_s": _middle([one["seconds"] for one in mine]), "ours_cpu_s": _middle([one["cpu_s"] for one in mine]),
        "edges_s": _middle([one["edges_s"] for one in mine]),
    }  # fmt: skip
    return told | {name: _beside(mine, runs[name]) for name in REFERENCES}


def _beside(mine: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> dict[str, float]:
    """What a reference took, and how many times that ours took."""
    pairs = list(zip(mine, theirs, strict=True))
    ratios = [our["seconds"] / their["seconds"] for our, their in pairs]
    return {
        "seconds": _middle([one["seconds"] for one in theirs]), "cpu_s": _middle([one["cpu_s"] for one in theirs]),
        "ratio": _middle(ratios), "ratio_min": round(min(ratios), 2), "ratio_max": round(max(ratios), 2),
        "ratio_cpu": _middle([our["cpu_s"] / their["cpu_s"] for our, their in pairs]),
        "ratio_with_edges": _middle([(our["seconds"] + our["edges_s"]) / their["seconds"] for our, their in pairs]),
    }  # fmt: skip


def _middle(values: list[float]) -> float:
    return round(statistics.median(values), 2)


def _ours(server: tuple[str, int], rows: Path, database: str) -> dict[str, Any]:
    admin, pid = server
    endpoints: Endpoints = provision(admin, database, {role: f"bench-{role}" for role in LOGIN_ROLES})
    migrate(endpoints.owner)
    with tempfile.TemporaryDirectory(prefix="oscf-bench-home-") as home:
        return _measured("ours", rows, home, pid, endpoints.owner, endpoints.app, endpoints.seal, endpoints.read)


def _measured(*arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.ingestion.measure", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout))


def _table(results: list[dict[str, Any]]) -> Table:
    title = f"Taking in the VAT tables; bars: ratio {BAR} to the durable reference, memory {MEMORY_BAR >> 20} MiB"
    table = Table(title=title)
    headings = (
        "size",
        "rows",
        "ours s",
        "CPU s",
        "peak MiB",
        "DuckDB",
        "s",
        "CPU s",
        "ratio",
        "min-max",
        "CPU",
        "+ edges",
    )
    for heading in headings:
        table.add_column(heading, justify="left" if heading in {"size", "DuckDB"} else "right")
    for r in results:
        for name in REFERENCES:
            its = r[name]
            figures = ("seconds", "cpu_s", "ratio")
            table.add_row(
                r["scale"], f"{r['rows']:,}", str(r["ours_s"]), str(r["ours_cpu_s"]), f"{r['peak_bytes'] >> 20:,}",
                name, *(str(its[figure]) for figure in figures), f"{its['ratio_min']}-{its['ratio_max']}",
                str(its["ratio_cpu"]), str(its["ratio_with_edges"]),
            )  # fmt: skip
    return table


if __name__ == "__main__":
    main()
