"""Nobody knows whether the posting was committed: the same transfer ids find out, and nothing moves twice or is lost.

Both ways of posting are disturbed: the poster, whose statement is its own transaction, and the ledger inside commands.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
import pytest

from openscf.db import Command, CommitUnknownError, Database, Endpoints, answer_command
from openscf.db.idempotency import IN_FLIGHT
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TransferId
from openscf.ledger import Answer, Batch, Ledger, Poster, Transfer
from tests.suites.ambiguous_commit.proxy import FAULTS, Plan, Proxy
from tests.suites.ambiguous_commit.workload import MOST_SENDINGS, seeded_plan
from tests.suites.bank import auditor
from tests.suites.books import MAKE, Book, open_book

SEED = 20260311
RICH, TOO_MUCH = 100_000, 1_000_000
SENDERS = 4
Through = Callable[..., tuple[Database, Proxy]]
Send = Callable[[Batch], list[Answer]]


@pytest.fixture
def bank(endpoints: Endpoints) -> Iterator[Database]:
    opened = Database(endpoints, size=8)
    yield opened
    opened.close()


@pytest.fixture
def book(bank: Database) -> Book:
    return open_book(bank, [RICH] * 4)


@pytest.fixture
def through(endpoints: Endpoints) -> Iterator[Through]:
    """Opens the same database through a proxy with a plan."""
    opened: list[tuple[Database, Proxy]] = []

    def make(plan: Plan, *, implicit: bool = False) -> tuple[Database, Proxy]:
        proxy = Proxy(endpoints.app, implicit=implicit)
        opened.append((Database(proxy.endpoints(endpoints), size=8), proxy))
        proxy.follow(plan)  # opening the database is not what is tested
        return opened[-1]

    yield make
    for database, proxy in opened:
        proxy.close()
        database.close()


@dataclass
class Wanted:
    """What the clients want: batches that will be accepted, and batches that will be refused.

    Attributes:
        good, bad: The batches, under ids that their clients keep.
    """

    good: list[Batch] = field(default_factory=list)
    bad: list[Batch] = field(default_factory=list)

    def all(self) -> list[Batch]:
        """Both, in an order of their own."""
        both = self.good + self.bad
        return random.Random(len(both)).sample(both, len(both))


def wishes(bank: Database, book: Book, seed: int, count: int) -> Wanted:
    """`count` batches of one to three transfers; one in six holds a transfer that nobody can pay."""
    chance, wanted = random.Random(seed), Wanted()

    def move(most: int) -> Transfer:
        debit, credit = chance.sample(book.accounts, 2)
        made = MAKE.transfer(bank.ids.new(TransferId), debit=debit, credit=credit, amount_minor=most)
        return replace(made, reason="ambiguous.move")

    for _ in range(count):
        batch = tuple(move(chance.randint(1, 9)) for _ in range(chance.choice([1, 1, 2, 3])))
        if chance.random() < 1 / 6:
            wanted.bad.append((*batch, move(TOO_MUCH)))
        else:
            wanted.good.append(batch)
    return wanted


def insist(send: Send, batch: Batch) -> list[Answer]:
    """Send a batch until it is answered, as a careful client does."""
    for _ in range(MOST_SENDINGS):
        try:
            return send(batch)
        except (CommitUnknownError, psycopg.OperationalError):
            continue
        except Refusal as refusal:
            if refusal.kind is not IN_FLIGHT:
                raise
            time.sleep(0.05)  # the other sender of this key may be finding out what happened
    raise AssertionError("never answered")


def send_all(send: Send, wanted: Wanted, *, seed: int) -> dict[TransferId, set[Answer]]:
    """Several senders; some batches are sent by two of them at once. Returns all answers by transfer."""
    told: dict[TransferId, set[Answer]] = {}
    lock = threading.Lock()
    errors: list[Exception] = []

    def sender(number: int) -> None:
        chance = random.Random(f"{seed}/{number}")
        for place, batch in enumerate(wanted.all()):
            if place % SENDERS == number or chance.random() < 0.15:
                answers = insist(send, batch)
                with lock:
                    for transfer, answer in zip(batch, answers, strict=True):
                        told.setdefault(transfer.id, set()).add(answer)

    def guarded(number: int) -> None:
        try:
            sender(number)
        except Exception as error:  # an error in a thread must reach the test
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=[number]) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return told


def breaches(bank: Database, book: Book, wanted: Wanted, told: dict[TransferId, set[Answer]]) -> list[str]:
    """What is wrong; empty when effects = requests and no answer contradicts them."""
    books = auditor.read(bank, book.context)
    rows = {row.id: row for row in books.rows.values() if row.reason == "ambiguous.move"}
    meant = {transfer.id for batch in wanted.good for transfer in batch}
    unpayable = {batch[-1].id for batch in wanted.bad}
    balances = dict.fromkeys(book.accounts, RICH)
    for batch in wanted.good:
        for transfer in batch:
            balances[transfer.debit] -= transfer.amount_minor
            balances[transfer.credit] += transfer.amount_minor
    in_the_books = {Answer.OK, Answer.EXISTS}
    checks = {
        "effects differ from requests": rows.keys() == meant,
        "balances differ from requests": all(books.accounts[a][0] == amount for a, amount in balances.items()),
        "refusals differ from what nobody can pay": books.failed.keys() == unpayable,
        "somebody was told of what did not happen": all(
            (answers <= in_the_books) == (new in rows) for new, answers in told.items()
        ),
        "somebody was never answered": told.keys() == meant | {t.id for batch in wanted.bad for t in batch},
    }
    wrong = auditor.breaches(bank, book.context)
    return wrong + [breach for breach, holds in checks.items() if not holds]


def by_poster(poster: Poster, book: Book) -> Send:
    return lambda batch: list(poster.post([batch], book.context)[0])


def by_command(database: Database, book: Book) -> Send:
    """The batch as a command whose key is its first transfer; a refusal by code, which is kept."""

    def send(batch: Batch) -> list[Answer]:
        def act(work: Any) -> dict[str, Any]:
            return {"answers": [int(answer) for answer in Ledger(work).try_post([batch])[0]]}

        command = Command("ambiguous.move", str(batch[0].id), {"transfers": len(batch)})
        return [Answer(code) for code in answer_command(database, book.context, command, act).response()["answers"]]

    return send


@pytest.mark.parametrize("lanes", [1, 2])
def test_the_poster_moves_exactly_what_was_asked_for_whatever_happens_to_the_replies(
    through: Through, bank: Database, book: Book, lanes: int
) -> None:
    database, proxy = through(seeded_plan(SEED), implicit=True)
    poster = Poster(database, book.context.tenant, lanes=lanes)
    wanted = wishes(bank, book, SEED, 90)
    told = send_all(by_poster(poster, book), wanted, seed=SEED)
    assert breaches(bank, book, wanted, told) == [], f"seed {SEED}"
    assert all(proxy.done[fault] >= 2 for fault in FAULTS), proxy.done
    assert Answer.EXISTS in set().union(*told.values())
    proxy.follow(lambda count: "pass")
    assert [insist(by_poster(poster, book), batch) for batch in wanted.good] == [
        [Answer.EXISTS] * len(batch) for batch in wanted.good
    ]
    refused = [insist(by_poster(poster, book), batch)[-1] for batch in wanted.bad]
    assert refused == [Answer.ID_ALREADY_FAILED] * len(wanted.bad)
    assert breaches(bank, book, wanted, told) == [], f"seed {SEED}"
    poster.close()


def test_commands_move_exactly_what_was_asked_for_whatever_happens_to_the_replies(
    through: Through, bank: Database, book: Book
) -> None:
    database, proxy = through(seeded_plan(SEED))
    wanted = wishes(bank, book, SEED, 80)
    told = send_all(by_command(database, book), wanted, seed=SEED)
    assert breaches(bank, book, wanted, told) == [], f"seed {SEED}"
    assert sum(proxy.done[fault] for fault in FAULTS if fault != "pass") > 20, proxy.done


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_many_seeds(through: Through, bank: Database, book: Book, seed: int) -> None:
    database, _ = through(seeded_plan(seed), implicit=True)
    poster = Poster(database, book.context.tenant, lanes=1 + seed % 2)
    wanted = wishes(bank, book, seed, 600)
    told = send_all(by_poster(poster, book), wanted, seed=seed)
    assert breaches(bank, book, wanted, told) == [], f"seed {seed}"
    poster.close()


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in ("pass", "delay", "cut_early")])
def test_after_a_lost_connection_the_same_ids_tell_what_happened(
    through: Through, bank: Database, book: Book, fault: str
) -> None:
    database, _ = through(lambda count: fault if count == 0 else "pass", implicit=True)
    poster = Poster(database, book.context.tenant)
    (batch,) = wishes(bank, book, 3, 1).good
    with pytest.raises(CommitUnknownError):
        poster.post([batch], book.context)
    again = poster.post([batch], book.context)[0]
    known = {"cut_reply": Answer.EXISTS, "cut_request": Answer.OK, "tear_request": Answer.OK}
    assert set(again) <= {known.get(fault, again[0])} <= {Answer.OK, Answer.EXISTS}
    assert {transfer.id for transfer in batch} <= auditor.read(bank, book.context).rows.keys()
    poster.close()


# The planted defects: each must turn the auditor red.


def test_planted_new_ids_for_every_sending_move_twice(through: Through, bank: Database, book: Book) -> None:
    database, _ = through(seeded_plan(SEED), implicit=True)
    poster = Poster(database, book.context.tenant)

    def forgetful(batch: Batch) -> list[Answer]:
        fresh = tuple(replace(transfer, id=bank.ids.new(TransferId)) for transfer in batch)
        return list(poster.post([fresh], book.context)[0])

    wanted = wishes(bank, book, SEED, 40)
    found = breaches(bank, book, wanted, send_all(forgetful, wanted, seed=SEED))
    assert "balances differ from requests" in found
    poster.close()


def test_planted_a_lost_connection_taken_for_success_is_found(
    through: Through, bank: Database, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Poster._commit

    def hopeful(self: Poster, lane: Any, led: list[Any]) -> None:
        try:
            original(self, lane, led)
        except psycopg.OperationalError:
            for waiting in led:
                waiting.answers = [tuple(Answer.OK for _ in posting.batch) for posting in waiting.postings]

    monkeypatch.setattr(Poster, "_commit", hopeful)
    database, _ = through(seeded_plan(SEED), implicit=True)
    poster = Poster(database, book.context.tenant)
    wanted = wishes(bank, book, SEED, 60)
    assert "effects differ from requests" in breaches(
        bank, book, wanted, send_all(by_poster(poster, book), wanted, seed=SEED)
    )
    poster.close()
