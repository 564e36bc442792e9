"""What a core enterprise's credit, passed on, is worth to a firm: in PD, in price and on the limit.

For each buyer whose own credit is known, two views of it:

* *elements*: what its word, the depth of the relation and the nearness of the tier are worth as things stand, each
beside the same relation without it;
* *levels*: what a claim comes to under each form of its word, from its data alone to an irrevocable undertaking. That
is what the firm can ask its buyer for.

The limit is told as it would be if the firm's claims on this buyer were all that is lent on; the assessed limit itself
rests on the firm's own PD and does not move (ADR 0088).
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf.credit.anchors import AnchorLink, Confirmation, effective_pd, link_weight
from openscf.credit.evaluations.model import AnchorKnown
from openscf.credit.exact import BILLION, parts_per_billion, percent
from openscf.credit.limits.evidence import LimitFacts
from openscf.credit.limits.inputs import terms_of
from openscf.credit.limits.model import LimitPolicy
from openscf.credit.limits.rules import limit_of
from openscf.credit.wording import Said
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate

POINT: Final = Fraction(1, 10_000)
WORDS: Final = {
    Confirmation.NONE: Said("nothing", "未作确认"),
    Confirmation.DATA: Said("its own data", "由其系统提供数据"),
    Confirmation.CONFIRMED: Said("its confirmation of the claim", "确认应付账款（确权）"),
    Confirmation.IRREVOCABLE: Said("its irrevocable undertaking to pay", "无条件付款承诺"),
}


@dataclass(frozen=True, slots=True)
class _Judging:
    """What a PD comes to for the firm: its posted price and its limit."""

    own_ppb: int
    rate_of: Callable[[int], Rate]
    facts: LimitFacts
    policy: LimitPolicy

    def limit(self, pd_ppb: int) -> Money:
        facts = dataclasses.replace(self.facts, pd=Fraction(pd_ppb, BILLION))
        return limit_of(facts, self.policy).amount

    def saved_bps(self, worse_ppb: int, better_ppb: int) -> int:
        """Posted rates are whole basis points, so is their difference."""
        difference = self.rate_of(worse_ppb).per_year - self.rate_of(better_ppb).per_year
        return max(int(difference / POINT), 0)


def anchor_record(one: AnchorKnown) -> dict[str, Any]:
    """A buyer and the relation to it, JSON-ready with exact numbers; how late it pays where that is known."""
    late = {} if one.late_ppm is None else {"late_ppm": one.late_ppm, "late_days": one.late_days}
    return {
        "party": str(one.party), "name": one.name, "pd_ppb": one.pd_ppb, "confirmation": one.confirmation.name.lower(),
        "tenure_months": one.tenure_months, "share": str(one.share), "settled_minor": one.settled_minor,
        "tier": one.tier, **late,
    }  # fmt: skip


def anchor_known(record: Mapping[str, Any]) -> AnchorKnown:
    """What `anchor_record` wrote down."""
    said = dict(record)
    return AnchorKnown(
        party=PartyId.parse(said.pop("party")), confirmation=Confirmation[said.pop("confirmation").upper()],
        share=Fraction(said.pop("share")), **said,
    )  # fmt: skip


def link_of(known: AnchorKnown, financed: Money, *, confirmation: Confirmation | None = None) -> AnchorLink:
    """The relation as `anchors` weighs it, for an amount, under this form of the anchor's word or under today's."""
    return AnchorLink(
        confirmation=known.confirmation if confirmation is None else confirmation,
        tenure_months=known.tenure_months, share=min(known.share, Fraction(1)),
        settled=Money(known.settled_minor, financed.currency), financed=financed, tier=known.tier,
    )  # fmt: skip


def effective_ppb(own_ppb: int, known: AnchorKnown, link: AnchorLink) -> int:
    """The PD that a claim on this anchor is judged by, in parts per billion."""
    return parts_per_billion(effective_pd(own_ppb / BILLION, known.pd_ppb / BILLION, link))


def passed_records(
    anchors: Sequence[Mapping[str, Any]], own_ppb: int | None, *, limit: Mapping[str, Any],
    rate_of: Callable[[int], Rate],
) -> list[dict[str, Any]]:  # fmt: skip
    """What each anchor is worth, JSON-ready, without floats; nothing for a firm of whose own risk nobody knows.

    Args:
        anchors: As `anchor_record` wrote them.
        own_ppb: The firm's own combined PD, parts per billion.
        limit: Inputs of its limit's assessment.
        rate_of: The posted rate of an ordinary loan at a PD.

    Raises:
        ValueError: The limit was assessed under other rules.
    """
    if own_ppb is None or not anchors:
        return []
    facts, policy, _ = terms_of(limit)
    judging = _Judging(own_ppb, rate_of, facts, policy)
    financed = max(judging.limit(own_ppb), policy.lowest, policy.step)
    return [_passed(anchor_known(one), judging, financed) for one in anchors]


def _passed(known: AnchorKnown, judging: _Judging, financed: Money) -> dict[str, Any]:
    now = link_of(known, financed)
    pd = effective_ppb(judging.own_ppb, known, now)
    weaker = dataclasses.replace(now, confirmation=Confirmation(max(now.confirmation - 1, 0)))
    stranger = dataclasses.replace(now, tenure_months=0, share=Fraction(0), settled=Money.zero(financed.currency))
    without = {"confirmation": weaker, "depth": stranger, "tier": dataclasses.replace(now, tier=now.tier + 1)}
    pds = {name: effective_ppb(judging.own_ppb, known, link) for name, link in without.items()}
    elements = [_element(name, known, judging, without=other, pd=pd) for name, other in pds.items()]
    elements.append(_element("anchor", known, judging, without=judging.own_ppb, pd=pd))
    levels = [
        _level(level, known, judging, link=link_of(known, financed, confirmation=level))
        for level in Confirmation
        if level is not Confirmation.NONE
    ]
    return {
        "party": str(known.party), "name": known.name, "confirmation": known.confirmation.name.lower(),
        "tenure_months": known.tenure_months, "tier": known.tier, "weight": str(link_weight(now)),
        "pd_without_ppb": judging.own_ppb, "pd_with_ppb": pd, "said": _relation(known).as_record(),
        "elements": elements, "levels": levels,
    }  # fmt: skip


def _element(name: str, known: AnchorKnown, judging: _Judging, *, without: int, pd: int) -> dict[str, Any]:
    bps = judging.saved_bps(without, pd)
    gain = max(judging.limit(pd) - judging.limit(without), Money.zero(judging.policy.step.currency))
    return {
        "element": name, "pd_saved_ppb": max(without - pd, 0), "saved_bps": bps, "limit_gain": gain.as_json(),
        "said": _worth(name, known, bps=bps, gain=gain).as_record(),
    }  # fmt: skip


def _level(level: Confirmation, known: AnchorKnown, judging: _Judging, *, link: AnchorLink) -> dict[str, Any]:
    pd = effective_ppb(judging.own_ppb, known, link)
    bps, limit = judging.saved_bps(judging.own_ppb, pd), judging.limit(pd)
    gain = max(limit - judging.limit(judging.own_ppb), Money.zero(limit.currency))
    word = WORDS[level]
    said = Said(
        f"With {word.en}: {bps} basis points less than on the firm's own credit, {gain} more of a limit.",
        f"{word.zh}：较凭自身信用低 {bps} 个基点，额度可增加 {gain}。",
    )
    return {
        "confirmation": level.name.lower(), "pd_ppb": pd, "saved_bps": bps, "limit_gain": gain.as_json(),
        "said": said.as_record(),
    }  # fmt: skip


def _relation(known: AnchorKnown) -> Said:
    word, share = WORDS[known.confirmation], percent(known.share, 0)
    return Said(
        f"{known.name} buys {share} of the sales, for {known.tenure_months} months, at tier {known.tier}; of most"
        f" claims there is {word.en}.",
        f"{known.name} 占销售额 {share}，合作 {known.tenure_months} 个月，第 {known.tier} 层；多数账款：{word.zh}。",
    )


def _worth(name: str, known: AnchorKnown, *, bps: int, gain: Money) -> Said:
    names = {
        "confirmation": ("What it says of the claims, beside the next weaker form", "确认方式（与较弱一级相比）"),
        "depth": ("Time, share and volume of the relation", "合作年限、占比与结算量"),
        "tier": ("Being one link nearer", "距核心企业近一层"),
        "anchor": (f"The credit of {known.name} altogether", f"{known.name} 信用合计"),
    }  # fmt: skip
    en, zh = names[name]
    return Said(
        f"{en}: {bps} basis points off the price, {gain} more of a limit.",
        f"{zh}：价格低 {bps} 个基点，额度可增 {gain}。",
    )
