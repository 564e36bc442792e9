"""From statements to facts: what somebody else says counts for a firm, what anybody says counts against it.

A firm's own statement never raises its limit: not its value, not its date, not by standing in for a weaker
independent one. So for what speaks *for* a firm only independent evidence is looked at; for what speaks *against* it
the largest figure of anybody's. More applicant's evidence can therefore only lower a limit or leave it
(`test_evidence_from_the_applicant_alone_never_raises_its_limit`).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.credit.incentives import DataQuality
from openscf.credit.limits.model import BURDENS, Evidence, EvidenceKind, EvidenceOrigin, LimitPolicy, Refuted
from openscf.credit.wording import Said
from openscf.kernel.errors import Where, refusal

STRENGTH: Final = {origin: place for place, origin in enumerate(EvidenceOrigin)}

BAD_EVIDENCE = refusal(
    "bad_evidence",
    en="Evidence on {kind} from {source}: {value} is not a whole number of zero or more.",
    zh="关于 {kind} 的证据（来源 {source}）：{value} 不是非负整数。",
    fix_en="Give amounts in minor units, the history in months.",
    fix_zh="金额请以最小货币单位填写，历史以月数填写。",
    status=400,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFacts:
    """What a limit is computed from; all amounts in minor units of one currency.

    Attributes:
        sales_minor, settled_minor, rest_minor: Confirmed sales of a year; what buyers paid of it; sales to all buyers
            but the largest.
        history_months: Months with confirmed documents.
        debt_minor, disputed_minor: Owed elsewhere; contested sales.
        pd: One year's probability of default, exact (`credit.exact.exact_part`).
        quality: The data-quality score; None for no reward.
        headroom_minor: What product, group and platform still have free; None for no such bound.
    """

    sales_minor: int = 0
    settled_minor: int = 0
    rest_minor: int = 0
    history_months: int = 0
    debt_minor: int = 0
    disputed_minor: int = 0
    pd: Fraction
    quality: DataQuality | None = None
    headroom_minor: int | None = None


def facts_from(
    evidence: Iterable[Evidence],
    pd: Fraction,
    policy: LimitPolicy,
    *,
    on: dt.date,
    quality: DataQuality | None = None,
    headroom_minor: int | None = None,
) -> tuple[LimitFacts, tuple[Refuted, ...]]:
    """Judge the evidence as it stands on a day.

    Of what speaks for the firm the strongest independent origin counts (bank, tax register, counterparty, rater), of
    one origin its newest, of one day the lowest. Of what speaks against it the largest, whoever says it.

    Args:
        evidence: All there is; more of it may arrive later, and the limit is computed anew.
        pd: One year's probability of default.
        policy: Says how old evidence may be.
        on: The day of judgement.
        quality: The data-quality score.
        headroom_minor: What the limits above this one have free.

    Returns:
        The facts, and the evidence that was left aside with its reason.

    Raises:
        Refusal: `bad_evidence`.
    """
    stated = [_checked(one) for one in evidence]
    judged = [(one, _objection(one, policy, on)) for one in stated]
    usable = [one for one, objection in judged if objection is None]
    values = {kind: _value(kind, usable) for kind in EvidenceKind}
    facts = LimitFacts(
        sales_minor=values[EvidenceKind.SALES],
        settled_minor=values[EvidenceKind.SETTLED],
        rest_minor=values[EvidenceKind.REST_OF_BUYERS],
        history_months=values[EvidenceKind.HISTORY],
        debt_minor=values[EvidenceKind.DEBT],
        disputed_minor=values[EvidenceKind.DISPUTED],
        pd=pd,
        quality=quality,
        headroom_minor=headroom_minor,
    )
    return facts, tuple(Refuted(evidence=one, reason=said) for one, said in judged if said is not None)


def _checked(one: Evidence) -> Evidence:
    if type(one.value) is not int or one.value < 0:
        raise BAD_EVIDENCE(
            kind=one.kind.value, source=one.source[:40], value=str(one.value)[:30], where=Where(field=one.kind.value)
        )
    return one


def _objection(one: Evidence, policy: LimitPolicy, on: dt.date) -> Said | None:
    if one.as_of > on:
        return Said(f"It speaks of {one.as_of}, which is to come.", f"所述日期 {one.as_of} 尚未到来。")
    if one.kind in BURDENS:
        return None
    if not one.independent:
        return Said(
            "Only the firm itself or its own group says so; nobody else has confirmed it.",
            "仅由企业自身或其关联方提供，未经他方佐证。",
        )
    if on - one.as_of > dt.timedelta(days=policy.fresh_days):
        return Said(f"It is older than {policy.fresh_days} days.", f"已超过 {policy.fresh_days} 天。")
    return None


def _value(kind: EvidenceKind, usable: list[Evidence]) -> int:
    of_kind = [one for one in usable if one.kind is kind]
    if kind in BURDENS:
        return max((one.value for one in of_kind), default=0)
    strongest = min(of_kind, key=lambda one: (STRENGTH[one.origin], -one.as_of.toordinal(), one.value), default=None)
    return 0 if strongest is None else strongest.value
