"""Receivables pool 池保理: a seller's eligible invoices carry what it draws; the buyers' payments repay it.

    accept            the first receivables are assigned, each with an exclusive lien
    activate          two persons of the funder open the facility
    add, remove       receivables come and go; availability is computed anew in the same transaction
    draw              funder:cash ──drawn──▶ client:cash ──fee──▶ funder:cash
    (a buyer pays)    bank ──▶ funder:escrow
    collect           funder:escrow ──fees, penalty, interest, principal──▶ funder:cash; ──remainder──▶ client:cash
    repay             client:cash ──fees, penalty, interest, principal──▶ funder:cash
    (short)           credit note, dispute, ageing: draws stop, a cure period runs; new receivables or cash cure it
    call              the cure period passed in vain, or the facility ended: everything is due, at the penalty rate

Source: PRODUCTS 1.2; Civil Code of China, articles 761 to 769 (existing and future receivables may be assigned).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.financing.bases import pool
from openscf.financing.fields import field_of
from openscf.financing.model import Product, Shape
from openscf.financing.rules import loans
from openscf.financing.rules.loans import Price
from openscf.kernel.lifecycle import Lifecycle
from openscf.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The contract."""

    price: Price = field_of("What drawings cost", "融资价格")
    limit: Money = field_of("Limit of the facility", "池融资额度")
    debtor_cap: Money = field_of("Most that counts of one buyer", "单一买方集中度上限")
    caps: Mapping[str, Money] = field_of("The same for single buyers, by their id", "个别买方的上限", factory=dict)
    advance_rate: Fraction = field_of(
        "Advance as a part of the base", "融资比例", least=Fraction(1, 100), most=Fraction(1)
    )
    reserve_rate: Fraction = field_of(
        "Part of the base kept back for returns and discounts",
        "稀释准备比例",
        default=Fraction(0),
        least=Fraction(0),
        most=Fraction(1),
    )
    reserve_most: Fraction = field_of(
        "Most that is kept back of a receivable that is expected to be paid late; 0: only the part above",
        "预计逾期应收账款的稀释准备上限；0 表示仅按上述比例",
        default=Fraction(0),
        least=Fraction(0),
        most=Fraction(1),
    )
    overdue_days: int = field_of(
        "Days past due up to which a receivable counts", "逾期容忍天数", default=30, least=0, most=365, unit="days"
    )
    most_tenor_days: int = field_of(
        "Longest time from invoice to due date", "最长账期", default=180, least=1, most=1095, unit="days"
    )
    ageing_share: Fraction = field_of(
        "Overdue part of a buyer's receivables above which none of them counts",
        "交叉逾期比例：单一买方逾期占比超过此值时全部不计入",
        default=Fraction(1, 2),
        least=Fraction(0),
        most=Fraction(1),
    )
    fee_rate: Fraction = field_of(
        "Fee as a part of each drawing, taken from it",
        "提款手续费率（提款时收取）",
        default=Fraction(0),
        least=Fraction(0),
        most=Fraction(1, 10),
    )
    cure_days: int = field_of("Calendar days to cure a deficiency", "补足期", default=5, least=0, most=90, unit="days")
    sweep: pool.Sweep = field_of(
        "Receipts repay all principal, or only what the base asks", "回款归集方式", default=pool.Sweep.FULL
    )


_RUNNING: Final = ("active", "drawn", "deficient", "called")
LIFECYCLE: Final = Lifecycle(
    "receivables_pool",
    states=(
        *("proposed", "accepted", "active", "drawn", "deficient", "called"),
        *("written_off", "settled", "closed", "cancelled"),
    ),
    initial="proposed",
    final=("settled", "closed", "cancelled"),
    transitions=(
        ("proposed", "accept", "accepted"),
        ("accepted", "activate", "active"),
        (("proposed", "accepted"), "cancel", "cancelled"),
        *((state, "change", state) for state in _RUNNING),
        ("drawn", "fall_short", "deficient"),
        ("deficient", "cure", "drawn"),
        (("active", "drawn"), "draw", "drawn"),
        *((state, "collect", state) for state in _RUNNING),
        *((state, "repay", state) for state in _RUNNING if state != "active"),
        *(("drawn", f"{command}_short", "deficient") for command in ("collect", "repay")),
        *(("deficient", f"{command}_cured", "drawn") for command in ("collect", "repay")),
        *((("drawn", "deficient"), f"{command}_all", "active") for command in ("collect", "repay")),
        *(("called", f"{command}_all", "settled") for command in ("collect", "repay")),
        (("drawn", "deficient"), "call", "called"),
        ("active", "settle", "settled"),
        ("called", "write_off", "written_off"),
        ("written_off", "recover", "written_off"),
        ("written_off", "close", "closed"),
    ),
)

PRODUCT: Final = Product(
    code="receivables_pool",
    version=1,
    en="Receivables pool",
    zh="池保理",
    summary_en="A seller's invoices on many buyers form a revolving pool. It draws any amount up to what the pool "
    "carries at that moment, and the buyers' payments repay it.",
    summary_zh="卖方对多个买方的应收账款组成循环资产池，可随时在实时可融资额内提款，由买方回款自动归还。",
    sources=("PRODUCTS 1.2", "Civil Code of China 761–769"),
    shape=Shape.POOL,
    lifecycle=LIFECYCLE,
    roles=(pool.SELLER, pool.FACTOR),
    terms=Terms,
    proposal=pool.Proposal,
    book=pool.Book,
    opening=pool.opening,
    accounts=pool.ACCOUNTS,
    steps=pool.STEPS,
    limits_on=("client",),
    waterfall=(*loans.WATERFALL, "remainder"),
)
