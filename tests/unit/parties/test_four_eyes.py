"""Four eyes, attacked in disguises: whatever one natural person tries, no effect happens without another one."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from openscf.db.endpoints import APP
from openscf.db.tenants import add_tenant
from openscf.db.unit_of_work import Context
from openscf.kernel.canonical import digest
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PersonId
from openscf.parties import (
    KINDS,
    ApprovalKind,
    ApprovalState,
    DocumentKind,
    NewDocument,
    NewPerson,
    PersonalKind,
    PersonRole,
    add_login,
    appoint,
    appointments_in,
    approve,
    dismiss,
    edit_request,
    enrol_person,
    found_request,
    four_eyes_breaches,
    normalise_code,
    open_requests,
    reject,
    request_approval,
    revoke_person,
    use_approval,
    withdraw,
)
from openscf.parties.rules import four_eyes as rules
from tests.unit.parties.house import SYSTEM, House, clear, refused, resident_id

PAYLOAD = {"limit": "1000000.00", "currency": "CNY", "for": "华东"}
EDITED = {**PAYLOAD, "limit": "9000000.00"}
KINDS.add(ApprovalKind(name="test_plain", editable=True), origin=__name__)
KINDS.add(ApprovalKind(name="test_double", needed=2, editable=True), origin=__name__)


def ask(house: House, supplier, kind: str = "test_plain", actor: str = "maker"):
    return house.run(actor, request_approval, kind, supplier.id, payload=PAYLOAD)


def no_effect(house: House, request) -> bool:
    """Whether the request can't be carried out and nothing says that it was."""
    with pytest.raises(Refusal):
        house.run(SYSTEM, use_approval, request.id, PAYLOAD)
    return house.run(SYSTEM, found_request, request.id).state is not ApprovalState.USED


def breaches(house: House):
    with house.database.reading(Context(house.tenant, SYSTEM)) as work:
        return four_eyes_breaches(work)


def test_another_person_approves_and_the_effect_happens_once(house, supplier):
    request = ask(house, supplier)
    assert request.payload_sha256 == digest(PAYLOAD)
    assert [r.id for r in house.run("viewer", open_requests, supplier.id)] == [request.id]
    assert no_effect(house, request)
    assert house.run("checker", approve, request.id, digest(PAYLOAD)).state is ApprovalState.APPROVED
    assert house.run(SYSTEM, use_approval, request.id, PAYLOAD).state is ApprovalState.USED
    with refused("state_is_final"):
        house.run(SYSTEM, use_approval, request.id, PAYLOAD)  # a replay of the approval
    with refused("state_is_final"):
        house.run("second", approve, request.id, digest(PAYLOAD))
    assert house.run("viewer", open_requests, supplier.id) == []
    assert breaches(house) == []


def test_disguise_the_maker_himself(house, supplier):
    request = ask(house, supplier)
    with refused("approval_by_maker"):
        house.run("maker", approve, request.id, digest(PAYLOAD))
    assert no_effect(house, request)


def test_disguise_the_maker_after_a_change_of_his_role(house, supplier):
    request = ask(house, supplier)
    house.run(SYSTEM, appoint, house.people["maker"], supplier.id, role=PersonRole.CHECKER)
    held = [a for a in house.run(SYSTEM, appointments_in, supplier.id) if a.person == house.people["maker"]]
    for appointment in held:
        if appointment.role is not PersonRole.CHECKER:
            house.run(SYSTEM, dismiss, appointment.id)
    with refused("approval_by_maker"):
        house.run("maker", approve, request.id, digest(PAYLOAD))
    assert no_effect(house, request)


def test_disguise_a_second_account_of_the_same_person(house, supplier, vault):
    request = ask(house, supplier)
    for name in ("maker@example.cn", "13800001234"):
        login = house.run(
            SYSTEM, add_login, house.people["maker"], clear(PersonalKind.LOGIN, name),
            password=clear(PersonalKind.SECRET, "a long enough phrase"), vault=vault,
        )  # fmt: skip
        with refused("approval_by_maker"):
            house.run(login.id, approve, request.id, digest(PAYLOAD))
    assert no_effect(house, request)


