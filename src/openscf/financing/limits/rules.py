"""Pure rules of limits: which nodes an exposure touches, and the transfers that move headroom."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openscf.financing.limits.model import Exposure, LimitKind, LimitNode, LimitUse
from openscf.kernel.errors import refusal
from openscf.kernel.ids import AccountId, TransferId
from openscf.kernel.ports import IdSource
from openscf.ledger import Account, Maker, Transfer

KINDS_ZH: Final = {
    LimitKind.PLATFORM: "平台总", LimitKind.FUNDER: "资金方", LimitKind.GROUP: "集团",
    LimitKind.COUNTERPARTY: "交易对手", LimitKind.PRODUCT: "产品", LimitKind.CONTRACT: "合同",
}  # fmt: skip
LIMIT_EXCEEDED = refusal(
    "limit_exceeded",
    en="The {kind} limit of {name} has {available} left; {asked} is needed.",
    zh="{name} 的{kind_zh}额度仅余 {available}，需要 {asked}。",
    fix_en="Ask for less, wait for repayments, or have the limit raised.",
    fix_zh="请减少金额、等待还款释放额度，或申请提高额度。",
    status=409,
)
NO_LIMIT = refusal(
    "no_limit",
    en="No limit has been set for {party} as {role}: nothing can be financed on it.",
    zh="尚未为 {party}（{role}）核定额度，不能融资。",
    fix_en="Ask the funder to set a limit.",
    fix_zh="请资金方先核定额度。",
    status=409,
)
LIMIT_EXPIRED = refusal(
    "limit_expired",
    en="The {kind} limit {limit} could be drawn on until {until}.",
    zh="{kind_zh}额度 {limit} 的可用期已于 {until} 届满。",
    fix_en="Ask the funder to renew it.",
    fix_zh="请资金方续期。",
    status=409,
)
LIMIT_NOT_FOUND = refusal(
    "limit_not_found",
    en="There is no limit {limit}, or you may not see it.",
    zh="额度 {limit} 不存在，或您无权查看。",
    status=404,
)


LIMIT_NOT_YOURS = refusal(
    "limit_not_yours",
    en="{party} can't set a {kind} limit of {owner}: only its owner can, and the platform's own only the operator.",
    zh="{party} 无权设定 {owner} 的{kind_zh}额度：额度由其所有者设定，平台总额度仅由运营方设定。",
    fix_en="Let the owner of the limit ask for it.",
    fix_zh="请由额度所有者提出申请。",
    status=403,
)


def named(kind: LimitKind) -> dict[str, Any]:
    """A level of the tree in the words of refusals, in both languages."""
    return {"kind": kind.value, "kind_zh": KINDS_ZH[kind]}


def touches(node: LimitNode, exposure: Exposure) -> bool:
    """Whether a node bounds an exposure."""
    if node.amount.currency != exposure.amount.currency:
        return False
    if node.kind is LimitKind.PLATFORM:
        return True
    return node.owner == exposure.funder and _names(node, exposure)


def _names(node: LimitNode, exposure: Exposure) -> bool:
    if node.kind is LimitKind.FUNDER:
        return True
    if node.kind is LimitKind.CONTRACT:
        return node.programme == exposure.programme
    if node.kind is LimitKind.PRODUCT and node.party is None:
        return node.product == exposure.product
    parties = [party for role, party in exposure.parties.items() if node.role in ("", role)]
    if node.kind is LimitKind.GROUP:
        return node.party in {exposure.groups.get(party, party) for party in parties}
    return node.party in parties and node.product in (None, exposure.product)


def check_covered(nodes: Sequence[LimitNode], exposure: Exposure) -> None:
    """Refuse an exposure on an enterprise for which nobody has set a limit: no limit is no credit.

    Raises:
        Refusal: `limit_expired` or `no_limit`.
    """
    check_in_time(nodes, exposure.on)
    covered = {node.party for node in nodes if node.kind in (LimitKind.COUNTERPARTY, LimitKind.GROUP)}
    for role, party in exposure.parties.items():
        if party not in covered and exposure.groups.get(party) not in covered:
            raise NO_LIMIT(party=str(party), role=role)


def check_in_time(nodes: Iterable[LimitNode], on: dt.date) -> None:
    """Refuse to draw on a limit after its last day, also what was reserved in time.

    Raises:
        Refusal: `limit_expired`.
    """
    for node in nodes:
        if node.valid_until is not None and on > node.valid_until:
            raise LIMIT_EXPIRED(**named(node.kind), limit=str(node.id), until=node.valid_until.isoformat())


def accounts_of(node: LimitNode) -> tuple[Account, ...]:
    """The accounts of a node, empty."""

    def account(identity: AccountId, purpose: str, floor: int | None) -> Account:
        return Account(identity, node.owner, node.unit, purpose, floor_minor=floor)

    return (
        account(node.granted, "limit_granted", None),
        account(node.headroom, "limit_headroom", 0),
        account(node.used, "limit_used", 0),
    )


def reserving(nodes: Sequence[LimitNode], amount_minor: int, *, maker: Maker, ids: IdSource) -> list[Transfer]:
    """A hold on each node's headroom."""
    return [
        maker.hold(ids.new(TransferId), debit=node.headroom, credit=node.used, amount_minor=amount_minor)
        for node in nodes
    ]


