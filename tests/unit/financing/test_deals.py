"""Deals on a real database: who may, what waits for a second person, what is left, and that it can be done again."""

import datetime as dt

import pytest

from openscf.financing import (
    CHECKS,
    deal_events,
    deals_of_document,
    exposures,
    find_deals,
    found_deal,
    limits_of,
    reproduce,
    request_step,
    usage,
)
from openscf.kernel.errors import Refusal
from openscf.ledger import Ledger
from openscf.trades import liens_on
from tests.unit.financing.floor import DUE, SYSTEM, Floor, yuan
from tests.unit.parties.house import refused


def breaches(floor: Floor) -> list[object]:
    return floor.run(SYSTEM, lambda work: [breach for check in CHECKS for breach in check.find(work)])


def test_products_1_1_on_the_real_books_to_the_fen(floor: Floor) -> None:
    deal = floor.funded()
    assert floor.cash("seller") == yuan("795,000.00")
    assert floor.cash("funder") == yuan("9,205,000.00")
    assert breaches(floor) == []
    floor.pay_in(deal, "1,000,000.00")
    done = floor.do(SYSTEM, deal, "collect", DUE, amount="1000000.00")
    assert done.deal.state == "settled"
    assert floor.cash("seller") == yuan("981,720.00")
    assert floor.cash("funder") == yuan("10,018,280.00")
    kept = floor.run(SYSTEM, found_deal, deal)
    assert kept.lien is None
    assert kept.document is not None
    assert floor.run(SYSTEM, liens_on, kept.document) == []
    for node in floor.run(SYSTEM, limits_of):
        used = floor.run(SYSTEM, usage, node)
        assert (used.used.minor, used.reserved.minor, used.available) == (0, 0, node.amount)
    assert set(floor.run(SYSTEM, lambda work: Ledger(work).trial_balance()).values()) == {0}
    assert breaches(floor) == []


def test_every_decision_is_reproduced_byte_for_byte(floor: Floor) -> None:
    deal = floor.funded()
    floor.pay_in(deal, "500,000.00")
    floor.do(SYSTEM, deal, "collect", DUE, amount="500000.00")
    rows = floor.run(SYSTEM, deal_events, deal)
    assert [row.command for row in rows] == ["open", "verify", "accept", "fund", "collect"]
    for row in rows[1:]:
        kept, again = floor.run(SYSTEM, reproduce, deal, row.version)
        assert kept == again
        assert len(kept) > 200


def test_money_needs_two_people_and_nobody_alone_is_enough(floor: Floor) -> None:
    programme, document = floor.ready()
    deal = floor.open(programme, document)
    floor.do(SYSTEM, deal, "verify")
    floor.do("seller.maker", deal, "accept")
    for actor in ("funder.maker", SYSTEM):
        with refused("needs_four_eyes"):
            floor.do(actor, deal, "fund")
    request = floor.run("funder.maker", request_step, deal, "fund", on=dt.date(2026, 3, 10))
    with refused("approval_not_found"):
        floor.agreed("seller", request)
    floor.agreed("funder", request)
    assert floor.run(SYSTEM, found_deal, deal).deal.state == "funded"


def test_an_approval_is_for_the_version_that_was_seen(floor: Floor) -> None:
    programme, document = floor.ready()
    deal = floor.open(programme, document)
    floor.do(SYSTEM, deal, "verify")
    floor.do("seller.maker", deal, "accept")
    first, second = (floor.run("funder.maker", request_step, deal, "fund", on=dt.date(2026, 3, 10)) for _ in range(2))
    floor.agreed("funder", first)
    with refused("deal_moved_on"):
        floor.agreed("funder", second)
    assert floor.cash("seller") == yuan("795,000.00"), "paid out once"


def test_small_deals_are_funded_by_the_rule_that_two_people_approved(floor: Floor) -> None:
    floor.limits()
    floor.bring("funder", "1,000,000.00")
    programme = floor.programme(policy={"auto_fund_up_to": "1000000.00", "needs_receipt": False})
    document = floor.invoice()
    floor.confirm(document)
    deal = floor.open(programme, document)
    for actor, command in ((SYSTEM, "verify"), ("seller.maker", "accept"), (SYSTEM, "fund")):
        floor.do(actor, deal, command)
    assert floor.cash("seller") == yuan("795,000.00")


def test_a_stranger_may_do_nothing_and_learns_who_may(floor: Floor) -> None:
    programme, document = floor.ready()
    deal = floor.open(programme, document)
    floor.do(SYSTEM, deal, "verify")
    with pytest.raises(Refusal) as caught:
        floor.do("buyer.maker", deal, "accept")
    assert caught.value.code == "step_not_allowed"
    assert "client" in caught.value.sentence("en")


