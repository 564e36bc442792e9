"""Postings that meet: what sessions do, written once, for the ledger in PostgreSQL and for its twin as the oracle.

A case says what is in the books beforehand and what each session does in one transaction of its own. The twin gives the
outcomes of all serial orders; the stepper plays every schedule of the real sessions, each with a pause between posting
and commit. An outcome that no serial order of the twin gives is an anomaly.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg

from openscf.db import Database
from openscf.kernel.errors import kind_of
from openscf.kernel.ids import AccountId, TransferId
from openscf.kernel.ports import ManualClock
from openscf.ledger import AccountState, Answer, Batch, Ledger, MemoryLedger, Poster, Transfer
from tests.suites.bank import auditor
from tests.suites.books import DAY, MAKE, Book, open_book
from tests.suites.interleavings.stepper import Outcome, Pause, Scenario, Script, Stepper, schedules

START = dt.datetime(2026, 3, 10, 8, tzinfo=dt.UTC)
Labels = dict[str, TransferId]


class Door(Protocol):
    """What a session may do."""

    def post(self, *batches: Batch) -> Any: ...
    def expire(self) -> int: ...
    def set_state(self, account: AccountId, state: AccountState) -> None: ...
    def close_day(self) -> list[int]: ...


@dataclass
class Names:
    """The accounts and transfers of one play, by number and by label."""

    book: Book
    ids: Database
    known: Labels = field(default_factory=dict)

    def new(self, label: str) -> TransferId:
        """The id of that label."""
        return self.known.setdefault(label, self.ids.ids.new(TransferId))

    def move(self, label: str, debit: int, credit: int, amount: int) -> Transfer:
        """A transfer between the accounts of these numbers."""
        return MAKE.transfer(self.new(label), **self._sides(debit, credit), amount_minor=amount)

    def hold(self, label: str, debit: int, credit: int, amount: int, *, minutes: int | None = None) -> Transfer:
        """A hold that lapses so many minutes after the start."""
        lapse = None if minutes is None else START + dt.timedelta(minutes=minutes)
        return MAKE.hold(self.new(label), **self._sides(debit, credit), amount_minor=amount, expires_at=lapse)

    def post_hold(self, label: str, hold: str, amount: int | None = None) -> Transfer:
        return MAKE.post_hold(self.new(label), self.new(hold), amount_minor=amount)

    def void_hold(self, label: str, hold: str) -> Transfer:
        return MAKE.void_hold(self.new(label), self.new(hold))

    def reverse(self, label: str, original: str) -> Transfer:
        return MAKE.reverse(self.new(label), self.new(original))

    def account(self, number: int) -> AccountId:
        return self.book.world if number < 0 else self.book.accounts[number]

    def _sides(self, debit: int, credit: int) -> dict[str, AccountId]:
        return {"debit": self.account(debit), "credit": self.account(credit)}


Act = Callable[[Door, Names], Any]


@dataclass(frozen=True)
class Case:
    """What meets.

    Attributes:
        balances: Of the accounts beforehand; account -1 is the world.
        sessions: What each does, by name.
        before: What is posted beforehand.
        minutes: How late the clock of a session is, where it is not at the start.
        by_poster: Sessions that post through a `Poster` instead of a unit of work.
    """

    balances: tuple[int, ...]
    sessions: Mapping[str, Act]
    before: Callable[[Names], Batch] = lambda names: ()
    minutes: Mapping[str, int] = field(default_factory=dict)
    by_poster: tuple[str, ...] = ()

    def at(self, name: str) -> dt.datetime:
        """The instant of a session."""
        return START + dt.timedelta(minutes=self.minutes.get(name, 0))


@dataclass
class Work:
    """A session in a unit of work."""

    ledger: Ledger
    names: Names

    def post(self, *batches: Batch) -> Any:
        return said(self.ledger.try_post(batches))

    def expire(self) -> int:
        return self.ledger.expire_holds(DAY)

    def set_state(self, account: AccountId, state: AccountState) -> None:
        self.ledger.set_state(account, state, reason="suite")

    def close_day(self) -> list[int]:
        """Close it, and read what its balances are for good."""
        self.ledger.close_through(DAY)
        return [self.ledger.account(account).posted_minor for account in self.names.book.accounts]


@dataclass
class Gathered:
    """A session that posts through a poster: its commit is part of the call."""

    poster: Poster
    names: Names

    def post(self, *batches: Batch) -> Any:
        return said(self.poster.post(batches, self.names.book.context))


@dataclass
class Twin:
    """A session of the twin."""

    ledger: MemoryLedger
    names: Names
    at: dt.datetime

    def post(self, *batches: Batch) -> Any:
        return said(self.ledger.post(batches, self.at))

    def expire(self) -> int:
        ids = self.names.ids.ids
        return self.ledger.expire_holds(self.at, lambda hold: MAKE.expire_hold(ids.new(TransferId), hold))

    def set_state(self, account: AccountId, state: AccountState) -> None:
        found = self.ledger.account(account)
        if state is AccountState.CLOSED and (found.posted_minor or found.held_out_minor or found.held_in_minor):
            raise kind_of("account_not_empty")(account=account, posted=str(found.posted_minor))
        self.ledger.set_state(account, state)

    def close_day(self) -> list[int]:
        self.ledger.close_through(DAY)
        return [self.ledger.account(account).posted_minor for account in self.names.book.accounts]


def said(answers: Any) -> list[list[str]]:
    """Answers by their names."""
    return [[answer.name.lower() for answer in batch] for batch in answers]


@dataclass
class Found:
    """What an exploration found.

    Attributes:
        serial: Outcomes of the serial orders, by the twin.
        anomalies: Schedules whose outcome is none of them.
        reached: The outcomes that schedules had.
        waited: In how many a session waited for another's lock.
    """

    serial: dict[Outcome, tuple[str, ...]] = field(default_factory=dict)
    anomalies: dict[tuple[str, ...], Outcome] = field(default_factory=dict)
    reached: set[Outcome] = field(default_factory=set)
    waited: int = 0


class Stage:
    """Where cases are played.

    Args:
        database: A database of the suite's own.
        observer: An administrator's connection to it.
    """

    def __init__(self, database: Database, observer: psycopg.Connection[Any]) -> None:
        self.database, self.observer = database, observer
        database.clock = ManualClock(START)

    def explore(self, case: Case, *, to_the_end: bool = True) -> Found:
        """Play every schedule, or up to the first anomaly, and compare with the twin's serial orders."""
        found = Found()
        for order in itertools.permutations(case.sessions):
            found.serial.setdefault(self._by_the_twin(case, order), order)
        for schedule in schedules(dict.fromkeys(case.sessions, 2)):
            outcome = self.play(case, schedule, found)
            found.reached.add(outcome)
            if outcome not in found.serial:
                found.anomalies[schedule] = outcome
            if found.anomalies and not to_the_end:
                break
        return found

    def play(self, case: Case, schedule: tuple[str, ...], found: Found) -> Outcome:
        """One schedule of the real sessions, on a fresh book."""
        names = Names(open_book(self.database, case.balances), self.database)
        with self.database.transaction(names.book.context) as work:
            assert set(sum(Ledger(work).try_post([(t,) for t in case.before(names)]), ())) <= {Answer.OK}
        poster = Poster(self.database, names.book.context.tenant, lanes=len(case.by_poster)) if case.by_poster else None
        scripts = {name: self._script(case, names, name, poster) for name in case.sessions}
        played = Scenario(scripts, lambda: self._left(names))
        stepper = Stepper(self.observer, played.scripts)
        for name in schedule:
            stepper.advance(name)
        answers = stepper.finish()
        if poster:
            poster.close()
        found.waited += bool(stepper.waited)
        return tuple(sorted(answers.items())), repr(played.state())

    def _script(self, case: Case, names: Names, name: str, poster: Poster | None) -> Script:
        def working(pause: Pause) -> Any:
            with self.database.transaction(names.book.context) as work:
                work.at = case.at(name)
                answer = case.sessions[name](Work(Ledger(work), names), names)
                pause()
            return answer

        def gathered(pause: Pause) -> Any:
            answer = case.sessions[name](Gathered(poster, names), names)
            pause()
            return answer

        return gathered if name in case.by_poster else working

    def _left(self, names: Names) -> Any:
        books = auditor.read(self.database, names.book.context)
        accounts = [books.accounts[account][:4] for account in (names.book.world, *names.book.accounts)]
        wrong = auditor.breaches(self.database, names.book.context)
        return accounts, *labelled(names, set(books.rows), books.failed), wrong

    def _by_the_twin(self, case: Case, order: tuple[str, ...]) -> Outcome:
        names = Names(open_book(self.database, case.balances), self.database)
        twin = MemoryLedger()
        with self.database.reading(names.book.context) as work:
            ledger = Ledger(work)
            twin.open_accounts([_empty(ledger.account(a)) for a in (names.book.world, *names.book.accounts)], START)
        funding = [
            MAKE.transfer(names.ids.ids.new(TransferId), debit=names.book.world, credit=account, amount_minor=balance)
            for account, balance in zip(names.book.accounts, case.balances, strict=True) if balance
        ]  # fmt: skip
        twin.post([tuple(funding)], START)
        twin.post([(transfer,) for transfer in case.before(names)], START)
        answers = {name: _heard(case.sessions[name], Twin(twin, names, case.at(name)), names) for name in order}
        accounts = [twin.account(a) for a in (names.book.world, *names.book.accounts)]
        facts = [(a.posted_minor, a.held_out_minor, a.held_in_minor, a.version) for a in accounts]
        failed = {new: int(answer) for new, answer in twin.failed.items()}
        left = facts, *labelled(names, set(twin.posted), failed), []
        return tuple(sorted(answers.items())), repr(left)


