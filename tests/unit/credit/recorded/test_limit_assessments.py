"""Limits on record: one assessment per change of inputs, reproducible from them, seen by the firm and by no other."""

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import psycopg
import pytest

from openscf.credit.incentives import DataQuality
from openscf.credit.limits import (
    Evidence,
    EvidenceKind,
    EvidenceOrigin,
    LimitQuestion,
    assess_limit,
    limit_again,
    limit_assessments,
)
from openscf.db.endpoints import APP
from tests.unit.credit.test_limits import POLICY, yuan
from tests.unit.parties.house import SYSTEM, audited, refused

ON = dt.date(2026, 6, 1)


def asked(firm, *, sales: int = 8_000_000, origin: EvidenceOrigin = EvidenceOrigin.TAX) -> LimitQuestion:
    values = {
        EvidenceKind.SALES: yuan(sales).minor,
        EvidenceKind.SETTLED: yuan(6_000_000).minor,
        EvidenceKind.REST_OF_BUYERS: yuan(4_000_000).minor,
        EvidenceKind.HISTORY: 18,
    }
    evidence = [
        Evidence(kind=kind, value=value, origin=origin, source=f"doc {kind.value}", as_of=ON)
        for kind, value in values.items()
    ]
    return LimitQuestion(
        subject=firm.id, evidence=evidence, pd=Fraction(3, 100), policy=POLICY,
        quality=DataQuality(70, 65, (("agreement", 20),)),
    )  # fmt: skip


def test_the_same_inputs_write_nothing_and_new_ones_an_assessment_with_reasons(house, firm):
    first = house.run(SYSTEM, assess_limit, asked(firm))
    assert house.run(SYSTEM, assess_limit, asked(firm)) == first
    more = house.run(SYSTEM, assess_limit, asked(firm, sales=9_000_000))
    assert (first.number, more.number) == (1, 2)
    assert first.limit < more.limit
    assert [one.limit for one in house.run(SYSTEM, limit_assessments, firm.id)] == [first.limit, more.limit]
    assert first.answer["would_raise"]
    assert all(reason["en"] and reason["zh"] for reason in first.answer["reasons"])
    assert [entry[0] for entry in audited(house)].count("credit.assess_limit") == 2


def test_the_inputs_on_record_give_the_limit_on_record_again(house, firm):
    for question in (asked(firm), dataclasses.replace(asked(firm), quality=None, headroom_minor=yuan(300_000).minor)):
        made = house.run(SYSTEM, assess_limit, question)
        again = limit_again(house.run(SYSTEM, limit_assessments, firm.id)[-1].inputs)
        assert (again.amount, again.binding) == (made.limit, made.binding)
    with pytest.raises(ValueError, match="limit-0"):
        limit_again({**made.inputs, "rules": "limit-0"})


def test_what_only_the_firm_says_is_kept_and_not_counted(house, firm):
    made = house.run(SYSTEM, assess_limit, asked(firm, origin=EvidenceOrigin.APPLICANT))
    assert made.limit == yuan(0)
    assert {one["kind"] for one in made.answer["not_counted"]} == {"sales", "settled", "rest_of_buyers", "history"}


def test_no_person_assesses_a_limit(house, firm):
    with refused("limit_by_hand"):
        house.run("owner", assess_limit, asked(firm))


def test_assessments_made_at_once_are_numbered_one_after_another(house, firm):
    def assess(extra: int) -> int:
        return house.run(SYSTEM, assess_limit, asked(firm, sales=8_000_000 + extra)).number

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(assess, range(8)))
    assert numbers == list(range(1, 9))


def test_a_firm_sees_its_own_assessments_and_another_member_none(house, firm, bank):
    house.run(SYSTEM, assess_limit, asked(firm))
    assert [len(house.read(who.id, limit_assessments, firm.id)) for who in (firm, bank)] == [1, 0]
    with refused("party_not_found"):
        house.run("banker", limit_assessments, firm.id)


def test_assessments_are_never_changed_or_deleted(house, database, firm):
    house.run(SYSTEM, assess_limit, asked(firm))
    for statement in ("DELETE FROM credit.limit_assessment", "UPDATE credit.limit_assessment SET limit_minor = 9"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connection(APP) as connection:
            connection.execute(statement.encode())


def test_every_table_of_credit_has_forced_row_security_and_shows_another_tenant_nothing(house, database, firm):
    house.run(SYSTEM, assess_limit, asked(firm))
    query = """SELECT c.oid::regclass::text, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c
               WHERE c.relnamespace = 'credit'::regnamespace AND c.relkind IN ('r', 'p')"""
    with database.connection(APP) as connection:
        found = dict(connection.execute(query).fetchall())
        counts = [connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() for table in found]
    assert {"credit.rating", "credit.limit_assessment"} <= found.keys()
    assert all(found.values())
    assert set(counts) == {(0,)}  # no tenant is set
