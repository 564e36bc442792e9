"""Reverse factoring: two payables of one anchor, one with a fee; the anchor's word comes with the batch."""

from dataclasses import dataclass

from openscf.financing import PRODUCTS, Deal, Evidence
from tests.contract.products.samples._advance import AdvanceSample
from tests.contract.products.stage import Act, Stage


@dataclass(frozen=True)
class ReverseSample(AdvanceSample):
    """As an advance, but sold on the anchor's word and paid by the anchor."""

    def _sell(self, stage: Stage, deal: Deal) -> Act | None:
        if deal.book.collected:
            return None
        return Act("sell", stage.today, evidence=Evidence(confirmed=True, confirmed_due_on=deal.book.due_on))

    def _pay_supplier_part(self, stage: Stage, deal: Deal) -> Act | None:
        if deal.book.left <= self.part:
            return None
        return Act("pay_supplier", self.day(stage), {"amount": self.part.amount}, pay_in=self.part)

    def _pay_supplier_all(self, stage: Stage, deal: Deal) -> Act:
        amount = deal.book.left + self.more
        return Act("pay_supplier", self.day(stage), {"amount": amount.amount}, pay_in=amount)

    def _contest(self, stage: Stage, deal: Deal) -> Act:
        return Act("contest", self.day(stage), {"amount": self.part.amount, "reason": "short delivery"})


SAMPLES = (
    ReverseSample(
        product=PRODUCTS.get("reverse_factoring"),
        terms={"rate": "3.6%", "fee_rate": "0.1%"},
        proposal={"number": "0001", "face": "1000000.00", "due_on": "2026-05-31", "issued_on": "2026-03-02"},
    ),
)
