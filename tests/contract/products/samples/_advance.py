"""How products on the base of an advance against one claim are played."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openscf.financing import Deal, Evidence, Product
from openscf.financing.rules import loans
from openscf.kernel.lifecycle import Transition
from openscf.kernel.money import Money
from tests.contract.products.stage import START, Act, Stage, yuan

DUE = dt.date(2026, 5, 31)
DAY = dt.timedelta(days=1)
PART, MORE = yuan("1,000.00"), yuan("5,000.00")


@dataclass(frozen=True)
class AdvanceSample:
    """Terms, and how each event is brought about.

    Attributes:
        part: A payment that settles nothing.
        more: What a full payment brings beyond the dues (the client's remainder).
    """

    product: Product
    terms: Mapping[str, Any]
    proposal: Mapping[str, Any]
    roles: tuple[str, ...] = ("client", "obligor", "funder")
    part: Money = PART
    more: Money = MORE

    def act(self, stage: Stage, deal: Deal, row: Transition) -> Act | None:
        special = getattr(self, f"_{row.event}", None)
        if special is not None:
            return special(stage, deal)
        return Act(row.event, self.day(stage))

    def day(self, stage: Stage) -> dt.date:
        """The next day on which something happens."""
        return stage.today if stage.today == START else stage.today + DAY

    def owed(self, stage: Stage, deal: Deal, on: dt.date) -> Money:
        loan = loans.accrue(deal.book.loan, deal.terms.price, on)
        return loans.dues(loan).total

    def _verify(self, stage: Stage, deal: Deal) -> Act:
        return Act("verify", stage.today, evidence=Evidence(confirmed=True))

    def _collect_part(self, stage: Stage, deal: Deal) -> Act:
        return Act("collect", self.day(stage), {"amount": self.part.amount}, pay_in=self.part)

    def _collect_all(self, stage: Stage, deal: Deal) -> Act:
        on = self.day(stage)
        amount = self.owed(stage, deal, on) + self.more
        return Act("collect", on, {"amount": amount.amount}, pay_in=amount)

    def _repay_part(self, stage: Stage, deal: Deal) -> Act:
        return Act("repay", self.day(stage), {"amount": self.part.amount})

    def _repay_all(self, stage: Stage, deal: Deal) -> Act:
        on = self.day(stage)
        return Act("repay", on, {"amount": self.owed(stage, deal, on).amount})

    def _lapse(self, stage: Stage, deal: Deal) -> Act:
        return Act("lapse", max(self.day(stage), deal.book.due_on + DAY))

    def _resolve_current(self, stage: Stage, deal: Deal) -> Act | None:
        on = self.day(stage)
        return Act("resolve", on) if on <= deal.book.due_on else None

    def _resolve_late(self, stage: Stage, deal: Deal) -> Act:
        return Act("resolve", max(self.day(stage), deal.book.due_on + DAY))

    def _dilute(self, stage: Stage, deal: Deal) -> Act:
        return Act("dilute", self.day(stage), {"amount": self.part.amount})

    def _charge(self, stage: Stage, deal: Deal) -> Act:
        return Act("charge", self.day(stage), {"amount": "150.00"})

    def _extend(self, stage: Stage, deal: Deal) -> Act:
        later = deal.book.due_on + 30 * DAY
        evidence = Evidence(confirmed=True, confirmed_due_on=later)
        return Act("extend", self.day(stage), {"due_on": later.isoformat()}, evidence=evidence)

    def _take_recourse(self, stage: Stage, deal: Deal) -> Act:
        return Act("take_recourse", max(self.day(stage), deal.book.due_on + 60 * DAY))

    def _recover(self, stage: Stage, deal: Deal) -> Act:
        amount = deal.book.loss + self.more
        return Act("recover", self.day(stage), {"amount": amount.amount}, pay_in=amount)
