"""Limits that follow the data, end to end: documents come in at the platform's own doors, and nobody types evidence.

Planted defect: `return None` instead of the objection in `limits.evidence._objection`, or a `direct` without
`speaker_group` in `limits.gathering`, lets a firm raise its own limit, and
`test_evidence_from_the_applicant_alone_never_raises_its_limit` is red.
"""

import datetime as dt
import random
from fractions import Fraction

import pytest

from openscf import credit
from openscf.credit import (
    EvidenceOrigin,
    NewRating,
    RaterKind,
    gather_evidence,
    open_snapshot,
)
from openscf.credit.store import plans
from openscf.db.endpoints import OWNER
from openscf.financing import Standing, standing_of
from openscf.kernel.canonical import canonical_json
from openscf.kernel.money import CNY, Money, Rounding
from openscf.operations import limit_explained, rating_of, refresh, request_rise, run_day_end, take_snapshot
from openscf.operations.evaluation import standard_terms
from openscf.operations.verification import verify_tenant
from openscf.parties import PartyRole, record_ownership
from openscf.trades import DocumentKind, Reference
from tests.unit.financing.floor import SYSTEM, yuan
from tests.unit.operations.town import TODAY, Town, forged, parent
from tests.unit.parties.house import refused


def test_evidence_is_what_one_counts_by_hand(town: Town) -> None:
    old, new = TODAY - dt.timedelta(days=400), TODAY - dt.timedelta(days=40)
    town.sold(500, old)
    first = town.sold(1000, new)
    town.sold(300, new, buyer="second")
    town.sold(50, new, buyer="third", sender=str(town.seller))  # nobody else tells of it
    agreed = town.sold(70, new, buyer="third", sender=str(town.seller))
    town.paid(70, agreed, TODAY - dt.timedelta(days=5), buyer="third")  # money stands behind it
    town.paid(1000, first, TODAY - dt.timedelta(days=3))
    town.sold(-20, new, kind=DocumentKind.CREDIT_NOTE, references=(Reference(DocumentKind.INVOICE, first),))
    with town.floor.database.reading(town.floor.context()) as work:
        folder = take_snapshot(work, town.home).folder
    key = f"tax:{town.floor.codes['seller']}"
    found = gather_evidence(open_snapshot(folder), [key], TODAY, groups={})[key].evidence
    told = {(one.kind.value, one.origin is EvidenceOrigin.APPLICANT): one.value for one in found}
    assert told == {
        ("sales", False): 135_000,  # 1,000 − 20, 300, and 70 that was paid
        ("history", False): 2,  # the month of the old one and that of the others
        ("rest_of_buyers", False): 37_000,
        ("settled", False): 105_000,  # 20 of the 1,000 were no longer owed
        ("sales", True): 5_000,
    }


