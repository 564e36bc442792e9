"""A hundred megabytes of invoices to a real server while somebody else reads; and a corpus of hostile files.

`python -m benchmarks.uploads` uploads tables of VAT invoices in one request, zips of UBL invoices in another, a small
file for each (`--invoices` so many, `--only zips` nothing else; 40,000 of them are a hundred megabytes); a client in
another process lists invoices all the while. The zips stand beside the least that must be done with them in the same
run: to unpack and parse them with lxml alone, and to COPY their rows once. The reader's percentiles stand beside those
of the same client at the same server without an upload, in the same run. Of each hostile file (zips that unpack without
end, entities, thousands of levels) is told how long it took until the answer. The bars: nothing is refused to the
reader, and each hostile file is answered in 2 s.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.uploads import measure

BAR_S = 2.0


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100, help="of tables")
    parser.add_argument("--invoices", type=int, default=4_000, help="UBL invoices in zips, a file each")
    parser.add_argument("--only", choices=("tables", "zips", "hostile"), help="only this part")
    parser.add_argument("--seconds", type=float, default=10, help="of reading alone")
    parser.add_argument("--workers", type=int, default=1, help="server processes")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    with measure.raised(chosen.workers) as place:
        found = _measured(place, chosen)
        Console().print_json(json.dumps(found))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _measured(place: measure.Place, chosen: argparse.Namespace) -> dict[str, Any]:
    measure.upload(place, measure.table(1))  # everything is loaded before anything is measured
    found: dict[str, Any] = {"workers": chosen.workers, "load": round(os.getloadavg()[0], 1)}
    if chosen.only in (None, "zips"):
        found["UBL in zips"] = _zips(place, chosen)
    if chosen.only in (None, "tables"):
        found["tables"] = _beside(place, measure.table(chosen.megabytes), seconds=chosen.seconds)
    if chosen.only in (None, "hostile"):
        found["hostile"] = _hostile(place)
    return found


def _zips(place: measure.Place, chosen: argparse.Namespace) -> dict[str, Any]:
    files = measure.archives(place.floor, chosen.invoices)
    found = _beside(place, files, seconds=chosen.seconds)
    least = measure.bare(place, files)
    ratio = found["seconds"] / least
    each = 1000 * found["seconds"] / chosen.invoices
    return {**found, "ms_a_file": round(each, 2), "bare_s": round(least, 2), "times_bare": round(ratio, 1)}


def _hostile(place: measure.Place) -> dict[str, Any]:
    hostile = measure.refused(place)
    return {
        "files": len(hostile), "slowest_s": {name: round(seconds, 2) for name, seconds in hostile[:3]},
        "within_bar": sum(seconds <= BAR_S for _, seconds in hostile), "bar_s": BAR_S,
    }  # fmt: skip


def _beside(place: measure.Place, files: measure.Files, *, seconds: float) -> dict[str, Any]:
    _, alone = measure.with_reader(place, lambda: measure.time.sleep(seconds))
    with measure.Memory(place.server) as memory:
        done, beside = measure.with_reader(place, lambda: measure.upload(place, files))
    size = sum(len(content) for _, content in files)
    return {
        "megabytes": round(size / 1e6, 1), "rows": done["rows"], "seconds": round(done["seconds"], 1),
        "rows_per_s": round(done["rows"] / done["seconds"]),
        "reader_alone_ms": {"p50": round(alone.p50_ms, 1), "p99": round(alone.p99_ms, 1)},
        "reader_beside_ms": {"p50": round(beside.p50_ms, 1), "p99": round(beside.p99_ms, 1),
                             "worst": round(beside.worst_ms)},
        "ratio": {"p50": round(beside.p50_ms / alone.p50_ms, 2), "p99": round(beside.p99_ms / alone.p99_ms, 2)},
        "reader_failed": beside.failed, "reader_requests": beside.requests,
        "server_mb": {"before": round(memory.before_mb), "most": round(memory.most_mb)},
    }  # fmt: skip


if __name__ == "__main__":
    main()
