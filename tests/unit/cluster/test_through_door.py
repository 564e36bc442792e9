"""What the mini-economy does at the platform's door when the platform says no: it writes it down and lives on."""

import datetime as dt
from pathlib import Path

import pytest

from openscf.bootstrap import Platform
from openscf.cluster import papers, start_clock
from openscf.cluster.door import PlatformDoor
from openscf.cluster.economy import WEEK, Claim, World, industry
from openscf.cluster.miniature import ThroughDoor, cast
from openscf.cluster.papers import Goods
from openscf.cluster.stage import Member, Stage, demo_uscc
from openscf.db import Database
from openscf.db.settings import Settings
from openscf.financing import found_deal
from openscf.kernel.calendars import add_business_days, china_interbank
from openscf.kernel.ports import SeededRandomness
from openscf.parties import PartyRole

ROLES = {
    "operator": PartyRole.OPERATOR, "anchor": PartyRole.ANCHOR, cast.POOLED: PartyRole.SUPPLIER,
    "factor": PartyRole.FUNDER,
}  # fmt: skip
FACE = 113_000_00
NUMBERS = ("INV-00001", "INV-00502", "INV-77003")


@pytest.fixture
def through(database: Database, tmp_path: Path) -> ThroughDoor:
    """A pool that is open, on the platform itself, and a factor that finances single invoices as well."""
    database.clock = start_clock()
    platform = Platform(database, database.clock, database.ids, Settings(home=tmp_path))
    door = PlatformDoor(Stage(platform, database.clock, name="a pool"))  # type: ignore[arg-type]  # as stands above
    members = {
        name: Member(f"{name}有限公司", name, demo_uscc(f"91310000MA0DEM{at:03d}"), role)
        for at, (name, role) in enumerate(ROLES.items())
    }
    door.join(members, {})
    door.limit("factor", FACE * 9)
    for debtor in ("anchor", cast.POOLED):
        door.limit("factor", FACE * 9, party=debtor)
    door.bring("factor", FACE * 9)
    door.close_day(books=True)
    policy = {"needs_order": False, "needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    door.frame("pool", **{**cast.FRAMES["pool"], "policy": policy})
    terms = {"price": {"rate": "6%"}, "advance_rate": "80%", "fee_rate": "0"}
    door.frame("factoring", "factor", "factoring", policy=policy, terms=terms)
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
