"""Deciding again what was decided: whoever has the rows gets the same bytes (QUALITY: every automatic decision)."""

import dataclasses
import json
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.fields import read, write
from openscf.financing.ids import DealId
from openscf.financing.model import Event, Evidence, Facts, Scope
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules import assembling
from openscf.financing.rules.deciding import decide
from openscf.financing.service import keeping
from openscf.financing.service.deals import DEAL_NOT_FOUND, found_deal
from openscf.financing.service.performing import NoParams
from openscf.financing.store import deals as store
from openscf.kernel.calendars import calendar_named
from openscf.kernel.money import Money, parse_money


def reproduce(work: UnitOfWork, deal: DealId, version: int) -> tuple[bytes, bytes]:
    """Decide one event of a deal again from what was kept; equal bytes mean that the decision is reproduced.

    Returns:
        Canonical JSON of outcome, book and contract, as they were kept and as they are decided now.

    Raises:
        Refusal: `deal_not_found`.
    """
    kept = found_deal(work, deal)
    rows = {row.version: row for row in store.events(work, deal)}
    if version < 1 or version not in rows:
        raise DEAL_NOT_FOUND(deal=f"{deal} (version {version})")
    row, product, money = rows[version], PRODUCTS.get(kept.deal.product), kept.deal.currency
    earlier = rows[version - 1]
    before = dataclasses.replace(
        kept.deal, state=earlier.state_to, version=earlier.version,
        terms=read(product.terms, json.loads(earlier.terms), money=money),
        book=read(product.book, json.loads(earlier.book), money=money),
    )  # fmt: skip
    inputs = json.loads(row.inputs)
    params: Any = read(product.steps[row.command].params or NoParams, inputs["params"] or {}, money=money)
    own = {one.name: Money.zero(money) for one in product.accounts if one.scope is Scope.DEAL}
    found = {name: parse_money(value, allow_negative=True) for name, value in inputs["balances"].items()}
    evidence = read(Evidence, inputs["evidence"], money=money)
    asset = keeping.again(work, kept, version)
    facts = Facts(calendar=calendar_named(inputs["calendar"]), balances=own | found, evidence=evidence, asset=asset)
    decision = decide(product, before, Event(name=row.command, on=row.value_on, params=params), facts=facts)
    after = decision.deal
    now = "".join(map(store.json_of, (assembling.outcome_record(decision), write(after.book), write(after.terms))))
    was = row.outcome + row.book + row.terms
    kept_asset, asset_now = inputs.get("asset"), None if asset is None else asset.record()
    if kept_asset is None and asset_now is None:
        return was.encode(), now.encode()
    was, now = (text + store.json_of({"asset": asset}) for text, asset in ((was, kept_asset), (now, asset_now)))
    return was.encode(), now.encode()
