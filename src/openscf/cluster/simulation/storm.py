"""A storm: random business on the in-memory twins of the engine, through a network that fails, under a strict auditor.

One seed is one storm. It draws which products and which faults it has (a swarm: what hides in the crowd shows when half
of the crowd stays at home), then sends commands: open a deal, take a step of it, pay money in, turn the calendar, close
a day. Each command travels as a message with a key; the network loses it, doubles it, delays it, lets others overtake
it, or the house crashes in the middle of it. The client asks again with the same key until it is answered, so each
command has one effect. Decisions are those of the products themselves; only what keeps them is in memory.
"""

import datetime as dt
import gc
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from openscf.cluster.simulation.chance import Chance
from openscf.cluster.simulation.house import House, Message
from openscf.cluster.simulation.moves import Moves
from openscf.cluster.simulation.openings import OPENINGS
from openscf.cluster.simulation.watching import Watch

FAULTS: Final = ("drop", "duplicate", "reorder", "delay", "crash", "bank", "clock")
PERMILLE: Final = 60
LOOK_EVERY, WHOLE = 10, 20
"""The watch looks at what is new after every ten commands, and in so many of a thousand looks at everything."""


@dataclass(slots=True)
class Result:
    """What a storm came to.

    Attributes:
        seed: Its seed.
        commands: Messages that were answered for the first time.
        trace: SHA-256 over all that happened.
        outcomes: Answers by command or refusal.
        rare: Named rare states that were reached.
        findings: What does not hold, with the number of the command.
        features: Products and faults that it had.
    """

    seed: int
    commands: int = 0
    trace: str = ""
    outcomes: Counter[str] = field(default_factory=Counter)
    rare: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    features: tuple[str, ...] = ()


class Storm:
    """See the module.

    Args:
        seed: Of everything.
        products: Declarations that take the place of the platform's own, by code: planted defects.
    """

    def __init__(self, seed: int, *, products: dict[str, Any] | None = None) -> None:
        self.chance = Chance(seed)
        chosen = [code for code in OPENINGS if self.chance.below(2)] or [self.chance.pick(tuple(OPENINGS))]
        self.vouchers = bool(self.chance.below(2))
        self.faults = frozenset(name for name in FAULTS if self.chance.below(2))
        self.house = House(seed, self.chance, products or {})
        self.moves = Moves(self.house, self.chance, tuple(chosen), vouchers=self.vouchers)
        self.result = Result(seed, features=(*chosen, *(("vouchers",) if self.vouchers else ()), *sorted(self.faults)))
        self.watch = Watch(self.house.book, self.house.vouchers, self.house.operator)
        self._looks = Chance(seed + 1_000_000)  # of its own: how often somebody looks changes nothing in the storm
        self._waiting: list[tuple[int, Message]] = []
        self._hash = hashlib.sha256()
        self._now = 0

    def run(self, commands: int) -> Result:
        """So many commands; then the network heals, and everything that was sent arrives."""
        while self._now < commands and not self.result.findings:
            self._now += 1
            self._turn()
            self._send(self.moves.next())
            self._deliver(upto=self._now)
            if self._now % LOOK_EVERY == 0:
                self._audit(whole=self._looks.permille(WHOLE))
        self.faults = frozenset()
        while self._waiting and not self.result.findings:
            self._now += 1
            self._deliver(upto=self._now + 1000)
        self._audit(whole=True)
        self.result.rare.update(self.house.rare)
        self.result.trace = self._hash.hexdigest()
        return self.result

    def _turn(self) -> None:
        """The calendar turns now and then, and days are closed; a faulty clock jumps."""
        if self.chance.permille(90):
            days = 1 + self.chance.below(5)
            if "clock" in self.faults and self.chance.permille(30):
                days += 60
                self.house.rare["clock_jump"] += 1
            self.house.turn(days)
            if self.chance.permille(400):
                self.house.close()
        if "clock" in self.faults and self.chance.permille(4):
            self.house.declare_holiday()

    def _send(self, message: Message) -> None:
        """A message travels: it may be lost and sent again, arrive twice, late, or after the next ones."""
        delay = 0
        if "drop" in self.faults and self.chance.permille(PERMILLE):
            delay, self.house.rare["dropped"] = 2 + self.chance.below(4), self.house.rare["dropped"] + 1
        if "delay" in self.faults and self.chance.permille(PERMILLE):
            delay += 1 + self.chance.below(20)
        if "reorder" in self.faults and self.chance.permille(PERMILLE):
            delay += 1
        self._waiting.append((self._now + delay, message))
        if "duplicate" in self.faults and self.chance.permille(PERMILLE):
            self._waiting.append((self._now + delay + self.chance.below(10), message))

    def _deliver(self, *, upto: int) -> None:
        due = [pair for pair in self._waiting if pair[0] <= upto]
        self._waiting = [pair for pair in self._waiting if pair[0] > upto]
        for _, message in due:
            if "crash" in self.faults and self.chance.permille(PERMILLE):
                self.house.crash(message)
                self._waiting.append((self._now + 1, message))  # the client has no answer and asks again
            else:
                self._answer(message)

    def _answer(self, message: Message) -> None:
        again = message.key in self.house.answers
        answer = self.house.take(message)
        said = f"{message.key} {message.name} {answer}"
        if again:
            self.house.rare["replayed"] += 1
            return
        self._hash.update(said.encode())
        self.result.commands += 1
        self.result.outcomes[answer.partition(" ")[0]] += 1
        self.result.findings += [f"command {self._now} ({message.name}): {one}" for one in self.house.objections]
        self.house.objections.clear()

    def _audit(self, *, whole: bool) -> None:
        found = self.watch.whole() if whole else self.watch.glance()
        self.result.findings += [f"command {self._now}: {one}" for one in found[:5]]


def storm(seed: int, commands: int = 500, *, products: dict[str, Any] | None = None) -> Result:
    """One storm. What it makes lives until it ends: the collector of garbage would look at it again and again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return Storm(seed, products=products).run(commands)
    finally:
        if collects:
            gc.enable()


def first_day() -> dt.date:
    """The day on which every storm begins."""
    return House.START
