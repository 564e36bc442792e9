"""`openscf credit` from a snapshot to a score in words, in both languages, and what it refuses."""

import json

import pytest

from openscf.cli import main
from tests.suites.credit.market import market, relation

SEED = 4
FIRMS = [f"F{number}" for number in range(1, 25)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import pyarrow.parquet as pq

    place = tmp_path_factory.mktemp("cli")
    print(f"seed {SEED}")
    pq.write_table(relation("invoice", market(SEED)), place / "invoice.parquet")
    bad = {f"F{number}" for number in range(1, 25, 3)}
    lines = [f"{firm},{'yes' if firm in bad else 'no'}" for firm in FIRMS]
    (place / "outcomes.csv").write_text("firm,defaulted\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (place / "firms.txt").write_text("\n".join(FIRMS), encoding="utf-8")
    return place


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command in this process; its output, and its errors too where it is refused."""

    def command(*arguments, code: int = 0, lang: str = "en") -> str:
        monkeypatch.setenv("OPENSCF_LANG", lang)
        with pytest.raises(SystemExit) as left:
            main(["credit", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert (left.value.code or 0) == code, out + err
        return out if code == 0 else out + err

    return command


@pytest.mark.slow
def test_from_a_snapshot_to_a_score_in_words(folder, run):
    out = folder / "models"
    day = ("--as-of", "2026-06-30")
    trained = json.loads(run(
        "train", "--snapshot", folder, "--outcomes", folder / "outcomes.csv", "--out", out, *day,
        "--repetitions", 1, "--firms", folder / "firms.txt", "--json",
    ))  # fmt: skip
    assert set(trained["models"]) == {"scorecard", "boosted"}
    assert "<svg" in (out / "scorecard.html").read_text(encoding="utf-8")
    model = ("--model", out / "scorecard.json")
    records = folder / "records.jsonl"
    scored = json.loads(
        run("score", "--snapshot", folder, *model, *day, "--firms", folder / "firms.txt", "--out", records, "--json")
    )
    assert [one["firm"] for one in scored] == sorted(FIRMS)
    same = json.loads(run("drift", "--snapshot", folder, *model, *day, "--json"))
    assert {one["verdict"] for one in same["drift"]} == {"stable"}, "the same firms on the same day"
    told = run("explain", records, *model, "--firm", "F2", lang="zh")
    assert "违约概率" in told
    assert "1 条评分已逐字节复现" in told
    assert json.loads(run("explain", records, *model, "--firm", "F2", "--json"))[0]["sentences"]["en"]
    records.write_bytes(records.read_bytes().replace(b'"points":', b'"points":1', 1))
    assert "score_not_reproduced" in run("explain", records, *model, code=1)


def test_features_are_listed_in_the_readers_language(run):
    listed = json.loads(run("features", "--list", "--json"))
    assert len(listed) > 50
    assert {"name", "zh", "meaning_zh", "definition_en", "direction", "source"} <= set(listed[0])
    assert "近12月销售额" in run("features", "--list", lang="zh")


def test_features_of_a_firm_are_read_out(folder, run):
    told = run("features", "--snapshot", folder, "--firm", "F1", "--as-of", "2026-06-30")
    assert "Sales, 12 months" in told


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("firm;defaulted\n", "line 1"), ("firm,defaulted\nF1,perhaps\n", "line 2"), ("", "line 1"),
        ("firm,defaulted\nF1,no\nF1,no\n", "line 3"), ("firm,defaulted\nF1\n", "line 2"),
    ],
)  # fmt: skip
def test_a_table_of_outcomes_that_is_none_is_refused_with_its_line(tmp_path, text, speaks):
    from openscf.credit import read_outcomes
    from openscf.kernel.errors import Refusal

    path = tmp_path / "outcomes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=rf"^outcomes_malformed:.*{speaks}"):
        read_outcomes(path)


def test_the_command_line_refuses_with_a_code_and_no_traceback(folder, tmp_path, run):
    nowhere = run("features", "--snapshot", tmp_path, "--firm", "F1", code=1)
    assert "snapshot_absent" in nowhere
    assert "Traceback" not in nowhere
    (tmp_path / "model.json").write_text("{}", encoding="utf-8")
    refused = run("score", "--snapshot", folder, "--model", tmp_path / "model.json", code=1)
    assert "model_malformed" in refused
    assert "Traceback" not in refused
