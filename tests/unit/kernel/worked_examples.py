"""The worked examples of PRODUCTS that need nothing but interest, discounts and splits, to the fen.

Each function is named after its section and raises AssertionError if the kernel computes something else. They are
run as tests by `test_worked_examples.py`, which also plants defects in the kernel and demands that they notice.
Calls go through the modules (`rates.interest`), so that a planted defect reaches them.
"""

import datetime as dt
from fractions import Fraction

from openscf.kernel import calendars, daycount, rates
from openscf.kernel import money as moneys
from openscf.kernel.money import CNY, Rounding, parse_amount

DateOf = dt.date
HALF_UP = Rounding.HALF_UP


def yuan(text):
    """An amount as the page writes it: 1,234.56."""
    plain = text.replace(",", "")
    return parse_amount(plain.removeprefix("-"), CNY) * (-1 if plain.startswith("-") else 1)


def percent(text):
    return rates.Rate.percent(text)


def part(amount, per_cent):
    return amount.times(Fraction(per_cent) / 100, HALF_UP)


def section_0_a_daily_rate_rounded_first_under_charges():
    """PRODUCTS 0: 8 % on 1,000,000 over 100 days (ACT/365F) at a six-decimal daily rate loses 17.81."""
    principal, year = yuan("1,000,000.00"), percent("8")
    daily = Fraction(moneys.round_to_int(year.per_year / 365 * 10**6, HALF_UP), 10**6)
    rounded_first = principal.times(daily * 100, HALF_UP)
    exact = rates.interest_for_days(principal, year, 100, year_days=365)
    assert exact == yuan("21,917.81")
    assert exact - rounded_first == yuan("17.81")


def section_1_1_factoring():
    """PRODUCTS 1.1: advance 80 % of 1,000,000, 7.2 % ACT/360 in arrears, due on a Sunday, fee 0.5 % of face."""
    face, china = yuan("1,000,000.00"), calendars.china_interbank()
    due_on = calendars.roll(DateOf(2026, 5, 31), calendars.Roll.FOLLOWING, china)
    assert due_on == DateOf(2026, 6, 1)
    principal, fee = part(face, 80), part(face, "0.5")
    assert principal - fee == yuan("795,000.00")
    span = daycount.Period(DateOf(2026, 3, 10), due_on)
    assert span.days == 83
    owed = rates.interest(principal, percent("7.2"), span)
    assert owed == yuan("13,280.00")
    assert face - owed - principal == yuan("186,720.00")


def section_1_1_factoring_partial_and_late():
    """PRODUCTS 1.1: 500,000 on the due date, 500,000 fourteen days later at the penalty rate of 10.8 %."""
    principal, contract = yuan("800,000.00"), percent("7.2")
    owed = rates.interest(principal, contract, daycount.Period(DateOf(2026, 3, 10), DateOf(2026, 6, 1)))
    assert owed == yuan("13,280.00")
    repaid = yuan("500,000.00") - owed
    assert repaid == yuan("486,720.00")
    rest = principal - repaid
    assert rest == yuan("313,280.00")
    late = rates.penalty_rate(contract)
    assert late == percent("10.8")
    penalty = rates.interest(rest, late, daycount.Period(DateOf(2026, 6, 1), DateOf(2026, 6, 15)))
    assert penalty == yuan("1,315.78")
    assert yuan("500,000.00") - penalty - rest == yuan("185,404.22")


def section_1_2_receivables_pool():
    """PRODUCTS 1.2: caps, advance rate and dilution reserve; a credit note turns availability negative."""
    limit, cap = yuan("1,000,000.00"), yuan("600,000.00")

    def availability(eligible, used):
        base = moneys.total((min(amount, cap) for amount in eligible), CNY)
        return min(limit - used, part(base, 80) - part(base, 5) - used)

    nothing, drawn = yuan("0"), yuan("800,000.00")
    assert availability([yuan("500,000"), yuan("700,000")], nothing) == yuan("825,000.00")
    assert availability([yuan("500,000"), yuan("500,000")], drawn) == yuan("-50,000.00")


