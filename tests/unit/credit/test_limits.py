"""Limits: exact, monotone, bounded; the applicant's word alone never raises one; and what would raise it does."""

import dataclasses
import datetime as dt
import random
from fractions import Fraction

import pytest

from openscf.credit.incentives import DataQuality
from openscf.credit.limits import (
    Evidence,
    EvidenceKind,
    EvidenceOrigin,
    LimitFacts,
    LimitPolicy,
    facts_from,
    limit_of,
    what_would_raise,
)
from openscf.credit.limits import evidence as judging
from openscf.credit.limits.model import BURDENS
from openscf.kernel.errors import Refusal
from openscf.kernel.money import Money, currency

CNY = currency("CNY")
TODAY = dt.date(2026, 6, 30)


def yuan(amount: int) -> Money:
    return Money(amount * 100, CNY)


POLICY = LimitPolicy(lowest=yuan(100_000), highest=yuan(1_000_000), step=yuan(10_000))
FACTS = LimitFacts(
    sales_minor=yuan(8_000_000).minor, settled_minor=yuan(6_000_000).minor, rest_minor=yuan(3_000_000).minor,
    history_months=18, debt_minor=yuan(200_000).minor, pd=Fraction(3, 100), quality=DataQuality(70, 65),
)  # fmt: skip


def some_evidence(chance: random.Random, origins: list[EvidenceOrigin]) -> Evidence:
    kind = chance.choice(list(EvidenceKind))
    value = chance.randint(0, 36) if kind is EvidenceKind.HISTORY else chance.randint(0, 2_000_000_000)
    origin = chance.choice(origins)
    on = TODAY - dt.timedelta(days=chance.randint(-30, 500))
    friendly = origin is not EvidenceOrigin.APPLICANT and chance.random() < 0.2
    return Evidence(kind=kind, value=value, origin=origin, source="x", as_of=on, same_group=friendly)


def limit(evidence: list[Evidence], pd: Fraction = Fraction(1, 100)) -> int:
    facts, _ = facts_from(evidence, pd, POLICY, on=TODAY, quality=DataQuality(90, 80))
    return limit_of(facts, POLICY).amount.minor


def raised_by_the_applicant(seed: int) -> list[tuple[int, int]]:
    """Cases in which the applicant's own evidence, added to the others', raised the limit."""
    chance = random.Random(seed)
    found = []
    for _ in range(400):
        independent = [some_evidence(chance, list(EvidenceOrigin)[:-1]) for _ in range(chance.randint(0, 12))]
        own = [some_evidence(chance, [EvidenceOrigin.APPLICANT]) for _ in range(chance.randint(1, 6))]
        own += [dataclasses.replace(one, origin=EvidenceOrigin.BANK, same_group=True) for one in own[:1]]
        before, after = limit(independent), limit(independent + own)
        if after > before:
            found.append((before, after))
    return found


def test_evidence_from_the_applicant_alone_never_raises_its_limit():
    seed = random.randrange(10**9)
    print("seed", seed)
    assert raised_by_the_applicant(seed) == []


def test_a_judge_that_believes_the_applicant_is_noticed(monkeypatch):
    """The planted defect: the word of the applicant counts like anybody's."""
    monkeypatch.setattr(Evidence, "independent", property(lambda _: True))
    assert raised_by_the_applicant(7)


def test_with_nothing_but_its_own_word_a_firm_has_no_limit():
    own = [
        Evidence(kind=kind, value=10**10, origin=EvidenceOrigin.APPLICANT, source="x", as_of=TODAY)
        for kind in EvidenceKind
    ]
    facts, refuted = facts_from(own, Fraction(0), POLICY, on=TODAY, quality=DataQuality(100, 0))
    assert limit_of(facts, POLICY).amount == yuan(0)
    assert {one.evidence.kind for one in refuted} == set(EvidenceKind) - BURDENS
    assert facts.debt_minor == 10**10  # against itself it is believed


def test_more_of_the_applicants_data_raise_no_limit_through_the_score():
    rich = [limit_of(dataclasses.replace(FACTS, quality=DataQuality(points, 65)), POLICY) for points in range(65, 101)]
    assert len({one.amount for one in rich}) == 1


def test_a_limit_worked_by_hand():
    """Risk (15 − 3) ÷ 14 = 6/7, history 18 ÷ 24 = 3/4, data 1 + 0.2 × 5 ÷ 40 = 1.025: together 0.6589….

    15 % of 8,000,000 = 1,200,000 × 0.65893 = 790,714.28; 25 % of 6,000,000 and 50 % of 3,000,000 = 988,392.85; less
    200,000 owed elsewhere: 590,714.28, rounded down to 590,000.
    """
    answer = limit_of(FACTS, POLICY)
    assert [bound.at_most.amount for bound in answer.bounds] == ["790714.28", "988392.85", "988392.85", "1200000.00"]
    assert answer.amount == yuan(590_000)
    assert answer.binding == "sales"
    assert all(said.en and said.zh for said in answer.reasons)


