"""What a matched trade looks like: how far its four flows are closed, and what is wrong, in words for both sides."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from openscf.kernel.errors import Language

BASIS = 10_000
_SENTENCES = MappingProxyType(
    {
        "not_ordered": (
            "Line {line}: {billed} are billed, {covered} are covered by orders.",
            "第 {line} 行：开票数量 {billed}，订单覆盖数量 {covered}。",
        ),
        "not_received": (
            "Line {line}: {billed} are billed, {covered} are shown to be received by somebody other than the seller.",
            "第 {line} 行：开票数量 {billed}，由卖方以外的一方证明已收货的数量 {covered}。",
        ),
        "seller_alone": (
            "Line {line}: only the seller says that the goods were sent; that proves nothing yet.",
            "第 {line} 行：仅有卖方单方的发货记录，尚不构成收货证明。",
        ),
        "over_delivered": (
            "Line {line}: {received} were received, {ordered} were ordered.",
            "第 {line} 行：收货数量 {received}，订购数量 {ordered}。",
        ),
        "price": (
            "Line {line}: the price is {price}, ordered was {agreed}.",
            "第 {line} 行：发票单价为 {price}，订单单价为 {agreed}。",
        ),
        "received_late": (
            "Line {line}: received on {received}, ordered for {due}.",
            "第 {line} 行：收货日期 {received}，订单约定日期 {due}。",
        ),
        "unit": (
            "Line {line}: billed in {unit}, ordered or received in {other}; the quantities can't be compared.",
            "第 {line} 行：发票计量单位为 {unit}，订单或收货单位为 {other}，数量无法比较。",
        ),
        "no_quantity": (
            "Line {line} says no quantity; goods can't be matched to it.",
            "第 {line} 行未注明数量，无法匹配货物。",
        ),
        "void": ("The invoice has been declared void; it proves nothing.", "发票已作废，不构成任何证明。"),
        "contradicting_versions": (
            "Versions of the invoice contradict each other; nothing is matched until that is settled.",
            "发票的不同版本互相矛盾，核实之前不作匹配。",
        ),
        "no_lines": ("The invoice has no lines; goods can't be matched to it.", "发票没有明细行，无法匹配货物。"),
        "unpaid": (
            "{open} of {payable} are not paid.",
            "应付 {payable}，尚有 {open} 未付。",
        ),
        "overpaid": (
            "{excess} more are paid than is payable; they are to be paid back or set off.",
            "超付 {excess}，应退回或抵销。",
        ),
        "over_credited": (
            "Credit notes take back {excess} more than the invoice bills.",
            "红字发票冲减超出发票 {excess}。",
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a contract lets pass. Each tolerance is spent once: on an order line as a whole, not on each invoice of it.

    Attributes:
        quantity_bp: Quantity over what is ordered or received, in basis points of that.
        price_bp: Price off the ordered price, in basis points of that.
        days: Days after the ordered date.
        amount_minor: Minor units that may stay unpaid on an invoice.
    """

    quantity_bp: int = 0
    price_bp: int = 0
    days: int = 0
    amount_minor: int = 0

    def __post_init__(self) -> None:
        if min(self.quantity_bp, self.price_bp, self.days, self.amount_minor) < 0:
            raise ValueError("a tolerance is not negative")


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that settles an invoice: one payment's share of it.

    Attributes:
        key: The payment (a bank line); the same payment of the same invoice counts once.
        invoice: `invoice_key` of the invoice.
        amount_minor: Its share; negative where it was paid back.
        on: When.
    """

    key: str
    invoice: str
    amount_minor: int
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not agree.

    Attributes:
        code: What, as `not_received`.
        params: What the sentence speaks of.
        tolerated: Whether the contract lets it pass.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    tolerated: bool = False

    def sentence(self, language: Language = "en") -> str:
        """The difference in words."""
        return _SENTENCES[self.code][0 if language == "en" else 1].format_map(self.params)


@dataclass(frozen=True, slots=True)
class Closure:
    """How far an invoice's trade is closed: four exact degrees from 0 to 1.

    Attributes:
        order: Share of the invoice's value, line by line, whose quantity orders cover.
        goods: Share whose quantity is covered by receipts that somebody other than the seller signed.
        invoice: Share billed at the ordered price, within the tolerance; what has no ordered price is not against it.
        money: Share of what is payable after credit notes that is paid.
    """

    order: Fraction
    goods: Fraction
    invoice: Fraction
    money: Fraction

    @property
    def degree(self) -> Fraction:
        """The whole: the least of the four, as a trade is no better shown than its weakest flow."""
        return min(self.order, self.goods, self.invoice, self.money)

    @property
    def missing(self) -> tuple[str, ...]:
        """Flows that are not closed."""
        return tuple(name for name in ("order", "goods", "invoice", "money") if getattr(self, name) < 1)


@dataclass(frozen=True, slots=True)
class InvoiceMatch:
    """What matching found about one invoice.

    Attributes:
        invoice: Its `invoice_key`.
        closure: How far it is closed.
        differences: What does not agree, by line.
        orders, receipts, payments: Numbers and keys of what was matched to it.
        signers: Keys of those who signed for its goods; the seller is none of them.
    """

    invoice: str
    closure: Closure
    differences: tuple[Difference, ...] = ()
    orders: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()

    @property
    def backed(self) -> bool:
        """Whether orders and goods that somebody other than the seller signed for cover the whole invoice."""
        return self.closure.order == 1 and self.closure.goods == 1 and self.closure.invoice == 1 and bool(self.signers)


@dataclass(frozen=True, slots=True)
class Matching:
    """What came of a set of documents.

    Attributes:
        invoices: One for each valid invoice, by key.
        unmatched: (number, line, why) of receipt lines that prove nothing here: `unknown_order`, `ambiguous_order`,
            `signed_by_seller`, `unsigned`, `no_quantity`, `contradicting_copies`.
    """

    invoices: tuple[InvoiceMatch, ...]
    unmatched: tuple[tuple[str, str, str], ...] = ()
