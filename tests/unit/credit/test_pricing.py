"""Prices: components sum to the posted rate, each is what its rule says; the churn-optimal rates are the contest's."""

import dataclasses
import random
from fractions import Fraction

import pytest

from benchmarks.contest import NEEDS_DATA, churn
from openscf.credit.basel import AssetClass, IrbRisk, irb_capital
from openscf.credit.exact import parts_per_billion
from openscf.credit.incentives import DataQuality, IncentivePolicy, incentive_for
from openscf.credit.pricing import (
    Demand,
    Lateness,
    PriceComponent,
    PricePolicy,
    PriceRequest,
    best_rate,
    expected_loss_rate,
    pd_over,
    price,
)
from openscf.credit.wording import Said
from openscf.kernel.errors import Refusal
from openscf.kernel.money import Money, currency
from openscf.kernel.rates import Rate, interest_for_days

CNY = currency("CNY")
POLICY = PricePolicy()
TABLE = Demand.of(["A"], [["0.04", "0"], ["0.06", "0.2"], ["0.08", "0.5"], ["0.10", "0.9"]])


def asked(pd: float = 0.02, days: int = 90, **named) -> PriceRequest:
    return PriceRequest(risk=IrbRisk(pd_1y=pd, lgd=0.45, asset_class=AssetClass.RETAIL), tenor_days=days, **named)


@NEEDS_DATA
@pytest.mark.parametrize(("rating", "percent"), [("A", "4.65"), ("B", "5.85"), ("C", "5.85")])
def test_the_contests_churn_optimal_rates(rating, percent):
    """PRODUCTS 5.4: annex 3, the grid rate that maximises r × (1 − churn)."""
    table = churn()
    assert len(table.points) == 29
    choice = best_rate(table, rating)
    assert choice is not None
    assert choice.rate == Rate.percent(percent)


@NEEDS_DATA
def test_a_cost_moves_the_contests_best_rate_up_and_never_down():
    table = churn()
    for rating in "ABC":
        chosen = [best_rate(table, rating, cost=Rate.bps(bps)) for bps in range(0, 1400, 25)]
        rates = [choice.rate for choice in chosen if choice]
        assert rates == sorted(rates)
        assert rates[0] < rates[-1]


def test_the_best_rate_equals_trying_them_all():
    seed = random.randrange(10**9)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(200):
        rows = [[f"0.{at:02}", f"{chance.random():.6f}"] for at in range(3, 3 + chance.randint(1, 12))]
        table, cost = Demand.of(["X"], rows), Fraction(chance.randint(0, 80), 1000)
        profits = {Fraction(rate): (1 - Fraction(lost)) * (Fraction(rate) - cost) for rate, lost in rows}
        choice = best_rate(table, "X", cost=Rate(cost))
        assert choice is not None
        assert choice.profit == max(profits.values())
        assert choice.rate.per_year == min(rate for rate, profit in profits.items() if profit == choice.profit)


def test_the_components_sum_exactly_to_a_posted_rate_in_whole_basis_points():
    seed = random.randrange(10**9)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(300):
        pd, days = chance.random() ** 3, chance.randint(1, 720)
        quality = DataQuality(chance.randint(0, 100), 0) if chance.random() < 0.5 else None
        demand = TABLE if chance.random() < 0.3 else None
        answer = price(asked(pd, days, quality=quality, demand=demand, segment="A"), POLICY)
        assert sum(line.rate.per_year for line in answer.components) == answer.rate.per_year
        assert (answer.rate.per_year * 10_000).denominator == 1
        assert POLICY.lowest <= answer.rate <= POLICY.highest
        assert all(line.reason.en and line.reason.zh for line in answer.components)


def test_a_price_that_loses_its_rounding_on_the_way_is_noticed(monkeypatch):
    """The planted defect: a rounding component of nothing."""
    lost = PriceComponent(name="rounding", rate=Rate(Fraction(0)), reason=Said("-", "-"))
    monkeypatch.setattr("openscf.credit.pricing.rules._rounding", lambda *_: lost)
    answer = price(asked(), POLICY)
    assert sum(line.rate.per_year for line in answer.components) != answer.rate.per_year


def test_interest_at_the_expected_loss_rate_is_the_expected_loss_for_every_tenor():
    principal = Money(1_000_000_00, CNY)
    for days in (1, 30, 90, 180, 365, 720):
        risk = IrbRisk(pd_1y=0.03, lgd=0.4)
        lost = Fraction(parts_per_billion(pd_over(0.03, days)), 10**9) * Fraction(4, 10) * principal.minor
        earned = interest_for_days(principal, expected_loss_rate(risk, days), days)
        assert abs(earned.minor - lost) <= Fraction(1, 2)
    assert pd_over(0.03, 365) == pytest.approx(0.03)
    assert pd_over(0.03, 730) == pytest.approx(1 - 0.97**2)


def test_a_price_worked_by_hand():
    """PD 1 %, LGD 45 %, other retail, 360 days: 3.00 + 0.44 + capital + 0.50 + 0.80.

    Expected loss: (1 − 0.99^(360/365)) × 0.45 = 0.4439 %. Capital: risk weight 45.774 % (45.77 in Basel II,
    annex 5) × 10.5 % × (12 % − 3 %) = 0.4326 %. Sum 5.1764 %, posted 5.18 %.
    """
    answer = price(asked(0.01, 360), POLICY)
    shown = {line.name: line.rate.percent_text(4) for line in answer.components}
    assert shown == {
        "base": "3.0000", "expected_loss": "0.4439", "capital": "0.4326", "operating_cost": "0.5000",
        "margin": "0.8000", "rounding": "0.0036",
    }  # fmt: skip
    assert answer.rate == Rate.percent("5.18")
    assert "1.000 %" in answer.components[1].reason.en


