"""Who is let in, what a malformed request is answered, and that nothing is answered without being declared."""

import datetime as dt

import pytest
from starlette.testclient import TestClient

from openscf.api import Around
from openscf.kernel.errors import kind_of
from openscf.kernel.ports import SystemIds
from openscf.parties import Cleartext, PersonalKind, add_login, enrol_totp
from openscf.portal import OPERATIONS, Needs
from tests.speaking import client_of
from tests.unit.api.hosted import PASSWORD, Hosted
from tests.unit.parties.house import SYSTEM

TEMPLATE = "00000000000000000000000000"


def test_every_operation_that_needs_somebody_turns_nobody_away_first(hosted: Hosted) -> None:
    for operation in OPERATIONS.values():
        path = operation.path.format_map({name: f"x_{TEMPLATE}" for name in operation.path_names})
        if operation.needs is Needs.NOTHING or operation.uploads:
            continue
        answer = hosted.call(None, operation.method, path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), (operation.id, answer.text)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_person_signs_in_steps_up_and_signs_out(hosted: Hosted) -> None:
    person = hosted.floor.house.people["seller.maker"]
    name, password = Cleartext(PersonalKind.LOGIN, "li.na"), Cleartext(PersonalKind.SECRET, PASSWORD)
    hosted.floor.run(SYSTEM, add_login, person, name, password=password, vault=hosted.house.vault)
    said = {"login": "Li.Na", "password": PASSWORD}
    signed = hosted.post(None, "/v1/sessions", said)
    assert signed.status_code == 201, signed.text
    bearer = {"Authorization": f"Bearer {signed.json()['token']}"}
    me = hosted.get(None, "/v1/me", headers=bearer).json()
    assert (me["offices"], me["duties"], me["stepped_up"]) == (["supplier"], ["maker"], True)
    hosted.floor.clock.advance(dt.timedelta(minutes=6))
    assert hosted.get(None, "/v1/me", headers=bearer).json()["stepped_up"] is False
    asked = hosted.post(None, f"/v1/financings/dea_{TEMPLATE}/accept", headers=bearer)
    assert (asked.status_code, asked.json()["code"]) == (403, "step_up_needed")
    assert hosted.post(None, "/v1/sessions/current/step-up", said, headers=bearer).status_code == 200
    asked = hosted.post(None, f"/v1/financings/dea_{TEMPLATE}/accept", headers=bearer)
    assert asked.json()["code"] == "deal_not_found"
    assert hosted.call(None, "DELETE", "/v1/sessions/current", headers=bearer).status_code == 200
    assert hosted.get(None, "/v1/me", headers=bearer).json()["code"] == "not_signed_in"


def test_a_session_ends_by_itself_after_half_an_hour_unused_and_after_twelve_hours_anyway(hosted: Hosted) -> None:
    for _ in range(30):
        hosted.floor.clock.advance(dt.timedelta(minutes=25))
        last = hosted.get("seller.maker", "/v1/me").status_code
        if last != 200:
            break
    assert last == 401, "used all the time, and over twelve hours old"
    hosted.tokens.clear()
    assert hosted.get("seller.maker", "/v1/me").status_code == 200
    hosted.floor.clock.advance(dt.timedelta(minutes=31))
    assert hosted.get("seller.maker", "/v1/me").status_code == 401