def section_1_4_voucher_discount():
    """PRODUCTS 1.4: T3 finances 500,000 at 4.5 % ACT/360, 120 days before maturity."""
    maturity_on = DateOf(2026, 12, 18)
    span = daycount.Period(maturity_on - dt.timedelta(days=120), maturity_on)
    discount, proceeds = rates.discount(yuan("500,000.00"), percent("4.5"), span)
    assert (discount, proceeds) == (yuan("7,500.00"), yuan("492,500.00"))


def section_1_4_voucher_partial_payment():
    """PRODUCTS 1.4: C pays 1,000,000 of 3,000,000; leaves pro rata, residue to the last."""
    leaves = [yuan("1,800,000.00"), yuan("700,000.00"), yuan("500,000.00")]
    assert moneys.pro_rata(yuan("3,000,000.00"), leaves) == leaves
    shares = moneys.pro_rata(yuan("1,000,000.00"), leaves)
    assert shares == [yuan("600,000.00"), yuan("233,333.33"), yuan("166,666.67")]
    assert moneys.total(shares, CNY) == yuan("1,000,000.00")


def section_1_5_bill_discounting():
    """PRODUCTS 1.5: 1,000,000 discounted on 15 August, due 29 October: 75 days, head and not tail, 2.62 %."""
    span = daycount.Period(DateOf(2026, 8, 15), DateOf(2026, 10, 29))
    assert span.days == 75
    discount, proceeds = rates.discount(yuan("1,000,000.00"), percent("2.62"), span)
    assert (discount, proceeds) == (yuan("5,458.33"), yuan("994,541.67"))
    out_of_town, _ = rates.discount(yuan("1,000,000.00"), percent("2.62"), span, extra_days=3)
    assert out_of_town == yuan("5,676.67")


def section_1_6_dynamic_discounting():
    """PRODUCTS 1.6: 200,000 net 60 paid on day 15 at 9 % APR; the price of not taking "2/10 net 30"."""
    discount = rates.interest_for_days(yuan("200,000.00"), percent("9"), 60 - 15)
    assert discount == yuan("2,250.00")
    assert yuan("200,000.00") - discount == yuan("197,750.00")
    missed = rates.implied_rate(yuan("2.00"), on=yuan("98.00"), days=30 - 10)
    assert missed.percent_text() == "36.73"


def section_1_8_export_refund():
    """PRODUCTS 1.8: 80 % of a refund of 13 % on 1,000,000; 75 days at 9 %."""
    refund = part(yuan("1,000,000.00"), 13)
    advance = part(refund, 80)
    assert (refund, advance) == (yuan("130,000.00"), yuan("104,000.00"))
    owed = rates.interest_for_days(advance, percent("9"), 75)
    assert owed == yuan("1,950.00")
    assert refund - advance - owed == yuan("24,050.00")


def section_2_2_bill_advanced_at_maturity():
    """PRODUCTS 2.2: the shortfall of 250,000 is advanced for ten days at 0.05 % a day."""
    daily = rates.Rate.per_day("0.05")
    assert rates.interest_for_days(yuan("250,000.00"), daily, 10) == yuan("1,250.00")


def section_2_3_guaranteed_delivery():
    """PRODUCTS 2.3: margin 30 %, top-ups of 250,000 and 200,000; the difference is refunded."""
    face = yuan("1,000,000.00")
    assert part(face, "0.05") == yuan("500.00")
    margin = part(face, 30)
    assert margin == yuan("300,000.00")
    held = moneys.total([margin, yuan("250,000.00"), yuan("200,000.00")], CNY)
    assert held == yuan("750,000.00")
    assert face - held == yuan("250,000.00")


def section_2_5_agency_purchase():
    """PRODUCTS 2.5: deposit 20 % of 500,000, fee 14.4 % ACT/360, halves redeemed on days 30 and 75."""
    goods, fee_rate = yuan("500,000.00"), percent("14.4")
    funds = goods - part(goods, 20)
    first, second = moneys.equal_parts(funds, 2)
    assert first == second == yuan("200,000.00")
    fees = [rates.interest_for_days(piece, fee_rate, days) for piece, days in ((first, 30), (second, 75))]
    assert fees == [yuan("2,400.00"), yuan("6,000.00")]
    assert (first + fees[0], second + fees[1]) == (yuan("202,400.00"), yuan("206,000.00"))


