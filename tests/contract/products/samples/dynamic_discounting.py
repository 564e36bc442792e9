"""Dynamic discounting: by annual rate, by sliding scale and with a cliff."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openscf.financing import Deal, Product
from openscf.financing.products.dynamic_discounting import PRODUCT
from openscf.kernel.lifecycle import Transition
from tests.contract.products.stage import START, Act, Stage

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class DynamicSample:
    """An invoice of the second of March; the supplier takes the day after tomorrow."""

    terms: Mapping[str, Any]
    product: Product = PRODUCT
    roles: tuple[str, ...] = ("client", "obligor")

    @property
    def proposal(self) -> Mapping[str, Any]:
        """The invoice."""
        return {"number": "0001", "face": "200000.00", "issued_on": "2026-03-02", "due_on": "2026-05-29"}

    def act(self, stage: Stage, deal: Deal, row: Transition) -> Act | None:
        on = stage.today if stage.today == START else stage.today + DAY
        said = {"accept": {"pay_on": (on + 2 * DAY).isoformat()}, "credit": {"amount": "1000.00"}}
        if row.event == "credit" and deal.book.face.minor < 2_000_00:
            return None
        if row.event == "pay":
            on = max(on, deal.book.pay_on)
        return Act(row.event, on, said.get(row.event, {}))


SAMPLES = (
    DynamicSample({"rate": "9%"}),
    DynamicSample({"scale": "sliding", "part": "1.5%", "days": 30}),
    DynamicSample({"scale": "cliff", "part": "2%", "days": 10}),
)
