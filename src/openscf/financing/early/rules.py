"""Pure rules of a buyer's budget for early payment."""

import datetime as dt
from collections.abc import Sequence

from openscf.financing.early.model import Commitment, EarlyPayRule, EarlyPayUse
from openscf.kernel.errors import refusal
from openscf.kernel.money import Currency, Money, total

NOT_EARLY_PAY = refusal(
    "not_an_early_pay_programme",
    en="{programme} is no programme in which a buyer pays early from its own cash.",
    zh="{programme} 不是买方以自有资金提前付款的项目。",
    fix_en="Choose a programme of dynamic discounting.",
    fix_zh="请选择动态折扣项目。",
    status=409,
)
EARLY_PAY_RULE = refusal(
    "early_pay_rule",
    en="{what} can't be {amount}: an amount is more than nothing, in the programme's currency, and no day has more "
    "than the whole.",
    zh="{what_zh} 不能为 {amount}：金额须大于零、与项目币种一致，且单日限额不超过资金总额。",
    fix_en="Correct the amounts.",
    fix_zh="请更正金额。",
    status=400,
)
EARLY_PAY_NOT_OFFERED = refusal(
    "early_pay_not_offered",
    en="The buyer offers early payment under {programme} to other suppliers only.",
    zh="买方未向贵企业开放项目 {programme} 的提前付款。",
    fix_en="Ask the buyer to admit your enterprise, or choose another source of money.",
    fix_zh="请联系买方开通，或选择其他资金来源。",
    status=409,
)
EARLY_PAY_BUDGET_USED = refusal(
    "early_pay_budget_used",
    en="The buyer's budget for early payment has no room for {cash}.",
    zh="买方的提前付款资金额度不足以支付 {cash}。",
    fix_en="Try again when other early payments have fallen due, or choose another source of money.",
    fix_zh="请待其他提前付款到期后再试，或选择其他资金来源。",
    status=409,
)
EARLY_PAY_DAY_FULL = refusal(
    "early_pay_day_full",
    en="On {pay_on} the buyer's limit for early payments of one day has no room for {cash}.",
    zh="买方 {pay_on} 的单日提前付款限额不足以支付 {cash}。",
    fix_en="Choose another day of payment.",
    fix_zh="请选择其他付款日。",
    status=409,
)


def check_rule(rule: EarlyPayRule, money: Currency) -> None:
    """Whether a rule can stand in a programme of this currency.

    Raises:
        Refusal: `early_pay_rule`.
    """
    amounts = (("The budget", "资金总额", rule.budget), ("The limit of a day", "单日限额", rule.daily))
    for what, what_zh, amount in amounts:
        if amount is not None and (amount.minor <= 0 or amount.currency != money):
            raise EARLY_PAY_RULE(what=what, what_zh=what_zh, amount=amount.grouped)
    if rule.budget is not None and rule.daily is not None and rule.daily > rule.budget:
        raise EARLY_PAY_RULE(what="The limit of a day", what_zh="单日限额", amount=rule.daily.grouped)


def is_offered_to(rule: EarlyPayRule | None, supplier: str) -> bool:
    """Whether a supplier may take part."""
    return rule is None or not rule.suppliers or supplier in rule.suppliers


def use_of(rule: EarlyPayRule | None, known: Sequence[Commitment], *, on: dt.date, money: Currency) -> EarlyPayUse:
    """What is used of a rule on a day.

    Args:
        rule: The rule, if there is one.
        known: What was agreed to or paid under the programme.
        on: The day; what is due by then is out no longer.
        money: Of the programme.
    """
    out = [one for one in known if one.due_on > on]
    days = sorted({one.pay_on for one in known if one.pay_on >= on})
    by_day = {day: total((one.cash for one in known if one.pay_on == day), money) for day in days}
    return EarlyPayUse(rule=rule, out=total((one.cash for one in out), money), by_day=by_day)


def check_room(use: EarlyPayUse, new: Commitment) -> None:
    """Whether there is room for one more early payment; equal to what is left fits.

    Raises:
        Refusal: `early_pay_budget_used`, `early_pay_day_full`. Neither says what is left: that is the buyer's business.
    """
    rule, cash = use.rule, new.cash
    if rule is None:
        return
    if rule.budget is not None and use.out + cash > rule.budget:
        raise EARLY_PAY_BUDGET_USED(cash=cash.grouped)
    that_day = use.by_day.get(new.pay_on, Money.zero(cash.currency))
    if rule.daily is not None and that_day + cash > rule.daily:
        raise EARLY_PAY_DAY_FULL(pay_on=new.pay_on.isoformat(), cash=cash.grouped)
