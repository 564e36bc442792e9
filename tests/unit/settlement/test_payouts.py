"""Payments out: held first, told by the bank, final by the statement; returned, refused, and never twice."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from openscf import settlement as s
from openscf.db import Context
from openscf.db.outbox import Verdict
from openscf.kernel.errors import Refusal
from openscf.kernel.ports import SeededRandomness, SystemIds
from openscf.parties import (
    AccountScheme,
    ApprovalState,
    BankAccount,
    NewBankAccount,
    Party,
    PersonalKind,
    bank_accounts_of,
    found_request,
    number_to_pay,
    propose_bank_account,
    stop_bank_account,
)
from openscf.settlement.rules import payouts as rules
from tests.unit.parties.house import SYSTEM, clear, refused
from tests.unit.settlement.market import CNAPS, ESCROW, SUPPLIER, Market, verified_account

CONFIRMED = s.BankAnswer(Verdict.CONFIRMED)
REFUSED = s.BankAnswer(Verdict.REFUSED, "AC04")
PENDING = s.BankAnswer(Verdict.PENDING)


def state(market: Market, payout: s.Payout) -> str:
    return str(market.run(s.payout, payout.id).state.value)


def test_a_payment_is_held_then_confirmed_then_on_the_statement(market: Market) -> None:
    market.fund(100_000)
    payout = market.run(s.instruct, market.order(30_000, remittance="货款"))
    assert (market.has(market.cash.ledger), market.free(market.cash.ledger)) == (100_000, 70_000)
    market.relay().drain()
    assert state(market, payout) == "confirmed"
    assert (market.has(market.cash.ledger), market.has(market.escrow.transit)) == (70_000, 30_000)
    assert market.bank.balance_minor(SUPPLIER) == 30_000
    market.day_end()
    (booked,) = market.book(ESCROW)
    assert booked.settled == (payout.id,)
    assert state(market, payout) == "settled"
    assert (market.has(market.escrow.transit), -market.has(market.escrow.bank)) == (0, 70_000)
    assert market.breaches() == []


def test_the_line_posts_the_hold_when_it_comes_before_the_confirmation(market: Market) -> None:
    market.fund(100_000)
    payout = market.run(s.instruct, market.order(30_000))
    market.bank.submit(market.courier().database.run(
        Context(market.house.tenant, "system:settlement"), lambda work: market.courier()._order(work, payout.id)
    ))  # fmt: skip
    market.day_end()
    market.book(ESCROW)
    assert (state(market, payout), market.has(market.cash.ledger)) == ("settled", 70_000)
    market.run(s.apply_answer, payout.id, CONFIRMED)
    market.run(s.apply_answer, payout.id, PENDING)
    assert (state(market, payout), market.has(market.cash.ledger)) == ("settled", 70_000)
    assert market.breaches() == []


def test_a_refusal_gives_the_money_back_and_says_why_in_both_languages(market: Market) -> None:
    market.fund(100_000)
    market.bank.close_account(SUPPLIER)
    payout = market.run(s.instruct, market.order(30_000))
    market.relay().drain()
    assert (state(market, payout), market.free(market.cash.ledger)) == ("refused", 100_000)
    (told,) = market.emitted("settlement.payout_refused")
    assert told["code"] == "AC04"
    assert told["reason"] == {"en": "The account of the payee is closed.", "zh": "收款账户已销户。"}
    assert market.breaches() == []


def test_money_that_comes_back_days_later_is_the_partys_again(market: Market) -> None:
    market.fund(100_000)
    payout = market.run(s.instruct, market.order(30_000))
    market.relay().drain()
    market.day_end()
    market.book(ESCROW)
    market.day_end()
    market.bank.send_back(payout.reference)
    market.day_end()
    booked = market.book(ESCROW)[-1]
    assert booked.returns == (payout.id,)
    assert (state(market, payout), market.has(market.cash.ledger)) == ("returned", 100_000)
    assert len(market.emitted("settlement.payout_returned")) == 1
    assert market.breaches() == []


def test_a_bank_that_contradicts_itself_changes_nothing_and_people_hear_of_it(market: Market) -> None:
    market.fund(100_000)
    payout = market.run(s.instruct, market.order(30_000))
    market.relay().drain()
    market.run(s.apply_answer, payout.id, REFUSED)
    assert (state(market, payout), market.has(market.cash.ledger)) == ("confirmed", 70_000)
    (told,) = market.emitted("settlement.bank_contradicts")
    assert (told["verdict"], told["state"]) == ("refused", "confirmed")


def test_a_silent_bank_is_asked_again_and_pays_once(market: Market) -> None:
    market.fund(100_000)
    market.bank.conduct = s.Conduct(silent=1000)
    payout = market.run(s.instruct, market.order(30_000))
    market.relay().run_once()
    assert state(market, payout) == "held"
    market.house.clock.advance(s.PATIENCE)
    assert market.courier().janitor(market.house.tenant) == 1
    assert state(market, payout) == "confirmed"
    market.house.clock.advance(dt.timedelta(hours=1))
    market.relay().drain()  # the message itself is sent once more, and finds that it is over
    assert market.bank.balance_minor(SUPPLIER) == 30_000
    assert market.breaches() == []


def test_an_order_that_the_bank_never_got_stays_held_until_it_is_sent(market: Market) -> None:
    market.fund(100_000)
    payout = market.run(s.instruct, market.order(30_000))
    market.house.clock.advance(s.PATIENCE)
    assert market.courier().janitor(market.house.tenant) == 0
    assert state(market, payout) == "held"


def test_an_order_after_the_cut_off_is_paid_on_the_next_business_day(market: Market) -> None:
    market.fund(100_000)
    market.house.clock.advance(dt.timedelta(days=3, hours=8))  # Friday at six in the evening
    payout = market.run(s.instruct, market.order(30_000))
    market.relay().drain()
    assert state(market, payout) == "sent"
    assert market.bank.today() == dt.date(2026, 3, 16)  # the Monday
    market.bank.end_of_day(dt.date(2026, 3, 16))
    market.house.clock.advance(dt.timedelta(days=4))
    market.relay().drain()
    assert state(market, payout) == "confirmed"


def test_eight_threads_can_not_pay_out_more_than_there_is(market: Market) -> None:
    market.fund(100_000)
    barrier, codes = Barrier(8), set[str]()

    def pay(_: int) -> int:
        barrier.wait()
        done = 0
        for _ in range(5):
            try:
                market.run(s.instruct, market.order(7_000))
                done += 1
            except Refusal as no:
                codes.add(no.code)
        return done

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pay, range(8))) == 14
    assert codes == {"exceeds_credits"}
    assert market.free(market.cash.ledger) == 2_000
    market.relay().drain()
    assert market.bank.balance_minor(SUPPLIER) == 98_000
    assert market.breaches() == []


def test_eight_threads_of_one_person_can_not_pass_the_days_limit(market: Market) -> None:
    market.fund(100_000)
    rule = s.NewRule(account=market.escrow.id, party=market.supplier.id, single_limit_minor=10_000)
    market.pass_by(market.run(s.request_rule, rule, actor="supplier maker"), "supplier checker")
    barrier = Barrier(8)

    def pay(_: int) -> int:
        barrier.wait()
        try:
            market.run(s.withdraw, market.order(4_000), actor="supplier maker")
        except Refusal:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pay, range(8))) == 2


# Who may.


def test_one_person_alone_pays_out_nothing_unless_two_have_set_a_limit(market: Market) -> None:
    market.fund(100_000)
    with refused("payout_needs_two"):
        market.run(s.withdraw, market.order(1), actor="supplier maker")
    rule = s.NewRule(account=market.escrow.id, party=market.supplier.id, single_limit_minor=5_000)
    request = market.run(s.request_rule, rule, actor="supplier maker")
    with refused("approval_by_maker"):
        market.pass_by(request, "supplier maker")
    market.pass_by(request, "supplier checker")
    with refused("payout_needs_two"):
        market.run(s.withdraw, market.order(5_001), actor="supplier maker")
    assert market.run(s.withdraw, market.order(3_000), actor="supplier maker").state is s.PayoutState.HELD
    with refused("payout_needs_two"):  # many small ones are one large one
        market.run(s.withdraw, market.order(2_001), actor="supplier maker")
    market.run(s.withdraw, market.order(2_000), actor="supplier maker")
    market.house.clock.advance(dt.timedelta(days=1))
    market.run(s.withdraw, market.order(5_000), actor="supplier maker")
    with refused("not_allowed"):
        market.run(s.withdraw, market.order(1), actor="supplier checker")
    with refused("party_not_found"):
        market.run(s.withdraw, market.order(1), actor="op maker")
    with refused("not_a_person"):
        market.run(s.withdraw, market.order(1))


def test_a_large_withdrawal_is_paid_by_the_approval_of_another_person(market: Market) -> None:
    market.fund(100_000)
    request = market.run(s.request_withdrawal, market.order(90_000), actor="supplier maker")
    assert market.free(market.cash.ledger) == 100_000
    assert market.pass_by(request, "supplier checker").state is ApprovalState.USED
    (payout,) = market.run(s.payouts, party=market.supplier.id)
    assert (payout.amount_minor, payout.request, market.free(market.cash.ledger)) == (90_000, request.id, 10_000)


def test_an_approval_that_finds_no_cover_approves_nothing(market: Market) -> None:
    market.fund(100_000)
    request = market.run(s.request_withdrawal, market.order(90_000), actor="supplier maker")
    market.run(s.instruct, market.order(50_000))
    with refused("exceeds_credits"):
        market.pass_by(request, "supplier checker")
    assert [each.amount_minor for each in market.run(s.payouts)] == [50_000]


def test_money_above_a_bottom_leaves_by_itself(market: Market) -> None:
    market.fund(100_000)
    rule = s.NewRule(account=market.escrow.id, party=market.supplier.id, sweeps=True, keep_minor=20_000)
    market.pass_by(market.run(s.request_rule, rule, actor="supplier maker"), "supplier checker")
    assert [each.amount_minor for each in market.run(s.sweep)] == [80_000]
    assert market.run(s.sweep) == []


def test_a_payee_is_paid_on_its_own_verified_account(market: Market) -> None:
    market.fund(100_000)
    with refused("no_payment_destination"):
        market.run(s.instruct, market.order(100, payee=market.buyer.id))
    other = "6228480402564890018"
    market.bank.open_account(other, market.buyer.name, bank=CNAPS)
    verified_account(market.house, market.buyer, other, maker="buyer maker", checker="buyer checker")
    market.run(s.instruct, market.order(100, payee=market.buyer.id))
    market.relay().drain()
    assert market.bank.balance_minor(other) == 100


@pytest.mark.parametrize("minor", [0, -1, 10**18])
def test_amounts_that_are_none_are_refused(market: Market, minor: int) -> None:
    with refused("amount_not_payable"):
        market.run(s.instruct, market.order(minor))


def test_a_text_too_long_for_the_payee_is_refused_and_not_cut(market: Market) -> None:
    with refused("remittance_too_long"):
        market.run(s.instruct, market.order(1, remittance="x" * 141))


# Frauds (PRODUCTS section 6, item 7): a payment redirected.


def proposed(market: Market, party: Party, number: str, maker: str) -> BankAccount:
    new = NewBankAccount(
        party=party.id, scheme=AccountScheme.CNAPS, bank_code=CNAPS, holder_name=party.name,
        number=clear(PersonalKind.ACCOUNT, number),
    )  # fmt: skip
    return market.run(propose_bank_account, new, vault=market.house.vault, actor=maker)  # type: ignore[no-any-return]


def test_a_new_account_is_not_paid_to_within_its_cooling_period(market: Market) -> None:
    market.fund(100_000)
    fraud = "6228480402564890018"
    market.bank.open_account(fraud, market.supplier.name, bank=CNAPS)
    account = proposed(market, market.supplier, fraud, "supplier maker")
    request = market.run(found_request, account.request)
    with refused("approval_by_maker"):  # one person alone changes no account
        market.pass_by(request, "supplier maker")
    market.pass_by(request, "supplier checker")
    market.run(s.instruct, market.order(10_000))
    market.relay().drain()
    assert (market.bank.balance_minor(fraud), market.bank.balance_minor(SUPPLIER)) == (0, 10_000)


def test_a_first_account_is_not_paid_to_within_its_cooling_period(market: Market) -> None:
    market.fund(100_000)
    account = proposed(market, market.buyer, "6228480402564890018", "buyer maker")
    market.pass_by(market.run(found_request, account.request), "buyer checker")
    with refused("no_payment_destination"):
        market.run(s.instruct, market.order(100, payee=market.buyer.id))


def test_an_account_that_changed_between_request_and_approval_is_not_paid(market: Market) -> None:
    market.fund(100_000)
    request = market.run(s.request_withdrawal, market.order(90_000), actor="supplier maker")
    verified_account(
        market.house, market.supplier, "6228480402564890018", maker="supplier maker", checker="supplier checker"
    )
    with refused("payout_destination_changed"):
        market.pass_by(request, "supplier checker")
    assert market.run(s.payouts) == []


def test_an_account_stopped_after_the_order_is_not_paid_and_the_money_is_back(market: Market) -> None:
    market.fund(100_000)
    payout = market.run(s.instruct, market.order(30_000))
    (account,) = market.run(bank_accounts_of, market.supplier.id, vault=market.house.vault)
    market.run(stop_bank_account, account.id, reason="not ours", actor="supplier maker")
    market.relay().drain()
    assert (state(market, payout), market.free(market.cash.ledger)) == ("refused", 100_000)
    assert market.bank.balance_minor(SUPPLIER) == 0
    (told,) = market.emitted("settlement.payout_refused")
    assert told["code"] == rules.STOPPED


def test_a_stopped_account_whose_order_the_bank_has_is_what_the_bank_says(market: Market) -> None:
    """The order was sent and the answer lost: stopping afterwards must not give the money back a second time."""
    market.fund(100_000)
    market.bank.conduct = s.Conduct(silent=1000)
    payout = market.run(s.instruct, market.order(30_000))
    market.relay().run_once()
    (account,) = market.run(bank_accounts_of, market.supplier.id, vault=market.house.vault)
    market.run(stop_bank_account, account.id, reason="not ours", actor="supplier maker")
    market.house.clock.advance(dt.timedelta(hours=1))
    market.relay().drain()
    assert (state(market, payout), market.has(market.cash.ledger)) == ("confirmed", 70_000)


def test_a_person_can_not_ask_for_a_number_in_clear_as_the_bank_order_does(market: Market) -> None:
    (account,) = market.run(bank_accounts_of, market.supplier.id, vault=market.house.vault)
    with refused("not_allowed"):
        market.run(
            number_to_pay, account.id, reason="curiosity about it", vault=market.house.vault, actor="supplier maker"
        )


def test_no_account_number_of_a_member_stands_in_the_tables_of_settlement(market: Market) -> None:
    market.fund(100_000)
    market.run(s.instruct, market.order(30_000))
    with market.house.database.reading(Context(market.house.tenant, SYSTEM)) as work:
        for table in ("settlement.payout", "platform.outbox", "platform.audit_inbox"):
            rows = work.execute(f"SELECT t::text FROM {table} t".encode()).fetchall()  # type: ignore[arg-type]
            assert rows
            assert not any(SUPPLIER in row[0] for row in rows), table


# The rules.


def test_every_way_of_a_payment_ends_in_a_state_that_says_where_the_money_is() -> None:
    ends = {path[-1].target for path in s.PAYOUT.paths(5)}
    assert ends == {"refused", "returned"}


def test_our_references_are_found_in_what_banks_make_of_them() -> None:
    payout = SystemIds().new(s.PayoutId)
    reference = s.reference_of(payout)
    assert len(reference) == 29
    for text in (reference, f"/EREF/{reference}/REMI", reference.lower(), f"SVWZ+{reference} x"):
        assert rules.references_in(text) == (reference,)
    assert rules.references_in(f"X{reference}", f"{reference}0", reference[:-1]) == ()


def test_every_reason_speaks_both_languages_and_an_unknown_one_is_shown() -> None:
    for code in rules.REASONS:
        assert s.reason_sentence(code).endswith(".")
        assert s.reason_sentence(code, "zh").endswith("。")
    assert "XY99" in s.reason_sentence("XY99")
    assert "XY99" in s.reason_sentence("XY99", "zh")


def test_the_same_seed_is_the_same_bank(market: Market) -> None:
    def run(seed: int) -> list[str]:
        bank = s.SimulatedBank(market.house.clock, SeededRandomness(seed), s.Conduct(repeat=300, late=300))
        for n in range(4):
            bank.open_account(f"77000{n}", f"firm {n}", bank=CNAPS, balance_minor=1_000)
        bank.pay("770000", "770001", 10)
        bank.end_of_day()
        return [sent.name for sent in bank.state.sent]

    assert run(5) == run(5)
    assert len({tuple(run(seed)) for seed in range(8)}) > 1
