"""How late each buyer pays, as one may know it who prices a claim on it: by what it did, whatever its seller says.

For a seller and its buyer two kinds of payments count: the buyer's on the claims of others, as those creditors and
whoever stands behind them tell, and the buyer's on the seller's own claims, as far as others than the seller tell of
them. Whoever belongs to the seller's group is the seller. So the seller can bring forth nothing that makes its buyer
look prompt. The mean is drawn towards promptness by the weight of three invoices: few payments prove little.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import ibis

from openscf.credit.features._snapshot import Snapshot
from openscf.credit.late_payment.history import PRIOR_INVOICES
from openscf.kernel.money import Rounding, round_to_int

YEAR_DAYS: Final = 365
STEP_PPM: Final = 10_000
"""A share of late invoices is told in whole per cent and days are whole: an evaluation is not new for less."""


@dataclass(frozen=True, slots=True)
class PaysLate:
    """How late a buyer pays.

    Attributes:
        late_ppm: The share of its invoices that it paid late or has not paid, in millionths, whole per cent.
        days: Mean days beyond the due day, whole; paid in time counts as zero, open as until today.
    """

    late_ppm: int
    days: int


@dataclass(slots=True)
class _Sum:
    count: int = 0
    late: int = 0
    days: int = 0

    def add(self, row: Mapping[str, Any], sign: int = 1) -> None:
        self.count += sign * row["count"]
        self.late += sign * row["late"]
        self.days += sign * row["days"]


def lateness_between(
    snapshot: Snapshot, pairs: Iterable[tuple[str, str]], as_of: dt.date, *, groups: Mapping[str, str]
) -> dict[tuple[str, str], PaysLate]:
    """How late buyers pay, for each pair of seller and buyer of whose payments anybody else tells.

    Args:
        snapshot: The network.
        pairs: Seller and buyer, as node keys.
        as_of: The cut-off; what fell due in the year before it counts.
        groups: Node key to a name of its group, for the enterprises of the platform; another node is its own group.
    """
    wanted, settlement = set(pairs), snapshot.relation("settlement")
    if settlement is None or not wanted:
        return {}
    others, own = dict[str, _Sum](), dict[tuple[str, str], list[Mapping[str, Any]]]()
    for row in _summed(settlement, as_of):
        by_creditor = row["source"] == row["creditor"]
        if by_creditor:
            others.setdefault(row["obligor"], _Sum()).add(row)
        own.setdefault((groups.get(row["creditor"], row["creditor"]), row["obligor"]), []).append(row)
    found = {}
    for seller, buyer in wanted:
        total = _Sum()
        known = others.get(buyer)
        if known is not None:
            total = _Sum(known.count, known.late, known.days)
        for mine in own.get((groups.get(seller, seller), buyer), ()):
            total.add(mine, -1 if mine["source"] == mine["creditor"] else 1)
        if total.count:
            found[seller, buyer] = _drawn(total)
    return found


def _summed(settlement: Any, as_of: dt.date) -> list[dict[str, Any]]:
    """By obligor, creditor and side: how many fell due within a year, how many of them late, and the days together."""
    day = ibis.literal(as_of)
    due = settlement.filter(settlement.due_on <= day, day.delta(settlement.due_on, unit="day") < YEAR_DAYS)
    until = ibis.least(due.settled_on.coalesce(day), day)
    over = until.delta(due.due_on, unit="day").clip(lower=0)
    rows = due.group_by("obligor", "creditor", "source").aggregate(
        count=due.count().cast("int64"), late=(over > 0).sum().coalesce(0).cast("int64"),
        days=over.sum().coalesce(0).cast("int64"),
    )  # fmt: skip
    found: list[dict[str, Any]] = rows.order_by("obligor", "creditor", "source").to_pyarrow().to_pylist()
    return found


def _drawn(total: _Sum) -> PaysLate:
    weight = total.count + PRIOR_INVOICES
    share = round_to_int(Fraction(total.late * 1_000_000, weight * STEP_PPM), Rounding.HALF_UP)
    return PaysLate(share * STEP_PPM, round_to_int(Fraction(total.days, weight), Rounding.HALF_UP))
