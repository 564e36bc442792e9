"""Pools on a real database: figures that are never stale, liens one by one, attacks, drawers at once."""

import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openscf.db import Context
from openscf.financing import (
    CHECKS,
    DealId,
    deal_events,
    dispute_receivable,
    draw_from_pool,
    found_deal,
    heed_lost_claim,
    limits_of,
    perform,
    reproduce,
    request_confirmation,
    request_step,
    revalue_pool,
    usage,
)
from openscf.kernel.errors import Refusal
from openscf.ledger import Ledger
from openscf.trades import (
    INVOICE_REVERSED,
    INVOICE_VOIDED,
    claim_of,
    liens_on,
    release_lien,
    worths_of,
)
from tests.unit.financing.floor import DAY, SYSTEM, Floor, yuan
from tests.unit.financing.pools import LATER, TODAY, PoolFloor
from tests.unit.parties.house import refused


@pytest.fixture
def pools(floor: Floor) -> PoolFloor:
    return PoolFloor(floor)


def breaches(floor: Floor) -> list[object]:
    return floor.run(SYSTEM, lambda work: [breach for check in CHECKS for breach in check.find(work)])


def messages(floor: Floor, topic: str) -> list[dict[str, Any]]:
    query = "SELECT payload FROM platform.outbox WHERE topic = %s ORDER BY ordinal"

    def read(work: Any) -> list[Any]:
        return work.execute(query, [topic]).fetchall()

    return [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in floor.run(SYSTEM, read)]


def test_products_1_2_on_the_real_books_to_the_fen(pools: PoolFloor) -> None:
    floor, deal = pools.floor, pools.of_example()
    assert pools.available(deal) == yuan("825,000.00")
    reasons = {one.item.number: [reason.code for reason in one.reasons] for one in pools.standing(deal).items}
    assert reasons == {"10000001": [], "20000002": ["pool_item_overdue"], "30000003": ["pool_item_over_cap"]}
    done = pools.draw(deal, "800,000.00")
    assert floor.cash("seller") == yuan("800,000.00")
    assert done.deal.book.available == yuan("25,000.00")
    floor.market.deliver(pools.red_letter("90000001", "30000003", "Y", "200,000.00"))
    standing = pools.standing(deal)
    assert standing.available == -yuan("50,000.00"), "known before anybody told the pool"
    assert standing.found.base_minor == yuan("1,000,000.00").minor
    (told,) = messages(floor, INVOICE_REVERSED)
    after = floor.run(SYSTEM, heed_lost_claim, told, on=TODAY)
    assert (after.deal.state, after.deal.book.shortfall) == ("deficient", yuan("50,000.00"))
    with refused("event_not_allowed"):
        pools.draw(deal, "0.01")
    floor.bring("seller", "100,000.00")
    cured = floor.do("seller.maker", deal, "repay", TODAY, amount="50000.00")
    assert cured.deal.state == "drawn"
    assert breaches(floor) == []


def test_a_pool_lives_to_its_end_and_leaves_nothing(pools: PoolFloor) -> None:
    floor, deal = pools.floor, pools.of_example()
    pools.draw(deal, "400,000.00")
    pools.draw(deal, "100,000.00")
    for node in floor.run(SYSTEM, limits_of):
        assert floor.run(SYSTEM, usage, node).used == yuan("500,000.00")
    floor.pay_in(deal, "700,000.00")
    on = TODAY.replace(day=TODAY.day + 10)
    paid = {str(pools.documents["30000003"]): "700000.00"}
    done = floor.do(SYSTEM, deal, "collect", on, amount="700000.00", paid=paid)
    assert done.decision.amounts["interest"] == yuan("1,000.00"), "10 days at 7.2 % on 500,000.00"
    assert done.decision.amounts["remainder"] == yuan("199,000.00")
    assert done.deal.state == "active"
    assert floor.run(SYSTEM, liens_on, pools.documents["30000003"]) == []
    floor.do("seller.maker", deal, "settle", on)
    assert all(floor.run(SYSTEM, liens_on, one) == [] for one in pools.documents.values())
    for node in floor.run(SYSTEM, limits_of):
        assert floor.run(SYSTEM, usage, node).used == yuan("0.00")
    assert set(floor.run(SYSTEM, lambda work: Ledger(work).trial_balance()).values()) == {0}
    assert breaches(floor) == []


