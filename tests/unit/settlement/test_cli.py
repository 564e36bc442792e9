"""`openscf settlement` as its users run it: from an empty bank to a reconciled day."""

import json
from pathlib import Path

import pytest

from openscf.cli import main
from openscf.db.endpoints import LOGIN_ROLES
from openscf.kernel.ids import TypedId
from openscf.kernel.ports import SystemIds
from openscf.trades import DocumentId
from tests.unit.parties.house import uscc
from tests.unit.parties.test_cli import Shell, enrol

pytestmark = pytest.mark.slow
CNAPS, ESCROW, BUYER, SUPPLIER = "102100099996", "110900000010001", "622200000000000003", "6228480402564890018"


@pytest.fixture
def shell(endpoints, tenant, tmp_path, monkeypatch, capsys):
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "TENANT": tenant, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))
    return Shell(monkeypatch, capsys)


@pytest.fixture
def run(shell, monkeypatch, capsys):
    """Runs `openscf settlement …`, as somebody who signs in if a login is given."""

    def running(*words: object, login: str | None = None, code: int = 0, as_json: bool = True):
        with monkeypatch.context() as during:
            if login:
                during.setenv("OPENSCF_LOGIN", login)
                during.setenv("OPENSCF_PASSWORD", "zanzibar pass phrase 9")
            with pytest.raises(SystemExit) as ended:
                main(["settlement", *map(str, words), *(["--json"] * as_json)])
        out, err = capsys.readouterr()
        assert ended.value.code == code, out + err
        return json.loads(out) if as_json else out

    return running


def new_id(kind: type[TypedId]) -> str:
    return str(SystemIds().new(kind))


def test_the_road_from_an_empty_bank_to_a_reconciled_day(shell, run, tmp_path: Path, monkeypatch) -> None:
    owner = shell("add", "--name-zh", "江南商业保理", "--uscc", uscc(1))["id"]
    buyer = shell("add", "--name-zh", "远洋装备", "--uscc", uscc(2))["id"]
    makes, checks = enrol(shell, 977, "甲", owner, "maker"), enrol(shell, 978, "乙", owner, "checker")
    for number, holder, balance in ((ESCROW, "江南商业保理", "0"), (BUYER, "远洋装备", "9000"), ("77", "路人", "500")):
        run("bank", "open", number, "--holder", holder, "--bank-code", CNAPS, "--balance", balance)
    new = ("open-account", owner, ESCROW, "--bank-code", CNAPS, "--holder", "江南商业保理", "--kind", "collection")
    account = run(*new, "--key", "k1")["id"]
    assert run(*new, "--key", "k1")["id"] == account
    assert run(*new, code=1)["error"]["code"] == "settlement_account_exists"
    pocket = run("open-pocket", owner, "--account", ESCROW)["ledger"]
    document = new_id(DocumentId)
    run(
        "expect", buyer, "1000.00", "--account", ESCROW, "--to", owner, "--due", "2026-05-31", "--document", document,
        "--number", "INV-2026-0042",
    )  # fmt: skip
    run("bank", "pay", BUYER, ESCROW, "600.00", "--remittance", "INV-2026-0042")
    run("bank", "pay", "77", ESCROW, "5.00", "--remittance", "?")
    day = run("bank", "day")["closed_on"]
    files = run("bank", "statements", ESCROW, "--folder", tmp_path / "in")["files"]
    (booked,) = run("statements", "book", *files)["files"]
    (statement,) = booked["statements"]
    assert (statement["state"], [each["amount_minor"] for each in statement["receipts"]]) == ("booked", [60_000])
    assert run("statements", "fetch")["files"][0]["statements"][0]["state"] == "repeated"
    (open_,) = run("expected", "--account", account)
    assert (open_["open_minor"], open_["subject"]) == (40_000, document)
    assert run("pockets", "--account", ESCROW)[0]["posted_minor"] == 60_000
    (item,) = run("suspense", "list", login=makes)
    assert item["sentence"]["zh"].endswith("。")
    request = run("suspense", "allocate", item["id"], "--share", f"{open_['id']}=5.00", login=makes)
    shell("approve", request["request"], request["payload_sha256"], login=checks)
    assert run("suspense", "list") == []
    (report,) = run("reconcile", "--date", day)["reports"]
    assert (report["bank_minor"], report["difference_minor"]) == (60_500, 0)
    text = run("reconcile", "--date", day, "--account", ESCROW, as_json=False)
    assert "605.00" in text
    monkeypatch.setenv("OPENSCF_LANG", "zh")
    assert "银行期末余额" in run("reconcile", "--date", day, as_json=False)
    assert run("accounts")[0]["closing_minor"] == 60_500
    assert pocket in json.dumps(run("pockets", "--account", account))
    payments_out(shell, run, owner, makes=makes, checks=checks)


def payments_out(shell, run, owner: str, *, makes: str, checks: str) -> None:
    refused = run("withdraw", owner, "1.00", "--account", ESCROW, login=makes, code=1)
    assert refused["error"]["code"] == "payout_needs_two"
    asked = ("request-withdrawal", owner, "100.00", "--account", ESCROW, "--remittance", "货款")
    assert run(*asked, login=makes, code=1)["error"]["code"] == "no_payment_destination"
    account = shell(
        "add-bank-account", owner, "--bank-code", CNAPS, "--holder", "江南商业保理", lines=f"{SUPPLIER}\n", login=makes
    )
    (request,) = shell("requests", owner, login=checks)
    shell("approve", request["id"], request["payload_sha256"], login=checks)
    assert run(*asked, login=makes, code=1)["error"]["code"] == "no_payment_destination"  # it cools
    assert account["state"] == "proposed"
    rule = run("request-rule", owner, "--account", ESCROW, "--single-limit", "50.00", login=makes)
    shell("approve", rule["request"], rule["payload_sha256"], login=checks)
    assert run("withdraw", owner, "1.00", "--account", ESCROW, login=makes, code=1)["error"]["code"] == (
        "no_payment_destination"
    )
    assert run("payouts") == []
    assert run("sweep") == []
    assert run("deliver")["asked"] == 0
    assert run("payouts", as_json=False) == ""


def test_a_file_that_is_no_statement_is_refused_and_a_missing_one_is_a_wrong_command(run, tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(b"<nothing/>")
    assert run("statements", "book", path, code=1)["error"]["code"] == "unknown_format"
    run("statements", "book", tmp_path / "none.xml", code=2, as_json=False)
    assert run("statements", "parked") == []
