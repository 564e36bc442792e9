"""What the mini-economy does at the platform's door when the platform says no: it writes it down and lives on."""

import datetime as dt
from pathlib import Path

import pytest

from openscf.cluster import papers
from openscf.cluster.economy import WEEK, Claim, World, industry
from openscf.cluster.miniature import ThroughDoor, cast
from openscf.cluster.papers import Goods
from openscf.db import Database
from openscf.financing import found_deal
from openscf.kernel.calendars import add_business_days, china_interbank
from openscf.kernel.ports import SeededRandomness
from openscf.parties import PartyRole
from tests.unit.cluster.doors import POLICY, lending_door

ROLES = {
    "operator": PartyRole.OPERATOR, "anchor": PartyRole.ANCHOR, cast.POOLED: PartyRole.SUPPLIER,
    "factor": PartyRole.FUNDER,
}  # fmt: skip
FACE = 113_000_00
NUMBERS = ("INV-00001", "INV-00502", "INV-77003")


@pytest.fixture
def through(database: Database, tmp_path: Path) -> ThroughDoor:
    """A pool that is open, on the platform itself, and a factor that finances single invoices as well."""
    door = lending_door(database, tmp_path, ROLES, minor=FACE * 9)
    door.frame("pool", **{**cast.FRAMES["pool"], "policy": POLICY})
    until = (door.today + dt.timedelta(days=300)).isoformat()
    pool = door.open("pool", cast.POOLED, {"client": cast.POOLED}, proposal={"until": until})
    door.step(cast.POOLED, pool, "accept", documents=[])
    door.agree("factor", pool, "activate")
    dates = tuple(add_business_days(door.today, at, china_interbank()) for at in range(90))
    return ThroughDoor(door, dates, pool=pool)


def week_of_claims(through: ThroughDoor) -> tuple[World, list[Claim]]:
    """An economy on the last day of a week, with three fresh invoices of the pool's seller, one of them financed."""
    door, claims = through.door, []
    design = industry(SeededRandomness(1))
    world = World(design, through, through, chance=SeededRandomness(1))
    world.day = WEEK - 1
    for at, number in enumerate(NUMBERS):
        joined, face = door.stage.joined, FACE * (at + 1)
        goods = Goods(
            order="", number=number, seller=joined[cast.POOLED].party, buyer=joined["anchor"].party, item="castings",
            name="铸件", pieces=1000 * (at + 1), price_minor=113_00, ordered_on=door.today, on=door.today,
            due_on=through.dates[60 + at],
        )  # fmt: skip
        assert door.deliver(cast.POOLED, {f"{number}.xml": papers.ubl_invoice(goods)}) == 1
        claims.append(Claim(number, "", cast.POOLED, "anchor", 1000, face, 0, 60 + at))
    through.confirm(claims)
    asked = door.finance("factoring", cast.POOLED, NUMBERS[1])
    assert asked.funded, asked.refusals
    through._fresh.extend(claims)
    return world, claims


def test_a_receivable_that_the_pool_refuses_waits_and_the_others_enter(through: ThroughDoor) -> None:
    """The year of seed 0 ended here: one receivable of a week was refused, and nobody caught it."""
    world, claims = week_of_claims(through)
    through.evening(world)
    assert [one.financed for one in claims] == ["receivables_pool", "", "receivables_pool"]
    assert through.pool is not None
    assert through.door.read(found_deal, through.pool).deal.book.items == 2
    assert [one.en for one in through.happened] == [f"{NUMBERS[1]} waits for a person: encumbered"]
    assert through.door.today == through.dates[WEEK], "the day was closed, and the next one has begun"
