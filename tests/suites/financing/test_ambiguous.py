"""Nobody knows whether an application, an acceptance or a receipt was committed: sent again, each has one effect.

The proxy of the ambiguous-commit suite cuts replies after COMMIT and requests before it; senders insist, some two at
once. Planted: keys that change with each sending.
"""

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
import pytest

from openscf import operations
from openscf.db import Command, CommitUnknownError, Context, Database, Endpoints, UnitOfWork, answer_command
from openscf.db.idempotency import IN_FLIGHT
from openscf.db.tenants import add_tenant
from openscf.financing import DealId, find_deals, perform
from openscf.kernel.errors import Refusal
from openscf.operations import Application
from openscf.trades import DocumentId
from tests.suites.ambiguous_commit.proxy import FAULTS, Proxy
from tests.suites.ambiguous_commit.workload import MOST_SENDINGS, seeded_plan
from tests.suites.financing.crowd import Crowd, numbers
from tests.unit.financing.floor import DAY, DUE, SYSTEM, pay_in, yuan
from tests.unit.parties.house import refused

SEED, DEALS, SENDERS = 20261127, 8, 3
FACE, ADVANCE = "1000.00", 800_00
pytestmark = pytest.mark.slow
Act = Callable[[UnitOfWork], Mapping[str, Any]]


@pytest.fixture
def crowd(endpoints: Endpoints) -> Iterator[Crowd]:
    print(f"seed {SEED}")
    database = Database(endpoints)
    made = Crowd(database, add_tenant(database, "ambiguous", actor=SYSTEM), 1)
    made.furnish(limit="1,000,000.00", cash="1,000,000.00")
    yield made
    database.close()


@pytest.fixture
def cut(crowd: Crowd, endpoints: Endpoints) -> Iterator[tuple[Database, Proxy]]:
    """The same database through a proxy that cuts connections at their commits."""
    proxy = Proxy(endpoints.app)
    database = Database(proxy.endpoints(endpoints), clock=crowd.clock)
    proxy.follow(seeded_plan(SEED))
    yield database, proxy
    proxy.close()
    database.close()


