"""Ratings and limits with their reasons, ratings sent in, warnings, the network, data quality and search over HTTP."""

import datetime as dt
from fractions import Fraction
from typing import Any

from openscf.cluster.papers import invoice
from openscf.credit import AnchorKnown, Confirmation
from openscf.parties import PartyRole, PersonRole
from tests.unit.api.hosted import Hosted
from tests.unit.api.papers import closed, sale, upload
from tests.unit.operations.test_credit_views import evaluated


def of(hosted: Hosted, name: str, what: str) -> str:
    return f"/v1/parties/{hosted.floor.parties[name]}/{what}"


class Subject:
    """What `evaluated` asks of an enterprise."""

    def __init__(self, identity: Any) -> None:
        self.id = identity


def test_a_firm_sees_its_rating_and_limit_with_reasons_and_others_only_with_its_consent(hosted: Hosted) -> None:
    rating, limit = of(hosted, "seller", "rating"), of(hosted, "seller", "limit")
    assert hosted.get("seller.maker", rating).json()["code"] == "not_evaluated"
    evaluated(hosted.floor.house, Subject(hosted.floor.parties["seller"]))
    own = hosted.get("seller.maker", rating)
    assert own.status_code == 200, own.text
    assert (own.json()["model"]["name"], own.json()["spread"] > 0) == ("toy", True)
    assert own.json()["reasons"][0]["zh"]
    why = hosted.get("seller.maker", limit).json()
    assert why["raises"]
    assert why["not_counted"], "what the applicant alone says never counts"
    for path in (rating, limit):
        foreign, absent = hosted.get("funder.maker", path), hosted.get("funder.maker", path.replace("pty_01", "pty_02"))
        assert (foreign.status_code, foreign.json()["code"]) == (404, "credit_not_shared")
        assert (absent.status_code, absent.json()["code"]) == (404, "credit_not_shared")
    hosted.floor.house.person("seller.signatory", hosted.floor.parties["seller"], PersonRole.SIGNATORY)
    given = hosted.post("seller.signatory", "/v1/consents", {
        "grantee": str(hosted.floor.parties["funder"]), "scope": "ratings", "purpose": "credit",
        "valid_until": "2027-01-01",
    })  # fmt: skip
    assert given.status_code == 201, given.text
    shared = hosted.get("funder.maker", rating).json()
    assert (shared["grade"], shared["model"], shared["reasons"], shared["price"]) == (
        own.json()["grade"], None, [], None,
    )  # fmt: skip
    assert hosted.get("funder.maker", limit).json()["code"] == "credit_not_shared", "ratings and limits are two scopes"


def test_a_supplier_is_told_what_its_buyers_word_is_worth_and_the_house_the_probabilities(hosted: Hosted) -> None:
    buyer = hosted.floor.parties["buyer"]
    known = AnchorKnown(
        party=buyer, name="buyer有限公司", pd_ppb=800_000, confirmation=Confirmation.DATA, tenure_months=24,
        share=Fraction(2, 5), settled_minor=6_000_000_00,
    )  # fmt: skip
    evaluated(hosted.floor.house, Subject(hosted.floor.parties["seller"]), anchors=[known])
    hosted.floor.house.person("operator.viewer", hosted.floor.parties["operator"], PersonRole.VIEWER)
    for what in ("rating", "limit"):
        (own,) = hosted.get("seller.maker", of(hosted, "seller", what)).json()["anchors"]
        answer = hosted.get("operator.viewer", of(hosted, "seller", what))
        assert answer.status_code == 200, answer.text
        (house,) = answer.json()["anchors"]
        assert (own["party"], own["confirmation"]) == (str(buyer), "data")
        assert (own["pd_with_percent"], own["levels"][2]["pd_percent"]) == (None, None)
        assert house["levels"][2]["pd_percent"] == "0.080"
        assert own["levels"][2]["saved_bps"] == house["levels"][2]["saved_bps"] > 0
        assert own["elements"][0]["said"]["zh"]


def test_a_rater_sends_its_own_opinion_with_two_people_and_nobody_elses(hosted: Hosted) -> None:
    hosted.floor.join("rater", PartyRole.RATER)
    body = {"subject": str(hosted.floor.parties["seller"]), "kind": "agency", "scale": "international", "symbol": "BBB",
            "rated_on": "2026-03-01", "valid_until": "2027-03-01", "source": "report 4711"}  # fmt: skip
    asked = hosted.post("rater.maker", "/v1/ratings", body)
    assert asked.status_code == 202, asked.text
    assert asked.json()["payload"]["rater"] == str(hosted.floor.parties["rater"])
    seen = {"payload_sha256": asked.json()["payload_sha256"]}
    done = hosted.post("rater.checker", f"/v1/requests/{asked.json()['id']}/approve", seen)
    assert done.json()["state"] == "used", done.text
    assert hosted.post("seller.maker", "/v1/ratings", body).json()["code"] == "office_may_not"
    oneself = hosted.post("rater.maker", "/v1/ratings", body | {"subject": str(hosted.floor.parties["rater"])})
    assert oneself.json()["code"] == "rating_of_oneself"


