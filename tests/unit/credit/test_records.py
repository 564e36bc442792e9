"""A score is made again from its record byte for byte, in another process too; a touched record is found out."""

import datetime as dt
import importlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from openscf.credit import (
    feature_named,
    fit_boosted,
    fit_scorecard,
    headline,
    known_features,
    model_of,
    reasons,
    record_of,
    reproduce,
    score_firm,
    worded,
)
from openscf.credit.models import boosted as boosted_module
from openscf.credit.models.explain import LEVELS, NOTES
from openscf.kernel.errors import Refusal
from tests.unit.credit.conftest import NAMES, synthetic

DAY = dt.date(2026, 6, 30)
TRAINED = {"snapshot_sha256": "0" * 64, "as_of": "2026-06-30"}


@pytest.fixture(scope="module", params=["scorecard", "boosted"])
def model(request, sample):
    learn = fit_scorecard if request.param == "scorecard" else fit_boosted
    return learn(sample, name="toy", seed=1, trained=TRAINED)


@pytest.fixture(scope="module")
def card(sample):
    return fit_scorecard(sample, name="toy", seed=1, trained=TRAINED)


def scored(model, values, firm="F"):
    return score_firm(model, values, firm=firm, as_of=DAY, snapshot="0" * 64)


def test_a_score_is_reproduced_byte_for_byte(model, sample):
    again = model_of(model.to_bytes())
    assert again.sha256 == model.sha256
    for row in range(25):
        record = scored(model, sample.values(row))
        assert reproduce(record_of(record.data), again) == record.data


def test_another_process_with_another_hash_seed_makes_the_same_bytes(model, sample, tmp_path):
    (tmp_path / "model.json").write_bytes(model.to_bytes())
    records = [scored(model, sample.values(row), firm=f"F{row}").data for row in range(10)]
    (tmp_path / "records").write_bytes(b"\n".join(records))
    program = """if True:
        import sys, pathlib
        from openscf.credit import model_of, record_of, reproduce
        folder = pathlib.Path(sys.argv[1])
        model = model_of((folder / "model.json").read_bytes())
        for line in (folder / "records").read_bytes().splitlines():
            sys.stdout.buffer.write(reproduce(record_of(line), model) + bytes([10]))"""
    ran = subprocess.run(
        [sys.executable, "-c", program, tmp_path], env={**os.environ, "PYTHONHASHSEED": "77"},
        capture_output=True, check=True,
    )  # fmt: skip
    assert ran.stdout.splitlines() == records


TOUCHED = {
    "points": lambda r: r.update(points=r["points"] + 1),
    "grade": lambda r: r.update(grade="M1"),
    "pd_1y_ppm": lambda r: r.update(pd_1y_ppm=1),
    "inputs": lambda r: r["inputs"].update({name: "12345678" for name in list(r["inputs"])[-1:]}),
    "confidence": lambda r: r["confidence"].update(level="high", notes=[], missing=["x"]),
    "reasons": lambda r: r["reasons"].append("top_buyer_share"),
    "a word more": lambda r: r.update(comment="approved by phone"),
}


@pytest.mark.parametrize("what", TOUCHED)
def test_a_record_that_was_touched_is_found_out(card, sample, what):
    content = json.loads(scored(card, sample.values(0)).data)
    TOUCHED[what](content)
    touched = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    with pytest.raises(Refusal, match=r"^score_not_reproduced:"):
        reproduce(record_of(touched), card)


def test_a_score_is_judged_by_its_own_model_only(card, sample):
    other = fit_scorecard(synthetic(9), name="toy", seed=1, trained=TRAINED)
    with pytest.raises(Refusal, match=r"^score_of_another_model:"):
        reproduce(scored(card, sample.values(0)), other)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff\xfe", b'{"format": "openscf.score/1"}', b'{"format": 3}'])
def test_what_is_no_record_is_refused(data):
    with pytest.raises(Refusal, match=r"^score_malformed:"):
        record_of(data)