def test_the_limit_is_updated_as_data_arrive():
    evidence = [
        Evidence(
            kind=EvidenceKind.SALES, value=yuan(3_000_000).minor, origin=EvidenceOrigin.TAX, source="t", as_of=TODAY
        ),
        Evidence(
            kind=EvidenceKind.SETTLED, value=yuan(2_000_000).minor, origin=EvidenceOrigin.BANK, source="b", as_of=TODAY
        ),
        Evidence(
            kind=EvidenceKind.REST_OF_BUYERS,
            value=yuan(2_000_000).minor,
            origin=EvidenceOrigin.TAX,
            source="t",
            as_of=TODAY,
        ),
    ]
    assert limit(evidence) == 0  # no history yet
    evidence.append(Evidence(kind=EvidenceKind.HISTORY, value=12, origin=EvidenceOrigin.TAX, source="t", as_of=TODAY))
    first = limit(evidence)
    evidence.append(
        Evidence(
            kind=EvidenceKind.SALES, value=yuan(5_000_000).minor, origin=EvidenceOrigin.BANK, source="b", as_of=TODAY
        )
    )
    assert 0 < first < limit(evidence)
    evidence.append(
        Evidence(
            kind=EvidenceKind.DEBT, value=yuan(50_000).minor, origin=EvidenceOrigin.APPLICANT, source="a", as_of=TODAY
        )
    )
    assert limit(evidence) < limit(evidence[:-1])


def test_stale_and_future_evidence_does_not_count():
    for days in (POLICY.fresh_days + 1, -1):
        old = Evidence(
            kind=EvidenceKind.SALES,
            value=10**10,
            origin=EvidenceOrigin.TAX,
            source="t",
            as_of=TODAY - dt.timedelta(days=days),
        )
        facts, refuted = facts_from([old], Fraction(0), POLICY, on=TODAY)
        assert facts.sales_minor == 0
        assert len(refuted) == 1


def test_caps_and_floors():
    rich = dataclasses.replace(FACTS, sales_minor=10**12, settled_minor=10**12, rest_minor=10**12, debt_minor=0)
    assert limit_of(rich, POLICY).amount == POLICY.highest
    assert limit_of(rich, POLICY).binding == "highest"
    best = dataclasses.replace(rich, quality=DataQuality(100, 100))
    assert limit_of(best, POLICY).amount == POLICY.highest  # the reward does not step over the cap
    tight = dataclasses.replace(rich, headroom_minor=yuan(333_333).minor)
    assert (limit_of(tight, POLICY).amount, limit_of(tight, POLICY).binding) == (yuan(330_000), "headroom")
    small = dataclasses.replace(FACTS, sales_minor=yuan(1_000_000).minor, debt_minor=0)
    assert (limit_of(small, POLICY).amount, limit_of(small, POLICY).binding) == (yuan(0), "lowest")
    risky = dataclasses.replace(FACTS, pd=Fraction(15, 100))
    assert (limit_of(risky, POLICY).amount, limit_of(risky, POLICY).binding) == (yuan(0), "risk")
    indebted = dataclasses.replace(FACTS, debt_minor=yuan(5_000_000).minor)
    assert (limit_of(indebted, POLICY).amount, limit_of(indebted, POLICY).binding) == (yuan(0), "debt")


def test_good_data_give_a_measurable_and_bounded_uplift():
    amounts = [limit_of(dataclasses.replace(FACTS, quality=DataQuality(100, at)), POLICY).amount for at in range(101)]
    assert amounts == sorted(amounts)
    assert amounts[100] > amounts[60] == amounts[0]
    before, after = (amount + yuan(200_000) for amount in (amounts[0], amounts[100]))
    assert after.ratio_to(before) <= Fraction(6, 5) + Fraction(POLICY.step.minor, before.minor)


LOST = (("completeness", 2), ("timeliness", 8), ("consistency", 0), ("agreement", 20))


def test_what_costs_the_points_is_named_as_what_would_raise_it_and_lifts_no_further_than_it_can():
    facts = dataclasses.replace(FACTS, quality=DataQuality(80, 70, LOST))
    found = {one.lever: one for one in what_would_raise(facts, POLICY) if one.lever.startswith("quality")}
    # A step of 10,000 needs some 1.5 % more: three points of a fifth over forty; two of completeness do not reach it.
    assert set(found) == {"quality_timeliness", "quality_agreement"}
    assert found["quality_agreement"].by == found["quality_timeliness"].by <= 8
    assert "goods receipts" in found["quality_agreement"].said.en
    assert "35" in found["quality_timeliness"].said.zh


