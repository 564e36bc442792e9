"""The products beside factoring on a real database: to the fen, nothing left behind, each decision reproduced."""

import datetime as dt

import pytest

from openscf.financing import (
    CHANNELS,
    CHECKS,
    PRODUCTS,
    DealId,
    LimitKind,
    NewDeal,
    deal_events,
    exposures,
    found_deal,
    open_deal,
    reproduce,
)
from openscf.financing.service.cash import CASH_PURPOSES
from openscf.kernel.money import CNY
from openscf.ledger import Ledger
from openscf.parties import PartyRole
from openscf.trades import DocumentId, DocumentKind, liens_on
from tests.unit.financing.floor import DAY, SYSTEM, Floor, yuan
from tests.unit.parties.house import refused
from tests.unit.trades.market import invoice

NUMBER = "1" + "0" * 29


def check_all(floor: Floor, deal: DealId) -> None:
    """The deal is over and holds nothing; the books balance; every decision comes out the same again."""
    kept = floor.run(SYSTEM, found_deal, deal)
    assert kept.lien is None
    assert not [use for use in floor.run(SYSTEM, exposures, deal) if use.used_minor or use.reserved_minor]
    assert floor.run(SYSTEM, lambda work: [b for check in CHECKS for b in check.find(work)]) == []
    assert set(floor.run(SYSTEM, lambda work: Ledger(work).trial_balance()).values()) == {0}
    for row in floor.run(SYSTEM, deal_events, deal)[1:]:
        before, again = floor.run(SYSTEM, reproduce, deal, row.version)
        assert before == again


def bill(floor: Floor) -> DocumentId:
    return floor.market.one(invoice(NUMBER, yuan("1,000,000.00").minor, kind=DocumentKind.BILL))


def test_a_bill_is_discounted_dishonoured_and_taken_back_by_its_client(floor: Floor) -> None:
    floor.join("bank", PartyRole.FUNDER)
    floor.limit(LimitKind.FUNDER, "5,000,000.00")
    floor.limit(LimitKind.COUNTERPARTY, "5,000,000.00", party=floor.parties["bank"])
    floor.bring("funder", "10,000,000.00")
    programme = floor.programme("bill_discounting", {"rate": "2.62%", "kind": "bank"})
    said = {"number": NUMBER, "due_on": "2026-05-29", "issued_on": "2026-03-02"}
    document = bill(floor)
    deal = floor.open(
        programme, document, proposal=said, parties={"client": "seller", "obligor": "bank", "funder": "funder"}
    )
    endorsement = {"endorser": "首手有限公司", "endorsee": str(floor.parties["seller"]), "endorsed_on": "2026-03-05"}
    floor.do("seller.maker", deal, "endorse", **endorsement)
    floor.do(SYSTEM, deal, "verify")
    floor.do("seller.maker", deal, "accept")
    floor.agree("funder", deal, "fund")
    # 80 days at 2.62 %
    assert floor.cash("seller") == yuan("994,177.78")
    assert {use.node.party for use in floor.run(SYSTEM, exposures, deal)} == {None, floor.parties["bank"]}
    rival = floor.open(
        programme, document, proposal=said, parties={"client": "seller", "obligor": "bank", "funder": "funder"}
    )
    floor.do(SYSTEM, rival, "verify")
    with refused("already_encumbered"):
        floor.do("seller.maker", rival, "accept")
    due = dt.date(2026, 5, 29)
    floor.do(SYSTEM, deal, "dishonour", due, reason="refused")
    floor.do("funder.maker", deal, "take_recourse", due)
    floor.bring("seller", "10,000.00")
    floor.do("seller.maker", deal, "repay", due, amount="1000000.00")
    check_all(floor, deal)


def test_an_invoice_is_paid_early_or_financed_and_never_both(floor: Floor) -> None:
    floor.limits()
    floor.bring("buyer", "1,000,000.00")
    dynamic = floor.programme("dynamic_discounting", {"rate": "9%"}, owner="buyer")
    document = floor.invoice()
    floor.confirm(document, due_on=dt.date(2026, 5, 29))
    said = {"due_on": "2026-05-29", "issued_on": "2026-03-02"}
    early = floor.open(dynamic, document, proposal=said, parties={"client": "seller", "obligor": "buyer"})
    floor.do("seller.maker", early, "accept", pay_on="2026-03-30")
    assert [lien.holder for lien in floor.run(SYSTEM, liens_on, document)] == [floor.parties["buyer"]]
    factored = floor.open(floor.programme(), document, proposal={"due_on": "2026-05-29"})
    floor.do(SYSTEM, factored, "verify")
    with refused("already_encumbered"):
        floor.do("seller.maker", factored, "accept")
    floor.agree("buyer", early, "pay", dt.date(2026, 3, 30))
    # 60 days at 9 % on 1,000,000.00
    assert floor.cash("seller") == yuan("985,000.00")
    check_all(floor, early)


