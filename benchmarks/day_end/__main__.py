"""Accrual, ageing, classification, provisions and exposure of ten million claims, beside one DuckDB pass; print ratios.

`python -m benchmarks.day_end --share 0.1` does a tenth. The reference is one query over the same columns in the same
run: it accrues, ages, classifies, provides at flat rates and sums by debtor and by funder, and keeps no row. It is run
in floating point, which is faster and off by some fen, and in 128-bit integers, which must agree with ours to the fen.
The bar is three times the faster one. Both sides have two threads; ours works in pieces, as a day end takes page after
page. `--deals` then ends real days of so many deals in PostgreSQL: two each, as on the first one every deal gets its
category, and beside the time in which the server reads the same rows and writes them into a table of their own.
"""

import argparse
import datetime as dt
import json
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks.origination import stage
from openscf.credit.provisions import ClaimColumns, LossCurve, ProvisionPolicy, loss_curve, provide_all
from openscf.financing.rules.portfolio import LoanColumns, accrue_columns
from openscf.operations import run_day_end

FULL, BAR = 10_000_000, 3.0
ON = dt.date(2026, 6, 30)
OBLIGORS, FUNDERS = 50_000, 40
PIECE, THREADS = 1 << 19, 2
_EXACT = """
        (principal_minor::HUGEINT * rate_ppb * (greatest(least(due_on, $day), accrued_to) - accrued_to)
            + 180000000000) // 360000000000
        + (principal_minor::HUGEINT * penalty_ppb * greatest($day - greatest(due_on, accrued_to), 0)
            + 180000000000) // 360000000000"""
_FLOATING = """
        (round(principal_minor::DOUBLE * rate_ppb * (greatest(least(due_on, $day), accrued_to) - accrued_to) / 3.6e11)
        + round(principal_minor::DOUBLE * penalty_ppb * greatest($day - greatest(due_on, accrued_to), 0) / 3.6e11)
        )::BIGINT"""
_REFERENCE = """
WITH accrued AS (
    SELECT obligor, funder, grade, first_grade, principal_minor, greatest($day - due_on, 0) AS dpd, {due} AS due
    FROM claims
), judged AS (
    SELECT obligor, funder, principal_minor + due AS outstanding,
        CASE WHEN dpd > 90 THEN 3 WHEN dpd > 30 OR grade - first_grade >= 3 THEN 2 ELSE 1 END AS stage,
        CASE WHEN dpd > 360 THEN 5 WHEN dpd > 270 THEN 4 WHEN dpd > 90 THEN 3 WHEN dpd > 0 THEN 2 ELSE 1 END
            AS category,
        CASE WHEN dpd > 90 THEN 450000000 ELSE 1000000 * grade END AS loss
    FROM accrued
)
SELECT obligor, funder, sum(outstanding), sum(outstanding * loss // 1000000000), max(category), max(stage)
FROM judged GROUP BY GROUPING SETS ((obligor), (funder))
"""


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.day_end", description=__doc__)
    parser.add_argument("--share", type=float, nargs="*", default=[0.01, 0.1, 1], help="shares of ten million")
    parser.add_argument("--pairs", type=int, default=3, help="pairs of runs; the median ratio is told")
    parser.add_argument("--deals", type=int, nargs="*", default=[1_000, 10_000, 100_000], help="deals in PostgreSQL")
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    console = Console()
    columns = [_columns(round(FULL * share), chosen.pairs, seed=chosen.seed) for share in chosen.share]
    if columns:
        console.print(_table("The columns of a day end, beside one DuckDB pass", columns))
    deals = _deals(chosen.deals) if chosen.deals else []
    if deals:
        console.print(_table("A real day end in PostgreSQL", deals))
    if chosen.json:
        chosen.json.write_text(json.dumps({"columns": columns, "deals": deals}, indent=2) + "\n", encoding="utf-8")