def some_facts(chance: random.Random) -> LimitFacts:
    return LimitFacts(
        sales_minor=chance.randint(0, 3 * 10**9), settled_minor=chance.randint(0, 2 * 10**9),
        rest_minor=chance.randint(0, 10**9), history_months=chance.randint(0, 30),
        debt_minor=chance.choice([0, chance.randint(0, 10**8)]), disputed_minor=chance.choice([0, 10**8]),
        pd=Fraction(chance.randint(0, 2000), 10_000),
        quality=chance.choice([None, DataQuality(80, 70), DataQuality(80, 70, LOST)]),
        headroom_minor=chance.choice([None, chance.randint(0, 10**8)]),
    )  # fmt: skip


def pulled(facts: LimitFacts, lever: str, by: int) -> LimitFacts:
    """The facts with one lever pulled, written down a second time and independently."""
    match lever:
        case "sales" | "settled":
            return dataclasses.replace(facts, **{f"{lever}_minor": getattr(facts, f"{lever}_minor") + by})
        case "rest_of_buyers":
            return dataclasses.replace(facts, rest_minor=facts.rest_minor + by)
        case "debt" | "disputed":
            return dataclasses.replace(facts, **{f"{lever}_minor": getattr(facts, f"{lever}_minor") - by})
        case "history":
            return dataclasses.replace(facts, history_months=facts.history_months + by)
        case "pd":
            return dataclasses.replace(facts, pd=max(facts.pd - Fraction(by, 10_000), Fraction(0)))
    assert lever.startswith("quality")
    assert facts.quality is not None
    confirmed = facts.quality.confirmed_points + by
    return dataclasses.replace(facts, quality=DataQuality(max(facts.quality.points, confirmed), confirmed))


def test_each_named_change_lifts_the_limit_and_one_unit_less_does_not():
    seed = random.randrange(10**9)
    print("seed", seed)
    chance = random.Random(seed)
    named = 0
    for _ in range(150):
        facts = some_facts(chance)
        now = limit_of(facts, POLICY).amount
        for change in what_would_raise(facts, POLICY):
            named += 1
            assert limit_of(pulled(facts, change.lever, change.by), POLICY).amount == change.limit > now
            assert limit_of(pulled(facts, change.lever, change.by - 1), POLICY).amount == now
            assert str(change.limit) in change.said.en
            assert str(change.limit) in change.said.zh
    assert named > 100


def test_a_lever_that_does_not_help_is_not_named():
    changes = {change.lever: change for change in what_would_raise(FACTS, POLICY)}
    assert "settled" not in changes  # sales hold it down, not payments
    # 600,000 + 200,000 owed elsewhere needs sales s with 0.15 × 0.65892857… × s ≥ 800,000: 8,093,947.61 − 8,000,000
    assert changes["sales"].by == 9_394_761
    assert changes["debt"].by == yuan(10_000).minor - 71_428
    assert "CNY 93,947.61" in changes["sales"].said.en


def test_the_limit_is_monotone_in_every_fact():
    seed = random.randrange(10**9)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(300):
        facts = some_facts(chance)
        now = limit_of(facts, POLICY).amount
        for lever in ("sales", "settled", "rest_of_buyers", "history", "pd"):
            assert limit_of(pulled(facts, lever, chance.randint(1, 50)), POLICY).amount >= now
        for lever in ("debt", "disputed"):
            assert limit_of(pulled(facts, lever, -chance.randint(1, 10**7)), POLICY).amount <= now


def test_evidence_that_is_no_whole_number_is_refused():
    for value in (-1, 1.5, True):
        bad = Evidence(kind=EvidenceKind.SALES, value=value, origin=EvidenceOrigin.TAX, source="t", as_of=TODAY)
        with pytest.raises(Refusal, match=r"^bad_evidence"):
            facts_from([bad], Fraction(0), POLICY, on=TODAY)


def test_the_stronger_origin_wins_and_of_one_origin_the_newest():
    said = [
        Evidence(kind=EvidenceKind.SALES, value=9, origin=EvidenceOrigin.COUNTERPARTY, source="c", as_of=TODAY),
        Evidence(
            kind=EvidenceKind.SALES, value=7, origin=EvidenceOrigin.TAX, source="t1", as_of=TODAY - dt.timedelta(days=9)
        ),
        Evidence(kind=EvidenceKind.SALES, value=8, origin=EvidenceOrigin.TAX, source="t2", as_of=TODAY),
        Evidence(kind=EvidenceKind.SALES, value=6, origin=EvidenceOrigin.TAX, source="t3", as_of=TODAY),
    ]
    assert facts_from(said, Fraction(0), POLICY, on=TODAY)[0].sales_minor == 6
    assert next(iter(judging.STRENGTH)) is EvidenceOrigin.BANK
