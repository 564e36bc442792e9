"""What the platform does at once when it hears of something, carried by the real relay from the real outbox.

Planted: a relay that was not told how to fingerprint heeds nothing, and the end of the day is late.
"""

import datetime as dt
from typing import Any, cast

import pytest

from openscf import operations, trades
from openscf.db.outbox import PostgresOutbox
from openscf.financing import LimitKind, ProgrammeId, found_deal, sold_automatically
from openscf.kernel.ports import SeededRandomness
from openscf.operations.heeding import HEEDED
from openscf.settlement import BankCourier
from tests.unit.financing.floor import DAY, SYSTEM, Floor, yuan
from tests.unit.financing.pools import TODAY, PoolFloor
from tests.unit.financing.test_payables import ROLES, approved, payable, rule


@pytest.fixture
def frame(floor: Floor) -> ProgrammeId:
    floor.limit(LimitKind.FUNDER, "5,000,000.00")
    floor.limit(LimitKind.COUNTERPARTY, "5,000,000.00", party=floor.parties["buyer"])
    floor.bring("funder", "10,000,000.00")
    return floor.programme("reverse_factoring", {"rate": "3.6%"}, parties=ROLES)


def heard(floor: Floor, *, fingerprints: bool = True) -> list[str]:
    """The relay goes round, with nobody outside; what the platform noted of the messages that it heeds itself."""
    courier = BankCourier(floor.database, floor.house.vault, cast("Any", None))  # no order ever goes to the bank here
    relay = operations.relay_to(
        floor.database, courier, clock=floor.clock, randomness=SeededRandomness(1),
        fingerprints=floor.fingerprints if fingerprints else None,
    )  # fmt: skip
    relay.drain()
    found = PostgresOutbox(floor.database).events_after(floor.tenant, 0, most=1_000)
    return [one.note for one in found if one.topic in HEEDED]


def test_a_standing_order_sells_at_once_what_the_buyer_approves(floor: Floor, frame: ProgrammeId) -> None:
    rule(floor, frame, least_face=yuan("1,000.00"))
    assert heard(floor) == ["sold 0 of 0"], "nothing waits yet"
    big, small = approved(floor, frame, payable(floor), payable(floor, "0002", "300.00"))
    assert heard(floor) == ["sold 0 of 0", "sold 1 of 1"]
    states = [floor.run(SYSTEM, found_deal, deal).deal.state for deal in (big, small)]
    assert states[0] in ("sold", "funded")
    assert states[1] == "approved", "below what the supplier sells by rule"
    assert floor.run(SYSTEM, sold_automatically, frame, DAY) == [], "the end of the day finds nothing left"
    assert heard(floor) == ["sold 0 of 0", "sold 1 of 1"], "once"


def test_a_standing_order_sells_at_once_what_waits_already(floor: Floor, frame: ProgrammeId) -> None:
    (deal,) = approved(floor, frame, payable(floor))
    assert heard(floor) == ["sold 0 of 0"], "nobody said so"
    rule(floor, frame)
    assert heard(floor) == ["sold 0 of 0", "sold 1 of 1"]
    assert floor.run(SYSTEM, found_deal, deal).deal.state in ("sold", "funded")


def test_one_that_finds_no_headroom_waits_and_the_end_of_the_day_sells_it(floor: Floor, frame: ProgrammeId) -> None:
    rule(floor, frame)
    assert heard(floor) == ["sold 0 of 0"]
    floor.limit(LimitKind.FUNDER, "1.00")
    approved(floor, frame, payable(floor))
    assert heard(floor) == ["sold 0 of 0", "sold 0 of 1"]
    floor.limit(LimitKind.FUNDER, "5,000,000.00")
    ended = operations.run_day_end(floor.database, floor.context(), DAY, fingerprints=floor.fingerprints)
    assert ended.sold == 1


def test_a_pool_is_computed_anew_once_when_its_claim_is_void(floor: Floor) -> None:
    pools = PoolFloor(floor)
    floor.clock.advance(dt.datetime.combine(TODAY, dt.time(2), dt.UTC) - floor.clock.now())
    deal = pools.of_example()
    pools.draw(deal, "700,000.00")
    pools.void("10000001")
    assert heard(floor) == ["revalued"]
    after = floor.run(SYSTEM, found_deal, deal).deal
    assert after.state == "deficient"
    (message,) = [
        one
        for one in PostgresOutbox(floor.database).events_after(floor.tenant, 0, most=1_000)
        if one.topic == trades.INVOICE_VOIDED
    ]
    again = HEEDED[message.topic](operations.Heard(floor.database, message, floor.fingerprints))
    assert again.note == "revalued"
    assert floor.run(SYSTEM, found_deal, deal).deal.version == after.version, (
        "a message that comes twice changes nothing"
    )


def test_planted_a_relay_that_heeds_nothing_leaves_it_to_the_end_of_the_day(floor: Floor, frame: ProgrammeId) -> None:
    rule(floor, frame)
    approved(floor, frame, payable(floor))
    assert heard(floor, fingerprints=False) == ["feed", "feed"]
    assert len(floor.run(SYSTEM, sold_automatically, frame, DAY)) == 1
