"""Enterprises over HTTP: registered, judged, changed; requests approved by hash; bank accounts; consents."""

from typing import Any

import pytest

from openscf.parties import PersonRole
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_people import everything_kept, with_admin
from tests.unit.parties.house import audited, uscc


def registered(hosted: Hosted) -> dict[str, Any]:
    admin = with_admin(hosted, "operator")
    made = hosted.post(admin, "/v1/parties", {"name_zh": "新来者有限公司", "uscc": uscc(777), "roles": ["supplier"]})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def test_an_enterprise_is_registered_reviewed_and_verified(hosted: Hosted) -> None:
    party = registered(hosted)
    assert (party["kyb"], party["roles"][0]["role"]) == ("unverified", "supplier")
    path, seen = f"/v1/parties/{party['id']}", {"If-Match": str(party["version"])}
    reason = {"reason": "business licence"}
    assert hosted.post("operator.admin", f"{path}/kyb/submit", reason).json()["code"] == "version_missing"
    sent = hosted.post("operator.admin", f"{path}/kyb/submit", reason, headers=seen)
    assert sent.status_code == 200, sent.text
    queue = hosted.get("operator.checker", "/v1/onboarding").json()["items"]
    assert [(one["party"]["id"], one["reason"]) for one in queue] == [(party["id"], "business licence")]
    verdict = {"event": "verify", "reason": "compared with the register"}
    stale = hosted.post("operator.checker", f"{path}/kyb/move", verdict, headers=seen)
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    now = {"If-Match": str(sent.json()["version"])}
    assert hosted.post("operator.admin", f"{path}/kyb/move", verdict, headers=now).json()["code"] == "not_allowed"
    assert hosted.post("operator.checker", f"{path}/kyb/move", verdict, headers=now).json()["kyb"] == "verified"
    assert hosted.get("operator.checker", "/v1/onboarding").json() == {"items": []}
    assert hosted.get("seller.maker", "/v1/onboarding").json()["code"] == "office_may_not"


def test_a_member_sees_of_others_only_what_the_registers_say(hosted: Hosted) -> None:
    buyer, path = str(hosted.floor.parties["buyer"]), f"/v1/parties/{hosted.floor.parties['buyer']}"
    inside, outside = hosted.get("buyer.maker", path).json(), hosted.get("seller.maker", path).json()
    assert (inside["id"], inside["kyb"]) == (buyer, "verified")
    assert (outside["name_zh"], outside["kyb"], outside["version"], outside["roles"]) == (
        inside["name_zh"], None, None, None,
    )  # fmt: skip
    unlisted = registered(hosted)["id"]
    for who in ("seller.maker", "buyer.maker"):
        hidden = hosted.get(who, f"/v1/parties/{unlisted}")
        absent = hosted.get(who, f"/v1/parties/{unlisted[:-4]}0000")
        assert (hidden.status_code, hidden.json()["code"]) == (absent.status_code, absent.json()["code"])
        assert hidden.json()["code"] == "party_not_found"


def test_a_new_legal_name_sends_an_enterprise_back_into_review_and_names_its_version(hosted: Hosted) -> None:
    admin = with_admin(hosted, "seller")
    path = f"/v1/parties/{hosted.floor.parties['seller']}"
    before = hosted.get(admin, path).json()
    body = {"name_zh": "更名有限公司"}
    seen = {"If-Match": str(before["version"])}
    changed = hosted.call(admin, "PUT", path, json=body, headers=seen)
    assert (changed.status_code, changed.json()["kyb"]) == (200, "in_review"), changed.text
    assert hosted.call(admin, "PUT", path, json=body, headers=seen).json()["code"] == "version_conflict"
    foreign = hosted.call("buyer.maker", "PUT", path, json=body, headers=seen)
    assert foreign.json()["code"] == "party_not_found"


ACCOUNT = {"scheme": "CNAPS", "bank_code": "102100099996", "number": "6222020200112238"}


def proposed(hosted: Hosted) -> dict[str, Any]:
    name = hosted.get("seller.maker", f"/v1/parties/{hosted.floor.parties['seller']}").json()["name_zh"]
    made = hosted.post("seller.maker", "/v1/bank-accounts", ACCOUNT | {"holder_name": name})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def test_a_bank_account_takes_two_people_who_saw_the_same_and_one_to_stop(hosted: Hosted) -> None:
    account = proposed(hosted)
    assert (account["state"], account["number"]) == ("proposed", "****2238")
    request = hosted.get("seller.checker", f"/v1/requests/{account['request']}").json()
    assert (request["kind"], request["mine"], request["payload"]["number"]) == (
        "bank_account_change", False, "****2238",
    )  # fmt: skip
    judge = f"/v1/requests/{account['request']}/approve"
    other = hosted.post("seller.checker", judge, {"payload_sha256": "0" * 64})
    assert (other.status_code, other.json()["code"]) == (409, "approval_payload_changed")
    seen = {"payload_sha256": request["payload_sha256"]}
    own = hosted.post("seller.maker", judge, seen)
    assert (own.status_code, own.json()["code"]) == (403, "approval_by_maker")
    foreign = hosted.post("buyer.checker", judge, seen)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "approval_not_found")
    done = hosted.post("seller.checker", judge, seen)
    assert (done.status_code, done.json()["state"]) == (200, "used"), done.text
    listed = hosted.get("seller.maker", "/v1/bank-accounts").json()["items"]
    assert [(one["state"], one["usable_now"]) for one in listed] == [("approved", False)], "it cools for a day"
    stop, why = f"/v1/bank-accounts/{account['id']}/stop", {"reason": "not ours"}
    assert hosted.post("buyer.checker", stop, why).json()["code"] == "bank_account_not_found"
    assert hosted.post("seller.maker", stop, why).json()["code"] == "not_allowed"
    hosted.floor.house.person("seller.treasurer", hosted.floor.parties["seller"], PersonRole.TREASURER)
    assert hosted.post("seller.treasurer", stop, why).json()["state"] == "stopped"


