"""Export tax-refund advance 出口退税垫付: an exporter has its VAT refund before the tax office pays it.

    fund           funder:cash ──advance──▶ client:cash ──fee──▶ funder:cash
    (tax office)   bank ──▶ funder:escrow, the controlled refund account 退税托管账户
    collect        funder:escrow ──fees, penalty, interest, principal──▶ funder:cash; ──remainder──▶ client:cash
    reject         the tax office refuses a part: the exporter puts in what the advance then lacks; all: all comes back
    take_recourse  the refund did not come within the grace period: the exporter repays
    repay          client:cash ──fees, penalty, interest, principal──▶ funder:cash

Advance = export value before VAT × refund rate × ratio, in one step, rounded once. The claim is on the tax office, but
the exposure is on the exporter, to whom every refusal comes back.

Source: PRODUCTS 1.8; 关于出口货物劳务增值税和消费税政策的通知 (财税〔2012〕39号) for the refund itself.
"""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.financing.bases import advance
from openscf.financing.fields import field_of
from openscf.financing.model import Deal, Event, Facts, Outcome, Product, Role, Shape, Step
from openscf.financing.rules import loans, refusals
from openscf.financing.rules.loans import Price
from openscf.kernel.errors import refusal
from openscf.kernel.lifecycle import Lifecycle
from openscf.kernel.money import Money, Rounding
from openscf.parties import PartyRole

