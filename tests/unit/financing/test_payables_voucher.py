"""Digital payables vouchers, to the fen: the worked example of PRODUCTS 1.4 and what a banker expects around it."""

import datetime as dt

import pytest

from openscf.financing.bases.claim import Offer, Way
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY
from tests.unit.financing.vouchers_world import BIG, DUE, START, Chain, yuan

DAY = dt.timedelta(days=1)
FUNDED = DUE - 120 * DAY


def refused(code: str) -> object:
    return pytest.raises(Refusal, match=f"^{code}:")


def worked_example() -> tuple[Chain, object]:
    chain = Chain()
    voucher, t1 = chain.live("3,000,000.00")
    t2 = chain.passed(t1, "T2", "1,200,000.00")
    t3 = chain.passed(t2, "T3", "500,000.00")
    chain.book.move(chain.asked(t3, "F", "500,000.00", "4.5", on=FUNDED), "fund", FUNDED)
    return chain, voucher


def test_products_1_4_a_discount_of_7500_leaves_492500() -> None:
    chain, _ = worked_example()
    assert chain.cash("T3") == "492,500.00"
    assert chain.cash("F") == "9,507,500.00"


def test_products_1_4_the_issuer_pays_once_and_the_holders_of_the_leaves_receive_it() -> None:
    chain, voucher = worked_example()
    chain.book.redeem(voucher, yuan("3,000,000.00"), DUE)
    assert [chain.cash(name) for name in ("T1", "T2", "T3")] == ["1,800,000.00", "700,000.00", "492,500.00"]
    assert chain.cash("F") == "10,007,500.00"
    assert chain.cash("C") == "7,000,000.00"
    assert chain.book.claims[voucher].state == "settled"
    assert {piece.deal.state for piece in chain.book.of(voucher)} == {"redeemed", "spent"}


def test_products_1_4_a_partial_payment_goes_pro_rata_and_the_residue_to_the_last() -> None:
    chain, voucher = worked_example()
    before = chain.house.cash(chain.parties["F"], CNY)
    chain.book.redeem(voucher, yuan("1,000,000.00"), DUE)
    assert [chain.cash(name) for name in ("T1", "T2")] == ["600,000.00", "233,333.33"]
    assert (chain.house.cash(chain.parties["F"], CNY) - before).grouped == "166,666.67"
    chain.book.redeem(voucher, yuan("2,000,000.00"), DUE + 3 * DAY)
    assert [chain.cash(name) for name in ("T1", "T2")] == ["1,800,000.00", "700,000.00"]
    assert chain.cash("F") == "10,007,500.00"
    assert chain.book.claims[voucher].state == "settled"


def test_the_voucher_limit_is_reserved_by_consent_used_by_acceptance_and_back_when_it_is_paid() -> None:
    chain = Chain(voucher_limit="5,000,000.00")
    voucher = chain.issue("3,000,000.00")
    node = next(one for one in chain.house.nodes.values() if one.amount == yuan("5,000,000.00"))
    assert _headroom(chain, node) == (5_000_000_00, 0, 0), "a draft binds nobody"
    chain.book.agree(voucher, "seal", START)
    assert _headroom(chain, node) == (5_000_000_00, 3_000_000_00, 0)
    with refused("posting_refused"):
        chain.book.agree(chain.issue("2,000,000.01"), "seal", START)
    chain.book.accept(voucher, START)
    assert _headroom(chain, node) == (2_000_000_00, 0, 3_000_000_00)
    chain.book.redeem(voucher, yuan("1,000,000.00"), DUE)
    assert _headroom(chain, node) == (3_000_000_00, 0, 2_000_000_00)
    chain.book.redeem(voucher, yuan("2,000,000.00"), DUE)
    assert _headroom(chain, node) == (5_000_000_00, 0, 0)


def _headroom(chain: Chain, node: object) -> tuple[int, int, int]:
    accounts = chain.house.ledger.accounts
    headroom, used = accounts[node.headroom], accounts[node.used]  # type: ignore[attr-defined]
    return headroom.posted_minor, headroom.held_out_minor, used.posted_minor