def _book(rows: int, seed: int) -> dict[str, Any]:
    chance, day = np.random.default_rng(seed), ON.toordinal()
    lent, late = chance.integers(1, 180, rows), chance.random(rows) < 0.12
    grade = chance.integers(3, 15, rows)
    return {
        "principal_minor": chance.integers(1, 10**10, rows),
        "rate_ppb": chance.integers(30, 150, rows) * 1_000_000,
        "penalty_ppb": chance.integers(50, 220, rows) * 1_000_000,
        "accrued_to": (day - lent).astype(np.int32),
        "due_on": np.where(late, day - lent // 2, day + chance.integers(0, 180, rows)).astype(np.int32),
        "grade": grade.astype(np.int8),
        "first_grade": np.clip(grade - chance.integers(-2, 5, rows), 1, 15).astype(np.int8),
        "obligor": chance.integers(0, OBLIGORS, rows).astype(np.int32),
        "funder": chance.integers(0, FUNDERS, rows).astype(np.int32),
    }  # fmt: skip


def _columns(rows: int, pairs: int, *, seed: int) -> dict[str, Any]:
    book, curve = _book(rows, seed), loss_curve(ProvisionPolicy())
    with duckdb.connect(config={"threads": THREADS}) as connection:
        connection.register("book", book)
        connection.execute("CREATE TABLE claims AS SELECT * FROM book")
        times, sums = [], None
        for _ in range(pairs):
            start = time.perf_counter()
            sums = _ended(book, curve)
            middle = time.perf_counter()
            connection.execute(_REFERENCE.format(due=_FLOATING), {"day": ON.toordinal()}).fetchall()
            end = time.perf_counter()
            found = connection.execute(_REFERENCE.format(due=_EXACT), {"day": ON.toordinal()}).fetchall()
            times.append((middle - start, end - middle, time.perf_counter() - end))
    assert sums is not None, "there was a pair of runs"
    by_funder = {row[1]: int(row[2]) for row in found if row[1] is not None}
    assert by_funder == {funder: int(total) for funder, total in enumerate(sums) if total}, (
        "the two disagree to the fen"
    )
    return {
        "claims": rows, "ours_s": round(statistics.median(ours for ours, _, _ in times), 3),
        "duckdb_s": round(statistics.median(theirs for _, theirs, _ in times), 3),
        "duckdb_exact_s": round(statistics.median(exact for _, _, exact in times), 3),
        "ratio": round(statistics.median(ours / theirs for ours, theirs, _ in times), 2), "bar": BAR,
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _ended(book: dict[str, Any], curve: LossCurve) -> Any:
    """A whole day end over the columns; exposure by funder."""
    rows = len(book["principal_minor"])
    pieces = [slice(start, start + PIECE) for start in range(0, rows, PIECE)]
    with ThreadPoolExecutor(THREADS) as pool:
        sums = list(pool.map(lambda piece: _piece({name: one[piece] for name, one in book.items()}, curve), pieces))
    by_obligor, provided_by_obligor, by_funder, provided_by_funder = (sum(each) for each in zip(*sums, strict=True))
    assert by_obligor.sum() == by_funder.sum()
    assert provided_by_obligor.sum() == provided_by_funder.sum()
    return by_funder


def _piece(book: dict[str, Any], curve: LossCurve) -> tuple[Any, ...]:
    """Exposure and provisions of some claims, each by debtor and by funder."""
    rows = len(book["principal_minor"])
    loans = LoanColumns(
        principal_minor=book["principal_minor"], rate_ppb=book["rate_ppb"], penalty_ppb=book["penalty_ppb"],
        year_days=np.full(rows, 360, np.int64), accrued_to=book["accrued_to"], due_on=book["due_on"],
    )  # fmt: skip
    accrued = accrue_columns(loans, ON)
    outstanding = book["principal_minor"] + accrued.interest_minor + accrued.penalty_minor
    claims = ClaimColumns(
        outstanding_minor=outstanding, dpd=accrued.dpd,
        days_left=np.maximum(book["due_on"] - ON.toordinal(), 0).astype(np.int32), grade=book["grade"],
        first_grade=book["first_grade"], lgd_class=np.zeros(rows, np.int8), events=np.zeros(rows, np.int16),
    )  # fmt: skip
    provisions = provide_all(claims, curve).provision_minor
    return tuple(
        _summed(amounts, book[owner], count)
        for owner, count in (("obligor", OBLIGORS), ("funder", FUNDERS))
        for amounts in (outstanding, provisions)
    )


def _summed(amounts: Any, owners: Any, count: int) -> Any:
    """Sums of whole numbers by owner, exact: in two halves, each of which a double holds to the unit."""
    low = np.bincount(owners, (amounts & 0xFFFFF).astype(np.float64), count)
    high = np.bincount(owners, (amounts >> 20).astype(np.float64), count)
    return high.astype(np.int64) * (1 << 20) + low.astype(np.int64)


def _deals(counts: list[int]) -> list[dict[str, Any]]:
    found = []
    with stage.raised() as it:
        for offset, count in enumerate(counts):
            stage.grow(it, count)
            first, second = (_real(it, count, day=1 + 2 * offset + turn) for turn in (0, 1))
            found.append(
                {"deals": count, "first_s": round(first, 2), "second_s": round(second, 2),
                 "us_a_deal": round(second / count * 1e6), "copy_s": round(_copied(it), 2),
                 "load": round(os.getloadavg()[0], 1)}
            )  # fmt: skip
    return found


def _real(it: stage.Stage, count: int, *, day: int) -> float:
    on = stage.DAY + dt.timedelta(days=day)
    start = time.perf_counter()
    done = run_day_end(it.floor.database, it.floor.context(), on, fingerprints=it.floor.fingerprints)
    seconds = time.perf_counter() - start
    assert (done.standing, done.failed) == (count, ()), done
    return seconds


def _copied(it: stage.Stage) -> float:
    """Seconds in which the server writes what a day end reads of all deals into another table, durably."""
    with psycopg.connect(it.admin, autocommit=True) as superuser:
        start = time.perf_counter()
        superuser.execute("CREATE TABLE public.bench_read AS SELECT id, terms, book::json FROM financing.deal")
        seconds = time.perf_counter() - start
        superuser.execute("DROP TABLE public.bench_read")
    return seconds


def _table(title: str, results: list[dict[str, Any]]) -> Table:
    table = Table(title=title)
    for name in results[0]:
        table.add_column(name, justify="right")
    for row in results:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else f"{value:g}" for value in row.values()))
    return table


if __name__ == "__main__":
    main()
