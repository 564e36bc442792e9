"""Payables of a core enterprise on a real database: batches, standing orders, and what IAS 7.44H asks for."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from openscf.financing import (
    CHECKS,
    AutoTrade,
    DealId,
    LimitKind,
    NewDeal,
    Payable,
    ProgrammeId,
    auto_trade_of,
    deal_events,
    disclosure,
    find_deals,
    found_deal,
    open_deal,
    reproduce,
    request_auto_trade,
    request_payables,
    sold_automatically,
)
from openscf.kernel.errors import Refusal
from openscf.kernel.rates import Rate
from openscf.parties import ApprovalRequest, PartyRole, approve, edit_request, withdraw
from openscf.trades import DocumentId
from tests.unit.financing.floor import DAY, SYSTEM, Floor, yuan
from tests.unit.parties.house import refused

DUE = dt.date(2026, 5, 29)
ROLES = {"obligor": "buyer", "funder": "funder"}


@pytest.fixture
def frame(floor: Floor) -> ProgrammeId:
    floor.limit(LimitKind.FUNDER, "5,000,000.00")
    floor.limit(LimitKind.COUNTERPARTY, "5,000,000.00", party=floor.parties["buyer"])
    floor.bring("funder", "10,000,000.00")
    return floor.programme("reverse_factoring", {"rate": "3.6%"}, parties=ROLES)


def payable(floor: Floor, number: str = "0001", amount: str = "1,000,000.00", due_on: dt.date = DUE) -> Payable:
    return Payable(document=floor.invoice(number, amount), face=yuan(amount), due_on=due_on)


def asked(floor: Floor, frame: ProgrammeId, *payables: Payable, actor: str = "buyer.maker") -> ApprovalRequest:
    return floor.run(actor, request_payables, frame, payables)


def approved(floor: Floor, frame: ProgrammeId, *payables: Payable) -> list[DealId]:
    before = {kept.deal.id for kept in floor.run(SYSTEM, find_deals)}
    floor.agreed("buyer", asked(floor, frame, *payables))
    return [kept.deal.id for kept in floor.run(SYSTEM, find_deals) if kept.deal.id not in before]


def sold(floor: Floor, deal: DealId, on: dt.date = DAY) -> None:
    floor.do("seller.maker", deal, "sell", on)
    floor.agree("funder", deal, "fund", on)


def test_a_batch_that_two_people_of_the_anchor_approved_becomes_payables_that_suppliers_sell(
    floor: Floor, frame: ProgrammeId
) -> None:
    one, two = approved(floor, frame, payable(floor), payable(floor, "0002", "300,000.00"))
    kept = floor.run(SYSTEM, found_deal, one)
    assert (kept.deal.state, kept.deal.book.face) == ("approved", yuan("1,000,000.00"))
    assert kept.deal.parties["client"] == floor.parties["seller"]
    sold(floor, one)
    # 80 days at 3.6 %
    assert floor.cash("seller") == yuan("992,000.00")
    floor.pay_in(one, "1,000,000.00")
    floor.do(SYSTEM, one, "collect", DUE, amount="1000000.00")
    floor.pay_in(two, "300,000.00")
    floor.do(SYSTEM, two, "pay_supplier", DUE, amount="300000.00")
    assert floor.cash("seller") == yuan("1,292,000.00")
    assert floor.cash("funder") == yuan("10,008,000.00")
    for deal in (one, two):
        for row in floor.run(SYSTEM, deal_events, deal)[1:]:
            assert len(set(floor.run(SYSTEM, reproduce, deal, row.version))) == 1
    assert floor.run(SYSTEM, lambda work: [b for check in CHECKS for b in check.find(work)]) == []


def test_one_person_of_the_anchor_is_not_enough_and_the_verdict_is_on_that_very_batch(
    floor: Floor, frame: ProgrammeId
) -> None:
    request = asked(floor, frame, payable(floor))
    with refused("approval_by_maker"):
        floor.run("buyer.maker", approve, request.id, request.payload_sha256)
    with refused("approval_payload_changed"):
        floor.run("buyer.checker", approve, request.id, bytes(32))
    with refused("approval_not_editable"):
        floor.run("buyer.maker", edit_request, request.id, payload={})
    assert floor.run(SYSTEM, find_deals) == []


def test_only_the_anchors_own_people_upload_its_payables(floor: Floor, frame: ProgrammeId) -> None:
    with pytest.raises(Refusal) as caught:
        asked(floor, frame, payable(floor), actor="seller.maker")
    assert caught.value.code in ("not_allowed", "party_not_found")


Spoil = Callable[[Floor, Payable], Payable]
WRONG: dict[str, tuple[str, Spoil]] = {
    "more than the invoice says": (
        "payable_exceeds_invoice",
        lambda floor, one: dataclasses.replace(one, face=yuan("1,000,000.01")),
    ),
    "nothing": ("amount_is_nothing", lambda floor, one: dataclasses.replace(one, face=yuan("0.00"))),
    "due today": ("already_due", lambda floor, one: dataclasses.replace(one, due_on=DAY)),
    "no such document": (
        "document_not_found",
        lambda floor, one: dataclasses.replace(one, document=DocumentId(int=7)),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_line_that_is_wrong_is_refused_with_its_number(floor: Floor, frame: ProgrammeId, name: str) -> None:
    code, spoil = WRONG[name]
    with pytest.raises(Refusal) as caught:
        asked(floor, frame, payable(floor, "0009"), spoil(floor, payable(floor)))
    assert caught.value.code == code
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_one_invoice_is_one_payable(floor: Floor, frame: ProgrammeId) -> None:
    one = payable(floor)
    with refused("payable_known"):
        asked(floor, frame, one, one)
    racing = asked(floor, frame, one)
    approved(floor, frame, one)
    with refused("payable_known"):
        floor.agreed("buyer", racing)
    assert len(floor.run(SYSTEM, find_deals)) == 1
    floor.run("buyer.maker", withdraw, racing.id)


def test_of_two_batches_approved_at_the_same_instant_one_has_the_invoice(floor: Floor, frame: ProgrammeId) -> None:
    one = payable(floor)
    requests = [asked(floor, frame, one) for _ in range(4)]
    start = Barrier(len(requests))

    def attempt(request: ApprovalRequest) -> str:
        start.wait()
        try:
            return floor.agreed("buyer", request).state.value
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(requests)) as pool:
        answers = sorted(pool.map(attempt, requests))
    assert answers == ["payable_known"] * 3 + ["used"]
    assert len(floor.run(SYSTEM, find_deals)) == 1, "those who lost left no deal"


def test_a_payable_whose_sale_was_taken_back_can_be_approved_again(floor: Floor, frame: ProgrammeId) -> None:
    one = payable(floor)
    (first,) = approved(floor, frame, one)
    floor.do("seller.maker", first, "sell")
    floor.do("seller.maker", first, "withdraw")
    (second,) = approved(floor, frame, one)
    sold(floor, second)


def test_a_deal_that_nobody_approved_in_a_batch_is_not_sold(floor: Floor, frame: ProgrammeId) -> None:
    document = floor.invoice()
    said = {"number": "0001", "face": "1000000.00", "due_on": DUE.isoformat()}
    new = NewDeal(programme=frame, parties={"client": floor.parties["seller"]}, proposal=said, document=document)
    deal = floor.run("seller.maker", open_deal, new, on=DAY).id
    with refused("receivable_not_confirmed"):
        floor.do("seller.maker", deal, "sell")
    approved(floor, frame, Payable(document=document, face=yuan("900,000.00"), due_on=DUE))
    with refused("receivable_not_confirmed"):
        floor.do("seller.maker", deal, "sell")


def test_a_programme_without_its_anchor_takes_no_payables(floor: Floor) -> None:
    other = floor.programme("factoring")
    with refused("not_a_payables_programme"):
        asked(floor, other, payable(floor))


def rule(floor: Floor, frame: ProgrammeId, **said: Any) -> None:
    request = floor.run(
        "seller.maker", request_auto_trade, frame, floor.parties["seller"], rule=AutoTrade(enabled=True, **said)
    )
    floor.agreed("seller", request)


def test_a_suppliers_standing_order_says_what_is_sold_without_asking(floor: Floor, frame: ProgrammeId) -> None:
    big, _small = approved(floor, frame, payable(floor), payable(floor, "0002", "300.00"))
    assert floor.run(SYSTEM, sold_automatically, frame, DAY) == [], "nobody said so"
    rule(floor, frame, least_face=yuan("1,000.00"), highest_rate=Rate.percent("3.6"), least_days=30)
    assert floor.run(SYSTEM, sold_automatically, frame, DAY) == [big]
    assert floor.run(SYSTEM, sold_automatically, frame, dt.date(2026, 4, 30)) == [], "29 days are left"
    floor.do(SYSTEM, big, "sell")
    assert floor.run(SYSTEM, sold_automatically, frame, DAY) == [], "it is sold"


def test_the_end_of_a_day_carries_standing_orders_out_and_pays(floor: Floor, frame: ProgrammeId) -> None:
    from openscf.operations import run_day_end

    (deal,) = approved(floor, frame, payable(floor))
    rule(floor, frame)
    context, prints = floor.context(), floor.fingerprints
    first = run_day_end(floor.database, context, DAY, fingerprints=prints, close=False)
    assert (first.sold, first.failed) == (1, ())
    state = floor.run(SYSTEM, found_deal, deal).deal.state
    assert state in ("sold", "funded"), "funded where the frame's policy says so"
    assert run_day_end(floor.database, context, DAY, fingerprints=prints).sold == 0, "once"


def test_a_standing_order_at_a_better_rate_waits_and_one_that_ended_sells_nothing(
    floor: Floor, frame: ProgrammeId
) -> None:
    approved(floor, frame, payable(floor))
    rule(floor, frame, highest_rate=Rate.percent("3.59"))
    assert floor.run(SYSTEM, sold_automatically, frame, DAY) == []
    off = AutoTrade(enabled=False)
    request = floor.run("seller.maker", request_auto_trade, frame, floor.parties["seller"], rule=off)
    assert floor.run(SYSTEM, auto_trade_of, frame, floor.parties["seller"]) != off, "it takes two"
    floor.agreed("seller", request)
    assert floor.run(SYSTEM, auto_trade_of, frame, floor.parties["seller"]) == off
    assert floor.run(SYSTEM, sold_automatically, frame, DAY) == []


def test_a_standing_order_is_seen_by_its_supplier_and_by_nobody_else(floor: Floor, frame: ProgrammeId) -> None:
    rule(floor, frame)
    stranger = floor.join("stranger", PartyRole.SUPPLIER)

    def seen(work: Any) -> int:
        row = work.execute("SELECT count(*) FROM financing.auto_trade").fetchone()
        return int(row[0])

    assert floor.house.read(floor.parties["seller"], seen) == 1
    for other in (stranger, floor.parties["buyer"], floor.parties["funder"]):
        assert floor.house.read(other, seen) == 0


def test_ias_7_44h_carrying_amount_paid_out_and_ranges_inside_and_outside(floor: Floor, frame: ProgrammeId) -> None:
    """IAS 7.44H (b) (i) to (iii), at the beginning and at the end of the period."""
    first, second, _third = approved(
        floor, frame, payable(floor), payable(floor, "0002", "300,000.00", dt.date(2026, 6, 30)),
        payable(floor, "0003", "50,000.00", dt.date(2026, 4, 30)),
    )  # fmt: skip
    floor.invoice("0099", "70,000.00")  # says no due date: nobody can place it
    outside(floor, "0100", dt.date(2026, 4, 1))
    outside(floor, "0101", dt.date(2026, 4, 11))
    sold(floor, first)
    sold(floor, second, dt.date(2026, 3, 20))
    floor.pay_in(first, "400,000.00")
    floor.do(SYSTEM, first, "collect", dt.date(2026, 4, 2), amount="400000.00")
    found = floor.run(SYSTEM, disclosure, frame, opening_on=DAY, closing_on=dt.date(2026, 4, 2))
    assert (found.opening.carrying, found.opening.paid_out) == (yuan("1,350,000.00"), yuan("1,000,000.00"))
    assert (found.closing.carrying, found.closing.paid_out) == (yuan("950,000.00"), yuan("900,000.00"))
    inside, beside = found.opening.inside, found.opening.outside
    assert inside is not None
    assert beside is not None
    # invoices of 2 March
    assert (inside.least_days, inside.most_days, inside.count) == (59, 120, 3)
    assert (beside.least_days, beside.most_days, beside.count) == (30, 40, 2)
    assert found.closing.outside is not None
    assert found.closing.outside.count == 1, "one was due meanwhile"


def test_before_anything_was_approved_there_is_nothing_to_disclose(floor: Floor, frame: ProgrammeId) -> None:
    found = floor.run(SYSTEM, disclosure, frame, opening_on=DAY, closing_on=DAY)
    assert (found.opening.carrying, found.opening.inside, found.opening.outside) == (yuan("0.00"), None, None)
    with refused("disclosure_period"):
        floor.run(SYSTEM, disclosure, frame, opening_on=DUE, closing_on=DAY)


def outside(floor: Floor, number: str, due_on: dt.date) -> None:
    """An invoice of the anchor that is in no programme."""
    from openscf.trades import Identity
    from tests.unit.trades.market import invoice

    names = {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in ("seller", "buyer")}
    floor.market.deliver(invoice(number, 5_000_00, seller=names["seller"], buyer=names["buyer"], due_on=due_on))
