"""The page of one's letters: chosen by ticking, proved by the code of the first letter, the last ones listed.

Planted defect: the page sends the kinds that are not ticked.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from openscf.asgi import application
from openscf.db import Database
from openscf.kernel.ids import TenantId
from tests.founded import endpoints, floor, tenant
from tests.speaking import client_of
from tests.unit.api.conftest import hosted
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_mail import TO, opened, posted
from tests.unit.events.mailhouse import MailHouse
from tests.unit.financing.floor import Floor

__all__ = ["endpoints", "floor", "hosted", "tenant"]


@pytest.fixture
def house() -> Iterator[MailHouse]:
    with MailHouse() as opened_house:
        yield opened_house


def reader(hosted: Hosted) -> TestClient:
    client = client_of(application(hosted.house), base_url="http://127.0.0.1", headers={"Accept-Language": "en"})
    client.cookies.set("openscf", hosted.token("seller.maker"))
    return client


def send(client: TestClient, operation: str, **fields: Any) -> None:
    page = client.get("/mail").text
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.S) if f'"/do/{operation}"' in one)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    sent = client.post(f"/do/{operation}", data={**hidden, **fields}, follow_redirects=False)
    assert sent.status_code == 303, sent.text


def test_letters_are_chosen_and_the_address_is_proved(
    database: Database, tenant: TenantId, floor: Floor, tmp_path: Path, house: MailHouse
) -> None:
    mail = (f"smtp+plain://127.0.0.1:{house.port}", "post@scf.example")
    mailed = Hosted(database, tenant, tmp_path, floor=floor, mail=mail, public_url="https://scf.example")
    client = reader(mailed)
    assert '" checked>' not in client.get("/mail").text, "nobody is written to who has not asked for it"
    send(client, "set_mail", **{"body.address": TO, "body.kinds[]": ["warning", "sign_in"], "body.language": "en"})
    page = client.get("/mail").text
    assert re.findall(r'value="(\w+)" checked', page) == ["warning", "sign_in"]
    assert "w***@example.com" in page
    posted(mailed)
    (code,) = re.findall(r"^[A-Z2-7]{8}$", opened(house)[-1].get_content().replace("\r", ""), re.MULTILINE)
    send(client, "confirm_mail", **{"body.code": code})
    page = client.get("/mail").text
    assert "/do/confirm_mail" not in page
    assert ("In use" in page, "Is this your address?" in page) == (True, True), "proved, and its letter is listed"
    send(client, "set_mail", **{"body.language": "zh"})
    assert mailed.get("seller.maker", "/v1/me/mail").json()["kinds"] == [], "none ticked: no letters"


def test_without_a_mail_server_the_page_says_whom_to_ask(hosted: Hosted) -> None:
    page = reader(hosted).get("/mail").text
    assert "OPENSCF_SMTP_URL" in page
