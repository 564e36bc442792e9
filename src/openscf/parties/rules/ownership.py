"""Who owns and controls whom, on which day. Pure, on edges.

Three rules keep a group well defined. On every day the shares in an enterprise sum to at most 100 %; at most one owner
controls it (IFRS 10.7 and B23: control is not shared, joint control is none); and nobody controls, through others,
himself. So control is a forest on every day, and each enterprise has exactly one ultimate parent. Cross-holdings
*without* control may go round in circles, as they do in life.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from openscf.kernel.errors import Where, refusal
from openscf.kernel.ids import PartyId
from openscf.parties.model import Ownership
from openscf.parties.rules.dates import checked_period, end_of

WHOLE_BPS: Final = 10_000

OWNS_ITSELF = refusal(
    "owns_itself",
    en="{party} can't be recorded as its own owner.",
    zh="{party} 不能登记为自身的股东。",
    fix_en="Treasury shares are left out; record the other owners.",
    fix_zh="库存股不登记，请登记其他股东。",
)
BAD_SHARE = refusal(
    "bad_share",
    en="{field}: a share is a whole number from 0 to 10000 basis points, and 0 only with control; {share} was given.",
    zh="{field}：持股比例应为 0 至 10000 的整数（基点），为 0 时须有控制关系；实际为 {share}。",
    fix_en="Write 51.25 % as 5125.",
    fix_zh="51.25% 请写为 5125。",
)
SHARES_EXCEED_WHOLE = refusal(
    "shares_exceed_whole",
    en="From {on} the shares in {party} would sum to {total} basis points; 10000 are the whole.",
    zh="自 {on} 起，{party} 的持股合计将为 {total} 基点，超过 10000。",
    fix_en="End or lower another owner's share first.",
    fix_zh="请先终止或调低其他股东的持股。",
    status=409,
)
ALREADY_CONTROLLED = refusal(
    "already_controlled",
    en="{party} is controlled by {owner} on some of these days already.",
    zh="{party} 在该期间的部分日期已由 {owner} 控制。",
    fix_en="End the other control first; joint control counts as none.",
    fix_zh="请先终止原控制关系；共同控制不视为控制。",
    status=409,
)
CONTROL_CIRCLE = refusal(
    "control_circle",
    en="{owner} is itself controlled by {party} from {on}: control can't go round in a circle.",
    zh="自 {on} 起 {owner} 本身受 {party} 控制：控制关系不能成环。",
    fix_en="Record the share without control, or end the other edge first.",
    fix_zh="请登记为无控制的持股，或先终止另一条控制关系。",
    status=409,
)


def check_edge(new: Ownership, in_owned: Iterable[Ownership], above: Iterable[Ownership]) -> None:
    """Refuse an edge that breaks one of the three rules.

    Args:
        new: The edge.
        in_owned: All edges into the same enterprise.
        above: All controlling edges at or above `new.owner`, in the days of `new` (others do no harm).

    Raises:
        Refusal: `owns_itself`, `bad_share`, `bad_period`, `shares_exceed_whole`, `already_controlled` or
            `control_circle`, in this order.
    """
    if new.owner == new.owned:
        raise OWNS_ITSELF(party=str(new.owner))
    if not 0 <= new.share_bps <= WHOLE_BPS or (new.share_bps == 0 and not new.controls):
        raise BAD_SHARE(field="share_bps", share=new.share_bps, where=Where(field="share_bps"))
    checked_period(new.valid_from, new.valid_until)
    others = [edge for edge in in_owned if _meet(edge, new)]
    _check_whole(new, others)
    if new.controls:
        _check_single(new, others)
        _check_forest(new, above)


def _check_whole(new: Ownership, others: list[Ownership]) -> None:
    # The sum only rises on a day on which some share begins, so these days are enough.
    for on in sorted({new.valid_from} | {edge.valid_from for edge in others if edge.valid_from > new.valid_from}):
        total = new.share_bps + sum(e.share_bps for e in others if e.valid_from <= on < end_of(e.valid_until))
        if total > WHOLE_BPS:
            raise SHARES_EXCEED_WHOLE(on=on.isoformat(), party=str(new.owned), total=total)


def _check_single(new: Ownership, others: list[Ownership]) -> None:
    rival = next((edge for edge in others if edge.controls), None)
    if rival is not None:
        raise ALREADY_CONTROLLED(party=str(new.owned), owner=str(rival.owner))


def _check_forest(new: Ownership, above: Iterable[Ownership]) -> None:
    parents: dict[PartyId, list[Ownership]] = {}
    for edge in above:
        parents.setdefault(edge.owned, []).append(edge)
    start = (new.owner, new.valid_from, end_of(new.valid_until))
    todo, seen = [start], {start}
    while todo:
        node, start_on, end_on = todo.pop()
        if node == new.owned:
            raise CONTROL_CIRCLE(owner=str(new.owner), party=str(new.owned), on=start_on.isoformat())
        for edge in parents.get(node, ()):
            step = (edge.owner, max(start_on, edge.valid_from), min(end_on, end_of(edge.valid_until)))
            if edge.controls and step[1] < step[2] and step not in seen:
                seen.add(step)
                todo.append(step)


def top_of(party: PartyId, controllers: Mapping[PartyId, PartyId]) -> PartyId:
    """The ultimate parent: whom nobody controls.

    Args:
        party: Where to begin.
        controllers: Controlled enterprise to controlling one, on one day.

    Raises:
        ValueError: Control goes round in a circle, which no accepted edge can bring about.
    """
    seen = {party}
    while party in controllers:
        party = controllers[party]
        if party in seen:
            raise ValueError(f"control over {party} goes round in a circle")
        seen.add(party)
    return party


def _meet(one: Ownership, other: Ownership) -> bool:
    later: dt.date = max(one.valid_from, other.valid_from)
    return later < min(end_of(one.valid_until), end_of(other.valid_until))
