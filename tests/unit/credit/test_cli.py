"""`openscf credit` as a user runs it: figures, both languages, one JSON document, and refusals with their line."""

import csv
import json

import pytest

from benchmarks.contest import FOLDER, NEEDS_DATA, unrated
from openscf.cli import main

EVIDENCE = """kind,value,origin,source,as_of,same_group
sales,8000000.00,tax,register,2026-06-01,
settled,6000000,bank,statement 6,2026-06-01,no
rest_of_buyers,3000000,tax,register,2026-06-01,
history,18,tax,register,2026-06-01,
debt,200000,applicant,its balance sheet,2026-06-01,
sales,90000000,applicant,its own table,2026-06-02,
sales,70000000,bank,house bank of the group,2026-06-02,yes
"""
HEAD = "kind,value,origin,source,as_of\n"
CHURN = "rate,A,B\n0.04,0,0\n0.06,0.25,0.1\n0.09,0.55,0.4\n"
APPLICANTS = "name,segment,pd_1y,lgd,lendable,most\nE1,A,0.001,,yes,\nE2,B,0.002,0.5,,200000\nE3,D,0.0,,no,\n"


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs `openscf credit …` in a folder with the tables above: exit code, standard output, standard error."""
    for name, text in {"evidence": EVIDENCE, "churn": CHURN, "applicants": APPLICANTS}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def running(*words: str, lang: str = "en") -> tuple[int, str, str]:
        monkeypatch.setenv("OPENSCF_LANG", lang)
        with pytest.raises(SystemExit) as ended:
            main(["credit", *words])
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return running


def test_basel_prints_the_risk_weight_of_annex_5(run):
    code, out, _ = run("basel", "--pd", "0.01", "--json")
    assert code == 0
    assert round(json.loads(out)["risk_weight"] * 100, 2) == 92.32
    assert "45.77%" in run("basel", "--pd", "0.01", "--class", "retail")[1]
    assert "风险权重" in run("basel", "--pd", "0.01", lang="zh")[1]


def test_price_prints_every_component_with_its_reason_in_both_languages(run):
    code, out, _ = run("price", "--pd", "0.01", "--days", "360", "--json")
    record = json.loads(out)
    assert code == 0
    assert record["percent"] == "5.18"
    assert [line["name"] for line in record["components"]] == [
        "base", "expected_loss", "capital", "operating_cost", "margin", "rounding",
    ]  # fmt: skip
    assert "posted rate" in run("price", "--pd", "0.01")[1]
    assert "挂牌年利率" in run("price", "--pd", "0.01", lang="zh")[1]
    assert "not cover" in run("price", "--pd", "0.4", "--highest", "5%")[1]
    priced = json.loads(run("price", "--pd", "0.001", "--churn", "churn.csv", "--segment", "A", "--json")[1])
    assert priced["percent"] == "9.00"


def test_anchor_prints_what_the_relation_is_worth_and_an_undertaking_prices_on_the_anchor(run):
    words = (
        "anchor",
        "--pd",
        "0.06",
        "--anchor-pd",
        "0.002",
        "--tenure",
        "18",
        "--share",
        "25%",
        "--settled",
        "500000",
    )
    code, out, _ = run(*words, "--json")
    record = json.loads(out)
    assert code == 0
    assert record["weight"] == "9/20"
    assert 0.002 < record["pd_1y"] < 0.06
    assert {one["element"] for one in record["worths"]} == {"confirmation", "depth", "tier", "anchor"}
    assert json.loads(run(*words, "--confirmation", "irrevocable", "--json")[1])["pd_1y"] == 0.002
    assert "核心企业信用合计" in run(*words, lang="zh")[1]
    assert run(*words, "--confirmation", "hearsay")[0] == 2
    assert run(*words, "--tier", "0")[0] == 1


def test_limit_prints_reasons_what_did_not_count_and_what_would_raise_it(run):
    words = ("limit", "evidence.csv", "--pd", "0.03", "--quality", "70", "--confirmed", "65", "--on", "2026-06-30")
    code, out, _ = run(*words, "--json")
    record = json.loads(out)
    assert code == 0
    assert (record["limit"]["amount"], record["binding"]) == ("590000.00", "sales")  # worked by hand in test_limits
    assert [one["source"] for one in record["not_counted"]] == ["its own table", "house bank of the group"]
    assert {"sales", "history", "pd", "quality", "debt"} == {one["lever"] for one in record["would_raise"]}
    assert "What would raise it" in run(*words)[1]
    assert "如何提高额度" in run(*words, lang="zh")[1]


def test_allocate_prints_the_best_and_the_naive_division(run):
    code, out, _ = run("allocate", "applicants.csv", "--churn", "churn.csv", "--budget", "500000", "--json")
    record = json.loads(out)
    assert code == 0
    assert record["lent"]["amount"] == "500000.00"
    assert {loan["applicant"] for loan in record["loans"]} == {"E1", "E2"}
    assert "by rank" in run("allocate", "applicants.csv", "--churn", "churn.csv", "--budget", "500000")[1]


@pytest.mark.parametrize(
    ("table", "said", "code"),
    [
        ("kind,value\nsales,1\n", "line 2", "column_missing"),
        (f"{HEAD}sales,1,bank,x,2026-06-01\nsales,1,friend,x,2026-06-01\n", "line 3", "bad_credit_row"),
        (f"{HEAD}sales,1E9,bank,x,2026-06-01\n", "line 2", "amount_malformed"),
        (f"{HEAD}history,NaN,bank,x,2026-06-01\n", "line 2", "bad_credit_row"),
        (f"{HEAD}sales,1,bank,x,yesterday\n", "line 2", "bad_credit_row"),
        (f"{HEAD}sales,1,bank, ,2026-06-01\n", "line 2", "bad_credit_row"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_refused_with_its_line(run, tmp_path, table, said, code):
    (tmp_path / "evidence.csv").write_text(table, encoding="utf-8")
    ended, _, err = run("limit", "evidence.csv", "--pd", "0.03")
    assert ended == 1
    assert err.startswith(code)
    assert said in err


def test_figures_and_files_that_cannot_be_read_give_no_traceback(run, tmp_path):
    (tmp_path / "gbk.csv").write_bytes("金额".encode("gbk"))
    (tmp_path / "bad.xlsx").write_bytes(b"PK not really")
    assert run("basel", "--pd", "1.5")[0] == 1
    assert run("basel", "--pd", "nan")[0] == 1
    assert run("basel", "--pd", "0.1", "--class", "friends")[0] == 2
    assert run("limit", "gbk.csv", "--pd", "0.1")[0] == 2
    assert run("limit", "absent.csv", "--pd", "0.1")[0] == 2
    assert run("limit", "evidence.csv", "--pd", "0.1", "--step", "0")[0] == 2
    assert run("price", "--pd", "0.1", "--churn", "bad.xlsx")[0] == 2
    assert run("price", "--pd", "0.1", "--churn", "churn.csv", "--segment", "Z")[0] == 1
    assert run("allocate", "churn.csv", "--churn", "churn.csv")[0] == 1
    assert run("allocate", "applicants.csv", "--churn", "applicants.csv")[0] == 1


@NEEDS_DATA
def test_allocate_reads_the_contests_own_workbook(run, tmp_path):
    with (tmp_path / "firms.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["name", "segment", "pd_1y", "lgd", "lendable"])
        table.writerows(
            [one.name, one.segment, f"{one.pd_1y:.6f}", one.lgd, "yes" if one.lendable else "no"] for one in unrated()
        )
    code, out, _ = run("allocate", "firms.csv", "--churn", str(FOLDER / "att3_rate_churn.xlsx"), "--json")
    record = json.loads(out)
    assert code == 0
    assert record["applicants"] == 302
    assert float(record["expected_profit"]["amount"]) > 1.5 * float(record["naive"]["expected_profit"]["amount"])
