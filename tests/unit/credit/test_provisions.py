"""Provisions and categories: the rules' own bounds, worked examples, and columns equal to the claim-by-claim rule."""

import dataclasses
import random

import duckdb
import numpy as np
import pytest

from openscf.credit import scale
from openscf.credit.classification import ClaimEvent, RiskCategory, category_of
from openscf.credit.provisions import (
    Claim,
    ClaimColumns,
    LossCurve,
    Provision,
    ProvisionPolicy,
    book_totals,
    columns,
    loss_curve,
    provide,
    provide_all,
    stage_of,
)
from openscf.kernel.errors import Refusal

POLICY = ProvisionPolicy(lgds_ppb=(450_000_000, 100_000_000, 1_000_000_000))
CURVE = loss_curve(POLICY)
STRICT = ProvisionPolicy(
    late_days=10,
    impaired_days=60,
    notches=1,
    shortest_days=7,
    overdue_pd_ppb=((0, 50_000_000),),
    lgds_ppb=(1, 0, 10**9),
)
GOOD = Claim(outstanding_minor=100_000_000, days_left=90, grade=9, first_grade=9)
# Where something changes: bounds of lateness, of terms, of amounts that a product of 64 bits would lose.
DPDS = (0, 1, 7, 8, 29, 30, 31, 59, 60, 61, 89, 90, 91, 269, 270, 271, 359, 360, 361, 5000)
TERMS = (0, 1, 29, 30, 31, 90, 364, 365, 366, 1000, 3649, 3650, 3651, 10**6)
AMOUNTS = (0, 1, 2, 10**9 - 1, 10**9, 10**9 + 1, 123_456_789_012, 10**18 - 1)


def some_claim(chance: random.Random) -> Claim:
    events = sum((chance.choice(list(ClaimEvent)) for _ in range(chance.choice([0, 0, 0, 1, 2]))), ClaimEvent.NONE)
    return Claim(
        outstanding_minor=chance.choice([*AMOUNTS, chance.randint(0, 10**12)]),
        dpd=chance.choice([0, 0, *DPDS, chance.randint(0, 500)]),
        days_left=chance.choice([*TERMS, chance.randint(0, 400)]),
        grade=chance.randint(1, 16),
        first_grade=chance.randint(1, 16),
        lgd_class=chance.randint(0, 2),
        events=ClaimEvent(int(events) & 511),
    )


def as_columns(claims: list[Claim]) -> ClaimColumns:
    narrow = {"grade": np.int8, "first_grade": np.int8, "lgd_class": np.uint8, "events": np.int16, "dpd": np.int32}
    named = {
        field.name: np.array([int(getattr(claim, field.name)) for claim in claims], narrow.get(field.name, np.int64))
        for field in dataclasses.fields(Claim)
    }
    return ClaimColumns(**named)


def differing(claims: list[Claim], curve: LossCurve = CURVE) -> list[tuple[Claim, Provision, Provision]]:
    found = provide_all(as_columns(claims), curve)
    answers = [
        Provision(
            stage=int(stage), category=RiskCategory(int(category)), loss_ppb=int(loss), provision_minor=int(amount)
        )
        for stage, category, loss, amount in zip(
            found.stage, found.category, found.loss_ppb, found.provision_minor, strict=True
        )
    ]
    pairs = [(claim, provide(claim, curve), answer) for claim, answer in zip(claims, answers, strict=True)]
    return [(claim, one, other) for claim, one, other in pairs if one != other]


def test_columns_give_the_same_integers_as_the_rule_claim_by_claim(monkeypatch):
    seed = random.randrange(10**9)
    print("seed", seed)
    chance = random.Random(seed)
    monkeypatch.setattr(columns, "PIECE", 1000)  # several pieces, the last one short
    assert differing([some_claim(chance) for _ in range(15_500)]) == []
    assert differing([some_claim(chance) for _ in range(5_000)], loss_curve(STRICT)) == []


