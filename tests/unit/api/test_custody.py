"""A keeper's word on goods: a receipt that the seller sent and that names a keeper counts once the keeper confirms it.

Planted defect: the signer is not compared with the reader, so that anybody's word would do.
"""

from typing import Any

from openscf.cluster.papers import invoice, order, receipt
from openscf.parties import Party, PartyRole, find_party
from tests.unit.api.hosted import Hosted
from tests.unit.api.papers import sale, upload
from tests.unit.parties.house import SYSTEM


def sent(hosted: Hosted, number: str = "INV-1") -> str:
    """An invoice whose receipt the seller alone delivered, naming the warehouse; the invoice's id."""
    if "custodian" not in hosted.floor.parties:
        hosted.floor.join("custodian", PartyRole.CUSTODIAN)
    keeper = hosted.floor.run(SYSTEM, find_party, hosted.floor.parties["custodian"])
    assert isinstance(keeper, Party)
    one = sale(hosted, number)
    upload(hosted, "buyer.maker", (f"{number}-po.csv", order(one)))
    upload(hosted, "seller.maker", (f"{number}.xml", invoice(one)), (f"{number}-gr.csv", receipt(one, keeper)))
    found: str = hosted.get("seller.maker", "/v1/invoices", params={"text": number}).json()["items"][0]["id"]
    return found


def waiting(hosted: Hosted, who: str = "custodian.maker", confirmed: str = "false") -> list[Any]:
    answer = hosted.get(who, "/v1/custody", params={"confirmed": confirmed})
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["items"]
    return found


def test_the_keepers_word_makes_the_goods_count(hosted: Hosted) -> None:
    document = sent(hosted)

    def closure() -> Any:
        return hosted.get("seller.maker", f"/v1/trades/{document}").json()["invoice"]["closure"]

    assert (closure()["goods"], closure()["backed"]) == ("0.00", False), "what the seller alone says proves no goods"
    (paper,) = waiting(hosted)
    assert (paper["number"], paper["orders"], paper["confirmed"]) == ("GR-INV-1", ["PO-INV-1"], False)
    assert (paper["seller"]["name"], paper["lines"][0]["quantity"]) == ("seller有限公司", "100")
    done = hosted.post("custodian.maker", f"/v1/custody/{paper['id']}/confirm", {})
    assert (done.status_code, done.json()) == (200, {"document": paper["id"], "confirmed": True}), done.text
    assert (closure()["goods"], closure()["backed"]) == ("100.00", True)
    assert waiting(hosted) == []
    assert [one["id"] for one in waiting(hosted, confirmed="true")] == [paper["id"]]
    again = hosted.post("custodian.maker", f"/v1/custody/{paper['id']}/confirm", {})
    assert again.json() == done.json(), "saying it twice changes nothing"


def test_nobody_else_vouches_and_a_strangers_paper_is_as_if_it_were_not_there(hosted: Hosted) -> None:
    sent(hosted)
    (paper,) = waiting(hosted)
    hosted.floor.join("other", PartyRole.CARRIER)
    assert waiting(hosted, "other.maker") == []
    absent = f"{paper['id'][:-4]}0000"
    foreign = hosted.post("other.maker", f"/v1/custody/{paper['id']}/confirm", {})
    unknown = hosted.post("other.maker", f"/v1/custody/{absent}/confirm", {})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "document_not_found")
    assert foreign.json()["detail"].replace(paper["id"], absent) == unknown.json()["detail"]
    for who in ("seller.maker", "funder.maker", "operator.maker"):
        assert hosted.post(who, f"/v1/custody/{paper['id']}/confirm", {}).json()["code"] == "office_may_not"
    assert hosted.post("custodian.checker", f"/v1/custody/{paper['id']}/confirm", {}).json()["code"] == "not_allowed"


def test_an_invoice_is_no_goods_paper(hosted: Hosted) -> None:
    document = sent(hosted)
    answer = hosted.post("custodian.maker", f"/v1/custody/{document}/confirm", {})
    assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


def test_papers_are_read_page_by_page(hosted: Hosted) -> None:
    for number in ("INV-1", "INV-2", "INV-3"):
        sent(hosted, number)
    first = hosted.get("custodian.maker", "/v1/custody?limit=2").json()
    rest = hosted.get("custodian.maker", f"/v1/custody?limit=2&cursor={first['next']}").json()
    assert [one["number"] for one in first["items"] + rest["items"]] == ["GR-INV-1", "GR-INV-2", "GR-INV-3"]
    assert rest["next"] is None


def test_what_changed_since_it_was_seen_is_not_confirmed(hosted: Hosted) -> None:
    sent(hosted)
    (paper,) = waiting(hosted)
    keeper = hosted.floor.run(SYSTEM, find_party, hosted.floor.parties["custodian"])
    assert isinstance(keeper, Party)
    fewer = receipt(sale(hosted), keeper).replace(b",100,", b",90,")
    upload(hosted, "buyer.maker", ("again.csv", fewer))
    (now,) = waiting(hosted)
    assert now["id"] != paper["id"]
    answer = hosted.post("custodian.maker", f"/v1/custody/{paper['id']}/confirm", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "goods_paper_replaced")
