"""Messages duplicated, reordered, delayed, split: what is known in the end is the same, and nothing unclear is chosen.

Bank notices and statements, e-invoices with their versions and red letters, orders, receipts and events of warehouses.
Planted defects: an arrival that does not match again what it touches, only some of it, or past another arrival; the
last version speaks; contradictions are not kept; a notice that is booked is another line; of events with one id the
last one is believed; a receipt counts by who stored it first; equal explanations are chosen between. Each must turn
the suite red.
"""

import dataclasses
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from openscf import trades
from openscf.db.database import Database
from openscf.db.endpoints import Endpoints
from openscf.kernel.ids import TenantId
from openscf.operations.verification import verify_tenant
from openscf.trades.rules import bank_lines, goods_events, reconciling, versions
from openscf.trades.service import ingest, matching, money, statements
from tests.suites.messages.state import state_of
from tests.suites.messages.world import Fact, World, arrival_of, plain_arrival, world_of
from tests.unit.trades.market import Market
from tests.unit.trades.papers import CLASS, bill, paid, statement

SEED = 20261125
_CLEAR = """TRUNCATE trades.share, trades.exception, trades.reconciliation, trades.payment_link, trades.payment,
    trades.statement_line, trades.statement, trades.goods_signature, trades.goods_event, trades.closure, trades.link,
    trades.near_entry, trades.near_key, trades.lien, trades.asset, trades.reversal, trades.sighting, trades.settlement,
    trades.document, trades.rejection, trades.file CASCADE"""


class Post:
    """Delivers files to one market, over and over: the same tenant, and nothing in it."""

    def __init__(self, market: Market, owner: str) -> None:
        self.market, self.owner = market, owner
        parties = {"seller": market.party(1), "buyer": market.party(2), "keeper": market.party(3)}
        market.party(50)
        market.party = lambda *_: self.funder  # type: ignore[method-assign]
        self.funder = parties["keeper"]
        self.senders = {name: str(party) for name, party in parties.items()}
        market.run(trades.name_goods, {CLASS: "steel"})

    def clear(self) -> None:
        with psycopg.connect(self.owner, autocommit=True) as connection:
            connection.execute(_CLEAR)

    def deliver(self, file: list[Fact]) -> None:
        sender = file[0][0]
        self.market.deliver(*(record for _, record in file), sender=self.senders.get(sender, sender))


@pytest.fixture
def post(endpoints: Endpoints, tenant: TenantId):
    database = Database(endpoints, size=8)
    yield Post(Market(database, tenant), endpoints.owner)
    database.close()


def judge(post: Post, seed: int, *, arrivals: int = 2) -> None:
    """Red if two arrivals of one market end differently, or if what nobody can know was decided."""
    print(f"seed {seed}")
    world = world_of(seed)
    first = ended(post, plain_arrival(world))
    check_nothing_unclear_is_chosen(post, world)
    for turn in range(arrivals):
        again = ended(post, arrival_of(world, 1000 * seed + turn))
        check_nothing_unclear_is_chosen(post, world)
        for name in first:
            assert again[name] == first[name], f"seed {seed}, arrival {turn}: {name}"
    known = [one.document.fingerprint for one in post.market.run(trades.closures, trades.WantedClosures(), limit=1000)]
    assert post.market.run(trades.stale_closures, known) == [], f"seed {seed}: stale"
    assert verify_tenant(post.market.database, post.market.tenant).breaches == ()


def judge_many(post: Post, seeds: Iterable[int]) -> None:
    for seed in seeds:
        judge(post, seed, arrivals=1)


def ended(post: Post, files: list[list[Fact]]) -> dict[str, object]:
    post.clear()
    for file in files:
        post.deliver(file)
    return state_of(post.market)


def check_nothing_unclear_is_chosen(post: Post, world: World) -> None:
    waiting = post.market.run(trades.find_exceptions, trades.WantedExceptions(), limit=1000)
    assert world.unclear <= {one.payment.payment.text for one in waiting}, "something unclear was chosen"
    for number in world.unproven:
        (invoice,) = post.market.find(number)
        goods = post.market.run(trades.closure_of, invoice.id).match.closure.goods
        assert goods == 0, f"it is unclear whether the goods of {number} came, and that was decided"


def seeds_of(request: pytest.FixtureRequest, count: int) -> list[int]:
    given = request.config.getoption("--seed")
    return [SEED + n for n in range(count)] if given is None else [given]


def test_one_market_ends_the_same_in_whatever_order_its_messages_arrive(post: Post, request) -> None:
    judge_many(post, seeds_of(request, 1))


@pytest.mark.slow
def test_some_markets_end_the_same(post: Post, request) -> None:
    for seed in seeds_of(request, 3):
        judge(post, seed)


