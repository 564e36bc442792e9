"""The core enterprise's pages: payables put into a batch and approved, the IAS 7.44H table on page and in files.

Planted defect: the second row of a batch is sent under the number of the first (one payable is lost).
"""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from openscf.asgi import application
from tests.founded import endpoints, floor, tenant
from tests.speaking import client_of
from tests.unit.api.conftest import hosted
from tests.unit.api.hosted import Hosted
from tests.unit.api.papers import closed
from tests.unit.api.test_payables import AUTO
from tests.unit.api.test_programmes import approve

__all__ = ["endpoints", "floor", "hosted", "tenant"]


@pytest.fixture
def programme(hosted: Hosted) -> str:
    hosted.floor.limits()
    hosted.floor.bring("funder", "10,000,000.00")
    parties = {"obligor": "buyer", "funder": "funder"}
    return str(hosted.floor.programme("reverse_factoring", {"rate": "4%"}, parties=parties, policy=AUTO))


@pytest.fixture
def buyer(hosted: Hosted, programme: str) -> Iterator[TestClient]:
    client = client_of(application(hosted.house), base_url="http://testserver")
    client.cookies.set("openscf", hosted.token("buyer.maker"))
    client.headers["Accept-Language"] = "en"
    yield client
    assert programme


def fields(page: str, act: str) -> dict[str, str]:
    """The hidden fields of the form that carries out an operation."""
    from lxml import html

    form = html.fromstring(page).xpath(f"//form[@action='/do/{act}']")[0]
    return {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}


def test_two_payables_are_ticked_put_into_a_batch_and_approved(
    hosted: Hosted, buyer: TestClient, programme: str
) -> None:
    documents = [closed(hosted, number) for number in ("P-1", "P-2")]
    page = buyer.get("/payables", params=[("take", one) for one in documents]).text
    said = {**fields(page, "upload_payables"), "body.programme": programme}
    assert {said["body.payables.0.document"], said["body.payables.1.document"]} == set(documents)
    sent = buyer.post("/do/upload_payables", data=said, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    (request,) = hosted.get("buyer.checker", "/v1/requests").json()["items"]
    assert "A batch waits for a colleague" in buyer.get("/payables").text
    approve(hosted, "buyer.checker", {**request, "sha256": request["payload_sha256"]})
    export = buyer.get("/payables?export=csv&table=approved")
    assert export.text.count("113000.00") >= 2, export.text


def test_the_table_of_ias_7_44h_is_the_same_on_the_page_and_in_its_files(buyer: TestClient) -> None:
    page = buyer.get("/disclosure?opening_on=2026-03-01&closing_on=2026-03-10")
    assert page.status_code == 200
    assert "44H(b)(ii)" in page.text
    assert "GET /v1/programmes/" in page.text, "the same by API and command line"
    book = buyer.get("/disclosure?opening_on=2026-03-01&closing_on=2026-03-10&export=xlsx&table=ias744h")
    rows: list[list[Any]] = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[2:6]] == ["44H(b)(i)", "44H(b)(ii)", "44H(b)(iii)", "44H(b)(iii)"]


def test_an_offer_to_pay_early_is_proposed_from_the_page(hosted: Hosted, buyer: TestClient) -> None:
    page = buyer.get("/early-pay").text
    said = {
        **fields(page, "propose_programme"), "body.name": "1.5 % NET 30", "body.terms.scale": "sliding",
        "body.terms.part": "1.5%", "body.terms.days:int": "30", "body.valid_from": "2026-03-10",
    }  # fmt: skip
    sent = buyer.post("/do/propose_programme", data=said, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    assert "1.5 % NET 30" in buyer.get("/early-pay").text


def test_a_buyer_sets_its_budget_and_chooses_suppliers_on_its_offers_page(hosted: Hosted, buyer: TestClient) -> None:
    frame = hosted.floor.programme("dynamic_discounting", {"rate": "9%"}, owner="buyer", parties={"obligor": "buyer"})
    seller = str(hosted.floor.parties["seller"])
    closed(hosted, "INV-1", gross="113000.00")
    page = buyer.get(f"/programmes/{frame}").text
    assert f'name="body.suppliers[]" value="{seller}"' in page, "whoever sells to it can be chosen"
    said = fields(page, "set_early_pay_rule") | {"body.budget.amount": "5000000.00", "body.suppliers[]": seller}
    sent = buyer.post("/do/set_early_pay_rule", data=said, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    (asked,) = hosted.get("buyer.checker", "/v1/requests").json()["items"]
    approve(hosted, "buyer.checker", {"id": asked["id"], "sha256": asked["payload_sha256"]})
    page = buyer.get(f"/programmes/{frame}").text
    assert 'value="5000000.00" inputmode' in page
    assert f'value="{seller}" checked' in page
    assert "5,000,000" in buyer.get("/early-pay").text
