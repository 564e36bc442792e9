"""The end of a day: late payers, red letters, interest, categories, and the same again without harm."""

import datetime as dt
from typing import Any

from openscf.financing import CHECKS, DealId, found_deal, reproduce, standing_of
from openscf.kernel.money import Money
from openscf.ledger import Ledger, standing_account
from openscf.operations import DayEnd, run_day_end
from openscf.trades import DocumentKind, DocumentStatus, Identity, Reference
from tests.unit.financing.floor import DUE, SYSTEM, Floor, yuan
from tests.unit.parties.house import refused
from tests.unit.trades.market import invoice

LATE = dt.date(2026, 6, 15)


def ended(floor: Floor, on: dt.date, **named: Any) -> DayEnd:
    return run_day_end(floor.database, floor.context(), on, fingerprints=floor.fingerprints, **named)


def memo(floor: Floor, purpose: str) -> int:
    account = standing_account(floor.parties["funder"], "CNY", purpose, floor_minor=None).id
    return floor.run(SYSTEM, lambda work: Ledger(work).balances([account])).get(account, 0)


def state(floor: Floor, deal: DealId) -> str:
    return floor.run(SYSTEM, found_deal, deal).deal.state


def test_interest_accrues_to_the_fen_and_a_second_run_moves_nothing(floor: Floor) -> None:
    deal = floor.funded()
    first = ended(floor, dt.date(2026, 4, 9), close=False)
    assert (first.standing, first.postings, first.failed) == (1, 2, ())
    assert memo(floor, "interest_receivable") == yuan("4,800.00").minor, "30 days of 7.2 % on 800,000.00"
    again = ended(floor, dt.date(2026, 4, 9))
    assert (again.postings, again.reclassified, again.closed) == (0, 0, True)
    with refused("day_already_closed"):
        ended(floor, dt.date(2026, 4, 9))
    standing = floor.run(SYSTEM, standing_of, deal)
    assert standing is not None
    assert (standing.category, standing.stage, standing.dpd) == (1, 1, 0)
    assert standing.interest_minor == yuan("4,800.00").minor


def test_what_is_past_due_is_overdue_and_of_special_mention(floor: Floor) -> None:
    deal = floor.funded()
    assert ended(floor, DUE, close=False).lapsed == 0, "the due day itself is in time"
    report = ended(floor, LATE)
    assert (report.lapsed, state(floor, deal)) == (1, "overdue")
    standing = floor.run(SYSTEM, standing_of, deal)
    assert standing is not None
    assert (standing.dpd, standing.category) == (14, 2)
    # 83 days at 7.2 %, 14 days at 10.8 % on 800,000.00
    assert (standing.interest_minor, standing.penalty_minor) == (yuan("13,280.00").minor, yuan("3,360.00").minor)


def test_the_books_follow_a_payment_back(floor: Floor) -> None:
    deal = floor.funded()
    ended(floor, dt.date(2026, 4, 9))
    floor.pay_in(deal, "1,000,000.00", DUE)
    floor.do(SYSTEM, deal, "collect", DUE, amount="1000000.00")
    ended(floor, DUE)
    assert memo(floor, "interest_receivable") == 0
    assert memo(floor, "loss_allowance") == 0
    assert set(floor.run(SYSTEM, lambda work: Ledger(work).trial_balance()).values()) == {0}


def test_a_red_letter_after_funding_comes_back_to_the_seller(floor: Floor) -> None:
    """PRODUCTS 6, fraud 6: an invoice red-lettered after it was financed."""
    deal = floor.funded()
    names = {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in ("seller", "buyer")}
    letter = invoice(
        "9001", -yuan("250,000.00").minor, kind=DocumentKind.CREDIT_NOTE, seller=names["seller"], buyer=names["buyer"],
        references=(Reference(DocumentKind.INVOICE, "0001"),),
    )  # fmt: skip
    floor.market.deliver(letter)
    assert ended(floor, dt.date(2026, 4, 9), close=False).diluted == 1
    book = floor.run(SYSTEM, found_deal, deal).deal.book
    assert (book.diluted, book.demand) == (yuan("250,000.00"), yuan("200,000.00"))
    assert ended(floor, dt.date(2026, 4, 9)).diluted == 0, "taken back once"
    kept, now = floor.run(SYSTEM, reproduce, deal, 4)
    assert kept == now


def test_a_voided_invoice_takes_all_of_the_claim_back(floor: Floor) -> None:
    """PRODUCTS 6, fraud 6: an invoice voided after it was financed."""
    deal = floor.funded()
    names = {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in ("seller", "buyer")}
    floor.market.deliver(
        invoice(
            "0001", yuan("1,000,000.00").minor, seller=names["seller"], buyer=names["buyer"],
            status=DocumentStatus.VOID,
        )
    )  # fmt: skip
    assert ended(floor, dt.date(2026, 4, 9)).diluted == 1
    book = floor.run(SYSTEM, found_deal, deal).deal.book
    assert (book.left, book.demand) == (Money(0, yuan("0.00").currency), yuan("800,000.00"))
    floor.do("funder.maker", deal, "take_recourse", dt.date(2026, 4, 10))
    assert state(floor, deal) == "recoursed", "a void claim is a matter of the goods, whatever the recourse"


def test_the_day_of_a_deal_that_cannot_be_served_stays_open(floor: Floor) -> None:
    deal = floor.funded()
    ended(floor, LATE)

    def broken(work: Any) -> list[Any]:
        return [breach for check in CHECKS for breach in check.find(work)]

    assert floor.run(SYSTEM, broken) == []
    assert state(floor, deal) == "overdue"


def test_a_deal_that_was_never_funded_stands_nowhere(floor: Floor) -> None:
    programme, document = floor.ready()
    floor.open(programme, document)
    report = ended(floor, dt.date(2026, 4, 9))
    assert (report.standing, report.failed, report.closed) == (0, (), True)
