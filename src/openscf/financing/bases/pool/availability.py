"""The borrowing base of a pool: which items count, for how much, and what may be drawn on them. Pure, in minor units.

    available = min(limit, Σ_debtor min(eligible, cap) × (advance rate − reserve rate)) − used

Where the contract says so (`reserve_most`), the reserve rate of a receivable is the probability that it is paid later
than is tolerated, at least the contract's rate and at most `reserve_most`; without a forecast it is the contract's.
What a debtor's cap lets count is made up of its best receivables, so that taking one out, or making one worse, never
raises availability, and neither does a receivable that enters lower what is kept back of the others.

    Debtor X, cap 600,000: 400,000 foretold at 30 %, 500,000 at 2 %; reserve rate 5 %, at most 20 %, advance rate 80 %
    counted:   500,000 at 5 % and 100,000 at 20 %
    lendable:  500,000 × 75 % + 100,000 × 60 % = 435,000.00; at the contract's rate it would be 450,000.00

The lendable part is rounded once, down, after the reserve was taken off its rate: taken off after rounding, a credit
note of a fen could raise availability by one. Ageing is measured by what is unpaid, credit notes or not, for the same
reason: a credit note on an overdue invoice must not let its debtor's other invoices back in.

Source: PRODUCTS 1.2.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf.financing.bases.pool import refusals as reasons
from openscf.financing.bases.pool.model import Bounds, Foretold, Item, Mark
from openscf.financing.rules.eligibility import ENCUMBERED, RELATED_PARTY, WRONG_CURRENCY
from openscf.kernel.errors import Refusal, RefusalKind
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate

PPM: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a debtor adds to the base.

    Attributes:
        items: How many of its receivables are in the pool.
        open_minor: What it owes on them.
        eligible_minor: What of it is eligible.
        counted_minor: What of this counts: at most the debtor's cap.
        aged: Too much of it is overdue, so nothing of it counts.
    """

    debtor: str
    items: int
    open_minor: int
    eligible_minor: int
    counted_minor: int
    aged: bool

    @property
    def over_cap_minor(self) -> int:
        """Eligible, and too much of one debtor."""
        return self.eligible_minor - self.counted_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """What a pool carries.

    Attributes:
        shares: By debtor.
        limit_minor: Of the facility.
        used_minor: Drawn and not repaid.
        advance_minor: Lendable part of the base.
        reserve_minor: Kept back of it for dilution.
        foretold_minor: What of this is kept back only because payments are foretold to be late.
    """

    shares: tuple[Share, ...]
    limit_minor: int
    used_minor: int
    advance_minor: int
    reserve_minor: int
    foretold_minor: int = 0

    @property
    def open_minor(self) -> int:
        """Everything that the debtors owe."""
        return sum(share.open_minor for share in self.shares)

    @property
    def eligible_minor(self) -> int:
        """What of it is eligible."""
        return sum(share.eligible_minor for share in self.shares)

    @property
    def base_minor(self) -> int:
        """What of this counts."""
        return sum(share.counted_minor for share in self.shares)

    @property
    def items(self) -> int:
        """How many receivables are in the pool."""
        return sum(share.items for share in self.shares)

    @property
    def carried_minor(self) -> int:
        """Most that may be drawn in all."""
        return min(self.limit_minor, self.advance_minor - self.reserve_minor)

    @property
    def available_minor(self) -> int:
        """What may still be drawn; below zero a deficiency."""
        return self.carried_minor - self.used_minor


@dataclass(frozen=True, slots=True)
class Judged:
    """An item with what is to be said about it.

    Attributes:
        item: The receivable.
        counted_minor: What of it counts in the base.
        reasons: Why the rest does not.
    """

    item: Item
    counted_minor: int
    reasons: tuple[Refusal, ...]


