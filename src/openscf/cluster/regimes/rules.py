"""The four regimes. Their figures are assumptions, each said with its source or reason; the report repeats them.

The platform regime here is the platform's own rules in process: what a claim must show (`openscf.trades`: an order and
a receipt behind the invoice, one financing per invoice), its price (`openscf.credit.pricing`), its advance. The engine
itself with its books runs behind `cluster.door`; this is its fast twin for many seeds and years.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from openscf import credit
from openscf.cluster.economy.model import DAYS_PER_YEAR, YUAN, Claim, Fact, Need
from openscf.cluster.regimes.lending import Lending, Terms

if TYPE_CHECKING:
    from openscf.cluster.economy.world import World


@dataclass(slots=True)
class NoFinance(Lending):
    """Nobody lends: firms have their own cash and trade credit."""

    def _judge(self, world: "World", need: Need) -> Terms | str:  # noqa: ARG002 - one signature
        return "no_lender"


BANK_RATE_BPS: Final = 680  # small-business loans with collateral, all-in, of the years 2019 to 2023
BANK_LEAST: Final = 100_000 * YUAN  # below it a manual file does not pay for itself
BANK_COST: Final = 4_000 * YUAN  # valuation, notary, registration: borne by the borrower
BANK_PART: Final = 50  # of the collateral's value
BANK_DAYS: Final = (20, 25)  # four to nine weeks to a decision and the money


@dataclass(slots=True)
class BankLending(Lending):
    """A loan against land and machines, by paper: slow, dear for small sums, blind to trades."""

    def _judge(self, world: "World", need: Need) -> Terms | str:
        spec = need.firm.spec
        if need.claims and not need.claims[0].received:
            return "no_collateral"  # it looks at land, not at invoices
        out = sum(one.principal for one in self.loans if one.firm == spec.name)
        room = spec.collateral * BANK_PART // 100 - out
        if need.age_days < DAYS_PER_YEAR and need.firm.since:
            return "too_young"
        if room < BANK_LEAST:
            return "no_collateral"
        amount = max(min(need.amount, room), BANK_LEAST)
        wait = BANK_DAYS[0] + world.chance.below(BANK_DAYS[1])
        return Terms(rate_bps=BANK_RATE_BPS, wait=wait, fee=BANK_COST, amount=amount, days=DAYS_PER_YEAR // 2)


OFFLINE_RATE_BPS: Final = 560
OFFLINE_LEAST: Final = 100_000 * YUAN
OFFLINE_COST: Final = 400 * YUAN  # seals, couriers, a visit, for each batch of invoices
OFFLINE_DAYS: Final = (6, 8)  # the anchor confirms on paper
OFFLINE_MISSES: Final = 35  # of a hundred false papers, so many are not noticed


@dataclass(slots=True)
class OfflineChain(Lending):
    """A bank finances the anchor's own suppliers on invoices that the anchor confirms on paper; nobody further up."""

    def _judge(self, world: "World", need: Need) -> Terms | str:
        mine = [one for one in need.claims if world.firms[one.buyer].spec.tier == 0]
        if not mine:
            return "not_a_first_tier_supplier"
        if not mine[0].received and world.chance.below(100) >= OFFLINE_MISSES:
            return "false_papers"
        if sum(one.face for one in mine) < OFFLINE_LEAST:
            return "too_small"
        wait = OFFLINE_DAYS[0] + world.chance.below(OFFLINE_DAYS[1])
        return Terms(rate_bps=OFFLINE_RATE_BPS, wait=wait, part=80, fee=OFFLINE_COST, claims=tuple(mine))


PLATFORM_COST_PERMYRIAD: Final = 10  # 0.1 % of what is lent, the platform's fee
ANCHOR_PD: Final = 0.004
FIRST_PD: Final = 0.06  # of a firm of which nobody knows anything yet
KNOWN_PD: Final = 0.012
GOOD_DATA: Final = 90  # real firms whose buyers' copies of every invoice are there come to 80 to 100 points
POOR_DATA: Final = 60  # up to here nothing is earned
FULL_TRACK: Final = 60  # closed trades after which a record counts as full


