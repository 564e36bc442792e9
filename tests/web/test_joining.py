"""From an invitation to the first page: an administrator invites, the person chooses a password and signs in.

Planted defects: the token stays in the page after a refusal, or an invitation is not used up.
"""

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.test_member_pages import Reader
from tests.web.world import World

SENTENCE = "a sentence that only I know"
FIELDS = {
    "body.name": "张伟", "body.document.kind": "resident_id", "body.document.number": "11010519491231002X",
    "body.roles[]": "checker",
}  # fmt: skip


@pytest.fixture
def invited(world: World) -> dict[str, str]:
    """What the administrator reads, once."""
    admin = Reader(world, "funder.admin")
    shown = admin.send("/account", "invite_user", **FIELDS, **{"body.login": "zhang.wei"}).text
    token = re.search(r'value="(scf_inv_[^"]+)"', shown)
    assert token is not None, shown[-3000:]
    assert f"{world.url}/invitation" in html.unescape(shown)
    return {"invitation": token[1]}


def visitor(world: World) -> tuple[TestClient, dict[str, str]]:
    client = TestClient(world.app, base_url=world.url, follow_redirects=False)
    page = client.get("/invitation", headers={"Accept-Language": "zh-CN"}).text
    assert "邀请令牌" in page
    return client, dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def test_who_was_invited_chooses_a_password_and_signs_in(world: World, invited: dict[str, str]) -> None:
    client, hidden = visitor(world)
    weak: Any = client.post("/invitation", data={**hidden, **invited, "password": "123"})
    assert (weak.status_code >= 400, "weak_password" in weak.text, invited["invitation"] in weak.text) == (
        True, True, False,
    )  # fmt: skip
    done = client.post("/invitation", data={**hidden, **invited, "password": SENTENCE})
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in?joined=1")
    door = client.get(done.headers["location"]).text
    assert "Your password is set" in door
    form = door.partition('action="/sign-in">')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    home = client.post("/sign-in", data={**fields, "login": "zhang.wei", "password": SENTENCE})
    assert (home.status_code, home.headers["location"]) == (303, "/")
    assert client.get("/").status_code == 200
    again = client.post("/invitation", data={**visitor(world)[1], **invited, "password": SENTENCE})
    assert again.status_code >= 400, "a token is used once"


def test_a_key_is_revoked_from_the_page(world: World) -> None:
    admin = Reader(world, "funder.admin")
    admin.send("/account", "create_api_key", **{"body.name": "ledger", "body.scope": "read", "body.days:int": "9"})
    key = re.search(r'<option value="(key_[^"]+)">ledger</option>', admin.page("/account"))
    assert key is not None
    assert admin.send("/account", "revoke_api_key", **{"path.key_id": key[1]}).status_code == 303
    assert key[1] not in admin.page("/account")
