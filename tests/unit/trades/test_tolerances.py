"""What a contract lets pass is dated, and loosened or settled by two persons only."""

import dataclasses
import datetime as dt

import pytest

from openscf import trades
from openscf.parties import KeyRing, PersonRole, Vault, approve
from openscf.trades import Tolerance, take_lien
from tests.unit.parties.house import House, refused
from tests.unit.trades.market import DAY, Market, invoice, uscc
from tests.unit.trades.papers import bill, order, paid, receipt, statement
from tests.unit.trades.test_closures import closure, codes, degrees

PAIR = (f"tax:{uscc(1)}", f"tax:{uscc(2)}")


@pytest.fixture
def house(database, tenant) -> House:
    """Where people are enrolled."""
    return House(database, tenant, Vault(KeyRing({1: b"v" * 32}), lambda n: b"e" * n), database.clock)


@pytest.fixture
def two(house: House, funder) -> tuple[str, str]:
    """A maker and a checker of the funder."""
    people = [house.person(name, funder, role) for name, role in (("M", PersonRole.MAKER), ("C", PersonRole.CHECKER))]
    return str(people[0]), str(people[1])


def loosen(market: Market, two, funder, tolerance: Tolerance, *, from_on: dt.date = DAY) -> None:
    asked = {"from_on": from_on, "reason": "clause 7", "actor": two[0]}
    request = market.run(trades.request_tolerance, PAIR, tolerance, **asked)
    with refused("approval_by_maker"):
        market.run(approve, request.id, request.payload_sha256, actor=two[0])
    market.run(approve, request.id, request.payload_sha256, actor=two[1])


def test_one_person_loosens_nothing(market: Market, two) -> None:
    with refused("tolerance_loosens"):
        market.run(trades.tighten_tolerance, PAIR, Tolerance(price_bp=1), from_on=DAY, actor=two[0])
    assert market.run(trades.tolerances_of, PAIR) == []


def test_only_somebody_who_makes_requests_outside_the_trade_tightens(market: Market, house: House, two) -> None:
    """As its sibling: neither a side of the trade, nor a checker, nor the system; planted: no look at the actor."""
    buyer = market.party(2)
    market.run(lambda work: work.execute("UPDATE parties.kyb SET status = 'verified' WHERE party_id = %s", [buyer]))
    assert market.run(trades.link_party, buyer) == 1
    side = str(house.person("B", buyer, PersonRole.MAKER))
    for actor, code in ((side, "judges_its_own"), (two[1], "judges_its_own"), ("system:test", "not_a_person")):
        with refused(code):
            market.run(trades.tighten_tolerance, PAIR, Tolerance(), from_on=DAY, actor=actor)
    assert market.run(trades.tolerances_of, PAIR) == []
    market.run(trades.tighten_tolerance, PAIR, Tolerance(), from_on=DAY, actor=two[0])
    assert len(market.run(trades.tolerances_of, PAIR)) == 1


def test_two_persons_loosen_it_and_the_pair_is_matched_again_at_once(market: Market, two, funder) -> None:
    market.deliver(order(), receipt(quantity=9), bill(price="5.1"), statement([paid(5099, "INV-2026-0001")]))
    assert degrees(market) != (1, 1, 1, 1)
    loosen(market, two, funder, Tolerance(quantity_bp=1200, price_bp=200, amount_minor=1))
    assert degrees(market) == (1, 1, 1, 1)
    assert [each.tolerated for each in closure(market).match.differences] == [True] * 2
    with refused("tolerance_not_looser"):
        asked = {"from_on": DAY, "reason": "", "actor": two[0]}
        market.run(trades.request_tolerance, PAIR, Tolerance(), **asked)
    assert market.run(trades.tighten_tolerance, PAIR, Tolerance(price_bp=200), from_on=DAY, actor=two[0]) == 1
    assert degrees(market)[2] == 1
    assert degrees(market)[1] < 1


