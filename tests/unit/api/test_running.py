"""Steps with one person and with two, decisions reproduced, the day ended, the books verified, time moved forward."""

from openscf.access import open_sandbox
from openscf.parties import PartyRole
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_financings import wanted
from tests.unit.api.test_programmes import approve
from tests.unit.parties.house import SYSTEM


def accepted(hosted: Hosted) -> str:
    """A financing that waits for two people of the funder."""
    deal = hosted.post("seller.maker", "/v1/financings", wanted(hosted, auto_fund_up_to=None)).json()["financing"]["id"]
    assert hosted.post("seller.maker", f"/v1/financings/{deal}/accept").json()["financing"]["state"] == "accepted"
    return str(deal)


def funded(hosted: Hosted) -> str:
    deal = hosted.post("seller.maker", "/v1/financings", wanted(hosted)).json()["financing"]["id"]
    assert hosted.post("seller.maker", f"/v1/financings/{deal}/accept").json()["financing"]["state"] == "funded"
    return str(deal)


def test_a_step_with_four_eyes_is_asked_for_and_done_by_a_second_person(hosted: Hosted) -> None:
    deal = accepted(hosted)
    path = f"/v1/financings/{deal}/steps"
    alone = hosted.post("funder.maker", f"{path}/fund", {})
    assert (alone.status_code, alone.json()["code"]) == (409, "needs_four_eyes")
    assert hosted.post("seller.maker", f"{path}/fund/requests", {}).json()["code"] == "step_not_allowed"
    asked = hosted.post("funder.maker", f"{path}/fund/requests", {})
    assert (asked.status_code, asked.json()["payload"]["command"]) == (201, "fund"), asked.text
    approve(hosted, "funder.checker", asked.json())
    assert hosted.get("seller.maker", f"/v1/financings/{deal}").json()["state"] == "funded"


def test_one_person_does_a_step_that_needs_one_and_a_wrong_parameter_is_named(hosted: Hosted) -> None:
    deal = funded(hosted)
    unknown = hosted.post("buyer.maker", f"/v1/financings/{deal}/steps/dispute", {"params": {"amont": "1.00"}})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "field_unknown"), unknown.text
    said = {"params": {"amount": "1000.00", "reason": "short delivery"}}
    done = hosted.post("buyer.maker", f"/v1/financings/{deal}/steps/dispute", said)
    assert done.status_code in {200, 400}, done.text
    assert hosted.post("buyer.maker", f"/v1/financings/{deal}/steps/nonsense", {}).status_code in {400, 404, 409}


def test_a_strangers_step_is_answered_as_on_a_deal_that_is_not_there(hosted: Hosted) -> None:
    deal = accepted(hosted)
    hosted.floor.join("rival", PartyRole.FUNDER)
    for path in ("steps/fund", "steps/fund/requests"):
        foreign = hosted.post("rival.maker", f"/v1/financings/{deal}/{path}", {})
        absent = hosted.post("rival.maker", f"/v1/financings/{deal[:-4]}0000/{path}", {})
        assert (foreign.status_code, foreign.json()["code"]) == (404, "deal_not_found")
        assert foreign.json()["detail"].replace(deal, f"{deal[:-4]}0000") == absent.json()["detail"]


def test_a_decision_is_reproduced_byte_for_byte_and_a_tampered_one_is_not(hosted: Hosted) -> None:
    deal = funded(hosted)
    found = [hosted.get("funder.maker", f"/v1/financings/{deal}/decisions/{n}").json() for n in (1, 2, 3)]
    assert all(one["equal"] and one["kept"] == one["now"] for one in found)
    assert hosted.get("seller.maker", f"/v1/financings/{deal}/decisions/3").json()["code"] == "office_may_not"
    assert hosted.get("funder.maker", f"/v1/financings/{deal}/decisions/99").json()["code"] == "deal_not_found"
    assert hosted.get("funder.maker", f"/v1/financings/{deal}/decisions/x").json()["code"] == "deal_not_found"


def test_the_house_ends_a_day_once_and_verifies_its_books(hosted: Hosted) -> None:
    funded(hosted)
    assert hosted.get("operator.maker", "/v1/day-end").json()["code"] == "day_not_ended"
    assert hosted.post("operator.checker", "/v1/day-ends", {}).json()["code"] == "not_allowed"
    assert hosted.post("funder.maker", "/v1/day-ends", {}).json()["code"] == "office_may_not"
    ended = hosted.post("operator.maker", "/v1/day-ends", {}, key="day-1")
    assert (ended.status_code, ended.json()["closed"], ended.json()["standing"]) == (201, True, 1), ended.text
    assert hosted.post("operator.maker", "/v1/day-ends", {}, key="day-1").content == ended.content
    again = hosted.post("operator.maker", "/v1/day-ends", {})
    assert (again.status_code, again.json()["code"]) == (409, "day_already_closed")
    assert hosted.get("operator.maker", "/v1/day-end").json() == ended.json()
    verified = hosted.post("operator.maker", "/v1/verifications")
    assert (verified.status_code, verified.json()["ok"], verified.json()["breaches"]) == (200, True, []), verified.text
    assert verified.json()["checks"] > 10


def test_verifying_finds_money_that_came_from_nowhere(hosted: Hosted) -> None:
    """The planted defect: a balance that no entry explains."""
    hosted.floor.bring("seller", "100.00")

    def forge(work: object) -> None:
        work.execute(  # type: ignore[attr-defined]
            "UPDATE ledger.account SET posted_minor = posted_minor + 1 WHERE purpose = 'cash' AND posted_minor > 0"
        )

    hosted.floor.run(SYSTEM, forge)
    verified = hosted.post("operator.maker", "/v1/verifications").json()
    assert not verified["ok"]
    assert verified["breaches"]


def test_time_moves_only_in_a_sandbox(hosted: Hosted) -> None:
    real = hosted.post("seller.maker", "/v1/simulations/advance-time", {"days": 1})
    assert (real.status_code, real.json()["code"]) == (409, "no_sandbox"), real.text
    deal = funded(hosted)
    hosted.floor.run(SYSTEM, open_sandbox)
    moved = hosted.post("seller.maker", "/v1/simulations/advance-time", {"days": 5})
    assert (moved.status_code, moved.json()["today"]) == (200, "2026-03-15"), moved.text
    hosted.tokens.clear()
    late = hosted.post("seller.maker", "/v1/simulations/buyer-default", {"financing": deal, "days": 3})
    assert (late.status_code, late.json()["state"]) == (200, "overdue"), late.text
    hosted.tokens.clear()
    assert hosted.get("seller.maker", "/v1/me").json()["today"] == "2026-06-04", "due on 1 June, three days late"
    none = hosted.post("seller.maker", "/v1/simulations/advance-time", {})
    assert none.json()["code"] == "bad_advance"
