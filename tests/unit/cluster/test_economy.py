"""The economy conserves goods and money, is the same for the same seed, and fails where it should."""

import dataclasses
import os
import subprocess
import sys

import pytest

from openscf.cluster.economy import OUTSIDE, Answer, Claim, Fact, Need, Purse, Shock, Spec, Trade, World, industry
from openscf.cluster.economy.model import Design
from openscf.cluster.regimes import NoFinance, Platform
from openscf.kernel.ports import SeededRandomness

YEAR = 250


def world(seed: int, *, finance: object | None = None, days: int = YEAR, **changed: object) -> World:
    design = dataclasses.replace(industry(SeededRandomness(seed)), **changed)
    purse = Purse({spec.name: spec.cash for spec in design.firms})
    made = World(design, purse, finance or NoFinance(), chance=SeededRandomness(seed))  # type: ignore[arg-type]
    made.trace = []
    made.run(days)
    return made


def money_in(made: World) -> int:
    purse = made.treasury
    assert isinstance(purse, Purse)
    return sum(purse.balances.values()) + purse.outside


@pytest.mark.parametrize("finance", [NoFinance, Platform])
def test_money_only_moves(finance: type[NoFinance]) -> None:
    made = world(3, finance=finance())
    assert money_in(made) == 0
    assert min(made.treasury.balance(name) for name in made.firms) >= 0


def test_every_invoice_is_of_goods_that_were_ordered_and_received() -> None:
    made = world(4, finance=Platform())
    told = {line.split(" ", 1)[1] for line in made.trace or ()}
    real = [claim for claim in made.claims.values() if claim.order]
    assert len(real) > 300
    for claim in real:
        if claim.received:
            assert f"ordered {claim.order}" in told
            assert f"received {claim.order}" in told
            assert claim.face == claim.pieces * made.design.spec(claim.seller).price
    delivered: dict[str, int] = {}
    for claim in real:
        if claim.received:
            delivered[claim.order] = delivered.get(claim.order, 0) + claim.pieces
    assert max(delivered.values()) > 0


def test_the_same_seed_is_the_same_history_and_another_is_not() -> None:
    assert world(5, days=120).trace == world(5, days=120).trace
    assert world(5, days=120).trace != world(6, days=120).trace


@pytest.mark.slow
def test_the_order_of_hashes_changes_nothing() -> None:
    said = (
        "from openscf.cluster.regimes import REGIMES, run_one\n"
        "print([sorted(run_one(one, 3, 1).items()) for one in REGIMES[:4]])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", said], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
            check=True,
        ).stdout
        for seed in ("1", "99")
    }  # fmt: skip
    assert len(told) == 1


def test_a_plant_that_stands_still_and_a_sudden_default_are_felt() -> None:
    calm = world(7, shocks=(), days=120)
    named = "castings-0"
    still = world(7, shocks=(Shock(day=5, days=60, kind="plant", firm=named),), days=120)
    failed = world(7, shocks=(Shock(day=40, days=1, kind="default", firm=named),), days=120)
    assert still.tally.turnover < calm.tally.turnover
    assert failed.firms[named].alive is False
    assert any(line.endswith(f"insolvent {named}") for line in failed.trace or ())
    assert failed.tally.defaults >= 1


def test_dearer_labour_and_weaker_demand_are_felt() -> None:
    calm = world(8, shocks=(), days=150)
    dear = world(8, shocks=(Shock(day=10, days=140, kind="price", percent=140),), days=150)
    weak = world(8, shocks=(Shock(day=10, days=140, kind="demand", percent=50),), days=150)
    assert dear.tally.sold < calm.tally.sold or dear.tally.defaults > calm.tally.defaults
    assert weak.tally.wanted < calm.tally.wanted


class Generous:
    """Gives what is asked for, at once, and wants nothing back."""

    def heard(self, world: World, fact: Fact) -> None:
        pass

    def ask(self, world: World, need: Need) -> Answer:
        world.treasury.pay(OUTSIDE, need.firm.name, need.amount)
        return Answer(need.amount, need.day, "financed")

    def settle(self, world: World, claim: Claim) -> None:
        world.treasury.pay(claim.buyer, claim.seller, claim.face)

    def evening(self, world: World) -> None:
        pass


def test_what_lacks_is_money_where_money_mends_it() -> None:
    poor, rich = world(9), world(9, finance=Generous())
    assert poor.tally.lost["cash"] > 0
    assert rich.tally.lost["cash"] == 0
    assert rich.tally.sold > poor.tally.sold


def test_an_order_nobody_can_begin_is_withdrawn_for_its_reason() -> None:
    firms = (
        Spec(name="anchor", trade=Trade.ANCHOR, tier=0, family=-1, makes="m", of=("p",), price=1000, labour=1,
             capacity=500, cash=10**9),
        Spec(name="maker", trade=Trade.SUPPLIER, tier=1, family=0, makes="p", price=500, labour=100, capacity=500,
             cash=50),
        Spec(name="shop", trade=Trade.DISTRIBUTOR, tier=-1, family=-1, makes="", of=("m",), price=0, capacity=300,
             cash=10**9),
    )  # fmt: skip
    purse = Purse({spec.name: spec.cash for spec in firms})
    made = World(Design(firms=firms, demand=50), purse, NoFinance(), chance=SeededRandomness(1))
    made.run(60)
    assert made.tally.lost["cash"] > 0, "the maker has not got the wages of a third of an order"
    assert made.tally.lost["capacity"] == 0


def test_who_pays_late_now_and_then_pays_the_rest_in_time() -> None:
    design = industry(SeededRandomness(9), demand=60, shocks=False)
    late = {"late_days": 9, "late_every": 2}
    firms = tuple(dataclasses.replace(one, **late) if one.name == "shop-1" else one for one in design.firms)
    design = dataclasses.replace(design, firms=firms)
    purse = Purse({spec.name: spec.cash for spec in firms})
    made = World(design, purse, NoFinance(), chance=SeededRandomness(9))
    made.run(90)
    paid = [one for one in made.claims.values() if one.buyer == "shop-1" and one.paid is not None]
    delays = {(one.made % 2, (one.paid or 0) - one.due >= 9) for one in paid}
    assert delays == {(0, True), (1, False)}