@dataclass(slots=True)
class Platform(Lending):
    """Any tier, on trades that the platform has seen whole; price and limit follow what it has seen.

    Attributes:
        learns: Whether its record of a firm changes limit and price; without, every firm stays unknown.
        tiers: Finances suppliers up to this tier.
        wait: Business days from the request to the money.
        down: First day on which it does not work, and the day on which it works again.
        rewards: Of each two makers of a part the first sends whole papers in time (`GOOD_DATA` points), the second so
            that nothing is earned by them (`POOR_DATA`); limit and price reward it by the platform's own rule.
        received: Orders that somebody other than the seller has received.
    """

    learns: bool = True
    tiers: int = 99
    wait: int = 1
    down: tuple[int, int] = (0, 0)
    rewards: bool = False
    received: set[str] = field(default_factory=set)

    def heard(self, world: "World", fact: Fact) -> None:  # noqa: ARG002 - one signature
        """It sees every trade of the cluster."""
        if fact.kind == "received" and fact.order is not None:
            self.received.add(fact.order.number)

    def _judge(self, world: "World", need: Need) -> Terms | str:
        if self.down[0] <= need.day < self.down[1]:
            return "platform_down"
        if need.firm.spec.tier > self.tiers:
            return "not_a_first_tier_supplier"
        sound = [one for one in need.claims if self._is_sound(world, one)]
        if not sound:
            return "not_matched" if need.claims else "no_claims"
        out = sum(one.principal for one in self.loans if one.firm == need.firm.name)
        room = self._limit(need) - out
        if room <= 0:
            return "limit"
        taken, sum_taken = [], 0
        for one in sound:
            if sum_taken + one.face * 80 // 100 <= room:
                taken.append(one)
                sum_taken += one.face * 80 // 100
        if not taken:
            return "limit"
        term, points = max(one.due for one in taken) - need.day, self._points(need)
        rate = rate_bps(self._pd(world, need, taken), term, points)
        fee = min(sum_taken, need.amount) * PLATFORM_COST_PERMYRIAD // 10_000
        return Terms(rate_bps=rate, wait=self.wait, part=80, fee=fee, claims=tuple(taken))

    def _is_sound(self, world: "World", claim: Claim) -> bool:
        """One invoice of a name, an order behind it, goods received by somebody else, and never financed before."""
        name = claim.number.strip()
        return claim.order in self.received and world.claims.get(name) is claim and not claim.financed

    def _record(self, need: Need) -> int:
        """How much is known of a firm: closed trades, in per cent of a full record."""
        return min(need.track, FULL_TRACK) * 100 // FULL_TRACK if self.learns else 0

    def _limit(self, need: Need) -> int:
        """From a twelfth to a third of what it sold in a year, as its record grows; a small sum to begin with."""
        usual = max(need.sales * (25 + self._record(need) * 75 // 100) // 300, 200_000 * YUAN)
        earned = credit.incentive_for(credit.DataQuality(self._points(need), self._points(need))).limit_factor
        return usual * earned.numerator // earned.denominator

    def _points(self, need: Need) -> int:
        """The score of a firm's papers."""
        return GOOD_DATA if self.rewards and need.firm.name.endswith("-0") else POOR_DATA

    def _pd(self, world: "World", need: Need, taken: list[Claim]) -> int:
        """Basis points a year: the anchor's where it owes, else between unknown and known."""
        if all(world.firms[one.buyer].spec.tier == 0 for one in taken):
            return int(ANCHOR_PD * 10_000)
        return int((FIRST_PD + (KNOWN_PD - FIRST_PD) * self._record(need) / 100) * 10_000)


@lru_cache(maxsize=10_000)
def rate_bps(pd_bps: int, business_days: int, points: int = POOR_DATA) -> int:
    """The posted rate of the platform's own pricing rule for a PD, a term, and the score of the firm's papers."""
    days = max(business_days * 7 // 5, 1)
    risk = credit.IrbRisk(pd_1y=pd_bps / 10_000, lgd=0.4)
    quality = credit.DataQuality(points, points)
    found = credit.price(credit.PriceRequest(risk=risk, tenor_days=days, quality=quality), credit.PricePolicy())
    return int(found.rate.per_year * 10_000)
