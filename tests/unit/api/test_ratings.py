"""The ratings that a rater gave, the last one first, for itself alone.

Planted defect: the rater is left out of the query.
"""

from openscf.parties import PartyRole
from tests.unit.api.hosted import Hosted


def rate(hosted: Hosted, who: str, of: str, symbol: str, **more: str) -> None:
    body = {"subject": str(hosted.floor.parties[of]), "kind": "agency", "scale": "international", "symbol": symbol,
            "rated_on": "2026-03-01", "valid_until": "2027-03-01", "source": "report 4711", **more}  # fmt: skip
    asked = hosted.post(f"{who}.maker", "/v1/ratings", body)
    assert asked.status_code == 202, asked.text
    seen = {"payload_sha256": asked.json()["payload_sha256"]}
    done = hosted.post(f"{who}.checker", f"/v1/requests/{asked.json()['id']}/approve", seen)
    assert done.json()["state"] == "used", done.text


def test_a_rater_sees_what_it_gave_and_nothing_of_another(hosted: Hosted) -> None:
    for name in ("rater", "rival"):
        hosted.floor.join(name, PartyRole.RATER)
    assert hosted.get("rater.maker", "/v1/ratings").json()["items"] == []
    rate(hosted, "rater", "seller", "BBB")
    rate(hosted, "rater", "buyer", "AA", valid_until="2026-03-05")
    rate(hosted, "rival", "seller", "CCC")
    last, first = hosted.get("rater.maker", "/v1/ratings").json()["items"]
    assert (first["subject_name"], first["symbol"], first["grade"], first["holds"]) == (
        "seller有限公司", "BBB", "M5", True,
    )  # fmt: skip
    assert (last["subject_name"], last["holds"]) == ("buyer有限公司", False), "its time is over"
    assert [one["symbol"] for one in hosted.get("rival.maker", "/v1/ratings").json()["items"]] == ["CCC"]
    assert hosted.get("seller.maker", "/v1/ratings").json()["code"] == "office_may_not"


def test_pages_follow_each_other(hosted: Hosted) -> None:
    hosted.floor.join("rater", PartyRole.RATER)
    for symbol in ("AAA", "AA", "A"):
        rate(hosted, "rater", "seller", symbol)
    page = hosted.get("rater.maker", "/v1/ratings?limit=2").json()
    rest = hosted.get("rater.maker", f"/v1/ratings?limit=2&cursor={page['next']}").json()
    assert [one["symbol"] for one in page["items"] + rest["items"]] == ["A", "AA", "AAA"]


def test_the_scales_are_those_that_a_rating_is_taken_in(hosted: Hosted) -> None:
    hosted.floor.join("rater", PartyRole.RATER)
    scales = {one["name"]: one["symbols"] for one in hosted.get("rater.maker", "/v1/rating-scales").json()["items"]}
    assert scales["international"][:3] == ["AAA", "AA", "A"]
    assert scales["master"][-1] == "D"
