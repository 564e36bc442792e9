"""People, their credentials and permissions; consents."""

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from openscf.kernel.ids import PartyId, PersonId
from openscf.parties import (
    Appointment,
    AppointmentId,
    Asked,
    DocumentKind,
    NewConsent,
    NewDocument,
    Permission,
    PersonalKind,
    PersonRole,
    Scope,
    add_document,
    add_login,
    add_role,
    appoint,
    business_date,
    check_password,
    check_totp,
    consents_of,
    credentials,
    enrol_person,
    enrol_totp,
    grant_consent,
    may,
    may_share,
    revoke_consent,
    revoke_person,
    set_password,
)
from openscf.parties.model import PartyRole
from openscf.parties.rules import access
from tests.unit.parties.house import SYSTEM, clear, new_person, refused, resident_id

PASSWORD = clear(PersonalKind.SECRET, "correct horse battery")


def test_the_same_document_is_the_same_person_and_another_name_is_refused(house):
    first = house.run(SYSTEM, enrol_person, new_person("张三", 5, "13800001234"), party=None, vault=house.vault)
    again = house.run(SYSTEM, enrol_person, new_person(" 张三 ", 5), party=None, vault=house.vault)
    assert (first.id, str(first.name), str(first.mobile)) == (again.id, "张*", "138****1234")
    with refused("person_differs"):
        house.run(SYSTEM, enrol_person, new_person("张四", 5), party=None, vault=house.vault)


def test_eight_that_enrol_the_same_person_at_once_get_one_person(house):
    start = Barrier(8)

    def attempt(_number: int) -> PersonId:
        start.wait()
        return house.run(SYSTEM, enrol_person, new_person("张三", 6), party=None, vault=house.vault).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(attempt, range(8)))) == 1


def test_a_second_document_leads_to_the_same_person_and_never_to_two(house):
    passport = NewDocument(kind=DocumentKind.PASSPORT, number=clear(PersonalKind.DOCUMENT, "E12345678"))
    one = house.run(SYSTEM, enrol_person, new_person("张三", 7), party=None, vault=house.vault).id
    two = house.run(SYSTEM, enrol_person, new_person("李四", 8), party=None, vault=house.vault).id
    house.run(SYSTEM, add_document, one, passport, vault=house.vault)
    house.run(SYSTEM, add_document, one, passport, vault=house.vault)
    with refused("person_differs"):
        house.run(SYSTEM, add_document, two, passport, vault=house.vault)


def test_a_password_opens_only_its_own_login(house, supplier):
    person, name = house.people["maker"], clear(PersonalKind.LOGIN, "Zhang@Example.cn")
    login = house.run(SYSTEM, add_login, person, name, password=PASSWORD, vault=house.vault)
    with refused("login_name_taken"):
        again = clear(PersonalKind.LOGIN, " zhang@example.CN ")
        house.run(SYSTEM, add_login, house.people["checker"], again, password=PASSWORD, vault=house.vault)
    assert house.run(SYSTEM, check_password, name, password=PASSWORD, vault=house.vault).person == person
    wrong = clear(PersonalKind.SECRET, "correct horse batterz")
    for given, password in ((name, wrong), (clear(PersonalKind.LOGIN, "nobody"), PASSWORD)):
        with refused("wrong_credentials"):
            house.run(SYSTEM, check_password, given, password=password, vault=house.vault)
    house.run(SYSTEM, set_password, login.id, password=wrong, vault=house.vault)
    house.run(SYSTEM, check_password, name, password=wrong, vault=house.vault)
    house.run(SYSTEM, revoke_person, person, reason="left")
    with refused("wrong_credentials"):
        house.run(SYSTEM, check_password, name, password=wrong, vault=house.vault)


@pytest.mark.parametrize("weak", ["sh0rt", "a" * 20, "ababababababab", "x" * 129, "zhang1 and much more"])
def test_a_weak_password_is_refused_and_not_repeated(house, supplier, weak):
    with refused("weak_password") as no:
        house.run(
            SYSTEM, add_login, house.people["maker"], clear(PersonalKind.LOGIN, "zhang1"),
            password=clear(PersonalKind.SECRET, weak), vault=house.vault,
        )  # fmt: skip
    assert weak not in str(no.value.as_record())


