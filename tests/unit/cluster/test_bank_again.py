"""After a play whose bank was kept in memory, the server's own bank knows the accounts of the book and pays from them.

Planted defect: a bank that begins with nothing refuses the payment (`test_without_it_the_payment_is_refused`).
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from openscf import access, operations, settlement
from openscf.bootstrap import Platform
from openscf.cluster import start_clock
from openscf.cluster.stage import Member, Stage, demo_uscc
from openscf.db import Database
from openscf.db.settings import Settings
from openscf.kernel.money import CNY, parse_amount
from openscf.kernel.ports import ManualClock
from openscf.parties import PartyRole
from openscf.portal import House
from openscf.portal.background import relay_of
from openscf.settlement import PayoutState, Withdrawal

MEMBERS = {
    "operator": Member("长桥供应链平台", "Longbridge", demo_uscc("91310000MA0BAN001"), PartyRole.OPERATOR),
    "seller": Member("华岳精密铸造", "Huayue", demo_uscc("91310000MA0BAN002"), PartyRole.SUPPLIER),
}
BROUGHT = parse_amount("100000.00", CNY)


@pytest.fixture
def played(database: Database, tmp_path: Path) -> tuple[Stage, Platform]:
    """A book in which a seller has brought money, paid some of it out, and waits for the next statement."""
    clock = start_clock()
    database.clock = clock
    platform = Platform(database, clock, database.ids, Settings(home=tmp_path))
    stage = Stage(platform, clock, name="bank again")
    stage.join(MEMBERS)
    stage.bank_accounts(["seller"])
    assert stage.escrow.number
    for _ in range(3):  # the account cools
        stage.night()
    stage.deposit("seller", BROUGHT)
    stage.night()
    return stage, platform


def paid(stage: Stage, amount: str) -> settlement.Payout:
    """What the seller takes out, by two persons."""
    account, party = stage.escrow.id, stage.party("seller")
    order = Withdrawal(account=account, party=party, amount_minor=parse_amount(amount, CNY).minor, remittance="out")
    stage.agreed("seller", stage.run("seller.maker", settlement.request_withdrawal, order))
    (last, *_) = stage.run("system:test", settlement.payouts, party=party)
    return last


def house_of(stage: Stage, platform: Platform) -> House:
    return House(platform, keys=(stage.vault, stage.fingerprints))


def test_a_payment_ordered_at_the_server_finds_its_accounts_and_its_statement_fits(played: Any) -> None:
    stage, platform = played
    before = paid(stage, "1000.00")
    stage.relay.drain()
    assert stage.run("system:test", settlement.payout, before.id).state is PayoutState.CONFIRMED
    house = house_of(stage, platform)
    after = paid(stage, "2000.00")
    relay_of(house).drain()
    assert stage.run("system:test", settlement.payout, after.id).state is PayoutState.CONFIRMED
    with house.bank.opened() as bank:
        assert bank.balance_minor(stage.escrow.number) == BROUGHT.minor - 3_000_00, "as the bank of the play has it"
        bank.end_of_day()
    stage.clock.advance(dt.timedelta(days=1))
    (file,) = house.bank.statements(stage.escrow.number)
    stage.run(
        "system:test", operations.take_statement_file, file.name, file.content, desk=stage.desk,
    )  # fmt: skip
    for one in (before, after):
        assert stage.run("system:test", settlement.payout, one.id).state is PayoutState.SETTLED


def test_what_it_knows_already_stays_as_it_is(played: Any) -> None:
    stage, platform = played
    first = house_of(stage, platform).bank
    with first.opened() as bank:
        bank.charge(stage.escrow.number, 500)
        known = bank.balance_minor(stage.escrow.number)
    with house_of(stage, platform).bank.opened() as bank:
        assert bank.balance_minor(stage.escrow.number) == known


def test_the_banks_day_is_the_sandboxes(played: Any) -> None:
    stage, platform = played
    stage.run("system:test", access.open_sandbox, ahead=dt.timedelta(days=400))
    with house_of(stage, platform).bank.opened() as bank:
        assert bank.today() > stage.today + dt.timedelta(days=390)


def test_without_it_the_payment_is_refused(played: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, platform = played
    monkeypatch.setattr(settlement, "find_again", lambda *_args, **_named: 0)
    house = house_of(stage, platform)
    order = paid(stage, "2000.00")
    relay_of(house).drain()
    assert stage.run("system:test", settlement.payout, order.id).state is PayoutState.REFUSED


assert isinstance(start_clock(), ManualClock)
