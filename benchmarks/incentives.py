"""What good data are worth: limits and rates of the contest's 425 firms with and without the reward.

    python -m benchmarks.incentives

The real invoices are told by the tax register alone. Each row below adds something and assesses all firms anew with the
same evidence and the same PDs, so that only the data-quality score moves limit and rate:

| row | what is told |
|---|---|
| no reward | quality is not looked at |
| register alone | the invoices as they are |
| own files too | each firm also uploads as many invoices again, of which nobody else tells |
| own copies too | each firm also tells every invoice of the register in the same words |
| every second | of every second invoice the buyer delivers its copy |
| all | of every invoice the buyer delivers its copy |
| contradicted | of every tenth invoice the firm says something else |

The contest has no payments: that buyers paid what they were invoiced is assumed, for all rows alike.
"""

import argparse
import dataclasses
import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import fmean
from typing import Final

import duckdb

from benchmarks.credit.stage import contest_snapshot
from openscf.credit import (
    BILLION,
    DataQuality,
    Evidence,
    EvidenceKind,
    EvidenceOrigin,
    PriceTerms,
    compute_features,
    facts_from,
    fit_scorecard,
    gather_evidence,
    limit_of,
    open_snapshot,
    price_of,
    read_outcomes,
    sample_of,
    score_all,
)
from openscf.operations.evaluation import standard_terms

DATA: Final = Path(__file__).parents[2] / "shared" / "data" / "cumcm2020c"
AS_OF: Final = dt.date(2020, 2, 21)
FIRMS: Final = tuple(f"E{number}" for number in range(1, 426))
_PARTY: Final = (
    "SELECT firm AS node, 'pty_' || firm AS party_id FROM (SELECT unnest(generate_series(1, 425)) n), "
    "LATERAL (SELECT 'E' || n AS firm)"
)
_COPY: Final = (
    "SELECT document_id, 'copy' AS what, {by} AS by, NULL::DATE AS on, NULL::BIGINT AS amount_minor FROM told"
    " WHERE {which}"
)
_NO_SUPPORT: Final = _COPY.format(by="buyer", which="false")
_OWN: Final = (
    "SELECT * FROM told UNION ALL BY NAME SELECT * REPLACE (document_id || '-own' AS document_id, "
    "'pty_' || seller AS source, number || '-own' AS number) FROM told WHERE starts_with(seller, 'E')"
)
_CONTRADICTED: Final = (
    "SELECT * REPLACE ('pty_' || seller AS source, gross_minor + 1 AS gross_minor), 2 AS versions FROM told "
    "WHERE starts_with(seller, 'E') AND hash(document_id) % 10 = 0 UNION ALL BY NAME "
    "SELECT *, 1 AS versions FROM told WHERE NOT (starts_with(seller, 'E') AND hash(document_id) % 10 = 0)"
)
SCENES: Final[Mapping[str, tuple[str, str]]] = {
    "register alone": ("SELECT * FROM told", _NO_SUPPORT),
    "own files too": (_OWN, _NO_SUPPORT),
    "own copies too": ("SELECT * FROM told", _COPY.format(by="seller", which="true")),
    "every second": ("SELECT * FROM told", _COPY.format(by="buyer", which="hash(document_id) % 2 = 0")),
    "all": ("SELECT * FROM told", _COPY.format(by="buyer", which="true")),
    "contradicted": (_CONTRADICTED, _NO_SUPPORT),
}
"""Invoices and support of each row but the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All firms in one scene.

    Attributes:
        points, confirmed: Mean data-quality scores of the firms that have one.
        firms: How many get a limit.
        limits_minor: Sum of the limits, in fen.
        rates: Posted rate of each firm, per year.
    """

    scene: str
    points: float
    confirmed: float
    firms: int
    limits_minor: int
    rates: Mapping[str, Fraction]

    @property
    def rate(self) -> float:
        """The mean posted rate, per year."""
        return fmean(float(one) for one in self.rates.values())