@pytest.mark.parametrize("spelt", [" {} ", "１１０１０５{tail}", "{head}-{tail}", "{}\u200b", "{}\u3000"])
def test_disguise_a_second_enrolment_of_the_same_person_in_another_spelling(house, supplier, vault, spelt):
    number = next(code for code in map(resident_id, range(400, 500)) if code.endswith("X"))
    typed = spelt.format(number, head=number[:6], tail=number[6:]).lower()

    def enrol(text: str):
        document = clear(PersonalKind.DOCUMENT, normalise_code(text).code)
        new = NewPerson(
            name=clear(PersonalKind.NAME, "李雷"),
            document=NewDocument(kind=DocumentKind.RESIDENT_ID, number=document),
        )
        return house.run(SYSTEM, enrol_person, new, party=None, vault=vault)

    one, two = enrol(number), enrol(typed)
    assert one.id == two.id
    house.run(SYSTEM, appoint, one.id, supplier.id, role=PersonRole.MAKER)
    house.run(SYSTEM, appoint, two.id, supplier.id, role=PersonRole.CHECKER)
    request = house.run(one.id, request_approval, "test_plain", supplier.id, payload=PAYLOAD)
    with refused("approval_by_maker"):
        house.run(two.id, approve, request.id, digest(PAYLOAD))
    assert no_effect(house, request)


def test_disguise_another_spelling_of_the_makers_id(house, supplier):
    request = ask(house, supplier)
    own = str(house.people["maker"])
    for spelling in (
        own.upper(),
        own.lower(),
        f" {own}",
        f"{own} ",
        own.replace("per_", "PER_"),
        own[4:],
        f"lgn_{own[4:]}",
    ):
        with pytest.raises(Refusal) as no:
            house.run(spelling, approve, request.id, digest(PAYLOAD))
        assert no.value.code in ("approval_by_maker", "not_a_person", "approval_not_found", "person_not_found")
    assert no_effect(house, request)


def test_disguise_a_machine(house, supplier):
    for actor in ("system:cli", "key_01ARZ3NDEKTSV4RRFFQ69G5FAV", "", "system:"):
        request = ask(house, supplier)
        with pytest.raises(Refusal) as no:
            house.run(actor, approve, request.id, digest(PAYLOAD))
        assert no.value.code in ("not_a_person", "not_allowed")
        assert no_effect(house, request)
        with refused("not_a_person"):
            ask(house, supplier, actor=actor)


def test_disguise_an_edit_after_the_approval(house, supplier):
    request = ask(house, supplier)
    house.run("checker", approve, request.id, digest(PAYLOAD))
    edited = house.run("maker", edit_request, request.id, payload=EDITED)
    assert (edited.state, edited.approvers) == (ApprovalState.PENDING, frozenset())
    for payload in (PAYLOAD, EDITED):
        with pytest.raises(Refusal):
            house.run(SYSTEM, use_approval, request.id, payload)
    with refused("approval_payload_changed"):
        house.run("checker", approve, request.id, digest(PAYLOAD))
    house.run("checker", approve, request.id, digest(EDITED))
    with refused("approval_payload_changed"):
        house.run(SYSTEM, use_approval, request.id, PAYLOAD)
    house.run(SYSTEM, use_approval, request.id, EDITED)
    assert breaches(house) == []


def test_disguise_an_edit_by_the_friend_so_that_the_maker_can_approve(house, supplier):
    house.run(SYSTEM, appoint, house.people["checker"], supplier.id, role=PersonRole.MAKER)
    house.run(SYSTEM, appoint, house.people["maker"], supplier.id, role=PersonRole.CHECKER)
    request = ask(house, supplier)
    house.run("checker", edit_request, request.id, payload=EDITED)
    for writer in ("maker", "checker"):
        with refused("approval_by_maker"):
            house.run(writer, approve, request.id, digest(EDITED))
    assert house.run("second", approve, request.id, digest(EDITED)).state is ApprovalState.APPROVED


def test_disguise_the_approval_of_another_payload(house, supplier):
    request, other = (
        ask(house, supplier),
        house.run("maker", request_approval, "test_plain", supplier.id, payload=EDITED),
    )
    house.run("checker", approve, other.id, digest(EDITED))
    for wrong in (digest(EDITED), b"", digest(PAYLOAD)[:-1], digest({})):
        with refused("approval_payload_changed"):
            house.run("checker", approve, request.id, wrong)
    assert no_effect(house, request)


