"""Vouchers in PostgreSQL with eight people at once, judged by the auditor and by the program's own checks."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf.db import Context, Endpoints
from openscf.db.failpoints import Rule, armed
from openscf.financing import vouchers as desk
from openscf.financing.store import vouchers as store
from openscf.kernel.errors import Refusal
from openscf.operations.verification import verify_tenant
from tests.conftest import Server
from tests.suites.interleavings.stepper import Scenario, explore
from tests.suites.vouchers.auditor import audit
from tests.suites.vouchers.tables import facts_in
from tests.suites.vouchers.workers import Crowd
from tests.unit.financing.vouchers_house import DUE, START, Chain, yuan

SEED = 20261125
MET = ("issue", "transfer", "discount", "approve", "accept", "redeem", "step_not_allowed")


@pytest.fixture
def observer(server: Server, chain: Chain) -> Iterator[psycopg.Connection[Any]]:
    """As that of the other suites, for the chain's own database."""
    name = chain.database.endpoints.database
    with psycopg.connect(make_conninfo(server.admin, dbname=name), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '50ms'")
        yield connection


def storm(chain: Chain, count: int, threads: int = 8) -> Crowd:
    crowd = Crowd(chain)
    print(f"seed {SEED}, {count} operations by {threads} threads")
    begin = time.monotonic()
    crowd.run(threads, count, SEED)
    print(f"{time.monotonic() - begin:.0f} s; {crowd.outcomes.most_common()}")
    assert crowd.odd == []
    assert audit(facts_in(chain.database, chain.tenant)) == []
    assert verify_tenant(chain.database, chain.tenant).breaches == ()
    return crowd


@pytest.mark.slow
def test_eight_people_at_once_break_nothing(chain: Chain) -> None:
    crowd = storm(chain, 400)
    assert set(MET) <= set(crowd.outcomes), f"never met: {set(MET) - set(crowd.outcomes)}"


@pytest.mark.long
def test_eight_people_at_once_break_nothing_in_a_hundred_thousand_operations(chain: Chain) -> None:
    """808 s on two busy cores, 2026-11-25: 839 vouchers, 2,951 pieces passed on, 2,379 funded, 1,163 payments."""
    storm(chain, 100_000)


@pytest.mark.slow
def test_of_eight_offers_of_a_whole_piece_exactly_one_is_locked(chain: Chain) -> None:
    _, piece = chain.live("1,000,000.00")
    invoices = [chain.invoice("T2", "T1", "1,000,000.00") for _ in range(8)]
    gate, codes = threading.Barrier(8), Counter[str]()

    def offer(document: Any) -> None:
        gate.wait()
        try:
            chain.locked(piece, "T1", "T2", amount="1,000,000.00", document=document)
            codes["locked"] += 1
        except Refusal as refused:
            codes[refused.code] += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(offer, invoices))
    assert codes == {"locked": 1, "piece_has_less": 7}
    assert audit(facts_in(chain.database, chain.tenant)) == []


def _seen(leaf: Any) -> tuple[str, int, int]:
    return leaf.piece.deal.state, leaf.left.minor, leaf.locked.minor


Act = Callable[[], Any]


def scenarios(chain: Chain) -> dict[str, Callable[[], tuple[Any, dict[str, Act]]]]:
    """Fresh vouchers, and two people who meet on them."""

    def accept_while_paid() -> tuple[Any, dict[str, Act]]:
        voucher, t1 = chain.live("1,000,000.00")
        child, request = chain.locked(t1, "T1", "T2", amount="400,000.00")
        chain.approve("T1 checker", request)
        return voucher, {
            "accept": lambda: chain.act("T2 maker", desk.accept_piece, child, on=START).deal.state,
            "pay": lambda: chain.act("system", desk.redeem, voucher, yuan("500,000.00"), on=DUE).state,
        }

    def two_offers() -> tuple[Any, dict[str, Act]]:
        voucher, t1 = chain.live("1,000,000.00")
        one, other = (chain.invoice("T2", "T1", "600,000.00") for _ in range(2))
        return voucher, {
            "one": lambda: bool(chain.locked(t1, "T1", "T2", amount="600,000.00", document=one)),
            "other": lambda: bool(chain.locked(t1, "T1", "T2", amount="600,000.00", document=other)),
        }

    def cancel_while_accepted() -> tuple[Any, dict[str, Act]]:
        voucher = chain.offered("1,000,000.00")
        return voucher, {
            "accept": lambda: chain.act("T1 maker", desk.accept, voucher, on=START).state,
            "cancel": lambda: chain.act("C maker", desk.cancel, voucher, on=START).state,
        }

    return {one.__name__: one for one in (accept_while_paid, two_offers, cancel_while_accepted)}