def test_every_decision_of_a_pool_is_reproduced_byte_for_byte(pools: PoolFloor) -> None:
    floor, deal = pools.floor, pools.of_example()
    pools.draw(deal, "500,000.00")
    floor.market.deliver(pools.red_letter("90000001", "30000003", "Y", "200,000.00"))
    floor.run(SYSTEM, revalue_pool, deal, on=TODAY)
    more = pools.invoice("40000004", "Y", "10,000.00")
    floor.do("seller.maker", deal, "add", TODAY, documents=[str(more)])
    floor.do("seller.maker", deal, "mark", TODAY, document=str(more), mark="disputed")
    floor.do("seller.maker", deal, "remove", TODAY, documents=[str(more)])
    floor.do("seller.maker", deal, "add", TODAY, documents=[str(more)])
    floor.pay_in(deal, "510,000.00")
    floor.do(SYSTEM, deal, "collect", TODAY, amount="510000.00", debtor=str(floor.parties["X"]))
    rows = floor.run(SYSTEM, deal_events, deal)
    assert len(rows) == 10
    for row in rows[1:]:
        kept, again = floor.run(SYSTEM, reproduce, deal, row.version)
        assert kept == again, row.command
        assert b"sha256" in kept
    assert breaches(floor) == []


def test_an_invoice_is_in_one_pool_and_financed_once(pools: PoolFloor) -> None:
    floor, deal = pools.floor, pools.of_example()
    one = pools.documents["10000001"]
    other = pools.open()
    with refused("encumbered"):
        floor.do("seller.maker", other, "add", documents=[str(one)])
    with refused("pool_item_there_already"):
        floor.do("seller.maker", deal, "add", documents=[str(one)])
    floor.do("seller.maker", deal, "remove", documents=[str(one)])
    floor.do("seller.maker", other, "add", documents=[str(one)])
    assert breaches(floor) == []


def test_what_a_pool_collected_is_owed_no_more_to_anybody(pools: PoolFloor) -> None:
    floor, deal = pools.floor, pools.of_example()
    one, other = pools.documents["10000001"], pools.documents["30000003"]
    floor.pay_in(deal, "600,000.00")
    floor.do(SYSTEM, deal, "collect", amount="600000.00", paid={str(one): "500000.00", str(other): "100000.00"})
    assert floor.run(SYSTEM, liens_on, one) == []
    second = pools.open()
    for pool in (deal, second):
        with refused("claim_already_paid"):
            floor.do("seller.maker", pool, "add", documents=[str(one)])
    for pool in (deal, second, deal):
        floor.run("seller.maker", perform, held_by(pools, other), "remove", on=TODAY,
                  fingerprints=floor.fingerprints, params={"documents": [str(other)]})  # fmt: skip
        floor.do("seller.maker", pool, "add", TODAY, documents=[str(other)])
        (item,) = (line.item for line in pools.standing(pool).items if line.item.number == "30000003")
        assert item.open_minor == yuan("600,000.00").minor, "100,000.00 were paid, wherever it lies now"
    floor.market.deliver(pools.red_letter("90000001", "30000003", "Y", "200,000.00"))
    (item,) = (line.item for line in pools.standing(deal).items if line.item.number == "30000003")
    assert item.open_minor == yuan("400,000.00").minor
    assert breaches(floor) == []


def held_by(pools: PoolFloor, document: Any) -> DealId:
    """The pool that holds an invoice."""
    (lien,) = pools.floor.run(SYSTEM, liens_on, document)
    return DealId.parse(lien.deal)


def test_an_invoice_of_somebody_else_or_without_proof_does_not_enter(pools: PoolFloor) -> None:
    from openscf.parties import PartyRole

    floor, deal = pools.floor, pools.of_example()
    floor.join("rival", PartyRole.SUPPLIER)
    theirs = floor.invoice("50000005", seller="rival")
    floor.confirm(theirs)
    with refused("pool_item_of_another_seller"):
        floor.do("seller.maker", deal, "add", documents=[str(theirs)])
    unproved = floor.invoice("60000006", "77.00")
    with refused("due_date_unknown"):
        floor.do("seller.maker", deal, "add", documents=[str(unproved)])


