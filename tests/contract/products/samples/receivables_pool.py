"""Receivables pool: a pool of two debtors that draws, is swept, falls short, is cured, called, written off."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openscf.financing import PRODUCTS, Deal, Product
from openscf.financing.bases.pool import Assets, Item
from openscf.financing.rules import loans
from openscf.kernel.lifecycle import Transition
from openscf.kernel.money import Money
from tests.contract.products.stage import START, Act, Stage, yuan

DAY = dt.timedelta(days=1)
UNTIL = dt.date(2027, 3, 10)
PART, MORE = yuan("1,000.00"), yuan("5,000.00")
TERMS: Mapping[str, Any] = {
    "price": {"rate": "7.2%"}, "limit": "1000000.00", "debtor_cap": "600000.00", "advance_rate": "80%",
    "reserve_rate": "5%", "fee_rate": "0.1%", "overdue_days": 365,
}  # fmt: skip


def item(document: str, debtor: str, amount: str, *, due_on: dt.date = UNTIL, **named: Any) -> Item:
    """A receivable as the register of documents sees it."""
    said: dict[str, Any] = {
        "document": document, "number": f"no {document}", "debtor": debtor, "currency": "CNY",
        "face_minor": yuan(amount).minor, "due_on": due_on, "issued_on": due_on - 60 * DAY,
    }  # fmt: skip
    return Item(**{**said, **named})


@dataclass(frozen=True)
class PoolSample:
    """Terms, and how each event is brought about.

    Every drawing is small beside the pool; what falls short does so because an invoice is found void at that moment.
    """

    product: Product
    terms: Mapping[str, Any]
    proposal: Mapping[str, Any] = field(default_factory=lambda: {"until": UNTIL.isoformat()})
    roles: tuple[str, ...] = ("client", "funder")
    part: Money = PART
    more: Money = MORE

    def act(self, stage: Stage, deal: Deal, row: Transition) -> Act | None:
        special = getattr(self, f"_{row.event}", None)
        return Act(row.event, self.day(stage)) if special is None else special(stage, deal)

    def day(self, stage: Stage) -> dt.date:
        """The next day on which something happens."""
        return stage.today if stage.today == START else stage.today + DAY

    def owed(self, deal: Deal, on: dt.date) -> Money:
        return loans.dues(loans.accrue(deal.book.loan, deal.terms.price, on)).total

    def void(self, stage: Stage) -> Assets:
        """Every invoice is found void."""
        return Assets(items=tuple(dataclasses.replace(one, void=True) for one in stage.book.pools[stage.deal_id]))

    def sound(self, stage: Stage) -> Assets:
        """Every invoice is found good again: the seller proved it."""
        return Assets(items=tuple(dataclasses.replace(one, void=False) for one in stage.book.pools[stage.deal_id]))

    def _accept(self, stage: Stage, deal: Deal) -> Act:
        offered = (item("x", "debtor x", "500,000.00"), item("y", "debtor y", "700,000.00"))
        return Act("accept", stage.today, {"documents": ["x", "y"]}, seen=Assets(offered=offered))

    def _change(self, stage: Stage, deal: Deal) -> Act:
        if deal.state == "active":
            name = f"z{deal.version:03}"
            offered = (item(name, "debtor z", "10,000.00"),)
            return Act("add", self.day(stage), {"documents": [name]}, seen=Assets(offered=offered))
        if deal.state == "deficient":
            return Act("charge", self.day(stage), {"amount": "150.00"}, seen=self.void(stage))
        return Act("charge", self.day(stage), {"amount": "150.00"})

    def _fall_short(self, stage: Stage, deal: Deal) -> Act:
        return Act("revalue", self.day(stage), seen=self.void(stage))

    def _cure(self, stage: Stage, deal: Deal) -> Act:
        return Act("revalue", self.day(stage), seen=self.sound(stage))

    def _draw(self, stage: Stage, deal: Deal) -> Act | None:
        if deal.book.available.minor < 5_000_00 or self.day(stage) >= UNTIL:
            return None
        return Act("draw", self.day(stage), {"amount": "5000.00"})

    def _collect(self, stage: Stage, deal: Deal) -> Act:
        return Act("collect", self.day(stage), {"amount": self.part.amount, "debtor": "debtor x"}, pay_in=self.part)

    def _collect_short(self, stage: Stage, deal: Deal) -> Act:
        return dataclasses.replace(self._collect(stage, deal), seen=self.void(stage))

    def _collect_cured(self, stage: Stage, deal: Deal) -> Act:
        return dataclasses.replace(self._collect(stage, deal), seen=self.sound(stage))

    def _collect_all(self, stage: Stage, deal: Deal) -> Act:
        on = self.day(stage)
        amount = self.owed(deal, on) + self.more
        return Act("collect", on, {"amount": amount.amount}, pay_in=amount)

    def _repay(self, stage: Stage, deal: Deal) -> Act:
        return Act("repay", self.day(stage), {"amount": self.part.amount})

    def _repay_short(self, stage: Stage, deal: Deal) -> Act:
        return dataclasses.replace(self._repay(stage, deal), seen=self.void(stage))

    def _repay_cured(self, stage: Stage, deal: Deal) -> Act:
        return dataclasses.replace(self._repay(stage, deal), seen=self.sound(stage))

    def _repay_all(self, stage: Stage, deal: Deal) -> Act:
        on = self.day(stage)
        return Act("repay", on, {"amount": self.owed(deal, on).amount})

    def _call(self, stage: Stage, deal: Deal) -> Act:
        if deal.state == "deficient":
            return Act("call", max(self.day(stage), deal.book.cure_until + DAY))
        return Act("call", max(self.day(stage), UNTIL))

    def _recover(self, stage: Stage, deal: Deal) -> Act:
        amount = deal.book.loss + self.more
        return Act("recover", self.day(stage), {"amount": amount.amount}, pay_in=amount)


SAMPLES = (PoolSample(PRODUCTS.get("receivables_pool"), TERMS),)
