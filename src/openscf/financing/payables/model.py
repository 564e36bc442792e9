"""Approved payables, a supplier's standing order to sell them, and what an anchor discloses of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from openscf.financing.fields import field_of
from openscf.financing.ids import ProgrammeId
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.kernel.rates import Rate
from openscf.trades import DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """A payable that an anchor means to approve.

    Attributes:
        document: The invoice, any version.
        face: What the anchor will pay on it, at most what it says.
        due_on: When.
    """

    document: DocumentId
    face: Money
    due_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoTrade:
    """A supplier's standing order to sell.

    Attributes:
        enabled: It stands.
        least_days: Nothing is sold that is due sooner.
        least_face: Nothing smaller is sold.
        highest_rate: Nothing is sold at a higher rate.
    """

    enabled: bool = field_of("Sell what is approved without asking", "自动转让")
    least_days: int = field_of("Only with at least so many days left", "最短剩余期限", default=1, least=1, unit="days")
    least_face: Money | None = field_of("Only from this amount on", "最低金额", default=None)
    highest_rate: Rate | None = field_of("Only at this rate or less", "可接受的最高利率", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrder:
    """A standing order with whose it is."""

    programme: ProgrammeId
    client: PartyId
    rule: AutoTrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A payable on one day.

    Attributes:
        carrying: What the anchor still owes on it.
        paid_out: The supplier has its money from the funder already.
        issued_on: Date of the invoice, where known.
        due_on: When it is due.
    """

    carrying: Money
    paid_out: bool
    issued_on: dt.date | None
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Span:
    """A range of payment due dates.

    Attributes:
        least_days, most_days: From the date of the invoice to the due date; None where no invoice date is known.
        first_on, last_on: The due dates themselves.
        count: Number of payables.
    """

    least_days: int | None
    most_days: int | None
    first_on: dt.date
    last_on: dt.date
    count: int

    @classmethod
    def of(cls, dates: Sequence[tuple[dt.date | None, dt.date]]) -> Self | None:
        """The range of (invoice date, due date); None of nothing."""
        if not dates:
            return None
        days = [(due_on - issued_on).days for issued_on, due_on in dates if issued_on is not None]
        due = [due_on for _, due_on in dates]
        return cls(min(days, default=None), max(days, default=None), min(due), max(due), len(dates))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What IAS 7.44H (b) asks for, at one end of a period.

    Attributes:
        on: The day, at its end.
        carrying: (i) Carrying amount of the liabilities in the programme.
        paid_out: (ii) Of which suppliers have received payment from the funder.
        inside: (iii) Range of due dates of the liabilities in the programme.
        outside: (iii) Range of due dates of comparable payables that are in no programme.
    """

    on: dt.date
    carrying: Money
    paid_out: Money
    inside: Span | None
    outside: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """The table of IAS 7.44H for one programme and one period."""

    programme: ProgrammeId
    anchor: PartyId
    opening: Snapshot
    closing: Snapshot