def test_a_column_computed_in_plain_64_bits_is_noticed(monkeypatch):
    """The planted defect: the product that overflows."""
    monkeypatch.setattr(columns, "_scaled", lambda amount, loss: (amount * loss + 500_000_000) // 10**9)
    chance = random.Random(1)
    assert differing([some_claim(chance) for _ in range(300)])


def test_stages_by_lateness_grades_and_events():
    def stage(**changes: object) -> int:
        return stage_of(dataclasses.replace(GOOD, **changes), POLICY)

    assert [stage(dpd=dpd) for dpd in (0, 30, 31, 90, 91)] == [1, 1, 2, 2, 3]
    assert [stage(grade=grade) for grade in (9, 11, 12, 15, 16)] == [1, 1, 2, 2, 3]
    assert stage(grade=3) == 1  # better than at first
    assert [
        stage(events=event) for event in (ClaimEvent.RESTRUCTURED, ClaimEvent.ROLLED_OVER, ClaimEvent.IMPAIRED)
    ] == [2, 1, 3]
    assert [stage(events=event) for event in (ClaimEvent.EVADING, ClaimEvent.BANKRUPT, ClaimEvent.CROSS_DEFAULT)] == [
        3,
        3,
        2,
    ]


def test_categories_by_days_as_in_the_order_of_2023():
    """Articles 10 to 13: late at all, over 90, over 270, over 360 days."""
    expected = {0: "正常", 1: "关注", 90: "关注", 91: "次级", 270: "次级", 271: "可疑", 360: "可疑", 361: "损失"}
    assert {dpd: category_of(dpd).zh for dpd in expected} == expected
    assert category_of(7, technical=True) is RiskCategory.PASS
    assert category_of(8, technical=True) is RiskCategory.SPECIAL_MENTION


def test_categories_by_events_and_by_the_loss_of_an_impaired_claim():
    assert category_of(0, ClaimEvent.PURPOSE_CHANGED) is RiskCategory.SPECIAL_MENTION
    assert category_of(0, ClaimEvent.RESTRUCTURED | ClaimEvent.CROSS_DEFAULT) is RiskCategory.SUBSTANDARD
    assert category_of(0, ClaimEvent.EVADING) is RiskCategory.DOUBTFUL
    assert category_of(300, ClaimEvent.BANKRUPT) is RiskCategory.LOSS
    shares = (499_999_999, 500_000_000, 899_999_999, 900_000_000)
    judged = [category_of(0, impaired=True, loss_ppb=share) for share in shares]
    assert judged == [RiskCategory.SUBSTANDARD, RiskCategory.DOUBTFUL, RiskCategory.DOUBTFUL, RiskCategory.LOSS]
    assert category_of(0, loss_ppb=900_000_000) is RiskCategory.PASS  # not impaired


def test_provisions_worked_by_hand():
    """1,000,000.00 at grade 9 (PD 1.3 %), LGD 45 %.

    Due in 90 days: 1 − 0.987^(90/365) = 0.3221297 %, loss 0.1449584 %: 1,449.58. Fallen to grade 12 (5 %) with 730 days
    left: 1 − 0.95² = 9.75 %, × 45 %: 43,875.00; the same in stage 1 counts 365 days. Impaired: 450,000.00.
    """
    assert provide(GOOD, CURVE).provision_minor == 144_958
    fallen = dataclasses.replace(GOOD, grade=12, days_left=730)
    assert provide(fallen, CURVE) == Provision(
        stage=2, category=RiskCategory.PASS, loss_ppb=43_875_000, provision_minor=4_387_500
    )
    assert provide(dataclasses.replace(fallen, first_grade=12), CURVE).provision_minor == 2_250_000
    late = provide(dataclasses.replace(GOOD, dpd=91, days_left=0), CURVE)
    assert (late.stage, late.category, late.provision_minor) == (3, RiskCategory.SUBSTANDARD, 45_000_000)
    bare = provide(dataclasses.replace(GOOD, dpd=91, days_left=0, lgd_class=2), CURVE)
    assert (bare.category, bare.provision_minor) == (RiskCategory.LOSS, 100_000_000)


def test_a_later_claim_never_needs_less_and_never_looks_better():
    for claim in (GOOD, dataclasses.replace(GOOD, grade=2, first_grade=2, days_left=10)):
        provided = [provide(dataclasses.replace(claim, dpd=dpd), CURVE) for dpd in range(400)]
        for attribute in ("stage", "category", "provision_minor"):
            values = [getattr(one, attribute) for one in provided]
            assert values == sorted(values), attribute


def test_an_impaired_claim_is_non_performing():
    chance = random.Random(5)
    for _ in range(2000):
        answer = provide(some_claim(chance), CURVE)
        assert answer.stage < 3 or answer.category >= RiskCategory.SUBSTANDARD


def test_a_provision_is_never_more_than_the_claim_and_never_negative():
    chance = random.Random(6)
    for _ in range(2000):
        claim = some_claim(chance)
        assert 0 <= provide(claim, CURVE).provision_minor <= claim.outstanding_minor


def test_totals_are_exact_beyond_64_bits():
    claims = [dataclasses.replace(GOOD, outstanding_minor=10**18 - 1) for _ in range(40)]
    book = as_columns(claims)
    summed = book_totals(book, provide_all(book, CURVE))
    assert summed.count == {(1, RiskCategory.PASS): 40}
    assert summed.outstanding_minor == {(1, RiskCategory.PASS): 40 * (10**18 - 1)}
    assert summed.provision_minor == {(1, RiskCategory.PASS): 40 * provide(claims[0], CURVE).provision_minor}
    assert book_totals(as_columns([]), provide_all(as_columns([]), CURVE)).count == {}


@pytest.mark.parametrize(
    "changes",
    [{"outstanding_minor": -1}, {"dpd": -1}, {"days_left": -1}, {"grade": 0}, {"grade": 17}, {"lgd_class": 3},
     {"outstanding_minor": 10**18}],
)  # fmt: skip
def test_a_claim_that_cannot_be_is_refused_by_both_and_nothing_is_computed(changes):
    bad = dataclasses.replace(GOOD, **changes)
    with pytest.raises(Refusal, match=r"^bad_claim"):
        provide(bad, CURVE)
    with pytest.raises(Refusal, match=r"^bad_claim.*line 2"):
        provide_all(as_columns([GOOD, bad]), CURVE)


def test_columns_as_duckdb_gives_them_are_claims_and_those_with_gaps_are_none():
    query = """SELECT 100000000::BIGINT AS outstanding_minor, 0::INTEGER AS dpd, 90::INTEGER AS days_left,
               9::TINYINT AS grade, 9::TINYINT AS first_grade, 0::TINYINT AS lgd_class, 0::SMALLINT AS events"""
    with duckdb.connect() as connection:
        whole = ClaimColumns(**connection.execute(query).fetchnumpy())
        gap = ClaimColumns(
            **connection.execute(query.replace("9::TINYINT AS grade", "NULL::TINYINT AS grade")).fetchnumpy()
        )
    assert provide_all(whole, CURVE).provision_minor.tolist() == [provide(GOOD, CURVE).provision_minor]
    with pytest.raises(TypeError, match="grade"):
        provide_all(gap, CURVE)


def test_columns_of_floats_are_no_claims():
    book = as_columns([GOOD])
    with pytest.raises(TypeError, match="outstanding_minor"):
        provide_all(dataclasses.replace(book, outstanding_minor=np.array([1.5])), CURVE)


def test_the_master_scale_gives_each_pd_its_nearest_grade_and_each_grade_its_own_pd():
    for grade in range(1, scale.DEFAULT_GRADE + 1):
        assert scale.master_grade(scale.pd_of_grade(grade)) == grade
    assert (scale.master_grade(0), scale.master_grade(999_999_999), scale.master_grade(10**9)) == (1, 15, 16)
    grades = [scale.master_grade(pd) for pd in range(0, 10**9, 999_983)]
    assert grades == sorted(grades)
    with pytest.raises(Refusal, match=r"^unknown_rating_symbol"):
        scale.SCALES.get("international").pd_of("A-1")
    with pytest.raises(Refusal, match=r"^unknown_rating_scale"):
        scale.SCALES.get("stars")