def test_a_second_deal_over_the_same_invoice_is_refused(floor: Floor) -> None:
    floor.funded()
    programme = floor.programme()
    known = floor.run(SYSTEM, find_deals)[0]
    other = floor.open(programme, known.document)
    floor.do(SYSTEM, other, "verify")
    with refused("already_encumbered"):
        floor.do("seller.maker", other, "accept")
    assert len(floor.run(SYSTEM, deals_of_document, known.document)) == 2
    assert floor.run(SYSTEM, exposures, other) == [], "the refusal gave the headroom back"


def test_headroom_is_never_shared_and_the_refusal_names_the_limit(floor: Floor) -> None:
    floor.limits("1,000,000.00")
    floor.bring("funder", "10,000,000.00")
    programme = floor.programme()
    deals = []
    for number in ("0001", "0002"):
        document = floor.invoice(number, f"{1_000_000 + int(number)}.00")
        floor.confirm(document, f"{1_000_000 + int(number)}.00")
        proposal = {"number": number, "face": f"{1_000_000 + int(number)}.00"}
        deals.append(floor.open(programme, document, proposal=proposal))
        floor.do(SYSTEM, deals[-1], "verify")
    floor.do("seller.maker", deals[0], "accept")
    with pytest.raises(Refusal) as caught:
        floor.do("seller.maker", deals[1], "accept")
    assert caught.value.code == "limit_exceeded"
    floor.do("seller.maker", deals[0], "cancel")
    floor.do("seller.maker", deals[1], "accept")
    assert breaches(floor) == []


def test_no_limit_is_no_credit(floor: Floor) -> None:
    programme = floor.programme()
    document = floor.invoice()
    floor.confirm(document)
    deal = floor.open(programme, document)
    floor.do(SYSTEM, deal, "verify")
    with refused("no_limit"):
        floor.do("seller.maker", deal, "accept")


def test_only_the_debtors_own_people_confirm_and_what_they_confirm_is_what_the_invoice_says(floor: Floor) -> None:
    programme, _document = floor.ready()
    other = floor.invoice("0002", "500,000.00")
    with refused("confirmation_differs"):
        floor.confirm(other, "600,000.00")
    with refused("not_the_debtor"):
        floor.run("seller.maker", _confirm_as("seller"), other, floor)
    deal = floor.open(programme, other, proposal={"number": "0002", "face": "500000.00"})
    with refused("receivable_not_confirmed"):
        floor.do(SYSTEM, deal, "verify")


def _confirm_as(name: str):  # type: ignore[no-untyped-def]
    from openscf.financing import request_confirmation

    def act(work, document, floor):  # type: ignore[no-untyped-def]
        return request_confirmation(
            work, document, obligor=floor.parties[name], face=yuan("500,000.00"), due_on=dt.date(2026, 5, 31)
        )

    return act


def test_a_refused_command_changes_nothing(floor: Floor) -> None:
    deal = floor.funded()
    before = floor.run(SYSTEM, found_deal, deal)
    with refused("exceeds_credits"):
        floor.do(SYSTEM, deal, "collect", DUE, amount="1.00")
    assert floor.run(SYSTEM, found_deal, deal) == before
    assert breaches(floor) == []


def test_money_for_a_deal_that_is_over_does_not_vanish_into_it(floor: Floor) -> None:
    deal = floor.funded()
    floor.pay_in(deal, "1,000,000.00")
    floor.do(SYSTEM, deal, "collect", DUE, amount="1000000.00")
    with refused("credit_account_closed"):
        floor.pay_in(deal, "1.00")


def test_a_limit_cut_below_its_use_takes_what_later_comes_back(floor: Floor) -> None:
    from openscf.financing import LimitKind

    deal = floor.funded()
    floor.limit(LimitKind.FUNDER, "100,000.00")
    node = next(n for n in floor.run(SYSTEM, limits_of) if n.kind is LimitKind.FUNDER)
    assert node.excess_minor == yuan("700,000.00").minor
    floor.pay_in(deal, "1,000,000.00")
    floor.do(SYSTEM, deal, "collect", DUE, amount="1000000.00")
    node = next(n for n in floor.run(SYSTEM, limits_of) if n.kind is LimitKind.FUNDER)
    assert node.excess_minor == 0
    assert floor.run(SYSTEM, usage, node).available == yuan("100,000.00")
    assert breaches(floor) == []


def test_a_member_sees_its_own_deals_and_no_others(floor: Floor) -> None:
    from openscf.parties import PartyRole

    floor.funded()
    stranger = floor.join("stranger", PartyRole.SUPPLIER)

    def seen(work) -> int:  # type: ignore[no-untyped-def]
        return work.execute("SELECT count(*) FROM financing.deal_party").fetchone()[0]

    def deals(work) -> int:  # type: ignore[no-untyped-def]
        return work.execute("SELECT count(id) FROM financing.deal").fetchone()[0]

    assert floor.house.read(floor.parties["seller"], deals) == 1
    assert floor.house.read(stranger, deals) == 0
    assert floor.house.read(stranger, seen) == 0
