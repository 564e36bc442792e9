"""What a pool may know of when its items are paid: as of the last night that its decision could know of.

A decision keeps the day of the run that it looked at. Runs are never changed and never come before one that is there,
so that the same day gives the same forecasts whenever it is asked.
"""

import datetime as dt
import json
from collections.abc import Iterable

from openscf import credit
from openscf.db import UnitOfWork
from openscf.financing.bases.pool import Foretold, Item
from openscf.financing.model import Shape
from openscf.financing.registry import PRODUCTS
from openscf.financing.store import deals as store
from openscf.financing.store.deals import Kept
from openscf.kernel.ids import PartyId
from openscf.trades import DocumentId


def foretold_on(work: UnitOfWork, kept: Kept, items: Iterable[Item], *, on: dt.date) -> Foretold | None:
    """What is foretold of a pool's items on a day; None where its contract does not ask."""
    if not kept.deal.terms.reserve_most:
        return None
    known = credit.forecasts_known(work, [DocumentId.parse(item.document) for item in items], on=on)
    return Foretold(
        as_of=known.as_of, model="" if known.version is None else str(known.version),
        late_ppm={str(document): late_ppm for document, late_ppm in known.late_ppm.items()},
    )  # fmt: skip


def foretold_in(work: UnitOfWork, kept: Kept, items: Iterable[Item], version: int) -> Foretold | None:
    """What was foretold of a pool's items when its event of this version was decided."""
    row = store.event(work, kept.deal.id, version)
    said = None if row is None else (json.loads(row.inputs).get("asset") or {}).get("foretold")
    if said is None:
        return None
    if said["as_of"] is None:
        return Foretold()
    return foretold_on(work, kept, items, on=dt.date.fromisoformat(said["as_of"]))


def clients_foretold(work: UnitOfWork) -> frozenset[PartyId]:
    """Sellers whose receivables are to be foretold: those of pools that are not over and whose contract asks for it."""
    return frozenset(
        kept.deal.parties["client"]
        for product in PRODUCTS
        if product.shape is Shape.POOL
        for kept in store.all_open(work, product.code)
        if kept.deal.terms.reserve_most
    )
