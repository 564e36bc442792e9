"""Money that two persons placed is shared out as if the bank had named it; what a deal can't take waits, and is tried
again.

Planted defect: nobody follows money that was placed by hand (`settlement.FOLLOWERS` emptied). It lies in escrow then
and the deal stays open; `test_what_nobody_follows_is_found_by_the_books` plants it and finds it.
"""

from typing import Any

import pytest

from openscf import operations, trades
from openscf import settlement as s
from openscf.db import Database
from openscf.financing import DealId, deal_events, found_deal
from openscf.kernel.ids import TenantId
from openscf.kernel.rates import Rate, interest_for_days
from openscf.parties import approve
from openscf.trades import InvoiceStanding
from tests.journeys.banked import HOUSE, BankedFloor
from tests.journeys.test_money_comes_back import funded
from tests.unit.financing.floor import SYSTEM, yuan


@pytest.fixture
def floor(database: Database, tenant: TenantId) -> BankedFloor:
    return BankedFloor(database, tenant)


def unknown(floor: BankedFloor, amount: str) -> s.SuspenseItem:
    """Money of somebody else, with no word of what it is for; the item in which it waits."""
    floor.bank.open_account("79", "路人甲贸易有限公司", bank="102100099996", balance_minor=10**12)
    floor.night(3)
    floor.statements()
    floor.bank.pay("79", HOUSE, yuan(amount).minor, remittance="代付")
    floor.night()
    (taken,) = floor.statements()
    assert taken.collected == ()
    (item,) = taken.file.statements[0].suspense
    return item


def placed(floor: BankedFloor, item: s.SuspenseItem, deal: DealId, amount: str) -> None:
    """Two persons of the house say that it is this deal's."""
    (expected,) = floor.run(SYSTEM, s.expectations_of, str(deal))
    request = floor.run("operator.maker", s.request_allocation, item.id, [(expected.id, yuan(amount).minor)])
    floor.run("operator.checker", approve, request.id, request.payload_sha256)


def test_the_second_persons_approval_repays_the_deal_and_closes_the_trade(floor: BankedFloor) -> None:
    deal = funded(floor)
    before = floor.cash("funder"), floor.cash("seller")
    item = unknown(floor, "1,000,000.00")
    placed(floor, item, deal, "1,000,000.00")
    kept = floor.run(SYSTEM, found_deal, deal)
    assert kept.deal.state == "settled"
    rows = floor.run(SYSTEM, deal_events, deal)
    started_on = next(row.value_on for row in rows if row.command == "fund")
    interest = interest_for_days(yuan("800,000.00"), Rate.percent("7.2"), (item.value_on - started_on).days)
    assert interest, "time has passed"
    assert floor.cash("funder") - before[0] == yuan("800,000.00") + interest
    assert floor.cash("seller") - before[1] == yuan("200,000.00") - interest
    assert (rows[-1].command, rows[-1].value_on) == ("collect", item.value_on)
    assert rows[-1].actor == str(floor.house.people["operator.checker"])
    assert kept.document is not None
    assert floor.standing(kept.document, floor.today) is InvoiceStanding.PAID
    assert floor.run(SYSTEM, s.unplaced) == []
    assert floor.breaches() == []


def test_a_part_placed_by_hand_pays_a_part_and_the_rest_waits_on(floor: BankedFloor) -> None:
    deal = funded(floor)
    item = unknown(floor, "500,000.00")
    placed(floor, item, deal, "300,000.00")
    kept = floor.run(SYSTEM, found_deal, deal)
    assert (kept.deal.state, kept.deal.book.collected) == ("part_paid", yuan("300,000.00"))
    (left,) = floor.run(SYSTEM, s.unplaced)
    assert left.open_minor == yuan("200,000.00").minor
    assert floor.breaches() == []


def test_what_a_deal_cannot_take_waits_with_the_reason_and_is_tried_at_the_end_of_each_day(
    floor: BankedFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = funded(floor)
    item = unknown(floor, "1,000,000.00")
    with monkeypatch.context() as stopped:
        stopped.setattr(operations.collecting.financing, "perform_receipt", refusing)
        placed(floor, item, deal, "1,000,000.00")
    ((receipt, why),) = floor.run(SYSTEM, s.waiting_receipts)
    assert (receipt.rule, why, receipt.amount_minor) == ("hand", "document_not_found", yuan("1,000,000.00").minor)
    assert floor.run(SYSTEM, found_deal, deal).deal.state == "funded"
    assert floor.breaches() == [], "it lies in escrow, and the books say why"
    done = operations.run_day_end(floor.database, floor.context(), floor.today, fingerprints=floor.fingerprints)
    assert (done.collected, floor.run(SYSTEM, found_deal, deal).deal.state) == (1, "settled")
    assert floor.run(SYSTEM, s.waiting_receipts) == []
    assert floor.breaches() == []


def refusing(*_: Any, **__: Any) -> Any:
    raise trades.DOCUMENT_NOT_FOUND(document="doc")


def test_what_nobody_follows_is_found_by_the_books(floor: BankedFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(s.FOLLOWERS, DealId.prefix)
    deal = funded(floor)
    item = unknown(floor, "1,000,000.00")
    placed(floor, item, deal, "1,000,000.00")
    assert floor.run(SYSTEM, found_deal, deal).deal.state == "funded"
    assert [each.split(" {")[0] for each in floor.breaches()] == ["I10 receipts_are_shared_out"]
