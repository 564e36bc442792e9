"""The same industries under each regime, over years and seeds: what they came to, with bands.

A seed draws one industry and one course of demand; every regime meets the same ones, so that differences are paired. A
band is the mean over seeds plus and minus 1.96 standard errors.
"""

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from openscf.cluster.economy import DAYS_PER_YEAR, Finance, Purse, Tally, World, industry
from openscf.cluster.regimes.rules import BankLending, NoFinance, OfflineChain, Platform
from openscf.cluster.regimes.trials import TRIALS, Trial
from openscf.kernel.ports import SeededRandomness

Z: Final = 1.96


@dataclass(frozen=True, slots=True)
class Regime:
    """A regime to be compared.

    Attributes:
        code: Stable name.
        en, zh: What people call it.
        make: A fresh one.
        cash_percent: Of the cash that suppliers begin with, in industries of this row.
        main: Whether it is one of the four; else it takes one thing away from the platform, or changes the industry.
    """

    code: str
    en: str
    zh: str
    make: Callable[[], Finance]
    cash_percent: int = 100
    main: bool = True


REGIMES: Final = (
    Regime("none", "No external finance", "无外部融资", NoFinance),
    Regime("bank", "Bank lending on collateral", "传统银行抵押贷款", BankLending),
    Regime("offline", "Offline supply-chain finance", "线下供应链金融（一级供应商）", OfflineChain),
    Regime("platform", "This platform", "本平台", Platform),
    Regime("no_learning", "Platform that learns nothing", "平台不积累数据", lambda: Platform(learns=False), main=False),
    Regime("first_tier", "Platform for the first tier", "平台仅服务一级供应商", lambda: Platform(tiers=1), main=False),
    Regime("slow", "Platform that takes ten days", "平台放款需十天", lambda: Platform(wait=10), main=False),
    Regime("outage", "Platform down on days 50 to 80", "平台停摆 30 天", lambda: Platform(down=(50, 80)), main=False),
    Regime("rewards", "Platform that rewards data", "平台奖励优质数据", lambda: Platform(rewards=True), main=False),
    Regime("none_rich", "No finance, cash × 1.5", "无融资，现金×1.5", NoFinance, 150, main=False),
    Regime("platform_rich", "Platform, cash × 1.5", "本平台，现金×1.5", Platform, 150, main=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """A mean over seeds with its band.

    Attributes:
        mean: Of all seeds.
        low, high: The 95 % band of the mean; the mean itself where there is one seed.
        count: Number of seeds that have the figure.
    """

    mean: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Band":
        """The band of values, one for each seed."""
        if not values:
            return cls(math.nan, math.nan, math.nan, 0)
        mean = statistics.fmean(values)
        error = statistics.stdev(values) / math.sqrt(len(values)) * Z if len(values) > 1 else 0.0
        return cls(mean, mean - error, mean + error, len(values))


@dataclass(slots=True)
class Outcome:
    """What the seeds of one regime or trial came to, by figure; a seed without a figure (no loan) is left out."""

    regime: Regime | Trial
    values: dict[str, dict[int, float]] = field(default_factory=dict)

    def add(self, seed: int, figures: Mapping[str, float]) -> None:
        """The figures of one more seed."""
        for name, value in figures.items():
            self.values.setdefault(name, {})[seed] = value

    def band(self, name: str) -> Band:
        """A figure's band."""
        return Band.of(list(self.values.get(name, {}).values()))

    def against(self, other: "Outcome", name: str) -> Band:
        """The band of the paired differences to another regime."""
        mine, theirs = self.values.get(name, {}), other.values.get(name, {})
        return Band.of([mine[seed] - theirs[seed] for seed in mine if seed in theirs])


class Told(Protocol):
    """Is told how far it is."""

    def __call__(self, code: str, /, *, done: int, whole: int) -> None:
        """See the class."""
        ...


def compare(
    seeds: Iterable[int], years: int, *, regimes: Sequence[Regime] = REGIMES, trials: Sequence[Trial] = TRIALS,
    tell: Told | None = None,
) -> dict[str, Outcome]:  # fmt: skip
    """Run each regime on each seed, and each trial beside them.

    Args:
        seeds: Of industries and demand.
        years: How long each runs; at least one.
        regimes: Which ways to be financed.
        trials: Which small worlds.
        tell: Told before each run.

    Returns:
        Outcomes by the codes of regimes and trials.
    """
    chosen = list(seeds)
    found = {one.code: Outcome(one) for one in regimes} | {one.code: Outcome(one) for one in trials}
    for at, seed in enumerate(chosen):
        for place, regime in enumerate(regimes):
            if tell is not None:
                tell(regime.code, done=at * len(regimes) + place, whole=len(chosen) * len(regimes))
            found[regime.code].add(seed, run_one(regime, seed, years))
        for trial in trials:
            found[trial.code].add(seed, trial.run(seed))
    return found


def run_one(regime: Regime, seed: int, years: int) -> Mapping[str, float]:
    """One industry under one regime."""
    design = industry(SeededRandomness(seed), cash_percent=regime.cash_percent)
    purse = Purse({spec.name: spec.cash for spec in design.firms})
    world = World(design, purse, regime.make(), chance=SeededRandomness(1_000_003 * seed + 17))
    return figures(world.run(years * DAYS_PER_YEAR), years)


def figures(tally: Tally, years: int) -> Mapping[str, float]:
    """The figures of a run; shares as parts of one, money in millions of yuan."""
    found: dict[str, float] = {
        "output": tally.sold / max(tally.wanted, 1), "pieces": float(tally.sold), "turnover": tally.turnover / 1e8,
        "lost_for_cash": tally.lost_value["cash"] / max(tally.turnover, 1),
        "lost_upstream": tally.lost_value["parts"] / max(tally.turnover, 1),
        "defaults": float(tally.defaults), "contagion": float(tally.contagion),
        "funder_loss": tally.funder_loss / 1e8, "financed_value": tally.financed_value / 1e8,
        "cost_paid": tally.cost / 1e8, "funders_earn": (tally.cost - tally.funder_loss) / 1e8,
        "closed": float(tally.closed), "grown": float(tally.grown),
        "cash_first": _before_others(tally.lost_value, "cash") / max(tally.turnover, 1),
    }  # fmt: skip
    found |= _shares(tally) | _by_year(tally, years)
    if tally.wait_days:
        found["days_to_cash"] = float(statistics.median(tally.wait_days))
    if tally.lent_days:
        found["cost_of_capital"] = tally.cost / (tally.lent_days * 7 / 5 / 360)
        found["loss_rate"] = tally.funder_loss / max(tally.financed_value, 1)
        found["days_lent"] = tally.lent_days / max(tally.financed_value, 1)
        found["fee_per_request"] = tally.fees / 100 / max(tally.financed, 1)
    if tally.fraud_tried:
        found["fraud_paid"] = tally.fraud_paid / tally.fraud_tried
    return found


def _by_year(tally: Tally, years: int) -> dict[str, float]:
    first, last = (tally.yearly.get(year, Counter()).get("financed", 0) for year in (0, years - 1))
    found = {"financed_growth": (last - first) / 1e8}
    for year in range(years):
        known = tally.yearly.get(year, Counter())
        found[f"sold_{year}"] = float(known.get("sold", 0))
        found[f"financed_{year}"] = known.get("financed", 0) / 1e8
        if known.get("lent_days"):
            found[f"cost_{year}"] = known["cost"] / (known["lent_days"] * 7 / 5 / 360)
    return found


def _before_others(lost: Mapping[str, int], reason: str) -> int:
    """By how much more was lost for this reason than for the next largest one; below zero where another is larger.

    Missing parts are no reason of their own: somebody further up did not make them, for one of the others.
    """
    others = [amount for name, amount in lost.items() if name not in (reason, "parts")]
    return lost.get(reason, 0) - max(others, default=0)


def _shares(tally: Tally) -> dict[str, float]:
    """Requests that were financed: of all, by tier, of small ones; firms that ever were; what good data add."""
    counts = {f"share_tier_{tier}": one for tier, one in tally.tiers.items()}
    counts |= {"share_financed": [tally.asked, tally.financed], "share_small": tally.small}
    asking = [one for one in tally.firms.values() if one["asked"]]
    counts["share_firms"] = [len(asking), sum(one["financed"] > 0 for one in asking)]
    found = {name: financed / asked for name, (asked, financed) in counts.items() if asked}
    # Of the two makers of a part the first sends better papers, where anybody looks at them.
    good, poor = (_sum(one for name, one in tally.firms.items() if name.endswith(end)) for end in ("-0", "-1"))
    if good["asked"] and poor["asked"]:
        found["good_data_share"] = good["financed"] / good["asked"] - poor["financed"] / poor["asked"]
    if good["lent_days"] and poor["lent_days"]:
        found["good_data_cost"] = sum(
            sign * one["cost"] / (one["lent_days"] * 7 / 5 / 360) for sign, one in ((1, good), (-1, poor))
        )
    return found


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    whole = Counter[str]()
    for one in counters:
        whole.update(one)
    return whole
