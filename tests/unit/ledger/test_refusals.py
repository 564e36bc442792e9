"""What a supplier reads when the ledger says no."""

import datetime as dt

import pytest

from openscf.db import Context, Database
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId, PartyId, TenantId, TransferId
from openscf.kernel.ports import SystemIds
from openscf.ledger import Account, Answer, Ledger, Maker, Unit
from openscf.ledger.refusals import REFUSALS, spelled

IDS = SystemIds()
MAKE = Maker(dt.date(2026, 3, 10), "test.move")


def test_every_answer_but_ok_has_its_sentence_and_code() -> None:
    assert set(REFUSALS) == set(Answer) - {Answer.OK}
    assert {kind.code for kind in REFUSALS.values()} == {answer.name.lower() for answer in REFUSALS}


@pytest.mark.parametrize(
    ("minor", "scale", "text"),
    [(123450, 2, "1,234.50 CNY"), (-5, 2, "-0.05 CNY"), (7, 0, "7 CNY"), (10**17, 2, "1,000,000,000,000,000.00 CNY")],
)
def test_amounts_are_spelled_with_their_decimals_and_unit(minor: int, scale: int, text: str) -> None:
    assert spelled(minor, Unit("CNY", scale=scale)) == text


@pytest.fixture
def accounts(database: Database, tenant: TenantId) -> tuple[AccountId, AccountId]:
    a, b, world = (IDS.new(AccountId) for _ in range(3))
    with database.transaction(Context(tenant, "system:test")) as work:
        ledger = Ledger(work)
        ledger.define_unit(Unit("CNY"))
        ledger.open_accounts([Account(world, IDS.new(PartyId), "CNY", "world")])
        ledger.open_accounts([Account(a, IDS.new(PartyId), "CNY", "cash", floor_minor=0)])
        ledger.open_accounts([Account(b, IDS.new(PartyId), "CNY", "cash", floor_minor=0, ceiling_minor=100_000)])
        ledger.post(MAKE.transfer(IDS.new(TransferId), debit=world, credit=a, amount_minor=50_000))
    return a, b


def refused(database: Database, tenant: TenantId, *moves: tuple[AccountId, AccountId, int]) -> Refusal:
    with database.transaction(Context(tenant, "system:test")) as work, pytest.raises(Refusal) as caught:
        Ledger(work).post(
            *(MAKE.transfer(IDS.new(TransferId), debit=d, credit=c, amount_minor=amount) for d, c, amount in moves)
        )
    return caught.value


def test_want_of_cover_names_account_amount_and_what_is_there(
    database: Database, tenant: TenantId, accounts: tuple[AccountId, AccountId]
) -> None:
    a, b = accounts
    no = refused(database, tenant, (a, b, 50_001))
    assert no.sentence("en") == f"Account {a} has 500.00 CNY available; 500.01 CNY was asked for."
    assert no.sentence("zh") == f"账户 {a} 可用 500.00 CNY，申请 500.01 CNY。"
    assert no.remedy("en")


def test_what_earlier_legs_of_the_batch_took_is_not_promised_again(
    database: Database, tenant: TenantId, accounts: tuple[AccountId, AccountId]
) -> None:
    a, b = accounts
    no = refused(database, tenant, (a, b, 30_000), (a, b, 20_001))
    assert "has 200.00 CNY available; 200.01 CNY" in no.sentence("en")


def test_a_ceiling_says_how_much_more_fits(
    database: Database, tenant: TenantId, accounts: tuple[AccountId, AccountId]
) -> None:
    a, b = accounts
    with database.transaction(Context(tenant, "system:test")) as work:
        world = next(x for x in Ledger(work).accounts() if x.purpose == "world").id
    no = refused(database, tenant, (world, b, 100_001))
    assert no.code == "exceeds_debits"
    assert "can take 1,000.00 CNY more" in no.sentence("en")
    assert a
