"""The price: base + expected loss + capital + cost + margin (PRODUCTS 5.4), every component with its number and reason.

PD, LGD and capital are floats until they become a component: each is put on the grid of a billionth, once, and from
there on all is exact. The sum is rounded once, half-up to a basis point, and the rounding is itself a component, so
that the components sum to the posted rate to the last digit.
"""

import dataclasses
from fractions import Fraction
from typing import Final

from openscf.credit.basel import IrbRisk, irb_capital
from openscf.credit.exact import exact_part, percent
from openscf.credit.incentives import incentive_for
from openscf.credit.pricing.demand import best_rate
from openscf.credit.pricing.model import Lateness, Price, PriceComponent, PricePolicy, PriceRequest
from openscf.credit.wording import Said
from openscf.kernel.errors import Where, refusal
from openscf.kernel.money import Rounding, round_to_int
from openscf.kernel.rates import Rate

YEAR_DAYS: Final = 360  # the contract's basis, ACT/360
CALENDAR_DAYS: Final = 365  # a PD is for a calendar year
LONGEST_DAYS: Final = 3650

TENOR_NOT_PRICEABLE = refusal(
    "tenor_not_priceable",
    en="A tenor of {days} days can't be priced; it is a whole number from 1 to {longest}.",
    zh="期限 {days} 天无法定价，须为 1 至 {longest} 的整数。",
    fix_en="Give the days from value to due date.",
    fix_zh="请填写起息日至到期日的天数。",
    status=400,
)
AMOUNT_NEEDED = refusal(
    "amount_needed",
    en="A fixed handling cost of {handling} can't be priced without the amount of the loan.",
    zh="固定手续成本 {handling} 需要贷款金额才能计入定价。",
    fix_en="Give the amount.",
    fix_zh="请填写贷款金额。",
    status=400,
)


def price(request: PriceRequest, policy: PricePolicy) -> Price:
    """Price a loan.

    The reward for data comes out of the margin and never out of the cost. Where a demand table is given, the margin is
    the one whose rate earns the most net of churn, within the policy's bounds.

    Raises:
        Refusal: `tenor_not_priceable`, `amount_needed`, `unknown_segment`, `bad_risk_figure`.
    """
    _checked_tenor(request.tenor_days)
    cost = [_base(policy), _expected_loss(request), _capital(request, policy), _operating(policy)]
    if policy.handling is not None:
        cost.append(_handling(request, policy))
    if request.lateness is not None and request.lateness.days > 0:
        cost.append(_late_payment(request.lateness, policy, request.tenor_days))
    spent = _sum(cost)
    margin = _margin(request, policy, spent=spent)
    lines = [*cost, margin, *_reward(request, margin.rate)]
    lines += _bounds(_sum(lines), policy)
    posted = _points(_sum(lines), Rounding.HALF_UP)
    lines.append(_rounding(posted, _sum(lines)))
    return Price(rate=posted, components=tuple(lines), covers_cost=posted >= _points(spent, Rounding.FLOOR))


def pd_over(pd_1y: float, days: int) -> float:
    """Probability of default within so many days, at a constant hazard: `1 − (1 − PD)^(days ÷ 365)`.

    Raises:
        Refusal: `bad_risk_figure`, `tenor_not_priceable`.
    """
    _checked_tenor(days)
    pd = IrbRisk(pd_1y=pd_1y).pd_1y
    return float(1.0 - (1.0 - pd) ** (days / CALENDAR_DAYS))


def expected_loss_rate(risk: IrbRisk, days: int) -> Rate:
    """PD over the tenor × LGD, as a rate per year of 360 days: interest at it over the tenor is the expected loss.

    Raises:
        Refusal: As `pd_over`.
    """
    lost = exact_part(pd_over(risk.pd_1y, days)) * exact_part(risk.lgd)
    return Rate(lost * Fraction(YEAR_DAYS, days))


def _checked_tenor(days: int) -> None:
    if type(days) is not int or not 1 <= days <= LONGEST_DAYS:
        raise TENOR_NOT_PRICEABLE(days=str(days)[:20], longest=LONGEST_DAYS, where=Where(field="tenor_days"))


def _base(policy: PricePolicy) -> PriceComponent:
    text = policy.base.percent_text(2)
    said = Said(f"What the money itself costs: {text} % a year.", f"资金成本：年利率 {text}%。")
    return PriceComponent(name="base", rate=policy.base, reason=said)


def _expected_loss(request: PriceRequest) -> PriceComponent:
    risk, days = request.risk, request.tenor_days
    over, lgd = percent(pd_over(risk.pd_1y, days), 3), percent(risk.lgd)
    said = Said(
        f"One year's probability of default is {percent(risk.pd_1y, 3)}, over {days} days {over}; {lgd} would be lost.",
        f"一年期违约概率 {percent(risk.pd_1y, 3)}，{days} 天内 {over}；违约损失率 {lgd}。",
    )
    figures = {"pd_1y": str(risk.pd_1y), "lgd": str(risk.lgd), "days": str(days)}
    return PriceComponent(name="expected_loss", rate=expected_loss_rate(risk, days), reason=said, figures=figures)