def availability(
    items: Iterable[Item], bounds: Bounds, *, used_minor: int, on: dt.date, foretold: Foretold | None = None
) -> Availability:
    """What may be drawn on a pool.

    Args:
        items: All that are in it.
        bounds: The contract.
        used_minor: Drawn and not repaid.
        on: Business date.
        foretold: When the items are expected to be paid.
    """
    by_debtor = _by_debtor(items)
    aged = _aged(by_debtor, bounds, on)
    shares, late = [], Fraction(0)
    for debtor, own in sorted(by_debtor.items()):
        good = () if debtor in aged else tuple(i for i in own if _eligible(i, bounds, on))
        fit = sum(i.open_minor for i in good)
        if foretold is not None and bounds.reserve_most > bounds.reserve_rate:
            late += _kept_back(good, bounds, foretold, room=min(fit, _cap(bounds, debtor)))
        shares.append(
            Share(
                debtor=debtor, items=len(own), open_minor=sum(item.open_minor for item in own), eligible_minor=fit,
                counted_minor=min(fit, _cap(bounds, debtor)), aged=debtor in aged,
            )
        )  # fmt: skip
    base = sum(share.counted_minor for share in shares)
    rate, net = bounds.advance_rate, _lent(bounds, bounds.reserve_rate)
    advance, plain = (base * part.numerator // part.denominator for part in (rate, net))
    lendable = math.floor(base * net - late) if late else plain
    return Availability(
        shares=tuple(shares), limit_minor=bounds.limit.minor, used_minor=used_minor, advance_minor=advance,
        reserve_minor=advance - lendable, foretold_minor=plain - lendable,
    )  # fmt: skip


def reserve_of(item: Item, bounds: Bounds, foretold: Foretold | None) -> Fraction:
    """The reserve rate of one receivable: what is foretold of it, within the contract's rate and its most."""
    late_ppm = None if foretold is None else foretold.late_ppm.get(item.document)
    if late_ppm is None:
        return bounds.reserve_rate
    return max(bounds.reserve_rate, min(Fraction(late_ppm, PPM), bounds.reserve_most))


def judged(items: Iterable[Item], bounds: Bounds, *, on: dt.date) -> list[Judged]:
    """Every item with every reason against it; of a debtor above its cap the items that are due last do not count."""
    by_debtor = _by_debtor(items)
    aged = _aged(by_debtor, bounds, on)
    found = []
    for debtor, own in sorted(by_debtor.items()):
        room = _cap(bounds, debtor)
        for item in sorted(own, key=lambda one: (one.due_on, one.document)):
            against = [kind(number=item.number, **facts) for kind, facts in _against(item, bounds, on)]
            if debtor in aged:
                against.append(reasons.CROSS_AGED(number=item.number, share=str(Rate(bounds.ageing_share))))
            counted = 0 if against else min(item.open_minor, room)
            room -= counted
            if not against and counted < item.open_minor:
                over = Money(item.open_minor - counted, bounds.limit.currency)
                against.append(reasons.CONCENTRATION(number=item.number, over=over.grouped))
            found.append(Judged(item, counted, tuple(against)))
    return found


def lasting(item: Item, bounds: Bounds) -> Iterator[Refusal]:
    """Why an item may not even enter: what no later day mends."""
    for kind, facts in _lasting(item, bounds):
        yield kind(number=item.number, **facts)


def _lent(bounds: Bounds, reserve: Fraction) -> Fraction:
    return max(bounds.advance_rate - reserve, Fraction(0))


def _kept_back(good: Iterable[Item], bounds: Bounds, foretold: Foretold, *, room: int) -> Fraction:
    """What is lent less on a debtor's eligible items than at the contract's rate, exactly; the best fill the cap."""
    by_rate: dict[Fraction, int] = defaultdict(int)
    for item in good:
        by_rate[reserve_of(item, bounds, foretold)] += item.open_minor
    usual, less = _lent(bounds, bounds.reserve_rate), Fraction(0)
    for rate, amount in sorted(by_rate.items()):
        counted = min(amount, room)
        room -= counted
        less += counted * (usual - _lent(bounds, rate))
    return less


def _eligible(item: Item, bounds: Bounds, on: dt.date) -> bool:
    return next(_against(item, bounds, on), None) is None


def _against(item: Item, bounds: Bounds, on: dt.date) -> Iterator[tuple[RefusalKind, dict[str, Any]]]:
    """Reasons against one item, in a fixed order; ageing and concentration look at its debtor's others, too."""
    yield from _lasting(item, bounds)
    if item.contested:
        yield reasons.CONTESTED, {}
    if item.disputed or Mark.DISPUTED in item.marks:
        yield reasons.DISPUTED, {}
    if Mark.CREDIT_NOTE_PENDING in item.marks:
        yield reasons.CREDIT_NOTE_PENDING, {}
    if item.encumbered:
        yield ENCUMBERED, {}
    late = (on - item.due_on).days
    if late > bounds.overdue_days:
        yield reasons.OVERDUE, {"days": late, "most": bounds.overdue_days}


def _lasting(item: Item, bounds: Bounds) -> Iterator[tuple[RefusalKind, dict[str, Any]]]:
    if item.currency != bounds.limit.currency.code:
        yield WRONG_CURRENCY, {"currency": item.currency, "expected": bounds.limit.currency.code}
    if item.related:
        yield RELATED_PARTY, {}
    if item.void:
        yield reasons.VOID, {}
    days = 0 if item.issued_on is None else (item.due_on - item.issued_on).days
    if days > bounds.most_tenor_days:
        yield reasons.TENOR, {"days": days, "most": bounds.most_tenor_days}


def _by_debtor(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item.debtor].append(item)
    return found


def _aged(by_debtor: dict[str, list[Item]], bounds: Bounds, on: dt.date) -> frozenset[str]:
    """Debtors of whom so much is overdue that nothing of theirs counts (cross-ageing)."""
    return frozenset(debtor for debtor, own in by_debtor.items() if _too_late(own, bounds, on))


def _too_late(own: Collection[Item], bounds: Bounds, on: dt.date) -> bool:
    late = sum(item.unpaid_minor for item in own if (on - item.due_on).days > bounds.overdue_days)
    part = bounds.ageing_share
    return late * part.denominator > sum(item.unpaid_minor for item in own) * part.numerator


def _cap(bounds: Bounds, debtor: str) -> int:
    return bounds.caps.get(debtor, bounds.debtor_cap).minor