def test_disguise_racing_approvals_of_one_person_count_once(house, supplier):
    request = ask(house, supplier, "test_double")
    start = Barrier(6)

    def attempt(_number: int) -> str:
        start.wait()
        try:
            return house.run("checker", approve, request.id, digest(PAYLOAD)).state.value
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(attempt, range(6)))
    assert answers == ["approval_already_given"] * 5 + ["pending"]
    assert no_effect(house, request)
    assert house.run("second", approve, request.id, digest(PAYLOAD)).state is ApprovalState.APPROVED
    assert breaches(house) == []


def test_racing_approvals_of_two_persons_let_the_effect_happen_once(house, supplier):
    happened: list[str] = []
    kind = ApprovalKind(name="test_effect", effect=lambda work, request: happened.append(str(work.at)))
    KINDS._found.pop("test_effect", None)
    KINDS.add(kind, origin=__name__)
    request = ask(house, supplier, "test_effect")
    start = Barrier(2)

    def attempt(actor: str) -> str:
        start.wait()
        try:
            return house.run(actor, approve, request.id, digest(PAYLOAD)).state.value
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ["checker", "second"])) == ["state_is_final", "used"]
    assert len(happened) == 1
    assert breaches(house) == []


def test_an_approval_and_an_edit_that_race_leave_no_approved_edit(house, supplier):
    for _ in range(6):
        request = ask(house, supplier)
        start = Barrier(2)

        def attempt(act, start=start, request=request):
            start.wait()
            try:
                if act == "edit":
                    house.run("maker", edit_request, request.id, payload=EDITED)
                else:
                    house.run("checker", approve, request.id, digest(PAYLOAD))
            except Refusal as refusal:
                return refusal.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(attempt, ["edit", "approve"]))
        after = house.run(SYSTEM, found_request, request.id)
        assert (after.state, after.payload) == (ApprovalState.PENDING, EDITED)
        assert no_effect(house, request)


def test_disguise_an_expired_request(house, supplier, clock):
    early, late = ask(house, supplier), ask(house, supplier)
    house.run("checker", approve, early.id, digest(PAYLOAD))
    clock.advance(dt.timedelta(hours=72))
    with refused("approval_expired"):
        house.run("checker", approve, late.id, digest(PAYLOAD))
    with refused("approval_expired"):
        house.run(SYSTEM, use_approval, early.id, PAYLOAD)
    with refused("approval_expired"):
        house.run("maker", edit_request, early.id, payload=PAYLOAD)


def test_disguise_a_revoked_person(house, operator, supplier):
    before, after = ask(house, supplier), ask(house, supplier)
    house.run("checker", approve, before.id, digest(PAYLOAD))
    house.run("admin", revoke_person, house.people["checker"], reason="left the company")
    with refused("person_revoked"):
        house.run("checker", approve, after.id, digest(PAYLOAD))
    with refused("approval_insufficient"):
        house.run(SYSTEM, use_approval, before.id, PAYLOAD)
    assert no_effect(house, before)


def test_disguise_an_approver_who_has_lost_the_right_since(house, supplier):
    request = ask(house, supplier)
    house.run("checker", approve, request.id, digest(PAYLOAD))
    held = next(a for a in house.run(SYSTEM, appointments_in, supplier.id) if a.person == house.people["checker"])
    house.run(SYSTEM, dismiss, held.id)
    with refused("approval_insufficient"):
        house.run(SYSTEM, use_approval, request.id, PAYLOAD)


def test_disguise_a_person_of_another_tenant_or_enterprise(house, supplier, database, vault, clock):
    request = ask(house, supplier)
    other = House(database, add_tenant(database, "other"), vault, clock, count=500)
    elsewhere = other.party("另一平台的公司")
    foreign = other.person("foreign", elsewhere.id, PersonRole.CHECKER)
    neighbour = house.person("neighbour", house.party("隔壁公司").id, PersonRole.CHECKER)
    absent = PersonId(int=foreign.int ^ 1)
    for actor, code in ((foreign, "person_not_found"), (absent, "person_not_found"), (neighbour, "approval_not_found")):
        with refused(code):
            house.run(actor, approve, request.id, digest(PAYLOAD))
    with refused("approval_not_found"):
        other.run(foreign, approve, request.id, digest(PAYLOAD))
    assert no_effect(house, request)