def _capital(request: PriceRequest, policy: PricePolicy) -> PriceComponent:
    risk = dataclasses.replace(request.risk, maturity_years=request.tenor_days / CALENDAR_DAYS)
    needed = irb_capital(risk)
    held = exact_part(needed.risk_weight, field="risk_weight", highest=20.0) * policy.scaling * policy.capital_ratio
    spread = max(policy.capital_cost.per_year - policy.base.per_year, Fraction(0))
    weight, own, cost = percent(needed.risk_weight), percent(held), Rate(spread).percent_text(2)
    said = Said(
        f"Unexpected losses are carried by own funds: risk weight {weight}, {own} of the loan, at {cost} % a year.",
        f"非预期损失由资本承担：风险权重 {weight}，占贷款 {own}，资本成本年 {cost}%。",
    )
    figures = {"risk_weight": f"{needed.risk_weight:.6f}", "capital": f"{needed.capital:.6f}"}
    return PriceComponent(name="capital", rate=Rate(held * spread), reason=said, figures=figures)


def _operating(policy: PricePolicy) -> PriceComponent:
    text = policy.operating_cost.percent_text(2)
    said = Said(f"Running the platform: {text} % a year.", f"运营成本：年 {text}%。")
    return PriceComponent(name="operating_cost", rate=policy.operating_cost, reason=said)


def _handling(request: PriceRequest, policy: PricePolicy) -> PriceComponent:
    assert policy.handling is not None
    if request.amount is None or request.amount.minor <= 0:
        raise AMOUNT_NEEDED(handling=str(policy.handling), where=Where(field="amount"))
    rate = Rate(policy.handling.ratio_to(request.amount) * Fraction(YEAR_DAYS, request.tenor_days))
    said = Said(
        f"{policy.handling} for handling, spread over {request.amount} and {request.tenor_days} days.",
        f"单笔手续成本 {policy.handling}，按 {request.amount}、{request.tenor_days} 天分摊。",
    )
    return PriceComponent(name="handling", rate=rate, reason=said, figures={"handling": policy.handling.amount})


def _late_payment(expected: Lateness, policy: PricePolicy, days: int) -> PriceComponent:
    """What the money costs while it is out beyond the due day: interest was taken for the tenor only."""
    rate = Rate(policy.base.per_year * expected.days / days)
    share, over = percent(Fraction(expected.late_ppm, 1_000_000), 1), f"{float(expected.days):.1f}"
    said = Said(
        f"Late with {share}, on average {over} days beyond the due day: so long the money costs and earns nothing.",
        f"逾期概率 {share}，平均晚于到期日 {over} 天；此期间资金占用而无收益。",
    )
    figures = {"late_ppm": str(expected.late_ppm), "days_beyond_due": str(expected.days)}
    return PriceComponent(name="late_payment", rate=rate, reason=said, figures=figures)


def _margin(request: PriceRequest, policy: PricePolicy, *, spent: Rate) -> PriceComponent:
    choice = None
    if request.demand is not None:
        lowest = max(policy.lowest, spent)
        choice = best_rate(request.demand, request.segment, cost=spent, lowest=lowest, highest=policy.highest)
    if choice is None:
        text = policy.margin.percent_text(2)
        said = Said(f"Earned beyond all cost: {text} % a year.", f"利润：年 {text}%。")
        return PriceComponent(name="margin", rate=policy.margin, reason=said)
    at, stays = choice.rate.percent_text(2), percent(choice.stays)
    said = Said(
        f"At {at} % a year {stays} of customers like this one stay, and profit is highest.",
        f"利率 {at}% 时，此类客户留存 {stays}，期望利润最高。",
    )
    rate = Rate(choice.rate.per_year - spent.per_year)
    return PriceComponent(name="margin", rate=rate, reason=said, figures={"stays": str(choice.stays)})


def _reward(request: PriceRequest, margin: Rate) -> list[PriceComponent]:
    if request.quality is None:
        return []
    earned = incentive_for(request.quality)
    cut = min(earned.rate_cut.per_year, margin.per_year)
    return [PriceComponent(name="data_reward", rate=Rate(-cut), reason=earned.rate_reason)] if cut > 0 else []


def _bounds(reached: Rate, policy: PricePolicy) -> list[PriceComponent]:
    # Inwards to whole basis points, so that the rounding at the end can't step over a bound.
    lowest, highest = _points(policy.lowest, Rounding.CEILING), _points(policy.highest, Rounding.FLOOR)
    bounded = min(max(reached, lowest), highest)
    if bounded == reached:
        return []
    low, high = policy.lowest.percent_text(2), policy.highest.percent_text(2)
    said = Said(f"No rate below {low} % or above {high} %.", f"利率不低于 {low}%，不高于 {high}%。")
    return [PriceComponent(name="bounds", rate=Rate(bounded.per_year - reached.per_year), reason=said)]


def _rounding(posted: Rate, reached: Rate) -> PriceComponent:
    said = Said("Rounded once, half-up, to a hundredth of a per cent.", "一次性四舍五入至 0.01%。")
    return PriceComponent(name="rounding", rate=Rate(posted.per_year - reached.per_year), reason=said)


def _sum(lines: list[PriceComponent]) -> Rate:
    return Rate(sum((line.rate.per_year for line in lines), Fraction(0)))


def _points(rate: Rate, rounding: Rounding) -> Rate:
    return Rate(Fraction(round_to_int(rate.per_year * 10_000, rounding), 10_000))
