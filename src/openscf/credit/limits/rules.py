"""The limit: the least of several shares of what is confirmed, scaled by risk and history, raised a little by data.

    share of sales, of settled sales, of the sales beyond the largest buyer
      × risk (1 up to the best PD, falling to 0 at the worst)
      × history (months ÷ full months, at most 1)
      × data reward (1 to 1.2, on confirmed documents only)
    the least of them, of the highest limit and of the headroom above − debts owed elsewhere
      rounded down to a step; below the lowest limit: nothing

Every factor is an exact fraction and the one rounding is downwards, so the limit is monotone in every fact.
"""

from collections.abc import Iterator
from fractions import Fraction

from openscf.credit.exact import percent
from openscf.credit.incentives import incentive_for
from openscf.credit.limits.evidence import LimitFacts
from openscf.credit.limits.model import Limit, LimitBound, LimitPolicy
from openscf.credit.wording import Said
from openscf.kernel.money import Money, Rounding


def limit_of(facts: LimitFacts, policy: LimitPolicy) -> Limit:
    """The limit that follows from the facts, with what holds it down and the reasons."""
    factor = risk_factor(facts.pd, policy) * history_factor(facts.history_months, policy) * _reward(facts)
    bounds = (*_shares(facts, policy, factor), *_ceilings(facts, policy))
    least = min(bounds, key=lambda bound: bound.at_most.minor)
    free = least.at_most.minor - facts.debt_minor
    steps = max(free, 0) // policy.step.minor
    amount = Money(steps * policy.step.minor, policy.step.currency)
    if amount < policy.lowest:
        amount = Money.zero(policy.step.currency)
    binding = _binding(facts, policy, least, amount=amount)
    return Limit(
        amount=amount, binding=binding, bounds=bounds, reasons=tuple(_reasons(facts, policy, least, amount=amount))
    )


def risk_factor(pd: Fraction, policy: LimitPolicy) -> Fraction:
    """1 up to the policy's best PD, 0 from its worst on, in a straight line between."""
    reached = (policy.worst_pd - pd) / (policy.worst_pd - policy.best_pd)
    return min(max(reached, Fraction(0)), Fraction(1))


def history_factor(months: int, policy: LimitPolicy) -> Fraction:
    """Months of confirmed history as a part of the full history, at most 1."""
    return min(Fraction(months, policy.full_history_months), Fraction(1))


def _reward(facts: LimitFacts) -> Fraction:
    return Fraction(1) if facts.quality is None else incentive_for(facts.quality).limit_factor


def _shares(facts: LimitFacts, policy: LimitPolicy, factor: Fraction) -> Iterator[LimitBound]:
    sales = max(facts.sales_minor - facts.disputed_minor, 0)
    rows = (
        ("sales", sales, policy.of_sales, "a year's confirmed sales", "近一年经佐证的销售额"),
        ("settled", facts.settled_minor, policy.of_settled, "what buyers paid in a year", "近一年买方实际付款"),
        ("rest_of_buyers", facts.rest_minor, policy.of_rest, "sales beyond the largest buyer", "最大买方之外的销售额"),
    )
    for name, minor, share, en, zh in rows:
        base = Money(minor, policy.step.currency)
        at_most = base.times(share * factor, Rounding.DOWN)
        part = percent(share, 0)
        said = Said(
            f"{part} of {en} ({base}), × {percent(factor, 1)} for risk, history and data: at most {at_most}.",
            f"{zh}（{base}）的 {part}，再乘以风险、历史与数据系数 {percent(factor, 1)}：不超过 {at_most}。",
        )
        yield LimitBound(name=name, at_most=at_most, reason=said)


def _ceilings(facts: LimitFacts, policy: LimitPolicy) -> Iterator[LimitBound]:
    said = Said(f"No firm gets more than {policy.highest}.", f"单户最高额度 {policy.highest}。")
    # Debts are taken off afterwards; a cap on what is owed here does not shrink with what is owed elsewhere.
    yield LimitBound(name="highest", at_most=_with_debt(policy.highest, facts), reason=said)
    if facts.headroom_minor is not None:
        free = Money(max(facts.headroom_minor, 0), policy.step.currency)
        said = Said(f"The limits above this one have {free} free.", f"上级额度尚余 {free}。")
        yield LimitBound(name="headroom", at_most=_with_debt(free, facts), reason=said)


def _with_debt(money: Money, facts: LimitFacts) -> Money:
    return money + Money(facts.debt_minor, money.currency)


def _binding(facts: LimitFacts, policy: LimitPolicy, least: LimitBound, *, amount: Money) -> str:
    if facts.pd >= policy.worst_pd:
        return "risk"
    if facts.history_months == 0:
        return "history"
    if amount:
        return least.name
    return "debt" if least.at_most >= policy.lowest and facts.debt_minor else "lowest"


def _reasons(facts: LimitFacts, policy: LimitPolicy, least: LimitBound, *, amount: Money) -> Iterator[Said]:
    risk, history = risk_factor(facts.pd, policy), history_factor(facts.history_months, policy)
    yield Said(
        f"A probability of default of {percent(facts.pd)} counts {percent(risk, 1)} (nothing from"
        f" {percent(policy.worst_pd)} on).",
        f"违约概率 {percent(facts.pd)}，风险系数 {percent(risk, 1)}（达到 {percent(policy.worst_pd)} 不予授信）。",
    )
    yield Said(
        f"{facts.history_months} months of confirmed documents count {percent(history, 1)}.",
        f"经佐证的单据历史 {facts.history_months} 个月，历史系数 {percent(history, 1)}。",
    )
    if facts.quality is not None:
        yield incentive_for(facts.quality).limit_reason
    yield least.reason
    if facts.debt_minor:
        debt = Money(facts.debt_minor, amount.currency)
        yield Said(f"{debt} is owed elsewhere and taken off.", f"扣除他处负债 {debt}。")
    if not amount:
        yield Said(f"A limit below {policy.lowest} is not given.", f"低于 {policy.lowest} 的额度不予授予。")
