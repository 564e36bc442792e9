"""The bank of the house: days, cut-off, moods; and the books stay right whatever it does."""

import datetime as dt
import random
from pathlib import Path

import pytest

from openscf import settlement as s
from openscf.db.outbox import Verdict
from openscf.ingestion import PaymentInstruction, PaymentOrder, write_pain001
from openscf.kernel.money import CNY, Money
from openscf.kernel.ports import ManualClock, SeededRandomness
from openscf.trades import Identity
from tests.unit.parties.house import refused
from tests.unit.settlement.market import (
    BUYER,
    CNAPS,
    COLLECTION,
    ESCROW,
    MONDAY,
    STRANGER,
    SUPPLIER,
    Market,
    statement_in,
)

PAYER, PAYEE = "700000001", "700000002"


def a_bank(conduct: s.Conduct | None = None, *, seed: int = 1) -> tuple[s.SimulatedBank, ManualClock]:
    clock = ManualClock(MONDAY)
    bank = s.SimulatedBank(clock, SeededRandomness(seed), conduct or s.Conduct())
    bank.open_account(PAYER, "付款方", bank=CNAPS, balance_minor=1_000)
    bank.open_account(PAYEE, "收款方", bank=CNAPS)
    return bank, clock


def an_order(minor: int = 100, *, to: str = PAYEE, name: str = "收款方", reference: str = "E2E1") -> bytes:
    debtor = Identity(name="付款方", account=PAYER, bank=CNAPS)
    each = PaymentInstruction(reference, Money(minor, CNY), Identity(name=name, account=to, bank=CNAPS), "hello")
    return write_pain001(PaymentOrder(reference, MONDAY, debtor, debtor, MONDAY.date(), (each,)))


def test_the_same_order_sent_again_is_paid_once() -> None:
    bank, _ = a_bank()
    assert [bank.submit(an_order()).verdict for _ in range(3)] == [Verdict.CONFIRMED] * 3
    assert (bank.balance_minor(PAYER), bank.balance_minor(PAYEE)) == (900, 100)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (an_order(to="79"), "AC01"),
        (an_order(1_001), "AM04"),
        (an_order(name="别人"), "BE01"),
        (b"<Document/>", "FF01"),
        (b"no xml", "FF01"),
    ],
)
def test_it_refuses_with_the_codes_of_the_standard(order: bytes, code: str) -> None:
    bank, _ = a_bank()
    answer = bank.submit(order)
    assert (answer.verdict, answer.code) == (Verdict.REFUSED, code)
    assert bank.balance_minor(PAYER) == 1_000


def test_a_closed_account_takes_nothing() -> None:
    bank, _ = a_bank()
    bank.close_account(PAYEE)
    assert bank.submit(an_order()).code == "AC04"
    with refused("no_bank_book"):
        bank.pay(PAYER, PAYEE, 1)


def test_an_order_without_cover_waits_until_it_is_due_and_is_refused_then() -> None:
    bank, _ = a_bank(s.Conduct(at_once=False))
    assert bank.submit(an_order(1_001)).verdict is Verdict.PENDING
    bank.end_of_day()
    assert bank.status("E2E1").code == "AM04"


def test_it_works_on_business_days_only() -> None:
    """China's calendar: 2026-02-14 is a working Saturday, 2026-02-15 to 2026-02-23 is the Spring Festival."""
    bank, clock = a_bank()
    assert bank.end_of_day() == dt.date(2026, 3, 9)
    with refused("bank_day_closed"):
        bank.end_of_day(dt.date(2026, 3, 9))
    with refused("bank_day_closed"):
        bank.end_of_day(dt.date(2026, 3, 14))
    assert bank.today() == dt.date(2026, 3, 10)  # the day is over, whatever the clock says
    early = s.SimulatedBank(ManualClock(dt.datetime(2026, 2, 14, 2, tzinfo=dt.UTC)), SeededRandomness(1))
    assert early.today() == dt.date(2026, 2, 14)
    late = s.SimulatedBank(ManualClock(dt.datetime(2026, 2, 14, 9, tzinfo=dt.UTC)), SeededRandomness(1))
    assert late.today() == dt.date(2026, 2, 24)
    assert clock.now() == MONDAY


def test_nobody_pays_what_he_has_not() -> None:
    bank, _ = a_bank()
    for minor in (0, -1, 1_001):
        with refused("bank_book_short"):
            bank.pay(PAYER, PAYEE, minor)


