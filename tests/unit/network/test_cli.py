"""`openscf network …` as a user runs it: exit codes, one JSON document, both languages."""

import json

import pyarrow.parquet as pq
import pytest

from openscf.cli import main
from openscf.db.endpoints import LOGIN_ROLES
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import SystemIds
from openscf.trades import Identity, link_party
from tests.unit.trades.market import BUYER, SELLER, Market, invoice, uscc

THIRD = Identity("第三方贸易有限公司", {"uscc": uscc(3)})
FIRST, SECOND, LAST = (f"tax:{uscc(n)}" for n in (1, 2, 3))


@pytest.fixture
def run(endpoints, tenant, tmp_path, monkeypatch, capsys):
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "TENANT": tenant, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))

    def running(*words: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["network", *map(str, words)])
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out or shown.err

    return running


@pytest.fixture
def ring(market: Market) -> Market:
    """1 sold to 2 for 500.00, 2 to 3 for 800.00, 3 to 1 for 1,000.00, and one invoice was delivered twice."""
    market.deliver(
        invoice("1", 50_000), invoice("2", 80_000, seller=BUYER, buyer=THIRD),
        invoice("3", 100_000, seller=THIRD, buyer=SELLER), sender="bureau",
    )  # fmt: skip
    market.deliver(invoice("1", 50_000), sender="buyer")
    return market


def record(run, *words: object):
    code, out = run(*words, "--json")
    return code, json.loads(out)


def test_the_summary_tells_firms_edges_and_amounts(run, ring) -> None:
    code, found = record(run, "summary")
    assert (code, found["engine"], len(found["snapshot"])) == (0, "duckdb", 32)
    said = found["summary"]
    assert (said["firms"], said["documents"], said["copies"], said["witnessed"]) == (3, 3, 1, 1)
    assert said["currencies"] == [
        {"currency": "CNY", "edges": 3, "sellers": 3, "buyers": 3, "documents": 3, "gross_minor": 230_000,
         "red_minor": 0}
    ]  # fmt: skip
    code, out = run("summary")
    assert (code, "2,300.00" in out, "3 firms on edges" in out) == (0, True, True)


def test_the_reader_is_answered_in_his_language(run, ring, monkeypatch) -> None:
    monkeypatch.setenv("OPENSCF_LANG", "zh")
    assert "交易关系上的企业 3 家" in run("summary")[1]
    assert "交易环" in run("rings")[1]
    assert "尚无第二个来源印证" not in run("quality", "--source", "bureau")[1]
    assert "所有单据均早于首次提供数据之日" in run("quality")[1]


def test_rings_are_shown_with_the_amount_that_may_have_gone_round(run, ring) -> None:
    code, found = record(run, "rings")
    assert (code, found["found"], found["complete"], found["knots"]) == (0, 1, True, [[FIRST, SECOND, LAST]])
    (one,) = found["rings"]
    assert (one["nodes"], one["ring_minor"], one["without_goods"]) == ([FIRST, SECOND, LAST], 50_000, 3)
    assert record(run, "rings", "--least", "900.00")[1]["found"] == 0
    assert record(run, "rings", "--longest", 2)[1]["found"] == 0
    assert f"{FIRST} → {SECOND} → {LAST} → {FIRST}" in run("rings")[1]


def test_a_firm_is_asked_about_by_code_or_name(run, ring) -> None:
    code, found = record(run, "counterparties", SELLER.name)
    assert (code, found["firm"], found["found"]) == (0, FIRST, 2)
    assert [(one["other"], one["side"], one["gross_minor"], one["share_bps"]) for one in found["counterparties"]] == [
        (SECOND, "sales", 50_000, 10_000), (LAST, "purchases", 100_000, 10_000),
    ]  # fmt: skip
    assert record(run, "counterparties", uscc(1), "--side", "sales")[1]["found"] == 1
    code, out = run("counterparties", uscc(1))
    assert (code, BUYER.name in out, "100.00 %" in out) == (0, True, True)
    assert record(run, "concentration", uscc(1))[1]["concentrations"][0]["hhi"] == 10_000
    assert record(run, "concentration")[1]["found"] == 6
    assert record(run, "shared", uscc(1))[1]["shared"] == []


def test_central_firms_come_with_a_score_that_adds_up(run, ring) -> None:
    code, found = record(run, "central")
    assert code == 0
    assert sum(one["pagerank"] for one in found["firms"]) == pytest.approx(1)
    assert len(record(run, "central", "--limit", 1)[1]["firms"]) == 1


