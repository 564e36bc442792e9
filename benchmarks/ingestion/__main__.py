"""Run the ingestion benchmark and print ratios."""

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


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingestion", description="Taking in, beside DuckDB.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the four tables")
    parser.add_argument("--pairs", type=int, default=3, help="pairs of runs per size; the median ratio is told")
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
    pairs = []
    for number in range(count):
        theirs = _measured("reference", rows)
        pairs.append((_ours(server, rows, f"bench_{rows.name.replace('-', '_')}_{number}"), theirs))
    mine, theirs = ({key: [one[key] for one in side] for key in side[0]} for side in zip(*pairs, strict=True))
    ratios = {key: [a / b for a, b in zip(mine[key], theirs[key], strict=True)] for key in ("seconds", "cpu_s")}
    with_edges = [(a + e) / b for a, e, b in zip(mine["seconds"], mine["edges_s"], theirs["seconds"], strict=True)]
    return {
        "rows": mine["rows"][0], "edges": mine["edges"][0],
        "ours_s": _middle(mine["seconds"]), "ours_cpu_s": _middle(mine["cpu_s"]), "edges_s": _middle(mine["edges_s"]),
        "reference_s": _middle(theirs["seconds"]), "reference_cpu_s": _middle(theirs["cpu_s"]),
        "ratio": _middle(ratios["seconds"]), "ratio_min": round(min(ratios["seconds"]), 2),
        "ratio_max": round(max(ratios["seconds"]), 2), "ratio_cpu": _middle(ratios["cpu_s"]),
        "ratio_with_edges": _middle(with_edges), "peak_bytes": max(mine["peak_bytes"]),
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
    table = Table(title=f"Taking in the VAT tables; bars: ratio {BAR}, memory {MEMORY_BAR >> 20} MiB")
    headings = (
        "size",
        "rows",
        "ours s",
        "CPU s",
        "DuckDB s",
        "CPU s",
        "ratio",
        "min-max",
        "CPU",
        "+ edges",
        "peak MiB",
    )
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "size" else "right")
    for r in results:
        figures = ("ours_s", "ours_cpu_s", "reference_s", "reference_cpu_s", "ratio")
        spread = f"{r['ratio_min']}-{r['ratio_max']}"
        table.add_row(
            r["scale"], f"{r['rows']:,}", *(str(r[name]) for name in figures), spread, str(r["ratio_cpu"]),
            str(r["ratio_with_edges"]), f"{r['peak_bytes'] >> 20:,}",
        )  # fmt: skip
    return table


if __name__ == "__main__":
    main()
