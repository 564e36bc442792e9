"""Each regime finances whom it says, at its price and pace; money lent comes back or is counted as lost."""

import re
from collections import Counter

import pytest

from openscf import credit
from openscf.cluster.economy import YUAN, Purse, World, industry
from openscf.cluster.pages import as_record, drawing, report
from openscf.cluster.pages.claims import CLAIMS, shown, source_in_chinese
from openscf.cluster.pages.drawing import Bar
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
    rules,
    run_one,
    trials,
)
from openscf.kernel.ports import SeededRandomness

WAYS = (trials.paid_first, trials.paid_later, trials.held)


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
    assert [one["en"] for one in record["claims"] if one["seeds"] == 0] == [], "a figure that nobody computes"
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


def test_what_is_shown_of_a_claim_is_in_the_readers_language() -> None:
    band = Band(-0.1234, -0.2, 0.1, 9)
    for claim in CLAIMS:
        en, zh = shown(band, claim.unit)
        assert en.startswith("−") or claim.unit.digits == 0
        assert not re.search("[A-Za-z]", zh), zh
        assert not re.search("[a-z]", source_in_chinese(claim.source).replace("Zhang", "")), claim.source
    assert shown(Band(-0.00001, -0.00002, 0.0, 9), CLAIMS[2].unit)[0] == "0.00 pp (0.00 … 0.00)"


def test_names_of_lines_can_be_read_and_axes_are_round() -> None:
    bar = Bar("one", "一", "#000", Band(1.0, 1.0, 1.0, 1))
    placed = [high for high, _, _ in drawing._apart([(100.0, 0, bar), (101.0, 0, bar), (202.0, 0, bar)], lowest=202.0)]
    assert sorted(placed) == [101 - drawing.LINE_HIGH, 101, 202]
    assert drawing._steps(104.0) == (25.0, 125.0)
    assert drawing._steps(0.9) == (0.2, 1.0)


def test_good_data_earn_cheaper_money_and_more_of_it() -> None:
    """Planted: both makers of a part send papers of one quality."""
    plain, rewards = (next(one for one in REGIMES if one.code == code) for code in ("platform", "rewards"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "GOOD_DATA", rules.POOR_DATA)
        assert run_one(rewards, 1, 1) == run_one(plain, 1, 1)
    earned = [
        run_one(rewards, seed, 1)["good_data_cost"] - run_one(plain, seed, 1)["good_data_cost"] for seed in (1, 2)
    ]
    assert max(earned) < 0


def test_a_held_payment_loses_less_and_everything_leaves_the_house() -> None:
    first, later, held = (sum(one(seed)["trade_loss"] for seed in range(5)) for one in WAYS)
    assert held < min(first, later)
    shop = trials._Shop(1)
    for number, order in enumerate(trials.orders(1)):
        shop.trade(number, order)
    left = {one.purpose for one in shop.book.ledger.accounts.values() if one.posted_minor}
    assert left <= {"cash", "fees", "world"}
    assert shop.fees() > 0


def test_who_judges_no_dispute_lets_buyers_bear_wrong_goods(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: no dispute is settled, so that its time runs out."""
    before = sum(trials.held(seed)["trade_loss"] for seed in range(5))
    monkeypatch.setattr(trials, "JUDGED_RIGHTLY", 0)
    assert sum(trials.held(seed)["trade_loss"] for seed in range(5)) > before


def test_a_captured_rater_hides_risk_and_a_known_one_does_not() -> None:
    for seed in range(4):
        apart, captured = (one(seed)["risk_hidden"] for one in (trials.raters_apart, trials.rater_captured))
        assert captured > max(apart, 0) + 0.05
