"""The forms of a sandbox: what the world outside does is done by a click, on the page that shows what comes of it.

Planted defect: the form of a page names another operation than the one that the page is about.
"""

import re
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from openscf.asgi import application
from openscf.db import Database
from openscf.kernel.ids import TenantId
from openscf.portal.background import relay_of
from tests.journeys.banked import BankedFloor
from tests.speaking import client_of
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_custody import sent, waiting
from tests.unit.api.test_simulations import sandbox, withdrawn


def read(hosted: Hosted, name: str, path: str) -> tuple[TestClient, str]:
    client = client_of(application(hosted.house), base_url="http://127.0.0.1")
    client.cookies.set("openscf", hosted.token(name))
    page = client.get(path, headers={"Accept-Language": "en"})
    assert page.status_code == 200, page.text
    return client, page.text


def send(hosted: Hosted, name: str, path: str, *, operation: str, **chosen: str) -> str:
    """Fill in a form of a page, take the first of each choice, and read the page that follows."""
    client, text = read(hosted, name, path)
    form = next(one for one in re.findall(r"<form.*?</form>", text, re.S) if f'"/do/{operation}"' in one)
    fields: dict[str, Any] = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    fields |= dict(re.findall(r'<select[^>]* name="([^"]+)"[^>]*>\s*<option value="([^"]*)"', form))
    done = client.post(f"/do/{operation}", data={**fields, **chosen}, follow_redirects=False)
    assert done.status_code == 303, done.text
    hosted.tokens.clear()
    return read(hosted, name, path)[1]


def test_a_payment_is_let_come_back_on_the_page_of_the_accounts(
    database: Database, tenant: TenantId, tmp_path: Path
) -> None:
    hosted = sandbox(BankedFloor(database, tenant), tmp_path)
    withdrawn(hosted, "1200.00")
    assert "/do/simulate_bank_return" not in read(hosted, "seller.maker", "/accounts")[1], "the bank has not paid it"
    relay_of(hosted.house).drain()
    after = send(hosted, "seller.maker", "/accounts", operation="simulate_bank_return")
    assert "Returned" in after
    assert "/do/simulate_bank_return" not in after


def test_goods_are_let_go_missing_on_the_keepers_page(database: Database, tenant: TenantId, tmp_path: Path) -> None:
    hosted = sandbox(BankedFloor(database, tenant), tmp_path)
    sent(hosted)
    (paper,) = waiting(hosted)
    assert "/do/simulate_stock_loss" not in read(hosted, "custodian.maker", "/custody")[1], "nothing is vouched for"
    hosted.post("custodian.maker", f"/v1/custody/{paper['id']}/confirm", {})
    send(hosted, "custodian.maker", "/custody", operation="simulate_stock_loss", **{"body.lost_percent": "20"})
    trade = hosted.get("seller.maker", "/v1/invoices?text=INV-1").json()["items"][0]
    assert trade["closure"]["goods"] == "0.00"
