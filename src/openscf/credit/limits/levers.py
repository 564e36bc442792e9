"""What would raise a limit: for each lever the smallest change of it alone that lifts the limit by at least one step.

The limit is monotone in every fact, so the smallest change is found by halving, exactly, on whole numbers; a lever that
does not help even at its best (because something else holds the limit down) is not named. That is a counterfactual
explanation: "with 120,000 more of confirmed sales you would have 20,000 more", not a list of weights.
"""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf.credit.exact import percent
from openscf.credit.incentives import BEST_SCORE, DataQuality
from openscf.credit.limits.evidence import LimitFacts
from openscf.credit.limits.model import Limit, LimitPolicy
from openscf.credit.limits.rules import limit_of
from openscf.credit.wording import Said
from openscf.kernel.money import Money, currency

PD_STEP: Final = Fraction(1, 10_000)  # a hundredth of a per cent
_BETTER: Final = Said("Better data", "提升数据质量")
_DOING: Final = {
    "completeness": Said(
        "Have documents name their day, parties, currency and amounts", "补全单据的日期、双方、币种与金额"
    ),
    "timeliness": Said("Have documents delivered within {days} days of their issue", "单据在开具后 {days} 天内送达"),
    "consistency": Said(
        "Send documents whose amounts add up and on which no reader finds anything odd", "确保单据金额相符、无异常标记"
    ),
    "agreement": Said(
        "Have your buyers deliver goods receipts and their own copies, and pay through the bank",
        "请买方提供收货单与其留存单据，并经银行付款",
    ),
}
MOST_TIMES: Final = 10  # nobody multiplies his sales by more from one year to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChange:
    """One change that lifts the limit.

    Attributes:
        lever: Stable: `sales`, `settled`, `rest_of_buyers`, `history`, `debt`, `disputed`, `pd`; `quality`, or where it
            is known what costs the points `quality_completeness`, `quality_timeliness`, `quality_consistency` and
            `quality_agreement`.
        by: How much of it: minor units, months, points, or ten-thousandths of PD.
        limit: What the limit would then be.
        said: The sentence.
    """

    lever: str
    by: int
    limit: Money
    said: Said

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"lever": self.lever, "by": self.by, "limit": self.limit.as_json(), "said": self.said.as_record()}


@dataclass(frozen=True, slots=True)
class _Lever:
    name: str
    most: int
    pulled: Callable[[int], LimitFacts]
    said: Callable[[int], Said]


def what_would_raise(facts: LimitFacts, policy: LimitPolicy) -> tuple[LimitChange, ...]:
    """The smallest single changes that lift the limit, the largest gain first; empty if no single one does.

    Each raises one fact and leaves all others: the change is smallest, since one unit less leaves the limit as it is.
    What only the firm itself says would not do it: more of something means more of it *confirmed by others*.
    """
    now = limit_of(facts, policy)
    found = [change for lever in _levers(facts, policy) if (change := _smallest(lever, now, policy)) is not None]
    return tuple(sorted(found, key=lambda change: (-change.limit.minor, change.lever)))


def _smallest(lever: _Lever, now: Limit, policy: LimitPolicy) -> LimitChange | None:
    def lifted(by: int) -> bool:
        return limit_of(lever.pulled(by), policy).amount > now.amount

    if lever.most <= 0 or not lifted(lever.most):
        return None
    low, high = 0, lever.most  # not lifted at low, lifted at high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if lifted(middle) else (middle, high)
    then = limit_of(lever.pulled(high), policy).amount
    said = lever.said(high)
    sentence = Said(f"{said.en}: the limit becomes {then}.", f"{said.zh}，额度可升至 {then}。")
    return LimitChange(lever=lever.name, by=high, limit=then, said=sentence)


def _levers(facts: LimitFacts, policy: LimitPolicy) -> Iterator[_Lever]:
    code = policy.step.currency.code
    yield from _more(facts, policy)
    yield from _less(facts, code)
    yield _history(facts, policy)
    yield _pd(facts)
    if facts.quality is not None:
        yield from _qualities(facts, facts.quality)


