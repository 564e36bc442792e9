"""People over HTTP: invited, let in with a password of their own, dismissed; keys; nothing is kept in clear."""

import datetime as dt
from typing import Any

from openscf.db import UnitOfWork
from openscf.parties import PersonRole
from openscf.parties import credentials as factors
from tests.unit.api.hosted import PASSWORD, Hosted
from tests.unit.parties.house import SYSTEM, audited, resident_id


def with_admin(hosted: Hosted, name: str) -> str:
    """An administrator of an enterprise of the floor."""
    hosted.floor.house.person(f"{name}.admin", hosted.floor.parties[name], PersonRole.ADMIN)
    return f"{name}.admin"


def asked(name: str, number: int, login: str, *roles: str) -> dict[str, Any]:
    document = {"kind": "resident_id", "number": resident_id(number)}
    return {"name": name, "document": document, "login": login, "roles": list(roles)}


def bearer(hosted: Hosted, login: str, password: str = PASSWORD, **more: str) -> dict[str, str]:
    answer = hosted.post(None, "/v1/sessions", {"login": login, "password": password, **more})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def everything_kept(hosted: Hosted) -> str:
    """All that idempotency, the accounts and the audit log keep, as text."""

    def read(work: UnitOfWork) -> list[str]:
        found = []
        for table in ("platform.idempotency", "access.invitation", "access.api_key", "parties.login"):
            found += [str(row) for row in work.execute(f"SELECT * FROM {table}").fetchall()]  # type: ignore[call-overload]
        assert found, "something is kept"
        return found

    return str([*hosted.floor.run(SYSTEM, read), *audited(hosted.floor.house)])


def test_an_invited_person_chooses_its_password_once_and_comes_in_with_its_roles(hosted: Hosted) -> None:
    admin = with_admin(hosted, "seller")
    made = hosted.post(admin, "/v1/users", asked("李四", 901, "Li.Si", "checker", "treasurer"))
    assert made.status_code == 201, made.text
    invited = made.json()
    assert (invited["name"], [held["role"] for held in invited["appointments"]]) == ("李*", ["checker", "treasurer"])
    token = invited["invitation"]["token"]
    assert hosted.get(None, "/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    weak = hosted.post(None, "/v1/invitations/accept", {"token": token, "password": "short"})
    assert weak.json()["code"] == "weak_password"
    taken = hosted.post(None, "/v1/invitations/accept", {"token": token, "password": PASSWORD})
    assert taken.status_code == 200, taken.text
    again = hosted.post(None, "/v1/invitations/accept", {"token": token, "password": PASSWORD + "!"})
    assert (again.status_code, again.json()["code"]) == (404, "invitation_not_valid")
    me = hosted.get(None, "/v1/me", headers=bearer(hosted, "li.si")).json()
    assert (me["party"], me["duties"]) == (str(hosted.floor.parties["seller"]), ["checker", "treasurer"])


def test_an_invitation_is_over_after_seven_days(hosted: Hosted) -> None:
    admin = with_admin(hosted, "seller")
    token = hosted.post(admin, "/v1/users", asked("李四", 902, "li.si", "viewer")).json()["invitation"]["token"]
    hosted.floor.clock.advance(dt.timedelta(days=7))
    late = hosted.post(None, "/v1/invitations/accept", {"token": token, "password": PASSWORD})
    assert late.json()["code"] == "invitation_not_valid"


def test_what_leaves_once_is_the_same_in_a_repetition_and_kept_nowhere(hosted: Hosted) -> None:
    admin = with_admin(hosted, "seller")
    body = asked("王五", 903, "wang.wu", "viewer")
    first, again = (hosted.post(admin, "/v1/users", body, key="invite-1") for _ in range(2))
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    key = hosted.post(admin, "/v1/api-keys", {"name": "erp", "scope": "write", "days": 30}, key="key-1")
    assert (
        key.content
        == hosted.post(admin, "/v1/api-keys", {"name": "erp", "scope": "write", "days": 30}, key="key-1").content
    )
    kept = everything_kept(hosted)
    for token in (first.json()["invitation"]["token"], key.json()["token"]):
        assert token.rpartition("_")[2] not in kept
    assert resident_id(903) not in kept
    assert "王五" not in kept


def test_an_enterprise_cannot_give_itself_an_account_of_a_person_who_acts_elsewhere(hosted: Hosted) -> None:
    """Whoever holds a person's account acts for all the person's enterprises: a rival must not be handed one."""
    seller, buyer = with_admin(hosted, "seller"), with_admin(hosted, "buyer")
    hosted.post(seller, "/v1/users", asked("赵六", 904, "zhao.liu", "signatory"))
    stolen = hosted.post(buyer, "/v1/users", asked("赵六", 904, "zhao.liu.2", "viewer"))
    assert stolen.status_code == 201, stolen.text
    assert (stolen.json()["invitation"], stolen.json()["reason"]["code"]) == (None, "signs_in_already")
    # One enrolled without an account, who acts for the seller, is no prey either.
    person = hosted.floor.house.people["seller.maker"]
    number = next(n for n in range(1, 40) if person_of(hosted, "seller.maker", n))
    taken = hosted.post(buyer, "/v1/users", asked("seller.maker", number, "prey", "viewer"))
    assert (taken.json()["person"], taken.json()["invitation"]) == (str(person), None)


def person_of(hosted: Hosted, name: str, number: int) -> bool:
    from openscf.kernel.errors import Refusal
    from openscf.parties import enrol_person
    from tests.unit.parties.house import new_person

    house = hosted.floor.house
    try:
        found = house.run(SYSTEM, enrol_person, new_person(name, number), party=None, vault=house.vault)
    except Refusal:
        return False
    return found.id == house.people[name]


def test_only_an_administrator_invites_and_only_for_its_own_enterprise(hosted: Hosted) -> None:
    admin = with_admin(hosted, "seller")
    body = asked("钱七", 905, "qian.qi", "viewer")
    assert hosted.post("seller.maker", "/v1/users", body).json()["code"] == "not_allowed"
    foreign = hosted.post(admin, "/v1/users", body | {"party": str(hosted.floor.parties["buyer"])})
    absent = hosted.post(admin, "/v1/users", body | {"party": "pty_" + "0" * 26})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "party_not_found")
    assert (absent.status_code, absent.json()["code"]) == (404, "party_not_found")
    users = hosted.get("buyer.maker", "/v1/users", params={"party": str(hosted.floor.parties["seller"])})
    assert users.json()["code"] == "party_not_found"