def section_2_6_letter_of_credit():
    """PRODUCTS 2.6: 800,000 negotiated two days after acceptance at 4 %: 88 of 90 days."""
    face, accepted_on = yuan("800,000.00"), DateOf(2026, 3, 2)
    span = daycount.Period(accepted_on + dt.timedelta(days=2), accepted_on + dt.timedelta(days=90))
    assert span.days == 88
    discount, proceeds = rates.discount(face, percent("4"), span)
    assert (discount, proceeds) == (yuan("7,822.22"), yuan("792,177.78"))
    margin = part(face, 20)
    assert (margin, face - margin) == (yuan("160,000.00"), yuan("640,000.00"))


def section_2_7_order_finance():
    """PRODUCTS 2.7: three milestones at 8 % ACT/360, converted at 80 % of the invoice."""
    advances = [(yuan("200,000.00"), 60), (yuan("120,000.00"), 40), (yuan("80,000.00"), 20)]
    owed = [rates.interest_for_days(amount, percent("8"), days) for amount, days in advances]
    assert owed == [yuan("2,666.67"), yuan("1,066.67"), yuan("355.56")]
    whole = moneys.total(owed, CNY)
    assert whole == yuan("4,088.90")
    principal = moneys.total((amount for amount, _ in advances), CNY)
    assert part(yuan("1,000,000.00"), 80) - principal - whole == yuan("395,911.10")


def section_3_1_warehouse_receipts():
    """PRODUCTS 3.1: 70 % of 2,000,000 at 6 % ACT/360; a quarter repaid after 30 days, the rest 60 days later."""
    goods = yuan("2,000,000.00")
    loan = part(goods, 70)
    assert loan == yuan("1,400,000.00")
    assert rates.interest_for_days(loan, percent("6"), 30) == yuan("7,000.00")
    repaid = yuan("350,000.00")
    assert goods.times(repaid.ratio_to(loan), HALF_UP) == yuan("500,000.00")
    assert rates.interest_for_days(loan - repaid, percent("6"), 60) == yuan("10,500.00")


def section_3_2_dynamic_pledge():
    """PRODUCTS 3.2: floor 2,000,000 under a stock of 2,600,000; the loan-to-value as the price falls."""
    loan, stock, lendable = yuan("1,400,000.00"), yuan("2,600,000.00"), Fraction(70, 100)
    floor = loan.times(1 / lendable, HALF_UP)
    assert (floor, stock - floor) == (yuan("2,000,000.00"), yuan("600,000.00"))
    values = [part(stock, 100 - fall) for fall in (25, 30, 35, 40)]
    assert values[0] == yuan("1,950,000.00")
    shown = [rates.Rate(loan.ratio_to(value)).percent_text() for value in values]
    assert shown == ["71.79", "76.92", "82.84", "89.74"]
    value = values[2]
    assert floor - value == yuan("310,000.00")
    assert loan - value.times(lendable, HALF_UP) == yuan("217,000.00")


def section_4_2_advance_and_collection():
    """PRODUCTS 4.2: half of 100,000 at pick-up, the rest less 0.8 % after collection."""
    price = yuan("100,000.00")
    advance, fee = part(price, 50), part(price, "0.8")
    assert advance == yuan("50,000.00")
    assert price - advance - fee == yuan("49,200.00")


def section_4_4_crowdfunding():
    """PRODUCTS 4.4: 60,000 + 35,000 + 5 % make 100,000; 3 % fee, 70 % now and 30 % after fulfilment."""
    goal = yuan("100,000.00")
    assert moneys.total([yuan("60,000.00"), yuan("35,000.00"), part(goal, 5)], CNY) == goal
    now, later = moneys.pro_rata(goal, [70, 30])
    assert (now - part(goal, 3), later) == (yuan("67,000.00"), yuan("30,000.00"))


EXAMPLES = [example for name, example in sorted(globals().items()) if name.startswith("section_")]