class Sender:
    """Sends the commands of a book of applications until each is answered."""

    def __init__(self, crowd: Crowd, database: Database, documents: list[DocumentId], *, keyed: bool = True) -> None:
        self.crowd, self.database, self.documents, self.keyed = crowd, database, documents, keyed
        self.told: dict[str, set[bytes]] = {}
        self.lock = threading.Lock()

    def all(self) -> None:
        """Several at once, some commands by two of them."""
        errors: list[Exception] = []

        def guarded(number: int) -> None:
            chance = random.Random(f"{SEED}/{number}")
            try:
                for place, document in enumerate(self.documents):
                    if place % SENDERS == number or chance.random() < 0.3:
                        self.whole(place, document)
            except Exception as error:  # an error in a thread must reach the test
                errors.append(error)

        threads = [threading.Thread(target=guarded, args=[number]) for number in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []

    def whole(self, place: int, document: DocumentId) -> None:
        """One deal from application to its last payment, and one acceptance too many."""
        applied = self.send(f"apply-{place}", "seller.maker", lambda work: self.apply(work, document))
        deal = DealId.parse(applied["deal"])
        self.send(f"accept-{place}", "seller.maker", lambda work: self.accept(work, deal))
        self.send(f"pay-{place}", SYSTEM, lambda work: self.collect(work, deal))
        self.send(f"again-{place}", "seller.maker", lambda work: self.accept(work, deal))

    def send(self, key: str, actor: str, act: Act) -> Any:
        context = Context(self.crowd.tenant, str(self.crowd.house.people.get(actor, actor)))
        sent = key if self.keyed else f"{key}-{random.random()}"
        command = Command("ambiguous.finance", sent, {"key": key})
        for _ in range(MOST_SENDINGS):
            try:
                outcome = answer_command(self.database, context, command, act)
            except (CommitUnknownError, psycopg.OperationalError):
                continue
            except Refusal as refusal:
                if refusal.kind is not IN_FLIGHT:
                    raise
                time.sleep(0.05)
                continue
            with self.lock:
                self.told.setdefault(key, set()).add(outcome.response_bytes)
            return outcome.response()
        raise AssertionError("never answered")

    def apply(self, work: UnitOfWork, document: DocumentId) -> Mapping[str, Any]:
        application = Application(programme=self.crowd.frames["funder"], document=document)
        applied = operations.apply(work, application, on=DAY, fingerprints=self.crowd.fingerprints)
        return {"deal": applied.deal.id, "state": applied.deal.state}

    def accept(self, work: UnitOfWork, deal: DealId) -> Mapping[str, Any]:
        done = operations.accept(work, deal, on=DAY, fingerprints=self.crowd.fingerprints)
        return {"state": done.deal.state, "version": done.deal.version}

    def collect(self, work: UnitOfWork, deal: DealId) -> Mapping[str, Any]:
        pay_in(work, self.crowd.parties["operator"], deal, yuan("500.00"))
        prints = self.crowd.fingerprints
        done = perform(work, deal, "collect", on=DUE, fingerprints=prints, params={"amount": "500.00"})
        return {"state": done.deal.state, "amounts": dict(done.decision.amounts)}


def documents(crowd: Crowd, count: int) -> list[DocumentId]:
    named = numbers(random.Random(SEED))
    return [crowd.receivable(next(named), FACE) for _ in range(count)]


def wrong(crowd: Crowd, sender: Sender, count: int) -> list[str]:
    """What is not as if each command had been sent once."""
    states = Counter(kept.deal.state for kept in crowd.run(SYSTEM, find_deals))
    events = Counter(row[0] for row in crowd.rows("SELECT command FROM financing.deal_event"))
    paid, shared = (
        int(crowd.rows("SELECT coalesce(sum(amount_minor), 0) FROM ledger.transfer WHERE reason = %s", reason)[0][0])
        for reason in ("factoring.fund.advance", "test.outside")
    )
    kept = dict(crowd.rows("SELECT key, response FROM platform.idempotency"))
    checks = {
        f"deals {dict(states)}": states == {"part_paid": count},
        f"events {dict(events)}": set(events.values()) == {count} and set(events) == EVENTS,
        f"paid out {paid}": paid == 2 * count * ADVANCE,  # once in cash, once as a debt
        f"paid in {shared}": shared == 1_000_000_00 + count * 500_00,
        "a repetition was answered otherwise": all(
            answers == {str(kept.get(key, "")).encode()} for key, answers in sender.told.items()
        ),
        "somebody was never answered": len(sender.told) == 4 * count,
    }
    return [name for name, holds in checks.items() if not holds] + crowd.breaches()


EVENTS = {"open", "verify", "accept", "fund", "collect"}


def test_each_command_has_one_effect_whatever_happens_to_the_replies(crowd: Crowd, cut: tuple[Database, Proxy]) -> None:
    database, proxy = cut
    sender = Sender(crowd, database, documents(crowd, DEALS))
    sender.all()
    assert sum(proxy.done[fault] for fault in FAULTS if fault != "pass") > 8, proxy.done
    assert wrong(crowd, sender, DEALS) == [], f"seed {SEED}"


def test_a_key_is_for_one_command_of_one_tenant_also_after_a_rejection(crowd: Crowd) -> None:
    document, other = documents(crowd, 2)
    context, prints = crowd.context("seller.maker"), crowd.fingerprints
    database, frame = crowd.database, crowd.frames["funder"]

    def asking(one: DocumentId) -> Act:
        def act(work: UnitOfWork) -> Mapping[str, Any]:
            applied = operations.apply(work, Application(programme=frame, document=one), on=DAY, fingerprints=prints)
            return {"deal": applied.deal.id}

        return act

    first = answer_command(database, context, Command("ambiguous.apply", "k", {"document": document}), asking(document))
    again = answer_command(database, context, Command("ambiguous.apply", "k", {"document": document}), asking(other))
    assert again.replayed
    assert again.response_bytes == first.response_bytes, "what it would have done does not matter any more"
    with refused("idempotency_key_reused"):
        answer_command(database, context, Command("ambiguous.apply", "k", {"document": other}), asking(other))
    stranger = Context(add_tenant(database, "other", actor=SYSTEM), SYSTEM)
    foreign = answer_command(
        database, stranger, Command("ambiguous.apply", "k", {"document": document}), asking(document)
    )
    assert foreign.refusal is not None
    assert foreign.refusal.code == "programme_not_found", "its key is its own, and the frame is not"
    deal = DealId.parse(first.response()["deal"])

    def too_early(work: UnitOfWork) -> Mapping[str, Any]:
        done = perform(work, deal, "collect", on=DUE, fingerprints=prints, params={"amount": "1.00"})
        return {"state": done.deal.state}

    pay = Command("ambiguous.pay", "p", {"deal": deal})
    rejected = answer_command(database, crowd.context(), pay, too_early)
    crowd.run("seller.maker", operations.accept, deal, on=DAY, fingerprints=prints)
    crowd.pay_in(deal, "1.00")
    repeated = answer_command(database, crowd.context(), pay, too_early)
    assert (repeated.replayed, repeated.response_bytes) == (True, rejected.response_bytes)
    assert crowd.breaches() == []


def test_planted_keys_that_change_with_each_sending(crowd: Crowd, cut: tuple[Database, Proxy]) -> None:
    sender = Sender(crowd, cut[0], documents(crowd, DEALS), keyed=False)
    with contextlib.suppress(AssertionError):  # a second application may be refused by name
        sender.all()
    assert wrong(crowd, sender, DEALS) != []
