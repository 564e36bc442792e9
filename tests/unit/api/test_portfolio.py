"""What a funder has lent, cut four ways, and what was decided about it, each with what the decision knew.

Planted defect: the funder is left out of the query, so that a rival sees it all.
"""

from openscf.parties import PartyRole
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_financings import wanted
from tests.unit.api.test_limits import money


def funded(hosted: Hosted) -> str:
    deal: str = hosted.post("seller.maker", "/v1/financings", wanted(hosted)).json()["financing"]["id"]
    assert hosted.post("seller.maker", f"/v1/financings/{deal}/accept").json()["financing"]["state"] == "funded"
    return deal


def test_a_funder_sees_where_its_money_lies(hosted: Hosted) -> None:
    assert hosted.get("funder.maker", "/v1/portfolio").json()["wholes"] == []
    funded(hosted)
    found = hosted.get("funder.maker", "/v1/portfolio").json()
    buyer = str(hosted.floor.parties["buyer"])
    (debtor,) = found["debtors"]
    assert (debtor["key"], debtor["name"], debtor["outstanding"]) == (buyer, "buyer有限公司", money("800000.00"))
    assert (debtor["share_percent"], debtor["late"], debtor["count"]) == ("100.00", money("0.00"), 1)
    assert [one["key"] for name in ("groups", "products", "buckets") for one in found[name]] == [
        buyer, "factoring", "in_90",
    ]  # fmt: skip
    late = hosted.get("funder.maker", "/v1/portfolio?on=2026-07-15").json()
    assert (late["buckets"][0]["key"], late["debtors"][0]["late"]) == ("late_60", money("800000.00"))


def test_nobody_sees_anothers_portfolio(hosted: Hosted) -> None:
    deal = funded(hosted)
    hosted.floor.join("rival", PartyRole.FUNDER)
    funder = str(hosted.floor.parties["funder"])
    assert hosted.get("rival.maker", "/v1/portfolio").json()["debtors"] == []
    assert hosted.get("rival.maker", "/v1/decisions").json() == {"items": [], "next": None}
    foreign = hosted.get("rival.maker", f"/v1/portfolio?funder={funder}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "party_not_found")
    assert hosted.get("seller.maker", "/v1/portfolio").json()["code"] == "office_may_not"
    assert hosted.get("funder.maker", "/v1/portfolio?on=9999-12-31").status_code == 422, "no day that has no next one"
    assert hosted.get("seller.maker", "/v1/decisions").json()["code"] == "office_may_not"
    house = hosted.get("operator.maker", f"/v1/portfolio?funder={funder}").json()
    assert house["wholes"][0]["outstanding"] == money("800000.00")
    assert {one["deal"] for one in hosted.get("operator.maker", "/v1/decisions").json()["items"]} == {deal}


def test_each_decision_says_what_it_knew_and_what_it_came_to(hosted: Hosted) -> None:
    deal = funded(hosted)
    fund, accept, verify = hosted.get("funder.maker", "/v1/decisions").json()["items"]
    assert [one["event"] for one in (fund, accept, verify)] == ["fund", "accept", "verify"]
    assert fund["amounts"]["advance"] == money("800000.00")
    assert (verify["knew"]["confirmed"], verify["knew"]["missing"]) == (True, [])
    again = hosted.get("funder.maker", f"/v1/financings/{deal}/decisions/{fund['decision']}").json()
    assert again["equal"] is True


def test_decisions_are_read_page_by_page_and_by_what_they_are(hosted: Hosted) -> None:
    funded(hosted)
    first = hosted.get("funder.maker", "/v1/decisions?limit=2").json()
    rest = hosted.get("funder.maker", f"/v1/decisions?limit=2&cursor={first['next']}").json()
    assert [one["event"] for one in first["items"] + rest["items"]] == ["fund", "accept", "verify"]
    assert rest["next"] is None
    (only,) = hosted.get("funder.maker", "/v1/decisions?event=accept&product=factoring").json()["items"]
    assert only["state_to"] == "accepted"
    assert hosted.get("funder.maker", "/v1/decisions?product=escrow").json()["items"] == []
    bad = hosted.get("funder.maker", "/v1/decisions?cursor=WyJ4IiwieSIsInoiLDFd")
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_cursor")
