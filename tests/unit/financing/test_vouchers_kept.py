"""Vouchers on a real database: the worked example of PRODUCTS 1.4 with real people, approvals and invoices."""

from openscf import settlement
from openscf.financing import vouchers as desk
from openscf.ledger import Ledger
from openscf.operations.verification import verify_tenant
from tests.unit.financing.vouchers_house import DAY, DUE, Chain, yuan


def healthy(chain: Chain) -> bool:
    report = verify_tenant(chain.database, chain.tenant)
    assert report.breaches == ()
    return True


def test_products_1_4_with_seal_marks_and_funding_by_four_eyes(chain: Chain) -> None:
    voucher, t1 = chain.live("3,000,000.00")
    t2 = chain.passed(t1, "T1", "T2", amount="1,200,000.00")
    t3 = chain.passed(t2, "T2", "T3", amount="500,000.00")
    chain.funded(t3, "T3", "F", amount="500,000.00", on=DUE - 120 * DAY)
    assert (chain.cash("T3"), chain.cash("F")) == ("492,500.00", "9,507,500.00")
    assert healthy(chain)
    chain.act("system", desk.redeem, voucher, yuan("1,000,000.00"), on=DUE)
    assert (chain.cash("T1"), chain.cash("T2"), chain.cash("F")) == ("600,000.00", "233,333.33", "9,674,166.67")
    chain.act("system", desk.redeem, voucher, yuan("2,000,000.00"), on=DUE)
    assert (chain.cash("T1"), chain.cash("T2"), chain.cash("F")) == ("1,800,000.00", "700,000.00", "10,007,500.00")
    assert chain.state(voucher) == "settled"
    assert healthy(chain)


def test_with_a_bank_the_face_is_expected_in_a_pocket_of_the_house_and_no_longer_when_it_is_paid(chain: Chain) -> None:
    new = settlement.NewSettlementAccount(
        kind=settlement.SettlementKind.ESCROW, owner=chain.parties["O"], bank_code="102100099996",
        number="110900000010001", holder_name="平台",
    )  # fmt: skip
    chain.act("system", settlement.open_settlement_account, new)
    voucher, _ = chain.live("1,000,000.00")
    (waiting,) = chain.act("system", settlement.expectations_of, str(voucher))
    assert (waiting.amount_minor, waiting.due_on, waiting.state) == (1_000_000_00, DUE, "open")
    assert waiting.deliver_to == chain.act("system", desk.ensure_escrow, voucher).id
    chain.act("system", desk.redeem, voucher, yuan("1,000,000.00"), on=DUE)
    (ended,) = chain.act("system", settlement.expectations_of, str(voucher))
    assert ended.state == "cancelled"


def test_what_counts_for_a_closed_day_is_booked_on_the_next_open_one(chain: Chain) -> None:
    voucher, _ = chain.live("1,000,000.00")
    chain.act("system", lambda work: Ledger(work).close_through(DUE))
    chain.act("system", desk.redeem, voucher, yuan("1,000,000.00"), on=DUE)
    assert chain.cash("T1") == "1,000,000.00"
    query = "SELECT DISTINCT value_on FROM ledger.transfer WHERE reason LIKE 'voucher_piece.redeem%'"
    assert chain.act("system", lambda work: work.execute(query).fetchall()) == [(DUE + DAY,)]