def test_no_limit_is_no_credit() -> None:
    chain = Chain()
    chain.house.nodes.clear()
    with refused("no_limit"):
        chain.book.agree(chain.issue(), "seal", START)


def test_an_acceptor_that_is_not_the_issuer_must_consent_itself() -> None:
    chain = Chain()
    voucher = chain.issue(obligor="P")
    chain.book.agree(voucher, "seal", START)
    assert chain.book.claims[voucher].state == "sealed"
    with refused("event_not_allowed"):
        chain.book.accept(voucher, START)
    chain.book.agree(voucher, "consent", START)
    chain.book.accept(voucher, START)
    chain.book.redeem(voucher, yuan("3,000,000.00"), DUE)
    assert (chain.cash("P"), chain.cash("C")) == ("7,000,000.00", "10,000,000.00"), "the acceptor pays, not the issuer"


@pytest.mark.parametrize("end", ["refuse", "cancel"])
def test_what_is_not_accepted_leaves_nothing_behind(end: str) -> None:
    chain = Chain()
    invoice = chain.invoice("T1", "C", "3,000,000.00")
    voucher = chain.issue(invoice=invoice)
    chain.book.agree(voucher, "seal", START)
    chain.book.end_unaccepted(voucher, end, START)
    assert chain.book.marks == {invoice.number: {}}, "the invoice is free again"
    assert not any(account.posted_minor or account.held_out_minor for account in _voucher_accounts(chain))
    chain.issue(invoice=invoice)


def _voucher_accounts(chain: Chain) -> list[object]:
    return [one for one in chain.house.ledger.accounts.values() if one.purpose in ("piece", "issued", "escrow")]


def test_a_voucher_can_be_cancelled_only_before_it_is_accepted() -> None:
    chain = Chain()
    voucher, _ = chain.live()
    with refused("event_not_allowed"):
        chain.book.end_unaccepted(voucher, "cancel", START)


@pytest.mark.parametrize(
    ("due_on", "months", "good"),
    [
        (dt.date(2026, 9, 2), 6, True),
        (dt.date(2026, 9, 3), 6, False),
        (dt.date(2026, 3, 2), 6, False),
        (dt.date(2027, 3, 2), 12, True),
        (dt.date(2027, 3, 3), 12, False),
    ],
)
def test_the_tenor_is_six_months_by_default_and_a_year_at_most(due_on: dt.date, months: int, good: bool) -> None:
    chain, terms = Chain(), {} if months == 6 else {"most_tenor_months": months}
    if good:
        assert chain.issue(due_on=due_on, terms=terms)
    else:
        with refused("tenor_out_of_range"):
            chain.issue(due_on=due_on, terms=terms)


def test_no_frame_allows_more_than_a_year() -> None:
    with refused("field_out_of_range"):
        Chain().issue(terms={"most_tenor_months": 13})


def test_a_due_date_on_a_weekend_rolls_and_the_discount_runs_to_the_rolled_day() -> None:
    chain = Chain()
    voucher, t1 = chain.live("100,000.00", due_on=dt.date(2026, 8, 1))  # a Saturday; paid on Monday the 3rd
    assert chain.book.claims[voucher].book.due_on == dt.date(2026, 8, 3)
    chain.book.move(chain.asked(t1, "F", "100,000.00", "3.6"), "fund", START)
    assert chain.cash("T1") == "98,460.00"  # 100,000 × 3.6 % × 154 / 360 = 1,540.00


def test_the_issuer_pays_a_supplier_and_never_itself_or_its_group() -> None:
    chain = Chain()
    chain.book.related[chain.parties["C"]] = frozenset({chain.parties["C"], chain.parties["T6"]})
    for payee in ("C", "T6"):
        with refused("issuer_is_payee"):
            chain.issue(payee=payee)
    assert chain.issue(payee="T6", terms={"related_parties": True})
    with refused("issuer_is_payee"):
        chain.issue(payee="C", terms={"related_parties": True})
    with refused("issuer_is_payee"):
        chain.issue(payee="P", obligor="P")


