"""Financing from the command line, as its users run it: from a frame to money and back, in one sitting."""

import io
import json
import sys

import pytest

from openscf.cli import main
from openscf.db import Database
from openscf.db.endpoints import LOGIN_ROLES
from tests.unit.financing.floor import SYSTEM, Floor, yuan

PASSWORD = "zanzibar pass phrase 9"


class Shell:
    """Runs `openscf financing …` against the database of one test."""

    def __init__(self, monkeypatch, capsys):
        self.environment, self.capsys = monkeypatch, capsys

    def __call__(
        self, *words: object, login: str | None = None, code: int = 0, group: str = "financing", as_json: bool = True
    ):
        with self.environment.context() as during:
            if login:
                during.setenv("OPENSCF_LOGIN", login)
                during.setenv("OPENSCF_PASSWORD", PASSWORD)
            during.setattr(sys, "stdin", io.StringIO(""))
            with pytest.raises(SystemExit) as ended:
                main([group, *map(str, words), *(["--json"] * as_json)])
        out, err = self.capsys.readouterr()
        assert ended.value.code == code, out + err
        return json.loads(out) if as_json else out

    def agreed(self, party: str, asked: dict) -> None:
        self("approve", asked["request"], asked["sha256"], login=f"{party}.checker", group="parties")


@pytest.fixture
def floor(database: Database, tenant) -> Floor:
    return Floor(database, tenant)


@pytest.fixture
def shell(endpoints, tenant, floor, tmp_path, monkeypatch, capsys):
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "TENANT": tenant, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))
    return Shell(monkeypatch, capsys)


def sign_in(shell: Shell, floor: Floor) -> None:
    """Give the people of the floor logins under the vault of this installation."""
    from openscf.db.settings import Settings
    from openscf.parties import Cleartext, PersonalKind, add_login, vault_at

    vault = vault_at(floor.database, Settings.from_environment())
    for name, person in floor.house.people.items():
        login = Cleartext(PersonalKind.LOGIN, name)
        secret = Cleartext(PersonalKind.SECRET, PASSWORD)
        floor.run(SYSTEM, add_login, person, login, password=secret, vault=vault)


@pytest.mark.slow
def test_from_a_frame_to_money_and_back(shell: Shell, floor: Floor, tmp_path) -> None:
    sign_in(shell, floor)
    frame = {
        "product": "factoring", "name": "华东保理", "owner": str(floor.parties["funder"]),
        "parties": {"funder": str(floor.parties["funder"])}, "valid_from": "2026-01-01",
        "terms": {"price": {"rate": "7.2%"}, "advance_rate": "80%", "fee_rate": "0.5%"},
        "policy": {"needs_receipt": False, "auto_fund_up_to": "1000000.00"},
    }  # fmt: skip
    file = tmp_path / "frame.json"
    file.write_text(json.dumps(frame), encoding="utf-8")
    proposed = shell("propose-programme", file, login="funder.maker")
    shell.agreed("funder", proposed)
    programme = proposed["programme"]
    for name in ("buyer", "seller"):
        asked = shell(
            "set-limit", "counterparty", "1000000.00", "--owner", floor.parties["funder"],
            "--party", floor.parties[name], login="funder.maker",
        )  # fmt: skip
        shell.agreed("funder", asked)
    floor.bring("funder", "2,000,000.00")
    document = floor.invoice()
    quoted = shell("quote", programme, document, "--due", "2026-05-31", "--on", "2026-03-10", login="seller.maker")
    assert [one["code"] for one in quoted["reasons"]] == ["receivable_not_confirmed"]
    confirmed = shell(
        "confirm", document, "1000000.00", "2026-05-31", "--obligor", floor.parties["buyer"], login="buyer.maker"
    )
    shell.agreed("buyer", confirmed)
    text = shell("quote", programme, document, "--on", "2026-03-10", login="seller.maker", as_json=False)
    assert "795,000.00" in text
    assert "9.97 %" in text
    applied = shell("apply", programme, document, "--on", "2026-03-10", "--key", "one", login="seller.maker")
    again = shell("apply", programme, document, "--on", "2026-03-10", "--key", "one", login="seller.maker")
    assert applied == again, "the same key is one application"
    deal = applied["deal"]
    assert shell("accept", deal, "--on", "2026-03-10", login="seller.maker")["state"] == "funded"
    assert floor.cash("seller") == yuan("795,000.00")
    from openscf.financing import DealId

    floor.pay_in(DealId.parse(deal), "1,000,000.00")
    done = shell("do", deal, "collect", "--set", "amount=1000000.00", "--on", "2026-06-01")
    assert done["state"] == "settled"
    assert done["amounts"]["remainder"] == {"amount": "186720.00", "currency": "CNY"}
    shown = shell("show", deal)
    assert (shown["state"], shown["allowed"]) == ("settled", [])
    events = shell("events", deal)
    assert [one["event"] for one in events] == ["open", "verify", "accept", "fund", "collect_all"]
    assert shell("reproduce", deal, 4)["same"] is True
    (listed,) = shell("list", "--over")
    assert listed["principal_minor"] == 0
    assert {row["used"] for row in shell("limits")} == {"0.00"}
    ended = shell("--date", "2026-06-01", group="day-end")
    assert (ended["closed"], ended["failed"]) == (True, [])
    assert shell("--date", "2026-06-01", group="day-end", code=1)["error"]["code"] == "day_already_closed"
    told = shell(floor.parties["seller"], group="statement", login="seller.maker")
    assert told["closing"] == "981720.00"
    reasons = [entry["reason"] for entry in told["entries"]]
    assert reasons == ["factoring.fund.advance", "factoring.fund.fee", "factoring.collect_all.remainder"]
    assert {entry["subject"] for entry in told["entries"]} == {deal}
    shell(floor.parties["seller"], group="statement", login="buyer.maker", code=1)


