"""Which contract frames one sees, how one comes into force, and what nobody else learns of it."""

from typing import Any

from openscf.parties import PartyRole
from tests.unit.api.hosted import Hosted

FRAME = {
    "product": "factoring", "name": "杭州保理", "valid_from": "2026-03-10",
    "terms": {"price": {"rate": "7.2%"}, "advance_rate": "80%", "fee_rate": "0.5%"},
    "policy": {"needs_receipt": False},
}  # fmt: skip


def approve(hosted: Hosted, name: str, asked: dict[str, Any]) -> None:
    from openscf.parties import ApprovalRequestId
    from openscf.parties import approve as agree

    hosted.floor.run(name, agree, ApprovalRequestId.parse(asked["id"]), bytes.fromhex(asked["sha256"]))


def seen(hosted: Hosted, name: str) -> set[str]:
    return {one["id"] for one in hosted.get(name, "/v1/programmes").json()["items"]}


def test_a_frame_is_proposed_approved_and_then_offered_to_suppliers(hosted: Hosted) -> None:
    made = hosted.post("funder.maker", "/v1/programmes", FRAME)
    assert made.status_code == 201, made.text
    frame, request = made.json()["programme"], made.json()["request"]
    assert (frame["state"], frame["relations"]) == ("draft", ["owner"])
    assert request["payload"]["terms"]["price"]["rate"]
    assert frame["id"] not in seen(hosted, "seller.maker"), "a draft is its owner's alone"
    approve(hosted, "funder.checker", request)
    shown = hosted.get("seller.maker", f"/v1/programmes/{frame['id']}").json()
    assert (shown["state"], shown["relations"], shown["in_force"]) == ("active", ["client"], True)
    assert shown["policy"] is None, "what the funder decides by rule is not the supplier's to know"
    assert shown["terms"]["fee_rate"]
    assert seen(hosted, "operator.maker") == {frame["id"]}
    assert hosted.get("funder.maker", f"/v1/programmes/{frame['id']}").json()["policy"] is not None


def test_a_rival_sees_no_frame_and_is_answered_as_if_there_were_none(hosted: Hosted) -> None:
    programme = str(hosted.floor.programme())
    hosted.floor.join("rival", PartyRole.FUNDER)
    absent = programme[:-4] + "0000"
    foreign, unknown = (hosted.get("rival.maker", f"/v1/programmes/{one}") for one in (programme, absent))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "programme_not_found")
    assert foreign.json()["detail"].replace(programme, absent) == unknown.json()["detail"]
    assert seen(hosted, "rival.maker") == set()
    change = hosted.post("rival.maker", f"/v1/programmes/{programme}/changes", {"event": "end"})
    assert (change.status_code, change.json()["code"]) == (404, "programme_not_found")


def test_a_frame_made_for_one_supplier_is_not_there_for_another(hosted: Hosted) -> None:
    programme = str(hosted.floor.programme(parties={"client": "seller"}))
    hosted.floor.join("other", PartyRole.SUPPLIER)
    assert (seen(hosted, "seller.maker"), seen(hosted, "other.maker")) == ({programme}, set())


def test_a_client_can_not_change_the_frame_that_it_uses(hosted: Hosted) -> None:
    programme = str(hosted.floor.programme(parties={"obligor": "buyer"}))
    answer = hosted.post("buyer.maker", f"/v1/programmes/{programme}/changes", {"event": "end"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    asked = hosted.post("funder.maker", f"/v1/programmes/{programme}/changes", {"event": "suspend"})
    assert asked.status_code == 201, asked.text
    approve(hosted, "funder.checker", asked.json())
    assert hosted.get("funder.maker", f"/v1/programmes/{programme}").json()["state"] == "suspended"
    assert seen(hosted, "seller.maker") == set(), "a suspended frame is no offer"


def test_pages_of_frames_follow_each_other_without_a_gap(hosted: Hosted) -> None:
    made = {str(hosted.floor.programme()) for _ in range(3)}
    found: list[str] = []
    cursor = ""
    while True:
        page = hosted.get("funder.maker", f"/v1/programmes?limit=2{cursor}").json()
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert set(found) == made
    assert len(found) == 3


def test_a_wrong_term_is_refused_with_its_field(hosted: Hosted) -> None:
    wrong = hosted.post("funder.maker", "/v1/programmes", FRAME | {"terms": {"price": {"rate": "7.2%"}}})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "field_missing")
    assert "advance_rate" in wrong.json()["detail"]


def test_products_are_described_to_everybody(hosted: Hosted) -> None:
    answer = hosted.get(None, "/v1/products")
    assert answer.status_code == 200, answer.text
    products = {one["code"]: one for one in answer.json()["items"]}
    steps = {step["name"]: step for step in products["factoring"]["steps"]}
    assert (steps["fund"]["four_eyes"], steps["accept"]["by"]) == (True, ["client"])
    assert {field["name"] for field in steps["collect"]["params"]} == {"amount"}
    assert {"state": "verified", "event": "accept", "next": "accepted"} in products["factoring"]["transitions"]