def test_draws_above_what_goes_by_rule_need_two_people_of_the_seller(floor: Floor) -> None:
    pools = PoolFloor(floor, auto="100000.00")
    deal = pools.of_example()
    with refused("needs_four_eyes"):
        pools.draw(deal, "100,000.01")
    pools.draw(deal, "100,000.00")
    params = {"amount": "300000.00"}
    request = floor.run("seller.maker", request_step, deal, "draw", on=TODAY, params=params)
    floor.run(SYSTEM, revalue_pool, deal, on=TODAY)
    floor.agreed("seller", request)
    assert floor.cash("seller") == yuan("400,000.00"), "an approval outlives what happens to a pool meanwhile"
    with refused("step_not_allowed"):
        floor.run("X.maker", draw_from_pool, deal, yuan("1.00"), on=TODAY, fingerprints=floor.fingerprints)
    late = floor.run("seller.maker", request_step, deal, "draw", on=TODAY, params={"amount": "400000.00"})
    floor.market.deliver(pools.red_letter("90000001", "30000003", "Y", "200,000.00"))
    with refused("pool_availability_exceeded"):
        floor.agreed("seller", late)


@pytest.mark.parametrize("how", ["void", "red letter"])
def test_fraud_6_an_invoice_that_is_taken_back_after_it_was_drawn_on_stops_the_pool(pools: PoolFloor, how: str) -> None:
    floor, deal = pools.floor, pools.of_example()
    pools.draw(deal, "700,000.00")
    if how == "void":
        pools.void("10000001")
    else:
        floor.market.deliver(pools.red_letter("90000001", "10000001", "X", "500,000.00"))
    with refused("pool_availability_exceeded"):
        pools.draw(deal, "1.00")
    (told,) = messages(floor, INVOICE_VOIDED if how == "void" else INVOICE_REVERSED)
    after = floor.run(SYSTEM, heed_lost_claim, told, on=TODAY)
    assert after.deal.state == "deficient"
    assert after.decision.notices == ("deficiency_notice",)
    # 300,000 of X are overdue and all that is left of it: 600,000 of Y carry 450,000.00
    assert after.deal.book.shortfall == yuan("250,000.00")
    assert [one.deal for one in floor.run(SYSTEM, liens_on, pools.documents["10000001"])] == [str(deal)]
    codes = {one.item.number: [reason.code for reason in one.reasons] for one in pools.standing(deal).items}
    assert "pool_item_void" in codes["10000001"]
    with refused("document_void"):
        floor.run(SYSTEM, claim_of, pools.documents["10000001"])
    assert breaches(floor) == []


def test_the_end_of_a_day_finds_what_shrank_and_finds_it_once(pools: PoolFloor) -> None:
    from openscf.operations.servicing import watch_document

    floor, deal = pools.floor, pools.of_example()
    pools.draw(deal, "800,000.00")
    floor.market.deliver(pools.red_letter("90000001", "30000003", "Y", "200,000.00"))
    named = {"on": TODAY, "fingerprints": floor.fingerprints}
    assert floor.run(SYSTEM, watch_document, deal, **named) is True
    short = floor.run(SYSTEM, found_deal, deal).deal
    assert (short.state, short.book.shortfall) == ("deficient", yuan("50,000.00"))
    assert floor.run(SYSTEM, watch_document, deal, **named) is False
    assert floor.run(SYSTEM, found_deal, deal).deal.version == short.version


def test_a_message_about_something_else_leaves_pools_alone(pools: PoolFloor) -> None:
    pools.of_example()
    for deal in ("deal", "dea_", "", str(pools.programme)):
        assert pools.floor.run(SYSTEM, heed_lost_claim, {"deal": deal}, on=TODAY) is None


def test_a_lien_that_is_gone_takes_its_item_out_of_the_base(pools: PoolFloor) -> None:
    floor, deal = pools.floor, pools.of_example()
    document = pools.documents["10000001"]
    (lien,) = floor.run(SYSTEM, liens_on, document)
    floor.run(SYSTEM, release_lien, lien.id, holder=floor.parties["funder"], reason="by mistake")
    codes = {one.item.number: [reason.code for reason in one.reasons] for one in pools.standing(deal).items}
    assert codes["10000001"] == ["encumbered"]
    assert pools.available(deal) == yuan("450,000.00")
    floor.do("seller.maker", deal, "remove", TODAY, documents=[str(document)])
    assert breaches(floor) == []


def test_worths_of_many_say_what_claim_of_says_of_one(pools: PoolFloor) -> None:
    floor = pools.floor
    pools.of_example()
    floor.market.deliver(pools.red_letter("90000001", "30000003", "Y", "200,000.00"))
    pools.void("10000001")
    documents = list(pools.documents.values())
    found = floor.run(SYSTEM, worths_of, documents)
    assert len(found) == 3
    for document in documents:
        try:
            claim = floor.run(SYSTEM, claim_of, document)
            assert (found[document].face_minor, found[document].unit) == (claim.face_minor, claim.unit)
        except Refusal:
            assert found[document].void


