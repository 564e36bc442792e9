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
        with EmbeddedServer(settings).lease() as admin:
            for name in chosen.scale or SCALES:
                rows = chosen.data
                if SCALES[name] > 1:
                    rows = Path(folder, name.replace("/", "-"))
                    sample(chosen.data, rows, SCALES[name])
                results.append({"scale": name, **_pairs(admin, rows, chosen.pairs)})
                console.log(results[-1])
    console.print(_table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _pairs(admin: str, rows: Path, count: int) -> dict[str, Any]:
    pairs = []
    for number in range(count):
        mine = _ours(admin, rows, f"bench_{rows.name.replace('-', '_')}_{number}")
        pairs.append((mine, _measured("reference", rows)))
    ratios = sorted(mine["seconds"] / theirs["seconds"] for mine, theirs in pairs)
    middle = sorted(pairs, key=lambda pair: pair[0]["seconds"])[len(pairs) // 2][0]
    return {
        "rows": middle["rows"], "edges": middle["edges"], "ours_s": round(middle["seconds"], 2),
        "of_it_edges_s": round(middle["edges_s"], 2),
        "reference_s": round(statistics.median(theirs["seconds"] for _, theirs in pairs), 2),
        "ratio": round(statistics.median(ratios), 1),
        "ratio_min": round(ratios[0], 1), "ratio_max": round(ratios[-1], 1),
        "peak_bytes": max(mine["peak_bytes"] for mine, _ in pairs),
    }  # fmt: skip


def _ours(admin: str, rows: Path, database: str) -> dict[str, Any]:
    endpoints: Endpoints = provision(admin, database, {role: f"bench-{role}" for role in LOGIN_ROLES})
    migrate(endpoints.owner)
    with tempfile.TemporaryDirectory(prefix="oscf-bench-home-") as home:
        return _measured("ours", rows, home, endpoints.owner, endpoints.app, endpoints.seal, endpoints.read)


def _measured(*arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.ingestion.measure", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout))


def _table(results: list[dict[str, Any]]) -> Table:
    table = Table(title=f"Taking in the VAT tables; bars: ratio {BAR}, memory {MEMORY_BAR >> 20} MiB")
    for heading in ("size", "rows", "edges", "ours s", "reference s", "ratio", "min-max", "peak MiB"):
        table.add_column(heading, justify="left" if heading == "size" else "right")
    for r in results:
        spread = f"{r['ratio_min']}-{r['ratio_max']}"
        table.add_row(
            r["scale"], f"{r['rows']:,}", f"{r['edges']:,}", str(r["ours_s"]), str(r["reference_s"]), str(r["ratio"]),
            spread, f"{r['peak_bytes'] >> 20:,}",
        )  # fmt: skip
    return table


if __name__ == "__main__":
    main()