def test_a_tax_refund_is_advanced_and_comes_in_part(floor: Floor) -> None:
    floor.limit(LimitKind.FUNDER, "5,000,000.00")
    floor.limit(LimitKind.COUNTERPARTY, "5,000,000.00", party=floor.parties["seller"])
    floor.bring("funder", "10,000,000.00")
    programme = floor.programme("export_tax_refund", {"price": {"rate": "9%"}, "ratio": "80%"})
    said = {"number": "T1", "export_value": "1000000.00", "refund_rate": "13%", "due_on": "2026-05-29"}
    roles = {"client": "seller", "obligor": "operator", "funder": "funder"}
    new = NewDeal(programme=programme, parties={k: floor.parties[v] for k, v in roles.items()}, proposal=said)
    deal = floor.run("seller.maker", open_deal, new, on=DAY).id
    floor.do(SYSTEM, deal, "verify")
    floor.do("seller.maker", deal, "accept")
    floor.agree("funder", deal, "fund")
    floor.do(SYSTEM, deal, "reject", dt.date(2026, 4, 1), amount="10000.00", reason="wrong code")
    floor.pay_in(deal, "120,000.00")
    floor.do(SYSTEM, deal, "collect", DAY + dt.timedelta(days=75), amount="120000.00")
    # 104,000.00 + 120,000.00 - 104,000.00 - 1,950.00
    assert floor.cash("seller") == yuan("118,050.00")
    check_all(floor, deal)


@pytest.fixture
def held(floor: Floor) -> DealId:
    """A price that a wallet brought, frozen."""
    programme = floor.programme("payment_escrow", {"fee_rate": "0.5%"}, owner="operator")
    roles = {"seller": "seller", "buyer": "buyer", "operator": "operator"}
    said = {"number": "SO-1", "price": "80000.00", "pay_by": "2026-03-17"}
    new = NewDeal(programme=programme, parties={k: floor.parties[v] for k, v in roles.items()}, proposal=said)
    deal = floor.run("seller.maker", open_deal, new, on=DAY).id
    report = {
        "transaction_id": "W1", "total_amount": "80000.00", "service_fee": "480.00", "paid_on": DAY.isoformat()
    }  # fmt: skip
    receipt = CHANNELS.get("wallet").receipt(report, CNY)
    floor.pay_in(deal, receipt.settled.amount)
    floor.do(
        SYSTEM, deal, "pay", channel=receipt.channel, reference=receipt.reference, settled=receipt.settled.amount,
        fee=receipt.fee.amount, paid_on=receipt.paid_on.isoformat(),
    )  # fmt: skip
    return deal


def test_a_price_in_escrow_reaches_the_seller_by_two_people_of_the_buyer(floor: Floor, held: DealId) -> None:
    floor.do("seller.maker", held, "ship", number="SF-1")
    with refused("step_not_allowed"):
        floor.do("seller.maker", held, "deliver", delivered_on=DAY.isoformat())
    floor.do(SYSTEM, held, "deliver", delivered_on=DAY.isoformat())
    with refused("needs_four_eyes"):
        floor.do("buyer.maker", held, "confirm")
    floor.agree("buyer", held, "confirm")
    assert floor.cash("seller") == yuan("79,122.40"), "79,520.00 arrived, 0.5 % of it is the platform's"
    check_all(floor, held)


def test_what_is_frozen_lies_at_the_bank_as_what_is_free_does() -> None:
    """I16: every account of an escrow carries cash, so each is a pocket of the house's account at its bank."""
    assert {one.purpose for one in PRODUCTS.get("payment_escrow").accounts} <= CASH_PURPOSES


def test_nobody_but_the_two_sides_gets_at_money_in_escrow(floor: Floor, held: DealId) -> None:
    for actor in ("operator.maker", "funder.maker", SYSTEM):
        with refused("step_not_allowed"):
            floor.do(actor, held, "call_off")
    floor.agree("seller", held, "call_off")
    assert floor.cash("buyer") == yuan("79,520.00")
    check_all(floor, held)
