"""Each regime finances whom it says, at its price and pace; money lent comes back or is counted as lost."""

from collections import Counter

import pytest

from openscf import credit
from openscf.cluster.economy import YUAN, Purse, World, industry
from openscf.cluster.pages import as_record, report
from openscf.cluster.pages.claims import CLAIMS
from openscf.cluster.regimes import (
    REGIMES,
    Band,
    BankLending,
    Lending,
    OfflineChain,
    Platform,
    compare,
    interest,
    rate_bps,
    run_one,
)
from openscf.kernel.ports import SeededRandomness


def run(finance: Lending, seed: int = 2, days: int = 250) -> World:
    design = industry(SeededRandomness(seed))
    made = World(design, Purse({one.name: one.cash for one in design.firms}), finance, chance=SeededRandomness(seed))
    made.run(days)
    return made


def test_interest_is_simple_over_calendar_days_and_rounded_once() -> None:
    # 1,000,000.00 at 7.2 % for 50 business days, which are 70 days: 14,000.00
    assert interest(1_000_000_00, 720, 50) == 14_000_00
    assert interest(1, 1, 1) == 0


def test_the_platforms_price_is_that_of_its_own_rule() -> None:
    risk = credit.IrbRisk(pd_1y=0.06, lgd=0.4)
    posted = credit.price(credit.PriceRequest(risk=risk, tenor_days=56), credit.PricePolicy()).rate
    assert rate_bps(600, 40) == int(posted.per_year * 10_000)
    assert rate_bps(40, 40) < rate_bps(120, 40) < rate_bps(600, 40)


def test_nobody_but_the_anchors_suppliers_is_financed_offline() -> None:
    tiers = run(OfflineChain()).tally.tiers
    assert tiers[1][1] > 0
    assert tiers[2][1] == tiers[3][1] == 0


def test_the_platform_finances_every_tier_and_no_false_paper() -> None:
    paid, tried, tiers = 0, 0, Counter[int]()
    for seed in range(4):
        tally = run(Platform(), seed).tally
        paid, tried = paid + tally.fraud_paid, tried + tally.fraud_tried
        tiers.update({tier: financed for tier, (_, financed) in tally.tiers.items()})
    assert (paid, min(tiers[tier] for tier in (1, 2, 3)) > 0) == (0, True)
    assert tried > 0, "somebody must have tried"


def test_a_platform_that_does_not_look_for_receipts_pays_for_false_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: every paper is sound."""
    monkeypatch.setattr(Platform, "_is_sound", lambda _self, _world, _claim: True)
    assert sum(run(Platform(), seed).tally.fraud_paid for seed in range(4)) > 0


def test_a_bank_takes_weeks_and_collateral() -> None:
    made = run(BankLending(), seed=1)
    assert made.tally.financed > 0
    assert min(made.tally.wait_days) >= 20
    assert made.tally.refused["no_collateral"] > 0


@pytest.mark.parametrize("make", [BankLending, OfflineChain, Platform])
def test_what_is_lent_comes_back_or_is_lost(make: type[Lending]) -> None:
    lender = make()
    made = run(lender, days=400)
    purse = made.treasury
    assert isinstance(purse, Purse)
    assert sum(purse.balances.values()) + purse.outside == 0
    assert all(loan.principal > 0 for loan in lender.loans)
    old = [loan for loan in lender.loans if loan.paid_out and loan.due + 60 < made.day]
    assert old == [], "somebody owes for two months and nobody minds"


def test_a_band_holds_its_mean_and_one_seed_has_none() -> None:
    band = Band.of([1.0, 2.0, 3.0])
    assert (band.mean, band.count) == (2.0, 3)
    assert band.low < 2.0 < band.high
    assert Band.of([5.0]).low == 5.0
    assert Band.of([]).count == 0


def test_years_are_counted_and_a_learning_platform_gets_cheaper() -> None:
    learns, not_so = (next(one for one in REGIMES if one.code == code) for code in ("platform", "no_learning"))
    for seed in (1, 2):
        assert run_one(learns, seed, 2)["cost_of_capital"] < run_one(not_so, seed, 2)["cost_of_capital"]


@pytest.mark.slow
def test_the_report_answers_every_claim_in_both_languages_and_loads_nothing() -> None:
    found = compare(range(3), 1)
    page = report(found, seeds=3, years=1)
    record = as_record(found)
    assert len(record["claims"]) == len(CLAIMS)
    assert all(claim.en in page.replace("&#x27;", "'") and claim.zh in page for claim in CLAIMS)
    assert page.count("<svg") == 11
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert {one["verdict"] for one in record["claims"]} <= {"supported", "contradicted", "not shown"}


def test_a_claim_is_contradicted_where_the_numbers_say_so() -> None:
    found = compare(range(3), 1, regimes=REGIMES)
    claim = next(one for one in CLAIMS if one.figure == "days_to_cash")
    verdict, band = claim.answer(found)
    assert verdict == "supported"
    turned = type(claim)(claim.source, claim.en, claim.zh, claim.figure, claim.against, claim.of, claim.wanted)
    assert turned.answer(found)[0] == "contradicted"
    assert band.mean < 0
    assert YUAN == 100
