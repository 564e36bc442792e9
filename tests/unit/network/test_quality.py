"""Data quality: what is counted, what it is worth, and why; one computation against an independent count."""

import datetime as dt
import random
from collections import Counter
from typing import Any

import pytest

from openscf.network import DIMENSIONS, Evidence, data_quality, duckdb_engine, quality_score
from openscf.network.quality import rules
from tests.unit.network._snapshots import document, snapshot

SEED = 20261122
DAY = dt.date(2026, 3, 2)


@pytest.fixture
def engine():
    with duckdb_engine() as made:
        yield made


def seen(**counts: int) -> Evidence:
    blank = dict.fromkeys(Evidence.__slots__, 0) | {"kind": "source", "subject": "s"}
    return Evidence(**{**blank, **counts})


def perfect(n: int) -> Evidence:
    return seen(documents=n, expected=7 * n, filled=7 * n, dated=n, prompt=n, consistent=n, compared=n)


def test_the_points_are_a_hundred() -> None:
    assert (sum(rules.POINTS.values()), tuple(rules.POINTS)) == (100, DIMENSIONS)


def test_much_good_data_is_worth_all_and_leaves_nothing_to_say() -> None:
    found = quality_score(perfect(1_000))
    assert (found.score, found.reasons) == (100, ())


def test_nothing_known_is_worth_one_half_of_everything() -> None:
    found = quality_score(seen())
    assert (found.score, [ratio.points for ratio in found.ratios], found.ratios[0].bps) == (50, [15, 10, 15, 10], None)


def test_a_score_is_worked_out_as_written() -> None:
    """90 documents: 621 of 630 cells, 30 of 40 prompt, 81 consistent, 8 of 10 agree; ten imagined cases each.

    30 × 626 / 640 = 29.3; 20 × 35 / 50 = 14; 30 × 86 / 100 = 25.8; 20 × 13 / 20 = 13: together 82.
    """
    found = quality_score(
        seen(documents=90, expected=630, filled=621, dated=40, prompt=30, consistent=81, wrong_sum=6, flagged=4,
             compared=10, disputed=2)
    )  # fmt: skip
    assert [ratio.points for ratio in found.ratios] == [29, 14, 26, 13]
    assert (found.score, [ratio.bps for ratio in found.ratios]) == (82, [9_857, 7_500, 9_000, 8_000])
    assert [(reason.code, reason.count) for reason in found.reasons] == [
        ("disputed", 2), ("late", 10), ("few_cases", 90), ("wrong_sum", 6), ("flagged", 4), ("empty_cells", 9),
    ]  # fmt: skip
    assert found.reasons[1].en == "10 documents came more than 35 days after their issue"
    assert found.reasons[1].zh == "10 份单据在开具 35 天之后才送达"


def test_one_perfect_document_is_no_perfect_record() -> None:
    assert quality_score(perfect(1)).score < 65 < quality_score(perfect(10)).score < quality_score(perfect(100)).score


def test_a_source_that_nobody_can_contradict_earns_nothing_by_it() -> None:
    alone = quality_score(seen(documents=500, expected=3_500, filled=3_500, dated=500, prompt=500, consistent=500))
    assert (alone.score, [reason.code for reason in alone.reasons]) == (90, ["no_second_source"])


@pytest.mark.parametrize("worse", [
    {"filled": 600}, {"prompt": 10}, {"consistent": 20}, {"disputed": 9}, {"rejected": 100, "expected": 1_400},
])  # fmt: skip
def test_worse_data_never_scores_higher(worse: dict[str, int]) -> None:
    import dataclasses

    assert quality_score(dataclasses.replace(perfect(100), **worse)).score < quality_score(perfect(100)).score


def test_every_reason_speaks_both_languages() -> None:
    every = quality_score(
        seen(documents=50, rejected=2, expected=400, filled=300, consistent=10, wrong_sum=1, wrong_sign=1, due_early=1,
             from_future=1, flagged=1, disputed=1, compared=1, dated=5)
    ).reasons  # fmt: skip
    codes = {reason.code for reason in [*every, *quality_score(seen()).reasons]}
    assert codes == set(rules._REASONS)
    assert all(any("一" <= letter <= "鿿" for letter in reason.zh) for reason in every)


