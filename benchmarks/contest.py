"""The data of the modelling contest of 2020, problem C, for tests and benchmarks that use them; absent, they skip.

`python -m benchmarks.contest --applicants firms.csv` solves its lending task with the PDs of the platform's scorecard,
tells how good that is on firms it had not seen, the naive division's profit beside the best one's and what a plain
model would have changed, and writes the 302 firms as `openscf credit allocate` reads them.
"""

import argparse
import csv
import dataclasses
import datetime as dt
import functools
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.credit.stage import contest_snapshot
from openscf.credit import compute_features, open_snapshot, read_outcomes, sample_of, score_all, train_models
from openscf.credit.allocation import Allocation, AllocationTask, Applicant, allocate, naive_allocation
from openscf.credit.allocation.rules import worth
from openscf.credit.pricing import Demand
from openscf.kernel.money import Money, currency
from openscf.kernel.rates import Rate

AS_OF: Final = dt.date(2020, 2, 21)
SEED: Final = 1
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


@dataclass(frozen=True)
class Judged:
    """What the platform's scorecard says of the firms without a rating.

    Attributes:
        chances: One year's PD by firm.
        figures: Of the same form of model on labelled firms that it had not seen, with bands.
    """

    chances: Mapping[str, float]
    figures: Mapping[str, Any]


@functools.cache
def judged() -> Judged:
    """The scorecard of the labelled firms, as `openscf credit train` learns it, on the firms without a rating.

    No rating enters. What is told of its quality comes from folds: no firm is judged by a model that has seen it.
    """
    outcomes = read_outcomes(FOLDER / "att1_info_odd_firms.csv")
    with tempfile.TemporaryDirectory(prefix="oscf-contest-") as base:
        snapshot = open_snapshot(contest_snapshot(FOLDER, Path(base)))
        asking = [f"E{number}" for number in range(124, 426)]
        table = compute_features(snapshot, AS_OF, firms=sorted({*outcomes, *asking}))
    facts = {"as_of": AS_OF.isoformat(), "snapshot_sha256": table.snapshot_sha256}
    sample = sample_of(table, outcomes)
    found = train_models(sample, name="contest", seed=SEED, facts=facts, challenger=False, repetitions=5)
    card = found.trained["scorecard"]
    records = {record.firm: record for record in score_all(card.model, table)}
    return Judged({firm: records[firm].pd_1y_ppm / 1_000_000 for firm in asking}, card.figures)


def plain() -> dict[str, float]:
    """PDs by a plain logistic model of a dozen figures, beside which the scorecard's are told."""
    known, rated, asking = _known(), features("att1"), features("att2")
    labels = [known[firm]["是否违约"] == "是" for firm in known]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3))
    model.fit([rated[firm] for firm in known], labels)
    return dict(zip(asking, map(float, model.predict_proba(list(asking.values()))[:, 1]), strict=True))


@functools.cache
def unrated(lgd: float = 0.9, model: str = "scorecard") -> tuple[Applicant, ...]:
    """The 302 firms without a rating, with PDs and grades of our own.

    The grades A to D go by PD in the shares that the labelled firms have; D is never lent to.

    Args:
        lgd: Loss given default.
        model: `scorecard`, or `plain` for the comparison.
    """
    chances = judged().chances if model == "scorecard" else plain()
    grades = sorted(row["信誉评级"] for row in _known().values())
    ranked = sorted(chances, key=lambda firm: (chances[firm], firm))
    graded = {firm: grades[place * len(grades) // len(ranked)] for place, firm in enumerate(ranked)}
    return tuple(
        Applicant(name=firm, segment=graded[firm], pd_1y=float(pd), lgd=lgd, lendable=graded[firm] != "D")
        for firm, pd in chances.items()
    )


def _known() -> dict[str, dict[str, str]]:
    with (FOLDER / "att1_info_odd_firms.csv").open(encoding="utf-8-sig") as file:
        return {row["企业代号"]: row for row in csv.DictReader(file)}


def valued(allocation: Allocation, firms: Sequence[Applicant], given: AllocationTask) -> Money:
    """The profit of an allocation as other PDs see it; whom they call D churns like C and defaults as they say."""
    known = {one.name: one for one in firms}
    points = {point.rate: point for point in given.demand.points}
    total = Fraction(0)
    for loan in allocation.loans:
        one = known[loan.applicant]
        one = dataclasses.replace(one, segment="C") if one.segment == "D" else one
        total += worth(given, one, points[loan.rate])[0] * loan.amount.minor
    return Money(round(total), given.budget.currency)


def task(**bounds: Any) -> AllocationTask:
    """The contest's: 100 million, each loan 0 or 100,000 to 1,000,000, rates from 4 % to 15 %."""
    yuan = {"budget": 100_000_000, "lowest": 100_000, "highest": 1_000_000, "step": 10_000}
    amounts = {name: Money(amount * 100, currency("CNY")) for name, amount in yuan.items()}
    rates = {"lowest_rate": Rate.percent("4"), "highest_rate": Rate.percent("15")}
    return AllocationTask(**{**amounts, **rates, "demand": churn(), **bounds})


def main() -> None:
    """Solve the contest's task and print what it earns, by the scorecard's PDs and by the plain model's."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contest", description="The contest's lending task.")
    parser.add_argument("--applicants", type=Path, help="also write the firms with their PDs and grades to this CSV")
    chosen = parser.parse_args()
    figures, given = judged().figures, task()
    print(f"scorecard, out of fold: {figures['firms']} firms, {figures['bad']} bad, {_bands(figures)}")
    found = {}
    for model in ("scorecard", "plain"):
        firms = unrated(model=model)
        start = time.perf_counter()
        best = found[model] = allocate(given, firms)
        seconds = time.perf_counter() - start
        naive = naive_allocation(given, firms)
        for name, one in (("best", best), ("naive", naive)):
            print(f"{model} {name:>6}: {len(one.loans)} loans, lent {one.lent}, profit {one.profit}, loss {one.loss}")
        print(f"{model}  bound: {best.bound}; solved in {seconds:.2f} s")
    _compared(found, given)
    if chosen.applicants:
        _written(chosen.applicants, unrated())


def _bands(figures: Mapping[str, Any]) -> str:
    named = {name: figures[name] for name in ("auc", "ks", "brier")}
    return ", ".join(f"{name} {one['value']} ({one['low']}-{one['high']})" for name, one in named.items())


def _compared(found: Mapping[str, Allocation], given: AllocationTask) -> None:
    firms = {model: unrated(model=model) for model in found}
    lent = {model: {loan.applicant for loan in one.loans} for model, one in found.items()}
    both = lent["scorecard"] & lent["plain"]
    print(f"lent to by both: {len(both)}; only by scorecard {len(lent['scorecard'] - both)}, only by plain"
          f" {len(lent['plain'] - both)}")  # fmt: skip
    for model, other in (("scorecard", "plain"), ("plain", "scorecard")):
        print(f"the {model} division, as {other} PDs value it: {valued(found[model], firms[other], given)}")


def _written(path: Path, firms: Sequence[Applicant]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["name", "segment", "pd_1y", "lgd", "lendable"])
        rows = [(f.name, f.segment, f"{f.pd_1y:.6f}", f.lgd, "yes" if f.lendable else "no") for f in firms]
        table.writerows(rows)


if __name__ == "__main__":
    main()
