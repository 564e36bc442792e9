"""Funders who all want the same claim at the same instant, by seven roads.

Each road prepares one receivable and gives eight funders something to do with it. They start together, each on its own
connection. A judge who knows nothing of the functions then reads the tables: who holds what, and does it add up.
"""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from openscf.db.unit_of_work import Context
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.operations.verification import verify_tenant
from openscf.trades import DocumentId, Lien, assign_lien, release_lien
from tests.unit.trades.market import SYSTEM, Market, invoice

FUNDERS = 8
FACE = 1_000_00
ZERO_WIDTH = "\u200b\u200d\ufeff\u2060\u00ad"
Attempt = Callable[[], object]


@dataclass
class Verdict:
    """What came of one receivable.

    Attributes:
        won: Funders whose attempt was granted.
        codes: Codes of the refusals.
        active: (holder, amount) of each active lien, as the table says.
    """

    won: list[PartyId] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    active: list[tuple[PartyId, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Road:
    """A way to finance twice.

    Attributes:
        name: As in QUALITY.md.
        prepare: Makes the receivable and an attempt for each funder.
        winners: How many may win.
        refusals: What the others may hear.
    """

    name: str
    prepare: Callable[["Race", str], list[Attempt]]
    winners: int
    refusals: frozenset[str]


@dataclass
class Race:
    """The funders and their market."""

    market: Market
    funders: list[PartyId]
    random: random.Random

    def run(self, attempts: Sequence[Attempt], pool: ThreadPoolExecutor) -> Verdict:
        """Let all attempts start at once."""
        verdict, gate, lock = Verdict(), threading.Barrier(len(attempts)), threading.Lock()

        def go(funder: PartyId, attempt: Attempt) -> None:
            gate.wait()
            try:
                attempt()
            except Refusal as refused:
                with lock:
                    verdict.codes.append(refused.code)
            else:
                with lock:
                    verdict.won.append(funder)

        for done in [pool.submit(go, *pair) for pair in zip(self.funders, attempts, strict=True)]:
            done.result()
        return verdict

    def receivable(self, number: str) -> DocumentId:
        return self.market.one(invoice(number, FACE))


def writings(number: str, chance: random.Random) -> list[str]:
    """The same number as eight people might write it."""
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in number)
    place = chance.randrange(1, len(number))
    hidden = number[:place] + chance.choice(ZERO_WIDTH) + number[place:]
    spaced = number[:place] + " " + number[place:]
    return [
        number, wide, hidden, spaced, number.lower(), number.replace("FP", "FP-"), number.replace("FP", "FP000"),
        f"\u3000{wide.lower()} ",
    ]  # fmt: skip


def the_same_id(race: Race, number: str) -> list[Attempt]:
    document = race.receivable(number)
    return [lambda f=funder: race.market.take(document, f) for funder in race.funders]


def another_upload(race: Race, number: str) -> list[Attempt]:
    def upload_and_take(funder: PartyId) -> Lien:
        return race.market.take(race.receivable(number), funder)

    return [lambda f=funder: upload_and_take(f) for funder in race.funders]


def another_writing(race: Race, number: str) -> list[Attempt]:
    def upload_and_take(funder: PartyId, written: str) -> Lien:
        return race.market.take(race.receivable(written), funder)

    pairs = zip(race.funders, writings(number, race.random), strict=True)
    return [lambda f=funder, w=written: upload_and_take(f, w) for funder, written in pairs]


def parts_above_face(race: Race, number: str) -> list[Attempt]:
    document = race.receivable(number)
    return [lambda f=funder: race.market.take(document, f, FACE * 3 // 5) for funder in race.funders]


def assignment(race: Race, number: str) -> list[Attempt]:
    document = race.receivable(number)
    first, *others = race.funders
    lien = race.market.take(document, first)

    def assign(to: PartyId) -> Lien:
        return race.market.run(assign_lien, lien.id, holder=first, to=to, deal="bought")

    takers = [lambda f=funder: race.market.take(document, f) for funder in others[:3]]
    return [lambda: race.market.take(document, first), *takers, *[lambda f=f: assign(f) for f in others[3:]]]


def cancel_and_pledge_again(race: Race, number: str) -> list[Attempt]:
    document = race.receivable(number)
    first = race.funders[0]
    lien = race.market.take(document, first)

    def cancel_and_take(funder: PartyId) -> Lien:
        try:
            race.market.run(release_lien, lien.id, holder=first)
        except Refusal as refused:
            if refused.code != "lien_released":
                raise
        return race.market.take(document, funder)

    return [lambda f=funder: cancel_and_take(f) for funder in race.funders]


def two_programmes(race: Race, number: str) -> list[Attempt]:
    document = race.receivable(number)
    programmes = ["factoring", "pool"] * (FUNDERS // 2)
    pairs = zip(race.funders, programmes, strict=True)
    return [lambda f=funder, p=programme: race.market.take(document, f, programme=p) for funder, programme in pairs]


TAKEN = frozenset({"already_encumbered"})
ROADS = (
    Road("same id", the_same_id, 1, TAKEN),
    Road("same fingerprint by another upload", another_upload, 1, TAKEN),
    Road("normalised variants", another_writing, 1, TAKEN),
    Road("partial pledges above face", parts_above_face, 1, frozenset({"pledge_exceeds_face"})),
    Road("assignment during financing", assignment, 1, TAKEN | {"not_the_holder"}),
    Road("cancel and re-pledge", cancel_and_pledge_again, 1, TAKEN),
    Road("two programmes", two_programmes, 1, TAKEN),
)


def judge(race: Race, road: Road, verdict: Verdict) -> list[str]:
    """What is wrong with an outcome; the tables are asked, and not the functions."""
    wrong = []
    if len(verdict.won) != road.winners:
        wrong.append(f"{road.name}: {len(verdict.won)} winners")
    strange = set(verdict.codes) - road.refusals
    if strange:
        wrong.append(f"{road.name}: refused with {sorted(strange)}")
    total = sum(amount for _, amount in verdict.active)
    if total > FACE:
        wrong.append(f"{road.name}: {total} pledged of {FACE}")
    if sorted(holder for holder, _ in verdict.active) != sorted(verdict.won):
        wrong.append(f"{road.name}: the holders are not the winners")
    return wrong


def active(race: Race, number: str) -> list[tuple[PartyId, int]]:
    """The active liens on every document of this number, in whatever writing it was stored."""
    query = """SELECT l.holder_id, l.amount_minor FROM trades.lien l WHERE l.state = 'active' AND l.fingerprint IN
               (SELECT fingerprint FROM trades.document
                WHERE upper(regexp_replace(normalize(number, NFKC), '[^A-Za-z1-9]', '', 'g')) = %s)"""
    with race.market.database.transaction(Context(race.market.tenant, SYSTEM)) as work:
        wanted = "".join(letter for letter in number if letter != "0")
        return [(PartyId.of(holder), amount) for holder, amount in work.execute(query, [wanted])]


def run_all(race: Race, count: int) -> list[str]:
    """Run `count` receivables, the roads in turn; everything that went wrong, the invariants included."""
    wrong = []
    with ThreadPoolExecutor(FUNDERS) as pool:
        for ordinal in range(count):
            road = ROADS[ordinal % len(ROADS)]
            number = f"FP{race.random.randrange(111_111, 1_000_000)}X{ordinal + 1}"
            verdict = race.run(road.prepare(race, number), pool)
            verdict.active = active(race, number)
            wrong += judge(race, road, verdict)
    report = verify_tenant(race.market.database, race.market.tenant)
    return wrong + [f"{breach.invariant} {breach.check}: {breach.facts}" for breach in report.breaches]