def _more(facts: LimitFacts, policy: LimitPolicy) -> Iterator[_Lever]:
    most = MOST_TIMES * max(facts.sales_minor, policy.highest.minor)
    rows = (
        ("sales", "sales_minor", "more confirmed sales", "经税务或买方佐证的销售额增加"),
        ("settled", "settled_minor", "more paid by buyers into a bank account", "买方经银行账户付款增加"),
        ("rest_of_buyers", "rest_minor", "more confirmed sales to other buyers", "对其他买方的佐证销售增加"),
    )  # fmt: skip
    for name, field, en, zh in rows:
        yield _amount(facts, policy.step.currency.code, name=name, field=field, most=most, sign=1, said=Said(en, zh))


def _less(facts: LimitFacts, code: str) -> Iterator[_Lever]:
    rows = (
        ("debt", "debt_minor", "less owed elsewhere", "他处负债减少"),
        ("disputed", "disputed_minor", "less contested by buyers", "买方争议金额减少"),
    )
    for name, field, en, zh in rows:
        yield _amount(facts, code, name=name, field=field, most=getattr(facts, field), sign=-1, said=Said(en, zh))


def _amount(facts: LimitFacts, code: str, *, name: str, field: str, most: int, sign: int, said: Said) -> _Lever:
    def pulled(by: int) -> LimitFacts:
        return dataclasses.replace(facts, **{field: getattr(facts, field) + sign * by})

    def sentence(by: int) -> Said:
        money = Money(by, currency(code))
        return Said(f"{money} {said.en}", f"{said.zh} {money}")

    return _Lever(name, most, pulled, sentence)


def _history(facts: LimitFacts, policy: LimitPolicy) -> _Lever:
    def pulled(by: int) -> LimitFacts:
        return dataclasses.replace(facts, history_months=facts.history_months + by)

    def said(by: int) -> Said:
        return Said(f"{by} more months of confirmed documents", f"经佐证的单据历史再积累 {by} 个月")

    return _Lever("history", policy.full_history_months - facts.history_months, pulled, said)


def _pd(facts: LimitFacts) -> _Lever:
    def lowered(by: int) -> Fraction:
        return max(facts.pd - by * PD_STEP, Fraction(0))

    def pulled(by: int) -> LimitFacts:
        return dataclasses.replace(facts, pd=lowered(by))

    def said(by: int) -> Said:
        before, after = percent(facts.pd), percent(lowered(by))
        return Said(
            f"A probability of default of {after} instead of {before}, by paying on time and a better rating",
            f"按时付款、改善评级，使违约概率由 {before} 降至 {after}",
        )

    return _Lever("pd", -(-facts.pd // PD_STEP), pulled, said)


def _qualities(facts: LimitFacts, quality: DataQuality) -> Iterator[_Lever]:
    if not quality.lost:
        yield _quality(facts, quality, "quality", most=BEST_SCORE - quality.confirmed_points, do=_BETTER)
    for dimension, lost in quality.lost:
        yield _quality(facts, quality, f"quality_{dimension}", most=lost, do=_doing(dimension))


def _doing(dimension: str) -> Said:
    from openscf.network import PROMPT_DAYS  # noqa: PLC0415 - its graphs load scipy, and a score needs none

    said = _DOING[dimension]
    return Said(said.en.format(days=PROMPT_DAYS), said.zh.format(days=PROMPT_DAYS))


def _quality(facts: LimitFacts, quality: DataQuality, name: str, *, most: int, do: Said) -> _Lever:
    def better(by: int) -> DataQuality:
        confirmed = quality.confirmed_points + by
        return DataQuality(max(quality.points, confirmed), confirmed)

    def pulled(by: int) -> LimitFacts:
        return dataclasses.replace(facts, quality=better(by))

    def said(by: int) -> Said:
        before, after = quality.confirmed_points, quality.confirmed_points + by
        return Said(
            f"{do.en}, so that data quality on what others confirm is {after} instead of {before}",
            f"{do.zh}，使经他方佐证的数据质量分由 {before} 提升至 {after}",
        )

    return _Lever(name, most, pulled, said)
