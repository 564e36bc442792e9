"""Corners of the contract that both ledgers must turn alike: what is left out, too large, empty, or refers oddly."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.kernel.ports import SystemIds
from openscf.ledger import Account, Answer, Maker, Unit
from tests.contract.ledgers import DAY, InMemory, InPostgres, LedgerUnderTest

IDS = SystemIds()
MAKE = Maker(DAY, "test.move")
OK = (Answer.OK,)


def new() -> TransferId:
    return IDS.new(TransferId)


@pytest.fixture(params=["memory", "postgres"])
def ledger(request: pytest.FixtureRequest) -> Iterator[LedgerUnderTest]:
    if request.param == "memory":
        made: LedgerUnderTest = InMemory()
    else:
        made = InPostgres(request.getfixturevalue("database"), request.getfixturevalue("tenant"))
    made.define_unit(Unit("CNY"))
    yield made
    assert set(made.trial_balance().values()) <= {0}


@pytest.fixture
def pair(ledger: LedgerUnderTest) -> tuple[AccountId, AccountId]:
    """An account without a floor and one that may not fall below zero."""
    a, b = (Account(IDS.new(AccountId), IDS.new(PartyId), "CNY", "cash", floor_minor=floor) for floor in (None, 0))
    ledger.open_accounts([a, b])
    return a.id, b.id


Pair = tuple[AccountId, AccountId]


@pytest.mark.parametrize("amount", [2**63 - 1, 2**63, 10**30, -(10**30)])
def test_amounts_that_no_database_can_count_are_refused_by_name(
    ledger: LedgerUnderTest, pair: Pair, amount: int
) -> None:
    a, b = pair
    good = MAKE.transfer(new(), debit=a, credit=b, amount_minor=7)
    bad = MAKE.transfer(new(), debit=a, credit=b, amount_minor=amount)
    why = Answer.AMOUNT_TOO_LARGE if amount > 0 else Answer.AMOUNT_NOT_POSITIVE
    assert ledger.post([(bad,)]) == [(why,)]
    assert ledger.post([(bad,), (good,)]) == [(why,), OK]


def test_a_batch_without_transfers_is_answered_with_nothing(ledger: LedgerUnderTest, pair: Pair) -> None:
    a, b = pair
    move = MAKE.transfer(new(), debit=a, credit=b, amount_minor=7)
    assert ledger.post([]) == []
    assert ledger.post([()]) == [()]
    assert ledger.post([(), (move,), ()]) == [(), OK, ()]


@pytest.mark.parametrize("omitted", ["debit", "credit", "amount_minor"])
def test_a_plain_transfer_sent_again_with_a_field_left_out_is_another_one(
    ledger: LedgerUnderTest, pair: Pair, omitted: str
) -> None:
    a, b = pair
    for make in (MAKE.transfer, MAKE.hold):
        first = make(new(), debit=a, credit=b, amount_minor=7)
        again = replace(first, **{omitted: None})
        assert ledger.post([(first,)]) == [OK]
        assert ledger.post([(again,)]) == [(Answer.EXISTS_WITH_DIFFERENT_FIELDS,)]
        other = replace(first, id=new())
        assert ledger.post([(other,), (replace(again, id=other.id),)]) == [OK, (Answer.EXISTS_WITH_DIFFERENT_FIELDS,)]


def test_a_failed_batch_that_merely_mentions_a_hold_does_not_reopen_it(ledger: LedgerUnderTest, pair: Pair) -> None:
    a, b = pair
    hold = MAKE.hold(new(), debit=a, credit=b, amount_minor=80)
    assert ledger.post([(hold,), (MAKE.post_hold(new(), hold.id),)]) == [OK, OK]
    mention = replace(MAKE.transfer(new(), debit=a, credit=b, amount_minor=1), ref=hold.id)
    short = MAKE.transfer(new(), debit=b, credit=a, amount_minor=1_000)
    answers = ledger.post([(mention, short), (MAKE.post_hold(new(), hold.id),)])
    assert answers == [(Answer.LINKED_EVENT_FAILED, Answer.EXCEEDS_CREDITS), (Answer.HOLD_ALREADY_POSTED,)]
    assert ledger.account(b).posted_minor == 80


def test_a_closed_day_stays_closed_when_an_earlier_one_is_closed_again(ledger: LedgerUnderTest, pair: Pair) -> None:
    a, b = pair
    ledger.close_through(DAY)
    ledger.close_through(DAY - dt.timedelta(days=5))
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=1),)]) == [(Answer.DAY_CLOSED,)]
