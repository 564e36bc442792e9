"""Measure and print ratios."""

import argparse
import datetime as dt
import json
import resource
import statistics
import tempfile
import time
from pathlib import Path

import duckdb
import ibis
from rich.console import Console
from rich.table import Table

from benchmarks.credit.stage import contest_snapshot, copied, sampled
from openscf.credit import Model, Snapshot, compute_features, fit_scorecard, open_snapshot, read_outcomes, sample_of
from openscf.credit import score_all as score_firms

DATA = Path(__file__).parents[3] / "shared" / "data" / "cumcm2020c"
AS_OF = dt.date(2020, 2, 21)
BAR = 3.0
LARGE = 5_000_000
REFERENCE = Path(__file__).with_name("reference.sql").read_text(encoding="utf-8")
_FIRMS = "CREATE OR REPLACE TABLE firm AS SELECT DISTINCT firm FROM (SELECT seller AS firm FROM read_parquet($file)" \
    " UNION ALL SELECT buyer FROM read_parquet($file)) WHERE starts_with(firm, 'E')"  # fmt: skip


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.credit", description="Features and scores beside DuckDB."
    )
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the contest's tables")
    parser.add_argument(
        "--pairs", type=int, default=5, help=f"pairs of runs; the median ratio is told; above {LARGE:,} invoices one"
    )
    parser.add_argument("--copies", type=int, action="append", help="also so many copies of the invoices")
    parser.add_argument("--memory", default="8GB", help="limit of DuckDB's memory, for both")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    if not chosen.data.is_dir():
        parser.error(f"there is no folder {chosen.data}: name the one with the tables by --data")
    console, results = Console(), []
    with tempfile.TemporaryDirectory(prefix="oscf-bench-") as base:
        whole = contest_snapshot(chosen.data, Path(base, "whole"))
        model = _model(whole, chosen.data)
        sizes = {
            "1/100": lambda: sampled(whole, Path(base, "hundredth"), 100),
            "1/10": lambda: sampled(whole, Path(base, "tenth"), 10),
            "full": lambda: whole,
            **{f"{n} x": lambda n=n: copied(whole, Path(base, f"copies-{n}"), n) for n in chosen.copies or ()},
        }
        for name, stage in sizes.items():
            results.append({"size": name, **_measured(stage(), model, pairs=chosen.pairs, memory=chosen.memory)})
            console.log(results[-1])
    console.print(_table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _model(folder: Path, data: Path) -> Model:
    outcomes = read_outcomes(data / "att1_info_odd_firms.csv")
    table = compute_features(open_snapshot(folder), AS_OF, firms=sorted(outcomes))
    return fit_scorecard(sample_of(table, outcomes), name="bench", seed=1)


def _measured(folder: Path, model: Model, *, pairs: int, memory: str) -> dict[str, float]:
    place = folder / "invoice.parquet"
    file = str(place / "*.parquet") if place.is_dir() else str(place)
    engine = ibis.duckdb.connect(threads=2, memory_limit=memory, temp_directory=str(folder / "spill-ours"))
    snapshot = open_snapshot(folder, engine)
    with duckdb.connect(
        config={"threads": 2, "memory_limit": memory, "temp_directory": str(folder / "spill-theirs")}
    ) as reference:
        reference.execute(_FIRMS, {"file": file})
        firms = [row[0] for row in reference.execute("SELECT firm FROM firm ORDER BY firm").fetchall()]
        rows = reference.execute("SELECT count(*) FROM read_parquet($file)", {"file": file}).fetchall()
        runs = pairs if rows[0][0] <= LARGE else 1
        times = [(_ours(snapshot, model, firms), _theirs(reference, file)) for _ in range(runs)]
    ratios = sorted((ours[0] + ours[1]) / theirs for ours, theirs in times)
    return {
        "rows": rows[0][0],
        "firms": len(firms),
        "pairs": runs,
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "features_s": round(statistics.median(ours[0] for ours, _ in times), 2),
        "scores_s": round(statistics.median(ours[1] for ours, _ in times), 2),
        "reference_s": round(statistics.median(theirs for _, theirs in times), 2),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_min": round(ratios[0], 2),
        "ratio_max": round(ratios[-1], 2),
    }


def _ours(snapshot: Snapshot, model: Model, firms: list[str]) -> tuple[float, float]:
    start = time.perf_counter()
    table = compute_features(snapshot, AS_OF, firms=firms)
    middle = time.perf_counter()
    records = score_firms(model, table)
    assert len(records) == len(firms)
    return middle - start, time.perf_counter() - middle


def _theirs(reference: duckdb.DuckDBPyConnection, file: str) -> float:
    start = time.perf_counter()
    found = reference.sql(REFERENCE, params={"as_of": AS_OF, "file": file}).to_arrow_table()
    assert len(found) > 0
    return time.perf_counter() - start


def _table(results: list[dict[str, float]]) -> Table:
    table = Table(title=f"Features and scores of all firms, beside one query; bar: ratio {BAR}")
    headings = ("size", "invoices", "firms", "features s", "scores s", "reference s", "ratio", "min-max", "peak GiB")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "size" else "right")
    for r in results:
        span = f"{r['ratio_min']}-{r['ratio_max']}"
        table.add_row(
            str(r["size"]), f"{r['rows']:,}", f"{r['firms']:,}", str(r["features_s"]), str(r["scores_s"]),
            str(r["reference_s"]), str(r["ratio"]), span, str(r["peak_gib"]),
        )  # fmt: skip
    return table


if __name__ == "__main__":
    main()