def test_people_are_listed_masked_and_dismissed_at_once(hosted: Hosted) -> None:
    admin = with_admin(hosted, "seller")
    token = hosted.post(admin, "/v1/users", asked("孙八", 906, "sun.ba", "viewer")).json()["invitation"]["token"]
    hosted.post(None, "/v1/invitations/accept", {"token": token, "password": PASSWORD})
    headers = bearer(hosted, "sun.ba")
    listed = {user["name"]: user for user in hosted.get(admin, "/v1/users").json()["items"]}
    assert (listed["孙*"]["signs_in"], listed["孙*"]["second_factor"]) == (True, False)
    appointment = listed["孙*"]["appointments"][0]["id"]
    foreign = hosted.call(with_admin(hosted, "buyer"), "DELETE", f"/v1/appointments/{appointment}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "appointment_not_found")
    assert hosted.call(admin, "DELETE", f"/v1/appointments/{appointment}").status_code == 200
    assert hosted.get(None, "/v1/parties", headers=headers).json()["code"] == "not_allowed"


def test_a_second_factor_is_enrolled_by_its_owner_and_reset_by_the_house(hosted: Hosted) -> None:
    admin = with_admin(hosted, "seller")
    made = hosted.post(admin, "/v1/users", asked("周九", 907, "zhou.jiu", "maker")).json()
    hosted.post(None, "/v1/invitations/accept", {"token": made["invitation"]["token"], "password": PASSWORD})
    headers = bearer(hosted, "zhou.jiu")
    enrolled = hosted.post(None, "/v1/me/second-factor", headers=headers)
    assert enrolled.status_code == 201, enrolled.text
    secret = enrolled.json()["secret"]
    assert f"secret={secret}" in enrolled.json()["uri"]
    without = hosted.post(None, "/v1/sessions", {"login": "zhou.jiu", "password": PASSWORD})
    assert without.json()["code"] == "wrong_credentials"
    assert hosted.get(None, "/v1/me", headers=bearer(hosted, "zhou.jiu", code=code(hosted, secret))).status_code == 200
    reset = f"/v1/users/{made['person']}/second-factor/reset"
    assert hosted.post(admin, reset, {"reason": "lost it"}).json()["code"] == "office_may_not"
    house = with_admin(hosted, "operator")
    assert hosted.post("operator.maker", reset, {"reason": "lost it"}).json()["code"] == "not_allowed"
    assert hosted.post(house, reset, {"reason": "telephone stolen"}).status_code == 200
    bearer(hosted, "zhou.jiu")


def code(hosted: Hosted, secret: str) -> str:
    import base64

    step = int(hosted.floor.clock.now().timestamp()) // factors.STEP_S
    return factors.totp(base64.b32decode(secret), step)


def test_a_key_reaches_as_far_as_its_scope_and_no_further_once_revoked(hosted: Hosted) -> None:
    admin = with_admin(hosted, "seller")
    made = hosted.post(admin, "/v1/api-keys", {"name": "erp", "scope": "read", "days": 30})
    assert made.status_code == 201, made.text
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    assert hosted.get(None, "/v1/me", headers=headers).json()["party"] == str(hosted.floor.parties["seller"])
    narrow = hosted.post(None, "/v1/consents", {"grantee": "x", "scope": "trades", "purpose": "x",
                                                "valid_until": "2027-01-01"}, headers=headers)  # fmt: skip
    assert narrow.json()["code"] == "key_too_narrow"
    key = made.json()["key"]["id"]
    foreign = hosted.call(with_admin(hosted, "buyer"), "DELETE", f"/v1/api-keys/{key}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "api_key_not_found")
    assert "token" not in hosted.get(admin, "/v1/api-keys").text
    assert hosted.call(admin, "DELETE", f"/v1/api-keys/{key}").json()["revoked_at"] is not None
    assert hosted.get(None, "/v1/me", headers=headers).status_code == 401
    assert hosted.post("seller.maker", "/v1/api-keys", {"name": "mine"}).json()["code"] == "not_allowed"


def test_that_somebody_was_invited_stands_in_the_audit_log(hosted: Hosted) -> None:
    hosted.post(with_admin(hosted, "seller"), "/v1/users", asked("吴十", 908, "wu.shi", "viewer"))
    assert {"parties.enrol_person", "parties.appoint", "parties.add_login", "access.invite"} <= {
        action for action, _, _ in audited(hosted.floor.house)
    }
