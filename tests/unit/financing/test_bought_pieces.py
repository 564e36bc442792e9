"""Pieces of vouchers that funders bought are in their portfolios: once, and at what the ledger has left of them.

Planted defect: a query that finds each piece twice (`test_planted_…`).
"""

import datetime as dt
from typing import Any

import pytest

from openscf import financing
from openscf.db import UnitOfWork
from openscf.financing import Bucket, Holding, holdings_of
from openscf.financing import vouchers as desk
from openscf.financing.store import portfolio
from openscf.kernel.money import CNY, Money
from openscf.ledger import Ledger
from tests.unit.financing.vouchers_house import DAY, DUE, START, Chain, yuan

FUNDERS = ("F", "G", "B")


def held(chain: Chain, name: str | None, on: dt.date = START) -> list[Holding]:
    party = None if name is None else chain.parties[name]
    return chain.act("system", lambda work: holdings_of(work, party, on=on))


def total(holdings: list[Holding]) -> str:
    return Money(sum(one.principal.minor for one in holdings), CNY).grouped


def reconciled(chain: Chain) -> bool:
    """Whether each portfolio is what the ledger keeps for that funder, and all together what it keeps for all."""

    def read(work: UnitOfWork) -> dict[Any, int]:
        kept: dict[Any, int] = {}
        for one in Ledger(work).accounts():
            if one.purpose == "piece":
                kept[one.owner] = kept.get(one.owner, 0) + one.posted_minor
        return kept

    kept = chain.act("system", read)
    mine = {name: sum(one.principal.minor for one in held(chain, name)) for name in FUNDERS}
    whole = sum(one.principal.minor for one in held(chain, None))
    return mine == {name: kept.get(chain.parties[name], 0) for name in FUNDERS} and whole == sum(mine.values())


def used(chain: Chain, owner: str) -> str:
    """What is used of a funder's limit on the obligor."""

    def read(work: UnitOfWork) -> str:
        (node,) = financing.limits_of(work, owner=chain.parties[owner], party=chain.parties["C"])
        return financing.usage(work, node).used.grouped

    return chain.act("system", read)


def test_a_piece_is_held_from_the_day_it_is_paid_for_until_it_is_sold_on_or_paid(chain: Chain) -> None:
    voucher, t1 = chain.live("3,000,000.00")
    child = chain.asked(t1, "T1", "F", amount="500,000.00")
    assert held(chain, "F") == [], "an offer is no money"
    chain.approve("F checker", chain.act("F maker", desk.request_funding, child, on=START))
    (one,) = held(chain, "F")
    assert (one.product, one.debtor, one.count) == ("payables_voucher", chain.parties["C"], 1)
    assert (one.principal, one.bucket) == (yuan("500,000.00"), Bucket.LATER)
    chain.funded(child, "F", "G", amount="200,000.00")
    assert (total(held(chain, "F")), total(held(chain, "G"))) == ("300,000.00", "200,000.00")
    assert reconciled(chain)
    chain.act("system", desk.redeem, voucher, yuan("1,000,000.00"), on=DUE)
    assert (total(held(chain, "F", DUE)), total(held(chain, "G", DUE))) == ("200,000.00", "133,333.33")
    assert reconciled(chain)
    chain.act("system", desk.redeem, voucher, yuan("2,000,000.00"), on=DUE)
    assert held(chain, None) == []


def test_whoever_granted_the_limit_and_buys_a_piece_holds_that_piece_and_not_the_voucher(chain: Chain) -> None:
    _, t1 = chain.live("3,000,000.00")
    assert held(chain, "B") == [], "a limit that was granted is no money"
    chain.funded(t1, "T1", "B", amount="1,000,000.00")
    chain.funded(t1, "T1", "F", amount="400,000.00")
    assert total(held(chain, "B")) == "1,000,000.00"
    assert (used(chain, "B"), used(chain, "F")) == ("3,000,000.00", "400,000.00"), "the tree carries each claim once"
    assert reconciled(chain)


def test_pieces_that_are_alike_stand_together_and_age_with_their_voucher(chain: Chain) -> None:
    _, t1 = chain.live("3,000,000.00")
    for amount in ("100,000.00", "50,000.00"):
        chain.funded(t1, "T1", "F", amount=amount)
    (one,) = held(chain, "F")
    assert (one.count, one.principal) == (2, yuan("150,000.00"))
    assert held(chain, "F", DUE)[0].bucket is Bucket.IN_30
    late = held(chain, "F", DUE + 40 * DAY)
    assert (late[0].bucket, total(late)) == (Bucket.LATE_60, "150,000.00")


def test_planted_finding_each_piece_twice_is_noticed(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    _, t1 = chain.live("3,000,000.00")
    chain.funded(t1, "T1", "F", amount="500,000.00")
    assert reconciled(chain)
    real = portfolio.bought
    monkeypatch.setattr(portfolio, "bought", lambda *given, **named: real(*given, **named) * 2)
    assert not reconciled(chain)