def test_the_days_beyond_the_due_day_cost_what_money_costs():
    """9 days over a tenor of 90 at 3 %: 0.3 points; what is paid before the due day earns nothing back."""
    late = price(asked(0.01, 90, lateness=Lateness(late_ppm=400_000, days=Fraction(9))), POLICY)
    (component,) = [line for line in late.components if line.name == "late_payment"]
    assert component.rate.per_year == Fraction(3, 1000)
    assert ("40.0 %" in component.reason.en, "9.0" in component.reason.zh) == (True, True)
    plain = price(asked(0.01, 90), POLICY)
    assert late.rate.per_year - plain.rate.per_year == Fraction(3, 1000)
    assert price(asked(0.01, 90, lateness=Lateness(late_ppm=1, days=Fraction(0))), POLICY) == plain


def test_a_riskier_firm_never_pays_less():
    policy = dataclasses.replace(POLICY, highest=Rate.bps(9000))
    risks = [0.0001, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
    for days in (30, 180, 360):
        rates = [price(asked(pd, days), policy).rate for pd in risks]
        assert rates == sorted(rates)
        assert rates[0] < rates[-1]


def test_the_same_risk_in_corporate_class_carries_more_capital_and_a_higher_price():
    firm = dataclasses.replace(asked(), risk=IrbRisk(pd_1y=0.02, lgd=0.45))
    assert irb_capital(firm.risk).capital > irb_capital(asked().risk).capital
    assert price(firm, POLICY).rate > price(asked(), POLICY).rate


def test_the_reward_for_data_is_measurable_bounded_and_never_below_cost():
    plain = price(asked(), POLICY).rate
    rates = [price(asked(quality=DataQuality(points, 0)), POLICY).rate for points in range(101)]
    assert rates[:61] == [plain] * 61
    assert rates == sorted(rates, reverse=True)
    assert plain.per_year - rates[100].per_year == Fraction(50, 10_000)
    thin = dataclasses.replace(POLICY, margin=Rate.bps(10))
    best = price(asked(quality=DataQuality(100, 100)), thin)
    assert best.covers_cost
    assert price(asked(), thin).rate.per_year - best.rate.per_year == Fraction(10, 10_000)


def test_the_incentive_grows_with_the_scores_within_its_bounds():
    policy = IncentivePolicy()
    factors = [incentive_for(DataQuality(100, points), policy).limit_factor for points in range(101)]
    assert factors == sorted(factors)
    assert (factors[0], factors[60], factors[80], factors[100]) == (1, 1, Fraction(11, 10), Fraction(6, 5))
    assert incentive_for(DataQuality(100, 0), policy).rate_cut == policy.most_rate
    assert incentive_for(DataQuality(100, 0), policy).limit_factor == 1


@pytest.mark.parametrize("scores", [(101, 0), (-1, -1), (50, 51), (50.0, 50), (True, 0)])
def test_scores_that_are_none_are_refused(scores):
    with pytest.raises(Refusal, match=r"^bad_quality_score"):
        DataQuality(*scores)


def test_a_demand_table_replaces_the_margin_by_the_one_that_earns_most():
    answer = price(asked(0.001, 360, demand=TABLE, segment="A"), POLICY)
    margin = next(line for line in answer.components if line.name == "margin")
    # Cost is about 3.6 %: 100 % × 0.4, 80 % × 2.4, 50 % × 4.4, 10 % × 6.4.
    assert answer.rate == Rate.percent("8")
    assert "50.00 %" in margin.reason.en


def test_a_ceiling_below_cost_is_said_and_not_hidden():
    answer = price(asked(0.5, 360), POLICY)
    assert answer.rate == POLICY.highest
    assert not answer.covers_cost
    assert [line.name for line in answer.components][-2:] == ["bounds", "rounding"]


def test_a_bound_between_two_basis_points_is_not_stepped_over():
    odd = dataclasses.replace(POLICY, highest=Rate(Fraction(50_015, 1_000_000)))
    assert price(asked(0.5, 360), odd).rate == Rate.bps(500)


def test_a_fixed_cost_is_spread_over_amount_and_days():
    policy = dataclasses.replace(POLICY, handling=Money(500_00, CNY))
    answer = price(asked(amount=Money(100_000_00, CNY)), policy)
    line = next(line for line in answer.components if line.name == "handling")
    assert line.rate == Rate.percent("2")  # 500 on 100,000 over 90 of 360 days
    with pytest.raises(Refusal, match=r"^amount_needed"):
        price(asked(), policy)


@pytest.mark.parametrize("days", [0, -1, 3651, 1.5, True])
def test_a_tenor_that_is_none_is_refused(days):
    with pytest.raises(Refusal, match=r"^tenor_not_priceable"):
        price(asked(days=days), POLICY)


@pytest.mark.parametrize(
    "rows",
    [[], [["0.04"]], [["0.04", "x"]], [["0.04", "1.1"]], [["0.04", "0"], ["0.04", "0.1"]], [["0.04", "1E-2"]],
     [[float("nan"), "0"]], [["4", "0"]]],
)  # fmt: skip
def test_a_churn_table_that_is_none_is_refused_with_its_row(rows):
    with pytest.raises(Refusal, match=r"^bad_demand_table"):
        Demand.of(["A"], rows)


def test_an_unknown_segment_is_refused():
    with pytest.raises(Refusal, match=r"^unknown_segment"):
        best_rate(TABLE, "Z")