def test_warnings_are_of_what_one_may_see_and_each_names_its_evidence(hosted: Hosted) -> None:
    late = closed(hosted, "LATE-1", due_on=dt.date(2026, 3, 5))
    hosted.floor.join("stranger", PartyRole.SUPPLIER)
    upload(hosted, "seller.maker", ("bad.csv", b"order_number,issued_on,seller_code,buyer_code\nX,y\n"))

    def codes(who: str) -> set[tuple[str, str]]:
        answer = hosted.get(who, "/v1/warnings")
        assert answer.status_code == 200, answer.text
        return {(one["code"], one["severity"]) for one in answer.json()["items"]}

    assert codes("seller.maker") == {
        ("late_payer", "warning"), ("concentration", "notice"), ("data_quality", "warning"),
    }  # fmt: skip
    assert codes("buyer.maker") == {("late_payer", "warning"), ("concentration", "notice")}
    assert codes("stranger.maker") == set()
    assert codes("operator.maker") == {("late_payer", "warning"), ("data_quality", "warning")}
    one = hosted.get("seller.maker", "/v1/warnings", params={"code": "late_payer"}).json()
    assert (one["found"], one["items"][0]["evidence"], one["items"][0]["since"]) == (1, [late], "2026-03-05")
    hosted.post("buyer.maker", f"/v1/trades/{late}/dispute", {"reason": "never delivered"})
    assert ("disputed_claim", "alarm") in codes("seller.maker")


def test_the_house_is_warned_of_a_claim_that_looks_like_one_that_is_lent_on(hosted: Hosted) -> None:
    hosted.floor.limits()
    hosted.floor.bring("funder", "1,000,000.00")
    frame = hosted.floor.programme(parties={"funder": "funder"}, policy={"needs_receipt": False})
    lent = closed(hosted, "INV-1001")
    said = {"amount": {"amount": "113000.00", "currency": "CNY"}, "due_on": "2026-05-29"}
    asked = hosted.post("buyer.maker", f"/v1/trades/{lent}/confirm", said).json()
    hosted.post("buyer.checker", f"/v1/requests/{asked['id']}/approve", {"payload_sha256": asked["payload_sha256"]})

    def warned(who: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = hosted.get(who, "/v1/warnings", params={"code": "double_financing"}).json()[
            "items"
        ]
        return found

    upload(hosted, "seller.maker", ("again.xml", invoice(sale(hosted, "INV-1001A"))))
    twin = hosted.get("seller.maker", "/v1/invoices", params={"text": "INV-1001A"}).json()["items"][0]["id"]
    assert warned("operator.maker") == [], "nothing is under lien yet"
    deal = hosted.post("seller.maker", "/v1/financings", {"programme": str(frame), "document": lent}).json()
    deal = deal["financing"]["id"]
    accepted = hosted.post("seller.maker", f"/v1/financings/{deal}/accept")
    assert accepted.status_code == 200, accepted.text
    (one,) = warned("operator.maker")
    assert (one["subject"], one["severity"], one["evidence"]) == (twin, "warning", [twin, lent])
    assert warned("seller.maker") == [] == warned("funder.maker")


def test_the_quality_of_data_counts_every_file(hosted: Hosted) -> None:
    for number in range(3):
        upload(hosted, "seller.maker", (f"{number}.xml", invoice(sale(hosted, f"Q-{number}"))))
    upload(hosted, "buyer.maker", ("bad.csv", b"order_number,issued_on,seller_code,buyer_code\nX,y\n"))
    found = hosted.get("operator.maker", "/v1/data-quality").json()["items"]
    assert [(one["files"], one["rows"], one["accepted_percent"]) for one in found] == [
        (1, 1, "0.00"), (3, 3, "100.00")
    ]  # fmt: skip
    assert len(hosted.get("seller.maker", "/v1/data-quality").json()["items"]) == 1


def test_the_network_is_ones_own_and_for_the_house_the_whole_graph(hosted: Hosted) -> None:
    closed(hosted, "N-1")
    closed(hosted, "N-2", gross="226000.00")
    seller, buyer = (hosted.get(f"{who}.maker", "/v1/network").json()["partners"] for who in ("seller", "buyer"))
    assert [(one["side"], one["party"], one["amount"]["amount"], one["invoices"]) for one in seller] == [
        ("buyer", str(hosted.floor.parties["buyer"]), "339000.00", 2)
    ]
    assert [(one["side"], one["name"]) for one in buyer] == [("seller", "seller有限公司")]
    assert hosted.get("funder.maker", "/v1/network").json() == {"partners": [], "nodes": [], "edges": []}
    whole = hosted.get("operator.maker", "/v1/network").json()
    assert [(one["amount"]["amount"], one["invoices"]) for one in whole["edges"]] == [("339000.00", 2)]
    assert {one["name"] for one in whole["nodes"]} == {"seller有限公司", "buyer有限公司"}


def test_data_quality_counts_what_each_sender_sent_and_shows_nobody_the_others(hosted: Hosted) -> None:
    upload(hosted, "seller.maker", ("a.xml", invoice(sale(hosted))),
           ("bad.csv", b"order_number,issued_on,seller_code,buyer_code\nX,y\n"))  # fmt: skip
    for who, expected in (("seller.maker", [("50.00", 2)]), ("operator.maker", [("50.00", 2)]), ("buyer.maker", [])):
        found = hosted.get(who, "/v1/data-quality").json()["items"]
        assert [(one["accepted_percent"], one["files"]) for one in found] == expected, who


def test_search_finds_what_one_may_see_and_nothing_of_others(hosted: Hosted) -> None:
    document = closed(hosted, "FIND-77")
    hosted.floor.join("stranger", PartyRole.SUPPLIER)

    def hits(who: str, text: str) -> list[tuple[str, str]]:
        answer = hosted.get(who, "/v1/search", params={"text": text})
        assert answer.status_code == 200, answer.text
        return [(one["kind"], one["id"]) for one in answer.json()["items"]]

    for who in ("seller.maker", "buyer.maker", "operator.maker"):
        assert hits(who, "find-77") == [("invoice", document)], who
    assert hits("stranger.maker", "find-77") == []
    assert hits("stranger.maker", "buyer有限") == [("party", str(hosted.floor.parties["buyer"]))], (
        "the directory is public"
    )
    assert hits("seller.maker", "%") == [] == hits("seller.maker", "-")