def test_missing_values_lower_the_confidence_and_never_raise_the_score(model, sample):
    levels = ["low", "medium", "high"]
    for row in range(20):
        values = {name: 0.5 if value is None else value for name, value in sample.values(row).items()}
        values |= {"history_months": 36.0, "alone_share": 0.0}
        whole = scored(model, values)
        assert whole.confidence == "high"
        for name in model.names:
            if feature_named(name).direction.sign == 0 or name in ("history_months", "alone_share"):
                continue
            best = max(scored(model, values | {name: probe}).points for probe in (0.0, 0.2, 0.5, 1e9, 1e12))
            held_back = scored(model, values | {name: None})
            assert held_back.points <= best, name
            assert levels.index(held_back.confidence) < levels.index("high")
            assert held_back.content["confidence"]["missing"] == [name]
    nothing = scored(model, {})
    assert nothing.confidence == "low"
    assert int(nothing.grade[1:]) >= 10


def test_the_share_of_its_own_word_only_ever_lowers_a_score(model, sample):
    """Evidence from the applicant alone: the features leave it out, and the one that counts it points down."""
    for row in range(30):
        values = sample.values(row)
        points = [scored(model, values | {"alone_share": share}).points for share in (0.0, 0.05, 0.2, 0.6, 1.0)]
        assert points == sorted(points, reverse=True)


def test_reasons_name_what_cost_points_and_what_would_bring_them_back(card, sample):
    seen = 0
    for row in range(40):
        record = scored(card, sample.values(row))
        lost = [reason.lost for reason in reasons(record, card)]
        assert lost == sorted(lost, reverse=True)
        assert len(lost) <= 4
        for reason in reasons(record, card):
            for language in ("en", "zh"):
                assert str(reason.lost) in reason.sentence(language)
            if reason.beyond is None:
                continue
            seen += 1
            sign = reason.feature.direction.sign
            better = reason.beyond if sign > 0 else np.nextafter(reason.beyond, -np.inf)
            improved = scored(card, sample.values(row) | {reason.feature.name: float(better)})
            assert improved.points == record.points + reason.gain
    assert seen > 20


def test_a_score_speaks_both_languages(card, sample):
    record = scored(card, sample.values(0) | {"history_months": 3.0, "alone_share": 0.4})
    assert "probability of default" in headline(record, "en")
    assert "违约概率" in headline(record, "zh")
    assert LEVELS[record.confidence]["zh"] in headline(record, "zh")
    for note in ("short_history", "own_evidence"):
        assert NOTES[note]["en"] in headline(record, "en")
    assert worded(known_features()["sales_12m_minor"], 123456, "en") == "1,234.56"
    assert worded(known_features()["sales_12m_minor"], -5, "zh") == "-0.05"
    assert worded(known_features()["trading_days"], None, "zh") == "缺失"


def test_boosted_trees_obey_the_declared_directions(sample):
    model = fit_boosted(sample, name="toy", seed=1)
    for row in range(15):
        values = sample.values(row)
        for name in NAMES:
            sign = feature_named(name).direction.sign
            grid = np.nanquantile(sample.column(name), [0, 0.25, 0.5, 0.75, 1])
            risks = [model.score(values | {name: float(value)}).pd_ppm for value in grid]
            assert sign == 0 or risks == sorted(risks, reverse=sign > 0), name


def test_contributions_of_trees_add_up_to_the_score(sample):
    """pred_contrib is exact: base and contributions give the margin, so in points the score, but for rounding."""
    model = fit_boosted(sample, name="toy", seed=1)
    totals = []
    for row in range(20):
        found = model.score(sample.values(row))
        totals.append(found.points - sum(part.points for part in found.parts))
    assert max(totals) - min(totals) <= len(NAMES), "what is left is the base, the same for all"


def test_without_constraints_a_tree_would_be_caught(sample, monkeypatch):
    """The planted defect: every direction is forgotten while the trees grow."""
    real = boosted_module.lightgbm()

    class Careless:
        Dataset, basic, Booster = real.Dataset, real.basic, real.Booster

        @staticmethod
        def train(settings, data, **named):
            return real.train({**settings, "monotone_constraints": None}, data, **named)

    monkeypatch.setattr(boosted_module, "lightgbm", lambda: Careless)
    with pytest.raises(AssertionError):
        test_boosted_trees_obey_the_declared_directions(sample)


def test_a_machine_without_the_runtime_gets_a_clear_refusal(sample, monkeypatch):
    real = importlib.import_module

    def missing(name, *rest):
        if name == "lightgbm":
            raise OSError("libgomp.so.1: cannot open shared object file: No such file or directory")
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(Refusal, match=r"^boosting_unavailable:.*libgomp"):
        fit_boosted(sample, name="toy", seed=1)
    assert fit_scorecard(sample, name="toy", seed=1).score(sample.values(0)).points
