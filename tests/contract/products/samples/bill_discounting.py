"""Bills: a commercial acceptance from another town, whose interest the buyer shares."""

from dataclasses import dataclass

from openscf.financing import PRODUCTS, Deal
from tests.contract.products.samples._advance import DAY, AdvanceSample
from tests.contract.products.stage import Act, Stage


@dataclass(frozen=True)
class BillSample(AdvanceSample):
    """As an advance, with endorsements, dishonour and recourse."""

    roles: tuple[str, ...] = ("client", "obligor", "funder", "buyer")

    def _endorse(self, stage: Stage, deal: Deal) -> Act | None:
        if deal.book.chain:
            return None
        said = {"endorser": "首手有限公司", "endorsee": str(deal.parties["client"]), "endorsed_on": "2026-03-05"}
        return Act("endorse", stage.today, said)

    def _accept(self, stage: Stage, deal: Deal) -> Act:
        if deal.terms.buyer_share and not deal.book.buyer_agreed:
            stage.play(Act("undertake", stage.today))
        return Act("accept", stage.today)

    def _dishonour(self, stage: Stage, deal: Deal) -> Act:
        return Act("dishonour", max(self.day(stage), deal.book.due_on), {"reason": "refused"})

    def _take_recourse(self, stage: Stage, deal: Deal) -> Act | None:
        return Act("take_recourse", self.day(stage)) if len(deal.book.asked) < 2 else None

    def _recover(self, stage: Stage, deal: Deal) -> Act:
        amount = deal.book.loss + self.more
        return Act("recover", self.day(stage) + DAY, {"amount": amount.amount}, pay_in=amount)


SAMPLES = (
    BillSample(
        product=PRODUCTS.get("bill_discounting"),
        terms={"rate": "4.8%", "kind": "commercial", "buyer_share": "1/3", "fee_rate": "0.05%"},
        proposal={
            "number": "2" + "0" * 28 + "7", "face": "345678.90", "due_on": "2026-06-19", "issued_on": "2026-03-02",
            "out_of_town": True, "drawer": "出票有限公司",
        },
    ),
)  # fmt: skip