def test_a_tolerance_holds_for_the_invoices_of_its_days_only(market: Market, two, funder) -> None:
    market.deliver(
        order("PO-1", 20), receipt(quantity=20), bill(price="5.1"), bill("INV-2026-0002", 10, price="5.1", day=5)
    )
    loosen(market, two, funder, Tolerance(price_bp=200), from_on=DAY + dt.timedelta(3))
    assert (degrees(market)[2], degrees(market, "INV-2026-0002")[2]) == (0, 1)
    market.run(trades.tighten_tolerance, PAIR, Tolerance(), from_on=DAY + dt.timedelta(4), actor=two[0])
    assert degrees(market, "INV-2026-0002")[2] == 0
    assert [each.from_on.day for each in market.run(trades.tolerances_of, PAIR)] == [5, 6]


def test_contradicting_versions_are_settled_by_two_persons_and_a_later_contradiction_opens_it_again(
    market: Market, two, funder
) -> None:
    market.deliver(order(), receipt(), bill())
    market.deliver(bill(quantity=9))
    versions = market.run(trades.document_history, market.find("INV-2026-0001")[0].id).versions
    assert codes(market) == ["contradicting_versions"]
    asked = {"reason": "both sides say ten", "actor": two[0]}
    request = market.run(trades.request_settlement, versions[0].id, **asked)
    market.run(approve, request.id, request.payload_sha256, actor=two[1])
    assert degrees(market)[:3] == (1, 1, 1)
    market.run(take_lien, trades.NewLien(document=versions[1].id, holder=funder, deal="d"),
               fingerprints=market.desk.fingerprints)  # fmt: skip
    assert market.run(trades.asset_of, versions[0].id).face_minor == 5000
    with refused("nothing_in_dispute"):
        market.run(trades.request_settlement, versions[0].id, **asked)
    market.deliver(bill(quantity=8))
    assert codes(market) == ["contradicting_versions"]


def test_a_settlement_of_what_has_changed_since_is_refused(market: Market, two, funder) -> None:
    market.deliver(bill())
    market.deliver(bill(quantity=9))
    version = market.find("INV-2026-0001")[0].id
    request = market.run(trades.request_settlement, version, reason="x", actor=two[0])
    market.deliver(bill(quantity=8))
    with refused("versions_changed"):
        market.run(approve, request.id, request.payload_sha256, actor=two[1])


def test_a_dispute_is_one_whichever_version_came_first_and_whatever_agrees_with_one_of_them(
    market: Market, funder
) -> None:
    one, same, other = invoice(gross=100), invoice(gross=100, due_on=DAY), invoice(gross=200)
    for number, turn in enumerate([(one, same, other), (other, one, same), (one, other, same), (same, other, one)]):
        for each in turn:
            market.deliver(dataclasses.replace(each, number=f"7000{number}"))
        with refused("face_in_dispute"):
            market.take(market.find(f"7000{number}")[0].id, funder)


def test_a_side_of_the_trade_judges_neither_versions_nor_tolerances(market: Market, database, tenant) -> None:
    seller = market.party(1)
    market.run(lambda work: work.execute("UPDATE parties.kyb SET status = 'verified' WHERE party_id = %s", [seller]))
    market.deliver(bill())
    market.deliver(bill(quantity=9))
    market.run(trades.link_party, seller)
    house = House(database, tenant, Vault(KeyRing({1: b"v" * 32}), lambda n: b"e" * n), database.clock)
    maker = str(house.person("S", seller, PersonRole.MAKER))
    version = market.find("INV-2026-0001")[0].id
    with refused("judges_its_own"):
        market.run(trades.request_settlement, version, reason="we know best", actor=maker)
    with refused("judges_its_own"):
        market.run(trades.request_tolerance, PAIR, Tolerance(price_bp=200), from_on=DAY, reason="", actor=maker)
    with refused("not_a_person"):
        market.run(trades.request_settlement, version, reason="nobody", actor="system:test")
