"""Eight people draw, cancel, collect and repay under shared limits at once: no limit is ever exceeded or miscounted.

An auditor reads snapshots while they work and after each round. Planted: a limit that is looked at before it is written
and not held; a release that forgets a node.
"""

import datetime as dt
import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from openscf import operations
from openscf.db import Database, Endpoints, UnitOfWork
from openscf.financing import DealId, LimitKind, found_deal, perform, request_step
from openscf.financing.limits import service as limits
from openscf.financing.limits.model import Exposure, LimitUse
from openscf.financing.service.programmes import ProgrammeId
from openscf.financing.store import limits as store
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.ledger import Ledger, Maker
from openscf.operations import Application
from openscf.parties import PartyRole, approve, record_ownership
from tests.suites.financing.crowd import Crowd, RefusedError
from tests.suites.financing.exposure import breaches
from tests.unit.financing.floor import DAY, DUE, SYSTEM, pay_in, yuan

SEED, DRAWERS = 20261126, 8
EXPECTED = frozenset(
    {
        *(
            "limit_exceeded",
            "event_not_allowed",
            "state_is_final",
            "deal_moved_on",
            "exceeds_credits",
            "more_than_owed",
        ),
        *("more_than_owed", "credit_account_closed", "approval_not_found", "escrow_not_empty"),
    }
)


@pytest.fixture
def crowd(endpoints: Endpoints, tenant: TenantId) -> Iterator[Crowd]:
    print(f"seed {SEED}")
    database = Database(endpoints, size=DRAWERS + 2)
    made = Crowd(database, tenant, 2)
    holding = made.join("holding", PartyRole.ANCHOR)
    made.run(SYSTEM, _owned, holding, made.parties["buyer"])
    yield made
    database.close()


def _owned(work: UnitOfWork, holding: Any, buyer: Any) -> None:
    record_ownership(
        work, owner=holding, owned=buyer, share_bps=10_000, controls=True, valid_from=dt.date(2020, 1, 1),
        source="register",
    )  # fmt: skip


def bounded(crowd: Crowd) -> None:
    """Two funders' trees, every level in somebody's way."""
    crowd.limit(LimitKind.PLATFORM, "9,000.00", owner="operator")
    for name in crowd.funders:
        policy = {"needs_receipt": False, "auto_fund_up_to": "1500.00"}
        crowd.frames[name] = crowd.frame(name, policy)
        crowd.limit(LimitKind.FUNDER, "6,000.00", owner=name)
        crowd.limit(LimitKind.GROUP, "5,500.00", owner=name, party=crowd.parties["holding"])
        crowd.limit(LimitKind.COUNTERPARTY, "5,000.00", owner=name, party=crowd.parties["buyer"], role="obligor")
        crowd.limit(LimitKind.COUNTERPARTY, "6,000.00", owner=name, party=crowd.parties["seller"])
        crowd.limit(LimitKind.PRODUCT, "4,500.00", owner=name, product="factoring")
        crowd.limit(LimitKind.CONTRACT, "4,800.00", owner=name, programme=crowd.frames[name])
        crowd.bring(name, "20,000.00")


def applied(crowd: Crowd, count: int, *, faces: Sequence[int] = (900, 1400, 1900, 2400)) -> list[DealId]:
    """Verified deals, more than fit."""
    chance, deals = random.Random(SEED), []
    for number in range(count):
        amount = f"{chance.choice(faces)}.{chance.randrange(100):02}"
        document = crowd.receivable(f"FP{chance.randrange(111_111, 999_999)}X{number}", amount)
        frame = crowd.frames[crowd.funders[number % 2]]
        deals.append(applied_for(crowd, document, frame))
    return deals


def applied_for(crowd: Crowd, document: Any, frame: ProgrammeId) -> DealId:
    application = Application(programme=frame, document=document)
    found = crowd.run("seller.maker", operations.apply, application, on=DAY, fingerprints=crowd.fingerprints)
    if found.deal.state != "verified":
        raise RefusedError(*(reason.code for reason in found.quote.judged.reasons))
    return found.deal.id


