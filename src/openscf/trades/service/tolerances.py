"""What contracts let pass: dated, for a seller and a buyer; loosened only by two persons."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.trades.rules.closure import Tolerance
from openscf.trades.service.judging import check_judge, judge_of
from openscf.trades.service.matching import Touched, match_touched
from openscf.trades.store import closures as store
from openscf.trades.store import links

LOOSENED_TOLERANCE = "loosened_tolerance"
Pair = tuple[str, str]

TOLERANCE_NOT_LOOSER = refusal(
    "tolerance_not_looser",
    en="The tolerance asked for loosens nothing of what holds from {from_on} on.",
    zh="所申请的容差并未放宽自 {from_on} 起适用的容差。",
    fix_en="Set it directly; only a looser one needs a second person.",
    fix_zh="可直接设定；仅放宽容差须经第二人复核。",
    status=409,
)
TOLERANCE_LOOSENS = refusal(
    "tolerance_loosens",
    en="This would let more pass than what holds from {from_on} on: {looser}.",
    zh="该设定比自 {from_on} 起适用的容差更宽：{looser}。",
    fix_en="Request it; another person must approve.",
    fix_zh="请提交申请，由另一人复核。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedTolerance:
    """What holds from a day on."""

    from_on: dt.date
    tolerance: Tolerance


def tolerances_of(work: UnitOfWork, pair: Pair) -> list[DatedTolerance]:
    """What the contract of a seller and a buyer (their keys) lets pass, and from which day on; the last one counts."""
    return [DatedTolerance(from_on=on, tolerance=one) for on, one in store.tolerances(work, [pair]).get(pair, [])]


def tighten_tolerance(work: UnitOfWork, pair: Pair, tolerance: Tolerance, *, from_on: dt.date) -> int:
    """Let less pass from a day on, or as much as before; how many closures changed.

    Args:
        work: The transaction; its actor makes requests for an enterprise that stands outside the pair's trades.
        pair: Keys of the seller and the buyer, as documents name them.
        tolerance: What is let pass.
        from_on: First day of issue of the invoices for which it holds.

    Raises:
        Refusal: `judges_its_own`, `tolerance_loosens`, or what `parties.acting_person` refuses.
    """
    judge_of(work, pair)
    links.take_turn(work)
    looser = _looser(work, pair, tolerance, from_on=from_on)
    if looser:
        raise TOLERANCE_LOOSENS(from_on=from_on.isoformat(), looser=", ".join(looser))
    return _set(work, pair, tolerance, from_on=from_on, request=None)


def request_tolerance(
    work: UnitOfWork, pair: Pair, tolerance: Tolerance, *, from_on: dt.date, reason: str
) -> parties.ApprovalRequest:
    """Ask that more be let pass; with the second person's approval it is, and the pair is matched again at once.

    Args:
        work: The transaction; its actor is the maker, and his own enterprise, which bears the risk, judges it.
        pair: Keys of the seller and the buyer, as documents name them.
        tolerance: What is to be let pass.
        from_on: First day of issue of the invoices for which it is to hold.
        reason: On what it rests, for the checker: the contract's clause.

    Raises:
        Refusal: `tolerance_not_looser`, `judges_its_own`, and what `parties.request_approval` refuses.
    """
    if not _looser(work, pair, tolerance, from_on=from_on):
        raise TOLERANCE_NOT_LOOSER(from_on=from_on.isoformat())
    payload = {
        "seller": pair[0], "buyer": pair[1], "from_on": from_on, "tolerance": asdict(tolerance), "reason": reason,
    }  # fmt: skip
    return parties.request_approval(work, LOOSENED_TOLERANCE, judge_of(work, pair), payload=payload)


def name_goods(work: UnitOfWork, items: Mapping[str, str]) -> int:
    """Say which item of orders a class of goods events is; how many closures changed.

    Args:
        work: The transaction.
        items: Class as events write it (`urn:epc:class:lgtin:…`) to the item's code on orders.
    """
    links.take_turn(work)
    links.name_classes(work, items)
    work.audit("trades.name_goods", "goods", {"items": dict(items)})
    return match_touched(work, Touched(fingerprints=links.events_of(work, items)))


def _looser(work: UnitOfWork, pair: Pair, tolerance: Tolerance, *, from_on: dt.date) -> list[str]:
    """What it would loosen on any day from `from_on` on, beside what holds then."""
    dated = tolerances_of(work, pair)
    # It ends where the next one begins, so it is compared with what holds on its first day.
    holds = next((each.tolerance for each in reversed(dated) if each.from_on <= from_on), Tolerance())
    return [name for name, value in asdict(tolerance).items() if value > getattr(holds, name)]


def _set(work: UnitOfWork, pair: Pair, tolerance: Tolerance, *, from_on: dt.date, request: Any) -> int:
    store.set_tolerance(work, pair, tolerance, from_on=from_on, request=request)
    facts = {"seller": pair[0], "buyer": pair[1], "from_on": from_on, **asdict(tolerance), "request": request}
    work.audit("trades.set_tolerance", f"{pair[0]} {pair[1]}", facts)
    return match_touched(work, Touched(fingerprints=links.of_pair(work, *pair)))


def _loosened(work: UnitOfWork, request: parties.ApprovalRequest) -> None:
    links.take_turn(work)
    said = request.payload
    pair = said["seller"], said["buyer"]
    check_judge(work, request.party, pair)
    _set(work, pair, Tolerance(**said["tolerance"]), from_on=dt.date.fromisoformat(said["from_on"]), request=request.id)


parties.KINDS.add(parties.ApprovalKind(name=LOOSENED_TOLERANCE, effect=_loosened), origin=__name__)
