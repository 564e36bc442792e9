"""Limits that follow what the platform assesses: lowered at once, raised only as far as two persons allowed beforehand.

A funder says by rule which part of an assessed limit its own limit for a firm is. A fall of the assessment lowers that
limit in the same transaction. A rise moves nothing beyond `raise_up_to`: somebody of the funder asks for it, and a
second person approves it like any other limit.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf import parties
from openscf.db import UnitOfWork
from openscf.financing.limits.model import LimitKind, NewLimit
from openscf.financing.limits.service import request_limit, same_limit, set_limit
from openscf.financing.store import limit_rules as store
from openscf.kernel.errors import Where, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, Rounding, parse_money
from openscf.parties import ApprovalKind, ApprovalRequest, ApprovalRequestId

LIMIT_RULE: Final = "limit_rule"

BAD_LIMIT_RULE = refusal(
    "bad_limit_rule",
    en="{field}: {value} can't be part of a rule for limits.",
    zh="{field}：{value} 不能作为额度规则的内容。",
    fix_en="The part lies above 0 and is at most 1; the amount is zero or more.",
    fix_zh="比例须大于 0 且不超过 1，金额不得为负。",
    status=400,
)
NOTHING_TO_RAISE = refusal(
    "nothing_to_raise",
    en="The limit of {owner} for {party} is {now} and the assessment allows {allowed}: there is nothing to raise.",
    zh="{owner} 对 {party} 的额度为 {now}，评估允许 {allowed}，无可提高。",
    fix_en="Wait for better evidence, or set another limit by hand.",
    fix_zh="请等待更充分的证据，或人工另行核定额度。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRule:
    """A funder's rule.

    Attributes:
        part: Which part of an assessed limit its own limit for the firm is, above 0, at most 1.
        raise_up_to: Up to this amount a limit is raised, or set for the first time, without another person; zero: every
            rise is asked for.
        role: In which role the firm stands in these limits; empty: in any.

    Raises:
        Refusal: `bad_limit_rule`.
    """

    part: Fraction
    raise_up_to: Money
    role: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.part <= 1:
            raise BAD_LIMIT_RULE(field="part", value=str(self.part)[:20], where=Where(field="part"))
        if self.raise_up_to.minor < 0:
            raise BAD_LIMIT_RULE(field="raise_up_to", value=str(self.raise_up_to), where=Where(field="raise_up_to"))

    def allowed(self, assessed: Money) -> Money:
        """What an assessed limit allows under this rule, rounded down."""
        return assessed.times(self.part, Rounding.DOWN)

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"part": str(self.part), "raise_up_to": self.raise_up_to.as_json(), "role": self.role}


@dataclass(frozen=True, slots=True)
class Followed:
    """What following an assessment did to one limit: its amount before (None: there was none) and after."""

    owner: PartyId
    party: PartyId
    before: Money | None
    after: Money


def request_limit_rule(work: UnitOfWork, owner: PartyId, rule: LimitRule) -> ApprovalRequest:
    """A person of a funder asks that its limits follow by rule; the rule stands once a second one has approved it.

    Raises:
        Refusal: What `parties.request_approval` refuses.
    """
    return parties.request_approval(work, LIMIT_RULE, owner, payload=rule.as_record())


def limit_rules(work: UnitOfWork) -> dict[PartyId, LimitRule]:
    """The rule of every funder that has one."""
    return {owner: rule_from(record) for owner, record in store.newest(work).items()}


def follow_assessment(
    work: UnitOfWork, owner: PartyId, rule: LimitRule, *, party: PartyId, assessed: Money
) -> Followed | None:
    """Bring a funder's limit for a firm to what the assessment allows, as far as its rule goes; None if nothing moved.

    Args:
        work: The transaction.
        owner: The funder.
        rule: Its rule, which two of its persons approved.
        party: The firm.
        assessed: The assessed limit.
    """
    if rule.raise_up_to.currency != assessed.currency:
        return None
    node = same_limit(work, _limit(owner, rule, party, amount=assessed, until=None))
    now, allowed = Money.zero(assessed.currency) if node is None else node.amount, rule.allowed(assessed)
    wanted = allowed if allowed < now else max(now, min(allowed, rule.raise_up_to))
    if wanted == now:
        return None
    set_limit(work, _limit(owner, rule, party, amount=wanted, until=None if node is None else node.valid_until))
    facts = {"owner": owner, "before": None if node is None else node.amount, "after": wanted, "assessed": assessed}
    work.audit("financing.follow_assessment", str(party), facts)
    return Followed(owner, party, None if node is None else node.amount, wanted)


def request_rise(work: UnitOfWork, owner: PartyId, party: PartyId, *, assessed: Money) -> ApprovalRequest:
    """A person of a funder asks that its limit for a firm be raised to what the assessment allows; four eyes decide.

    Raises:
        Refusal: `nothing_to_raise`, or what `request_limit` refuses.
    """
    rule = limit_rules(work).get(owner) or LimitRule(part=Fraction(1), raise_up_to=Money.zero(assessed.currency))
    node = same_limit(work, _limit(owner, rule, party, amount=assessed, until=None))
    now, allowed = Money.zero(assessed.currency) if node is None else node.amount, rule.allowed(assessed)
    if allowed <= now:
        raise NOTHING_TO_RAISE(owner=str(owner), party=str(party), now=str(now), allowed=str(allowed))
    until = None if node is None else node.valid_until
    return request_limit(work, _limit(owner, rule, party, amount=allowed, until=until))


def rule_from(record: Mapping[str, Any]) -> LimitRule:
    """The rule in an approved payload."""
    return LimitRule(
        part=Fraction(record["part"]), raise_up_to=parse_money(record["raise_up_to"]), role=str(record["role"])
    )


def _limit(owner: PartyId, rule: LimitRule, party: PartyId, *, amount: Money, until: dt.date | None) -> NewLimit:
    return NewLimit(
        kind=LimitKind.COUNTERPARTY, owner=owner, party=party, role=rule.role, amount=amount, valid_until=until
    )


def _approved(work: UnitOfWork, request: ApprovalRequest) -> None:
    rule = rule_from(request.payload)
    number = store.insert(work, request.party, rule.as_record(), request=ApprovalRequestId.of(request.id))
    facts = {"owner": request.party, "number": number, "rule": rule.as_record()}
    work.audit("financing.set_limit_rule", str(request.party), facts)


parties.KINDS.add(ApprovalKind(name=LIMIT_RULE, effect=_approved, editable=False), origin=__name__)
