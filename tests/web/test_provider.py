"""Through the identity provider, from the button on the door to the home behind it, and back to the door otherwise.

Planted defect: the state in the address is not compared with the browser's (`test_planted_…`).
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from openscf.asgi import application
from openscf.db import Database
from openscf.kernel.ids import TenantId
from openscf.web import provider
from tests.unit.api import test_oidc
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_oidc import CLIENT, SECRET, Idp, linked

OURS = "http://scf.example.com"
idp = test_oidc.idp


@pytest.fixture
def hosted(database: Database, tenant: TenantId, tmp_path: Path, idp: Idp) -> Hosted:
    return Hosted(database, tenant, tmp_path, oidc=(idp.issuer, CLIENT, SECRET), public_url=OURS)


def browser(hosted: Hosted) -> TestClient:
    return TestClient(application(hosted.house), base_url=OURS, follow_redirects=False, raise_server_exceptions=False)


def sent_off(client: TestClient, idp: Idp, following: str = "") -> str:
    """Press the button on the door; the address with which the provider sends the browser back."""
    door = client.get(f"/sign-in?next={following}" if following else "/sign-in")
    link = door.text.partition('href="/sign-in/provider')[2].partition('"')[0]
    away = client.get(f"/sign-in/provider{link}".replace("&amp;", "&"))
    assert (away.status_code, away.headers["location"].startswith(f"{idp.issuer}/authorize")) == (303, True)
    code = idp.visit(away.headers["location"])
    back = urlsplit(idp.asked["redirect_uri"])
    assert f"{back.scheme}://{back.netloc}" == OURS
    return f"{back.path}?code={code}&state={idp.asked['state']}"


def test_whoever_is_linked_goes_from_the_button_to_where_he_wanted(hosted: Hosted, idp: Idp) -> None:
    linked(hosted)
    client = browser(hosted)
    back = client.get(sent_off(client, idp, "/invoices"))
    assert (back.status_code, back.headers["location"]) == (303, "/invoices")
    assert client.get("/invoices").status_code == 200
    again = client.get(f"/oidc/callback?code=the-code&state={idp.asked['state']}")
    assert (again.status_code, "begun_elsewhere" in again.text) == (401, True), "a state is used once"


@pytest.mark.parametrize(
    ("said", "code"), [("error=access_denied", "provider_declined"), ("code=the-code", "nobody_linked")]
)
def test_who_is_not_let_in_is_told_why_at_the_door(said: str, code: str, hosted: Hosted, idp: Idp) -> None:
    client = browser(hosted)
    sent_off(client, idp, "/invoices")
    shown = client.get(f"/oidc/callback?{said}&state={idp.asked['state']}", headers={"Accept-Language": "zh-CN"})
    assert (shown.status_code in {401, 403}, code in shown.text, 'action="/sign-in"' in shown.text) == (True,) * 3
    assert 'name="next" value="/invoices"' in shown.text, "where he wanted to go is kept"
    assert client.get("/invoices").headers["location"].startswith("/sign-in")


def lured(hosted: Hosted, idp: Idp) -> tuple[int, str]:
    """Somebody follows the address with which another one's sign-in would end: he would act as the other one."""
    linked(hosted)
    victim = browser(hosted)
    sent_off(victim, idp)  # began one of his own before
    address = sent_off(browser(hosted), idp)
    answer = victim.get(address)
    return answer.status_code, victim.get("/invoices").headers.get("location", "")


def test_a_sign_in_that_another_browser_began_lets_nobody_in(hosted: Hosted, idp: Idp) -> None:
    assert lured(hosted, idp) == (401, "/sign-in?next=/invoices")


def test_planted_without_the_comparison_the_victim_would_be_let_in(
    hosted: Hosted, idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def believes(self: Any, request: Any) -> tuple[str, str, str]:
        return parse_qs(request.url.query)["state"][0], "", "/"

    monkeypatch.setattr(provider.ThroughProvider, "_begun", believes)
    status, _ = lured(hosted, idp)
    assert status == 303


def test_without_a_provider_the_door_has_no_such_button(database: Database, tenant: TenantId, tmp_path: Path) -> None:
    client = browser(Hosted(database, tenant, tmp_path))
    assert "/sign-in/provider" not in client.get("/sign-in").text
    shown = client.get("/sign-in/provider")
    assert (shown.status_code, "no_provider" in shown.text) == (404, True)