def test_a_seller_sees_the_items_of_its_pool_and_a_debtor_does_not(pools: PoolFloor) -> None:
    floor, _deal = pools.floor, pools.of_example()

    def seen(work: Any) -> int:
        return work.execute("SELECT count(*) FROM financing.pool_item").fetchone()[0]

    assert [floor.house.read(floor.parties[name], seen) for name in ("seller", "funder", "X")] == [3, 3, 0]


def test_a_limit_above_the_pool_bounds_what_is_paid_out(pools: PoolFloor) -> None:
    from openscf.financing import LimitKind

    floor, deal = pools.floor, pools.of_example()
    floor.limit(LimitKind.FUNDER, "100,000.00")
    standing = pools.standing(deal)
    assert (standing.available, standing.drawable) == (yuan("825,000.00"), yuan("100,000.00"))
    with refused("limit_exceeded"):
        pools.draw(deal, "100,000.01")
    pools.draw(deal, "60,000.00")
    floor.limit(LimitKind.PRODUCT, "1,000,000.00", product="receivables_pool")
    pools.draw(deal, "40,000.00")
    uses = {floor.run(SYSTEM, usage, node).used for node in floor.run(SYSTEM, limits_of)}
    assert uses == {yuan("100,000.00")}, "a limit that came later takes up the whole exposure"
    assert breaches(floor) == []


def test_only_a_pool_is_a_pool(floor: Floor) -> None:
    from openscf.financing import pool_standing

    deal = floor.funded()
    with refused("not_a_pool"):
        floor.run(SYSTEM, pool_standing, deal, on=DAY)


class Race:
    """Drawers and credit notes that start together, each on its own connection."""

    def __init__(self, pools: PoolFloor, seed: int) -> None:
        self.pools, self.floor, self.chance = pools, pools.floor, random.Random(seed)
        self.codes: list[str] = []

    def act(self, place: int, deal: Any) -> Callable[[], object]:
        floor, prints = self.floor, self.floor.fingerprints
        context = Context(floor.tenant, str(floor.house.people["seller.maker"]))
        amount = yuan(f"{self.chance.randrange(5_000_000, 30_000_000) / 100:.2f}")
        if place % 3:
            return lambda: floor.database.run(
                context, lambda work: draw_from_pool(work, deal, amount, on=TODAY, fingerprints=prints)
            )
        letter = self.pools.red_letter(f"9{place:07}", "30000003", "Y", "100,000.00")
        return lambda: floor.market.deliver(letter)

    def run(self, deal: Any, count: int) -> None:
        gate = threading.Barrier(count)
        acts = [self.act(place, deal) for place in range(count)]

        def go(act: Callable[[], object]) -> str:
            gate.wait()
            try:
                act()
            except Refusal as refused_:
                return refused_.code
            return "done"

        with ThreadPoolExecutor(count) as threads:
            self.codes = list(threads.map(go, acts))