def test_statements_of_an_account_are_a_chain() -> None:
    bank, clock = a_bank()
    for minor in (10, 20, 30):
        bank.pay(PAYER, PAYEE, minor)
        bank.end_of_day()
        clock.advance(dt.timedelta(days=1))
    found = [statement_in(file) for file in bank.statements(PAYER)]
    assert [(each.opening_minor, each.closing_minor) for each in found] == [(1_000, 990), (990, 970), (970, 940)]
    assert len(bank.statements(PAYER, dt.date(2026, 3, 10))) == 2


def test_an_owner_asks_for_a_statement_of_all_since_the_last_one() -> None:
    bank, clock = a_bank()
    bank.open_account("700000003", "无人查阅", bank=CNAPS, stated=False)
    for minor in (10, 20, 30):
        bank.pay(PAYER, "700000003", minor)
        bank.end_of_day()
        clock.advance(dt.timedelta(days=1))
    assert bank.statements("700000003") == []
    whole = statement_in(bank.state_account("700000003"))
    assert (whole.opening_minor, whole.closing_minor, len(whole.lines)) == (0, 60, 3)
    assert (whole.opened_on, whole.closed_on) == (dt.date(2026, 3, 9), dt.date(2026, 3, 11))
    bank.pay(PAYER, "700000003", 5)
    again = statement_in(bank.state_account("700000003"))
    assert (again.opening_minor, again.closing_minor) == (60, 60), "today is not closed yet"


def test_its_books_outlive_the_process(tmp_path: Path) -> None:
    clock = ManualClock(MONDAY)

    def folder() -> s.BankFolder:
        return s.BankFolder(tmp_path / "bank", clock, SeededRandomness(1), conduct=s.Conduct(silent=1000))

    with folder().opened() as bank:
        bank.open_account(PAYER, "付款方", bank=CNAPS, balance_minor=1_000)
        bank.open_account(PAYEE, "收款方", bank=CNAPS)
    with pytest.raises(TimeoutError):
        folder().submit(an_order())
    assert folder().status("E2E1").verdict is Verdict.CONFIRMED
    with folder().opened() as bank:
        bank.send_back("E2E1")
        bank.end_of_day()
    with folder().opened() as bank:
        assert (bank.balance_minor(PAYER), bank.state.orders["E2E1"].state) == (1_000, "returned")
    assert [line.amount_minor for line in statement_in(folder().statements(PAYER)[0]).lines] == [-100, 100]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 8])
def test_the_books_are_right_after_every_day_whatever_the_bank_does(market: Market, seed: int) -> None:
    """Refused, silent, sent back, late, twice: no day breaks an invariant, and in the end the books are the bank's."""
    chance = random.Random(seed)
    market.fund(5_000_000)
    market.book(COLLECTION)
    market.bank.conduct = s.Conduct(
        at_once=bool(seed % 2), refuse=100, silent=300, send_back=200, back_after=1, repeat=300, late=400
    )  # fmt: skip
    for day in range(8):
        one_day(market, chance, day)
        assert market.breaches() == [], f"seed {seed}, day {day}"
    market.bank.conduct = s.Conduct()
    for _ in range(3):
        heal(market)
    assert market.run(s.parked_statements) == []
    assert {each.state.value for each in market.run(s.payouts)} <= {"settled", "refused", "returned"}
    for account in (market.escrow, market.collection):
        known = market.run(s.settlement_account, account.id)
        assert known.closing_minor == market.bank.balance_minor(account.number), f"seed {seed}"
    kept = market.has(market.cash.ledger) + market.bank.balance_minor(SUPPLIER)
    assert kept == 5_000_000, f"seed {seed}: the supplier has what it had, here or there"
    assert market.breaches() == []


def one_day(market: Market, chance: random.Random, day: int) -> None:
    for n in range(chance.randint(1, 4)):
        market.run(s.instruct, market.order(chance.randint(1, 20_000)))
        market.expect(chance.randint(1, 9_000), f"INV-2026-{day:02d}{n:02d}", market.taken.ledger)
        payer = chance.choice([BUYER, BUYER, STRANGER])
        market.bank.pay(payer, COLLECTION, chance.randint(1, 9_000), remittance=f"INV-2026-{day:02d}{n:02d}")
    if chance.random() < 0.3:
        market.bank.charge(COLLECTION, 7)
    heal(market)


def heal(market: Market) -> None:
    """What a day of the platform is: send, ask, let the bank close its day, take its statements in."""
    market.relay().run_once()
    market.house.clock.advance(dt.timedelta(minutes=30))
    market.courier().janitor(market.house.tenant)
    market.relay().drain()
    market.bank.end_of_day()
    market.house.clock.advance(dt.timedelta(hours=23, minutes=30))
    for number in (ESCROW, COLLECTION):
        market.book(number)
