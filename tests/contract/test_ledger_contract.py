"""The contract of a ledger, judged on both: in memory and in PostgreSQL."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.kernel.ports import SystemIds
from openscf.ledger import Account, AccountState, Answer, Maker, Unit, UnitKind
from openscf.ledger.model import MAX_AMOUNT_MINOR, PASSING
from tests.contract.ledgers import DAY, InMemory, InPostgres, LedgerUnderTest

IDS = SystemIds()
MAKE = Maker(DAY, "test.move")
OK = (Answer.OK,)
HOUR = dt.timedelta(hours=1)


def new() -> TransferId:
    return IDS.new(TransferId)


@pytest.fixture(params=["memory", "postgres"])
def ledger(request: pytest.FixtureRequest) -> Iterator[LedgerUnderTest]:
    if request.param == "memory":
        made: LedgerUnderTest = InMemory()
    else:
        made = InPostgres(request.getfixturevalue("database"), request.getfixturevalue("tenant"))
    made.define_unit(Unit("CNY"))
    made.define_unit(Unit("vch_1", UnitKind.VOUCHER))
    yield made
    assert set(made.trial_balance().values()) <= {0}


@pytest.fixture
def account(ledger: LedgerUnderTest) -> Callable[..., AccountId]:
    def make(balance: int = 0, *, floor: int | None = 0, ceiling: int | None = None, unit: str = "CNY") -> AccountId:
        world = Account(IDS.new(AccountId), IDS.new(PartyId), unit, "world")
        opened = Account(IDS.new(AccountId), IDS.new(PartyId), unit, "cash", floor_minor=floor, ceiling_minor=ceiling)
        ledger.open_accounts([world, opened])
        if balance:
            move = MAKE.transfer(new(), debit=world.id, credit=opened.id, amount_minor=balance)
            assert ledger.post([(move,)]) == [OK]
        return opened.id

    return make


AccountMaker = Callable[..., AccountId]


def test_a_transfer_moves_the_amount_and_both_entries_carry_the_balance_after(
    ledger: LedgerUnderTest, account: AccountMaker
) -> None:
    a, b = account(100), account()
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=30),)]) == [OK]
    assert (ledger.account(a).posted_minor, ledger.account(b).posted_minor) == (70, 30)
    assert [(e.amount_minor, e.balance_minor, e.version) for e in ledger.entries(a)] == [(100, 100, 1), (-30, 70, 2)]
    assert [(e.amount_minor, e.balance_minor, e.other) for e in ledger.entries(b)] == [(30, 30, a)]


def test_the_floor_holds_to_the_last_fen(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100, floor=-50), account()
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=151),)]) == [(Answer.EXCEEDS_CREDITS,)]
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=150),)]) == [OK]
    assert ledger.account(a).available_minor == 0


def test_the_ceiling_holds_to_the_last_fen(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account(ceiling=40)
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=41),)]) == [(Answer.EXCEEDS_DEBITS,)]
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=40),)]) == [OK]


def test_a_batch_happens_whole_or_not_at_all(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b, c = account(100), account(), account()
    batch = (
        MAKE.transfer(new(), debit=a, credit=b, amount_minor=60),
        MAKE.transfer(new(), debit=b, credit=c, amount_minor=61),
        MAKE.transfer(new(), debit=a, credit=c, amount_minor=1),
    )
    failed = (Answer.LINKED_EVENT_FAILED, Answer.EXCEEDS_CREDITS, Answer.LINKED_EVENT_FAILED)
    assert ledger.post([batch]) == [failed]
    assert [ledger.account(x).posted_minor for x in (a, b, c)] == [100, 0, 0]
    assert [ledger.account(x).version for x in (a, b, c)] == [1, 0, 0]


def test_money_received_in_a_batch_can_be_spent_in_the_same_batch(
    ledger: LedgerUnderTest, account: AccountMaker
) -> None:
    a, b, c = account(100), account(), account()
    batch = (
        MAKE.transfer(new(), debit=a, credit=b, amount_minor=60),
        MAKE.transfer(new(), debit=b, credit=c, amount_minor=60),
    )
    assert ledger.post([batch]) == [(Answer.OK, Answer.OK)]
    assert ledger.account(c).posted_minor == 60


def test_one_batch_that_fails_leaves_its_neighbours_alone(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    moves = [(MAKE.transfer(new(), debit=a, credit=b, amount_minor=amount),) for amount in (60, 60, 40)]
    assert ledger.post(moves) == [OK, (Answer.EXCEEDS_CREDITS,), OK]
    assert ledger.account(b).posted_minor == 100


def test_posting_again_answers_exists_and_moves_nothing(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    move = MAKE.transfer(new(), debit=a, credit=b, amount_minor=30)
    assert ledger.post([(move,)]) == [OK]
    assert ledger.post([(move,), (move,)]) == [(Answer.EXISTS,), (Answer.EXISTS,)]
    assert ledger.account(b).posted_minor == 30


def test_an_id_can_not_be_used_for_something_else(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    move = MAKE.transfer(new(), debit=a, credit=b, amount_minor=30)
    others = [
        MAKE.transfer(move.id, debit=a, credit=b, amount_minor=31),
        MAKE.transfer(move.id, debit=b, credit=a, amount_minor=30),
        MAKE.hold(move.id, debit=a, credit=b, amount_minor=30),
        Maker(DAY + dt.timedelta(days=1), "test.move").transfer(move.id, debit=a, credit=b, amount_minor=30),
        Maker(DAY, "test.other").transfer(move.id, debit=a, credit=b, amount_minor=30),
    ]
    assert ledger.post([(move,)]) == [OK]
    for other in others:
        assert ledger.post([(other,)]) == [(Answer.EXISTS_WITH_DIFFERENT_FIELDS,)]
    assert ledger.account(b).posted_minor == 30


def test_the_same_id_twice_in_one_call_counts_once(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    move = MAKE.transfer(new(), debit=a, credit=b, amount_minor=30)
    other = MAKE.transfer(move.id, debit=a, credit=b, amount_minor=31)
    assert ledger.post([(move,), (move,), (other,)]) == [OK, (Answer.EXISTS,), (Answer.EXISTS_WITH_DIFFERENT_FIELDS,)]
    assert ledger.account(b).posted_minor == 30


def test_an_id_that_failed_for_want_of_cover_stays_failed(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(10), account(100)
    move = MAKE.transfer(new(), debit=a, credit=b, amount_minor=30)
    assert ledger.post([(move,)]) == [(Answer.EXCEEDS_CREDITS,)]
    assert ledger.post([(MAKE.transfer(new(), debit=b, credit=a, amount_minor=50),)]) == [OK]
    assert ledger.post([(move,)]) == [(Answer.ID_ALREADY_FAILED,)]
    assert ledger.account(a).posted_minor == 60


def test_an_id_that_was_malformed_may_be_sent_again_correctly(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    bad = MAKE.transfer(new(), debit=a, credit=b, amount_minor=0)
    assert ledger.post([(bad,)]) == [(Answer.AMOUNT_NOT_POSITIVE,)]
    assert ledger.post([(MAKE.transfer(bad.id, debit=a, credit=b, amount_minor=5),)]) == [OK]


def test_a_hold_reserves_and_posting_it_moves(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    hold = MAKE.hold(new(), debit=a, credit=b, amount_minor=80)
    assert ledger.post([(hold,)]) == [OK]
    assert (ledger.account(a).posted_minor, ledger.account(a).available_minor) == (100, 20)
    assert ledger.account(b).held_in_minor == 80
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=21),)]) == [(Answer.EXCEEDS_CREDITS,)]
    assert ledger.post([(MAKE.post_hold(new(), hold.id),)]) == [OK]
    assert (ledger.account(a).posted_minor, ledger.account(a).held_out_minor) == (20, 0)
    assert (ledger.account(b).posted_minor, ledger.account(b).held_in_minor) == (80, 0)


def test_a_hold_posted_in_part_frees_the_rest(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    hold = MAKE.hold(new(), debit=a, credit=b, amount_minor=80)
    assert ledger.post([(hold,), (MAKE.post_hold(new(), hold.id, amount_minor=81),)]) == [OK, (Answer.EXCEEDS_HOLD,)]
    assert ledger.post([(MAKE.post_hold(new(), hold.id, amount_minor=30),)]) == [OK]
    assert (ledger.account(a).posted_minor, ledger.account(a).available_minor) == (70, 70)


def test_a_hold_ends_exactly_once(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    posted, voided = (MAKE.hold(new(), debit=a, credit=b, amount_minor=10) for _ in range(2))
    assert ledger.post([(posted,), (voided,)]) == [OK, OK]
    assert ledger.post([(MAKE.post_hold(new(), posted.id),), (MAKE.void_hold(new(), voided.id),)]) == [OK, OK]
    for end in (MAKE.post_hold, MAKE.void_hold):
        assert ledger.post([(end(new(), posted.id),)]) == [(Answer.HOLD_ALREADY_POSTED,)]
        assert ledger.post([(end(new(), voided.id),)]) == [(Answer.HOLD_ALREADY_VOIDED,)]
    assert ledger.account(b).posted_minor == 10


def test_a_hold_expires_by_ledger_time(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    hold = MAKE.hold(new(), debit=a, credit=b, amount_minor=80, expires_at=ledger.clock.now() + HOUR)
    assert ledger.post([(hold,), (MAKE.expire_hold(new(), hold.id),)]) == [OK, (Answer.HOLD_NOT_DUE,)]
    assert ledger.expire(new) == 0
    ledger.clock.advance(HOUR)
    assert ledger.post([(MAKE.post_hold(new(), hold.id),)]) == [(Answer.HOLD_EXPIRED,)]
    assert ledger.account(a).available_minor == 20
    assert (ledger.expire(new), ledger.expire(new)) == (1, 0)
    assert ledger.account(a).available_minor == 100
    assert ledger.post([(MAKE.post_hold(new(), hold.id),)]) == [(Answer.HOLD_EXPIRED,)]


def test_a_hold_can_be_made_and_posted_in_one_batch(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    hold = MAKE.hold(new(), debit=a, credit=b, amount_minor=80)
    assert ledger.post([(hold, MAKE.post_hold(new(), hold.id, amount_minor=50))]) == [(Answer.OK, Answer.OK)]
    assert (ledger.account(a).posted_minor, ledger.account(a).held_out_minor) == (50, 0)


def test_a_failed_batch_gives_a_hold_its_state_back(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    hold = MAKE.hold(new(), debit=a, credit=b, amount_minor=80)
    assert ledger.post([(hold,)]) == [OK]
    batch = (MAKE.void_hold(new(), hold.id), MAKE.transfer(new(), debit=a, credit=b, amount_minor=101))
    assert ledger.post([batch]) == [(Answer.LINKED_EVENT_FAILED, Answer.EXCEEDS_CREDITS)]
    assert ledger.post([(MAKE.post_hold(new(), hold.id),)]) == [OK]


def test_a_reversal_is_the_mirror_image_and_happens_once(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    move = MAKE.transfer(new(), debit=a, credit=b, amount_minor=30)
    back = MAKE.reverse(new(), move.id)
    assert ledger.post([(move,), (back,), (back,)]) == [OK, OK, (Answer.EXISTS,)]
    assert ledger.post([(MAKE.reverse(new(), move.id),)]) == [(Answer.ALREADY_REVERSED,)]
    assert ledger.post([(MAKE.reverse(new(), back.id),)]) == [(Answer.NOT_REVERSIBLE,)]
    assert ledger.post([(MAKE.reverse(new(), new()),)]) == [(Answer.TRANSFER_NOT_FOUND,)]
    assert (ledger.account(a).posted_minor, ledger.account(b).posted_minor) == (100, 0)


def test_a_reversal_needs_cover_like_any_transfer(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b, c = account(100), account(), account()
    move = MAKE.transfer(new(), debit=a, credit=b, amount_minor=30)
    assert ledger.post([(move,), (MAKE.transfer(new(), debit=b, credit=c, amount_minor=1),)]) == [OK, OK]
    assert ledger.post([(MAKE.reverse(new(), move.id),)]) == [(Answer.EXCEEDS_CREDITS,)]


def test_units_never_mix(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account(unit="vch_1")
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=1),)]) == [(Answer.UNIT_MISMATCH,)]


def test_frozen_accounts_take_but_do_not_give(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account(100)
    hold = MAKE.hold(new(), debit=a, credit=b, amount_minor=10)
    assert ledger.post([(hold,)]) == [OK]
    ledger.set_state(a, AccountState.FROZEN)
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=1),)]) == [(Answer.DEBIT_ACCOUNT_FROZEN,)]
    assert ledger.post([(MAKE.post_hold(new(), hold.id),)]) == [(Answer.DEBIT_ACCOUNT_FROZEN,)]
    assert ledger.post([(MAKE.transfer(new(), debit=b, credit=a, amount_minor=1),)]) == [OK]
    assert ledger.post([(MAKE.void_hold(new(), hold.id),)]) == [OK]
    ledger.set_state(a, AccountState.OPEN)
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=101),)]) == [OK]


def test_closed_accounts_take_nothing(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    ledger.set_state(b, AccountState.CLOSED)
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=1),)]) == [
        (Answer.CREDIT_ACCOUNT_CLOSED,)
    ]
    assert ledger.post([(MAKE.transfer(new(), debit=b, credit=a, amount_minor=1),)]) == [(Answer.DEBIT_ACCOUNT_CLOSED,)]


def test_nothing_posts_into_a_closed_day(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    ledger.close_through(DAY)
    assert ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=1),)]) == [(Answer.DAY_CLOSED,)]
    tomorrow = Maker(DAY + dt.timedelta(days=1), "test.move")
    assert ledger.post([(tomorrow.transfer(new(), debit=a, credit=b, amount_minor=1),)]) == [OK]


def test_balances_and_statements_at_any_past_instant(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    instants = []
    for _ in range(3):
        ledger.clock.advance(HOUR)
        instants.append(ledger.clock.now())
        ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=10),)])
    assert [ledger.balance_at(b, at) for at in instants] == [10, 20, 30]
    assert ledger.balance_at(b, instants[0] - dt.timedelta(microseconds=1)) == 0
    statement = ledger.statement(b, instants[0], instants[2])
    assert (statement.opening_minor, statement.closing_minor) == (10, 30)
    assert [entry.amount_minor for entry in statement.entries] == [10, 10]


def test_ledger_time_never_runs_backwards_within_an_account(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(100), account()
    ledger.clock.advance(HOUR)
    ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=10),)])
    ledger.clock._now -= 2 * HOUR  # another machine, whose clock is late
    ledger.post([(MAKE.transfer(new(), debit=a, credit=b, amount_minor=10),)])
    times = [entry.at for entry in ledger.entries(b)]
    assert times == sorted(times)


def test_reasons_are_given_in_their_fixed_order(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    """Each defect added in front of the others changes the answer: the first reason in the list is the one given."""
    a, b = account(100), account(unit="vch_1")
    nobody = IDS.new(AccountId)
    cases = [
        (MAKE.transfer(new(), debit=a, credit=b, amount_minor=101), Answer.UNIT_MISMATCH),
        (MAKE.transfer(new(), debit=a, credit=nobody, amount_minor=101), Answer.CREDIT_ACCOUNT_NOT_FOUND),
        (
            MAKE.transfer(new(), debit=nobody, credit=IDS.new(AccountId), amount_minor=101),
            Answer.DEBIT_ACCOUNT_NOT_FOUND,
        ),
        (MAKE.transfer(new(), debit=nobody, credit=nobody, amount_minor=101), Answer.ACCOUNTS_MUST_DIFFER),
        (MAKE.transfer(new(), debit=nobody, credit=nobody, amount_minor=MAX_AMOUNT_MINOR + 1), Answer.AMOUNT_TOO_LARGE),
        (MAKE.transfer(new(), debit=nobody, credit=nobody, amount_minor=-1), Answer.AMOUNT_NOT_POSITIVE),
    ]
    for transfer, answer in cases:
        assert ledger.post([(transfer,)]) == [(answer,)]
    assert [answer for answer in Answer if answer in PASSING] == sorted(PASSING)


def test_balances_too_large_to_count_are_refused(ledger: LedgerUnderTest, account: AccountMaker) -> None:
    a, b = account(floor=None), account()
    most = [(MAKE.transfer(new(), debit=a, credit=b, amount_minor=MAX_AMOUNT_MINOR),) for _ in range(5)]
    assert ledger.post(most) == [OK, OK, OK, OK, (Answer.BALANCE_OVERFLOW,)]