@pytest.mark.long
def test_two_hundred_markets_end_the_same(post: Post, request) -> None:
    for seed in seeds_of(request, 200):
        judge(post, seed)


def test_messages_that_arrive_at_the_same_instant_end_as_if_one_had_waited(post: Post, request) -> None:
    (seed,) = seeds_of(request, 1)
    print(f"seed {seed}")
    world = world_of(seed)
    first = ended(post, plain_arrival(world))
    post.clear()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(post.deliver, arrival_of(world, seed)))
    again = state_of(post.market)
    for name in first:
        assert again[name] == first[name], f"seed {seed}: {name}"


def side_by_side(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invoice and its payment, each about to be matched while the other is not committed yet."""
    real, gate = ingest.match_touched, threading.Barrier(2)

    def met(work, touched):
        try:
            gate.wait(1)
        except threading.BrokenBarrierError:
            gate.reset()
        return real(work, touched)

    monkeypatch.setattr(ingest, "match_touched", met)
    files = [[("tax office", bill())], [("bank", statement([paid(5000, "INV-2026-0001")]))]]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(post.deliver, files))
    assert post.market.run(trades.find_exceptions, trades.WantedExceptions()) == []


def test_two_arrivals_never_match_past_each_other(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    side_by_side(post, monkeypatch)


def test_planted_nobody_takes_turns(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "take_turn", lambda work: None)
    with pytest.raises(AssertionError):
        side_by_side(post, monkeypatch)


def _payments_once(patch: pytest.MonkeyPatch) -> None:
    real = money.place_payments
    patch.setattr(matching, "place_payments", lambda work, _, given: real(work, set(), given))


def _no_further_than_what_arrived(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(matching, "hanging_together", lambda work, fingerprints: set(fingerprints))


def _the_last_version_speaks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ingest, "speaks", lambda known, new, content: True)


def _a_booked_notice_is_another_line(patch: pytest.MonkeyPatch) -> None:
    def recognised(statement, *, account=""):
        found = bank_lines.recognised(statement, account=account)
        return tuple(dataclasses.replace(one, waiting=one.said + one.line.status.encode()) for one in found)

    patch.setattr(statements, "recognised", recognised)


def _the_last_event_is_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(goods_events, "Counter", lambda _: {})
    patch.setattr(goods_events, "repr", lambda bare: bare.event_id or str(bare), raising=False)


def _who_stored_it_first_signed_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(matching, "_honest", _by_the_first)


def _by_the_first(work, told):
    """As `_honest`, but only the file that brought a document first counts."""
    query = "SELECT f.sender_keys FROM trades.file f WHERE f.id = %s"
    found = []
    for one in told:
        keys = work.execute(query, [one.file]).fetchone()[0]
        signed = dataclasses.replace(one.document, signer=one.document.seller)
        alone = one.document.kind in matching.GOODS and one.seller_key in keys
        found.append(dataclasses.replace(one, signer_key=one.seller_key, document=signed) if alone else one)
    return found


def _equal_explanations_are_chosen_between(patch: pytest.MonkeyPatch) -> None:
    real = reconciling._by_amount

    def guess(book, payment):
        found = real(book, payment)
        if not isinstance(found, trades.Leftover):
            return found
        return reconciling._match(book, payment, [book.all[found.candidates[0]]], rule="amount", score=50, reasons=[])

    patch.setattr(reconciling, "_by_amount", guess)


def _only_the_speaking_version_is_compared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(versions, "CONTRADICTS", "differs_")
    patch.setattr(ingest, "CONTRADICTS", "differs_")


@pytest.mark.slow
@pytest.mark.parametrize(
    "defect",
    [
        _payments_once, _no_further_than_what_arrived, _the_last_version_speaks, _a_booked_notice_is_another_line,
        _the_last_event_is_believed, _equal_explanations_are_chosen_between, _only_the_speaking_version_is_compared,
    ],
)  # fmt: skip
def test_the_planted_defect_is_seen(
    post: Post, defect: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    defect(monkeypatch)
    with pytest.raises(AssertionError, match=r"seed|unclear|stale"):
        judge_many(post, range(SEED, SEED + 6))


@pytest.mark.slow
def test_planted_the_first_to_deliver_a_receipt_decides_who_signed_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.unit.trades.papers import order, receipt

    def goods(turn: list[str]) -> object:
        post.clear()
        post.deliver([("buyer", order()), ("buyer", bill())])
        for sender in turn:
            post.deliver([(sender, receipt())])
        return state_of(post.market)["closures"]

    assert goods(["seller", "buyer"]) == goods(["buyer", "seller"])
    _who_stored_it_first_signed_it(monkeypatch)
    assert goods(["seller", "buyer"]) != goods(["buyer", "seller"])