def test_one_time_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, the last six of eight digits."""
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert credentials.totp(b"12345678901234567890", seconds // 30) == code


def test_a_one_time_code_is_good_once_and_for_a_minute_or_so(house, supplier):
    name = clear(PersonalKind.LOGIN, "zhang")
    login = house.run(SYSTEM, add_login, house.people["maker"], name, password=PASSWORD, vault=house.vault)
    with refused("wrong_credentials"):
        house.run(SYSTEM, check_totp, login.id, "000000", vault=house.vault)
    import base64

    secret = base64.b32decode(house.run(SYSTEM, enrol_totp, login.id, vault=house.vault).expose())
    code = credentials.totp(secret, int(house.clock.now().timestamp()) // 30)
    house.run(SYSTEM, check_totp, login.id, code, vault=house.vault)
    with refused("wrong_credentials"):
        house.run(SYSTEM, check_totp, login.id, code, vault=house.vault)
    house.clock.advance(dt.timedelta(minutes=2))
    with refused("wrong_credentials"):
        house.run(SYSTEM, check_totp, login.id, code, vault=house.vault)
    for hostile in ("", "１２３４５６", "1" * 10_000, "abc"):
        with refused("wrong_credentials"):
            house.run(SYSTEM, check_totp, login.id, hostile, vault=house.vault)


def test_what_no_row_of_the_table_allows_is_denied():
    """Every role, permission and reach against the two tables read the other way round."""
    own, house_party, other = PartyId(int=1), PartyId(int=2), PartyId(int=3)
    person, today = PersonId(int=9), dt.date(2026, 1, 1)
    for role, permission, where in itertools.product(PersonRole, Permission, (own, house_party)):
        held = Appointment(
            id=AppointmentId(int=1), person=person, party=where, role=role, valid_from=today, valid_until=None
        )
        for target in (own, house_party, other, None):
            expected = permission in access.OWN[role] and target == where
            expected |= where == house_party and permission in access.HOUSE.get(role, {})
            assert access.allowed(Asked(permission, target, today), [held], [house_party]) is expected
            assert not access.allowed(Asked(permission, target, today), [], [house_party])
            before = Asked(permission, target, today - dt.timedelta(days=1))
            assert not access.allowed(before, [held], [house_party])


def test_nobody_appoints_or_revokes_himself_and_members_reach_only_their_own(house, operator, supplier):
    admin = house.people["admin"]
    own_admin = house.person("own admin", supplier.id, PersonRole.ADMIN)
    for actor, party in (("admin", operator.id), ("own admin", supplier.id)):
        with refused("not_allowed"):
            house.run(actor, appoint, house.people[actor], party, role=PersonRole.CHECKER)
    with refused("not_allowed"):
        house.run("admin", revoke_person, admin, reason="holiday")
    with refused("party_not_found"):  # not even that it exists
        house.run("own admin", appoint, house.people["viewer"], operator.id, role=PersonRole.ADMIN)
    house.run("own admin", appoint, house.people["viewer"], supplier.id, role=PersonRole.MAKER)
    with refused("not_allowed"):
        house.run("own admin", add_role, supplier.id, PartyRole.OPERATOR)
    with refused("already_appointed"):
        house.run("admin", appoint, own_admin, supplier.id, role=PersonRole.ADMIN)


def test_an_appointment_holds_on_its_days_and_can_be_given_again(house, supplier):
    today = business_date(house.clock.now())
    person, until = house.people["viewer"], today + dt.timedelta(days=2)
    house.run(SYSTEM, appoint, person, supplier.id, role=PersonRole.MAKER, valid_until=until)
    asked = Asked(Permission.MAKE, supplier.id, today)
    assert house.run(SYSTEM, may, person, asked)
    assert not house.run(SYSTEM, may, person, Asked(Permission.MAKE, supplier.id, until))
    house.clock.advance(dt.timedelta(days=3))
    house.run(SYSTEM, appoint, person, supplier.id, role=PersonRole.MAKER)


def test_data_are_shared_only_under_a_consent_that_holds(house, supplier):
    funder, stranger = house.party("某银行").id, house.party("某公司").id
    today = business_date(house.clock.now())
    new = NewConsent(
        grantor=supplier.id, grantee=funder, scope=Scope.TRADES, purpose="授信审查", valid_from=today,
        valid_until=today + dt.timedelta(days=30),
    )  # fmt: skip
    for actor in ("maker", "checker", "viewer", SYSTEM):
        with pytest.raises(Exception, match="not_a"):
            house.run(actor, grant_consent, new)
    consent = house.run("signatory", grant_consent, new)

    def shares(grantor=supplier.id, grantee=funder, scope=Scope.TRADES, days=0):
        on = today + dt.timedelta(days=days)
        return house.run(SYSTEM, may_share, grantor, grantee, scope=scope, on=on)

    assert shares()
    assert shares(days=29)
    assert shares(funder, funder, Scope.LIMITS)
    assert not any(
        [
            shares(days=30), shares(days=-1), shares(grantee=stranger), shares(scope=Scope.RATINGS),
            shares(funder, supplier.id),
        ]
    )  # fmt: skip
    with refused("not_allowed"):
        house.run("maker", revoke_consent, consent.id)
    house.clock.advance(dt.timedelta(days=3))
    house.run("signatory", revoke_consent, consent.id, reason="changed our mind")
    assert shares(days=2)  # it was right to share then
    assert not shares(days=3)
    with refused("consent_already_revoked"):
        house.run("signatory", revoke_consent, consent.id)
    assert len(house.run("viewer", consents_of, supplier.id)) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"purpose": " "}, "consent_needs_purpose"),
        ({"valid_until": dt.date(2026, 1, 1)}, "bad_period"),
        ({"valid_until": dt.date(2046, 1, 1)}, "consent_too_long"),
    ],
)
def test_a_consent_without_purpose_or_end_is_refused(house, supplier, changed, code):
    given = {
        "scope": Scope.KYB, "purpose": "x", "valid_from": dt.date(2026, 1, 1), "valid_until": dt.date(2026, 2, 1),
        **changed,
    }  # fmt: skip
    with refused(code):
        house.run(
            "signatory", grant_consent, NewConsent(grantor=supplier.id, grantee=house.party("某银行").id, **given)
        )


def test_a_revoked_person_is_not_enrolled_again(house, supplier):
    house.count = 20
    person = house.person("离职者", supplier.id)
    house.run(SYSTEM, revoke_person, person, reason="left")
    with refused("person_revoked"):
        house.run(SYSTEM, enrol_person, new_person("离职者", 21), party=None, vault=house.vault)
    with refused("person_revoked"):
        house.run(SYSTEM, appoint, person, supplier.id, role=PersonRole.MAKER)
    assert resident_id(21) != resident_id(22)