def test_each_fault_is_counted_once_and_where_it_belongs(engine, tmp_path) -> None:
    came = dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC)
    later = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
    rows = [
        document(1, "a", "b", 113, net_minor=100, tax_minor=13),
        document(2, "a", "b", 113, net_minor=100, tax_minor=-13, flags=["tax_sign"]),
        document(3, "a", "b", 5, kind="credit_note"),
        document(4, "a", None, None, due_on=DAY - dt.timedelta(days=1)),
        document(5, "a", "b", 5, issued_on=dt.date(2026, 3, 7), recorded_at=came),
        document(6, "a", "b", 5, issued_on=dt.date(2026, 3, 20), recorded_at=later, flags=["contradicts_gross_minor"],
                 versions=2),
        document(7, "a", "b", 5, issued_on=dt.date(2026, 3, 27), recorded_at=later, witnesses=2),
    ]  # fmt: skip
    order = [document(8, "a", "b", None, kind="purchase_order", currency=None)]
    delivery = [{"file_id": "1", "source": "s", "rejected": 2}, {"file_id": "2", "source": "silent", "rejected": 1}]
    made = snapshot(tmp_path / "s", invoice=rows, order=order, delivery=delivery)
    found = {(one.evidence.kind, one.evidence.subject): one.evidence for one in data_quality(engine, made)}
    source = found["source", "s"]
    assert (source.documents, source.rejected, source.expected, source.filled) == (8, 2, 7 * 7 + 3 + 2 * 7, 48)
    assert (source.wrong_sum, source.flagged, source.wrong_sign) == (1, 1, 1)
    assert (source.due_early, source.from_future, source.consistent) == (1, 1, 4)
    assert (source.dated, source.prompt) == (3, 2)  # the one of the 20th came 42 days later
    assert (source.compared, source.disputed) == (2, 1)
    assert (found["firm", "a"].documents, found["firm", "b"].documents) == (8, 7)
    assert (found["firm", "a"].rejected, found["firm", "a"].filled) == (0, 48)
    assert (found["source", "silent"].documents, found["source", "silent"].expected) == (0, 7)
    (only,) = data_quality(engine, made, kind="firm", subject="b")
    assert only.evidence == found["firm", "b"]


def test_the_computation_counts_as_a_plain_loop_does(engine, tmp_path) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    rows = [_random(chance, number) for number in range(500)]
    made = snapshot(tmp_path / "s", invoice=rows)
    found = {(one.evidence.kind, one.evidence.subject): one.evidence for one in data_quality(engine, made)}
    assert found == plainly(rows)


def test_a_count_of_late_history_would_be_noticed(engine, tmp_path, monkeypatch) -> None:
    """The planted defect: history that was brought along is held to be late."""
    from openscf.network.quality import expressions

    chance = random.Random(SEED)
    rows = [_random(chance, number) for number in range(100)]
    made = snapshot(tmp_path / "s", invoice=rows)
    monkeypatch.setattr(expressions, "_known", lambda condition: expressions.ibis.coalesce(condition, True))
    found = {(one.evidence.kind, one.evidence.subject): one.evidence for one in data_quality(engine, made)}
    assert found != plainly(rows)


def _random(chance: random.Random, number: int) -> dict[str, Any]:
    net, tax = chance.choice([None, -50, 100]), chance.choice([None, 13, -13])
    gross = chance.choice([None, 113, (net or 0) + (tax or 0)])
    day = DAY + dt.timedelta(days=chance.randrange(-60, 90))
    return document(
        number, chance.choice(["a", "b", "c", None]), chance.choice(["a", "b", "c", None]), gross, net_minor=net,
        tax_minor=tax, kind=chance.choice(["invoice", "credit_note"]), source=chance.choice(["s", "t", "", None]),
        issued_on=chance.choice([day, None]), due_on=chance.choice([None, DAY]), witnesses=chance.choice([1, 2]),
        recorded_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC) + dt.timedelta(minutes=chance.randrange(144_000)),
        flags=chance.choice([[], [], ["odd"], ["contradicts_due_on"], ["contradicts_lines", "odd"]]),
    )  # fmt: skip


def plainly(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Evidence]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        subjects = {("source", row["source"]), ("firm", row["seller"]), ("firm", row["buyer"])}
        for subject in subjects:
            if subject[1] is not None:
                groups.setdefault(subject, []).append(row)
    return {subject: _counted(subject, group) for subject, group in groups.items()}


def _counted(subject: tuple[str, str], group: list[dict[str, Any]]) -> Evidence:
    began = min(row["recorded_at"].date() for row in group)
    counts: Counter[str] = Counter(documents=len(group), rejected=0, expected=7 * len(group))
    for row in group:
        came, issued, gross = row["recorded_at"].date(), row["issued_on"], row["gross_minor"]
        cells = ("issued_on", "seller", "buyer", "currency", "net_minor", "tax_minor", "gross_minor")
        disputed = any(flag.startswith("contradicts_") for flag in row["flags"])
        faults = {
            "wrong_sum": None not in (row["net_minor"], row["tax_minor"], gross)
            and row["net_minor"] + row["tax_minor"] != gross,
            "wrong_sign": gross is not None and (gross > 0 if row["kind"] == "credit_note" else gross < 0),
            "due_early": None not in (row["due_on"], issued) and row["due_on"] < issued,
            "from_future": issued is not None and issued > came + dt.timedelta(days=1),
            "flagged": any(not flag.startswith("contradicts_") for flag in row["flags"]),
        }
        current = issued is not None and issued >= began
        counts.update(
            {
                "filled": sum(row[cell] is not None for cell in cells), "dated": current,
                "prompt": current and (came - issued).days <= 35, "consistent": not any(faults.values()),
                "disputed": disputed, "compared": disputed or row["witnesses"] > 1, **faults,
            }
        )  # fmt: skip
    return seen(**{**counts, "kind": subject[0], "subject": subject[1]})  # type: ignore[arg-type]
