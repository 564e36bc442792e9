"""A small market from a seed: what its sources say, and the many ways in which their messages may arrive.

Facts are records with their sender. An arrival is a list of files: facts duplicated, reordered, delayed, split and
gathered, and bank lines cut into statements that overlap. Banks cut at days; so do the arrivals.
"""

import dataclasses
import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from openscf.trades import BankLine, DocumentStatus, Identity, Record
from tests.unit.trades.market import BUYER, DAY, SELLER
from tests.unit.trades.papers import bill, credit, event, order, paid, receipt, statement

STRANGER = Identity("不相干的公司")
Fact = tuple[str, Record]


@dataclass
class World:
    """What happened.

    Attributes:
        facts: (sender, record): sender is `seller`, `buyer`, `keeper` or another source.
        lines: What the bank booked, and notices of what it was about to book.
        unclear: Remittances of payments that nobody may place: whoever does has guessed.
        unproven: Numbers of invoices of which nobody knows whether their goods came.
    """

    facts: list[Fact] = field(default_factory=list)
    lines: list[BankLine] = field(default_factory=list)
    notices: list[BankLine] = field(default_factory=list)
    unclear: set[str] = field(default_factory=set)
    unproven: set[str] = field(default_factory=set)


def world_of(seed: int) -> World:
    """The market of this seed."""
    chance = random.Random(f"world {seed}")
    world = World()
    for n in range(6):
        _trade(world, chance, n)
    _equals(world)
    _doubt(world)
    world.lines.append(paid(1, "unclear stranger", payer=STRANGER, day=8))
    world.unclear.add("unclear stranger")
    return world


def arrival_of(world: World, seed: int) -> list[list[Fact]]:
    """The files of one arrival, in their order."""
    chance = random.Random(f"arrival {seed}")
    facts = [*world.facts, *chance.choices(world.facts, k=len(world.facts) // 2)]
    facts += _statements(world, chance)
    chance.shuffle(facts)
    files: list[list[Fact]] = []
    for sender, record in facts:
        fitting = [file for file in files if file[0][0] == sender and len(file) < 4]
        if fitting and chance.random() < 0.4:
            chance.choice(fitting).append((sender, record))
        else:
            files.append([(sender, record)])
    chance.shuffle(files)
    return files


def plain_arrival(world: World) -> list[list[Fact]]:
    """Everything once, sorted and in one file of each sender: as a textbook would have it."""
    days = sorted({_day(line) for line in world.lines})
    whole = [("bank", statement([line for line in world.lines if _day(line) == day], f"day {day}")) for day in days]
    facts = [*world.facts, *whole]
    return [[fact for fact in facts if fact[0] == sender] for sender in dict.fromkeys(sender for sender, _ in facts)]


def _trade(world: World, chance: random.Random, n: int) -> None:
    po, number, billed = f"PO-{n}", f"INV-2026-{n:04}", chance.randint(4, 12)
    of = po if chance.random() < 0.8 else None
    invoice = bill(number, billed, of=of, day=n, price=chance.choice(["5", "5", "5.1"]))
    invoices = [invoice]
    if chance.random() < 0.4:
        invoices.append(dataclasses.replace(invoice, due_on=DAY + dt.timedelta(60)))
    if chance.random() < 0.25:
        invoices.append(bill(number, billed + 1, of=of, day=n))
    if chance.random() < 0.15:
        invoices.append(dataclasses.replace(invoice, status=DocumentStatus.VOID))
    world.facts += [("tax office", one) for one in invoices]
    if chance.random() < 0.85:
        world.facts.append(("buyer", order(po, chance.randint(4, 12))))
    if chance.random() < 0.4:
        letters = [credit(f"CN-{n}", number, chance.randint(1, 3), day=n + 1) for _ in range(chance.choice([1, 1, 2]))]
        world.facts += [("tax office", letter) for letter in letters]
    _goods(world, chance, n)
    _money(world, chance, invoice.gross_minor or 0, number=number)


def _goods(world: World, chance: random.Random, n: int) -> None:
    po = f"PO-{n}"
    for part in range(chance.randint(0, 2)):
        of = po if chance.random() < 0.8 else None
        sender = chance.choice(["buyer", "buyer", "seller"])
        world.facts.append((sender, receipt(f"GR-{n}-{part}", chance.randint(2, 6), of=of, day=n + part)))
    for part in range(chance.randint(0, 2)):
        happened = event(chance.randint(2, 6), f"event {n} {part}", of=po)
        sender = chance.choice(["keeper", "keeper", "seller", "a camera"])
        world.facts.append((sender, happened))
        if chance.random() < 0.2:
            world.facts.append((sender, dataclasses.replace(happened, declared_wrong_at=happened.at)))
        elif chance.random() < 0.15:
            world.facts.append((sender, dataclasses.replace(happened, place="another door")))


def _money(world: World, chance: random.Random, gross: int, *, number: str) -> None:
    kind = chance.choice(["exact", "exact", "part", "over", "none", "late", "bare"])
    day = chance.randint(3, 7)
    minor = {"part": gross // 2, "over": gross + 70}.get(kind, gross)
    if kind == "none":
        return
    line = paid(minor, "" if kind == "bare" else f"货款 {number}", day=day, booked_on=DAY + dt.timedelta(day + 1))
    world.lines.append(line)
    if kind == "late" or chance.random() < 0.4:
        world.notices.append(dataclasses.replace(line, status="pending", booked_on=None))


def _equals(world: World) -> None:
    """Two invoices of one amount, one payment without a word; and two equal payments of one day for one invoice."""
    seller = {"seller": SELLER, "buyer": BUYER}
    world.facts += [("tax office", bill(f"EQ-000{n}", 77, of=None, day=30, **seller)) for n in (1, 2)]
    world.lines.append(paid(77 * 500, "unclear equal", day=9))
    world.lines += [paid(3, "unclear twice", day=9, payer=STRANGER)] * 2
    world.unclear |= {"unclear equal", "unclear twice"}


def _doubt(world: World) -> None:
    """A keeper who says two things of one event."""
    world.facts += [("buyer", order("PO-90", 9)), ("tax office", bill("DOUBT-1", 9, of="PO-90", price="91"))]
    world.facts += [("keeper", event(quantity, "event 90", of="PO-90")) for quantity in (4, 9)]
    world.unproven.add("DOUBT-1")


def _statements(world: World, chance: random.Random) -> Iterator[Fact]:
    """The lines cut at days into statements that overlap, each with the notices of some of the days before."""
    days = sorted({_day(line) for line in world.lines})
    cuts = [days[at : at + chance.randint(1, 3)] for at in range(len(days))]
    for number, cut in enumerate(cuts):
        lines = [line for line in world.lines if _day(line) in cut]
        yield "bank", statement(lines, f"{chance.random()} {number}")
    for number, notice in enumerate(world.notices):
        yield "bank", statement([notice], f"notice {chance.random()} {number}")


def _day(line: BankLine) -> dt.date:
    assert line.booked_on is not None, "only notices have no day"
    return line.booked_on


Arrival = Callable[[World], list[list[Fact]]]