def test_a_voucher_pays_the_very_invoice_of_its_payee() -> None:
    chain = Chain()
    for invoice in (chain.invoice("T2", "C", BIG), chain.invoice("T1", "P", BIG), chain.invoice("C", "T1", BIG)):
        with refused("trade_document_unfit"):
            chain.issue(invoice=invoice)
    invoice = chain.invoice("T1", "C", "3,000,000.00")
    chain.issue("2,000,000.00", invoice=invoice)
    with refused("asset_taken"):
        chain.issue("1,000,000.01", invoice=invoice)


def test_fraud_one_invoice_backs_at_most_its_face_of_transfers() -> None:
    chain = Chain()
    _, t1 = chain.live()
    invoice = chain.invoice("T2", "T1", "300,000.00")
    chain.passed(t1, "T2", "200,000.00", invoice=invoice)
    with refused("asset_taken"):
        chain.offered(t1, "T2", "100,000.01", invoice=invoice)
    again = chain.offered(t1, "T2", "100,000.00", invoice=invoice)
    chain.book.move(again, "refuse", START)
    chain.passed(t1, "T2", "100,000.00", invoice=invoice)


def test_fraud_the_same_piece_can_not_be_offered_twice() -> None:
    chain = Chain()
    _, t1 = chain.live("1,000,000.00")
    chain.offered(t1, "T2", "600,000.00")
    with refused("piece_has_less"):
        chain.offered(t1, "T3", "400,000.01")
    with refused("piece_has_less"):
        chain.asked(t1, "F", "400,000.01")
    assert chain.asked(t1, "F", "400,000.00")


def test_fraud_a_circle_is_refused() -> None:
    chain = Chain()
    chain.book.related[chain.parties["C"]] = frozenset({chain.parties["C"], chain.parties["T6"]})
    _, t1 = chain.live()
    t2 = chain.passed(t1, "T2", "500,000.00")
    t3 = chain.passed(t2, "T3", "300,000.00")
    for back in ("C", "T1", "T2", "T6"):
        with refused("circular_transfer"):
            chain.offered(t3, back, "100,000.00")
    for buyer in ("C", "T3"):
        with refused("circular_transfer"):
            chain.asked(t3, buyer, "100,000.00")


def test_fraud_a_transfer_beyond_the_depth_of_the_frame_is_refused_and_a_discount_is_not_a_transfer() -> None:
    chain = Chain()
    _, t1 = chain.live(terms={"most_depth": 2})
    t3 = chain.passed(chain.passed(t1, "T2", "500,000.00"), "T3", "300,000.00")
    with refused("piece_too_deep"):
        chain.offered(t3, "T4", "100,000.00")
    assert chain.asked(t3, "F", "300,000.00")


def test_a_piece_below_the_minimum_is_refused_unless_it_is_all_that_is_left() -> None:
    chain = Chain()
    _, t1 = chain.live("100,000.00")
    with refused("piece_too_small"):
        chain.offered(t1, "T2", "9,999.99")
    chain.passed(t1, "T2", "95,000.00")
    with refused("piece_too_small"):
        chain.offered(t1, "T2", "4,999.99")
    chain.passed(t1, "T2", "5,000.00")
    assert chain.book.pieces[t1].deal.state == "spent"
    with refused("amount_is_nothing"):
        chain.live("0.00")


def test_a_refused_or_withdrawn_offer_gives_the_amount_back() -> None:
    chain = Chain()
    _, t1 = chain.live("1,000,000.00")
    for end in ("refuse", "withdraw"):
        child = chain.offered(t1, "T2", "1,000,000.00")
        chain.book.move(child, end, START)
        with refused("state_is_final"):
            chain.book.move(child, "accept", START)
    chain.passed(t1, "T2", "1,000,000.00")


def test_what_waits_for_the_givers_second_person_can_not_be_accepted() -> None:
    chain = Chain()
    _, t1 = chain.live()
    invoice = chain.invoice("T2", "T1", "500,000.00")
    offer = Offer(way=Way.TRANSFER, face=yuan("500,000.00"), number=invoice.number)
    child = chain.book.offer(t1, chain.parties["T2"], offer, on=START, invoice=invoice)
    with refused("event_not_allowed"):
        chain.book.move(child, "accept", START)
    chain.book.move(child, "withdraw", START)
    assert chain.book.left(t1) == yuan("3,000,000.00")


