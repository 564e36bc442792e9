"""The cluster's door is the platform's own: operations, called as a member's person, judged like those of anybody."""

import datetime as dt
from pathlib import Path

import pytest

from openscf import trades
from openscf.cluster import papers
from openscf.cluster.door import PlatformDoor
from openscf.cluster.papers import Goods
from openscf.db import Database
from openscf.kernel.errors import Refusal
from openscf.parties import PartyRole
from tests.unit.cluster.doors import lending_door

ROLES = {
    "operator": PartyRole.OPERATOR, "anchor": PartyRole.ANCHOR, "supplier": PartyRole.SUPPLIER,
    "factor": PartyRole.FUNDER,
}  # fmt: skip
FACE = 113_000_00


@pytest.fixture
def door(database: Database, tmp_path: Path) -> PlatformDoor:
    return lending_door(database, tmp_path, ROLES, minor=FACE * 2)


def invoice(door: PlatformDoor, number: str) -> bytes:
    joined, day = door.stage.joined, door.today
    goods = Goods(
        order="", number=number, seller=joined["supplier"].party, buyer=joined["anchor"].party, item="castings",
        name="铸件", pieces=1000, price_minor=113_00, ordered_on=day, on=day, due_on=day + dt.timedelta(days=60),
    )  # fmt: skip
    return papers.ubl_invoice(goods)


def test_a_file_becomes_money_by_operations_alone(door: PlatformDoor) -> None:
    assert door.deliver("supplier", {"one.xml": invoice(door, "INV-1")}) == 1
    door.confirm("anchor", [("INV-1", FACE, door.today + dt.timedelta(days=60))])
    asked = door.finance("factoring", "supplier", "INV-1")
    assert asked.funded, asked.refusals
    assert asked.lent == FACE * 8 // 10
    assert {"upload_documents", "confirm_receivable", "apply_financing", "accept_offer"} <= set(door.counter.calls)


def test_a_sellers_own_statement_closes_what_was_paid_to_it_and_not_what_came_from_here(door: PlatformDoor) -> None:
    """One invoice is financed and paid into escrow, another is paid from bank to bank."""
    door.stage.sweeps(["supplier"])
    for number in ("INV-1", "INV-2"):
        door.deliver("supplier", {f"{number}.xml": invoice(door, number)})
    door.confirm("anchor", [("INV-1", FACE, door.today + dt.timedelta(days=60))])
    assert door.finance("factoring", "supplier", "INV-1").funded
    door.pay_in("anchor", FACE, "INV-1")
    door.pay("anchor", "supplier", FACE, note="INV-2")
    door.close_day(books=True)
    door.close_day(books=True)  # what was left over after the factor was repaid is paid out
    closed = trades.WantedClosures(closed=("money",))
    assert [one.document.document.number for one in door.read(trades.closures, closed)] == ["INV-1"]
    assert door.deliver_statement("supplier") == 1
    assert [one.document.document.number for one in door.read(trades.closures, closed)] == ["INV-1", "INV-2"]
    assert door.read(trades.find_exceptions, trades.WantedExceptions()) == []
    house = "SELECT count(*) FROM trades.payment WHERE house AND sender_id = %s"
    came = door.read(lambda work: work.execute(house, [door.stage.party("supplier")]).fetchone())
    assert came == (2,), "the advance, and what was left"


def test_what_is_refused_says_why_in_both_languages(door: PlatformDoor) -> None:
    door.deliver("supplier", {"one.xml": invoice(door, "INV-1")})
    (refused,) = door.finance("factoring", "supplier", "INV-1").refusals[:1]
    assert refused.code == "receivable_not_confirmed"
    assert refused.sentence("en") != refused.sentence("zh")
    assert refused.remedy("en")


def test_an_offer_beyond_the_limit_is_given_back_and_the_claim_is_free(door: PlatformDoor) -> None:
    door.limit("factor", 1_000_00, party="anchor")
    door.deliver("supplier", {"one.xml": invoice(door, "INV-1")})
    door.confirm("anchor", [("INV-1", FACE, door.today + dt.timedelta(days=60))])
    assert [one.code for one in door.finance("factoring", "supplier", "INV-1").refusals] == ["limit_exceeded"]
    door.limit("factor", FACE * 2, party="anchor")
    assert door.finance("factoring", "supplier", "INV-1").funded


def test_nobody_is_more_at_the_door_than_anywhere_else(door: PlatformDoor) -> None:
    """Planted: a supplier ends the house's day, and agrees to its own request."""
    with pytest.raises(Refusal, match="office_may_not"):
        door.counter.call("supplier.maker", "run_day_end", {})
    asked = door.counter.call(
        "factor.maker", "create_limit", {"kind": "funder", "amount": {"amount": "1.00", "currency": "CNY"}}
    )
    seen = {"payload_sha256": asked["sha256"]}
    with pytest.raises(Refusal):
        door.counter.call("factor.maker", "approve_request", seen, request_id=asked["id"])


def test_a_paper_that_is_not_accepted_is_named(door: PlatformDoor) -> None:
    with pytest.raises(Refusal, match="paper_refused"):
        door.deliver("supplier", {"broken.xml": invoice(door, "INV-1")[:200]})
