"""`openscf voucher` as its users run it: each signs in, whoever needs a colleague gets a request."""

import datetime as dt
import io
import json
import sys
from typing import Any

import pytest

from openscf import parties
from openscf.cli import main
from openscf.db import Database, Endpoints
from openscf.db.endpoints import LOGIN_ROLES
from openscf.db.settings import Settings
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import ManualClock
from openscf.parties import vault_at
from tests.unit.financing.vouchers_house import Chain
from tests.unit.parties.house import clear

PASSWORD = "correct horse battery 7"
NAMES = ("O", "C", "T1", "T2", "F", "B")


class Shell:
    """The command line, with the people of a chain at it."""

    def __init__(self, chain: Chain, capsys: Any, monkeypatch: Any) -> None:
        self.chain, self.capsys, self.monkeypatch = chain, capsys, monkeypatch

    def __call__(self, *words: object, by: str | None = None, code: int = 0, as_json: bool = True) -> Any:
        with self.monkeypatch.context() as during:
            if by is not None:
                during.setenv("OPENSCF_LOGIN", by.lower().replace(" ", "-"))
                during.setenv("OPENSCF_PASSWORD", PASSWORD)
            during.setattr(sys, "stdin", io.StringIO(""))
            with pytest.raises(SystemExit) as ended:
                main(["voucher", *map(str, words), *(["--json"] * as_json)])
        out, err = self.capsys.readouterr()
        assert ended.value.code == code, out + err
        return json.loads(out) if as_json else out

    def approved(self, answer: Any, by: str) -> Any:
        return self("approve", answer["request"]["id"], answer["request"]["sha256"], by=by)


@pytest.fixture
def shell(
    endpoints: Endpoints, database: Database, tenant: TenantId, tmp_path: Any, monkeypatch: Any, capsys: Any
) -> Shell:
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "TENANT": tenant, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))
    clock = ManualClock(dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC))
    monkeypatch.setattr("openscf.bootstrap.SystemClock", lambda: clock)
    vault = vault_at(database, Settings.from_environment())
    chain = Chain(database, tenant, names=NAMES, vault=vault)
    for who in ("C maker", "C checker", "T1 maker", "T1 checker", "T2 maker", "F maker", "F checker"):
        login = clear(parties.PersonalKind.LOGIN, who.lower().replace(" ", "-"))
        password = clear(parties.PersonalKind.SECRET, PASSWORD)
        chain.act("system", parties.add_login, chain.house.people[who], login, password=password, vault=vault)
    return Shell(chain, capsys, monkeypatch)


def issued(shell: Shell, *, key: str = "one") -> Any:
    chain = shell.chain
    document = chain.invoice("T1", "C", "3,000,000.00")
    return shell(
        "issue", "--programme", chain.programme, "--issuer", chain.parties["C"], "--payee", chain.parties["T1"],
        "--amount", "3000000.00", "--due", "2026-07-31", "--document", document, "--key", key,
        by="C maker",
    )  # fmt: skip


def test_a_voucher_from_issue_to_payment_on_the_command_line(shell: Shell) -> None:
    chain = shell.chain
    answer = issued(shell)
    voucher = answer["voucher"]
    assert (answer["state"], answer["face"]["amount"]) == ("issued", "3000000.00")
    assert shell.approved(answer, "C checker")["kind"] == "voucher_seal"
    assert shell("accept", voucher, by="T1 maker")["state"] == "live"
    root = shell("show", voucher)["pieces"][0]["piece"]
    passed = shell(
        "transfer", root, "--to", chain.parties["T2"], "--amount", "1200000.00", "--document",
        chain.invoice("T2", "T1", "1,200,000.00"), by="T1 maker",
    )  # fmt: skip
    shell.approved(passed, "T1 checker")
    assert shell("accept", passed["piece"], by="T2 maker")["state"] == "held"
    asked = shell(
        "finance", root, "--funder", chain.parties["F"], "--amount", "500000.00", "--rate", "4.5%", by="T1 maker"
    )
    shell.approved(asked, "T1 checker")
    shell.approved(shell("fund", asked["piece"], by="F maker"), "F checker")
    shown = shell("show", voucher)
    assert [(one["left"]["amount"], one["state"]) for one in shown["pieces"]] == [
        ("1300000.00", "held"), ("1200000.00", "held"), ("500000.00", "held"),
    ]  # fmt: skip
    assert shell("redeem", voucher, "--on", "2026-07-30", code=1)["error"]["code"] == "not_due_yet"
    done = shell("redeem", voucher, "--on", "2026-07-31")
    assert (done["state"], done["outstanding"]["amount"]) == ("settled", "0.00")
    assert (chain.cash("T2"), chain.cash("C")) == ("1,200,000.00", "7,000,000.00")
    assert shell("list") == []
    assert [one["voucher"] for one in shell("list", "--all", "--party", chain.parties["T2"])] == [voucher]
    assert voucher in shell("list", "--all", as_json=False)


def test_the_same_key_issues_once_and_a_refusal_speaks_both_languages(shell: Shell) -> None:
    chain = shell.chain
    answer = issued(shell)
    refused = shell("accept", answer["voucher"], by="T1 maker", code=1)["error"]
    assert refused["code"] == "event_not_allowed"
    assert refused["sentence"]["zh"] != refused["sentence"]["en"]
    assert shell("cancel", answer["voucher"], by="C maker")["state"] == "cancelled"
    assert len(chain.act("system", lambda work: work.execute("SELECT id FROM financing.voucher").fetchall())) == 1
    assert shell("accept", "vou_1", by="T1 maker", code=1)["error"]["code"] == "bad_id"
    assert shell("show", "pce_01KJP4C580E00800001JHX7Z67", code=1)["error"]["code"] == "bad_id"