def test_who_may_not_check_or_make_is_refused(house, supplier):
    request = ask(house, supplier)
    for actor in ("viewer", "maker"):
        with pytest.raises(Refusal) as no:
            house.run(actor, reject, request.id, digest(PAYLOAD), reason="no")
        assert no.value.code in ("not_allowed", "approval_by_maker")
    for actor in ("viewer", "checker", "signatory"):
        with refused("not_allowed"):
            ask(house, supplier, actor=actor)


def test_a_rejected_or_withdrawn_request_is_over(house, supplier):
    one, two = ask(house, supplier), ask(house, supplier)
    house.run("checker", reject, one.id, digest(PAYLOAD), reason="too high")
    house.run("maker", withdraw, two.id)
    for request in (one, two):
        with refused("state_is_final"):
            house.run("second", approve, request.id, digest(PAYLOAD))
        with refused("state_is_final"):
            house.run("maker", edit_request, request.id, payload=PAYLOAD)


def test_the_database_itself_refuses_a_verdict_of_the_writer_and_a_second_one(house, supplier):
    request = ask(house, supplier, "test_double")
    insert = """INSERT INTO parties.approval_verdict (tenant_id, request_id, revision, person_id, payload_sha256,
                written_by, approved, reason, given_at) VALUES (%s, %s, 1, %s, %s, %s, true, '', now())"""
    maker, checker = house.people["maker"], house.people["checker"]
    wrong = [
        (psycopg.errors.CheckViolation, maker, digest(PAYLOAD), maker),
        (psycopg.errors.ForeignKeyViolation, maker, digest(PAYLOAD), checker),
        (psycopg.errors.ForeignKeyViolation, checker, digest(EDITED), maker),
    ]
    for error, person, sha256, writer in wrong:
        with pytest.raises(error), house.database.transaction(Context(house.tenant, SYSTEM)) as work:
            work.execute(insert, [house.tenant, request.id, person, sha256, writer])
    house.run("checker", approve, request.id, digest(PAYLOAD))
    with (
        pytest.raises(psycopg.errors.UniqueViolation),
        house.database.transaction(Context(house.tenant, SYSTEM)) as work,
    ):
        work.execute(insert, [house.tenant, request.id, checker, digest(PAYLOAD), maker])
    for statement in ("UPDATE parties.approval_verdict SET approved = true", "DELETE FROM parties.approval_revision"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), house.database.connection(APP) as connection:
            connection.execute(statement)


@pytest.mark.parametrize("defect", ["judge", "enough", "hash"])
def test_each_rule_left_out_lets_a_disguise_through(house, supplier, monkeypatch, defect):
    """The planted defects: without a rule, the attack that it forbids reaches the next line of defence or the goal."""
    house.run(SYSTEM, appoint, house.people["maker"], supplier.id, role=PersonRole.CHECKER)
    request = ask(house, supplier)
    if defect == "judge":
        monkeypatch.setattr(rules, "check_judge", lambda *_: None)
        with pytest.raises(psycopg.errors.CheckViolation):
            house.run("maker", approve, request.id, digest(PAYLOAD))
    if defect == "enough":
        monkeypatch.setattr(rules, "check_enough", lambda *_: frozenset())
        with house.database.transaction(Context(house.tenant, SYSTEM)) as work:
            work.execute("UPDATE parties.approval_request SET state = 'approved' WHERE id = %s", [request.id])
        house.run(SYSTEM, use_approval, request.id, PAYLOAD)
        assert breaches(house) == [(request.id, 0)]
    if defect == "hash":
        monkeypatch.setattr(rules, "check_hash", lambda *_: None)
        house.run("checker", approve, request.id, digest(PAYLOAD))
        assert house.run(SYSTEM, use_approval, request.id, EDITED).state is ApprovalState.USED
