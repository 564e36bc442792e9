"""A debtor disputes a claim while somebody lends on it: in every order it comes before or after, never in between.

Planted: a dispute that locks nothing (`test_planted_…`), as it was: then money is lent on a claim that is in dispute,
and nobody watches it.
"""

import datetime as dt
import functools
import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
import pytest

from openscf import financing, operations, parties, trades
from openscf.db import Database, UnitOfWork
from openscf.db.tenants import add_tenant
from openscf.financing import DealId, ProgrammeId
from openscf.financing.service import disputes, performing
from openscf.kernel.errors import Refusal
from openscf.operations import Application
from openscf.operations.verification import verify_tenant
from openscf.trades import DocumentId
from tests.suites.interleavings.stepper import Pause, Report, Scenario, Script, explore
from tests.unit.financing.floor import DAY, SYSTEM, Floor
from tests.unit.parties.house import refused

FACE, DUE = "123456.00", dt.date(2026, 5, 31)
STEPS = {"debtor": 3, "lender": 4}
Act = Callable[[UnitOfWork], Any]
Prepared = Callable[["Hall", DocumentId], tuple[str, Act]]


class Hall:
    """A floor on which claims are financed by rule, and sessions that stop where another one may come in between."""

    def __init__(self, floor: Floor, observer: psycopg.Connection[Any]) -> None:
        self.floor, self.observer = floor, observer
        self.here = threading.local()
        self.deadlocks: list[str] = []
        floor.limits("500,000,000.00")
        floor.bring("funder", "500,000,000.00")
        self.by_rule, self.by_hand = (self._frame(bound) for bound in ("1000000.00", "1.00"))
        self.count = 0

    def _frame(self, bound: str) -> ProgrammeId:
        policy = {"needs_receipt": False, "auto_fund_up_to": bound}
        return self.floor.programme(parties={"funder": "funder"}, policy=policy)

    def claim(self, *, confirmed: bool = True) -> DocumentId:
        """A claim unlike the others: a look-alike would be refused for another reason."""
        self.count += 1
        number = hashlib.sha256(str(self.count).encode()).hexdigest()[:10].upper()
        document = self.floor.invoice(number, FACE)
        if confirmed:
            self.floor.confirm(document, FACE)
        return document

    def applied(self, document: DocumentId, programme: ProgrammeId | None = None) -> DealId:
        """A deal on it with an offer to accept."""
        application = Application(programme=programme or self.by_rule, document=document, due_on=DUE)
        return self.floor.run(
            "seller.maker", operations.apply, application, on=DAY, fingerprints=self.floor.fingerprints
        ).deal.id

    def stop(self) -> None:
        """Let another session go on, where this thread is one."""
        getattr(self.here, "pause", lambda: None)()

    def session(self, name: str, actor: str, act: Act) -> Script:
        """A session that does it in one transaction, and stops before its commit."""

        def acting(work: UnitOfWork) -> Any:
            try:
                answer = act(work)
            except psycopg.errors.DeadlockDetected:
                self.deadlocks.append(name)
                raise
            self.stop()
            return answer

        def script(pause: Pause) -> Any:
            self.here.pause = pause
            return self.floor.run(actor, acting)

        return script

    def left(self, document: DocumentId) -> Mapping[str, Any]:
        """What became of a claim: its deals, whether it is encumbered, whether it is in dispute."""

        def read(work: UnitOfWork) -> Mapping[str, Any]:
            mark = trades.fingerprint_of(work, document)
            return {
                "deals": sorted(kept.deal.state for kept in financing.deals_on(work, document)),
                "liens": len(trades.liens_on(work, document)),
                "disputed": mark in financing.disputes_on(work, [mark]),
            }

        return self.floor.run(SYSTEM, read)

    def explore(self, prepared: Prepared, *, confirmed: bool = True) -> Report:
        """Every schedule of a debtor who disputes a claim and of what is prepared on it."""

        def scenario() -> Scenario:
            document = self.claim(confirmed=confirmed)
            actor, act = prepared(self, document)
            scripts = {
                "debtor": self.session("debtor", "buyer.maker", functools.partial(self._dispute, document)),
                "lender": self.session("lender", actor, act),
            }
            return Scenario(scripts, lambda: self.left(document))

        return explore(self.observer, scenario, STEPS)

    def _dispute(self, document: DocumentId, work: UnitOfWork) -> str:
        found, touched = financing.dispute_receivable(
            work, document, obligor=self.floor.parties["buyer"], reason="goods came broken", on=DAY,
            fingerprints=self.floor.fingerprints,
        )  # fmt: skip
        return f"{found.reason}; disputed deals: {len(touched)}"


