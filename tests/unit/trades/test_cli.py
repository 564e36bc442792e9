"""`openscf trades show` as a user runs it."""

import json

import pytest

from openscf.cli import main
from openscf.db.endpoints import LOGIN_ROLES
from tests.unit.trades.market import Market, invoice


@pytest.fixture
def show(endpoints, tenant, tmp_path, monkeypatch, capsys):
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "TENANT": tenant, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))

    def running(*words: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["trades", "show", *map(str, words)])
        return int(ended.value.code or 0), capsys.readouterr().out

    return running


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
