"""The data of the modelling contest of 2020, problem C, for tests and benchmarks that use them; absent, they skip.

`python -m benchmarks.contest --applicants firms.csv` solves its lending task, tells the naive division's profit
beside the best one's, and writes the 302 firms as `openscf credit allocate` reads them.
"""

import argparse
import csv
import functools
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from openscf.credit.allocation import AllocationTask, Applicant, allocate, naive_allocation
from openscf.credit.pricing import Demand
from openscf.kernel.money import Money, currency
from openscf.kernel.rates import Rate

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "cumcm2020c"
NEEDS_DATA = pytest.mark.skipif(not FOLDER.is_dir(), reason="the contest's data (../shared/data/cumcm2020c) are absent")


def churn() -> Demand:
    """Annex 3: loan rate against churn for ratings A, B and C."""
    rows = CalamineWorkbook.from_path(FOLDER / "att3_rate_churn.xlsx").get_sheet_by_index(0).to_python()
    numbers = [row[:4] for row in rows if isinstance(row[0], float)]
    return Demand.of(["A", "B", "C"], numbers)


_FEATURES = """
WITH sales AS (
    SELECT 企业代号 AS firm, strptime(开票日期, '%Y/%m/%d')::DATE AS day, 购方单位代号 AS other, 金额::DOUBLE AS net,
        trim(发票状态) = '有效发票' AS valid FROM read_csv('{sales}', header = true, all_varchar = true)
), purchases AS (
    SELECT 企业代号 AS firm, strptime(开票日期, '%Y/%m/%d')::DATE AS day, 销方单位代号 AS other, 金额::DOUBLE AS net,
        trim(发票状态) = '有效发票' AS valid FROM read_csv('{purchases}', header = true, all_varchar = true)
), sold AS (
    SELECT firm, coalesce(sum(net) FILTER (valid), 0) AS net, count(*) AS n, avg((NOT valid)::INT) AS void,
        avg((net < 0)::INT) FILTER (valid) AS red, count(DISTINCT other) AS others,
        count(DISTINCT date_trunc('month', day)) AS months,
        coalesce(sum(net) FILTER (valid AND day >= DATE '2019-01-01' AND day < DATE '2020-01-01'), 0) AS late,
        coalesce(sum(net) FILTER (valid AND day >= DATE '2018-01-01' AND day < DATE '2019-01-01'), 0) AS early
    FROM sales GROUP BY firm
), bought AS (
    SELECT firm, coalesce(sum(net) FILTER (valid), 0) AS net, count(*) AS n, avg((NOT valid)::INT) AS void,
        count(DISTINCT other) AS others, count(DISTINCT date_trunc('month', day)) AS months
    FROM purchases GROUP BY firm
), largest AS (
    SELECT firm, max(net) AS net FROM
        (SELECT firm, other, sum(net) AS net FROM sales WHERE valid GROUP BY firm, other) GROUP BY firm
)
SELECT firm, ln(greatest(s.net, 1)), ln(greatest(coalesce(b.net, 0), 1)), ln(s.n), ln(1 + coalesce(b.n, 0)), s.void,
    coalesce(b.void, 0), coalesce(s.red, 0), ln(s.others), ln(1 + coalesce(b.others, 0)), s.months,
    coalesce(b.months, 0), greatest(least(coalesce(l.net, 0) / greatest(s.net, 1), 1), 0),
    greatest(least(ln(greatest(s.late, 1)) - ln(greatest(s.early, 1)), 3), -3),
    greatest(least((s.net - coalesce(b.net, 0)) / greatest(s.net, 1), 1), -3)
FROM sold s LEFT JOIN bought b USING (firm) LEFT JOIN largest l USING (firm) ORDER BY substr(firm, 2)::INT
"""


def features(table: str) -> dict[str, list[float]]:
    """A dozen plain figures per firm, from its invoices alone."""
    query = _FEATURES.format(sales=FOLDER / f"{table}_out.csv.gz", purchases=FOLDER / f"{table}_in.csv.gz")
    with duckdb.connect() as connection:
        return {str(row[0]): [float(value) for value in row[1:]] for row in connection.execute(query).fetchall()}


@functools.cache
def unrated(lgd: float = 0.9) -> tuple[Applicant, ...]:
    """The 302 firms without a rating, with simple PDs and grades of our own.

    A logistic model on the labelled firms' invoices gives the PDs. The grades A to D go by PD in the shares that the
    labelled firms have; D is never lent to.
    """
    with (FOLDER / "att1_info_odd_firms.csv").open(encoding="utf-8-sig") as file:
        known = {row["企业代号"]: row for row in csv.DictReader(file)}
    rated, asking = features("att1"), features("att2")
    labels = [known[firm]["是否违约"] == "是" for firm in known]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3))
    model.fit([rated[firm] for firm in known], labels)
    chances = dict(zip(asking, model.predict_proba(list(asking.values()))[:, 1], strict=True))
    grades = sorted(row["信誉评级"] for row in known.values())
    ranked = sorted(chances, key=lambda firm: (chances[firm], firm))
    graded = {firm: grades[place * len(grades) // len(ranked)] for place, firm in enumerate(ranked)}
    return tuple(
        Applicant(name=firm, segment=graded[firm], pd_1y=float(pd), lgd=lgd, lendable=graded[firm] != "D")
        for firm, pd in chances.items()
    )


def task(**bounds: Any) -> AllocationTask:
    """The contest's: 100 million, each loan 0 or 100,000 to 1,000,000, rates from 4 % to 15 %."""
    yuan = {"budget": 100_000_000, "lowest": 100_000, "highest": 1_000_000, "step": 10_000}
    amounts = {name: Money(amount * 100, currency("CNY")) for name, amount in yuan.items()}
    rates = {"lowest_rate": Rate.percent("4"), "highest_rate": Rate.percent("15")}
    return AllocationTask(**{**amounts, **rates, "demand": churn(), **bounds})


def main() -> None:
    """Solve the contest's task and print what it earns."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contest", description="The contest's lending task.")
    parser.add_argument("--applicants", type=Path, help="also write the firms with their PDs and grades to this CSV")
    chosen = parser.parse_args()
    firms, given = unrated(), task()
    start = time.perf_counter()
    best = allocate(given, firms)
    seconds = time.perf_counter() - start
    naive = naive_allocation(given, firms)
    for name, one in (("best", best), ("naive", naive)):
        print(f"{name:>6}: {len(one.loans)} loans, lent {one.lent}, expected profit {one.profit}, loss {one.loss}")
    print(f" bound: {best.bound}; solved in {seconds:.2f} s")
    if chosen.applicants:
        with chosen.applicants.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["name", "segment", "pd_1y", "lgd", "lendable"])
            rows = [(f.name, f.segment, f"{f.pd_1y:.6f}", f.lgd, "yes" if f.lendable else "no") for f in firms]
            table.writerows(rows)


if __name__ == "__main__":
    main()