@pytest.fixture
def hall(database: Database, observer: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    found = Hall(Floor(database, add_tenant(database, "hall")), observer)
    for module, name in ((performing, "decide"), (disputes.store, "insert")):
        monkeypatch.setattr(module, name, stopping(found, getattr(module, name)))
    yield found
    assert not verify_tenant(database, found.floor.tenant).breaches


def stopping(hall: Hall, act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, after a stop: what came before has been read, what comes after is not written."""

    @functools.wraps(act)
    def stopped(*args: Any, **named: Any) -> Any:
        hall.stop()
        return act(*args, **named)

    return stopped


def accepting(hall: Hall, document: DocumentId) -> tuple[str, Act]:
    """The client takes the offer, and the money follows by rule."""
    deal = hall.applied(document)
    return "seller.maker", lambda work: came_to(
        operations.accept(work, deal, on=DAY, fingerprints=hall.floor.fingerprints)
    )


def batching(hall: Hall, document: DocumentId) -> tuple[str, Act]:
    """A batch brings the claim: applied for, accepted and funded at once, by a deal that nobody could see before."""
    asked = [Application(programme=hall.by_rule, document=document, due_on=DUE)]

    def act(work: UnitOfWork) -> str:
        one = operations.finance_many(work, asked, on=DAY, fingerprints=hall.floor.fingerprints)[0]
        return one.refused.code if one.refused else came_to(one)

    return "seller.maker", act


def paying_out(hall: Hall, document: DocumentId) -> tuple[str, Act]:
    """The second person of the funder agrees to pay out what the client accepted before."""
    deal = hall.applied(document, hall.by_hand)
    hall.floor.run("seller.maker", operations.accept, deal, on=DAY, fingerprints=hall.floor.fingerprints)
    request = hall.floor.run("funder.maker", financing.request_step, deal, "fund", on=DAY, params={})
    return "funder.checker", lambda work: parties.approve(work, request.id, request.payload_sha256).state.value


def looking_again(hall: Hall, document: DocumentId) -> tuple[str, Act]:
    """A deal that waited for the debtor's word is looked at again, now that it has come."""
    deal = hall.applied(document)
    hall.floor.confirm(document, FACE)

    def act(work: UnitOfWork) -> str:
        found = operations.look_again(work, deal, on=DAY, fingerprints=hall.floor.fingerprints)
        return f"{found.deal.state} {[reason.code for reason in found.quote.judged.reasons]}"

    return "seller.maker", act


def came_to(found: Any) -> str:
    """State, and why it waits."""
    waiting: Refusal | None = found.waiting
    return f"{found.deal.state} {waiting and waiting.code}"


def codes(report: Report) -> set[str]:
    """What the lender was answered in the serial orders."""
    return {dict(answers)["lender"] for answers, _ in report.serial}


def test_an_offer_is_accepted_before_the_dispute_or_not_at_all(hall: Hall) -> None:
    report = hall.explore(accepting)
    assert report.anomalies == {}, report.anomalies
    assert codes(report) == {"answered 'funded None'", "refused receivable_disputed"}
    assert report.waited >= 10
    assert hall.deadlocks == []


def test_a_batch_is_financed_before_the_dispute_or_not_at_all(hall: Hall) -> None:
    report = hall.explore(batching)
    assert report.anomalies == {}, report.anomalies
    assert codes(report) == {"answered 'funded None'", "answered 'receivable_disputed'"}
    assert report.waited >= 10
    assert hall.deadlocks == []


def test_nothing_is_paid_out_on_a_claim_in_dispute(hall: Hall) -> None:
    report = hall.explore(paying_out)
    assert report.anomalies == {}, report.anomalies
    assert codes(report) == {"answered 'used'", "refused receivable_disputed"}
    assert hall.deadlocks == []


def test_a_deal_is_looked_at_again_before_the_dispute_or_after_it(hall: Hall) -> None:
    report = hall.explore(looking_again, confirmed=False)
    assert report.anomalies == {}, report.anomalies
    assert codes(report) == {"answered \"proposed ['receivable_disputed']\"", "answered 'verified []'"}
    assert hall.deadlocks == []


@pytest.mark.parametrize("prepared", [accepting, batching, paying_out])
def test_planted_a_dispute_that_locks_nothing_is_missed(
    hall: Hall, prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disputes, "_held", trades.current_version)
    report = hall.explore(prepared)
    lent_on = "{'deals': ['funded'], 'liens': 1, 'disputed': True}"
    assert any(outcome[1] == lent_on for outcome in report.anomalies.values())


def test_a_deal_opened_meanwhile_is_locked_too(hall: Hall) -> None:
    """Somebody applies while the debtor waits for the document: the dispute begins again, and holds the new deal."""
    document = hall.claim()
    entered, go_on = threading.Event(), threading.Event()

    def apply(work: UnitOfWork) -> DealId:
        application = Application(programme=hall.by_rule, document=document, due_on=DUE)
        deal = operations.apply(work, application, on=DAY, fingerprints=hall.floor.fingerprints).deal.id
        entered.set()
        go_on.wait(20)
        return deal

    begun: list[int] = []

    def dispute(work: UnitOfWork) -> set[DealId]:
        begun.append(1)
        threading.Timer(0.3, go_on.set).start()
        hall._dispute(document, work)
        return {kept.deal.id for kept in financing.deals_on(work, document) if locked(work, kept.deal.id)}

    deals: list[DealId] = []
    applying = threading.Thread(target=lambda: deals.append(hall.floor.run("seller.maker", apply)))
    applying.start()
    assert entered.wait(20)
    held = hall.floor.run("buyer.maker", dispute)
    applying.join()
    assert len(begun) == 2
    assert held == set(deals)


def locked(work: UnitOfWork, deal: DealId) -> bool:
    return work.known(("financing.locked_deal", deal)) is not None


def test_a_claim_is_free_again_once_the_debtor_has_confirmed_it(hall: Hall) -> None:
    document = hall.claim()
    deal = hall.applied(document)
    hall.floor.run("buyer.maker", functools.partial(hall._dispute, document))
    accept = functools.partial(operations.accept, on=DAY, fingerprints=hall.floor.fingerprints)
    with refused("receivable_disputed"):
        hall.floor.run("seller.maker", accept, deal)
    hall.floor.confirm(document, FACE)
    assert hall.floor.run("seller.maker", accept, deal).deal.state == "funded"
