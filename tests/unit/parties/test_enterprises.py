"""Enterprises, their names, roles and KYB status on a real database."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from openscf.db.unit_of_work import Context
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.parties import (
    KybStatus,
    NewParty,
    PartyRole,
    add_role,
    end_role,
    find_party,
    list_parties,
    move_kyb,
    register_party,
    roles_of,
    update_party,
)
from tests.unit.parties.house import SYSTEM, House, audited, refused, uscc

LEI = "5493001KJTIIGC8Y1R12"


def test_an_enterprise_is_registered_once_and_its_audit_entry_with_it(house):
    party = house.run(SYSTEM, register_party, NewParty(name_zh="  华东 精密 ", name_en="East Precision", uscc=uscc(1)))
    assert (party.name, party.kyb, party.version, party.listed) == ("华东 精密", KybStatus.UNVERIFIED, 1, False)
    with refused("party_already_exists"):
        house.run(SYSTEM, register_party, NewParty(name_zh="another", uscc=uscc(1)))
    assert [entry[:2] for entry in audited(house)] == [("parties.register_party", str(party.id))]


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewParty(name_zh="x"), "party_needs_code"),
        (NewParty(uscc=uscc(1)), "party_needs_name"),
        (NewParty(name_zh="x", uscc=uscc(1)[:-1] + "!"), "identity_code_character"),
        (NewParty(name_zh="x", lei=LEI[:-1] + "3"), "identity_code_check"),
        (NewParty(name_zh="a\u202eb", uscc=uscc(1)), "bad_name"),
        (NewParty(name_zh="\ud800", uscc=uscc(1)), "bad_name"),
        (NewParty(name_zh="x" * 201, uscc=uscc(1)), "bad_name"),
        (NewParty(name_zh="x", uscc=uscc(1), country="China"), "bad_country"),
        (NewParty(name_zh="x", uscc=uscc(1), industry="31"), "bad_industry"),
    ],
)
def test_wrong_particulars_are_refused_and_change_nothing(house, new, code):
    with refused(code):
        house.run(SYSTEM, register_party, new)
    assert audited(house) == []
    assert house.run(SYSTEM, list_parties)[0] == []


@pytest.mark.parametrize("codes", [{"uscc": uscc(7)}, {"lei": LEI}])
def test_of_eight_that_register_the_same_code_at_once_one_wins_and_all_others_are_told_so(house, codes):
    start = Barrier(8)

    def attempt(number: int) -> str:
        start.wait()
        try:
            return str(house.run(SYSTEM, register_party, NewParty(name_zh=f"第{number}家", **codes)).id)
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert answers.count("party_already_exists") == 7
    assert len(house.run(SYSTEM, list_parties)[0]) == 1
    assert len(audited(house)) == 1


def test_an_update_names_the_version_it_was_made_from(house):
    party = house.party("旧名公司")
    changed = house.run(SYSTEM, update_party, party.id, NewParty(name_zh="新名公司", lei=LEI), version=1)
    assert (changed.name, changed.version, changed.uscc) == ("新名公司", 2, party.uscc)
    with refused("version_conflict"):
        house.run(SYSTEM, update_party, party.id, NewParty(name_zh="第三名"), version=1)
    assert [entry.name for entry in house.run(SYSTEM, list_parties, "新名")[0]] == ["新名公司"]
    assert house.run(SYSTEM, list_parties, "旧")[0] == []
    other = house.party("别家")
    with refused("party_already_exists"):
        house.run(SYSTEM, update_party, other.id, NewParty(name_zh="别家", lei=LEI), version=1)


def test_names_sort_by_pinyin_and_are_found_by_their_pieces(house):
    names = ["中国钢铁", "安徽铜业", "北京电子", "上海华为", "ＡＢＣ Trading"]
    for name in names:
        house.party(name)
    listed, following = house.run(SYSTEM, list_parties, limit=500)
    assert [entry.name for entry in listed] == ["ＡＢＣ Trading", "安徽铜业", "北京电子", "上海华为", "中国钢铁"]
    assert following is None
    for text, found in [
        ("华为", ["上海华为"]),
        ("abc", ["ＡＢＣ Trading"]),
        ("铜", ["安徽铜业"]),
        ("为华", []),
        ("海", ["上海华为"]),
    ]:
        assert [entry.name for entry in house.run(SYSTEM, list_parties, text)[0]] == found


def test_pages_hold_every_enterprise_once(house):
    for number in range(7):
        house.party(f"同名公司{number % 2}")
    seen, after = [], None
    while True:
        page, after = house.run(SYSTEM, list_parties, limit=2, **({"after": after} if after else {}))
        seen += [entry.id for entry in page]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 7


def test_a_search_uses_the_index_under_row_security(house):
    for number in range(40):
        house.party(f"华东精密零件{number}号")
    with house.database.transaction(Context(house.tenant, SYSTEM)) as work:
        work.execute("SET LOCAL enable_seqscan = off")
        plan = work.execute(
            "EXPLAIN SELECT party_id FROM parties.name_gram WHERE tenant_id ="
            " nullif(current_setting('app.tenant', true), '')::uuid AND gram = ANY(%s)",
            [["精密", "零件"]],
        ).fetchall()
    assert any("Index Cond" in row[0] and "gram" in row[0] for row in plan), plan


def test_roles_hold_on_their_days_and_do_not_overlap(house):
    party = house.party("多面公司").id
    day = dt.date(2026, 1, 1)
    house.run(SYSTEM, add_role, party, PartyRole.SUPPLIER, valid_from=day)
    house.run(SYSTEM, add_role, party, PartyRole.BUYER, valid_from=day)
    with refused("role_already_held"):
        house.run(SYSTEM, add_role, party, PartyRole.SUPPLIER, valid_from=dt.date(2027, 1, 1))
    with refused("bad_period"):
        house.run(SYSTEM, end_role, party, PartyRole.SUPPLIER, on=day)
    house.run(SYSTEM, end_role, party, PartyRole.SUPPLIER, on=dt.date(2026, 6, 1))
    house.run(SYSTEM, add_role, party, PartyRole.SUPPLIER, valid_from=dt.date(2026, 6, 1))
    assert len(house.run(SYSTEM, roles_of, party)) == 3


def test_kyb_moves_by_its_table_only_and_by_the_reviewer(house, operator, supplier):
    supplier = house.run(SYSTEM, find_party, supplier.id)
    version = supplier.version
    with refused("event_not_allowed"):
        house.run("reviewer", move_kyb, supplier.id, "verify", reason="licence", version=version)
    house.run(SYSTEM, move_kyb, supplier.id, "submit", reason="documents complete", version=version)
    for actor in (SYSTEM, "maker", "signatory", "admin"):
        with pytest.raises(Refusal) as no:
            house.run(actor, move_kyb, supplier.id, "verify", reason="licence", version=version + 1)
        assert no.value.code in ("not_allowed", "not_a_person")
    with refused("kyb_needs_reason"):
        house.run("reviewer", move_kyb, supplier.id, "verify", reason=" ", version=version + 1)
    verified = house.run("reviewer", move_kyb, supplier.id, "verify", reason="licence seen", version=version + 1)
    assert (verified.kyb, verified.listed) == (KybStatus.VERIFIED, True)
    renamed = house.run("admin", update_party, supplier.id, NewParty(name_zh="改名公司"), version=verified.version)
    assert renamed.kyb is KybStatus.IN_REVIEW


def test_an_enterprise_of_another_tenant_is_answered_like_one_that_does_not_exist(house, database, clock, vault):
    from openscf.db.tenants import add_tenant

    theirs = House(database, add_tenant(database, "other"), vault, clock).party("别人的公司")
    absent = PartyId(int=theirs.id.int ^ 1)
    answers = []
    for party in (theirs.id, absent):
        with pytest.raises(Refusal) as no:
            house.run(SYSTEM, find_party, party)
        answers.append(no.value.sentence().replace(str(party), "?"))
        for act, named in (
            (add_role, {"role": PartyRole.BUYER}),
            (move_kyb, {"event": "submit", "reason": "x", "version": 1}),
        ):
            with refused("party_not_found"):
                house.run(SYSTEM, act, party, **named)
    assert answers[0] == answers[1]
    assert house.run(SYSTEM, register_party, NewParty(name_zh="同码", uscc=theirs.uscc)).uscc == theirs.uscc


def test_an_unlisted_enterprise_is_answered_to_strangers_like_one_that_does_not_exist(house, operator, supplier):
    hidden, absent = house.party("隐身公司").id, PartyId(int=supplier.id.int ^ 1)
    for party in (hidden, absent):
        for act, named in (
            (find_party, {}),
            (update_party, {"new": NewParty(name_zh="改名"), "version": 99}),
            (move_kyb, {"event": "submit", "reason": "x", "version": 99}),
            (add_role, {"role": PartyRole.BUYER}),
        ):
            with refused("party_not_found"):
                house.run("maker", act, party, **named)
        assert house.run("maker", roles_of, party) == []
