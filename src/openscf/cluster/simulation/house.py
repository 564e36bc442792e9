"""The house in a storm: the in-memory twins of the engine, each command once, all of it or nothing."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar, Final

from openscf.cluster.simulation.chance import Chance
from openscf.cluster.simulation.shadow import Shadow
from openscf.financing import (
    PRODUCTS,
    Event,
    Evidence,
    LimitKind,
    MemoryFinancing,
    NewLimit,
    read,
    voucher_desk,
)
from openscf.kernel.calendars import Calendar, CalendarDay, china_interbank
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.money import CNY, Money
from openscf.kernel.ports import ManualClock, SeededIds
from openscf.ledger import Answer, Batch, MemoryLedger

CASH: Final = 30_000_000_00
LIMIT: Final = 20_000_000_00


class CrashedError(Exception):
    """The house fell down in the middle of a command."""


@dataclass(slots=True)
class Fragile(MemoryLedger):
    """A ledger whose house may fall down right after it has posted."""

    falls: bool = False

    def post(self, batches: Sequence[Batch], at: dt.datetime) -> list[tuple[Answer, ...]]:
        """See `MemoryLedger.post`."""
        answers = MemoryLedger.post(self, batches, at)
        if self.falls:
            raise CrashedError
        return answers


@dataclass(frozen=True, slots=True)
class Message:
    """A command on its way.

    Attributes:
        key: Its idempotency key.
        name: What it asks for.
        act: What it does to the house; gives its answer.
        inputs: What it says; bound to the key.
    """

    key: str
    name: str
    act: Callable[["House"], str]
    inputs: str = ""


@dataclass(slots=True)
class Step:
    """A step of a deal as a message says it."""

    deal: Any
    command: str
    on: dt.date
    params: dict[str, Any]
    pay_in: int = 0
    evidence: Evidence = field(default_factory=Evidence)
    seen: Any = None


class House:
    """See the module.

    Attributes:
        book: Deals, limits, liens, ledger.
        vouchers: Vouchers on the same books.
        answers: What each key was answered.
        objections: What the shadow found at the last command.
        crashes: How often it fell down.
        rare: Rare states, by name, and how often they were reached.
        today: The business date.
    """

    START: ClassVar[dt.date] = dt.date(2026, 3, 10)

    def __init__(self, seed: int, chance: Chance, products: dict[str, Any]) -> None:
        self.clock = ManualClock(dt.datetime.combine(self.START, dt.time(2), dt.UTC))
        ids = SeededIds(seed, self.clock)
        self.ledger = Fragile()
        self.book = MemoryFinancing(self.clock, ids, china_interbank(), ledger=self.ledger)
        declared = products.get("payables_voucher") or PRODUCTS.get("payables_voucher")
        self.vouchers = voucher_desk.MemoryVouchers(self.book, declared)  # type: ignore[arg-type]
        self.products, self.chance = products, chance
        self.today, self.shadow = self.START, Shadow()
        self.answers: dict[str, tuple[str, str]] = {}
        self.effects = Counter[str]()
        self.objections: list[str] = []
        self.crashes = 0
        self.rare = Counter[str]()
        self.operator = ids.new(PartyId)
        self.people = {
            kind: tuple(ids.new(PartyId) for _ in range(count))
            for kind, count in (("client", 5), ("obligor", 3), ("funder", 2))
        }
        self.people["operator"] = (self.operator,)
        self._settle_in()

    def _settle_in(self) -> None:
        """Money and limits; in one storm of four a limit is tight."""
        for kind in ("obligor", "funder", "client"):
            for party in self.people[kind]:
                self.book.bring(party, Money(CASH, CNY), self.today)
        for funder in self.people["funder"]:
            amount = Money(LIMIT, CNY)
            self.book.set_limit(NewLimit(kind=LimitKind.FUNDER, owner=funder, amount=amount), self.today)
            for kind in ("client", "obligor"):
                for party in self.people[kind]:
                    small = Money(1_500_000_00 if self.chance.permille(250) else LIMIT, CNY)
                    new = NewLimit(kind=LimitKind.COUNTERPARTY, owner=funder, amount=small, party=party)
                    self.book.set_limit(new, self.today)

    def product(self, code: str) -> Any:
        """A product's declaration, or the one that was planted in its place."""
        return self.products.get(code) or PRODUCTS.get(code)

    # -- commands ----------------------------------------------------------------------------------------------------

    def take(self, message: Message) -> str:
        """Answer a message: once for each key, the same again for the same key."""
        known = self.answers.get(message.key)
        if known is not None:
            if known[1] != message.inputs:
                self.rare["key_reused"] += 1
                return "refused idempotency_key_reused"
            return known[0]
        answer = self._tried(message)
        self.answers[message.key] = (answer, message.inputs)
        return answer

    def _tried(self, message: Message) -> str:
        try:
            answer = message.act(self)
            self.effects[message.key] += 1
            if self.effects[message.key] > 1:
                self.objections.append(f"I8: {message.key} had {self.effects[message.key]} effects")
            return answer
        except Refusal as refused:
            self.rare[f"refused {refused.code}"] += 1
            return f"refused {refused.code}"

    def crash(self, message: Message) -> None:
        """Fall down while a message is taken, after its postings and before the rest; nothing of it stays."""
        if message.key in self.answers:
            return
        before = self._kept()
        self.crashes += 1
        self.ledger.falls = True
        fell = False
        try:
            message.act(self)
        except CrashedError:
            fell = True
        except Refusal:
            pass
        finally:
            self.ledger.falls = False
        self.rare["crashed_after_posting" if fell else "crashed_before_posting"] += 1
        self._restore(before)

    def _kept(self) -> tuple[Any, ...]:
        """Everything that a command may change; what lies in the dictionaries is immutable."""
        book, mine, ledger = self.book, self.vouchers, self.book.ledger
        kept = [dict(getattr(book, name)) for name in _BOOK]
        kept += [dict(getattr(ledger, name)) for name in _LEDGER]
        kept += [dict(getattr(mine, name)) for name in _VOUCHERS]
        nested = ({key: list(value) for key, value in mine.trees.items()},
                  {key: dict(value) for key, value in mine.marks.items()})  # fmt: skip
        return kept, nested, len(book.decisions), len(mine.history), self.shadow.copied(), Counter(self.rare)

    def _restore(self, kept: tuple[Any, ...]) -> None:
        book, mine, ledger = self.book, self.vouchers, self.book.ledger
        values, (trees, marks), decisions, history, shadow, rare = kept
        owners: list[tuple[Any, str]] = [(book, name) for name in _BOOK] + [(ledger, name) for name in _LEDGER]
        owners += [(mine, name) for name in _VOUCHERS]
        for (owner, name), value in zip(owners, values, strict=True):
            setattr(owner, name, value)
        mine.trees, mine.marks = trees, marks
        del book.decisions[decisions:]
        del mine.history[history:]
        crashed = Counter({name: count for name, count in self.rare.items() if name.startswith("crashed")})
        self.shadow, self.rare = shadow, Counter[str](rare) | crashed
        self.objections.clear()

    def perform(self, step: Step) -> str:
        """A step of a deal; money that comes with it arrives first, and stays if the step is refused."""
        before = self.book.deals[step.deal]
        product = self.product(before.product)
        declared = product.steps.get(step.command)
        # What comes for a deal that is over lies in suspense: its escrow account is closed.
        if step.pay_in and not product.lifecycle.is_final(before.state):
            self.book.pay_in(product, step.deal, Money(step.pay_in, CNY), on=max(step.on, self._open_day()))
        params = None
        if declared is not None and declared.params is not None:
            params = read(declared.params, step.params, money=CNY)
        decision = self.book.perform(
            product, step.deal, Event(name=step.command, on=step.on, params=params), evidence=step.evidence,
            seen=step.seen,
        )  # fmt: skip
        said = getattr(params, "amount", None)
        minor = said.minor if isinstance(said, Money) else 0
        self.objections += self.shadow.heard(before, step.command, on=step.on, said=minor, decision=decision)
        self.objections += self._unclosed(decision)
        self.rare[f"{before.product} {decision.event}"] += 1
        shown = ",".join(f"{name}={amount.minor}" for name, amount in sorted(decision.amounts.items()))
        return f"{decision.event} {decision.deal.state} {shown}"

    def _open_day(self) -> dt.date:
        through = self.book.ledger.closed_through
        return self.today if through is None else max(self.today, through + dt.timedelta(days=1))

    def _unclosed(self, decision: Any) -> list[str]:
        """I15: nothing was posted into a closed day."""
        through = self.book.ledger.closed_through
        if through is None or not decision.movements:
            return []
        latest = islice(reversed(self.book.ledger.posted.values()), len(decision.movements))
        mine = [past.transfer for past in latest][::-1]
        return [f"I15: {one.reason} was posted into {one.value_on}, closed through {through}"
                for one in mine if one.value_on <= through]  # fmt: skip

    # -- time --------------------------------------------------------------------------------------------------------

    def turn(self, days: int) -> None:
        """Turn the calendar."""
        self.today += dt.timedelta(days=days)
        self.clock.advance(dt.timedelta(days=days))

    def close(self) -> None:
        """Close the books up to yesterday."""
        self.book.ledger.close_through(self.today - dt.timedelta(days=1))
        self.rare["day_closed"] += 1

    def declare_holiday(self) -> None:
        """The authorities gazette another holiday: due days that are agreed stay, new ones roll around it."""
        day = self.today + dt.timedelta(days=5 + self.chance.below(90))
        due = {getattr(deal.book, "due_on", None) for deal in self.book.deals.values()}
        if day not in due:
            assert isinstance(self.book.calendar, Calendar)
            self.book.calendar = self.book.calendar.with_days([CalendarDay(day, is_open=False)])
            self.rare["holiday_declared"] += 1


_BOOK: Final = ("deals", "liens", "nodes", "uses", "assets", "pools")
_LEDGER: Final = ("units", "accounts", "posted", "failed", "touched")
_VOUCHERS: Final = ("claims", "pieces", "backed", "related")
