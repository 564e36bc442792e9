"""A mini-economy through the platform: one core enterprise and those around it, some months, every product."""

import datetime as dt

from openscf import trades
from openscf.bootstrap import Platform
from openscf.cluster import papers
from openscf.cluster.door import PlatformDoor
from openscf.cluster.economy import World
from openscf.cluster.miniature import cast
from openscf.cluster.miniature.stories import Stories
from openscf.cluster.miniature.through import Happened, ThroughDoor
from openscf.cluster.stage import Stage, Told, silent
from openscf.kernel.calendars import add_business_days, china_interbank
from openscf.kernel.ports import ManualClock, SeededRandomness
from openscf.parties import BUSINESS_ZONE

__all__ = ["Happened", "Miniature", "Stories", "ThroughDoor", "cast", "start_clock"]


def start_clock() -> ManualClock:
    """Ten in the morning, in China, of the day on which the mini-economy opens."""
    return ManualClock(dt.datetime.combine(cast.OPENS_ON, dt.time(10), BUSINESS_ZONE))


class Miniature:
    """The mini-economy on a platform.

    Args:
        platform: The opened platform, on `clock`; a tenant is added to it.
        clock: Of `start_clock`.
        seed: Of demand and the bank.
        days: Business days that are played.
        tell: Told what is done, in both languages, and how far it is.

    Attributes:
        through: What went through the door.
        world: The economy.
    """

    def __init__(
        self, platform: Platform, clock: ManualClock, *, seed: int = 1, days: int = cast.DAYS, tell: Told = silent
    ) -> None:  # fmt: skip
        self.stage = Stage(platform, clock, name="Longbridge (mini-economy)", seed=seed)
        self.days, self.seed, self._tell = days, seed, tell
        self.through: ThroughDoor
        self.world: World

    def play(self) -> None:
        """All of it."""
        self._tell("members join and are verified", "成员入驻与认证")
        door, design = PlatformDoor(self.stage), cast.design()
        opening = {spec.name: spec.cash for spec in design.firms}
        door.join(cast.MEMBERS, opening)
        for funder, amount in cast.FUNDERS.items():
            door.bring(funder, amount)
        door.close_day(books=True)
        self._tell("limits and programmes by four eyes", "双人复核设定额度与项目")
        self._frames(door)
        self.through = ThroughDoor(door, self._dates())
        door.until(self.through.dates[0])
        self.world = World(design, self.through, self.through, chance=SeededRandomness(self.seed))
        Stories(self.through)
        for day in range(self.days):
            self._tell(f"{self.through.dates[day]}", f"{self.through.dates[day]}", done=day, whole=self.days)
            self.world.step()
        if self.days % cast.STATED_EVERY:
            self.through.send_statements()

    def _dates(self) -> tuple[dt.date, ...]:
        """The calendar date of each business day, from the one after the first on, a year beyond the end."""
        calendar, day = china_interbank(), self.stage.today
        found: list[dt.date] = []
        for _ in range(self.days + 130):
            found.append(add_business_days(day, len(found), calendar))
        return tuple(found)

    def _frames(self, door: PlatformDoor) -> None:
        everyone = (*cast.SUPPLIERS, *cast.SHOPS, "anchor", "tax-office")
        big = 5_000_000 * 100
        self._limits(
            door, "factor", cast.FUNDERS["factor"], by_name={**dict.fromkeys(everyone, big), cast.FAILS: 60_000 * 100}
        )
        self._limits(
            door,
            "bank-1",
            cast.FUNDERS["bank-1"],
            by_name={"anchor": 40_000_000 * 100, "bank-2": big, "cables-b-0": big},
        )
        self._limits(door, "bank-2", cast.FUNDERS["bank-2"], by_name={"anchor": 10_000_000 * 100})
        for name, said in cast.FRAMES.items():
            door.frame(name, **said)
        for supplier in cast.REVERSED:
            door.auto_trade(supplier, "reverse")
        self.stage.sweeps((*cast.SUPPLIERS, "shop-0"))  # the anchor keeps here what it brings for vouchers
        items = {papers.goods_class(item): item for item in cast.BY_EVENTS}
        door.read(trades.name_goods, items)
        for supplier in cast.SUPPLIERS:
            door.rate("rater", supplier, cast.RATED_PPB.get(supplier, cast.USUAL_PPB))

    @staticmethod
    def _limits(door: PlatformDoor, owner: str, total: int, *, by_name: dict[str, int]) -> None:
        """A funder bounds what it risks in all and on each enterprise."""
        door.limit(owner, total)
        for name, amount in by_name.items():
            door.limit(owner, amount, party=name)