def test_wrong_passwords_make_the_name_pause_also_for_the_right_one(hosted: Hosted) -> None:
    for _ in range(5):
        wrong = hosted.post(None, "/v1/sessions", {"login": "nobody.here", "password": "x"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    paused = hosted.post(None, "/v1/sessions", {"login": "nobody.here", "password": "x"})
    assert (paused.status_code, paused.json()["code"]) == (429, "too_many_attempts")
    assert int(paused.headers["Retry-After"]) >= 1


def test_with_a_second_factor_the_password_alone_opens_nothing(hosted: Hosted) -> None:
    person = hosted.floor.house.people["seller.maker"]
    name, password = Cleartext(PersonalKind.LOGIN, "wang.fang"), Cleartext(PersonalKind.SECRET, PASSWORD)
    login = hosted.floor.run(SYSTEM, add_login, person, name, password=password, vault=hosted.house.vault)
    hosted.floor.run(SYSTEM, enrol_totp, login.id, vault=hosted.house.vault)
    without = hosted.post(None, "/v1/sessions", {"login": "wang.fang", "password": PASSWORD})
    assert (without.status_code, without.json()["code"]) == (401, "wrong_credentials")


@pytest.mark.parametrize("token", ["", "x", "scf_ses_00000000000000000000000000_" + "a" * 43, "scf_live_zz_a"])
def test_a_token_that_nobody_gave_out_opens_nothing(hosted: Hosted, token: str) -> None:
    answer = hosted.get(None, "/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_command_without_a_key_is_refused_and_so_is_an_unknown_field(hosted: Hosted) -> None:
    bearer = {"Authorization": f"Bearer {hosted.token('seller.maker')}"}
    body = {"programme": f"prg_{TEMPLATE}", "document": f"doc_{TEMPLATE}"}
    keyless = hosted.client.post("/v1/financings", json=body, headers=bearer)
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_missing")
    unknown = hosted.post("seller.maker", "/v1/financings", body | {"rate": "1%"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "bad_request")
    assert unknown.json()["errors"][0]["field"] == "body.rate"


def test_a_query_that_says_one_thing_twice_is_refused(hosted: Hosted) -> None:
    """Otherwise the last word counts in silence."""
    twice = hosted.get("seller.maker", "/v1/financings?limit=5&product=factoring&product=voucher")
    assert (twice.status_code, twice.json()["code"]) == (422, "bad_request")
    assert twice.json()["errors"] == [
        {"field": "query.product", "message": "is said more than once", "kind": "repeated"}
    ]  # fmt: skip
    assert hosted.get("seller.maker", "/v1/financings?limit=5&product=factoring").status_code == 200
    assert hosted.get("seller.maker", "/v1/financings?state=funded&state=settled").status_code == 200, (
        "it takes several"
    )


def test_an_operation_is_not_for_offices_that_it_does_not_name(hosted: Hosted) -> None:
    answer = hosted.post("seller.maker", "/v1/parties", {"name_zh": "甲公司", "uscc": "91330100MA27XL0Q2B"})
    assert (answer.status_code, answer.json()["code"]) == (403, "office_may_not")


def test_unknown_paths_and_methods_are_problem_documents(hosted: Hosted) -> None:
    for answer, code in (
        (hosted.get(None, "/v1/nothing"), "unknown_path"),
        (hosted.call(None, "DELETE", "/v1/parties"), "wrong_method"),
    ):
        assert (answer.headers["content-type"], answer.json()["code"]) == ("application/problem+json", code)


def test_every_answer_carries_its_request_id_and_the_headers_of_the_house(hosted: Hosted) -> None:
    answer = hosted.get(None, "/v1/me")
    assert answer.headers["X-Request-Id"] == answer.json()["request_id"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_health_and_metrics_are_there(hosted: Hosted) -> None:
    hosted.get(None, "/v1/me")
    assert hosted.get(None, "/healthz").json() == {"status": "ok"}
    assert 'openscf_requests_total{operation="get_me",status="401"} 1.0' in hosted.get(None, "/metrics").text


def test_the_document_describes_every_operation_and_nothing_else(hosted: Hosted) -> None:
    paths = hosted.api.openapi()["paths"]
    described = {
        body["operationId"]: (method.upper(), path) for path, by in paths.items() for method, body in by.items()
    }
    assert described == {one.id: (one.method, one.path) for one in OPERATIONS.values()}


def test_every_code_that_an_operation_names_is_declared() -> None:
    for operation in OPERATIONS.values():
        for code in operation.refusals:
            assert kind_of(code), (operation.id, code)


def test_too_many_at_once_too_fast_and_too_long_are_turned_away_with_a_code(hosted: Hosted) -> None:
    def served(**chosen: int) -> TestClient:
        given = {"at_once": 64, "per_s": 5000, **chosen}
        return client_of(Around(hosted.api, ids=SystemIds(), meters=hosted.api.state.meters, **given))

    busy = served(at_once=0).get("/v1/me")
    assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (503, "busy", "1")
    assert served(at_once=0).get("/healthz").status_code == 200, "whoever watches is never turned away"
    slow = served(per_s=1)
    assert {slow.get("/v1/me").status_code for _ in range(3)} == {401, 429}
    long = served().post("/v1/sessions", content=b"x" * ((1 << 20) + 1), headers={"Content-Type": "application/json"})
    assert (long.status_code, long.json()["code"]) == (413, "body_too_long")
    pieces = served().post("/v1/sessions", content=iter([b"x" * 600_000] * 3), headers={"Content-Type": "text/json"})
    assert (pieces.status_code, pieces.json()["code"]) == (413, "body_too_long")
    assert "turned_away_total" in hosted.get(None, "/metrics").text


def test_whoever_is_told_an_amount_names_all_that_may_be_wrong_with_it() -> None:
    from openscf.api.reference import codes_of, holds_money
    from openscf.portal.shapes import AMOUNT_CODES

    told = [one for one in OPERATIONS.values() if one.body is not None and holds_money(one.body)]
    assert {"redeem_voucher", "apply_financing", "create_limit"} & {one.id for one in told}
    assert all(set(AMOUNT_CODES) <= codes_of(one) for one in told)
    assert not holds_money(OPERATIONS["accept_invitation"].body)


def test_a_statement_of_the_beginning_of_time_is_refused(hosted: Hosted) -> None:
    account = hosted.get("operator.maker", "/v1/accounts").json()["items"]
    where = account[0]["id"] if account else "acc_00000000000000000000000000"
    for said in ({"since": "0001-01-01", "until": "0001-01-01"}, {"since": "2026-01-01", "until": "9999-12-31"}):
        answer = hosted.post("operator.maker", f"/v1/accounts/{where}/statement", said)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