class Drawer:
    """Somebody who does to random deals whatever their state lets him."""

    def __init__(self, crowd: Crowd, deals: list[DealId], number: int) -> None:
        self.crowd, self.deals, self.chance = crowd, deals, random.Random(f"{SEED}/{number}")
        self.heard: Counter[str] = Counter()

    def work(self, steps: int) -> None:
        for _ in range(steps):
            deal = self.chance.choice(self.deals)
            kept = self.crowd.run(SYSTEM, found_deal, deal)
            try:
                self._act(deal, kept.deal.state, kept.deal.parties["funder"])
            except Refusal as refused:
                self.heard[refused.code] += 1
            else:
                self.heard[kept.deal.state] += 1

    def _act(self, deal: DealId, state: str, funder: Any) -> None:
        crowd = self.crowd
        if state == "verified":
            crowd.run("seller.maker", operations.accept, deal, on=DAY, fingerprints=crowd.fingerprints)
        elif state == "accepted" and self.chance.random() < 0.5:
            crowd.do("seller.maker", deal, "cancel")
        elif state == "accepted":
            name = next(one for one in crowd.funders if crowd.parties[one] == funder)
            request = crowd.run(f"{name}.maker", request_step, deal, "fund", on=DAY)
            crowd.run(f"{name}.checker", approve, request.id, request.payload_sha256)
        elif state in ("funded", "part_paid"):
            amount = f"{self.chance.randrange(100, 1500)}.00"
            act = self._collect if self.chance.random() < 0.7 else self._repay
            crowd.run(SYSTEM, act, deal, amount)

    def _collect(self, work: UnitOfWork, deal: DealId, amount: str) -> None:
        pay_in(work, self.crowd.parties["operator"], deal, yuan(amount))
        perform(work, deal, "collect", on=DUE, fingerprints=self.crowd.fingerprints, params={"amount": amount})

    def _repay(self, work: UnitOfWork, deal: DealId, amount: str) -> None:
        perform(work, deal, "repay", on=DUE, fingerprints=self.crowd.fingerprints, params={"amount": amount})


def drawn(crowd: Crowd, *, deals: int, rounds: int, steps: int) -> tuple[list[str], Counter[str]]:
    """Let all draw for some rounds while the auditor reads; what he found, and what they heard."""
    named = applied(crowd, deals)
    drawers = [Drawer(crowd, named, number) for number in range(DRAWERS)]
    found: list[str] = []
    with ThreadPoolExecutor(DRAWERS) as pool:
        for _ in range(rounds):
            busy = [pool.submit(drawer.work, steps) for drawer in drawers]
            while not all(one.done() for one in busy):
                found += breaches(crowd.database, crowd.context())
            for one in busy:
                one.result()
            found += breaches(crowd.database, crowd.context())
    return found, sum((drawer.heard for drawer in drawers), Counter())


@pytest.mark.slow
def test_no_limit_is_exceeded_by_eight_drawers(crowd: Crowd, endpoints: Endpoints) -> None:
    bounded(crowd)
    found, heard = drawn(crowd, deals=16, rounds=2, steps=8)
    print(dict(heard))
    assert found == []
    assert set(heard) - EXPECTED <= {"verified", "accepted", "funded", "part_paid", "settled", "cancelled"}, heard
    assert heard["limit_exceeded"] > 0, "nothing was in anybody's way"
    assert heard["funded"] + heard["part_paid"] > 0
    assert crowd.breaches() == []
    assert deadlocks(crowd, endpoints) == 0


@pytest.mark.long
def test_no_limit_is_exceeded_for_long(crowd: Crowd, endpoints: Endpoints) -> None:
    bounded(crowd)
    assert drawn(crowd, deals=120, rounds=10, steps=40)[0] == []
    assert deadlocks(crowd, endpoints) == 0


def deadlocks(crowd: Crowd, endpoints: Endpoints) -> int:
    """How often the server had to end a deadlock; connections tell their counts when they close."""
    crowd.database.close()
    with psycopg.connect(endpoints.owner) as connection:
        row = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])


def accepted(crowd: Crowd, deal: DealId) -> None:
    crowd.run("seller.maker", operations.accept, deal, on=DAY, fingerprints=crowd.fingerprints)


@pytest.mark.slow
def test_planted_a_limit_that_is_looked_at_and_not_held(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    bounded(crowd)
    deals = applied(crowd, DRAWERS, faces=[2400])
    gate = threading.Barrier(len(deals))

    def look_and_write(work: UnitOfWork, exposure: Exposure, maker: Maker) -> list[Any]:
        nodes = limits.matching(work, exposure)
        ledger = Ledger(work)
        for node in nodes:
            assert (ledger.account(node.headroom).available_minor or 0) >= exposure.amount.minor
        gate.wait(20)
        store.use(work, exposure.deal, [LimitUse(node, None, 0, exposure.amount.minor) for node in nodes])
        return []

    monkeypatch.setattr(limits, "reserve", look_and_write)
    with ThreadPoolExecutor(len(deals)) as pool:
        for done in [pool.submit(accepted, crowd, deal) for deal in deals]:
            done.result()
    found = breaches(crowd.database, crowd.context())
    assert any(" reserved of " in wrong for wrong in found), found
    assert any("the accounts say" in wrong for wrong in found), found


@pytest.mark.slow
def test_planted_a_release_that_forgets_a_node(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    bounded(crowd)
    deal = applied(crowd, 1, faces=[900])[0]
    accepted(crowd, deal)
    assert breaches(crowd.database, crowd.context()) == []
    real = limits.rules.releasing
    monkeypatch.setattr(limits.rules, "releasing", lambda uses, amount, **named: real(uses[1:], amount, **named))
    crowd.pay_in(deal, "500.00")
    crowd.do(SYSTEM, deal, "collect", DUE, amount="500.00")
    found = breaches(crowd.database, crowd.context())
    assert len([wrong for wrong in found if "the accounts say" in wrong]) == 1, found
