"""What a pool may know of when its items are paid: as of the last night that its decision could know of.

A decision keeps the day of the run that it looked at. Runs are never changed and never come before one that is there,
so that the same day gives the same forecasts whenever it is asked.
"""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Final

from openscf import credit
from openscf.credit import Said
from openscf.db import UnitOfWork
from openscf.financing.bases.pool import Foretold, Item
from openscf.financing.model import Shape
from openscf.financing.registry import PRODUCTS
from openscf.financing.store import deals as store
from openscf.financing.store.deals import Kept
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money
from openscf.trades import DocumentId

_REST: Final = Said(
    "; of the others there is no forecast, and the contract's own reserve holds.", "；其余无预测，按合同准备比例计提。"
)


def foretold_on(work: UnitOfWork, kept: Kept, items: Iterable[Item], *, on: dt.date) -> Foretold | None:
    """What is foretold of a pool's items on a day; None where its contract does not ask."""
    if not kept.deal.terms.reserve_most:
        return None
    known = credit.forecasts_known(work, [DocumentId.parse(item.document) for item in items], on=on)
    return Foretold(
        as_of=known.as_of, model="" if known.version is None else str(known.version),
        late_ppm={str(document): late_ppm for document, late_ppm in known.late_ppm.items()},
    )  # fmt: skip


def foretold_in(work: UnitOfWork, kept: Kept, items: Iterable[Item], *, version: int) -> Foretold | None:
    """What was foretold of a pool's items when its event of this version was decided."""
    row = store.event(work, kept.deal.id, version)
    said = None if row is None else (json.loads(row.inputs).get("asset") or {}).get("foretold")
    if said is None:
        return None
    if said["as_of"] is None:
        return Foretold()
    return foretold_on(work, kept, items, on=dt.date.fromisoformat(said["as_of"]))


def reserve_said(foretold: Foretold | None, items: int, more: Money) -> Said | None:
    """Why a pool keeps back what it does beyond its contract's own rate; None where the contract does not ask.

    Args:
        foretold: What is known of its items.
        items: How many there are.
        more: What is kept back because of it.
    """
    if foretold is None:
        return None
    if not foretold.model:
        return Said(
            "No forecast: no model of late payment is in force, so the contract's own reserve holds.",
            "无预测：没有生效的逾期付款模型，按合同准备比例计提。",
        )  # fmt: skip
    known = len(foretold.late_ppm)
    rest = known < items
    return Said(
        f"As of {foretold.as_of} late payment is foretold of {known} of {items} receivables, and {more.grouped} more is"
        f" kept back for it{_REST.en if rest else '.'}",
        f"截至 {foretold.as_of}，{items} 笔应收账款中 {known} 笔有逾期预测，因此多计提准备 {more.grouped}"
        f"{_REST.zh if rest else '。'}",
    )  # fmt: skip


def clients_foretold(work: UnitOfWork) -> frozenset[PartyId]:
    """Sellers whose receivables are to be foretold: those of pools that are not over and whose contract asks for it."""
    return frozenset(
        kept.deal.parties["client"]
        for product in PRODUCTS
        if product.shape is Shape.POOL
        for kept in store.all_open(work, product.code)
        if kept.deal.terms.reserve_most
    )
