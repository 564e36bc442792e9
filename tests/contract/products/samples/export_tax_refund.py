"""Export tax refund: the terms of the worked example of PRODUCTS 1.8; the same at a discount and with a fee."""

from dataclasses import dataclass

from openscf.financing import PRODUCTS, Deal
from tests.contract.products.samples._advance import DAY, AdvanceSample
from tests.contract.products.stage import Act, Stage


@dataclass(frozen=True)
class RefundSample(AdvanceSample):
    """As an advance, with rejections by the tax office."""

    def _reject_part(self, stage: Stage, deal: Deal) -> Act | None:
        if deal.book.left <= self.part:
            return None
        return Act("reject", self.day(stage), {"amount": self.part.amount})

    def _reject_all(self, stage: Stage, deal: Deal) -> Act | None:
        return Act("reject", self.day(stage), {"amount": deal.book.left.amount}) if deal.book.left else None

    def _extend(self, stage: Stage, deal: Deal) -> Act:
        return Act("extend", self.day(stage), {"due_on": (deal.book.due_on + 30 * DAY).isoformat()})


SAMPLES = (
    RefundSample(
        product=PRODUCTS.get("export_tax_refund"),
        terms={"price": {"rate": "9%", "timing": "advance"}, "ratio": "80%", "fee_rate": "0.3%"},
        proposal={
            "number": "0001", "export_value": "1234567.89", "refund_rate": "13%", "due_on": "2026-05-31",
        },
    ),
    RefundSample(
        product=PRODUCTS.get("export_tax_refund"),
        terms={"price": {"rate": "9%"}, "ratio": "80%"},
        proposal={
            "number": "0002", "export_value": "1000000.00", "refund_rate": "13%", "due_on": "2026-05-22",
        },
    ),
)  # fmt: skip