REFUND_IS_NOTHING = refusal(
    "refund_is_nothing",
    en="{value} at {rate} is no refund.",
    zh="{value} 按 {rate} 计算，无可退税额。",
    fix_en="Check the export value and the refund rate of the goods.",
    fix_zh="请核对出口金额和商品退税率。",
    status=400,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The contract."""

    price: Price = field_of("What the advance costs", "融资价格")
    ratio: Fraction = field_of("Advance as a part of the refund", "垫付比例", least=Fraction(1, 100), most=Fraction(1))
    fee_rate: Fraction = field_of(
        "Fee as a part of the refund, taken at funding", "手续费率（按应退税额，放款时收取）",
        default=Fraction(0), least=Fraction(0), most=Fraction(1, 10),
    )  # fmt: skip
    grace_days: int = field_of(
        "Days tolerated after the expected day before recourse", "宽限期", default=30, least=0, most=365, unit="days"
    )
    most_tenor_days: int = field_of(
        "Longest time to the expected refund", "最长融资期限", default=180, least=1, most=730, unit="days"
    )

    @property
    def advance_rate(self) -> Fraction:
        """The ratio, as the base of advances calls it."""
        return self.ratio

    @property
    def notified(self) -> bool:
        """No tax office confirms on a platform; the declaration does."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The refund that is claimed."""

    number: str = field_of("Number of the refund declaration", "退税申报编号")
    export_value: Money = field_of("Export value before VAT", "出口货物不含税金额")
    refund_rate: Fraction = field_of("Refund rate of the goods", "退税率", least=Fraction(1, 1000), most=Fraction(1, 5))
    due_on: dt.date = field_of("When the refund is expected", "预计退税日")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(advance.Book):
    """What is known of the refund; its face is what the tax office owes."""

    export_value: Money = field_of("Export value before VAT", "出口货物不含税金额")
    refund_rate: Fraction = field_of("Refund rate", "退税率")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """What the tax office refuses to refund."""

    amount: Money = field_of("Amount that is not refunded", "不予退税金额")
    reason: str = field_of("What the tax office says", "税务机关意见", default="")


def opening(deal: Deal, proposal: Proposal) -> Book:
    """The book of a refund that was just offered."""
    face = proposal.export_value.times(proposal.refund_rate, Rounding.HALF_UP)
    if not face:
        raise REFUND_IS_NOTHING(value=proposal.export_value.grouped, rate=str(proposal.refund_rate))
    claim = advance.Proposal(number=proposal.number, face=face, due_on=proposal.due_on)
    known = advance.opening(deal, claim)
    taken = {one.name: getattr(known, one.name) for one in dataclasses.fields(known)}
    return Book(**taken, export_value=proposal.export_value, refund_rate=proposal.refund_rate)


def advance_of(deal: Deal) -> Money:
    """Export value × refund rate × ratio, in one step."""
    book: Book = deal.book
    return book.export_value.times(book.refund_rate * deal.terms.ratio, Rounding.HALF_UP)


def accept(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The exporter takes the offer."""
    return dataclasses.replace(advance.accept(deal, event, facts), amounts={"reserve": advance_of(deal)})


def fund(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The advance is paid out."""
    return advance.paid_out(deal, event, advance_of(deal))


def reject(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """A part of the refund is refused, or all that was left of it; then the whole debt is the exporter's at once."""
    if not event.params.amount:
        raise refusals.AMOUNT_IS_NOTHING(field="amount")
    found = advance.dilute(deal, event, facts)
    if found.book.left:
        return dataclasses.replace(found, event="reject_part")
    return dataclasses.replace(found, book=_demanded(deal, event, found.book), event="reject_all")


def take_recourse(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The refund is late beyond the grace period: the exporter repays."""
    until = deal.book.due_on + dt.timedelta(days=deal.terms.grace_days)
    if event.on <= until:
        raise refusals.WITHIN_GRACE(until=until.isoformat())
    return Outcome(book=_demanded(deal, event, deal.book))


def _demanded(deal: Deal, event: Event, book: Book) -> Book:
    loan = loans.accrue(deal.book.loan, deal.terms.price, event.on)
    return dataclasses.replace(book, loan=loan, demand=loans.dues(loan).total)


_HOPED: Final = ("funded", "part_paid", "overdue", "recoursed")
_OPEN: Final = (*_HOPED, "rejected")
LIFECYCLE: Final = Lifecycle(
    "export_tax_refund",
    states=(
        *("proposed", "verified", "accepted", "funded", "part_paid", "overdue", "recoursed", "rejected"),
        *("written_off", "settled", "closed", "cancelled"),
    ),
    initial="proposed",
    final=("settled", "closed", "cancelled"),
    transitions=(
        ("proposed", "verify", "verified"),
        ("verified", "accept", "accepted"),
        ("accepted", "fund", "funded"),
        (("proposed", "verified", "accepted"), "cancel", "cancelled"),
        *advance.stays(_OPEN, "collect_part"),
        (_OPEN, "collect_all", "settled"),
        *advance.stays(_OPEN, "repay_part"),
        (_OPEN, "repay_all", "settled"),
        (("funded", "part_paid"), "lapse", "overdue"),
        *advance.stays(_HOPED, "reject_part"),
        (_HOPED, "reject_all", "rejected"),
        ("overdue", "take_recourse", "recoursed"),
        *advance.stays(("recoursed", "rejected"), "charge"),
        (("funded", "part_paid", "overdue"), "extend", "part_paid"),
        (("overdue", "recoursed", "rejected"), "write_off", "written_off"),
        ("written_off", "recover", "written_off"),
        ("written_off", "close", "closed"),
    ),
)

_TAKEN: Final = (
    *("verify", "accept", "fund", "collect", "repay", "charge", "lapse", "extend"),
    *("write_off", "recover", "close", "cancel"),
)
PRODUCT: Final = Product(
    code="export_tax_refund",
    version=1,
    en="Export tax-refund advance",
    zh="出口退税垫付",
    summary_en="An exporter has most of its VAT refund at once; the tax office pays into a controlled account, and "
    "what it refuses comes back to the exporter.",
    summary_zh="出口企业提前取得大部分退税款；税务机关退入托管账户，不予退税的部分由出口企业归还。",
    sources=("PRODUCTS 1.8", "财税〔2012〕39号"),
    shape=Shape.DEAL,
    lifecycle=LIFECYCLE,
    roles=(
        Role("client", "Exporter", "出口企业", (PartyRole.SUPPLIER,)),
        Role("obligor", "Tax office", "税务机关"),
        advance.FACTOR,
    ),
    terms=Terms,
    proposal=Proposal,
    book=Book,
    opening=opening,
    accounts=advance.ACCOUNTS,
    steps={
        **{name: advance.STEPS[name] for name in _TAKEN},
        "accept": dataclasses.replace(advance.STEPS["accept"], rule=accept),
        "fund": dataclasses.replace(advance.STEPS["fund"], rule=fund),
        "extend": dataclasses.replace(
            advance.STEPS["extend"],
            en="The refund is late; the due date moves.",
            zh="退税延迟，到期日顺延。",
            rule=advance.postpone,
        ),
        "reject": dataclasses.replace(
            advance.STEPS["dilute"],
            en="The tax office refuses a part of the refund, or all of it.",
            zh="税务机关对部分或全部税款不予退税。",
            rule=reject,
            params=Rejection,
            becomes=("reject_part", "reject_all"),
        ),
        "take_recourse": Step(
            en="The refund did not come in time; the exporter is asked to repay.",
            zh="退税逾期未到账，要求出口企业还款。",
            by=("funder", "system"),
            rule=take_recourse,
            notices=("recourse_notice",),
        ),
    },
    limits_on=("client",),
    waterfall=(*loans.WATERFALL, "remainder"),
)
