"""Designs of industry clusters: figures that are assumed, each with its reason."""

from typing import Final

from openscf.cluster.economy.model import YUAN, Design, Shock, Spec, Trade
from openscf.kernel.ports import Randomness

PARTS: Final = ("castings", "fasteners", "cables", "housings")
# Prices of one piece with value-added tax at 13 %: so many times 113 fen, so that net and tax are whole fen each. A
# machine of four parts; margins after labour are 12 to 17 per cent, as in manufacturing.
ANCHOR_PRICE, ANCHOR_LABOUR = 1_062 * 113, 250 * YUAN
FIRST_PRICE, FIRST_LABOUR = 168 * 113, 66 * YUAN
SECOND_PRICE, SECOND_LABOUR = 81 * 113, 32 * YUAN
THIRD_PRICE, THIRD_LABOUR = 37 * 113, 33 * YUAN  # raw material, bought for cash, is part of its labour here


def industry(chance: Randomness, *, demand: int = 160, shocks: bool = True, cash_percent: int = 100) -> Design:
    """A cluster of one core enterprise, three tiers of suppliers and four distributors; 29 firms.

    What differs from seed to seed: how much cash firms begin with, how long their buyers have to pay, who pays late,
    who is dishonest, and when shocks come.

    Args:
        chance: Draws them.
        demand: Pieces that end demand takes a day.
        shocks: Whether there are any.
        cash_percent: Of the cash that suppliers usually begin with.
    """
    firms = [_anchor(demand)]
    for family, part in enumerate(PARTS):
        firms += _family(chance, family, part, sizes=(demand, cash_percent))
    firms += [
        Spec(
            name=f"shop-{at}", trade=Trade.DISTRIBUTOR, tier=-1, family=-1, makes="", of=("machines",), price=0,
            capacity=demand * 7 // 4,
            cash=demand * 8 * ANCHOR_PRICE // 4, upkeep=demand * 5 * ANCHOR_PRICE * 3 // 400,
        )
        for at in range(4)
    ]  # fmt: skip
    return Design(
        firms=tuple(firms), demand=demand, expand_cost=60 * YUAN, shocks=_shocks(chance, firms) if shocks else ()
    )  # fmt: skip


def _anchor(demand: int) -> Spec:
    weekly = demand * 5
    return Spec(
        name="anchor", trade=Trade.ANCHOR, tier=0, family=-1, makes="machines", of=PARTS, price=ANCHOR_PRICE,
        labour=ANCHOR_LABOUR, capacity=weekly * 14 // 10, cash=weekly * 16 * ANCHOR_PRICE, terms_days=10,
        upkeep=weekly * 30 * YUAN,
    )  # fmt: skip


def _family(chance: Randomness, family: int, part: str, *, sizes: tuple[int, int]) -> list[Spec]:
    """Two first-tier suppliers, two of the second and two of the third, with less power the further up."""
    demand, cash_percent = sizes
    weekly = demand * 5
    firms: list[Spec] = []
    shapes = (
        (1, part, (f"{part}-b",), (FIRST_PRICE, FIRST_LABOUR), 45),
        (2, f"{part}-b", (f"{part}-c",), (SECOND_PRICE, SECOND_LABOUR), 45),
        (3, f"{part}-c", (), (THIRD_PRICE, THIRD_LABOUR), 30),
    )
    for tier, makes, of, (price, labour), terms in shapes:
        for at in range(2):
            share = weekly * 7 // 10  # of the two together: 1.4 times what is usual
            wages = share * 5 // 7 * labour
            firms.append(
                Spec(
                    name=f"{makes}-{at}", trade=Trade.SUPPLIER, tier=tier, family=family, makes=makes, of=of,
                    price=price, labour=labour, capacity=share,
                    # Six to fourteen weeks' labour, where paying it until the buyer pays takes about eleven.
                    cash=wages * (600 + chance.below(800)) // 100 * cash_percent // 100,
                    terms_days=terms + 5 * chance.below(4), late_days=(0, 0, 0, 5, 12)[chance.below(5)],
                    honest=chance.below(8) != 0, collateral=wages * chance.below(50),
                    upkeep=share * 5 // 7 * (price * 4 // 100),
                )
            )  # fmt: skip
    return firms


def _shocks(chance: Randomness, firms: list[Spec]) -> tuple[Shock, ...]:
    """In three years: one fall of demand, one rise of costs, two plants that stand still, one sudden default."""
    suppliers = [one for one in firms if one.trade is Trade.SUPPLIER]
    named = [suppliers[chance.below(len(suppliers))].name for _ in range(3)]
    return (
        Shock(day=200 + chance.below(400), days=60, kind="demand", percent=60 + chance.below(20)),
        Shock(day=100 + chance.below(500), days=120, kind="price", percent=104 + chance.below(5)),
        Shock(day=60 + chance.below(300), days=15, kind="plant", firm=named[0]),
        Shock(day=360 + chance.below(300), days=15, kind="plant", firm=named[1]),
        Shock(day=250 + chance.below(250), days=1, kind="default", firm=named[2]),
    )
