"""Pieces of vouchers that funders bought are in their portfolios: once, at what the ledger has left
of them, and what may be lost of them is provided for.

Planted defects: a query that finds each piece twice; a day end that forgets pieces (`test_planted_…`).
"""

import datetime as dt
from typing import Any

import pytest

from openscf import credit, financing
from openscf.db import UnitOfWork
from openscf.financing import Bucket, Holding, holdings_of
from openscf.financing import vouchers as desk
from openscf.financing.store import portfolio, standings
from openscf.kernel.money import CNY, Money
from openscf.ledger import Ledger, standing_account
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


def ended(chain: Chain, on: dt.date) -> int:
    """The end of a day, as far as pieces go; how many postings."""
    curve = credit.loss_curve(credit.ProvisionPolicy())
    chain.act("system", financing.stand_pieces, on, curve, after=None)
    return chain.act("system", financing.post_accruals, on)


def provided(chain: Chain, name: str, on: dt.date) -> int:
    return sum(one.provision.minor for one in held(chain, name, on))


def booked(chain: Chain, name: str) -> int:
    account = standing_account(chain.parties[name], "CNY", "loss_allowance", floor_minor=None).id
    return -chain.act("system", lambda work: Ledger(work).balances([account])).get(account, 0)


def breaches(chain: Chain) -> list[str]:
    return chain.act("system", lambda work: [one.check for check in financing.CHECKS for one in check.find(work)])


def expected_loss(amount: str, on: dt.date) -> int:
    """By the pure rule, for an obligor that nobody rated; (stage, minor units)."""
    late = max((on - DUE).days, 0)
    claim = credit.Claim(
        outstanding_minor=yuan(amount).minor, dpd=late, days_left=max((DUE - on).days, 0), grade=8, first_grade=8
    )
    return credit.provide(claim, credit.loss_curve(credit.ProvisionPolicy())).provision_minor


def test_what_a_funder_bought_is_provided_for_at_what_is_left_of_it_and_the_books_say_it(chain: Chain) -> None:
    voucher, t1 = chain.live("3,000,000.00")
    child = chain.funded(t1, "T1", "F", amount="500,000.00")
    assert provided(chain, "F", START) == 0, "before the first day was ended"
    assert (ended(chain, START), ended(chain, START)) == (1, 0), "a second time moves nothing"
    assert provided(chain, "F", START) == booked(chain, "F") == expected_loss("500,000.00", START) > 0
    chain.funded(child, "F", "G", amount="200,000.00")
    ended(chain, START + DAY)
    for name, left in (("F", "300,000.00"), ("G", "200,000.00")):
        wanted = expected_loss(left, START + DAY)
        assert (provided(chain, name, START + DAY), booked(chain, name)) == (wanted, wanted), name
    assert provided(chain, "B", START) == 0, "a limit that was granted is no money"
    late = DUE + 100 * DAY
    ended(chain, late)
    assert booked(chain, "F") == expected_loss("300,000.00", late) > expected_loss("300,000.00", START) * 5
    assert breaches(chain) == []
    chain.act("system", desk.redeem, voucher, yuan("3,000,000.00"), on=late)
    assert breaches(chain) == [], "until the next day is ended the books carry what was posted"
    ended(chain, late + DAY)
    assert (booked(chain, "F"), booked(chain, "G")) == (0, 0)
    assert breaches(chain) == []


def test_planted_provisions_that_forget_a_piece_are_found_by_the_books(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums by funder that leave pieces out, as day end's did: what stood is more than what was posted."""
    _, t1 = chain.live("3,000,000.00")
    chain.funded(t1, "T1", "F", amount="500,000.00")
    real = standings.by_funder

    def forgetful(work: UnitOfWork) -> list[Any]:
        return [(party, code, interest, 0) for party, code, interest, _ in real(work)]

    monkeypatch.setattr(standings, "by_funder", forgetful)
    ended(chain, START)
    assert breaches(chain) == ["provisions_are_in_the_books"]
