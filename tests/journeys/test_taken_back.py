"""A bank takes back what it had credited: what lies here goes, what was passed on is called back, nothing is lost.

Planted defect: what comes back is not noted on the share that owed it (`store.recalls.give` that writes nothing);
`test_what_comes_back_and_is_not_noted_is_found_by_the_books` plants it and finds it.
"""

import datetime as dt
from typing import Any

import pytest

from openscf import operations
from openscf import settlement as s
from openscf.db import Database
from openscf.financing import DealId, found_deal
from openscf.kernel.ids import TenantId
from openscf.kernel.money import Money
from openscf.ledger import AccountState, Ledger, standing_account
from openscf.operations import request_undoing
from openscf.parties import approve
from openscf.trades import InvoiceStanding
from tests.journeys.banked import HOUSE, NUMBERS, BankedFloor
from tests.journeys.test_money_comes_back import funded
from tests.journeys.test_placed_by_hand import refusing, unknown
from tests.unit.financing.floor import SYSTEM, yuan
from tests.unit.parties.house import refused

TEXT = "货款 0001"


@pytest.fixture
def floor(database: Database, tenant: TenantId) -> BankedFloor:
    return BankedFloor(database, tenant)


def overnight(floor: BankedFloor) -> None:
    """The bank closes its day, and it is the morning of a business day: Tuesday to Friday, or Monday."""
    floor.night()
    while floor.today.weekday() > 4:
        floor.night()


def settled(floor: BankedFloor) -> DealId:
    """The buyer pays ten days after the funding; its deal is settled."""
    deal = funded(floor)
    floor.night(10)
    floor.statements()
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("1,000,000.00").minor, remittance=TEXT)
    overnight(floor)
    floor.statements()
    assert floor.run(SYSTEM, found_deal, deal).deal.state == "settled"
    return deal


def taken_back(floor: BankedFloor, amount: str = "1,000,000.00", *, text: str = TEXT) -> None:
    floor.bank.take_back(NUMBERS["buyer"], HOUSE, yuan(amount).minor, remittance=text)
    overnight(floor)
    floor.statements()


def warnings(floor: BankedFloor, name: str) -> list[operations.EarlyWarning]:
    party = None if name == "operator" else floor.parties[name]

    def look(work: Any) -> list[operations.EarlyWarning]:
        return operations.list_warnings(work, work, party, on=floor.today, fingerprints=floor.fingerprints)

    return floor.run(SYSTEM, look)


def deposited(floor: BankedFloor, amount: str) -> None:
    floor.deposit("seller", amount)
    while floor.today.weekday() > 4:
        floor.night()


def withdrawn(floor: BankedFloor, name: str, amount: Money) -> None:
    order = s.Withdrawal(account=floor.escrow.id, party=floor.parties[name], amount_minor=amount.minor)
    floor.agreed(name, floor.run(f"{name}.maker", s.request_withdrawal, order))
    floor.relay().drain()
    overnight(floor)
    floor.statements()


def balance(floor: BankedFloor) -> int:
    """By which amount the statement of the last day and the books differ, and what is open of debits."""
    report = floor.run(SYSTEM, s.reconcile_day, floor.escrow.id, floor.today - dt.timedelta(days=1))
    assert report.difference_minor == 0
    return int(-report.unexplained_minor)


def test_who_had_the_money_gives_it_back_and_the_payer_owes_it_again(floor: BankedFloor) -> None:
    deal = funded(floor)
    before = {name: floor.cash(name) for name in ("funder", "seller")}
    floor.night(10)
    floor.statements()
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("1,000,000.00").minor, remittance=TEXT)
    overnight(floor)
    floor.statements()
    had = {name: floor.cash(name) - before[name] for name in before}
    assert had["funder"] + had["seller"] == yuan("1,000,000.00")
    taken_back(floor)
    assert {name: floor.cash(name) for name in before} == before
    assert floor.run(SYSTEM, s.unplaced) == []
    assert balance(floor) == 0
    (recall,) = floor.run(SYSTEM, s.recalls)
    claims = [floor.run(SYSTEM, s.found_expectation, one.expectation) for one in recall.shares]
    assert {(one.obligor, one.open_minor) for one in claims} == {
        (floor.parties["buyer"], had["funder"].minor), (floor.parties["buyer"], had["seller"].minor),
    }  # fmt: skip
    kept = floor.run(SYSTEM, found_deal, deal)
    assert kept.deal.state == "settled", "its lien and headroom may be another's"
    assert kept.document is not None
    assert floor.standing(kept.document, floor.today) is InvoiceStanding.OPEN
    assert floor.breaches() == []
    quoted = " ".join(one.numbers[0] for one in claims)
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("1,000,000.00").minor, remittance=quoted)
    overnight(floor)
    floor.statements()
    assert {name: floor.cash(name) - before[name] for name in before} == had
    assert floor.standing(kept.document, floor.today) is InvoiceStanding.PAID
    assert floor.breaches() == []


