"""The command line as a user runs it: the whole road from registration to a payable account."""

import io
import json
import sys

import pytest

from openscf.cli import main
from openscf.db.endpoints import LOGIN_ROLES
from tests.unit.parties.house import resident_id, uscc
from tests.unit.parties.test_canary import leaks

NUMBER, ACCOUNT, PASSWORD = resident_id(977), "6228480402564890018", "zanzibar pass phrase 9"


class Shell:
    """Runs `openscf parties …` against the database of one test and keeps all that was printed."""

    def __init__(self, monkeypatch, capsys):
        self.environment = monkeypatch
        self.capsys = capsys
        self.printed = ""

    def __call__(self, *words: object, lines: str = "", login: str | None = None, code: int = 0, as_json: bool = True):
        with self.environment.context() as during:
            if login:
                during.setenv("OPENSCF_LOGIN", login)
                during.setenv("OPENSCF_PASSWORD", PASSWORD)
            during.setattr(sys, "stdin", io.StringIO(lines))
            with pytest.raises(SystemExit) as ended:
                main(["parties", *map(str, words), *(["--json"] * as_json)])
        out, err = self.capsys.readouterr()
        self.printed += out + err
        assert ended.value.code == code, out + err
        return json.loads(out) if as_json else out


@pytest.fixture
def shell(endpoints, tenant, tmp_path, monkeypatch, capsys):
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "TENANT": tenant, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))
    return Shell(monkeypatch, capsys)


def enrol(shell: Shell, number: int, name: str, party: str, role: str) -> str:
    person = shell("add-person", lines=f"慕容{name}\n{resident_id(number)}\n13987654321\n")["id"]
    shell("add-login", person, lines=f"zanzibar-{name}\n{PASSWORD}\n")
    shell("appoint", person, party, role)
    return f"zanzibar-{name}"


def test_the_road_from_registration_to_a_payable_account(shell):
    added = shell("add", "--name-zh", "华东精密零件", "--uscc", f" {uscc(1)} ", "--key", "order-1")
    assert added["normalised"] == {"uscc": ["separators_removed"]}
    again = shell("add", "--name-zh", "华东精密零件", "--uscc", uscc(1), "--key", "order-1")
    assert again["id"] == added["id"]
    refused = shell("add", "--name-zh", "别家", "--uscc", uscc(1), code=1)
    assert refused["error"]["code"] == "party_already_exists"
    party = added["id"]
    shell("add-role", party, "supplier", "--from", "2026-01-01")
    shell("add-role", party, "emperor", code=2, as_json=False)
    makes, checks = enrol(shell, 977, "甲", party, "maker"), enrol(shell, 978, "乙", party, "checker")
    arguments = ("add-bank-account", party, "--bank-code", "102100099996", "--holder", "华东精密零件")
    shell(*arguments, lines=f"{ACCOUNT}\n", code=1)  # the system is no maker
    account = shell(*arguments, lines="6228 4804 0256 4890 018\n", login=makes)
    assert (account["number"], account["normalised"]) == ("****0018", ["separators_removed"])
    (request,) = shell("requests", party, login=checks)
    sha256 = request["payload_sha256"]
    assert shell("approve", request["id"], sha256, login=makes, code=1)["error"]["code"] == "approval_by_maker"
    assert (
        shell("approve", request["id"], "00" * 32, login=checks, code=1)["error"]["code"] == "approval_payload_changed"
    )
    shell("approve", request["id"], "not hex", login=checks, code=2, as_json=False)
    assert shell("approve", request["id"], sha256, login=checks)["state"] == "used"
    assert "****0018" in shell("bank-accounts", party, as_json=False)
    assert "supplier" in shell("show", party, as_json=False)
    assert "华东精密零件" in shell("list", "精密", as_json=False)
    for login, password in (("zanzibar-nobody", PASSWORD), (checks, "wrong")):
        answer = shell("requests", party, "--login", login, lines=f"{password}\n", code=1)
        assert answer["error"]["code"] == "wrong_credentials"
    assert leaks(shell.printed.replace(makes, "").replace(checks, "")) == []


def test_consents_groups_and_revocation(shell):
    parties = [shell("add", "--name-en", f"Company {n}", "--uscc", uscc(n))["id"] for n in (1, 2)]
    signs = enrol(shell, 977, "甲", parties[0], "signatory")
    assert shell("consent", "check", *parties, "trades", code=1)["may_share"] is False
    words = ("consent", "grant", *parties, "trades", "--purpose", "credit review", "--until", "2028-01-01")
    assert shell(*words, code=1)["error"]["code"] == "not_a_person"
    consent = shell(*words, login=signs)
    assert shell("consent", "check", *parties, "trades")["may_share"] is True
    shell("consent", "revoke", consent["id"], login=signs)
    assert shell("consent", "check", *parties, "trades", code=1)["may_share"] is False
    assert len(shell("consent", "list", parties[1])) == 1
    shell("own", *parties, "--share-bps", 5100, "--controls", "--source", "register", "--from", "2026-01-01")
    assert shell("group", parties[1], "--on", "2026-06-01")["ultimate_parent"] == parties[0]
    submitted = shell("kyb", parties[0], "submit", "--reason", "documents", "--if-version", 1)
    assert submitted["kyb"] == "in_review"
    person = next(one["person"] for one in shell("show", parties[0])["people"])
    assert shell("revoke-person", person, "--reason", "left")["status"] == "revoked"
    assert shell("consent", "list", parties[0], login=signs, code=1)["error"]["code"] == "wrong_credentials"


def test_no_command_takes_a_personal_value_as_an_argument():
    import typer

    from openscf.cli.parties import app

    group = typer.main.get_command(app)
    names = {
        (name, option)
        for name, command in group.commands.items()
        for option in [parameter.name for parameter in command.params]
    }
    personal = {"password", "number", "mobile", "document", "name", "id_number", "code"}
    assert {pair for pair in names if pair[1] in personal} == set()
