"""Group commit by itself: each caller gets its own answers, and nobody pays for a neighbour's mistake."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from openscf.db import Database, Endpoints, UnitOfWork
from openscf.kernel.ids import TransferId
from openscf.ledger import Answer, Batch, Ledger, Poster, Transfer
from openscf.ledger import poster as poster_module
from tests.suites.bank import auditor
from tests.suites.bank.auditor import Told
from tests.suites.books import MAKE, Book, open_book

OK = (Answer.OK,)
WAITING = """SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.fixture
def bank(endpoints: Endpoints) -> Iterator[Database]:
    opened = Database(endpoints, size=12)
    yield opened
    opened.close()


@pytest.fixture
def book(bank: Database) -> Book:
    return open_book(bank, (50, 50, 0))


@pytest.fixture
def poster(bank: Database, book: Book) -> Iterator[Poster]:
    opened = Poster(bank, book.context.tenant)
    yield opened
    opened.close()


def move(bank: Database, book: Book, amount: int = 1, *, debit: int = 0, credit: int = 1) -> Transfer:
    sides = {"debit": book.accounts[debit], "credit": book.accounts[credit]}
    return MAKE.transfer(bank.ids.new(TransferId), **sides, amount_minor=amount)


class Crowd:
    """Callers who wait behind a lock until all of them are in the queue, so that they are gathered into one call."""

    def __init__(self, bank: Database, book: Book, poster: Poster) -> None:
        self.bank, self.book, self.poster = bank, book, poster
        self.told: dict[int, Any] = {}

    def post(self, batches: list[list[Batch]]) -> list[Any]:
        """What each caller was answered, or the error that it got; the first caller goes ahead alone."""
        callers = [threading.Thread(target=self._call, args=[n, wanted]) for n, wanted in enumerate(batches)]
        with self.bank.transaction(self.book.context) as work:
            work.execute("SELECT FROM ledger.account FOR UPDATE")
            for number, caller in enumerate(callers):
                caller.start()
                while number and len(self.poster._queue) < number:
                    threading.Event().wait(0.001)
                while not number and self.poster._idle:
                    threading.Event().wait(0.001)
        for caller in callers:
            caller.join()
        return [self.told[number] for number in range(len(batches))]

    def _call(self, number: int, wanted: list[Batch]) -> None:
        try:
            self.told[number] = self.poster.post(wanted, self.book.context)
        except Exception as error:  # an error is an answer like another here
            self.told[number] = error


Gather = Callable[[list[list[Batch]]], list[Any]]


@pytest.fixture
def gather(bank: Database, book: Book, poster: Poster) -> Gather:
    return Crowd(bank, book, poster).post


def mixed(bank: Database, book: Book) -> tuple[list[list[Batch]], list[list[tuple[Answer, ...]]]]:
    """Nine callers with answers of their own, in the order in which they come."""
    chain = (move(bank, book), move(bank, book, 1_000))
    again = move(bank, book)
    wanted: list[list[Batch]] = [
        [(move(bank, book),)],
        [(move(bank, book, 1_000),)],
        [(move(bank, book),), (move(bank, book, 0),), (move(bank, book, 2),)],
        [chain],
        [],
        [(), (move(bank, book),)],
        [(again,)],
        [(again,)],
        [(replace(again, amount_minor=2),)],
    ]
    answers = [
        [OK], [(Answer.EXCEEDS_CREDITS,)], [OK, (Answer.AMOUNT_NOT_POSITIVE,), OK],
        [(Answer.LINKED_EVENT_FAILED, Answer.EXCEEDS_CREDITS)], [], [(), OK], [OK], [(Answer.EXISTS,)],
        [(Answer.EXISTS_WITH_DIFFERENT_FIELDS,)],
    ]  # fmt: skip
    return wanted, answers


def without_empty(both: tuple[list[list[Batch]], list[Any]]) -> tuple[list[list[Batch]], list[Any]]:
    """Callers with nothing to post never wait."""
    kept = [(wanted, answer) for wanted, answer in zip(*both, strict=True) if wanted]
    return [wanted for wanted, _ in kept], [answer for _, answer in kept]


def test_each_caller_is_answered_for_its_own_batches(bank: Database, book: Book, gather: Gather) -> None:
    wanted, answers = without_empty(mixed(bank, book))
    assert gather(wanted) == answers
    told = Told([pair for w, a in zip(wanted, answers, strict=True) for pair in zip(w, a, strict=True)])
    assert [breach for breach in auditor.breaches(bank, book.context, told) if "nobody was told" not in breach] == []