def _empty(account: Any) -> Any:
    return type(account)(
        account.id, account.owner, account.unit, account.purpose, account.floor_minor, account.ceiling_minor
    )


def _heard(act: Act, door: Door, names: Names) -> str:
    """As the stepper writes answers down."""
    try:
        return f"answered {act(door, names)!r}"
    except Exception as error:
        return f"refused {getattr(error, 'code', error)}"


def labelled(names: Names, posted: set[Any], failed: Mapping[Any, int]) -> tuple[list[str], list[tuple[str, int]]]:
    """Which labels are in the books, which are remembered as failed, and for what."""
    return (
        sorted(label for label, new in names.known.items() if new in posted),
        sorted((label, failed[new]) for label, new in names.known.items() if new in failed),
    )


def posting(make: Callable[[Names], Transfer | Batch]) -> Act:
    """A session that posts one batch."""

    def act(door: Door, names: Names) -> Any:
        made = make(names)
        return door.post(made if isinstance(made, tuple) else (made,))

    return act


HELD = (100, 0)
CASES: dict[str, Case] = {
    "a hold expires while it is posted": Case(
        HELD,
        {
            "sweeper": lambda door, names: door.expire(),
            "poster": posting(lambda names: names.post_hold("post", "hold")),
        },
        before=lambda names: (names.hold("hold", 0, 1, 80, minutes=5),),
        minutes={"sweeper": 9},
    ),
    "one hold is posted twice": Case(
        HELD,
        {
            "ann": posting(lambda names: names.post_hold("whole", "hold")),
            "bob": posting(lambda names: names.post_hold("part", "hold", 30)),
        },
        before=lambda names: (names.hold("hold", 0, 1, 80),),
    ),
    "a hold is given back while it is posted": Case(
        HELD,
        {
            "ann": posting(lambda names: names.post_hold("post", "hold")),
            "bob": posting(lambda names: names.void_hold("void", "hold")),
        },
        before=lambda names: (names.hold("hold", 0, 1, 80),),
        by_poster=("bob",),
    ),
    "a hold is posted while it is made": Case(  # bob waits for ann only where he spends what she gives
        (100, 0, 60, 0, 0),
        {
            "ann": posting(lambda names: (names.hold("hold", 0, 1, 80), names.move("give", 2, 3, 60))),
            "bob": lambda door, names: door.post((names.move("spend", 3, 4, 60),), (names.post_hold("post", "hold"),)),
        },
    ),
    "a transfer is reversed twice": Case(
        HELD,
        {
            "ann": posting(lambda names: names.reverse("first", "move")),
            "bob": posting(lambda names: names.reverse("second", "move")),
        },
        before=lambda names: (names.move("move", 0, 1, 80),),
    ),
    "a transfer is reversed while it is spent": Case(
        HELD,
        {
            "ann": posting(lambda names: names.reverse("back", "move")),
            "bob": posting(lambda names: names.move("spent", 1, -1, 50)),
        },
        before=lambda names: (names.move("move", 0, 1, 80),),
    ),
    "a day is closed while one posts": Case(
        HELD,
        {
            "closer": lambda door, names: door.close_day(),
            "poster": posting(lambda names: names.move("late", 0, 1, 80)),
        },
    ),
    "a day is closed while one posts a chain": Case(
        HELD,
        {
            "closer": lambda door, names: door.close_day(),
            "poster": posting(lambda names: (names.move("late", 0, 1, 80), names.move("on", 1, -1, 80))),
        },
        by_poster=("poster",),
    ),
    "an account is frozen while it gives": Case(
        HELD,
        {
            "court": lambda door, names: door.set_state(names.account(0), AccountState.FROZEN),
            "poster": posting(lambda names: names.move("out", 0, 1, 80)),
        },
    ),
    "an account is closed while it takes": Case(
        HELD,
        {
            "closer": lambda door, names: door.set_state(names.account(1), AccountState.CLOSED),
            "poster": posting(lambda names: names.move("in", 0, 1, 80)),
        },
    ),
    "two draw on one limit": Case(
        HELD,
        {
            "ann": posting(lambda names: names.move("60", 0, 1, 60)),
            "bob": posting(lambda names: names.hold("70", 0, 1, 70)),
        },
    ),
    "two draw on one limit by chains": Case(
        (100, 0, 0),
        {
            "ann": posting(lambda names: (names.move("60", 0, 1, 60), names.move("60 on", 1, 2, 60))),
            "bob": posting(lambda names: (names.move("70", 0, 2, 70), names.move("70 on", 2, 1, 70))),
        },
        by_poster=("ann",),
    ),
    "two draw on two accounts": Case(
        (100, 100, 0),
        {
            "ann": posting(lambda names: names.move("a", 0, 2, 100)),
            "bob": posting(lambda names: names.move("b", 1, 2, 100)),
        },
    ),
    "money goes there and back": Case(
        (10, 0),
        {
            "there": posting(lambda names: names.move("there", 0, 1, 10)),
            "back": posting(lambda names: names.move("back", 1, 0, 10)),
        },
        by_poster=("back",),
    ),
    "one id is posted by two": Case(
        HELD,
        dict.fromkeys(("ann", "bob"), posting(lambda names: names.move("same", 0, 1, 60))),
    ),
    "one id is posted for different accounts": Case(
        (100, 100, 0, 0),
        {
            "ann": posting(lambda names: names.move("same", 0, 2, 60)),
            "bob": posting(lambda names: names.move("same", 1, 3, 60)),
        },
    ),
    "one id is posted for different accounts by chains": Case(
        (100, 100, 0, 0),
        {
            "ann": posting(lambda names: (names.move("same", 0, 2, 60), names.move("a", 0, 2, 1))),
            "bob": posting(lambda names: (names.move("same", 1, 3, 60), names.move("b", 1, 3, 1))),
        },
        by_poster=("bob",),
    ),
    "a refused transfer is sent again while its cover comes": Case(  # the account that takes is locked first
        (0, 5),
        {
            "ann": posting(lambda names: names.move("same", 1, 0, 60)),
            "bob": posting(lambda names: (names.move("cover", -1, 1, 60), names.move("more", -1, 0, 1))),
            "eve": posting(lambda names: names.move("same", 1, 0, 60)),
        },
    ),
    "three meet at one hold": Case(
        HELD,
        {
            "ann": posting(lambda names: names.post_hold("post", "hold", 50)),
            "bob": posting(lambda names: names.move("draw", 0, 1, 60)),
            "sweeper": lambda door, names: door.expire(),
        },
        before=lambda names: (names.hold("hold", 0, 1, 80, minutes=5),),
        minutes={"sweeper": 9},
    ),
}