@pytest.mark.slow
def test_drawers_and_credit_notes_at_once_never_draw_more_than_was_there(
    pools: PoolFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each draw what is drawn is at most what the documents carried under the pool's lock, and no draw is lost."""
    seed = 20261125
    print(f"seed {seed}")
    deal = pools.of_example()
    race = Race(pools, seed)
    race.run(deal, 9)
    assert set(race.codes) <= {"done", "pool_availability_exceeded"}
    assert race.codes.count("done") >= 4
    rows = pools.floor.run(SYSTEM, deal_events, deal)
    drawn = 0
    for row in rows:
        if row.command != "draw":
            continue
        book = json.loads(row.book)
        drawn += yuan(json.loads(row.outcome)["amounts"]["drawn"]["amount"]).minor
        assert book["shortfall"]["amount"] == "0.00", "drawn within the base of that moment"
        assert yuan(book["loan"]["principal"]["amount"]).minor == drawn
    assert drawn == pools.floor.run(SYSTEM, found_deal, deal).deal.book.loan.principal.minor
    after = pools.floor.run(SYSTEM, revalue_pool, deal, on=TODAY)
    assert after.deal.book.base == yuan("900,000.00"), "three letters of 100,000 leave 400,000 of Y"
    assert breaches(pools.floor) == []


def second_drawer(pools: PoolFloor, deal: Any) -> str:
    """A draws and has not committed; B, who wants 700,000, waits for the pool; meanwhile 200,000 are credited."""
    floor, prints = pools.floor, pools.floor.fingerprints
    context = Context(floor.tenant, str(floor.house.people["seller.maker"]))

    def draws(work: Any, amount: str) -> object:
        return draw_from_pool(work, deal, yuan(amount), on=TODAY, fingerprints=prints)

    with ThreadPoolExecutor(1) as threads:
        with floor.database.transaction(context) as first:
            draws(first, "100,000.00")
            second = threads.submit(floor.database.run, context, lambda work: draws(work, "700,000.00"))
            wait_until_somebody_waits(floor)
            floor.market.deliver(pools.red_letter("90000001", "30000003", "Y", "200,000.00"))
        try:
            second.result(60)
        except Refusal as refused_:
            return refused_.code
    return "done"


def wait_until_somebody_waits(floor: Floor) -> None:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for _ in range(2_000):
        if floor.run(SYSTEM, lambda work: work.execute(query).fetchone())[0]:
            return
        threading.Event().wait(0.01)
    pytest.fail("nobody waits for the pool")


def test_who_waited_for_the_pool_decides_on_what_happened_meanwhile(pools: PoolFloor) -> None:
    """825,000 carry 100,000 and 700,000; after the credit note 750,000 carry only one of them."""
    assert second_drawer(pools, pools.of_example()) == "pool_availability_exceeded"
    assert pools.floor.cash("seller") == yuan("100,000.00")


def test_a_pool_that_believes_an_older_look_at_its_documents_would_overdraw(
    pools: PoolFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted defect: worths remembered from before; then the test above is red."""
    deal, remembered = pools.of_example(), {}

    def stale(work: Any, documents: Any) -> Any:
        key = tuple(documents)
        if key not in remembered:
            remembered[key] = worths_of(work, documents)
        return remembered[key]

    monkeypatch.setattr("openscf.trades.worths_of", stale)
    assert second_drawer(pools, deal) == "done"


def disputed(pools: PoolFloor, number: str, buyer: str) -> None:
    floor, prints = pools.floor, pools.floor.fingerprints
    said = {"obligor": floor.parties[buyer], "reason": "wet", "on": TODAY, "fingerprints": prints}
    floor.run(f"{buyer}.maker", dispute_receivable, pools.documents[number], **said)


def test_what_its_debtor_disputes_counts_no_more_at_once_and_again_once_it_has_confirmed(pools: PoolFloor) -> None:
    """PRODUCTS 1.2: a disputed receivable is ineligible; without Y's 600,000 the pool carries 375,000 of 400,000."""
    floor, deal = pools.floor, pools.of_example()
    pools.draw(deal, "400,000.00")
    disputed(pools, "30000003", "Y")
    kept = floor.run(SYSTEM, found_deal, deal).deal
    assert (kept.state, kept.book.base, kept.book.shortfall) == ("deficient", yuan("500,000.00"), yuan("25,000.00"))
    reasons = {one.item.number: [reason.code for reason in one.reasons] for one in pools.standing(deal).items}
    assert reasons["30000003"] == ["pool_item_disputed"]
    with refused("event_not_allowed"):
        pools.draw(deal, "0.01")
    assert breaches(floor) == []
    last = floor.run(SYSTEM, deal_events, deal)[-1]
    was, now = floor.run(SYSTEM, reproduce, deal, last.version)
    assert was == now
    facts = {"obligor": floor.parties["Y"], "face": yuan("700,000.00"), "due_on": LATER}
    floor.agreed("Y", floor.run("Y.maker", request_confirmation, pools.documents["30000003"], **facts))
    assert pools.available(deal) == yuan("425,000.00"), "computed at this moment"
    cured = floor.run(SYSTEM, revalue_pool, deal, on=TODAY)
    assert (cured.deal.state, cured.deal.book.base) == ("drawn", yuan("1,100,000.00"))


def test_a_disputed_claim_does_not_enter(pools: PoolFloor) -> None:
    deal = pools.of_example()
    more = pools.invoice("40000004", "Y", "10,000.00")
    disputed(pools, "40000004", "Y")
    with refused("receivable_disputed"):
        pools.floor.do("seller.maker", deal, "add", TODAY, documents=[str(more)])


def test_a_pool_that_does_not_hear_of_disputes_is_found_by_the_books(
    pools: PoolFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted defect: nobody asks which claims are in dispute; then two tests above are red."""
    monkeypatch.setattr("openscf.financing.store.disputes.of_debtors", lambda *_: set())
    deal = pools.of_example()
    disputed(pools, "30000003", "Y")
    assert pools.available(deal) == yuan("825,000.00")
    assert [breach.check for breach in breaches(pools.floor)] == ["disputed_claims_count_in_no_pool"]  # type: ignore[attr-defined]