def explored(chain: Chain, observer: psycopg.Connection[Any], name: str) -> Any:
    """Every order in which the two can meet, each stopped once between its posting and its commit."""
    here = threading.local()

    def stop(_: str) -> None:
        getattr(here, "pause", lambda: None)()

    def scripted(act: Act) -> Callable[[Callable[[], None]], Any]:
        def script(pause: Callable[[], None]) -> Any:
            here.pause = pause
            return act()

        return script

    def fresh() -> Scenario:
        voucher, acts = scenarios(chain)[name]()
        return Scenario(
            {who: scripted(act) for who, act in acts.items()},
            lambda: (chain.state(voucher), [_seen(leaf) for leaf in chain.pieces(voucher)]),
        )  # fmt: skip

    with armed({"vouchers.after_posting": Rule(stop, at=None)}):
        return explore(observer, fresh, {who: 2 for who in scenarios(chain)[name]()[1]})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["accept_while_paid", "two_offers", "cancel_while_accepted"])
def test_two_who_meet_end_as_if_one_had_come_after_the_other(
    chain: Chain, observer: psycopg.Connection[Any], name: str
) -> None:
    found = explored(chain, observer, name)
    assert found.anomalies == {}
    assert found.waited, "nobody ever waited for the other: the schedules prove nothing"
    assert audit(facts_in(chain.database, chain.tenant)) == []


@pytest.mark.slow
def test_planted_without_the_locks_of_the_voucher_two_who_meet_leave_a_mess(
    chain: Chain, observer: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, of_piece = store.get, store.piece
    monkeypatch.setattr(store, "get", lambda work, voucher, *, lock="": sound(work, voucher, lock=""))
    monkeypatch.setattr(
        store, "piece", lambda work, voucher, one, *, lock=False: of_piece(work, voucher, one, lock=False)
    )
    found = explored(chain, observer, "accept_while_paid")
    messy = found.anomalies != {} or audit(facts_in(chain.database, chain.tenant)) != []
    assert messy


PLANTED = {
    "a piece changes hands in the table": "UPDATE financing.voucher_piece SET holder_id = giver_id WHERE depth = 1",
    "a payment that nobody received": "UPDATE financing.voucher SET paid_minor = paid_minor + 1",
    "a leaf declared spent": "UPDATE financing.voucher_piece SET state = 'spent' WHERE depth = 1",
    "an offer that locks nothing": "UPDATE financing.voucher_piece SET state = 'held' WHERE state = 'locked'",
    "an invoice freed while it backs": "UPDATE trades.lien SET state = 'released', released_at = now()",
    "a voucher taken back after acceptance": "UPDATE financing.voucher SET state = 'cancelled'",
}


@pytest.mark.slow
@pytest.mark.parametrize("statement", PLANTED.values(), ids=PLANTED.keys())
def test_planted_in_the_tables_it_is_found_by_verify_and_by_the_auditor(chain: Chain, statement: str) -> None:
    _, t1 = chain.live("1,000,000.00")
    t2 = chain.passed(t1, "T1", "T2", amount="400,000.00")
    chain.locked(t2, "T2", "T3", amount="100,000.00")
    assert audit(facts_in(chain.database, chain.tenant)) == []
    _plant(chain.database.endpoints, statement)
    found = {breach.check for breach in verify_tenant(chain.database, chain.tenant).breaches}
    assert found & {check.name for check in desk.CHECKS}
    if "holder_id" not in statement:  # the auditor takes the table's word for who holds a piece
        assert audit(facts_in(chain.database, chain.tenant)) != []


def _plant(endpoints: Endpoints, statement: str) -> None:
    with psycopg.connect(endpoints.owner) as connection:
        for table in ("financing.voucher", "financing.voucher_piece", "trades.lien"):
            connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY".encode())
        assert connection.execute(statement.encode()).rowcount >= 1
        for table in ("financing.voucher", "financing.voucher_piece", "trades.lien"):
            connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY".encode())


def test_reading_needs_no_more_than_the_right_to_read(chain: Chain) -> None:
    voucher, _ = chain.live("1,000,000.00")
    with chain.database.reading(Context(chain.tenant, "system:test")) as work:
        assert desk.found_voucher(work, voucher).deal.state == "live"
        assert [leaf.left for leaf in desk.pieces_of(work, voucher)] == [yuan("1,000,000.00")]