def test_open_requests_are_those_of_ones_enterprise_and_for_the_house_all(hosted: Hosted) -> None:
    request = proposed(hosted)["request"]
    seen = {"seller.checker": [request], "operator.checker": [request], "operator.maker": [], "buyer.checker": []}
    for who, expected in seen.items():  # whoever only makes requests in the house sees those of its own enterprise
        assert [one["id"] for one in hosted.get(who, "/v1/requests").json()["items"]] == expected, who
    foreign = hosted.get("buyer.checker", "/v1/requests", params={"party": str(hosted.floor.parties["seller"])})
    assert foreign.json()["code"] == "party_not_found"
    assert hosted.get("buyer.checker", f"/v1/requests/{request}").json()["code"] == "approval_not_found"
    sha = hosted.get("seller.checker", f"/v1/requests/{request}").json()["payload_sha256"]
    no = hosted.post("seller.checker", f"/v1/requests/{request}/reject", {"payload_sha256": sha, "reason": "wrong"})
    assert no.json()["state"] == "rejected"
    assert hosted.post("seller.maker", f"/v1/requests/{request}/withdraw").json()["code"] == "state_is_final"
    assert [one["state"] for one in hosted.get("seller.maker", "/v1/bank-accounts").json()["items"]] == ["dropped"]


def test_a_number_is_revealed_with_a_reason_on_the_record_and_kept_nowhere(hosted: Hosted) -> None:
    account = proposed(hosted)["id"]
    asked = {"subject": account, "reason": "returned payment 4711"}
    assert hosted.post("seller.maker", "/v1/reveals", asked).json()["code"] == "not_allowed"
    hosted.floor.house.person("seller.treasurer", hosted.floor.parties["seller"], PersonRole.TREASURER)
    short = hosted.post("seller.treasurer", "/v1/reveals", asked | {"reason": "x"})
    assert short.json()["code"] == "reveal_needs_reason"
    assert hosted.post("buyer.maker", "/v1/reveals", asked).json()["code"] == "bank_account_not_found"
    shown = hosted.post("seller.treasurer", "/v1/reveals", asked)
    assert shown.json()["value"] == ACCOUNT["number"], shown.text
    person = str(hosted.floor.house.people["seller.maker"])
    name = hosted.post("seller.treasurer", "/v1/reveals", asked | {"subject": person, "field": "name"})
    assert name.json()["value"] == "seller.maker"
    assert hosted.post("buyer.maker", "/v1/reveals", asked | {"subject": person}).json()["code"] == "person_not_found"
    seen = [payload for action, _, payload in audited(hosted.floor.house) if action == "parties.reveal_personal"]
    assert len(seen) == 2
    assert all("returned payment 4711" in payload for payload in seen)
    assert ACCOUNT["number"] not in everything_kept(hosted)


@pytest.mark.parametrize("who", ["buyer.maker", "funder.maker"])
def test_a_consent_is_a_signatorys_and_seen_by_the_two_whom_it_concerns(hosted: Hosted, who: str) -> None:
    hosted.floor.house.person("seller.signatory", hosted.floor.parties["seller"], PersonRole.SIGNATORY)
    body = {"grantee": str(hosted.floor.parties["buyer"]), "scope": "trades", "purpose": "early payment",
            "valid_until": "2027-01-01"}  # fmt: skip
    assert hosted.post("seller.maker", "/v1/consents", body).json()["code"] == "not_allowed"
    given = hosted.post("seller.signatory", "/v1/consents", body)
    assert given.status_code == 201, given.text
    seen = [one["id"] for one in hosted.get(who, "/v1/consents").json()["items"]]
    assert seen == ([given.json()["id"]] if who == "buyer.maker" else [])
    path = f"/v1/consents/{given.json()['id']}/revoke"
    outside = hosted.post(who, path, {})
    assert outside.json()["code"] == ("not_allowed" if who == "buyer.maker" else "consent_not_found")
    assert hosted.post("seller.signatory", path, {}).json()["revoked_on"] == "2026-03-10"
    assert hosted.post("seller.signatory", path, {}).json()["code"] == "consent_already_revoked"
