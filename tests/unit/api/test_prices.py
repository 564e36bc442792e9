"""A price that follows from credit, over HTTP: what the client, the funder, the debtor and the house see of it.

Planted defect: `parts` of `PriceView` without `seen_by` shows the client the margin, and
`test_the_client_sees_the_rate_and_the_funder_what_it_is_made_of` is red.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from openscf import credit
from openscf.credit import NewRating, RaterKind
from openscf.db import Database
from openscf.financing import deal_events
from openscf.kernel.ids import TenantId
from openscf.parties import PartyRole
from openscf.trades import DocumentId
from tests.unit.api.hosted import Hosted
from tests.unit.financing.floor import SYSTEM, TERMS, Floor
from tests.unit.operations.town import TODAY, Town

PRICING = {"base": "3%", "highest": "18%", "margin": "0.83%", "operating_cost": "0.5%"}


@pytest.fixture
def judged(database: Database, tenant: TenantId, floor: Floor, tmp_path: Path) -> tuple[Hosted, Town]:
    """A weak seller and a strong buyer, both judged by the platform from their documents."""
    hosted = Hosted(database, tenant, tmp_path, floor=floor)
    town = Town(hosted.floor, tmp_path)
    town.history(8)
    for name, symbol in (("buyer", "AAA"), ("seller", "CCC")):
        rated(town, name, symbol)
    town.refreshed()
    return hosted, town


def rated(town: Town, name: str, symbol: str) -> None:
    new = NewRating(
        subject=town.floor.parties[name], kind=RaterKind.AGENCY, rater_name="信用评级", scale="international",
        symbol=symbol, rated_on=TODAY, valid_until=TODAY + dt.timedelta(days=300), source="report 1",
    )  # fmt: skip
    town.floor.run(SYSTEM, credit.record_rating, new)


def frame(hosted: Hosted, **pricing: Any) -> str:
    """A frame that prices from credit, proposed and approved over HTTP by two people of the funder."""
    body = {
        "product": "factoring", "name": "priced", "valid_from": TODAY.isoformat(), "terms": dict(TERMS),
        "parties": {"funder": str(hosted.floor.parties["funder"])},
        "policy": {"needs_receipt": False, "auto_fund_up_to": "1000000.00", "pricing": {**PRICING, **pricing}},
    }  # fmt: skip
    proposed = hosted.post("funder.maker", "/v1/programmes", body)
    assert proposed.status_code == 201, proposed.text
    asked = proposed.json()["request"]
    approved = hosted.post("funder.checker", f"/v1/requests/{asked['id']}/approve", {"payload_sha256": asked["sha256"]})
    assert approved.status_code == 200, approved.text
    return str(proposed.json()["programme"]["id"])


def wanted(hosted: Hosted, programme: str, document: DocumentId) -> dict[str, str]:
    return {"programme": programme, "document": str(document), "due_on": "2026-05-31"}


def test_the_client_sees_the_rate_and_the_funder_what_it_is_made_of(judged: tuple[Hosted, Town]) -> None:
    hosted, _ = judged
    hosted.floor.limits()
    programme, document = frame(hosted), hosted.floor.invoice("9001")
    hosted.floor.confirm(document)
    body = wanted(hosted, programme, document)
    quoted = hosted.post("seller.maker", "/v1/financings/quote", body).json()
    applied = hosted.post("seller.maker", "/v1/financings", body).json()
    assert applied["quote"] == quoted, "the offer is the one that was quoted"
    deal = applied["financing"]["id"]
    told = {
        name: hosted.get(f"{name}.maker", f"/v1/financings/{deal}").json() for name in ("seller", "buyer", "funder")
    }
    told["operator"] = hosted.get("operator.maker", f"/v1/financings/{deal}").json()
    price = told["seller"]["price"]
    assert price == quoted["price"] == applied["financing"]["price"]
    assert price["rate_percent"] == quoted["offer"]["rate_percent"] != "7.20"
    assert (price["pd_ppb"], price["parts"], price["evaluations"]) == (None, None, None)
    assert [one["saved_ppb"] for one in price["worths"]] == [None] * 4
    assert price["worths"][0]["saved_bps"] > 0, "what the buyer's word is worth to it, it may know"
    hidden = json.dumps(quoted) + json.dumps(applied) + json.dumps(told["seller"])
    assert "0.83" not in hidden, "never the margin"
    assert "evl_" not in hidden
    assert told["buyer"]["price"] is None, "the debtor sees no price"
    funder = told["funder"]["price"]
    assert {one["name"]: one["percent"] for one in funder["parts"]}["margin"] == "0.8300"
    assert sum(float(one["percent"]) for one in funder["parts"]) == pytest.approx(
        float(funder["rate_percent"]), abs=1e-3
    )
    assert funder["pd_ppb"] > 0
    assert funder["evaluations"] is None
    assert len(told["operator"]["price"]["evaluations"]) == 2
    decisions = {name: hosted.get(f"{name}.maker", "/v1/decisions").json()["items"] for name in ("funder", "operator")}
    assert "pricing" in decisions["operator"][0]["knew"]["notes"]
    assert decisions["funder"][0]["knew"]["notes"] == {}, "what others are judged at is theirs to share"


def test_the_frames_pricing_is_not_the_clients_to_see(judged: tuple[Hosted, Town]) -> None:
    hosted, _ = judged
    programme = frame(hosted)
    assert hosted.get("seller.maker", f"/v1/programmes/{programme}").json()["policy"] is None
    shown = hosted.get("funder.maker", f"/v1/programmes/{programme}").json()["policy"]["pricing"]
    assert (shown["margin"], shown["beyond"], shown["risk_of"]) == ("83/10000", "highest", "by_recourse")


def test_a_supplier_is_told_what_a_confirmation_would_bring_and_an_offer_stands(judged: tuple[Hosted, Town]) -> None:
    hosted, town = judged
    programme, document = frame(hosted), hosted.floor.invoice("9001")
    before = hosted.post("seller.maker", "/v1/financings/quote", wanted(hosted, programme, document)).json()
    assert [one["code"] for one in before["reasons"]] == ["receivable_not_confirmed"]
    lever = next(one for one in before["price"]["said"] if "confirms" in one["en"])
    hosted.floor.confirm(document)
    after = hosted.post("seller.maker", "/v1/financings/quote", wanted(hosted, programme, document)).json()
    assert f"{after['price']['rate_percent']} % instead of {before['price']['rate_percent']} %" in lever["en"]
    deal = hosted.post("seller.maker", "/v1/financings", wanted(hosted, programme, document)).json()["financing"]
    rated(town, "buyer", "D")
    town.refreshed()
    standing = hosted.post("seller.maker", "/v1/financings/quote", wanted(hosted, programme, document)).json()
    assert standing["price"]["rate_percent"] == standing["offer"]["rate_percent"] == after["price"]["rate_percent"]
    assert hosted.get("seller.maker", f"/v1/financings/{deal['id']}").json()["price"] == standing["price"]
    assert hosted.get("funder.maker", f"/v1/financings/{deal['id']}/decisions/1").json()["equal"] is True


def test_nobody_elses_claim_tells_a_price(judged: tuple[Hosted, Town]) -> None:
    hosted, _ = judged
    programme, document = frame(hosted), hosted.floor.invoice("9001")
    hosted.floor.join("rival", PartyRole.SUPPLIER)
    answer = hosted.post("rival.maker", "/v1/financings/quote", wanted(hosted, programme, document))
    assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


def test_a_claim_whose_rate_is_still_open_is_no_opportunity_with_a_yield(judged: tuple[Hosted, Town]) -> None:
    hosted, _ = judged
    programme, document = frame(hosted), hosted.floor.invoice("9001")
    body = wanted(hosted, programme, document)
    waiting = hosted.post("seller.maker", "/v1/financings", body).json()["financing"]
    assert (waiting["state"], waiting["price"]) == ("proposed", None)
    (one,) = hosted.get("funder.maker", "/v1/opportunities").json()["items"]
    assert (one["financing"]["id"], one["income"], one["net_yield_percent"]) == (waiting["id"], None, None)
    assert [row.command for row in hosted.floor.run(SYSTEM, deal_events, _id(waiting["id"]))] == ["open"]


def _id(text: str) -> Any:
    from openscf.financing import DealId

    return DealId.parse(text)
