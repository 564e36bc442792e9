"""What is known about a receivable on the day of its invoice, and nothing that is known only later.

The debtor's history counts only invoices that were *settled before* that day, and open ones only by how long they have
been overdue on it. Whether this very invoice is disputed, say, is not known yet and is no signal.
"""

import datetime as dt
import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

PRIOR_INVOICES: Final = 3  # a debtor's shares are drawn towards everybody's by the weight of so many invoices


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivable:
    """An invoice and, where it is known, when it was paid.

    Attributes:
        id: Its id.
        debtor: Key of the one who owes it.
        issued_on, due_on: Its dates.
        amount_minor: What is owed, in minor units.
        electronic: Whether it was sent electronically.
        settled_on: When it was paid; None while it is open.
    """

    id: str
    debtor: str
    issued_on: dt.date
    due_on: dt.date
    amount_minor: int
    electronic: bool = False
    settled_on: dt.date | None = None

    def is_late(self, on: dt.date, *, grace_days: int = 0) -> bool | None:
        """Whether it is paid later than is tolerated, as far as that is known on a day: None while nobody can know.

        Args:
            on: The day.
            grace_days: Days past due that are tolerated.
        """
        last_on = self.due_on + dt.timedelta(days=grace_days)
        if self.settled_on is not None and self.settled_on <= on:
            return self.settled_on > last_on
        return True if last_on < on else None


@dataclass(slots=True)
class PaymentRecord:
    """What a debtor, or all debtors together, have settled so far."""

    settled: int = 0
    late: int = 0
    days: int = 0
    days_late: int = 0
    amounts: float = 0.0
    last_days_late: int = 0
    open: dict[str, dt.date] = field(default_factory=dict)

    def take(self, paid: Receivable) -> None:
        """A receivable was settled."""
        assert paid.settled_on is not None
        over = max(0, (paid.settled_on - paid.due_on).days)
        self.settled += 1
        self.late += over > 0
        self.days += (paid.settled_on - paid.issued_on).days
        self.days_late += over
        self.amounts += math.log1p(paid.amount_minor)
        self.last_days_late = over
        self.open.pop(paid.id, None)


@dataclass(frozen=True, slots=True)
class Known:
    """A receivable, its debtor's record and everybody's, as they are known on the day of the invoice."""

    receivable: Receivable
    debtor: PaymentRecord
    market: PaymentRecord

    def drawn(self, name: str) -> float:
        """A debtor's mean, drawn towards the market's while the debtor has settled little."""
        mine, all_ = getattr(self.debtor, name), getattr(self.market, name)
        usual = all_ / self.market.settled if self.market.settled else 0.0
        return float((mine + PRIOR_INVOICES * usual) / (self.debtor.settled + PRIOR_INVOICES))

    @property
    def overdue(self) -> list[int]:
        """Days past due of the debtor's open invoices, of those that are."""
        day = self.receivable.issued_on
        return [(day - due).days for due in self.debtor.open.values() if due < day]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something that foretells a late payment.

    Attributes:
        name: Stable name.
        en, zh: What it says.
        compute: Its value from what is known on the day of the invoice.
    """

    name: str
    en: str
    zh: str
    compute: Callable[[Known], float]


SIGNALS: Final = (
    Signal(
        name="debtor_late_share",
        en="Share of the debtor's settled invoices that were late",
        zh="债务人已结清发票逾期占比",
        compute=lambda known: known.drawn("late"),
    ),
    Signal(
        name="debtor_days_late",
        en="Mean days late of the debtor",
        zh="债务人平均逾期天数",
        compute=lambda known: math.log1p(known.drawn("days_late")),
    ),
    Signal(
        name="debtor_days_to_pay",
        en="Mean days from invoice to payment",
        zh="债务人平均付款天数",
        compute=lambda known: known.drawn("days") / 30,
    ),
    Signal(
        name="debtor_last_late",
        en="Days late of the debtor's last payment",
        zh="债务人上次付款逾期天数",
        compute=lambda known: math.log1p(known.debtor.last_days_late),
    ),
    Signal(
        name="debtor_overdue_open",
        en="Open overdue invoices of the debtor",
        zh="债务人逾期未付发票数",
        compute=lambda known: math.log1p(len(known.overdue)),
    ),
    Signal(
        name="debtor_history",
        en="How many invoices the debtor has settled",
        zh="债务人已结清发票数",
        compute=lambda known: math.log1p(known.debtor.settled),
    ),
    Signal(
        name="amount",
        en="Size of the invoice",
        zh="发票金额",
        compute=lambda known: math.log1p(known.receivable.amount_minor),
    ),
    Signal(
        name="amount_beside_usual",
        en="Size beside the debtor's usual invoice",
        zh="发票金额与该债务人常规金额之比",
        compute=lambda known: math.log1p(known.receivable.amount_minor) - known.drawn("amounts"),
    ),
    Signal(
        name="terms_days",
        en="Days until it is due",
        zh="账期天数",
        compute=lambda known: (known.receivable.due_on - known.receivable.issued_on).days / 30,
    ),
    Signal(
        name="electronic",
        en="Sent electronically",
        zh="电子开票",
        compute=lambda known: float(known.receivable.electronic),
    ),
    Signal(
        name="due_at_weekend",
        en="Due on a weekend",
        zh="到期日为周末",
        compute=lambda known: float(known.receivable.due_on.weekday() >= 5),
    ),
)
"""Everything that may enter the model of late payment; nothing else can."""


def signals_of(
    receivables: Iterable[Receivable], *, wanted: Collection[str] | None = None
) -> Iterator[tuple[Receivable, tuple[float, ...]]]:
    """Each receivable in the order of its invoice, with its signals as they were known on that day.

    A payment on the very day of an invoice is not known in the morning, so it does not count yet.

    Args:
        receivables: All that there are.
        wanted: Ids of those that are asked for; None: all.
    """
    debtors: dict[str, PaymentRecord] = defaultdict(PaymentRecord)
    market = PaymentRecord()
    waiting: list[tuple[dt.date, str, Receivable]] = []
    for each in sorted(receivables, key=lambda one: (one.issued_on, one.id)):
        while waiting and waiting[0][0] < each.issued_on:
            _, _, paid = heapq.heappop(waiting)
            debtors[paid.debtor].take(paid)
            market.take(paid)
        if wanted is None or each.id in wanted:
            known = Known(each, debtors[each.debtor], market)
            yield each, tuple(signal.compute(known) for signal in SIGNALS)
        debtors[each.debtor].open[each.id] = each.due_on
        if each.settled_on is not None:
            heapq.heappush(waiting, (each.settled_on, each.id, each))
