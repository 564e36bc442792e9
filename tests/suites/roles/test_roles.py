"""Maker = checker in its disguises over HTTP: whatever one natural person puts on, nothing happens (I11).

Planted defect: a rule that asks whether two *logins* differ, and not two people; then the second account of one person,
its key and its other enterprise all count as the second pair of eyes, and the disguises below are red.
"""

import threading
from typing import Any

import pytest

from openscf.parties import (
    Cleartext,
    PersonalKind,
    PersonRole,
    add_login,
    appoint,
    bank_accounts_of,
    four_eyes_breaches,
    revoke_person,
)
from openscf.parties.rules import four_eyes
from tests.unit.api.hosted import PASSWORD, Hosted
from tests.unit.api.test_parties import ACCOUNT
from tests.unit.parties.house import SYSTEM

HOLDER = "seller有限公司"


class Case:
    """A bank account that one person of the seller proposed and that waits for another one."""

    def __init__(self, hosted: Hosted) -> None:
        self.hosted = hosted
        made = hosted.post("seller.maker", "/v1/bank-accounts", ACCOUNT | {"holder_name": HOLDER})
        assert made.status_code == 201, made.text
        self.request = made.json()["request"]
        self.sha = hosted.get("seller.maker", f"/v1/requests/{self.request}").json()["payload_sha256"]

    def approve(self, who: str | None, **named: Any) -> Any:
        """Approve what waits, as somebody."""
        body = {"payload_sha256": named.pop("sha", self.sha)}
        return self.hosted.post(who, f"/v1/requests/{self.request}/approve", body, **named)

    @property
    def happened(self) -> bool:
        """Whether the account may be paid to one day."""
        floor = self.hosted.floor
        found = floor.run(SYSTEM, bank_accounts_of, floor.parties["seller"], vault=self.hosted.house.vault)
        return any(one.approved_at is not None for one in found)

    def both(self) -> None:
        """Let the maker check as well: what only four eyes stand in the way of."""
        floor = self.hosted.floor
        floor.run(SYSTEM, appoint, floor.house.people["seller.maker"], floor.parties["seller"], role=PersonRole.CHECKER)

    def signed_in(self, login: str) -> dict[str, str]:
        """Another account of the maker, signed in."""
        house = self.hosted.floor.house
        name, password = Cleartext(PersonalKind.LOGIN, login), Cleartext(PersonalKind.SECRET, PASSWORD)
        house.run(SYSTEM, add_login, house.people["seller.maker"], name, password=password, vault=house.vault)
        answer = self.hosted.post(None, "/v1/sessions", {"login": login, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture
def case(hosted: Hosted) -> Case:
    return Case(hosted)


def himself(case: Case) -> Any:
    """The maker, who may check other things."""
    case.both()
    return case.approve("seller.maker")


def second_account(case: Case) -> Any:
    """The maker under another login name."""
    case.both()
    return case.approve(None, headers=case.signed_in("second.account"))


def own_key(case: Case) -> Any:
    """A key that the maker made, of the widest scope."""
    case.both()
    floor = case.hosted.floor
    floor.run(SYSTEM, appoint, floor.house.people["seller.maker"], floor.parties["seller"], role=PersonRole.ADMIN)
    made = case.hosted.post("seller.maker", "/v1/api-keys", {"name": "robot", "scope": "money", "days": 1})
    return case.approve(None, headers={"Authorization": f"Bearer {made.json()['token']}"})


def other_enterprise(case: Case) -> Any:
    """The maker, acting for the operator, who may be the second pair of eyes of everybody."""
    floor = case.hosted.floor
    floor.run(SYSTEM, appoint, floor.house.people["seller.maker"], floor.parties["operator"], role=PersonRole.CHECKER)
    headers = case.signed_in("in.the.house")
    told = {"party": str(floor.parties["operator"])}
    assert case.hosted.post(None, "/v1/sessions/current/act-for", told, headers=headers).status_code == 200
    return case.approve(None, headers=headers)


def unseen_payload(case: Case) -> Any:
    """A checker who approves another payload than the one that waits."""
    return case.approve("seller.checker", sha="0" * 64)


def stranger(case: Case) -> Any:
    """A checker of somebody else."""
    return case.approve("buyer.checker")


def maker_of_the_house(case: Case) -> Any:
    """Somebody of the house who checks nothing."""
    return case.approve("operator.maker")


def revoked(case: Case) -> Any:
    """A checker who has been revoked since it signed in."""
    case.hosted.token("seller.checker")
    floor = case.hosted.floor
    floor.house.person("operator.admin", floor.parties["operator"], PersonRole.ADMIN)
    floor.run("operator.admin", revoke_person, floor.house.people["seller.checker"], reason="left")
    return case.approve("seller.checker")


def dismissed(case: Case) -> Any:
    """A checker who is none any more."""
    floor = case.hosted.floor
    floor.house.person("seller.admin", floor.parties["seller"], PersonRole.ADMIN)
    users = case.hosted.get("seller.admin", "/v1/users").json()["items"]
    checker = str(floor.house.people["seller.checker"])
    held = next(one["appointments"][0]["id"] for one in users if one["person"] == checker)
    assert case.hosted.call("seller.admin", "DELETE", f"/v1/appointments/{held}").status_code == 200
    return case.approve("seller.checker")


def stale_proof(case: Case) -> Any:
    """A checker whose last proof of identity is six minutes old."""
    import datetime as dt

    case.hosted.token("seller.checker")
    case.hosted.floor.clock.advance(dt.timedelta(minutes=6))
    return case.approve("seller.checker")


def withdrawn(case: Case) -> Any:
    """A request that its maker has taken back."""
    assert case.hosted.post("seller.maker", f"/v1/requests/{case.request}/withdraw").status_code == 200
    return case.approve("seller.checker")


DISGUISES = [
    (himself, "approval_by_maker"), (second_account, "approval_by_maker"), (own_key, "approval_by_maker"),
    (other_enterprise, "approval_by_maker"), (unseen_payload, "approval_payload_changed"),
    (stranger, "approval_not_found"), (maker_of_the_house, "not_allowed"), (revoked, "not_signed_in"),
    (dismissed, "not_allowed"), (stale_proof, "step_up_needed"), (withdrawn, "state_is_final"),
]  # fmt: skip


@pytest.mark.parametrize(("disguise", "code"), DISGUISES, ids=[each[0].__name__ for each in DISGUISES])
def test_nothing_happens_in_this_disguise(case: Case, disguise: Any, code: str) -> None:
    answer = disguise(case)
    assert (answer.status_code >= 400, answer.json()["code"]) == (True, code)
    assert not case.happened
    assert case.hosted.floor.run(SYSTEM, four_eyes_breaches) == []


def test_another_person_who_saw_the_same_is_enough(case: Case) -> None:
    assert case.approve("seller.checker").status_code == 200
    assert case.happened


def test_of_many_approvals_at_once_one_makes_it_happen_and_it_happens_once(case: Case) -> None:
    floor = case.hosted.floor
    names = [f"seller.c{number}" for number in range(6)]
    for name in names:
        floor.house.person(name, floor.parties["seller"], PersonRole.CHECKER)
        case.hosted.token(name)
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda who=name: answers.append(case.approve(who))) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"state_is_final"}
    assert case.happened
    assert floor.run(SYSTEM, four_eyes_breaches) == []


def test_a_rule_that_does_not_look_for_the_person_is_caught(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(four_eyes, "check_judge", lambda _request, _person: None)
    monkeypatch.setattr("openscf.parties.service.approvals.still_allowed", lambda *_a, **_n: _Everybody())
    monkeypatch.setattr(four_eyes, "check_enough", lambda _request, _allowed: frozenset())
    assert second_account(case).status_code == 200
    assert case.happened, "the disguise works"
    assert case.hosted.floor.run(SYSTEM, four_eyes_breaches) != [], "and the books say so"


class _Everybody(frozenset[Any]):
    """A set of people from which nobody can be taken away."""

    def __sub__(self, other: Any) -> Any:
        return self

    def __len__(self) -> int:
        return 1