def test_alone_the_answers_are_the_same(bank: Database, book: Book, poster: Poster) -> None:
    wanted, answers = mixed(bank, book)
    assert [poster.post(batches, book.context) for batches in wanted] == answers


def test_planted_answers_given_to_the_wrong_caller_are_noticed(
    bank: Database, book: Book, gather: Gather, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = poster_module.read_answers
    monkeypatch.setattr(poster_module, "read_answers", lambda postings, rows: original(postings, rows)[::-1])
    wanted, answers = without_empty(mixed(bank, book))
    assert gather(wanted) != answers


def test_the_gathered_posting_is_one_transaction(bank: Database, book: Book, gather: Gather) -> None:
    gather([[(move(bank, book),)] for _ in range(9)])
    with bank.reading(book.context) as work:
        rows = work.execute("SELECT xmin::text, count(*) FROM ledger.transfer GROUP BY 1 ORDER BY 2").fetchall()
    assert [row[1] for row in rows] == [1, 2, 8]  # the one who went ahead, the book's funding, and all who waited


def test_one_callers_mistake_is_not_its_neighbours(bank: Database, book: Book, gather: Gather) -> None:
    good = [[(move(bank, book),)] for _ in range(3)]
    bad = [[(replace(move(bank, book), reason="a\x00b"),)], [(replace(move(bank, book), value_on=None),)]]
    answers = gather([good[0], bad[0], good[1], bad[1], good[2]])
    assert [answers[place] for place in (0, 2, 4)] == [[OK]] * 3
    assert isinstance(answers[1], psycopg.DataError)
    assert isinstance(answers[3], psycopg.errors.NotNullViolation)
    assert auditor.breaches(bank, book.context) == []


def test_planted_a_mistake_that_spoils_the_whole_commit_is_noticed(
    bank: Database, book: Book, gather: Gather, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Poster, "_commit_all", Poster._commit)
    answers = gather([[(move(bank, book),)], [(replace(move(bank, book), reason="a\x00b"),)], [(move(bank, book),)]])
    assert answers[2] != [OK]


def crossed(observer: psycopg.Connection[Any], bank: Database, book: Book) -> Any:
    """What the poster says when it meets a unit of work that posts twice, against the order of the ids."""
    poster = Poster(bank, book.context.tenant)  # after the observer has made the server quick at finding deadlocks
    told: list[Any] = []

    def call() -> None:
        try:
            told.append(poster.post([(move(bank, book),)], book.context))
        except Exception as error:  # an error is an answer like another here
            told.append(error)

    caller = threading.Thread(target=call)

    def careless(work: UnitOfWork) -> None:
        ledger = Ledger(work)
        ledger.post(move(bank, book, debit=1, credit=2))
        if not caller.ident:
            caller.start()
            while not observer.execute(WAITING).fetchone()[0]:
                threading.Event().wait(0.001)
        ledger.post(move(bank, book, debit=0, credit=2))

    bank.run(book.context, careless)
    caller.join()
    poster.close()
    return told[0]


def test_a_deadlock_with_a_careless_unit_of_work_is_retried(
    observer: psycopg.Connection[Any], bank: Database, book: Book
) -> None:
    assert crossed(observer, bank, book) == [OK]
    assert auditor.breaches(bank, book.context) == []


def test_planted_a_deadlock_that_is_not_retried_reaches_the_caller(
    observer: psycopg.Connection[Any], bank: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poster_module, "RETRIED", ())
    assert isinstance(crossed(observer, bank, book), psycopg.errors.DeadlockDetected)


def test_a_plain_transfer_that_mentions_another_is_known_again(bank: Database, book: Book, poster: Poster) -> None:
    first = move(bank, book)
    mention = replace(move(bank, book), ref=first.id)
    assert poster.post([(first,)], book.context) == [OK]
    assert poster.post([(mention,)], book.context) == [OK]
    assert poster.post([(mention,), (mention,)], book.context) == [(Answer.EXISTS,), (Answer.EXISTS,)]
    other = replace(mention, ref=None)
    assert poster.post([(other,)], book.context) == [(Answer.EXISTS_WITH_DIFFERENT_FIELDS,)]