def taking(
    nodes: Sequence[LimitNode], before: Sequence[LimitUse], amount_minor: int, *, maker: Maker, ids: IdSource
) -> tuple[list[Transfer], list[LimitUse]]:
    """Put headroom in use at once, for a deal that draws more than once.

    A limit that was set after the first drawing takes up the whole exposure with the next one.

    Returns:
        The transfers, and what the deal uses of these nodes after them.
    """
    known = {use.node.id: use.used_minor for use in before}
    whole = max(known.values(), default=0) + amount_minor
    made = [
        maker.transfer(
            ids.new(TransferId), debit=node.headroom, credit=node.used, amount_minor=whole - known.get(node.id, 0)
        )
        for node in nodes
    ]
    return made, [LimitUse(node, None, 0, whole) for node in nodes]


def committing(uses: Sequence[LimitUse], *, maker: Maker, ids: IdSource) -> list[Transfer]:
    """What was reserved is in use."""
    return [maker.post_hold(ids.new(TransferId), use.hold) for use in uses if use.hold is not None]


def voiding(uses: Sequence[LimitUse], *, maker: Maker, ids: IdSource) -> list[Transfer]:
    """What was only reserved goes back."""
    return [maker.void_hold(ids.new(TransferId), use.hold) for use in uses if use.hold is not None]


def releasing(uses: Sequence[LimitUse], amount_minor: int, *, maker: Maker, ids: IdSource) -> list[Transfer]:
    """What was in use is free again, but for what a cut of the limit still asks back."""
    made = []
    for use in uses:
        node, amount = use.node, released(use, amount_minor)
        made.append(maker.transfer(ids.new(TransferId), debit=node.used, credit=node.headroom, amount_minor=amount))
        kept = min(node.excess_minor, amount)
        if kept:
            made.append(
                maker.transfer(ids.new(TransferId), debit=node.headroom, credit=node.granted, amount_minor=kept)
            )
    return made


def released(use: LimitUse, amount_minor: int) -> int:
    """What of a release a node gives back: all of it, unless it carries less (a drawing did not touch it any more)."""
    return min(use.used_minor, amount_minor)


def resized(node: LimitNode, wanted_minor: int, *, available_minor: int) -> tuple[int, int]:
    """How to give a limit another amount.

    Args:
        node: As it is.
        wanted_minor: The new amount.
        available_minor: Headroom that nobody holds.

    Returns:
        What to add to the headroom (negative: to take away) now, and the excess that later releases have to give.
    """
    change = wanted_minor - node.amount.minor - node.excess_minor
    if change >= 0:
        return change, 0
    taken = min(-change, available_minor)
    return -taken, -change - taken