def test_wrong_words_are_refused_with_their_place(shell: Shell, floor: Floor, tmp_path) -> None:
    sign_in(shell, floor)
    file = tmp_path / "frame.json"
    file.write_text(json.dumps({"product": "factoring", "terms": {}}), encoding="utf-8")
    refused = shell("propose-programme", file, login="funder.maker", code=1)
    assert refused["error"]["code"] == "field_missing"
    assert refused["error"]["where"] == {"field": "name"}
    assert shell("show", "dea_00000000000000000000000000", code=1)["error"]["code"] == "deal_not_found"
    shell("do", "dea_00000000000000000000000000", "fund", "--set", "amount", code=2, as_json=False)
    assert shell("product", "barter", code=1)["error"]["code"] == "unknown_product"


def test_products_explain_themselves_in_both_languages(shell: Shell) -> None:
    record = shell("product", "factoring")
    assert {"funder", "obligor", "client"} == {role["name"] for role in record["roles"]}
    assert any(field["name"] == "advance_rate" and field["required"] for field in record["terms"])


@pytest.mark.slow
def test_a_pool_is_filled_shown_and_drawn_on(shell: Shell, floor: Floor) -> None:
    from tests.unit.financing.pools import TODAY, PoolFloor

    pools = PoolFloor(floor, auto="500000.00")
    pool = pools.of_example()
    sign_in(shell, floor)
    shown = shell("pool", "availability", pool, "--on", TODAY)
    assert (shown["base"], shown["reserve"], shown["available"]) == ("1,100,000.00", "55,000.00", "825,000.00")
    text = shell("pool", "availability", pool, "--on", TODAY, as_json=False)
    assert "825,000.00" in text
    drawn = shell("pool", "draw", pool, "500000.00", "--on", TODAY, login="seller.maker")
    assert (drawn["state"], drawn["available"]) == ("drawn", "325,000.00")
    refused = shell("pool", "draw", pool, "500000.01", "--on", TODAY, login="seller.maker", code=1)
    assert refused["error"]["code"] == "needs_four_eyes"
    document = pools.documents["20000002"]
    gone = shell("pool", "remove", pool, document, "--on", TODAY, login="seller.maker")
    assert gone["items"] == 2
    more = pools.invoice("40000004", "X", "100,000.00")
    added = shell("pool", "add", pool, more, "--on", TODAY, login="seller.maker")
    assert (added["items"], added["available"]) == (3, "400,000.00")
    listed = {
        one["number"]: [each["code"] for each in one["reasons"]] for one in shell("pool", "items", pool, "--on", TODAY)
    }
    assert listed == {"10000001": [], "30000003": ["pool_item_over_cap"], "40000004": []}
    text = shell("pool", "items", pool, "--on", TODAY, as_json=False)
    assert "pool_item_over_cap: 100,000.00" in text


def test_a_buyer_bounds_its_early_payments(shell: Shell, floor: Floor) -> None:
    sign_in(shell, floor)
    frame = floor.programme("dynamic_discounting", {"rate": "9%"}, owner="buyer", parties={"obligor": "buyer"})
    seller = floor.parties["seller"]
    words = ("--budget", "5000000.00", "--daily", "800000.00", "--supplier", seller)
    shell.agreed("buyer", shell("set-early-pay", frame, *words, login="buyer.maker"))
    shown = shell("early-pay", frame, login="buyer.maker")
    assert (shown["budget"], shown["daily"], shown["suppliers"]) == ("5,000,000.00", "800,000.00", [str(seller)])
    assert (shown["out"], shown["days"]) == ("0.00", {})