def test_a_discount_is_taken_by_paying_and_a_transfer_by_accepting() -> None:
    chain = Chain()
    _, t1 = chain.live()
    with refused("needs_funding"):
        chain.book.move(chain.asked(t1, "F", "100,000.00"), "accept", START)
    with refused("not_for_funding"):
        chain.book.move(chain.offered(t1, "T2", "100,000.00"), "fund", START)


def test_a_funder_buys_on_its_own_limit_and_sells_on_without_it() -> None:
    chain = Chain()
    voucher, t1 = chain.live("1,000,000.00")
    f = chain.asked(t1, "F", "600,000.00")
    chain.book.move(f, "fund", START)
    assert _used(chain, "F") == 600_000_00
    g = chain.asked(f, "G", "250,000.00", "4.0")
    chain.book.move(g, "fund", START)
    assert (_used(chain, "F"), _used(chain, "G")) == (350_000_00, 250_000_00)
    chain.book.redeem(voucher, yuan("400,000.00"), DUE)
    assert (_used(chain, "F"), _used(chain, "G")) == (210_000_00, 150_000_00)
    chain.book.redeem(voucher, yuan("600,000.00"), DUE)
    assert (_used(chain, "F"), _used(chain, "G"), _used(chain, "B")) == (0, 0, 0)


def test_the_bank_that_granted_the_voucher_limit_carries_it_once() -> None:
    chain = Chain()
    _, t1 = chain.live("1,000,000.00")
    chain.house.bring(chain.parties["B"], yuan("1,000,000.00"), START)
    chain.book.move(chain.asked(t1, "B", "600,000.00"), "fund", START)
    assert _used(chain, "B") == 1_000_000_00


def _used(chain: Chain, owner: str) -> int:
    nodes = [one for one in chain.house.nodes.values() if one.owner == chain.parties[owner]]
    return sum(chain.house.ledger.accounts[node.used].posted_minor for node in nodes)


def test_a_funder_without_a_limit_or_money_buys_nothing() -> None:
    chain = Chain()
    _, t1 = chain.live("20,000,000.00")
    with refused("posting_refused"):
        chain.book.move(chain.asked(t1, "F", "10,100,000.00", "0.1"), "fund", START)
    assert (chain.cash("F"), chain.cash("T1")) == ("10,000,000.00", "0.00")
    with refused("no_limit"):
        chain.book.move(chain.asked(t1, "T6", "100,000.00"), "fund", START)


def test_a_discount_that_takes_all_is_refused() -> None:
    chain = Chain()
    _, t1 = chain.live()
    with refused("discount_takes_all"):
        chain.asked(t1, "F", "100,000.00", "999")
    with refused("discount_rate_missing"):
        chain.book.offer(t1, chain.parties["F"], Offer(way=Way.DISCOUNT, face=yuan("100,000.00")), on=START)


def test_overdue_freezes_all_leaves_and_ends_all_offers_and_a_late_payment_still_reaches_the_holders() -> None:
    chain = Chain()
    voucher, t1 = chain.live("1,000,000.00")
    t2 = chain.passed(t1, "T2", "300,000.00")
    open_offer = chain.offered(t1, "T3", "200,000.00", on=DUE - DAY)
    with refused("not_overdue"):
        chain.book.lapse(voucher, DUE)
    chain.book.lapse(voucher, DUE + DAY)
    states = {piece.id: piece.deal.state for piece in chain.book.of(voucher)}
    assert states == {t1: "frozen", t2: "frozen", open_offer: "lapsed"}
    with refused("event_not_allowed"):
        chain.asked(t2, "F", "100,000.00", on=DUE + DAY)
    with refused("event_not_allowed"):
        chain.offered(t2, "T4", "100,000.00", on=START)
    chain.book.redeem(voucher, yuan("500,000.00"), DUE + 10 * DAY)
    assert (chain.cash("T1"), chain.cash("T2")) == ("350,000.00", "150,000.00")
    assert chain.book.claims[voucher].state == "overdue"
    chain.book.redeem(voucher, yuan("500,000.00"), DUE + 20 * DAY)
    assert (chain.cash("T1"), chain.cash("T2")) == ("700,000.00", "300,000.00")


