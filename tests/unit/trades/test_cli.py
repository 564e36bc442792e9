"""`openscf trades` as a user runs it."""

import json

import pytest

from openscf.cli import main
from openscf.db.endpoints import LOGIN_ROLES
from tests.unit.trades.market import Market, invoice, uscc
from tests.unit.trades.papers import bill, order, paid, receipt, statement


@pytest.fixture
def run(endpoints, tenant, tmp_path, monkeypatch, capsys):
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "TENANT": tenant, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))

    def running(*words: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["trades", *map(str, words)])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out or told.err

    return running


@pytest.fixture
def show(run):
    return lambda *words: run("show", *words)


def test_a_document_is_shown_with_its_story(show, market: Market, funder) -> None:
    document = market.one(invoice("INV-0017", 1000))
    market.deliver(invoice("inv17", 1000), name="b.csv")
    lien = market.take(document, funder, 400)
    code, out = show("ｉｎｖ 17", "--json")
    (shown,) = json.loads(out)["documents"]
    assert code == 0
    assert (shown["id"], shown["number"], shown["gross_minor"]) == (str(document), "INV-0017", 1000)
    assert [one["id"] for one in shown["liens"]] == [str(lien.id)]
    assert (shown["pledged_minor"], shown["sightings"]) == (400, [{"file": "b.csv", "locator": "line 2"}])
    code, out = show(document)
    assert code == 0
    assert "10.00" in out
    assert str(lien.id) in out


def test_an_unknown_document_is_refused(show) -> None:
    code, out = show("nothing", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "document_not_found")


def test_an_invoice_is_shown_with_how_far_its_trade_is_closed_in_both_languages(
    run, market: Market, monkeypatch
) -> None:
    market.deliver(order(), receipt(quantity=9), bill())
    code, out = run("show", "INV-2026-0001", "--json")
    (shown,) = json.loads(out)["documents"]
    assert (code, shown["closure"]["degrees"]) == (0, {"order": "1", "goods": "9/10", "invoice": "1", "money": "0"})
    assert (shown["closure"]["missing"], shown["closure"]["backed"]) == (["goods", "money"], False)
    assert [each["code"] for each in shown["closure"]["differences"]] == ["not_received", "unpaid"]
    assert shown["closure"]["signers"] == [f"tax:{uscc(2)}"]
    code, out = run("show", "INV-2026-0001")
    assert "goods 90 %" in out
    assert "missing: goods, money" in out
    monkeypatch.setenv("OPENSCF_LANG", "zh")
    code, out = run("show", "INV-2026-0001")
    assert "缺少: 收货, 回款" in out
    assert "证明已收货的数量 9" in out


def test_invoices_are_listed_by_what_is_missing(run, market: Market) -> None:
    market.deliver(order(), receipt(), bill(), bill("INV-2026-0002", of=None, day=1))
    code, out = run("list", "--missing", "goods", "--json")
    listed = json.loads(out)
    assert (code, [each["number"] for each in listed["invoices"]], listed["after"]) == (0, ["INV-2026-0002"], None)
    code, out = run("list", "--backed", "--degree-until", "1/2")
    assert (code, "INV-2026-0001" in out, "INV-2026-0002" in out) == (0, True, False)
    code, out = run("list", "--limit", "1", "--json")
    page = json.loads(out)["after"]
    code, out = run("list", "--after", page, "--json")
    assert [each["number"] for each in json.loads(out)["invoices"]] == ["INV-2026-0002"]
    assert run("list", "--missing", "gods", "--json")[0] == 1
    for wrong in ("2", "x", "1e9", "1/0"):
        assert run("list", "--degree-from", wrong)[0] == 2
    assert "No invoices" in run("list", "--seller", "tax:nobody")[1]


def test_a_payment_that_waits_is_listed_resolved_and_gone(run, market: Market) -> None:
    market.deliver(bill(), bill("INV-2026-0002"), statement([paid(5000), paid(77, payer=None, day=3)]))
    code, out = run("exceptions", "list", "--reason", "ambiguous_amount", "--json")
    (waiting,) = json.loads(out)["exceptions"]
    assert (code, waiting["amount_minor"], len(waiting["candidates"])) == (0, 5000, 2)
    assert "Several explanations fit equally well" in run("exceptions", "list", "--invoice", "INV-2026-0001")[1]
    for to, expected in (("INV-2026-0002", 2), ("nothing=50.00", 1), ("INV-2026-0002=50.001", 1)):
        assert run("exceptions", "resolve", waiting["id"], "--to", to, "--why", "x", "--json")[0] == expected
    code, out = run("exceptions", "resolve", waiting["id"], "--to", "inv 2026-2=50.00", "--why", "by mail", "--json")
    assert (code, json.loads(out)["state"], json.loads(out)["why"]) == (0, "resolved", "by mail")
    (other,) = json.loads(run("exceptions", "list", "--json")[1])["exceptions"]
    code, out = run("exceptions", "dismiss", other["id"], "--why", "a deposit")
    assert (code, "a deposit" in out) == (0, True)
    assert "Nothing waits" in run("exceptions", "list")[1]
    assert len(json.loads(run("exceptions", "list", "--state", "all", "--json")[1])["exceptions"]) == 2
    assert run("exceptions", "list", "--state", "lost")[0] == 2
    assert run("exceptions", "dismiss", other["id"], "--why", "again", "--json")[0] == 1