def test_what_a_receiver_has_no_more_stays_its_debt_until_money_comes(floor: BankedFloor) -> None:
    settled(floor)
    withdrawn(floor, "seller", floor.cash("seller"))
    taken_back(floor)
    (recall,) = floor.run(SYSTEM, s.recalls)
    assert floor.cash("seller") == yuan("0.00")
    (item,) = floor.run(SYSTEM, s.unplaced)
    mine = next(one for one in recall.shares if one.party == floor.parties["seller"])
    assert (item.reason, item.open_minor, recall.owed_minor) == ("taken_back", mine.share_minor, mine.share_minor)
    assert balance(floor) == mine.share_minor
    assert floor.breaches() == []
    for name, said in (("seller", 2), ("buyer", 1), ("funder", 1), ("operator", 2)):
        warned = [one for one in warnings(floor, name) if one.code == "payment_taken_back"]
        assert [one.en.count("CNY") for one in warned] == [said], name
    deposited(floor, "100,000.00")
    order = s.Withdrawal(account=floor.escrow.id, party=floor.parties["seller"], amount_minor=yuan("100,000.00").minor)
    asked = floor.run("seller.maker", s.request_withdrawal, order)
    with refused("exceeds_credits"):
        floor.agreed("seller", asked)
    operations.run_day_end(floor.database, floor.context(), floor.today, fingerprints=floor.fingerprints)
    assert floor.cash("seller") == yuan("0.00"), "what it owes goes first"
    (item,) = floor.run(SYSTEM, s.unplaced)
    assert item.open_minor == mine.share_minor - yuan("100,000.00").minor
    deposited(floor, "100,000.00")
    operations.run_day_end(floor.database, floor.context(), floor.today, fingerprints=floor.fingerprints)
    assert floor.run(SYSTEM, s.unplaced) == []
    assert floor.cash("seller") == yuan("200,000.00") - Money(mine.share_minor, yuan("1.00").currency)
    assert floor.breaches() == []


def test_what_is_frozen_stays_owed_and_stops_nobody_else(floor: BankedFloor) -> None:
    settled(floor)
    cash = standing_account(floor.parties["seller"], "CNY", "cash").id
    floor.run(SYSTEM, lambda work: Ledger(work).set_state(cash, AccountState.FROZEN, reason="a court says so"))
    taken_back(floor)
    (recall,) = floor.run(SYSTEM, s.recalls)
    assert {one.party for one in recall.shares if one.given_minor < one.share_minor} == {floor.parties["seller"]}
    assert floor.breaches() == []
    floor.run(SYSTEM, lambda work: Ledger(work).set_state(cash, AccountState.OPEN, reason="it says so no more"))
    operations.run_day_end(floor.database, floor.context(), floor.today, fingerprints=floor.fingerprints)
    assert floor.run(SYSTEM, s.unplaced) == []
    assert floor.breaches() == []


def test_money_that_nobody_had_placed_yet_goes_and_nobody_owes_anything(floor: BankedFloor) -> None:
    unknown(floor, "500.00")
    floor.bank.take_back("79", HOUSE, 500_00, remittance="代付")
    overnight(floor)
    floor.statements()
    assert floor.run(SYSTEM, s.unplaced) == []
    (recall,) = floor.run(SYSTEM, s.recalls)
    assert (recall.direct_minor, recall.shares) == (500_00, ())
    assert balance(floor) == 0
    assert floor.breaches() == []


def test_what_waits_in_escrow_goes_and_is_expected_again(floor: BankedFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = funded(floor)
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("1,000,000.00").minor, remittance=TEXT)
    overnight(floor)
    with monkeypatch.context() as stopped:
        stopped.setattr(operations.collecting.financing, "perform_receipt", refusing)
        floor.statements()
    taken_back(floor)
    assert floor.run(SYSTEM, s.unplaced) == []
    (expected,) = floor.run(SYSTEM, s.expectations_of, str(deal))
    assert (expected.state, expected.open_minor) == ("open", yuan("1,000,000.00").minor)
    assert floor.run(SYSTEM, s.waiting_receipts) == []
    assert floor.breaches() == []
    floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("1,000,000.00").minor, remittance=TEXT)
    overnight(floor)
    floor.statements()
    assert floor.run(SYSTEM, found_deal, deal).deal.state == "settled"
    assert floor.breaches() == []


def test_where_two_receipts_fit_two_persons_say_which(floor: BankedFloor) -> None:
    deal = funded(floor)
    for _ in range(2):
        floor.bank.pay(NUMBERS["buyer"], HOUSE, yuan("300,000.00").minor, remittance=TEXT)
        overnight(floor)
        floor.statements()
    assert floor.run(SYSTEM, found_deal, deal).deal.state == "part_paid"
    taken_back(floor, "300,000.00")
    assert floor.run(SYSTEM, s.recalls) == []
    (item,) = floor.run(SYSTEM, s.unplaced)
    assert (item.side, item.open_minor) == ("out", yuan("300,000.00").minor)
    first = floor.run(SYSTEM, receipts, deal)[0]
    cash = floor.cash("funder")
    request = floor.run("operator.maker", request_undoing, item.id, first)
    floor.run("operator.checker", approve, request.id, request.payload_sha256)
    assert cash - floor.cash("funder") == yuan("300,000.00"), "all of it had repaid principal and interest"
    assert floor.run(SYSTEM, s.unplaced) == []
    with refused("not_taken_back"):
        floor.run("operator.maker", request_undoing, item.id, first)
    assert floor.breaches() == []


def receipts(work: Any, deal: DealId) -> list[s.ReceiptId]:
    return sorted(
        s.ReceiptId.of(key) for key, found in s.receipts_for(work, DealId.prefix).items() if found[0] == str(deal)
    )


def test_what_comes_back_and_is_not_noted_is_found_by_the_books(
    floor: BankedFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(floor)
    monkeypatch.setattr("openscf.settlement.store.recalls.give", lambda *_, **__: None)
    taken_back(floor)
    assert [each.split(" {")[0] for each in floor.breaches()] == ["I16 what_banks_took_back_is_owed"]