def test_evidence_by_a_plan_made_for_another_snapshot_and_day_is_as_freshly_translated(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a day that stays in the text of a plan, or one table read for another, changes what is told."""
    key, groups = f"tax:{town.floor.codes['seller']}", {f"tax:{town.floor.codes['second']}": "second"}

    def told(on: dt.date) -> object:
        with town.floor.database.reading(town.floor.context()) as work:
            folder = take_snapshot(work, town.home).folder
        return gather_evidence(open_snapshot(folder), [key], on, groups=groups)[key]

    monkeypatch.setattr(plans, "_PLANS", {})
    town.history(2)
    told(TODAY)
    assert len(plans._PLANS) == 1
    town.paid(77, town.sold(500, TODAY - dt.timedelta(days=20)), TODAY - dt.timedelta(days=9))
    town.sold(40, TODAY - dt.timedelta(days=8), buyer="third", sender=str(town.seller))
    on = TODAY - dt.timedelta(days=5)
    again = told(on)
    assert len(plans._PLANS) == 1, "it was carried out again"
    monkeypatch.setattr(plans, "_PLANS", {})
    assert told(on) == again
    assert told(TODAY - dt.timedelta(days=15)) != again


def test_a_firm_is_scored_rated_limited_and_priced_with_reasons_and_the_same_again_writes_nothing(judged: Town) -> None:
    done = judged.refreshed()
    assert judged.seller in done.changed
    assert done.failed == ()
    rating = judged.floor.run(SYSTEM, rating_of, judged.seller)
    limit = judged.floor.run(SYSTEM, limit_explained, judged.seller)
    assert (rating.model.name, rating.opinions[0].kind) == ("toy", "platform")
    assert rating.price is not None
    assert limit.limit > yuan("0")
    assert limit.raises
    assert judged.refreshed().changed == ()
    made = judged.floor.run(SYSTEM, credit.evaluations_of, judged.seller)
    assert len(made) == 1
    assert len(judged.floor.run(SYSTEM, credit.scores_of, made[0].firm)) == 1
    again = judged.floor.run(SYSTEM, credit.evaluation_again, made[0])
    assert again == canonical_json(made[0].answer)


def test_without_a_model_or_a_rater_there_is_no_credit(town: Town) -> None:
    town.history(14)
    town.refreshed()
    rating = town.floor.run(SYSTEM, rating_of, town.seller)
    assert (rating.grade, rating.model) == (None, None)
    assert town.limit() == yuan("0")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_evidence_from_the_applicant_alone_never_raises_its_limit(judged: Town, seed: int) -> None:
    """PRODUCTS 6: whatever the firm and its own subsidiary upload, nobody else confirms it."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    sister = judged.floor.join("sister", PartyRole.SUPPLIER)
    for owned in (judged.seller, sister):
        judged.floor.run(
            SYSTEM, record_ownership, parent(judged), owned, share_bps=10_000, controls=True,
            valid_from=dt.date(2020, 1, 1), source="register",
        )  # fmt: skip
    before = judged.limit()
    assert before > yuan("0")
    for _ in range(3):
        for _ in range(4):
            forged(judged, chance, str(chance.choice([judged.seller, sister])))
        after = judged.limit()
        assert after <= before
        before = after


def test_the_buyer_s_word_raises_it(judged: Town) -> None:
    before = judged.limit()
    for back in range(6):
        on = TODAY - dt.timedelta(days=10 + 30 * back)
        number = judged.sold(2_000_000, on, buyer="third", sender=str(judged.seller))
        judged.count -= 1
        judged.sold(2_000_000, on, buyer="third", sender=str(judged.floor.parties["third"]))
        judged.paid(2_000_000, number, on + dt.timedelta(days=5), buyer="third")
    assert judged.limit() > before


def test_a_fall_takes_effect_at_once_and_a_rise_is_asked_for(judged: Town) -> None:
    floor = judged.floor
    judged.rule()
    assessed = judged.limit()
    assert judged.in_force() is None, "no rise without a person"
    with refused("credit_not_shared"):
        floor.run("funder.maker", request_rise, floor.parties["funder"], judged.seller)
    judged.consent()
    floor.agreed("funder", floor.run("funder.maker", request_rise, floor.parties["funder"], judged.seller))
    granted = judged.in_force()
    assert granted == assessed.times(Fraction(1, 2), Rounding.DOWN)
    with refused("nothing_to_raise"):
        floor.run("funder.maker", request_rise, floor.parties["funder"], judged.seller)
    for back in range(3):  # red letters that the tax office tells of
        judged.sold(-3_000_000, TODAY - dt.timedelta(days=back), kind=DocumentKind.CREDIT_NOTE)
    moved = judged.refreshed().moved
    lowered = judged.in_force()
    assert lowered is not None
    assert lowered < granted
    assert [(one.owner, one.before, one.after) for one in moved] == [(floor.parties["funder"], granted, lowered)]
    assert judged.refreshed().moved == ()


def test_two_persons_may_allow_rises_beforehand_up_to_an_amount(judged: Town) -> None:
    judged.rule(up_to="100000.00")
    judged.refreshed()
    assert judged.in_force() is None, "what was assessed is the firm's own, until it consents"
    judged.consent()
    judged.refreshed()
    assert judged.in_force() == Money(10_000_000, CNY)


def test_a_day_to_come_and_a_firm_without_a_code_are_refused(judged: Town) -> None:
    with refused("refresh_in_the_future"):
        refresh(judged.floor.database, judged.floor.context(), judged.home, on=TODAY + dt.timedelta(days=1))
    assert standard_terms().currency == CNY


def test_the_end_of_a_day_provides_by_the_debtors_grade_and_a_fallen_one_is_of_stage_two(town: Town) -> None:
    floor = town.floor
    deal, buyer = floor.funded(), floor.parties["buyer"]

    def opinion(symbol: str, number: int) -> None:
        new = NewRating(
            subject=buyer, kind=RaterKind.BANK, rater_name="第一银行", scale="master", symbol=symbol, rated_on=TODAY,
            valid_until=TODAY + dt.timedelta(days=300), source=f"report {number}",
        )  # fmt: skip
        floor.run(SYSTEM, credit.record_rating, new)
        floor.clock.advance(dt.timedelta(seconds=1))
        town.refreshed()

    def stood() -> Standing:
        run_day_end(floor.database, floor.context(), TODAY, fingerprints=floor.fingerprints, close=False)
        found = floor.run(SYSTEM, standing_of, deal)
        assert found is not None
        return found

    unrated = stood()
    assert (unrated.grade, unrated.first_grade) == (None, None)
    opinion("M4", 1)
    good = stood()
    assert (good.grade, good.first_grade, good.stage) == (4, 4, 1)
    assert good.provision_minor < unrated.provision_minor
    opinion("M11", 2)
    fallen = stood()
    assert (fallen.grade, fallen.first_grade, fallen.stage) == (11, 4, 2)
    assert fallen.provision_minor > unrated.provision_minor


BREAKS = {
    "score_is_made_again": "UPDATE credit.score SET record = replace(record, '\"points\":', '\"points\": ')",
    "limit_assessment_is_made_again": "UPDATE credit.limit_assessment SET limit_minor = limit_minor + 1",
    "evaluation_is_made_again": "UPDATE credit.evaluation SET answer = replace(answer, '\"spread\":0', '\"spread\":9')",
    "model_is_as_approved": "UPDATE credit.model_appointment SET effective_from = effective_from - 1",
    "one_model_in_a_role": "INSERT INTO credit.model_appointment SELECT tenant_id, gen_random_uuid(), purpose, role,"
    " model_version_id, effective_from, effective_from + 9, gen_random_uuid(), made_by, approved_by, appointed_at"
    " FROM credit.model_appointment",
}


@pytest.mark.slow
def test_verify_finds_what_was_changed_behind_its_back(judged: Town) -> None:
    judged.refreshed()
    database, tenant = judged.floor.database, judged.floor.tenant

    def found() -> set[str]:
        return {breach.check for breach in verify_tenant(database, tenant, checks=credit.CHECKS).breaches}

    assert found() == set()
    for check, statement in BREAKS.items():
        with database.connection(OWNER) as connection:
            for table in ("score", "limit_assessment", "evaluation", "model_appointment"):
                connection.execute(f"ALTER TABLE credit.{table} NO FORCE ROW LEVEL SECURITY".encode())
            connection.execute(statement.encode())
        assert check in found(), check