def test_nothing_travels_on_or_after_the_due_day() -> None:
    chain = Chain()
    _, t1 = chain.live()
    waiting = chain.offered(t1, "T2", "100,000.00")
    asked = chain.asked(t1, "F", "100,000.00")
    for act in (
        lambda: chain.offered(t1, "T2", "100,000.00", on=DUE),
        lambda: chain.asked(t1, "F", "100,000.00", on=DUE),
        lambda: chain.book.move(waiting, "accept", DUE),
        lambda: chain.book.move(asked, "fund", DUE),
        lambda: chain.book.accept(chain.issue(), DUE),
    ):
        with pytest.raises(Refusal, match=r"^(voucher_already_due|event_not_allowed):"):
            act()


def test_a_payment_comes_on_the_due_day_and_never_beyond_what_is_owed() -> None:
    chain = Chain()
    voucher, _ = chain.live("1,000,000.00")
    for amount, on, code in (
        ("1,000,000.00", DUE - DAY, "not_due_yet"),
        ("1,000,000.01", DUE, "more_than_owed"),
        ("0.00", DUE, "amount_is_nothing"),
    ):
        with refused(code):
            chain.book.redeem(voucher, yuan(amount), on)
    with refused("event_not_allowed"):
        chain.book.redeem(chain.issue(), yuan("1.00"), DUE)


def test_what_was_paid_in_early_waits_in_escrow_and_what_was_too_much_goes_back() -> None:
    chain = Chain()
    voucher, _ = chain.live("1,000,000.00")
    chain.book.draw(voucher, yuan("700,000.00"), START)
    chain.book.draw(voucher, yuan("500,000.00"), START)
    assert chain.cash("C") == "8,800,000.00"
    chain.book.redeem(voucher, yuan("600,000.00"), DUE)
    chain.book.redeem(voucher, yuan("400,000.00"), DUE)
    assert (chain.cash("C"), chain.cash("T1")) == ("9,000,000.00", "1,000,000.00")
    assert not any(account.posted_minor for account in _voucher_accounts(chain))


def test_an_obligor_without_money_pays_nobody() -> None:
    chain = Chain()
    voucher, _ = chain.live("11,000,000.00")
    with refused("posting_refused"):
        chain.book.redeem(voucher, yuan("11,000,000.00"), DUE)
    assert (chain.cash("T1"), chain.book.claims[voucher].state) == ("0.00", "live")
    chain.book.redeem(voucher, yuan("10,000,000.00"), DUE)
    assert chain.cash("T1") == "10,000,000.00"


def test_a_payment_too_small_to_reach_everybody_reaches_those_whom_it_can() -> None:
    chain = Chain()
    voucher, t1 = chain.live("300,000.00")
    chain.passed(t1, "T2", "100,000.00")
    chain.passed(t1, "T3", "100,000.00")
    chain.book.redeem(voucher, yuan("0.01"), DUE)
    assert [chain.cash(name) for name in ("T1", "T2", "T3")] == ["0.00", "0.00", "0.01"]
    chain.book.redeem(voucher, yuan("299,999.99"), DUE)
    assert [chain.cash(name) for name in ("T1", "T2", "T3")] == ["100,000.00", "100,000.00", "100,000.00"]


def test_a_voucher_is_not_opened_as_a_deal() -> None:
    chain = Chain()
    product = chain.book.product
    for one in (product, product.piece):
        with refused("claim_is_issued"):
            chain.house.open(
                one, {"obligor": chain.parties["C"]}, terms={"least_piece": "1.00"}, money=CNY, asset="-",
                proposal={"number": "1", "face": "1.00", "due_on": "2026-07-31"} if one is product
                else {"way": "issue", "face": "1.00"},
            )  # fmt: skip
