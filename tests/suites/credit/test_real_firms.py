"""425 real small firms: features by hand, and what can be told of their defaults without their rating."""

import csv
import dataclasses
import datetime as dt
import gzip
from pathlib import Path

import numpy as np
import pytest

from benchmarks import incentives
from benchmarks.credit.stage import contest_snapshot
from openscf.credit import (
    compute_features,
    open_snapshot,
    read_outcomes,
    record_of,
    reproduce,
    sample_of,
    score_all,
    train_models,
)

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "cumcm2020c"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the real tables (../shared/data/cumcm2020c) are not here"),
]
AS_OF = dt.date(2020, 2, 21)
SEED = 20261122
FIRMS = [f"E{number}" for number in range(1, 426)]


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    folder = contest_snapshot(FOLDER, tmp_path_factory.mktemp("contest"))
    return compute_features(open_snapshot(folder), AS_OF, firms=FIRMS)


@pytest.fixture(scope="module")
def sample(features):
    return sample_of(features, read_outcomes(FOLDER / "att1_info_odd_firms.csv"))


def rows(name: str, firm: str) -> set[tuple[str, ...]]:
    """The distinct rows of a firm in a table: full duplicates are one document."""
    with gzip.open(FOLDER / f"{name}.csv.gz", "rt", encoding="utf-8-sig") as file:
        return {tuple(cell.strip() for cell in row) for row in csv.reader(file) if row[0] == firm}


def test_features_of_a_firm_are_what_a_pencil_finds(features):
    """E9, straight from the rows of its two tables."""
    sold, bought = rows("att1_out", "E9"), rows("att1_in", "E9")
    found = features.rows()["E9"]

    def day(row) -> dt.date:
        year, month, of_month = map(int, row[2].split("/"))
        return dt.date(year, month, of_month)

    def minor(text: str) -> int:
        return round(float(text) * 100)

    def last_year(given):
        return [row for row in given if (AS_OF - day(row)).days * 12 // 365 < 12]

    valid = [row for row in last_year(sold) if row[7] == "有效发票"]
    assert found["sales_12m_minor"] == sum(minor(row[6]) for row in valid)
    assert found["sales_count_12m"] == sum(minor(row[6]) >= 0 for row in valid)
    spent = [row for row in last_year(bought) if row[7] == "有效发票"]
    assert found["purchases_12m_minor"] == sum(minor(row[6]) for row in spent)
    two_years = [row for row in sold if (AS_OF - day(row)).days * 12 // 365 < 24 and minor(row[6]) >= 0]
    void = sum(row[7] != "有效发票" for row in two_years)
    assert found["sales_void_rate"] == void / len(two_years)
    by_buyer: dict[str, int] = {}
    for row in valid:
        by_buyer[row[3]] = by_buyer.get(row[3], 0) + minor(row[6])
    positive = {buyer: amount for buyer, amount in by_buyer.items() if amount > 0}
    assert found["buyers_12m"] == len(positive)
    assert found["top_buyer_share"] == pytest.approx(max(positive.values()) / sum(positive.values()), abs=1e-6)
    dated = [day(row) for row in (*sold, *bought) if row[7] == "有效发票"]
    assert found["trading_days"] == (AS_OF - min(dated)).days


def test_defaults_are_foretold_without_the_rating(sample):
    """The plain 17-feature logistic model of the data's description: AUC 0.88, Brier 0.098, on all 123 labelled firms.

    Here the 62 firms with odd numbers have labels, 15 of them defaulted; everything is learned inside the folds.
    """
    assert (len(sample.firms), int(sample.bad.sum())) == (62, 15)
    print(f"seed {SEED}")
    contest = train_models(sample, name="real", seed=SEED, facts={"as_of": AS_OF.isoformat()}, repetitions=3)
    for form, one in contest.trained.items():
        figures = {name: {k: float(v) for k, v in one.figures[name].items()} for name in ("auc", "brier")}
        print(form, figures)
        assert figures["auc"]["value"] > 0.86, form
        assert figures["auc"]["low"] > 0.75, form
        assert figures["brier"]["value"] < 0.11, form
    assert contest.duel is not None


def test_a_rating_that_gives_the_default_away_does_not_enter(sample, features):
    assert not {name for name in features.names if "rating" in name}
    header = (FOLDER / "att1_info_odd_firms.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert "信誉评级" in header, "the table has it, and reading the outcomes leaves it behind"
    assert set(sample.names) == set(features.names)


def test_all_firms_get_a_score_that_is_made_again_byte_for_byte(sample, features):
    contest = train_models(
        sample, name="real", seed=SEED, facts={"as_of": AS_OF.isoformat()}, challenger=False, repetitions=1
    )
    model = contest.trained["scorecard"].model
    records = score_all(model, features)
    assert len(records) == 425
    assert all(reproduce(record_of(record.data), model) == record.data for record in records)
    points = np.array([record.points for record in records])
    unrated = points[[int(record.firm[1:]) > 123 for record in records]]
    assert unrated.std() > 20, "it tells the unrated firms apart"


def test_good_data_are_worth_a_higher_limit_and_a_lower_rate_and_the_firm_s_own_files_nothing(tmp_path):
    """All 425 firms with the same evidence and PDs in every row: what moves is what their data earn."""
    rows = {row.scene: row for row in incentives.measured(FOLDER, tmp_path)}
    plain, alone, all_ = rows["no reward"], rows["register alone"], rows["all"]
    limits = [rows[name].limits_minor for name in ("no reward", "register alone", "every second", "all")]
    assert limits == sorted(set(limits)), "each step of agreement is worth something"
    assert 1.10 * plain.limits_minor < all_.limits_minor <= 1.25 * plain.limits_minor  # 1.2, and whole steps
    assert 0.0015 < plain.rate - all_.rate <= 0.005
    assert all(all_.rates[firm] <= alone.rates[firm] <= plain.rates[firm] for firm in plain.rates)
    assert rows["own files too"] == dataclasses.replace(alone, scene="own files too"), "nobody else tells of them"
    copies = rows["own copies too"]
    assert (copies.limits_minor, copies.confirmed) == (alone.limits_minor, alone.confirmed)
    assert copies.rate < alone.rate, "showing one's books earns a lower rate"
    assert rows["contradicted"].limits_minor < alone.limits_minor
