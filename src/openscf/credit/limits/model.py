"""Evidence about a firm, and the limit that follows from it."""

import datetime as dt
import enum
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from openscf.credit.wording import Said
from openscf.kernel.money import Money

FIFTEEN_PERCENT: Final = Fraction(15, 100)
A_QUARTER: Final = Fraction(1, 4)
HALF: Final = Fraction(1, 2)


class EvidenceOrigin(enum.Enum):
    """Who says it, the strongest first."""

    BANK = "bank"  # money that arrived
    TAX = "tax"  # the tax authority's register of invoices
    COUNTERPARTY = "counterparty"  # a buyer or carrier that confirmed
    RATER = "rater"  # an independent judge
    APPLICANT = "applicant"  # the firm itself, or anybody of its group


class EvidenceKind(enum.Enum):
    """What is said. The first four speak for a firm, the last two against it."""

    SALES = "sales"  # of the last twelve months, minor units
    SETTLED = "settled"  # of those, what buyers have paid, minor units
    HISTORY = "history"  # months with documents
    REST_OF_BUYERS = "rest_of_buyers"  # sales to all buyers but the largest, minor units
    DEBT = "debt"  # owed elsewhere, minor units
    DISPUTED = "disputed"  # sales that buyers contest or sent back, minor units


BURDENS: Final = frozenset({EvidenceKind.DEBT, EvidenceKind.DISPUTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One statement about a firm.

    Attributes:
        kind: What it is about.
        value: Minor units, or months for `HISTORY`; zero or more.
        origin: Who says it.
        source: The document, statement or confirmation it stands in: an id or a hash.
        as_of: The day it speaks of.
        same_group: Whether it comes from the firm's own group: then it counts as the applicant's, whoever signed.
    """

    kind: EvidenceKind
    value: int
    origin: EvidenceOrigin
    source: str
    as_of: dt.date
    same_group: bool = False

    @property
    def independent(self) -> bool:
        """Whether somebody else says it."""
        return self.origin is not EvidenceOrigin.APPLICANT and not self.same_group


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPolicy:
    """How limits are made.

    Attributes:
        of_sales: Share of a year's confirmed sales.
        of_settled: Share of what buyers have paid in a year.
        of_rest: Share of the sales to all buyers but the largest, against living on one buyer.
        full_history_months: From so many months of documents on the history no longer limits.
        fresh_days: Older evidence does not count.
        best_pd: Up to this PD the whole share; above, it falls in a straight line.
        worst_pd: From this PD on, nothing is lent.
        lowest: Below, a limit is not worth its handling: nothing.
        highest: No firm gets more, data reward included.
        step: Limits are whole multiples of it, rounded down.
    """

    of_sales: Fraction = FIFTEEN_PERCENT
    of_settled: Fraction = A_QUARTER
    of_rest: Fraction = HALF
    full_history_months: int = 24
    fresh_days: int = 400
    best_pd: Fraction = Fraction(1, 100)
    worst_pd: Fraction = Fraction(15, 100)
    lowest: Money
    highest: Money
    step: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitBound:
    """One figure above which the limit can't go.

    Attributes:
        name: Stable: `sales`, `settled`, `rest_of_buyers`, `highest`, `headroom`.
        at_most: The figure, after risk, history and data reward, before debts are taken off.
        reason: How it came about.
    """

    name: str
    at_most: Money
    reason: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuted:
    """Evidence that was not used, and why."""

    evidence: Evidence
    reason: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit and where it comes from.

    Attributes:
        amount: What may be owed here at most; a multiple of the policy's step.
        binding: The name of what holds it down: a bound's, `risk`, `debt`, `lowest`, or `history`.
        bounds: All figures, the least decides.
        reasons: In the order of the computation.
    """

    amount: Money
    binding: str
    bounds: tuple[LimitBound, ...]
    reasons: tuple[Said, ...] = field(default=())

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "limit": self.amount.as_json(),
            "binding": self.binding,
            "bounds": [
                {"name": bound.name, "at_most": bound.at_most.as_json(), "reason": bound.reason.as_record()}
                for bound in self.bounds
            ],
            "reasons": [reason.as_record() for reason in self.reasons],
        }
