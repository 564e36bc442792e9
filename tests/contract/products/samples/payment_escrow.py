"""Payment escrow: a price paid by wallet, with a fee of the platform."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openscf.financing import Deal, Evidence, Product
from openscf.financing.products.payment_escrow import PRODUCT
from openscf.kernel.lifecycle import Transition
from openscf.kernel.money import Money
from tests.contract.products.stage import START, Act, Stage, yuan

DAY = dt.timedelta(days=1)
PART, FEE, MORE = yuan("1,000.00"), yuan("6.00"), yuan("50.00")


@dataclass(frozen=True)
class EscrowSample:
    """One order."""

    terms: Mapping[str, Any]
    product: Product = PRODUCT
    roles: tuple[str, ...] = ("seller", "buyer", "operator")

    @property
    def proposal(self) -> Mapping[str, Any]:
        """The order."""
        return {"number": "SO-1", "price": "80000.00", "pay_by": "2026-03-17"}

    def act(self, stage: Stage, deal: Deal, row: Transition) -> Act | None:
        special = getattr(self, f"_{row.event}", None)
        if special is not None:
            return special(stage, deal)
        if row.event.startswith("expire_"):
            return self._expire(stage, deal, row)
        return Act(row.event, self.day(stage))

    def day(self, stage: Stage) -> dt.date:
        """The next day on which something happens."""
        return stage.today if stage.today == START else stage.today + DAY

    def frozen(self, stage: Stage, deal: Deal) -> Money:
        """What the ledger says is frozen."""
        return stage.book.facts(stage.product, deal, Evidence()).balances["buyer:frozen"]

    def _expire(self, stage: Stage, deal: Deal, row: Transition) -> Act | None:
        if row.event == "expire_for_buyer" and deal.book.delivered_on is not None:
            return None
        if row.event == "expire_for_seller" and deal.book.delivered_on is None:
            stage.play(self._deliver(stage, deal))
        return Act("expire", max(self.day(stage), deal.book.due_on + DAY))

    def _paid(self, stage: Stage, deal: Deal, settled: Money) -> Act:
        on = self.day(stage)
        said = {
            "channel": "wallet", "reference": f"w{deal.version}", "settled": settled.amount, "fee": FEE.amount,
            "paid_on": on.isoformat(),
        }  # fmt: skip
        return Act("pay", on, said, pay_in=settled)

    def _pay_part(self, stage: Stage, deal: Deal) -> Act | None:
        missing = deal.book.face - deal.book.paid - deal.book.channel_fees - FEE
        return self._paid(stage, deal, PART) if missing > PART else None

    def _pay_all(self, stage: Stage, deal: Deal) -> Act:
        missing = deal.book.face - deal.book.paid - deal.book.channel_fees - FEE
        return self._paid(stage, deal, missing + MORE)

    def _pay_again(self, stage: Stage, deal: Deal) -> Act:
        return self._paid(stage, deal, PART)

    def _ship(self, stage: Stage, deal: Deal) -> Act:
        return Act("ship", self.day(stage), {"number": "SF-1"})

    def _deliver(self, stage: Stage, deal: Deal) -> Act:
        on = self.day(stage)
        return Act("deliver", on, {"delivered_on": on.isoformat()})

    def _dispute(self, stage: Stage, deal: Deal) -> Act:
        return Act("dispute", self.day(stage), {"reason": "another colour"})

    def _refund(self, stage: Stage, deal: Deal) -> Act | None:
        if self.frozen(stage, deal) <= PART:
            return None
        return Act("refund", self.day(stage), {"amount": PART.amount})

    def _settle_release(self, stage: Stage, deal: Deal) -> Act | None:
        if self.frozen(stage, deal) <= PART:
            return None
        return Act("settle", self.day(stage), {"amount": PART.amount})

    def _settle_refund(self, stage: Stage, deal: Deal) -> Act:
        return Act("settle", self.day(stage), {"amount": self.frozen(stage, deal).amount})


SAMPLES = (EscrowSample({"fee_rate": "0.5%"}),)