def test_quality_is_scored_with_its_reasons(run, ring) -> None:
    code, found = record(run, "quality", "--firms")
    assert code == 0
    assert {(one["kind"], one["subject"]) for one in found["scores"]} == {
        ("source", "bureau"), ("firm", FIRST), ("firm", SECOND), ("firm", LAST),
    }  # fmt: skip
    (bureau,) = record(run, "quality")[1]["scores"]
    assert 0 < bureau["score"] < 100
    assert {reason["code"] for reason in bureau["reasons"]} >= {"empty_cells", "few_cases", "no_current_data"}
    assert record(run, "quality", "--firm", uscc(2))[1]["scores"][0]["evidence"]["documents"] == 2
    assert run("quality", "--firm", "x", "--source", "y")[0] == 2


def test_an_export_is_parquet_with_a_manifest_and_the_same_again(run, ring, tmp_path) -> None:
    code, found = record(run, "export", "--to", tmp_path / "out")
    assert (code, found["folder"], found["tables"]["invoice"]["rows"]) == (0, str(tmp_path / "out"), 3)
    assert sorted(pq.read_table(tmp_path / "out" / "invoice.parquet")["copies"].to_pylist()) == [1, 1, 2]
    again = record(run, "export")[1]
    assert (again["version"], again["taken_at"]) == (found["version"], found["taken_at"])
    code, refused = record(run, "export", "--to", tmp_path / "out")
    assert (code, refused["error"]["code"]) == (1, "snapshot_folder_taken")


def test_new_documents_are_seen_with_fresh_and_every_answer_names_its_snapshot(run, ring) -> None:
    before = record(run, "summary")[1]
    ring.deliver(invoice("4", 1))
    assert record(run, "summary")[1]["snapshot"] == before["snapshot"]
    after = record(run, "summary", "--fresh")[1]
    assert after["summary"]["documents"] == 4
    assert record(run, "summary")[1]["snapshot"] == after["snapshot"] != before["snapshot"]


def test_a_member_sees_its_own_trade_only(run, ring) -> None:
    party = ring.party(1)
    ring.run(lambda work: work.execute("UPDATE parties.kyb SET status = 'verified' WHERE party_id = %s", [party]))
    ring.run(link_party, party)
    own = record(run, "summary", "--member", party)[1]["summary"]
    assert (own["documents"], own["firms"], own["known_firms"]) == (2, 3, 1)
    assert record(run, "rings", "--member", party)[1]["found"] == 0
    assert record(run, "summary", "--fresh")[1]["summary"]["documents"] == 3
    assert record(run, "counterparties", party)[1]["firm"] == FIRST


def test_another_tenant_sees_nothing(run, ring) -> None:
    assert record(run, "summary")[1]["summary"]["documents"] == 3
    other = SystemIds().new(TenantId)
    assert record(run, "summary", "--tenant", other)[1]["summary"]["documents"] == 0


@pytest.mark.parametrize(("words", "code", "name"), [
    (["counterparties", "nobody"], 1, "firm_not_in_network"),
    (["summary", "--since", "2026-02-01", "--until", "2026-01-01"], 1, "window_empty"),
    (["summary", "--tenant", "pty_1"], 1, "bad_id"), (["summary", "--currency", "XXQ"], 1, "unknown_currency"),
])  # fmt: skip
def test_what_can_not_be_answered_is_refused_by_name(run, ring, words, code, name) -> None:
    found, said = record(run, *words)
    assert (found, said["error"]["code"]) == (code, name)
    assert said["error"]["sentence"]["zh"]


@pytest.mark.parametrize("words", [
    ["summary", "--since", "yesterday"], ["counterparties"], ["counterparties", "x", "--side", "up"],
    ["rings", "--longest", "99"],
])  # fmt: skip
def test_a_wrong_command_line_is_code_2(run, words) -> None:
    assert run(*words)[0] == 2


def test_a_damaged_snapshot_is_refused_and_a_fresh_one_heals_nothing_silently(run, ring, tmp_path) -> None:
    folder = record(run, "export")[1]["folder"]
    from pathlib import Path

    Path(folder, "invoice.parquet").write_bytes(b"PAR1")
    assert record(run, "summary")[1]["error"]["code"] == "snapshot_damaged"
    assert record(run, "export")[1]["error"]["code"] == "snapshot_damaged"