def measured(data: Path, base: Path) -> list[Row]:
    """Each scene's row, the first without any reward.

    Args:
        data: Folder of the contest's tables.
        base: An empty folder for snapshots.
    """
    whole = contest_snapshot(data, base / "whole")
    chances = _chances(whole, data)
    firms = [firm for firm in FIRMS if firm in chances]
    qualities: dict[str, Mapping[str, DataQuality | None]] = {}
    evidence: dict[str, Sequence[Evidence]] = {}
    for name, (invoices, support) in SCENES.items():
        folder = _staged(whole, base / name.replace(" ", "-"), invoices, support)
        told = gather_evidence(open_snapshot(folder), firms, AS_OF, groups={})
        qualities[name] = {firm: told[firm].quality for firm in firms}
        evidence = evidence or {firm: told[firm].evidence for firm in firms}
    nothing: Mapping[str, DataQuality | None] = dict.fromkeys(firms)
    return [_row(name, found, evidence, chances) for name, found in {"no reward": nothing, **qualities}.items()]


def _chances(whole: Path, data: Path) -> dict[str, int]:
    """One year's PD of each firm in parts per billion, by the scorecard of the labelled ones."""
    outcomes = read_outcomes(data / "att1_info_odd_firms.csv")
    table = compute_features(open_snapshot(whole), AS_OF, firms=list(FIRMS))
    card = fit_scorecard(sample_of(table, outcomes), name="incentives", seed=1)
    return {one.firm: one.pd_1y_ppm * (BILLION // 1_000_000) for one in score_all(card, table)}


def _staged(whole: Path, folder: Path, invoices: str, support: str) -> Path:
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW told AS FROM read_parquet('{whole / 'invoice.parquet'}')")
        for name, query in (("invoice", invoices), ("support", support), ("party", _PARTY)):
            connection.execute(f"COPY ({query}) TO '{folder / f'{name}.parquet'}' (FORMAT parquet)")
    return folder


def _row(
    scene: str, quality: Mapping[str, DataQuality | None], evidence: Mapping[str, Sequence[Evidence]],
    chances: Mapping[str, int],
) -> Row:  # fmt: skip
    policy, limits, rates = standard_terms().limit, [], {}
    for firm, found in quality.items():
        given = [*evidence[firm], *map(_paid, filter(_sales, evidence[firm]))]
        facts, _ = facts_from(given, Fraction(chances[firm], BILLION), policy, on=AS_OF, quality=found)
        limits.append(limit_of(facts, policy).amount.minor)
        rates[firm] = price_of(chances[firm], PriceTerms(), found).rate.per_year
    seen = [one for one in quality.values() if one is not None]
    return Row(
        scene=scene, points=fmean(one.points for one in seen) if seen else 0.0,
        confirmed=fmean(one.confirmed_points for one in seen) if seen else 0.0,
        firms=sum(one > 0 for one in limits), limits_minor=sum(limits), rates=rates,
    )  # fmt: skip


def _sales(one: Evidence) -> bool:
    return one.kind is EvidenceKind.SALES and one.independent


def _paid(one: Evidence) -> Evidence:
    return dataclasses.replace(one, kind=EvidenceKind.SETTLED, origin=EvidenceOrigin.BANK)


def main() -> None:
    """Print the rows and what each adds to the first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incentives", description="What good data are worth.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the contest's tables")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="oscf-bench-") as base:
        rows = measured(chosen.data, Path(base))
    first = rows[0]
    for row in rows:
        more = 100 * (row.limits_minor / first.limits_minor - 1)
        print(
            f"{row.scene:<15} quality {row.points:5.1f} (on others {row.confirmed:5.1f})  {row.firms} firms,"
            f" {row.limits_minor / 1e8:9.2f} million ({more:+.1f} %)  mean rate {100 * row.rate:.3f} %"
            f" ({10_000 * (row.rate - first.rate):+.1f} bp)"
        )


if __name__ == "__main__":
    main()
